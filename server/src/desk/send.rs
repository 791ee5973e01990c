//! "Registra": the signed copy is kept with the request, the request becomes a case.

use app::api::SaveRequest;
use rules::roles::{Operation, Place};

use super::{
    DeskError,
    applicant::citizen,
    page::{draft_of, is_complete, stamp},
};
use crate::{
    forms::FormBody,
    requests, roles,
    state::{Counter, Person},
    store::{
        StoreError,
        desks::{self, DeskRow},
    },
};

/// The control of the signed copy.
pub const COPY: &str = "copia_firmata";

/// Field `impronta`: what was printed; file [`COPY`]. The case's id.
pub async fn send(
    counter: &Counter,
    person: &Person,
    form: &FormBody,
) -> Result<String, DeskError> {
    let desk = open(counter, person).await?;
    let applicant = citizen(counter, person, &desk).await?;
    if let Some(sent) = requests::already(counter, &applicant, &desk.draft).await? {
        end(counter, &desk).await?;
        return Ok(sent.case_id);
    }
    let page = draft_of(counter, &applicant, &desk).await?;
    if !is_complete(&page) {
        return Err(DeskError::Incomplete);
    }
    if stamp(&page) != form.get("impronta") {
        return Err(DeskError::Changed);
    }
    let file = form.files.iter().find(|file| file.field == COPY);
    let file = file.ok_or_else(|| invalid("Scegli la copia firmata: la scansione o una foto."))?;
    let kept = requests::attach_signed(counter, &desk.draft, &file.name, &file.bytes).await;
    kept.map_err(|error| match error.of_file() {
        Some(told) => invalid(&told),
        None => error.into(),
    })?;
    let request = SaveRequest {
        azione: "invia".to_owned(),
        versione: page.draft.version,
        bozza: desk.draft.clone(),
        ..SaveRequest::default()
    };
    let sent = requests::submit(counter, &applicant, &desk.slug, &request).await;
    let sent = sent.map_err(|error| match error {
        requests::SubmitError::Invalid(_) => DeskError::Incomplete,
        requests::SubmitError::Unread(_) => DeskError::Changed,
        other => other.into(),
    })?;
    end(counter, &desk).await?;
    tracing::info!(person.id = %person.id, desk.id = %desk.id, case.id = %sent.case_id, "sent at the counter");
    Ok(sent.case_id)
}

fn invalid(told: &str) -> DeskError {
    DeskError::Invalid(vec![(COPY.to_owned(), told.to_owned())])
}

/// The desk that she has open, as long as she may at its service's office.
async fn open(counter: &Counter, person: &Person) -> Result<DeskRow, DeskError> {
    roles::check(person, Operation::Assist, Place::Somewhere)?;
    let desk = desks::open(&counter.store, &person.id).await?;
    let desk = desk.ok_or(DeskError::Gone)?;
    let service = counter.catalogue.get(&desk.slug).ok_or(DeskError::Gone)?;
    let place = Place::Office(&service.service.office.id);
    roles::check(person, Operation::Assist, place)?;
    Ok(desk)
}

/// "Chiudi senza registrare": the draft goes with its files; what was sent stays.
pub async fn close(counter: &Counter, person: &Person) -> Result<(), DeskError> {
    roles::check(person, Operation::Assist, Place::Somewhere)?;
    let desk = desks::open(&counter.store, &person.id).await?;
    let desk = desk.ok_or(DeskError::Gone)?;
    requests::delete(counter, &desk.draft).await?;
    end(counter, &desk).await?;
    Ok(())
}

async fn end(counter: &Counter, desk: &DeskRow) -> Result<(), StoreError> {
    let (id, now) = (desk.id.clone(), counter.now_ms());
    counter
        .store
        .write(move |tx| Box::pin(async move { desks::end(tx, &id, now).await }))
        .await
}
