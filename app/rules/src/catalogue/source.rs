//! The YAML files as municipal staff write them (`app/catalogue/SCHEMA.md`), and how they
//! become the [`Service`](super::Service) that the counter uses.

mod acting;
mod checks;
#[cfg(feature = "yaml")]
mod parse;
mod reach;
mod resolve;
mod typed;
mod validate;

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;

pub use checks::Control;
#[cfg(feature = "yaml")]
pub use parse::{ParseError, load_service, parse_blocks, parse_service};
pub use resolve::{plain, resolve};
pub use typed::{Cond, Formula, Options, Scalar};

use super::{Counting, DeclarationKind, FeeWhen, FieldKind, Kind, Origin, Period};

/// What is wrong in a definition that reads well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionError {
    /// Where, with names for lists: `modulo.larghezza.visibile_se`.
    pub key: String,
    pub message: String,
    /// A text of the file near the place, to find its line: `nome: larghezza`.
    pub anchor: String,
}

impl DefinitionError {
    /// The line (from 1) of the anchor in the file; `None` if it stands in a shared block.
    pub fn line_in(&self, text: &str) -> Option<usize> {
        let whole_word = |line: &str| {
            line.match_indices(&self.anchor).any(|(at, found)| {
                let next = line[at + found.len()..].chars().next();
                !next.is_some_and(|c| c.is_alphanumeric() || c == '_')
            })
        };
        text.lines().position(whole_word).map(|i| i + 1)
    }
}

impl fmt::Display for DefinitionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.message)
    }
}

impl std::error::Error for DefinitionError {}

/// `NN-slug.yaml`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceFile {
    pub schema: u32,
    pub numero: u32,
    pub slug: String,
    pub titolo: String,
    pub descrizione: String,
    pub tipo: Kind,
    pub archetipo: String,
    pub categoria: String,
    pub argomenti: Vec<String>,
    pub eventi_vita: Vec<String>,
    pub destinatari: AudienceFile,
    #[serde(default)]
    pub ho_i_requisiti: Vec<QuestionFile>,
    pub cosa_serve: Vec<String>,
    pub cosa_si_ottiene: String,
    pub norme: Vec<NormFile>,
    pub presentazione: WindowFile,
    pub modulo: FormFile,
    pub allegati: Vec<AttachmentFile>,
    pub dichiarazioni: DeclarationsFile,
    pub firma: SignatureFile,
    pub costi: Vec<FeeFile>,
    pub termine: TermFile,
    pub silenzio: SilenceFile,
    pub ufficio: OfficeFile,
    pub verifica: Vec<String>,
    pub esiti: Vec<OutcomeFile>,
    pub rimedi: Vec<String>,
    pub privacy: PrivacyFile,
    pub io: IoFile,
    /// Example scores of a ranking; not used by the counter.
    #[serde(default)]
    pub punteggio_esempio: BTreeMap<String, Scalar>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AudienceFile {
    pub chi: String,
    pub soggetti: Vec<String>,
    pub per_conto_di: Vec<String>,
    pub requisiti: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NormFile {
    pub fonte: String,
    pub articoli: String,
    pub per: String,
    #[serde(default)]
    pub dubbio: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowFile {
    pub periodo: Period,
    pub dal: Option<String>,
    pub al: Option<String>,
    #[serde(default)]
    pub nota: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormFile {
    pub passi: Vec<StepFile>,
    #[serde(default)]
    pub regole: Vec<RuleFile>,
    /// Typed rules without words of their own.
    #[serde(default)]
    pub controlli: Vec<Control>,
}

/// A rule of the whole form; without `controlli` the office checks it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    pub id: String,
    pub testo: String,
    #[serde(default)]
    pub controlli: Vec<Control>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepFile {
    pub id: String,
    pub titolo: String,
    #[serde(default)]
    pub blocchi: Vec<String>,
    #[serde(default)]
    pub campi: Vec<FieldFile>,
    pub visibile_se: Option<Cond>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldFile {
    pub nome: String,
    pub etichetta: String,
    pub tipo: FieldKind,
    pub obbligatorio: Option<bool>,
    pub obbligatorio_se: Option<Cond>,
    pub visibile_se: Option<Cond>,
    pub predefinito: Option<Scalar>,
    #[serde(default)]
    pub opzioni: Options,
    /// Codes among `opzioni` that nobody may choose yet.
    #[serde(default)]
    pub non_offerte: Vec<String>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub modello: Option<String>,
    pub min_scelte: Option<u32>,
    #[serde(default)]
    pub max_oggi: bool,
    #[serde(default)]
    pub min_oggi: bool,
    pub min_oggi_piu: Option<i64>,
    pub max_oggi_piu: Option<i64>,
    #[serde(default)]
    pub max_anno_corrente: bool,
    /// The rule in words: the message of `controlli`, or what the office checks.
    pub regola: Option<String>,
    #[serde(default)]
    pub controlli: Vec<Control>,
    pub unita: Option<String>,
    pub origine: Option<Origin>,
    /// The formula in words.
    pub formula: Option<String>,
    pub calcolo: Option<Formula>,
    #[serde(default)]
    pub sola_lettura: bool,
    #[serde(default)]
    pub sensibile: bool,
    pub aiuto: Option<String>,
    /// For developers.
    pub nota: Option<String>,
    pub elenco: Option<String>,
    /// Of `slot_appuntamento`: a name of comune.toml.
    pub agenda: Option<String>,
    #[serde(default)]
    pub campi: Vec<FieldFile>,
    pub min_righe: Option<u32>,
    pub max_righe: Option<u32>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentFile {
    pub id: String,
    pub titolo: String,
    pub obbligatorio: Option<bool>,
    pub obbligatorio_se: Option<Cond>,
    pub visibile_se: Option<Cond>,
    pub formati: Vec<String>,
    pub max_mb: u32,
    pub max_file: Option<u32>,
    #[serde(default)]
    pub firma_digitale: bool,
    #[serde(default)]
    pub sensibile: bool,
    pub nota: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclarationsFile {
    pub comuni: Vec<String>,
    pub specifiche: Vec<DeclarationFile>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclarationFile {
    pub id: String,
    pub tipo: DeclarationKind,
    pub testo: String,
    pub visibile_se: Option<Cond>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionFile {
    pub domanda: String,
    pub serve: bool,
    pub altrimenti: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureFile {
    pub livello: String,
    pub firmatari: Vec<String>,
    pub livello_identita: Option<u8>,
    #[serde(default)]
    pub cofirmatari: Vec<String>,
    pub firma_digitale_di: Option<String>,
    #[serde(default)]
    pub nota: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeFile {
    pub id: String,
    pub tipo: String,
    pub descrizione: String,
    /// Euro.
    pub importo: Option<f64>,
    pub importo_esempio: Option<f64>,
    /// The formula in words.
    pub formula: Option<String>,
    pub calcolo: Option<Formula>,
    pub quando: FeeWhen,
    /// The condition in words.
    pub condizione: Option<String>,
    pub se: Option<Cond>,
    pub pagopa: PagopaFile,
    pub riferimento: Option<String>,
    pub nota: Option<String>,
    #[serde(default)]
    pub dubbio: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PagopaFile {
    pub causale: String,
    pub tassonomia: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermFile {
    pub giorni: u32,
    pub computo: Counting,
    pub decorrenza: String,
    pub norma: String,
    #[serde(default)]
    pub nota: String,
    #[serde(default)]
    pub dubbio: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SilenceFile {
    pub effetto: String,
    pub dopo_giorni: Option<u32>,
    pub norma: String,
    #[serde(default)]
    pub nota: String,
    #[serde(default)]
    pub dubbio: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeFile {
    pub id: String,
    pub responsabile: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeFile {
    pub codice: String,
    pub titolo: String,
    pub testo: String,
    pub positivo: bool,
    #[serde(default)]
    pub messaggio: Option<String>,
    #[serde(default)]
    pub documento: Option<OutcomeDocumentFile>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeDocumentFile {
    pub titolo: String,
    pub modello: String,
    #[serde(default)]
    pub campi: Vec<FieldFile>,
    #[serde(default)]
    pub dati: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivacyFile {
    pub finalita: String,
    pub base_giuridica: Vec<String>,
    pub categorie: Vec<String>,
    pub particolari: SpecialFile,
    pub destinatari: Vec<String>,
    pub conservazione: String,
    pub conferimento: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialFile {
    pub presenti: bool,
    #[serde(default)]
    pub base: String,
    #[serde(default)]
    pub nota: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IoFile {
    pub servizio: String,
    pub messaggi: Vec<String>,
    pub titolo_neutro: Option<String>,
}

/// `_blocchi.yaml`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blocks {
    pub schema: u32,
    pub blocchi: BTreeMap<String, BlockFile>,
    pub dichiarazioni_comuni: BTreeMap<String, CommonDeclarationFile>,
    pub uffici: BTreeMap<String, OfficeNameFile>,
    pub rimedi: BTreeMap<String, String>,
    pub privacy_comune: CommonPrivacyFile,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockFile {
    pub titolo: String,
    pub nota: Option<String>,
    pub campi: Vec<FieldFile>,
    #[serde(default)]
    pub allegati: Vec<AttachmentFile>,
    #[serde(default)]
    pub dichiarazioni: Vec<DeclarationFile>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommonDeclarationFile {
    pub tipo: DeclarationKind,
    pub testo: String,
    pub norma: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeNameFile {
    pub settore: String,
    pub ufficio: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommonPrivacyFile {
    pub diritti: String,
    pub reclamo: String,
    pub trasferimenti: String,
    pub decisioni_automatizzate: String,
    pub canali: ChannelsFile,
    /// How data are kept safe, for the register (GDPR art. 30).
    pub misure: Vec<String>,
}

/// Everything that a notice may tell of; which of them a service uses follows from its definition.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelsFile {
    pub sportello: ChannelFile,
    pub io: ChannelFile,
    pub pagopa: ChannelFile,
    pub email: ChannelFile,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelFile {
    pub dati: String,
    /// Added to `dati` where the service has a neutral title.
    #[serde(default)]
    pub riservato: Option<String>,
    pub base_giuridica: String,
    pub destinatari: String,
    pub conservazione: String,
}
