//! A service as the counter uses it: shared blocks inlined, nothing left to look up.
//! Serialised as canonical JSON (RFC 8785) it is stored for ever under its SHA-256.

use serde::{Deserialize, Serialize};

use super::{Condition, Expression, Rule};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    pub number: u32,
    pub slug: String,
    pub title: String,
    pub description: String,
    pub kind: Kind,
    pub archetype: String,
    pub category: String,
    pub topics: Vec<String>,
    pub life_events: Vec<String>,
    pub audience: Audience,
    /// "Ho i requisiti?": asked before the login, kept nowhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// "Cosa serve"
    pub needed: Vec<String>,
    /// "Cosa si ottiene"
    pub obtained: String,
    pub norms: Vec<Norm>,
    pub window: WindowRule,
    pub form: Form,
    pub signature: Signature,
    pub fees: Vec<Fee>,
    pub term: Term,
    pub silence: Silence,
    pub office: Office,
    /// What the office checks, in order.
    pub checks: Vec<String>,
    pub outcomes: Vec<Outcome>,
    pub remedies: Vec<String>,
    pub privacy: Privacy,
    pub io: Io,
    /// Facts marked as to be verified, for the back office: key and text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
}

/// One requirement that a yes or a no decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub text: String,
    /// The answer with which one goes on.
    pub wanted: bool,
    /// Why not, with the other one, and the way out.
    pub otherwise: String,
}

/// `tipo`: selects the workflow variant (procedure rules §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Istanza,
    Dichiarazione,
    Comunicazione,
    Scia,
    Segnalazione,
    Prenotazione,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// "A chi è rivolto"
    pub who: String,
    pub subjects: Vec<String>,
    /// Allowed values of the field `qualita`.
    pub on_behalf_of: Vec<String>,
    pub requirements: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Norm {
    pub source: String,
    pub articles: String,
    pub about: String,
    /// To be verified: never shown to citizens as certain.
    #[serde(default)]
    pub doubtful: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowRule {
    pub period: Period,
    /// `MM-GG`, for `annuale` and `bando`; comune.toml may set others.
    pub from: Option<String>,
    pub to: Option<String>,
    pub note: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Sempre,
    Annuale,
    Bando,
}

/// The part of a service that the browser receives to run the wizard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Form {
    pub steps: Vec<Step>,
    pub attachments: Vec<Attachment>,
    pub declarations: Vec<Declaration>,
    /// Cross-field rules of the whole form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
}

impl Form {
    /// The top-level fields in order (a group is one field).
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.steps.iter().flat_map(Step::fields)
    }

    /// The rules left in words, which the office checks.
    pub fn office_rules(&self) -> Vec<String> {
        fn collect<'a>(field: &'a Field, rules: &mut Vec<&'a Rule>) {
            rules.extend(&field.rules);
            for column in &field.fields {
                collect(column, rules);
            }
        }
        let mut rules = Vec::new();
        for field in self.fields() {
            collect(field, &mut rules);
        }
        rules.extend(&self.rules);
        rules
            .into_iter()
            .filter(|r| r.check.is_none())
            .map(|r| r.text.clone())
            .collect()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub id: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_if: Option<Condition>,
    pub sections: Vec<Section>,
}

impl Step {
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.sections.iter().flat_map(|section| &section.fields)
    }
}

/// A shared block inside a step, or the step's own fields (no title).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub label: String,
    pub kind: FieldKind,
    #[serde(default, skip_serializing_if = "Required::is_always")]
    pub required: Required,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_if: Option<Condition>,
    /// Initial value of a new draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Choices in order: code and label.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<(String, String)>,
    /// Numbers: value. Text: length in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// A pattern of the closed language of `fields::pattern`, whole value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_choices: Option<u32>,
    /// Bounds of a date in days from today (0 = today), both inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_today: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_today: Option<i64>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub max_this_year: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// `origine: calcolato`: the field's value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<Expression>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub read_only: bool,
    /// Special category (GDPR art. 9): never in messages, logs, lists.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sensitive: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// `scelta_da_elenco`: the name of its reference list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// `elenco`: the fields of a row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_rows: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_rows: Option<u32>,
}

impl Field {
    /// The column of a group.
    pub fn column(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The value comes from the identity alone, never from what is posted.
    pub fn is_locked(&self) -> bool {
        self.read_only && !self.is_computed()
    }

    pub fn is_computed(&self) -> bool {
        self.formula.is_some() || self.origin == Some(Origin::Calcolato)
    }

    /// The rows a group may have.
    pub fn row_limit(&self) -> usize {
        self.max_rows
            .map_or(32, |n| usize::try_from(n).unwrap_or(32))
    }

    /// The name of the reference list that decides on the value, if any.
    pub fn reference_list(&self) -> Option<&str> {
        match self.kind {
            FieldKind::Comune => Some("comuni"),
            FieldKind::ComuneOEstero => Some("comuni_o_stati"),
            FieldKind::Stato => Some("stati"),
            FieldKind::LuogoBelfiore => Some("luoghi"),
            FieldKind::Provincia => Some("province"),
            FieldKind::SceltaDaElenco => self.list.as_deref(),
            _ => None,
        }
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

/// When a visible field must be answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Required {
    #[default]
    Always,
    Never,
    If(Condition),
}

impl Required {
    pub fn is_always(&self) -> bool {
        *self == Self::Always
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// From SPID or CIE.
    Identita,
    /// From the once-only profile.
    Profilo,
    Calcolato,
}

/// The catalogue's field types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Testo,
    TestoLungo,
    Intero,
    Decimale,
    Importo,
    Percentuale,
    Data,
    Ora,
    DataOra,
    SiNo,
    Scelta,
    SceltaMultipla,
    SceltaDaElenco,
    Elenco,
    CodiceFiscale,
    CodiceFiscaleEnte,
    CodiceFiscaleOEnte,
    PartitaIva,
    Iban,
    Email,
    Pec,
    Telefono,
    Cap,
    Targa,
    Provincia,
    Comune,
    ComuneOEstero,
    Stato,
    LuogoBelfiore,
    Stradario,
    Coordinate,
    SlotAppuntamento,
    CatastoFoglio,
    CatastoParticella,
    CatastoSubalterno,
    CatastoCategoria,
}

impl FieldKind {
    pub fn is_number(self) -> bool {
        matches!(
            self,
            Self::Intero | Self::Decimale | Self::Importo | Self::Percentuale
        )
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: String,
    pub title: String,
    pub required: Required,
    /// `pdf`, `p7m`, `jpg`, `png`.
    pub formats: Vec<String>,
    pub max_mb: u32,
    pub max_files: u32,
    #[serde(default, skip_serializing_if = "is_false")]
    pub sensitive: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_if: Option<Condition>,
    /// `firma_digitale`: must be signed digitally.
    #[serde(default, skip_serializing_if = "is_false")]
    pub signed: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Declaration {
    pub id: String,
    pub kind: DeclarationKind,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_if: Option<Condition>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclarationKind {
    /// D.P.R. 445/2000 art. 46
    Art46,
    /// D.P.R. 445/2000 art. 47
    Art47,
    Impegno,
    PresaVisione,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// `nessuna`, `identita_digitale`, `firma_digitale`
    pub level: String,
    pub signers: Vec<String>,
    pub note: String,
    /// Level of the login with which "Invia" signs: 2, or 3 where the service asks it.
    #[serde(default = "usual_level", skip_serializing_if = "is_usual")]
    pub identity_level: u8,
    /// Fields (or columns of a group) with the codici fiscali of who must sign too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cosigners: Vec<String>,
    /// With `firma_digitale`: field with the codice fiscale of who signs the document; `None`: who
    /// sends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digital_signer: Option<String>,
}

impl Signature {
    /// Whether the request is a document to be signed digitally (CAD art. 65 c. 1 a).
    pub fn is_digital(&self) -> bool {
        self.level == "firma_digitale"
    }
}

fn usual_level() -> u8 {
    2
}

fn is_usual(level: &u8) -> bool {
    *level == usual_level()
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fee {
    pub id: String,
    /// bollo, diritti, tariffa, canone, tributo, rimborso
    pub kind: String,
    pub description: String,
    /// Cents; `None`: set by comune.toml (`tariffe`), else not known.
    pub amount: Option<i64>,
    /// Cents; a plausible example, not a fact.
    pub example: Option<i64>,
    /// Typed amount, calculated in euro; field names and `tariffa:<name>` are its variables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<Expression>,
    pub when: FeeWhen,
    /// When it is due; `None` = always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_if: Option<Condition>,
    /// The condition in words, for the sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition_text: Option<String>,
    /// pagoPA remittance text, `{campo}` placeholders.
    pub reason: Option<String>,
    /// pagoPA taxonomy; empty = not collected by the comune.
    pub taxonomy: Option<String>,
    #[serde(default)]
    pub doubtful: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeWhen {
    Presentazione,
    Rilascio,
    Periodico,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    pub days: u32,
    pub counting: Counting,
    pub from: String,
    pub norm: String,
    pub note: String,
    #[serde(default)]
    pub doubtful: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    Solari,
    Lavorativi,
    Immediato,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// assenso, rigetto, inadempimento, consolidamento, non_applicabile
    pub effect: String,
    pub after_days: Option<u32>,
    pub norm: String,
    pub note: String,
    #[serde(default)]
    pub doubtful: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    pub id: String,
    pub sector: String,
    pub name: String,
    /// Role of the responsabile del procedimento (L. 241/1990 art. 5).
    pub responsible: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub code: String,
    pub title: String,
    /// For the citizen.
    pub text: String,
    /// Whether the request is granted.
    pub positive: bool,
    /// Template of the message that tells it; `None`: the general one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What it is handed out as: a certificate, a permit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<OutcomeDocument>,
}

/// `documento`: the decision as the paper that the citizen asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutcomeDocument {
    /// "Certificato di destinazione urbanistica"
    pub title: String,
    /// Name of its template, `modelli/NAME.typ` in the catalogue.
    pub template: String,
    /// The template's source (typst): kept with the definition, so that a paper stays as it was.
    #[serde(default)]
    pub source: String,
    /// What the office writes in it.
    pub fields: Vec<Field>,
    /// Names of the form's fields whose answers stand in it.
    pub answers: Vec<String>,
}

impl OutcomeDocument {
    /// What the office writes, as a form of one step.
    pub fn form(&self) -> Form {
        let section = Section {
            title: None,
            fields: self.fields.clone(),
        };
        Form {
            steps: vec![Step {
                id: "documento".to_owned(),
                title: self.title.clone(),
                visible_if: None,
                sections: vec![section],
            }],
            attachments: Vec::new(),
            declarations: Vec::new(),
            rules: Vec::new(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Privacy {
    pub purpose: String,
    pub legal_basis: Vec<String>,
    pub categories: Vec<String>,
    /// Special categories: legal basis and note; `None` if absent.
    pub special: Option<(String, String)>,
    pub recipients: Vec<String>,
    pub retention: String,
    pub provision: String,
    /// Common part, in the order of the notice: label and text.
    pub common: Vec<(String, String)>,
    /// What every channel carries; which of them the service uses follows from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelTerms>,
    /// How data are kept safe (GDPR art. 32), for the register.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<String>,
}

/// By which data come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// The counter itself: the form, the case, the office.
    Sportello,
    Io,
    PagoPa,
    Email,
}

/// What the notice says of a channel; in its texts `{bozza_giorni}` is the town's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelTerms {
    pub channel: Channel,
    pub data: String,
    /// Added where the service has a neutral title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discreet: Option<String>,
    pub legal_basis: String,
    pub recipients: String,
    pub retention: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Io {
    pub service: String,
    pub messages: Vec<String>,
    /// Used instead of the title where the service reveals special data.
    pub neutral_title: Option<String>,
}
