//! Several nodes on one PostgreSQL: an event of a case is told to all of them when it is
//! committed. `Any` cannot listen: this is the one place with a driver of its own.

use sqlx::{AnyConnection, postgres::PgListener};

use super::{Engine, Store, StoreError};

const CHANNEL: &str = "sportello_case";
/// As `Any` calls it.
const POSTGRES: &str = "PostgreSQL";

/// Queues the news in the caller's transaction: PostgreSQL sends it with the commit, or never.
pub async fn tell(tx: &mut AnyConnection, case: &str, seq: i64) -> Result<(), StoreError> {
    if tx.backend_name() == POSTGRES {
        sqlx::query("SELECT CAST(pg_notify($1, $2) AS TEXT)")
            .bind(CHANNEL)
            .bind(format!("{case} {seq}"))
            .execute(tx)
            .await?;
    }
    Ok(())
}

/// Hands over case and number of every new event, this node's own included. Returns at once on
/// SQLite, which has one node; else only with an error.
pub async fn follow(store: &Store, each: impl Fn(&str, i64)) -> Result<(), StoreError> {
    if store.engine() == Engine::Sqlite {
        return Ok(());
    }
    let mut listener = PgListener::connect(&store.url).await?;
    listener.listen(CHANNEL).await?;
    loop {
        // A connection that is lost is made again; what was missed meanwhile the pages look up.
        let news = listener.recv().await?;
        let (case, seq) = news.payload().split_once(' ').unwrap_or_default();
        if let Ok(seq) = seq.parse() {
            each(case, seq);
        }
    }
}
