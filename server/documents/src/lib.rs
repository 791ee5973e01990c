//! From a document as data to a PDF/A-2a and PDF/UA-1 file.
//!
//! Values reach the templates as data (a JSON file that they read), never as source: what
//! people wrote cannot become markup. Nothing is read from disk, network or clock.

mod letters;
mod world;

pub use papers;

use papers::{Job, Kind, Moment};
use thiserror::Error;
use typst::{
    diag::SourceDiagnostic,
    foundations::{Datetime, Smart},
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::{letters::Alphabet, world::Desk};

/// Messages may quote the document: never write them to a log.
#[derive(Debug, Error)]
pub enum RenderError {
    #[error("the job cannot be read: {0}")]
    Job(#[from] serde_json::Error),
    #[error("typesetting failed: {0}")]
    Typeset(String),
    #[error("no PDF/A-2a and PDF/UA-1 of it: {0}")]
    Standard(String),
    #[error("the date of the document does not exist")]
    Date,
}

/// The bytes of the PDF.
pub fn render(job: &Job) -> Result<Vec<u8>, RenderError> {
    match print(job, Alphabet::All) {
        // A sign that no font can show in its place: the rest of the alphabet is left out.
        Err(RenderError::Standard(_)) => print(job, Alphabet::Plain),
        done => done,
    }
}

fn print(job: &Job, alphabet: Alphabet) -> Result<Vec<u8>, RenderError> {
    let desk = Desk::new(template(&job.paper.kind), &job.paper, alphabet)?;
    let document: PagedDocument = typst::compile(&desk).output.map_err(|all| {
        let (at, message) = desk.explain(&all);
        RenderError::Typeset(format!("{at}: {message}"))
    })?;
    let options = PdfOptions {
        ident: Smart::Custom(job.identifier.clone()),
        creator: Smart::Custom(None),
        timestamp: Some(timestamp(&job.made).ok_or(RenderError::Date)?),
        standards: standards()?,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|all| RenderError::Standard(words(&all)))
}

fn standards() -> Result<PdfStandards, RenderError> {
    PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|e| RenderError::Standard(e.message().to_string()))
}

fn words(all: &[SourceDiagnostic]) -> String {
    let messages: Vec<&str> = all.iter().map(|one| one.message.as_str()).collect();
    messages.join("; ")
}

fn template(kind: &Kind) -> &'static str {
    match kind {
        Kind::Petition(_) => "/petition.typ",
        Kind::ToSign(_) => "/to_sign.typ",
        Kind::Receipt(_) => "/receipt.typ",
        Kind::Request(_) => "/request.typ",
        Kind::Decision(_) => "/decision.typ",
        Kind::Refusal(_) => "/refusal.typ",
        Kind::Terms(_) => "/terms.typ",
        Kind::Issued(_) => world::OWN_TEMPLATE,
    }
}

fn timestamp(at: &Moment) -> Option<Timestamp> {
    let wall = Datetime::from_ymd_hms(at.year, at.month, at.day, at.hour, at.minute, at.second)?;
    Timestamp::new_local(wall, at.offset)
}
