//! Makes a backup while the counter serves.
//!
//! One snapshot of the database, then the files that it names. A file is stored before its row
//! and deleted after it, so what the snapshot names lies there, unless its owner has deleted it
//! meanwhile: then its row is left out too.

use std::{collections::BTreeSet, path::Path};

use super::{BackupError, FILES, FORMAT, KEYS, Manifest, archive::Writer};
use crate::{
    clock::{Clock, rfc3339},
    config::Settings,
    store::{
        Engine, StoreError,
        dump::{Row, Snapshot},
    },
    vault::Vault,
};

/// Length at which a part with rows is closed.
const PART_BYTES: usize = 4 << 20;

/// What a backup holds.
#[derive(Debug)]
pub struct Made {
    pub manifest: Manifest,
    pub rows: usize,
    pub files: usize,
    pub bytes: u64,
}

/// Writes `target`, which must not be there. `keys`: whether whoever has it can read what it holds.
pub async fn make(
    settings: &Settings,
    clock: &dyn Clock,
    target: &Path,
    keys: bool,
) -> Result<Made, BackupError> {
    let vault = Vault::read(&settings.data_dir)?;
    // Before the snapshot: what was acknowledged until now is in it.
    let moment = clock.now_ms();
    let mut snapshot = Snapshot::open(&settings.database_url()).await?;
    let mut archive = Writer::new(target, moment)?;
    if keys {
        for name in KEYS {
            let path = settings.data_dir.join(name);
            // Second keys are there only during a change of keys.
            if path.exists() {
                archive.add_file(&format!("keys/{name}"), &path)?;
            }
        }
    }
    let (files, gone) = files(&mut snapshot, &mut archive, &settings.data_dir).await?;
    let mut rows = 0;
    for table in snapshot.tables() {
        rows += rows_of(&mut snapshot, &mut archive, table, &gone).await?;
    }
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema: snapshot.schema,
        moment: rfc3339(moment),
        engine: match snapshot.engine() {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
        .to_owned(),
        keys,
        fingerprint: vault.fingerprint(),
        left_out: gone.len(),
        parts: std::collections::BTreeMap::new(),
    };
    let bytes = archive.finish(manifest.clone())?;
    Ok(Made {
        manifest,
        rows,
        files,
        bytes,
    })
}

/// Copies the bytes of every file of the snapshot; how many, and the ids of those deleted since.
async fn files(
    snapshot: &mut Snapshot,
    archive: &mut Writer,
    data_dir: &Path,
) -> Result<(usize, BTreeSet<String>), BackupError> {
    let folder = data_dir.join(FILES);
    let (mut copied, mut missing) = (0, BTreeSet::new());
    snapshot
        .each_row(FILES, |row| {
            let id = text(&row, "id")?;
            match archive.add_file(&format!("{FILES}/{id}"), &folder.join(id))? {
                true => copied += 1,
                false => {
                    missing.insert(id.to_owned());
                }
            }
            Ok::<_, BackupError>(())
        })
        .await?;
    for id in &missing {
        if snapshot.has_file(id).await? {
            return Err(BackupError::FileMissing(id.clone()));
        }
    }
    Ok((copied, missing))
}

/// Writes the rows of a table in parts of a few megabytes; how many.
async fn rows_of(
    snapshot: &mut Snapshot,
    archive: &mut Writer,
    table: &str,
    gone: &BTreeSet<String>,
) -> Result<usize, BackupError> {
    let (mut rows, mut part, mut lines) = (0, 0, Vec::new());
    let mut close = |lines: &mut Vec<u8>| {
        part += 1;
        archive.add_bytes(&format!("tables/{table}/{part:06}.jsonl"), lines)?;
        lines.clear();
        Ok::<_, BackupError>(())
    };
    snapshot
        .each_row(table, |row| {
            if table == FILES && gone.contains(text(&row, "id")?) {
                return Ok(());
            }
            rows += 1;
            serde_json::to_writer(&mut lines, &row)
                .map_err(|e| StoreError::Corrupt(e.to_string()))?;
            lines.push(b'\n');
            match lines.len() < PART_BYTES {
                true => Ok(()),
                false => close(&mut lines),
            }
        })
        .await?;
    if !lines.is_empty() {
        close(&mut lines)?;
    }
    Ok(rows)
}

fn text<'a>(row: &'a Row, column: &str) -> Result<&'a str, StoreError> {
    let value = row.get(column).and_then(|value| value.as_str());
    value.ok_or_else(|| StoreError::Corrupt(format!("column {column}")))
}
