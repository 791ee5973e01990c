//! Delegations, and whom cases are about, against the register and the events.

use rules::case::Event;

use super::Check;
use crate::{
    cases, delegations,
    state::Counter,
    store::{Store, StoreError, cases::CaseRow, delegations as rows, representations},
};

/// Each can be opened: none of what it is bound to was changed.
pub async fn check_all(
    counter: &Counter,
    store: &Store,
    found: &mut Vec<String>,
) -> Result<(), StoreError> {
    for row in rows::all(store).await? {
        if delegations::open(counter, &row).is_err() {
            found.push(format!("delega {}: è cambiata", row.id));
        }
    }
    Ok(())
}

/// Whom the case is about is what the register's entry says, and the first event the delegation.
pub async fn check_case(
    check: &mut Check<'_>,
    row: &CaseRow,
    events: &[Event],
    name: &str,
) -> Result<(), StoreError> {
    let of = representations::get(check.store, &row.id).await?;
    let number = (i64::from(row.year), row.number);
    let told = check.correspondents.get(&number);
    let sent_by = events.first().and_then(|event| event.actor.delegation());
    let kept = of.as_ref().and_then(|of| of.delegation.as_deref());
    if told != Some(&cases::sender(&row.person, of.as_ref())) || sent_by != kept {
        let message = "chi è rappresentato non è quello del registro";
        check.found.push(format!("{name}: {message}"));
    }
    Ok(())
}
