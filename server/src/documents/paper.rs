//! What a document shows: read from the registered bytes, in the words of the pages.

use app::api::AttachmentView;
use papers::{Attachment, Head, Job, Kind, Office, Paper, Town};
use rules::{
    case::{Event, Registered},
    catalogue::Service,
};
use thiserror::Error;

use super::{decision, kind, petition, receipt, refusal, request, title};
use crate::{
    cases::{Act, LoadError, LoadedCase, StoredDocument},
    clock::{rome_text, rome_wall},
    requests, signing,
    state::Counter,
};

#[derive(Debug, Error)]
pub enum PaperError {
    #[error("no such document in this case")]
    NoDocument,
    #[error(transparent)]
    Load(#[from] LoadError),
}

/// A registered document with its event.
pub struct Source<'a> {
    pub event: &'a Event,
    pub registered: &'a Registered,
    pub document: &'a StoredDocument,
}

impl<'a> Source<'a> {
    pub fn find(case: &'a LoadedCase, seq: i64) -> Option<Self> {
        let event = case.events.iter().find(|event| event.seq == seq)?;
        let registered = event.body.act()?;
        let id = &registered.document.id;
        Some(Self {
            event,
            registered,
            document: case.documents.iter().find(|d| d.id == *id)?,
        })
    }
}

/// The job of the PDF `kind` of event `seq`. `case`: as it was at that event.
pub async fn job(
    counter: &Counter,
    case: &LoadedCase,
    seq: i64,
    kind: &str,
) -> Result<Job, PaperError> {
    let source = Source::find(case, seq).ok_or(PaperError::NoDocument)?;
    let service = &case.definition.service;
    let protocol = source.registered.protocol.to_string();
    let paper = Paper {
        title: format!("{}: {}, protocollo {protocol}", title(kind), service.title),
        service: service.title.clone(),
        town: town(counter).await,
        office: office(counter, &case.definition.service),
        protocol,
        registered: rome_text(source.event.at_ms),
        original: source.document.sha256.clone(),
        kind: content(counter, case, &source, kind)?,
    };
    Ok(Job {
        identifier: format!("{}/{seq}/{kind}", case.row.id),
        made: rome_wall(source.event.at_ms),
        paper,
    })
}

/// The job of a decision that is not registered yet; `None` where its outcome has no paper.
pub async fn preview(counter: &Counter, case: &LoadedCase, act: Act, now_ms: i64) -> Option<Job> {
    let kind = decision::of_act(case, act).ok()?;
    let Kind::Issued(issued) = &kind else {
        return None;
    };
    let service = &case.definition.service;
    Some(Job {
        identifier: format!("{}/anteprima/{now_ms}", case.row.id),
        made: rome_wall(now_ms),
        paper: Paper {
            title: format!("Anteprima: {}", issued.title),
            service: service.title.clone(),
            town: town(counter).await,
            office: office(counter, service),
            protocol: String::new(),
            registered: rome_text(now_ms),
            original: String::new(),
            kind,
        },
    })
}

fn content(
    counter: &Counter,
    case: &LoadedCase,
    source: &Source<'_>,
    kind: &str,
) -> Result<Kind, PaperError> {
    Ok(match kind {
        kind::PETITION => Kind::Petition(petition::content(counter, case)?),
        kind::RECEIPT => Kind::Receipt(receipt::content(counter, case)?),
        kind::REQUEST => Kind::Request(request::content(counter, case, source)?),
        kind::DECISION => decision::content(case, source)?,
        kind::REFUSAL => Kind::Refusal(refusal::content(case, source)?),
        _ => return Err(PaperError::NoDocument),
    })
}

pub async fn town(counter: &Counter) -> Town {
    let town = &counter.comune.comune;
    // Where it is shown on the site; a town without a drawn crest prints none.
    let crest = counter
        .settings
        .site
        .join(town.stemma.trim_start_matches('/'));
    let crest = tokio::fs::read_to_string(crest).await.ok();
    Town {
        name: town.nome.clone(),
        colour: town.colore.clone(),
        crest: crest.filter(|svg| svg.contains("<svg")),
        address: town.indirizzo.clone(),
        phone: town.telefono.clone(),
        email: town.email.clone(),
        pec: town.pec.clone(),
        fiscal_code: town.codice_fiscale.clone(),
    }
}

pub fn office(counter: &Counter, service: &Service) -> Office {
    let card = counter.office_card(&service.office);
    Office {
        name: card.name,
        sector: card.sector,
        responsible: card.responsible,
        address: card.address,
        hours: card.hours,
        phone: card.phone,
        email: card.email,
    }
}

/// The act of the event, as it was registered.
pub fn act(case: &LoadedCase, source: &Source<'_>) -> Result<Act, PaperError> {
    case.act(source.event.seq)?.ok_or(PaperError::NoDocument)
}

/// What an act of the office answers.
pub fn head(case: &LoadedCase, act: &Act) -> Head {
    let first = case.events.first();
    Head {
        to: act.to.clone(),
        request: act.request.clone(),
        request_day: first.map(|event| event.day.italian()).unwrap_or_default(),
        author: act.author.clone(),
    }
}

/// Files with the titles under which the service asked for them.
pub fn attachments<'a>(
    case: &LoadedCase,
    files: impl Iterator<Item = &'a AttachmentView>,
) -> Vec<Attachment> {
    let asked = &case.definition.service.form.attachments;
    files
        .map(|file| Attachment {
            title: asked
                .iter()
                .find(|attachment| attachment.id == file.id)
                .map(|found| found.title.clone())
                .unwrap_or_else(|| other_title(&file.id).to_owned()),
            file: file.name.clone(),
            size: app::components::size(file.bytes),
            sha256: file.sha256.clone(),
        })
        .collect()
}

/// Of a file that the definition does not ask for.
fn other_title(id: &str) -> &'static str {
    match id {
        requests::SIGNED_COPY => "Copia firmata su carta",
        signing::DOCUMENT => "Richiesta firmata digitalmente",
        _ => "Allegato",
    }
}
