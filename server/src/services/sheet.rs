//! `/servizi/{slug}`: the sheet, in words; doubtful facts are left out.

use app::api::{CostLine, NormLine, SheetPage};
use rules::catalogue::{Counting, Fee, FeeWhen, Required, Service, source::plain};
use thiserror::Error;

use crate::{
    error::{self, Refusal},
    requests,
    state::{Actor, Counter},
    store::{StoreError, drafts},
};

#[derive(Debug, Error)]
pub enum SheetError {
    #[error("no such service")]
    Unknown,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for SheetError {
    fn problem(&self) -> app::api::Problem {
        match self {
            Self::Unknown => error::not_found(),
            Self::Store(error) => error.problem(),
        }
    }
}

pub async fn sheet(counter: &Counter, actor: &Actor, slug: &str) -> Result<SheetPage, SheetError> {
    let definition = counter.catalogue.get(slug).ok_or(SheetError::Unknown)?;
    let service = &definition.service;
    let window = requests::is_open(counter, service, counter.today());
    let draft = match actor.person() {
        Some(person) => drafts::exists(&counter.store, &person.id, slug).await?,
        None => false,
    };
    Ok(SheetPage {
        slug: service.slug.clone(),
        title: service.title.clone(),
        description: service.description.clone(),
        category: service.category.clone(),
        topics: service.topics.clone(),
        open: window.is_ok(),
        window: window
            .err()
            .or_else(|| plain(&service.window.note).filter(|n| !n.is_empty())),
        who: service.audience.who.clone(),
        requirements: certain(&service.audience.requirements),
        how: how(service),
        needed: certain(&service.needed),
        attachments: service.form.attachments.iter().map(attachment).collect(),
        obtained: service.obtained.clone(),
        term: term(service),
        silence: silence(service),
        costs: service
            .fees
            .iter()
            .map(|fee| cost(fee, tariff(counter, service, fee)))
            .collect(),
        norms: norms(service),
        remedies: certain(&service.remedies),
        office: counter.office_card(&service.office),
        draft,
        privacy: privacy(counter, service),
    })
}

/// The texts without doubtful ones.
fn certain(texts: &[String]) -> Vec<String> {
    texts.iter().filter_map(|text| plain(text)).collect()
}

fn how(service: &Service) -> Vec<String> {
    let mut how = vec![
        "Entra con SPID: i tuoi dati anagrafici li mettiamo noi.".to_owned(),
        "Compila il modulo un passo alla volta. La bozza si salva da sola: puoi fermarti e riprendere anche da un altro dispositivo.".to_owned(),
    ];
    if !service.form.attachments.is_empty() {
        how.push("Allega i documenti richiesti, anche con una foto dal telefono.".to_owned());
    }
    how.push(
        "Controlla il riepilogo e invia: ricevi subito il numero di protocollo e la ricevuta."
            .to_owned(),
    );
    how.push("Segui ogni fase nella tua area personale.".to_owned());
    how
}

fn attachment(attachment: &rules::catalogue::Attachment) -> (String, String) {
    let need = match attachment.required {
        Required::Always => "Obbligatorio.",
        Required::Never => "Facoltativo.",
        Required::If(_) => "Obbligatorio solo in alcuni casi: il modulo te lo chiede se serve.",
    };
    (attachment.title.clone(), need.to_owned())
}

fn tariff(counter: &Counter, service: &Service, fee: &Fee) -> Option<i64> {
    let key = format!("{}.{}", service.slug, fee.id);
    counter.comune.tariffe.get(&key).copied().or(fee.amount)
}

/// A fee in words.
pub fn cost(fee: &Fee, cents: Option<i64>) -> CostLine {
    CostLine {
        description: fee.description.clone(),
        amount: cents.map_or_else(|| "Importo stabilito dal Comune".to_owned(), euro),
        when: match fee.when {
            FeeWhen::Presentazione => "Alla presentazione",
            FeeWhen::Rilascio => "Al rilascio",
            FeeWhen::Periodico => "Ogni periodo, dopo l'accoglimento",
        }
        .to_owned(),
        condition: match &fee.due_if {
            Some(_) => Some("Solo in alcuni casi: il modulo te lo dice.".to_owned()),
            None => fee.condition_text.as_deref().and_then(plain),
        },
    }
}

/// `123456` cents as `1.234,56 €`.
pub fn euro(cents: i64) -> String {
    let whole = (cents / 100).abs().to_string();
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{grouped},{:02} €", (cents % 100).abs())
}

/// The term in words: "Entro 60 giorni dalla data di presentazione."
pub fn term(service: &Service) -> String {
    let term = &service.term;
    let days = match term.counting {
        Counting::Solari => format!("Il Comune risponde entro {} giorni", term.days),
        Counting::Lavorativi => format!("Il Comune risponde entro {} giorni lavorativi", term.days),
        Counting::Immediato => return "Il Comune risponde subito.".to_owned(),
    };
    let norm = plain(&term.norm)
        .filter(|_| !term.doubtful)
        .map(|n| format!(" ({n})"));
    format!(
        "{days}. Si contano da: {}{}.",
        term.from,
        norm.unwrap_or_default()
    )
}

/// What it means if the comune does not answer; nothing where it is doubtful.
pub fn silence(service: &Service) -> Option<String> {
    let silence = &service.silence;
    if silence.doubtful {
        return None;
    }
    let after = silence
        .after_days
        .map(|d| format!("Se dopo {d} giorni il Comune non ha risposto, "));
    let after = after.unwrap_or_else(|| "Se il Comune non risponde, ".to_owned());
    let effect = match silence.effect.as_str() {
        "assenso" => "la richiesta vale come accolta",
        "rigetto" => "la richiesta vale come respinta: puoi fare ricorso",
        "inadempimento" => "puoi chiedere che decida il titolare del potere sostitutivo",
        "consolidamento" => "la segnalazione si consolida",
        _ => return None,
    };
    let norm = plain(&silence.norm)
        .filter(|n| !n.is_empty())
        .map(|n| format!(" ({n})"));
    Some(format!("{after}{effect}{}.", norm.unwrap_or_default()))
}

fn norms(service: &Service) -> Vec<NormLine> {
    service
        .norms
        .iter()
        .filter(|norm| !norm.doubtful)
        .filter_map(|norm| {
            Some(NormLine {
                source: plain(&norm.source)?,
                articles: plain(&norm.articles)?,
                about: plain(&norm.about).unwrap_or_default(),
            })
        })
        .collect()
}

/// The notice of GDPR art. 13, by title.
fn privacy(counter: &Counter, service: &Service) -> Vec<(String, Vec<String>)> {
    let town = &counter.comune.comune;
    let privacy = &service.privacy;
    let mut notice = vec![
        (
            "Chi tratta i dati".to_owned(),
            vec![format!(
                "Il Comune di {}, {}, PEC {}.",
                town.nome, town.indirizzo, town.pec
            )],
        ),
        ("Perché".to_owned(), vec![privacy.purpose.clone()]),
        (
            "Con quale base giuridica".to_owned(),
            certain(&privacy.legal_basis),
        ),
        ("Quali dati".to_owned(), privacy.categories.clone()),
    ];
    if let Some((basis, note)) = &privacy.special {
        let texts = [basis, note]
            .into_iter()
            .filter_map(|t| plain(t))
            .filter(|t| !t.is_empty());
        notice.push(("Dati particolari".to_owned(), texts.collect()));
    }
    notice.push(("A chi li comunica".to_owned(), privacy.recipients.clone()));
    notice.push((
        "Per quanto tempo li conserva".to_owned(),
        vec![privacy.retention.clone()],
    ));
    notice.push((
        "Devi darli per forza?".to_owned(),
        vec![privacy.provision.clone()],
    ));
    let common = privacy
        .common
        .iter()
        .filter(|(_, text)| plain(text).is_some());
    notice.extend(common.map(|(title, text)| (title.clone(), vec![text.clone()])));
    notice
}

#[cfg(test)]
mod tests {
    use super::euro;

    #[test]
    fn money_reads_as_in_italy() {
        assert_eq!(euro(123_456), "1.234,56 €");
        assert_eq!(euro(5), "0,05 €");
        assert_eq!(euro(-100_000_000), "-1.000.000,00 €");
    }
}
