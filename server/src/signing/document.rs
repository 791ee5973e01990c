//! The PDF to be signed: printed once from the frozen request, then always the same bytes.

use papers::{Attachment, Job, Kind, Paper, Petition, Section};

use super::SigningError;
use crate::{
    clock::{rome_text, rome_wall},
    cosign::{self, Frozen},
    documents::{self, Bounds},
    requests::Draft,
    state::{Counter, Person},
    store::{
        StoreError,
        cosignatures::{self, FrozenRow},
        signing::{self, DocumentRow},
    },
    vault::sha256,
};

/// What is given out.
pub struct Pdf {
    pub name: String,
    pub bytes: Vec<u8>,
    pub sha256: String,
}

fn context(draft: &str) -> String {
    format!("signing_documents/{draft}")
}

/// The document of her frozen request of this service.
pub async fn document(counter: &Counter, person: &Person, slug: &str) -> Result<Pdf, SigningError> {
    let draft = Draft::load(counter, person, slug).await?;
    if !draft.frozen || !draft.service().signature.is_digital() {
        return Err(SigningError::Nothing);
    }
    let row = match signing::get(&counter.store, &draft.id).await? {
        Some(row) => row,
        None => print(counter, &draft.id).await?,
    };
    let master = counter.vault.master();
    Ok(Pdf {
        name: format!("{slug}-da-firmare.pdf"),
        bytes: master.open(&context(&draft.id), &row.sealed)?,
        sha256: row.sha256,
    })
}

async fn print(counter: &Counter, draft: &str) -> Result<DocumentRow, SigningError> {
    let stored = cosignatures::frozen(&counter.store, draft).await?;
    let stored = stored.ok_or(SigningError::Nothing)?;
    let frozen = cosign::read(counter, &stored)?;
    let job = job(counter, &stored, &frozen).await?;
    let program = counter.settings.renderer();
    let pdf = documents::print(&program, &job, Bounds::default()).await?;
    let master = counter.vault.master();
    let row = DocumentRow {
        draft: draft.to_owned(),
        sha256: sha256(&pdf),
        sealed: master.seal(&*counter.rng, &context(draft), &pdf)?,
    };
    // Asked twice at once: the first one stands, and is what both are given.
    let kept = counter.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { signing::insert(tx, &row).await })
    });
    kept.await?.ok_or(SigningError::Nothing)
}

async fn job(counter: &Counter, stored: &FrozenRow, frozen: &Frozen) -> Result<Job, SigningError> {
    let service = cosign::service(counter, frozen).await?;
    let summary = cosign::summary(counter, stored, &service, frozen).into_iter();
    let applicant = &frozen.applicant;
    let name = format!("{} {}", applicant.name, applicant.family_name);
    let title = |id: &str| {
        let asked = service.form.attachments.iter().find(|file| file.id == id);
        asked.map_or_else(String::new, |file| file.title.clone())
    };
    let files = frozen.attachments.iter().map(|file| Attachment {
        title: title(&file.id),
        file: file.name.clone(),
        size: app::components::size(file.bytes),
        sha256: file.sha256.clone(),
    });
    let petition = Petition {
        applicant: vec![
            ("Chi chiede".to_owned(), name.trim().to_owned()),
            ("Codice fiscale".to_owned(), applicant.code().to_owned()),
        ],
        sections: summary
            .map(|part| Section {
                title: part.title,
                lines: part.lines,
            })
            .collect(),
        attachments: files.collect(),
        declarations: frozen.declarations.iter().map(|d| d.text.clone()).collect(),
        ..Petition::default()
    };
    Ok(Job {
        identifier: format!("{}/{}", stored.draft, stored.hash),
        made: rome_wall(stored.frozen_at),
        paper: Paper {
            title: format!("Richiesta da firmare: {}", service.title),
            service: service.title.clone(),
            town: documents::town(counter).await,
            office: documents::office(counter, &service),
            protocol: String::new(),
            registered: rome_text(stored.frozen_at),
            original: stored.hash.clone(),
            kind: Kind::ToSign(petition),
        },
    })
}
