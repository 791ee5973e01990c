//! The receipt (L. 241/1990 art. 18-bis): read from the registered original.

use app::api::{Problem, ReceiptPage};
use rules::t;
use thiserror::Error;

use crate::{
    cases::{self, LoadError, LoadedCase, OriginalView},
    clock::rome_text,
    documents,
    error::{Refusal, internal},
    privacy::NoticeRef,
    services::sheet,
    state::{Counter, Person},
};

#[derive(Debug, Error)]
pub enum ReceiptError {
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error("the original cannot be read: {0}")]
    Corrupt(#[from] serde_json::Error),
}

impl Refusal for ReceiptError {
    fn problem(&self) -> Problem {
        match self {
            Self::Load(error) => error.problem(),
            Self::Corrupt(_) => internal(),
        }
    }
}

pub async fn receipt(
    counter: &Counter,
    person: &Person,
    id: &str,
) -> Result<ReceiptPage, ReceiptError> {
    let case = cases::of_citizen(counter, person, id).await?;
    let original: OriginalView = serde_json::from_slice(&case.original)?;
    let seq = case.state.seq;
    // What was promised when it was filed, whatever came of it.
    let page = page(counter, &case.as_at(1)?, &original);
    Ok(ReceiptPage { seq, ..page })
}

/// The receipt of a loaded case.
pub fn page(counter: &Counter, case: &LoadedCase, original: &OriginalView) -> ReceiptPage {
    let service = &case.definition.service;
    let name = format!(
        "{} {}",
        original.applicant.name, original.applicant.family_name
    );
    ReceiptPage {
        seq: case.state.seq,
        id: case.row.id.clone(),
        slug: service.slug.clone(),
        protocol: case.protocol().to_string(),
        submitted: rome_text(case.row.created_at),
        title: service.title.clone(),
        applicant: applicant(&name, original),
        represented: cases::represented(&original.answers).map(|of| of.line()),
        office: counter.office_card(&service.office),
        due: case.due().map(|day| day.italian()).unwrap_or_default(),
        silence: sheet::silence(service),
        original_sha256: case.original_sha256().to_owned(),
        pdf: case.pdf(1, documents::kind::RECEIPT),
        summary: cases::summary(counter, case, original),
        attachments: original.attachments.clone(),
        declarations: original
            .declarations
            .iter()
            .map(|d| d.text.clone())
            .collect(),
        privacy: original.privacy.as_ref().map(NoticeRef::told),
        fees: Vec::new(),
        remedies: service
            .remedies
            .iter()
            .filter_map(|r| rules::catalogue::source::plain(r))
            .collect(),
        fresh: false,
    }
}

fn applicant(name: &str, original: &OriginalView) -> String {
    let who = format!("{name}, {}", original.applicant.code());
    match &original.evidence.desk {
        None => who,
        Some(desk) => t!(
            "{who} (firmata su carta allo sportello, davanti a {clerk})",
            who,
            clerk = desk.operator_name
        ),
    }
}
