//! "Manda di nuovo": what failed, or what nobody knows about, is queued again.

use rules::roles::{Operation, Place};

use super::list::{DeliveriesError, filter_code};
use crate::{
    error::Refused,
    forms::FormBody,
    http::Outcome,
    roles,
    state::{Counter, Person},
    store::outbox,
};

/// `POST /ufficio/consegne`: `azione=rimanda`, `id`, and the filter to go back to, `stato`.
pub async fn action(
    counter: &Counter,
    person: &Person,
    form: &FormBody,
) -> Result<Outcome, Refused> {
    if Operation::of_command(form.get("azione")) != Some(Operation::Resend) {
        return Err(DeliveriesError::Unknown.into());
    }
    resend(counter, person, form.get("id")).await?;
    Ok(Outcome::Done {
        path: format!("/ufficio/consegne?stato={}", filter_code(form.get("stato"))),
    })
}

async fn resend(counter: &Counter, person: &Person, id: &str) -> Result<(), DeliveriesError> {
    roles::check(person, Operation::Resend, Place::Town)?;
    let (row, now) = (id.to_owned(), counter.now_ms());
    let queued = counter
        .store
        .write::<_, DeliveriesError, _>(move |tx| {
            Box::pin(async move { Ok(outbox::resend(tx, &row, now).await?) })
        })
        .await?;
    if !queued {
        return Err(DeliveriesError::Nothing);
    }
    tracing::info!(outbox.id = %id, person.id = %person.id, "sent again by hand");
    counter.wake.notify_waiters();
    Ok(())
}
