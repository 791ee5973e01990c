//! Migrations: written once in SQLite's types, only ever added to.

use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};

use super::{Engine, StoreError};

/// Version and text, oldest first.
const MIGRATIONS: &[(i64, &str)] = &[
    (1, include_str!("../../migrations/0001_counter.sql")),
    (2, include_str!("../../migrations/0002_outbox.sql")),
    (3, include_str!("../../migrations/0003_renderings.sql")),
    (4, include_str!("../../migrations/0004_payments.sql")),
    (5, include_str!("../../migrations/0005_probes.sql")),
    (6, include_str!("../../migrations/0006_ratings.sql")),
    (7, include_str!("../../migrations/0007_identity.sql")),
    (8, include_str!("../../migrations/0008_roles.sql")),
    (9, include_str!("../../migrations/0009_delegations.sql")),
    (10, include_str!("../../migrations/0010_bookings.sql")),
    (
        11,
        include_str!("../../migrations/0011_service_changes.sql"),
    ),
    (12, include_str!("../../migrations/0012_privacy.sql")),
    (14, include_str!("../../migrations/0014_cosignatures.sql")),
    (15, include_str!("../../migrations/0015_signing.sql")),
    (16, include_str!("../../migrations/0016_uploads.sql")),
    (17, include_str!("../../migrations/0017_scans.sql")),
    (18, include_str!("../../migrations/0018_file_places.sql")),
];

/// One key for the advisory lock that lets a single node migrate.
const LOCK: i64 = 0x5350_4f52;

/// Brings the tables up to date; a node that comes meanwhile waits.
pub async fn run(engine: Engine, connection: &mut AnyConnection) -> Result<(), StoreError> {
    let mut tx = connection.begin_with(engine.begin()).await?;
    apply(engine, &mut tx, i64::MAX).await?;
    tx.commit().await?;
    Ok(())
}

/// The migrations up to a version that are not done yet, inside the caller's transaction.
pub async fn apply(engine: Engine, tx: &mut AnyConnection, up_to: i64) -> Result<(), StoreError> {
    if engine == Engine::Postgres {
        sqlx::query("SELECT CAST(pg_advisory_xact_lock($1) AS TEXT)")
            .bind(LOCK)
            .execute(&mut *tx)
            .await?;
    }
    tx.execute("CREATE TABLE IF NOT EXISTS migrations (version BIGINT PRIMARY KEY)")
        .await?;
    let row = sqlx::query("SELECT COALESCE(MAX(version), 0) FROM migrations")
        .fetch_one(&mut *tx)
        .await?;
    let done: i64 = row.try_get(0)?;
    let wanted = |version: &i64| (done + 1..=up_to).contains(version);
    for (version, text) in MIGRATIONS.iter().filter(|(version, _)| wanted(version)) {
        for statement in statements(engine, text) {
            tx.execute(AssertSqlSafe(statement)).await?;
        }
        sqlx::query("INSERT INTO migrations (version) VALUES ($1)")
            .bind(version)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Of the newest migration.
pub fn newest() -> i64 {
    MIGRATIONS
        .iter()
        .map(|(version, _)| *version)
        .max()
        .unwrap_or(0)
}

/// The tables that there are after a migration, each after those that it refers to.
pub fn tables(up_to: i64) -> Vec<&'static str> {
    let texts = MIGRATIONS.iter().filter(|(version, _)| *version <= up_to);
    let lines = texts.flat_map(|(_, text)| text.lines());
    lines
        .filter_map(|line| line.strip_prefix("CREATE TABLE ")?.split(' ').next())
        .collect()
}

/// The statements of a migration in the engine's types; comments are left out.
fn statements(engine: Engine, text: &str) -> Vec<String> {
    let plain: String = text
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    plain
        .split(';')
        .map(str::trim)
        .filter(|statement| !statement.is_empty())
        .map(|statement| match engine {
            Engine::Sqlite => statement.to_owned(),
            Engine::Postgres => statement
                .replace("INTEGER", "BIGINT")
                .replace("BLOB", "BYTEA"),
        })
        .collect()
}
