//! A place is kept for a quarter of an hour while she reads and sends.

use rules::{
    catalogue::Form,
    form::{Evaluation, Issue, IssueKind},
    t,
};

use super::{Choice, chosen};
use crate::{
    clock::rome_text,
    state::Counter,
    store::{StoreError, bookings},
};

const HOLD_MS: i64 = 15 * 60_000;

/// Keeps the chosen time for the draft; says so on its control when it is not free.
pub async fn hold(
    counter: &Counter,
    form: &Form,
    evaluation: &Evaluation,
    draft: &str,
) -> Result<Option<Issue>, StoreError> {
    let Some(choice) = chosen(form, evaluation) else {
        return Ok(None);
    };
    let Some(time) = choice.time(counter) else {
        return Ok(Some(refused(form, &choice)));
    };
    let (draft, now) = (draft.to_owned(), counter.now_ms());
    let held = counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { bookings::hold(tx, &time, &draft, now, now + HOLD_MS).await })
        })
        .await?;
    Ok((!held).then(|| refused(form, &choice)))
}

/// The time is somebody else's, or past.
pub fn refused(form: &Form, choice: &Choice) -> Issue {
    let of = form.steps.iter().find_map(|step| {
        let field = step.fields().find(|field| field.name == choice.field)?;
        Some((step.id.clone(), field.label.clone()))
    });
    let (step, label) = of.unwrap_or_default();
    Issue {
        path: choice.field.clone(),
        step,
        label,
        kind: IssueKind::Wrong,
        message: t!("Questo orario non è più libero. Scegline un altro.").to_owned(),
        from_definition: false,
    }
}

/// "Ti teniamo il posto fino alle …", while it is so.
pub async fn notice(counter: &Counter, draft: &str) -> Result<Option<String>, StoreError> {
    let until = bookings::held_until(&counter.store, draft, counter.now_ms()).await?;
    Ok(until.map(|until| {
        let at = rome_text(until);
        let time = at.rsplit(' ').next().unwrap_or_default().to_owned();
        t!(
            "Il tuo orario è tenuto da parte fino alle {time}. Invia prima di allora.",
            time
        )
    }))
}
