//! The giver takes a delegation back: from this moment on it holds no more.

use super::DelegationError;
use crate::{
    state::{Counter, Person},
    store::delegations,
};

/// A second time is fine; somebody else's is not found.
pub async fn revoke(counter: &Counter, person: &Person, id: &str) -> Result<(), DelegationError> {
    let row = delegations::get(&counter.store, id).await?;
    row.filter(|row| row.giver == person.id)
        .ok_or(DelegationError::NotFound)?;
    let (id, giver, now) = (id.to_owned(), person.id.clone(), counter.now_ms());
    counter
        .store
        .write::<_, DelegationError, _>(move |tx| {
            Box::pin(async move {
                delegations::revoke(tx, &id, &giver, now).await?;
                Ok(())
            })
        })
        .await
}
