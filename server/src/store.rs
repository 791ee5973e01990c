//! The database: the only place with SQL. One set of SQL serves SQLite and PostgreSQL.
//!
//! Writes are closures of database work. On SQLite one writer groups those that wait
//! into one durable commit, a savepoint each; on PostgreSQL each has its own transaction.

use std::{path::Path, str::FromStr, time::Duration};

use futures::future::BoxFuture;
use sqlx::{
    AnyConnection, AnyPool, Connection, Executor,
    any::{AnyConnectOptions, AnyPoolOptions},
};
use thiserror::Error;

pub mod bookings;
pub mod cases;
pub mod cosignatures;
pub mod definitions;
pub mod delegations;
pub mod desks;
pub mod drafts;
pub mod dump;
pub mod files;
pub mod identity;
pub mod listen;
pub mod logins;
mod meters;
mod migrations;
pub mod outbox;
pub mod payments;
pub mod privacy;
pub mod ratings;
pub mod register;
pub mod renderings;
pub mod representations;
pub mod roles;
pub mod scans;
pub mod service_changes;
pub mod signing;
pub mod stamps;
pub mod uploads;
mod writer;

pub use meters::{Counted, Meters};
pub use migrations::newest as newest_schema;
pub use sqlx::AnyConnection as Tx;

#[derive(Debug, Error)]
pub enum StoreError {
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    #[error("metrics: {0}")]
    Metrics(#[from] prometheus::Error),
    #[error("the writer has stopped")]
    Stopped,
    #[error("the work of a write panicked")]
    Panicked,
    #[error("commit failed: {0}")]
    Commit(String),
    #[error("a stored value cannot be read: {0}")]
    Corrupt(String),
    #[error("database address {0}: sqlite://… or postgres://… expected")]
    Address(String),
}

impl StoreError {
    /// Whether the database refused a second row with the same key.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(e)) if e.is_unique_violation())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// How a transaction that writes begins.
    fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }
}

#[derive(Clone)]
pub struct Store {
    engine: Engine,
    /// With its password.
    url: String,
    readers: AnyPool,
    meters: Meters,
    writer: Option<writer::Writer>,
}

impl Store {
    /// Opens the database at `url` and brings its tables up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let engine = engine_of(url)?;
        let options = connect_options(engine, url)?;
        let readers = pool(engine, if engine == Engine::Sqlite { 8 } else { 16 })
            .connect_with(options.clone())
            .await?;
        let mut connection = readers.acquire().await?;
        migrations::run(engine, &mut connection).await?;
        drop(connection);
        let meters = Meters::new()?;
        let writer = match engine {
            Engine::Sqlite => {
                let mut connection = AnyConnection::connect_with(&options).await?;
                configure_sqlite(&mut connection).await?;
                Some(writer::Writer::start(connection, meters.batch.clone()))
            }
            Engine::Postgres => None,
        };
        Ok(Self {
            engine,
            url: url.to_owned(),
            readers,
            meters,
            writer,
        })
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// A connection for reading; on PostgreSQL the same pool writes.
    pub async fn read(&self) -> Result<sqlx::pool::PoolConnection<sqlx::Any>, StoreError> {
        Ok(self.readers.acquire().await?)
    }

    /// Runs `work` in a transaction and returns once it is durable. `Err` undoes all of it.
    /// A caller that goes away does not cancel it. It has no reader: words made in it are Italian,
    /// so errors say what is the matter and are put into words by the caller.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'c> FnOnce(&'c mut Tx) -> BoxFuture<'c, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let _waiting = Counted::new(&self.meters.waiting);
        let _timer = self.meters.seconds.start_timer();
        match &self.writer {
            Some(writer) => writer.run(work).await,
            None => {
                self.meters.batch.observe(1.0);
                let pool = self.readers.clone();
                let job = async move {
                    let mut tx = pool.begin().await.map_err(StoreError::from)?;
                    let value = work(&mut tx).await?;
                    tx.commit()
                        .await
                        .map_err(|e| StoreError::Commit(e.to_string()))?;
                    Ok(value)
                };
                tokio::spawn(job)
                    .await
                    .map_err(|end| match end.is_panic() {
                        true => StoreError::Panicked,
                        false => StoreError::Stopped,
                    })?
            }
        }
    }

    /// Whether the database answers and takes a write: both in a table, since SQLite answers
    /// `SELECT 1` without its file.
    pub async fn probe(&self, now_ms: i64) -> Result<(), StoreError> {
        let mut connection = self.read().await?;
        sqlx::query("SELECT MAX(version) FROM migrations")
            .fetch_one(&mut *connection)
            .await?;
        drop(connection);
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO probes (name, at) VALUES ('readyz', $1) \
                     ON CONFLICT (name) DO UPDATE SET at = excluded.at",
                )
                .bind(now_ms)
                .execute(tx)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// The database as it is now, for reading, while others go on writing: one connection in one
    /// transaction. To be closed.
    pub async fn of_now(&self) -> Result<Self, StoreError> {
        let begin = match self.engine {
            Engine::Sqlite => "BEGIN",
            Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        let readers = AnyPoolOptions::new()
            .max_connections(1)
            .after_connect(move |connection, _| {
                Box::pin(async move { connection.execute(begin).await.map(|_| ()) })
            })
            .connect_with(connect_options(self.engine, &self.url)?)
            .await?;
        Ok(Self {
            readers,
            writer: None,
            ..self.clone()
        })
    }

    pub fn meters(&self) -> &Meters {
        &self.meters
    }

    /// Open connections, and how many of them nobody uses.
    pub fn connections(&self) -> (usize, usize) {
        let all = usize::try_from(self.readers.size()).unwrap_or(usize::MAX);
        (all, self.readers.num_idle())
    }

    /// Waits for queued writes and closes.
    pub async fn close(&self) {
        if let Some(writer) = &self.writer {
            writer.stop().await;
        }
        self.readers.close().await;
    }
}

fn engine_of(url: &str) -> Result<Engine, StoreError> {
    match url.split(':').next() {
        Some("sqlite") => Ok(Engine::Sqlite),
        Some("postgres" | "postgresql") => Ok(Engine::Postgres),
        _ => Err(StoreError::Address(redacted(url))),
    }
}

fn connect_options(engine: Engine, url: &str) -> Result<AnyConnectOptions, StoreError> {
    let mut url = url.to_owned();
    if engine == Engine::Sqlite {
        let file = url
            .trim_start_matches("sqlite://")
            .split('?')
            .next()
            .unwrap_or_default();
        if let Some(folder) = Path::new(file).parent() {
            std::fs::create_dir_all(folder).map_err(sqlx::Error::Io)?;
        }
        if !url.contains('?') {
            url.push_str("?mode=rwc");
        }
    }
    Ok(AnyConnectOptions::from_str(&url)?)
}

fn pool(engine: Engine, size: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(Duration::from_secs(5))
        // Over a network a connection may have died; a file is there. Asking costs two switches of
        // threads for every read.
        .test_before_acquire(engine == Engine::Postgres)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if engine == Engine::Sqlite {
                    configure_sqlite(connection).await?;
                }
                Ok(())
            })
        })
}

/// `synchronous=FULL`: what a citizen is told is done survives a power cut.
async fn configure_sqlite(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    connection
        .execute(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; \
             PRAGMA busy_timeout=5000; PRAGMA journal_size_limit=67108864;",
        )
        .await?;
    Ok(())
}

/// The address without its password.
fn redacted(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(start), Some(at)) if start < at => format!("{}://…{}", &url[..start], &url[at..]),
        _ => url.to_owned(),
    }
}
