//! What submissions are compared with: durable commits of one row, one after the other, on a table
//! of its own in a database of the same engine, on the same disk, with the store's settings.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sqlx::{AnyConnection, Connection as _, Executor as _};

use crate::figures::{percentiles, rate};

#[derive(clap::Args)]
pub struct Arguments {
    /// `sqlite://…?mode=rwc`, `postgres://…`
    #[arg(long)]
    database: String,
    #[arg(long, default_value_t = 4)]
    seconds: u64,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<Value> {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&arguments.database).await?;
    if arguments.database.starts_with("sqlite:") {
        // As server/src/store.rs sets them.
        let pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; \
                       PRAGMA foreign_keys=ON; PRAGMA journal_size_limit=67108864;";
        connection.execute(pragmas).await?;
    }
    let table = "CREATE TABLE IF NOT EXISTS bench_rows (name TEXT NOT NULL)";
    connection.execute(table).await?;
    let begun = Instant::now();
    let mut took = Vec::new();
    while begun.elapsed() < Duration::from_secs(arguments.seconds) {
        let start = Instant::now();
        // Outside a transaction each statement is one.
        let insert = sqlx::query("INSERT INTO bench_rows (name) VALUES ($1)");
        insert.bind("a row").execute(&mut connection).await?;
        took.push(start.elapsed());
    }
    let per_second = rate(took.len(), begun.elapsed());
    connection.execute("DROP TABLE bench_rows").await?;
    connection.close().await?;
    Ok(json!({ "per_second": per_second, "took": percentiles(took) }))
}
