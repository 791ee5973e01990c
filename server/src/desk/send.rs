//! "Registra": the signed copy is kept with the request, the request becomes a case.

use app::api::SaveRequest;
use rules::roles::{Operation, Place};

use super::{
    DeskError,
    applicant::{citizen, open},
    page::{draft_of, is_complete, stamp},
};
use crate::{
    forms::FormBody,
    requests, roles,
    state::{Counter, Person},
    store::{
        StoreError,
        desks::{self, DeskRow},
        files,
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
    roles::check(person, Operation::Assist, Place::Somewhere)?;
    let desk = open(counter, person).await?.ok_or(DeskError::Gone)?;
    let applicant = citizen(counter, person, &desk).await?;
    if let Some(sent) = requests::already(counter, &applicant, &desk.draft).await? {
        end(counter, &desk).await?;
        let files = files::of_owner(&counter.store, &sent.case_id).await?;
        return match files
            .iter()
            .any(|file| file.attachment == requests::SIGNED_COPY)
        {
            true => Ok(sent.case_id),
            false => Err(DeskError::SentByHer),
        };
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

/// "Chiudi senza registrare": the draft goes with its files; what was sent stays.
pub async fn close(counter: &Counter, person: &Person) -> Result<(), DeskError> {
    roles::check(person, Operation::Assist, Place::Somewhere)?;
    let desk = desks::open(&counter.store, &person.id).await?;
    discard(counter, &desk.ok_or(DeskError::Gone)?).await
}

/// Ends the desk, and its draft if nobody else ended it before: the citizen by writing on.
pub async fn discard(counter: &Counter, desk: &DeskRow) -> Result<(), DeskError> {
    let (id, draft, now) = (desk.id.clone(), desk.draft.clone(), counter.now_ms());
    let gone = counter.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move {
            match desks::end(tx, &id, now).await? {
                true => requests::delete_in(tx, &draft).await,
                false => Ok(Vec::new()),
            }
        })
    });
    requests::forget(counter, &gone.await?).await;
    Ok(())
}

/// The desk alone.
pub async fn end(counter: &Counter, desk: &DeskRow) -> Result<bool, StoreError> {
    let (id, now) = (desk.id.clone(), counter.now_ms());
    counter
        .store
        .write(move |tx| Box::pin(async move { desks::end(tx, &id, now).await }))
        .await
}
