//! The represented person takes a delegation on paper back: who sent the request for her follows
//! it no more.

use super::{CommandError, access, load};
use crate::{
    state::{Counter, Person},
    store::{StoreError, cases, representations},
};

pub async fn send_away(counter: &Counter, person: &Person, id: &str) -> Result<i64, CommandError> {
    let case = load::of_citizen(counter, person, id).await?;
    if !access::can_end(&case) {
        return Err(CommandError::Unknown);
    }
    let (case_id, now) = (case.row.id.clone(), counter.now_ms());
    counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                // After a command that is under way.
                cases::lock(tx, &case_id).await?;
                representations::end(tx, &case_id, now).await
            })
        })
        .await?;
    Ok(case.state.seq)
}
