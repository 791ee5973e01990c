//! `/servizi/{slug}/condizioni`: the sheet as a PDF to keep, with the day on which it holds.

use std::{collections::HashMap, sync::Arc};

use app::api::{CostLine, SheetPage};
use papers::{Job, Kind, Paper, Passage, Terms};
use rules::{catalogue::Service, language::Language};
use thiserror::Error;
use tokio::sync::Mutex;

use super::sheet;
use crate::{
    changes,
    clock::rome_wall,
    documents::{self, Bounds, PrintError},
    error::{self, Refusal},
    state::Counter,
    vault::sha256,
};

#[derive(Debug, Error)]
pub enum TermsError {
    #[error("no such service")]
    Unknown,
    #[error(transparent)]
    Print(#[from] PrintError),
}

impl Refusal for TermsError {
    fn problem(&self) -> app::api::Problem {
        match self {
            Self::Unknown => error::not_found(),
            Self::Print(_) => error::unavailable(),
        }
    }
}

/// What was printed, by slug. One is printed at a time: the same
/// for everybody, it costs a second whoever asks.
#[derive(Default)]
pub struct Printed(Mutex<HashMap<String, Pdf>>);

struct Pdf {
    /// Hash of what it says.
    says: String,
    bytes: Arc<Vec<u8>>,
}

pub async fn terms(counter: &Counter, slug: &str) -> Result<Arc<Vec<u8>>, TermsError> {
    let definition = counter.catalogue.get(slug).ok_or(TermsError::Unknown)?;
    let changes = changes::lately(counter).await;
    let service = &*definition.service;
    // The law speaks Italian here, whoever reads.
    let page = Language::Italian.speak(|| sheet::of_service(counter, &changes, service, false));
    let says = sha256(format!("{} {page:?}", counter.today()).as_bytes());
    let mut printed = counter.terms.0.lock().await;
    if let Some(pdf) = printed.get(slug).filter(|pdf| pdf.says == says) {
        return Ok(Arc::clone(&pdf.bytes));
    }
    let job = job(counter, service, page, &says).await;
    let bytes = documents::print(&counter.settings.renderer(), &job, Bounds::default()).await?;
    let bytes = Arc::new(bytes);
    let pdf = Pdf {
        says,
        bytes: Arc::clone(&bytes),
    };
    printed.insert(slug.to_owned(), pdf);
    Ok(bytes)
}

async fn job(counter: &Counter, service: &Service, page: SheetPage, says: &str) -> Job {
    Job {
        identifier: format!("condizioni/{}/{says}", service.slug),
        made: rome_wall(counter.now_ms()),
        paper: Paper {
            title: format!("Condizioni di servizio: {}", service.title),
            service: service.title.clone(),
            town: documents::town(counter).await,
            office: documents::office(counter, service),
            protocol: String::new(),
            registered: counter.today().italian(),
            original: String::new(),
            kind: Kind::Terms(Terms {
                sections: sections(page, &counter.settings.base_url()),
            }),
        },
    }
}

/// In the sheet's order; what has nothing to say is left out.
fn sections(page: SheetPage, base_url: &str) -> Vec<Passage> {
    let open = match page.open {
        true => "Si può fare la richiesta.",
        false => "Ora non si può fare la richiesta.",
    };
    let status = [Some(open.to_owned()), page.window];
    let files = page
        .attachments
        .into_iter()
        .map(|(title, note)| match note.as_str() {
            "" => format!("{title} (da allegare)"),
            note => format!("{title} (da allegare): {note}"),
        });
    let norms = page.norms.iter();
    let norms = norms.map(|norm| format!("{}, {}: {}", norm.source, norm.articles, norm.about));
    let costs = match page.costs.is_empty() {
        true => vec!["Non si paga nulla.".to_owned()],
        false => Vec::new(),
    };
    let notice = format!("{base_url}/servizi/{}/privacy", page.slug);
    let all = [
        ("Il servizio", vec![page.description], Vec::new()),
        ("A chi è rivolto", vec![page.who], page.requirements),
        ("Come fare", page.how, Vec::new()),
        (
            "Cosa serve",
            Vec::new(),
            page.needed.into_iter().chain(files).collect(),
        ),
        ("Cosa si ottiene", vec![page.obtained], Vec::new()),
        (
            "Tempi e scadenze",
            [Some(page.term), page.silence]
                .into_iter()
                .flatten()
                .collect(),
            Vec::new(),
        ),
        ("Quanto costa", costs, page.costs.iter().map(cost).collect()),
        (
            "Accedi al servizio",
            status.into_iter().flatten().collect(),
            vec![format!("{base_url}/servizi/{}", page.slug)],
        ),
        ("Norme", Vec::new(), norms.collect()),
        (
            "Se non sei d’accordo con la risposta",
            Vec::new(),
            page.remedies,
        ),
        (
            "I tuoi dati",
            vec![format!(
                "L’informativa di questo servizio è a questo indirizzo: {notice}"
            )],
            Vec::new(),
        ),
    ];
    let passages = all.into_iter().map(|(title, text, items)| Passage {
        title: title.to_owned(),
        text: text.into_iter().filter(|words| !words.is_empty()).collect(),
        items,
    });
    passages
        .filter(|passage| !passage.text.is_empty() || !passage.items.is_empty())
        .collect()
}

fn cost(line: &CostLine) -> String {
    let CostLine {
        description,
        amount,
        when,
        condition,
    } = line;
    match condition {
        Some(condition) => format!("{description}: {amount}, {when}. {condition}"),
        None => format!("{description}: {amount}, {when}."),
    }
}
