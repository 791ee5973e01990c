//! What the antivirus said of each file.

use sqlx::Row;

use super::{Store, StoreError, Tx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scan {
    /// It has not answered yet.
    Waiting,
    Clean,
    /// The name of what was found.
    Infected(String),
}

impl Scan {
    fn columns(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Waiting => ("waiting", None),
            Self::Clean => ("clean", None),
            Self::Infected(found) => ("infected", Some(found)),
        }
    }

    fn read(state: &str, found: Option<String>) -> Result<Self, StoreError> {
        match state {
            "waiting" => Ok(Self::Waiting),
            "clean" => Ok(Self::Clean),
            "infected" => Ok(Self::Infected(found.unwrap_or_default())),
            other => Err(StoreError::Corrupt(format!("scan state {other}"))),
        }
    }
}

/// The verdict on a file, in the place of an earlier one.
pub async fn put(tx: &mut Tx, file: &str, scan: &Scan, now_ms: i64) -> Result<(), StoreError> {
    let (state, found) = scan.columns();
    sqlx::query(
        "INSERT INTO scans (file, state, found, asked_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (file) DO UPDATE SET state = $2, found = $3, asked_at = $4",
    )
    .bind(file)
    .bind(state)
    .bind(found)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// `None`: it was never asked.
pub async fn get(store: &Store, file: &str) -> Result<Option<Scan>, StoreError> {
    let row = sqlx::query("SELECT state, found FROM scans WHERE file = $1")
        .bind(file)
        .fetch_optional(&mut *store.read().await?)
        .await?;
    row.map(|row| Scan::read(&row.try_get::<String, _>(0)?, row.try_get(1)?))
        .transpose()
}

/// Of the files of a draft or a case: those that are not clean.
pub async fn held(store: &Store, owner: &str) -> Result<Vec<(String, Scan)>, StoreError> {
    let rows = sqlx::query(
        "SELECT scans.file, scans.state, scans.found FROM scans JOIN files ON files.id = scans.file \
         WHERE files.owner = $1 AND scans.state <> 'clean'",
    )
    .bind(owner)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter()
        .map(|row| {
            let scan = Scan::read(&row.try_get::<String, _>(1)?, row.try_get(2)?)?;
            Ok((row.try_get(0)?, scan))
        })
        .collect()
}

/// Files that wait, those asked for longest ago first.
pub async fn waiting(store: &Store, most: i64) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(
        "SELECT file FROM scans WHERE state = 'waiting' ORDER BY asked_at, file LIMIT $1",
    )
    .bind(most)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Forgets what was said of files that are gone.
pub async fn forget_gone(tx: &mut Tx) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM scans WHERE NOT EXISTS (SELECT 1 FROM files WHERE files.id = scans.file)",
    )
    .execute(tx)
    .await?;
    Ok(())
}
