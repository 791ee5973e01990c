//! The timer of requests for documents: without an answer in time the office goes on.

use rules::case::{Actor, Command};

use super::{
    CommandError,
    change::{self, Change},
    load,
};
use crate::{clock::rome_day, state::Counter, store::cases};

/// Ends what waited beyond its last day; how many. One case's fault does not stop the others.
pub async fn expire_integrations(counter: &Counter) -> Result<usize, CommandError> {
    let today = rome_day(counter.now_ms());
    let mut ended = 0;
    for id in cases::unanswered(&counter.store, &today.to_string()).await? {
        match expire(counter, &id).await {
            Ok(_) => ended += 1,
            // Answered, or ended by another node, meanwhile.
            Err(CommandError::Changed | CommandError::Refused(_)) => {}
            Err(error) => {
                tracing::error!(case.id = %id, error.cause = %error, "integration not expired");
            }
        }
    }
    Ok(ended)
}

async fn expire(counter: &Counter, id: &str) -> Result<i64, CommandError> {
    let case = load(counter, id).await?;
    let now = counter.now_ms();
    let command = Command::ScadenzaIntegrazione {
        today: rome_day(now),
    };
    let seen = case.state.seq;
    change::run(
        counter,
        &case,
        seen,
        Actor::Sistema,
        now,
        Change::Plain(command),
    )
    .await
}
