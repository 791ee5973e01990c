//! New events of a case, live: the table first, then what the hub tells.

use std::{collections::VecDeque, time::Duration};

use futures::{StreamExt, stream::BoxStream};
use rules::roles::Operation;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{LoadError, Side, load::enter};
use crate::{
    events::CaseChanged,
    state::{Counter, Person},
    store::{Engine, cases},
};

/// With several nodes, news of another one may be missed while the database is away: then the
/// table tells.
const POLL: Duration = Duration::from_secs(15);

struct Follower {
    counter: Counter,
    /// Who may be shut out while she follows: a delegate.
    person: Option<Person>,
    case: String,
    /// The last number told.
    last: i64,
    waiting: VecDeque<i64>,
    changes: Receiver<CaseChanged>,
}

/// Numbers of the events after `last`, in order, for as long as somebody listens. Without `last`
/// the newest event is told first, so that a page rendered just before it notices.
pub async fn stream(
    counter: &Counter,
    person: &Person,
    case: &str,
    last: Option<i64>,
) -> Result<BoxStream<'static, i64>, LoadError> {
    let ((row, of), side) = enter(counter, person, Operation::FollowCase, case).await?;
    let may_end = match side {
        Side::Delegate { .. } => true,
        Side::Applicant(_) => of.is_some(),
        Side::Represented(_) | Side::Office(_) | Side::System => false,
    };
    // Before the table is read: nothing falls between the two.
    let changes = counter.hub.subscribe();
    let last = match last {
        Some(last) => last,
        None => {
            let all = cases::seqs_after(&counter.store, &row.id, 0).await?;
            all.last().copied().unwrap_or(1) - 1
        }
    };
    let waiting = cases::seqs_after(&counter.store, &row.id, last)
        .await?
        .into();
    let follower = Follower {
        counter: counter.clone(),
        person: may_end.then(|| person.clone()),
        case: row.id,
        last,
        waiting,
        changes,
    };
    Ok(
        futures::stream::unfold(follower, |mut follower| async move {
            let seq = follower.next().await?;
            Some((seq, follower))
        })
        .boxed(),
    )
}

impl Follower {
    /// `None` when the program stops or the database is gone: the browser comes back by itself.
    async fn next(&mut self) -> Option<i64> {
        loop {
            if let Some(seq) = self.waiting.pop_front() {
                self.last = seq;
                return Some(seq);
            }
            self.wait().await?;
            if let Some(person) = &self.person {
                let operation = Operation::FollowCase;
                enter(&self.counter, person, operation, &self.case)
                    .await
                    .ok()?;
            }
            let news = cases::seqs_after(&self.counter.store, &self.case, self.last).await;
            self.waiting = news.ok()?.into();
        }
    }

    /// Until this case may have news.
    async fn wait(&mut self) -> Option<()> {
        let poll = self.counter.store.engine() == Engine::Postgres;
        loop {
            tokio::select! {
                change = self.changes.recv() => match change {
                    Ok(change) if change.case == self.case && change.seq > self.last => return Some(()),
                    Ok(_) => {}
                    // Some were missed: the table knows.
                    Err(RecvError::Lagged(_)) => return Some(()),
                    Err(RecvError::Closed) => return None,
                },
                () = tokio::time::sleep(POLL), if poll => return Some(()),
            }
        }
    }
}
