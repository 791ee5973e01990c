//! SQLite's one writer: what waits together commits together.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures::{FutureExt as _, future::BoxFuture};
use prometheus::Histogram;
use sqlx::{AnyConnection, Executor};
use tokio::sync::{mpsc, oneshot};

use super::{StoreError, Tx};

/// Most jobs in one commit: bounds what one failed commit takes with it.
const GROUP: usize = 64;
/// Jobs that may wait; more are held back at the door.
const QUEUE: usize = 1024;

type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
type Job = Box<dyn for<'c> FnOnce(&'c mut Tx) -> BoxFuture<'c, (bool, Answer)> + Send>;

#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    stopped: Arc<AtomicBool>,
}

impl Writer {
    /// `sizes`: how many jobs share a commit.
    pub fn start(connection: AnyConnection, sizes: Histogram) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        tokio::spawn(run(connection, queue, sizes));
        Self {
            jobs,
            stopped: Arc::default(),
        }
    }

    pub async fn run<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'c> FnOnce(&'c mut Tx) -> BoxFuture<'c, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if self.stopped.load(Ordering::SeqCst) {
            return Err(StoreError::Stopped.into());
        }
        let (sender, receiver) = oneshot::channel::<Result<T, E>>();
        let job: Job = Box::new(move |tx| {
            Box::pin(async move {
                // Others' jobs are in the same commit, and come after it: only this one is undone.
                // The hook of panics has told it.
                let done = AssertUnwindSafe(async { work(tx).await }).catch_unwind();
                let result = done
                    .await
                    .unwrap_or_else(|_| Err(StoreError::Panicked.into()));
                let keep = result.is_ok();
                let answer: Answer = Box::new(move |committed| {
                    let _ = sender.send(match committed {
                        Ok(()) => result,
                        Err(error) => result.and(Err(error.into())),
                    });
                });
                (keep, answer)
            })
        });
        self.jobs.send(job).await.map_err(|_| StoreError::Stopped)?;
        receiver.await.map_err(|_| StoreError::Stopped)?
    }

    /// Returns once everything queued so far is durable; what comes later is refused.
    pub async fn stop(&self) {
        let _: Result<(), StoreError> = self.run(|_| Box::pin(async { Ok(()) })).await;
        self.stopped.store(true, Ordering::SeqCst);
    }
}

async fn run(mut connection: AnyConnection, mut queue: mpsc::Receiver<Job>, sizes: Histogram) {
    let mut group = Vec::with_capacity(GROUP);
    while queue.recv_many(&mut group, GROUP).await > 0 {
        let mut answers = Vec::with_capacity(group.len());
        sizes.observe(group.len() as f64);
        let committed = commit(&mut connection, group.drain(..), &mut answers).await;
        if committed.is_err() {
            let _ = connection.execute("ROLLBACK").await;
        }
        for answer in answers {
            answer(match &committed {
                Ok(()) => Ok(()),
                Err(error) => Err(StoreError::Commit(error.to_string())),
            });
        }
        group.clear();
    }
}

async fn commit(
    connection: &mut AnyConnection,
    jobs: impl Iterator<Item = Job>,
    answers: &mut Vec<Answer>,
) -> Result<(), sqlx::Error> {
    // Each call of the database is a walk to its thread and back.
    connection.execute("BEGIN IMMEDIATE; SAVEPOINT job").await?;
    for job in jobs {
        let (keep, answer) = job(connection).await;
        answers.push(answer);
        let end = match keep {
            true => "RELEASE job; SAVEPOINT job",
            false => "ROLLBACK TO job",
        };
        connection.execute(end).await?;
    }
    connection.execute("COMMIT").await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use sqlx::Row;

    use crate::{
        store::{Store, StoreError},
        testing::stores,
    };

    async fn write(store: &Store, name: &'static str, panics: bool) -> Result<(), StoreError> {
        store
            .write(move |tx| {
                Box::pin(async move {
                    sqlx::query("INSERT INTO probes (name, at) VALUES ($1, 1)")
                        .bind(name)
                        .execute(tx)
                        .await?;
                    assert!(!panics, "as told");
                    Ok(())
                })
            })
            .await
    }

    async fn names(store: &Store) -> Vec<String> {
        let mut connection = store.read().await.unwrap();
        let rows = sqlx::query("SELECT name FROM probes ORDER BY name");
        let rows = rows.fetch_all(&mut *connection).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    #[tokio::test]
    async fn a_write_that_panics_undoes_itself_and_no_other() {
        for store in stores().await {
            let (before, panicked, beside) = tokio::join!(
                write(&store, "a", false),
                write(&store, "b", true),
                write(&store, "c", false),
            );
            before.unwrap();
            beside.unwrap();
            let told = panicked.unwrap_err();
            assert!(matches!(told, StoreError::Panicked), "{told}");
            write(&store, "d", false).await.unwrap();
            assert_eq!(names(&store).await, ["a", "c", "d"]);
        }
    }
}
