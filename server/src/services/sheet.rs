//! `/servizi/{slug}`: the sheet, in words; doubtful facts are left out.

use std::collections::BTreeMap;

use app::api::{CostLine, NormLine, SheetPage};
use rules::{
    catalogue::{Counting, Fee, FeeWhen, Required, Service, source::plain},
    language::quoted,
    t,
};
use thiserror::Error;

use crate::{
    changes::{self, Changes},
    error::{self, Refusal},
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
    let draft = match actor.person() {
        Some(person) => drafts::exists(&counter.store, &person.id, slug).await?,
        None => false,
    };
    let changes = changes::lately(counter).await;
    Ok(of_service(counter, &changes, &definition.service, draft))
}

/// The sheet of a definition; `draft`: whether the reader has begun a request.
pub fn of_service(
    counter: &Counter,
    changes: &Changes,
    service: &Service,
    draft: bool,
) -> SheetPage {
    let today = counter.today();
    let tariffs = changes::tariffs(&counter.comune, changes, service, today);
    let window = changes::is_open(&counter.comune, changes, service, today);
    SheetPage {
        slug: service.slug.clone(),
        title: service.title.clone(),
        description: service.description.clone(),
        category: service.category.clone(),
        topics: service.topics.clone(),
        open: window.is_ok(),
        window: window.err().or_else(|| {
            let note = plain(&service.window.note).map(|note| quoted(&note));
            let told = [changes::announcement(changes, service, today), note];
            let told: Vec<_> = told.into_iter().flatten().collect();
            Some(told.join(" ")).filter(|told| !told.is_empty())
        }),
        who: service.audience.who.clone(),
        requirements: certain(&service.audience.requirements),
        precheck: !service.questions.is_empty(),
        how: how(service),
        needed: certain(&service.needed),
        attachments: service.form.attachments.iter().map(attachment).collect(),
        obtained: service.obtained.clone(),
        term: term(service),
        silence: silence(service),
        costs: service
            .fees
            .iter()
            .map(|fee| {
                let doubt = doubt(&tariffs, service, fee);
                let line = cost(fee, tariff(&tariffs, service, fee), doubt);
                let later = changes::announced(changes, service, fee, today);
                with_later(line, later)
            })
            .collect(),
        norms: norms(service),
        remedies: certain(&service.remedies),
        office: counter.office_card(&service.office),
        draft,
    }
}

/// The same line, with what it will cost.
fn with_later(mut line: CostLine, later: Option<String>) -> CostLine {
    line.condition = match (line.condition, later) {
        (Some(condition), Some(later)) => Some(format!("{later} {condition}")),
        (condition, later) => later.or(condition),
    };
    line
}

/// The texts without doubtful ones.
fn certain(texts: &[String]) -> Vec<String> {
    texts.iter().filter_map(|text| plain(text)).collect()
}

fn how(service: &Service) -> Vec<String> {
    let mut how = vec![
        t!("Entra con SPID: i tuoi dati anagrafici li mettiamo noi.").to_owned(),
        t!("Compila il modulo un passo alla volta. La bozza si salva da sola: puoi fermarti e riprendere anche da un altro dispositivo.").to_owned(),
    ];
    if !service.form.attachments.is_empty() {
        how.push(t!("Allega i documenti richiesti, anche con una foto dal telefono.").to_owned());
    }
    how.push(
        t!("Controlla il riepilogo e invia: ricevi subito il numero di protocollo e la ricevuta.")
            .to_owned(),
    );
    how.push(t!("Segui ogni fase nella tua area personale.").to_owned());
    if service
        .audience
        .on_behalf_of
        .iter()
        .any(|by| by == "delegato")
    {
        how.push(t!("Puoi farla anche per un'altra persona che ti ha delegato: comincia da «Deleghe», nella tua area personale.").to_owned());
    }
    how
}

fn attachment(attachment: &rules::catalogue::Attachment) -> (String, String) {
    let need = match attachment.required {
        Required::Always => t!("Obbligatorio."),
        Required::Never => t!("Facoltativo."),
        Required::If(_) => t!("Obbligatorio solo in alcuni casi: il modulo te lo chiede se serve."),
    };
    (attachment.title.clone(), need.to_owned())
}

fn tariff(tariffs: &BTreeMap<String, i64>, service: &Service, fee: &Fee) -> Option<i64> {
    let key = format!("{}.{}", service.slug, fee.id);
    tariffs.get(&key).copied().or(fee.amount)
}

/// What is told of an amount that is not certain: what the town has set is.
pub fn doubt(tariffs: &BTreeMap<String, i64>, service: &Service, fee: &Fee) -> Option<String> {
    let set = tariffs.contains_key(&format!("{}.{}", service.slug, fee.id));
    (fee.doubtful && !set).then(|| t!("Importo da confermare: chiedi all'ufficio.").to_owned())
}

/// A fee in words, and what is doubtful in it.
pub fn cost(fee: &Fee, cents: Option<i64>, doubt: Option<String>) -> CostLine {
    CostLine {
        description: fee.description.clone(),
        amount: cents.map_or_else(|| t!("Importo stabilito dal Comune").to_owned(), euro),
        when: match fee.when {
            FeeWhen::Presentazione => t!("Alla presentazione"),
            FeeWhen::Rilascio => t!("Al rilascio"),
            FeeWhen::Periodico => t!("Ogni periodo, dopo l'accoglimento"),
        }
        .to_owned(),
        condition: condition(fee, doubt),
    }
}

fn condition(fee: &Fee, doubt: Option<String>) -> Option<String> {
    let due = match &fee.due_if {
        Some(_) => Some(t!("Solo in alcuni casi: il modulo te lo dice.").to_owned()),
        None => {
            let words = fee.condition_text.as_deref().and_then(plain);
            words.map(|words| quoted(&words))
        }
    };
    match (due, doubt) {
        (Some(due), Some(doubt)) => Some(format!("{due} {doubt}")),
        (due, doubt) => due.or(doubt),
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

/// The term in words: "Il Comune risponde entro 60 giorni. Si contano da: …."
pub fn term(service: &Service) -> String {
    let term = &service.term;
    let norm = in_brackets(&term.norm).filter(|_| !term.doubtful);
    let from = format!("{}{}", term.from, norm.unwrap_or_default());
    let (n, from) = (term.days, quoted(&from));
    let told = match term.counting {
        Counting::Solari => t!(
            "Il Comune risponde entro {n} giorni. Si contano da: {from}.",
            n,
            from
        ),
        Counting::Lavorativi => t!(
            "Il Comune risponde entro {n} giorni lavorativi. Si contano da: {from}.",
            n,
            from
        ),
        Counting::Immediato => t!("Il Comune risponde subito.").to_owned(),
    };
    match term.doubtful {
        true => format!(
            "{told} {}",
            t!("Termine da confermare: chiedi all'ufficio.")
        ),
        false => told,
    }
}

/// " (L. 241/1990, art. 2)"; none where there is none for certain.
fn in_brackets(norm: &str) -> Option<String> {
    let norm = plain(norm).filter(|norm| !norm.is_empty())?;
    Some(format!(" ({norm})"))
}

/// What it means if the comune does not answer; nothing where it is doubtful.
pub fn silence(service: &Service) -> Option<String> {
    let silence = &service.silence;
    if silence.doubtful {
        return None;
    }
    let effect = match silence.effect.as_str() {
        "assenso" => t!("la richiesta vale come accolta"),
        "rigetto" => t!("la richiesta vale come respinta: puoi fare ricorso"),
        "inadempimento" => t!("puoi chiedere che decida il titolare del potere sostitutivo"),
        "consolidamento" => t!("la segnalazione si consolida"),
        _ => return None,
    };
    let norm = in_brackets(&silence.norm).unwrap_or_default();
    let effect = format!("{effect}{}", quoted(&norm));
    Some(match silence.after_days {
        Some(n) => t!(
            "Se dopo {n} giorni il Comune non ha risposto, {effect}.",
            n,
            effect
        ),
        None => t!("Se il Comune non risponde, {effect}.", effect),
    })
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
