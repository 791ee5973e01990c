//! Restores a backup where there is nothing.

use std::{
    fs::{self, DirBuilder, File},
    io::{self, BufRead, BufReader, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use super::{BackupError, FILES, KEYS, Manifest, archive};
use crate::{
    clock::Clock,
    config::Settings,
    store::{StoreError, dump::Loader, newest_schema},
    vault::{MASTER_KEY, Vault},
};

/// Shown to the office beside a message that it may have to send again.
const DOUBT: &str =
    "Ripristinato da una copia: non si sa se è partito dopo che la copia è stata fatta.";

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    pub manifest: Manifest,
    pub rows: usize,
    pub files: usize,
    /// Messages of which nobody knows whether they were sent after the backup was made.
    pub doubtful: u64,
}

/// Reads the archive whole before it writes anything; the database is there only at the end.
pub async fn restore(
    settings: &Settings,
    clock: &dyn Clock,
    source: &Path,
) -> Result<Restored, BackupError> {
    let manifest = archive::check(source)?;
    if manifest.schema > newest_schema() {
        return Err(BackupError::Newer);
    }
    check_folder(&settings.data_dir, &manifest)?;
    make_folder(&settings.data_dir)?;
    let loader = Loader::open(&settings.database_url(), manifest.schema).await?;
    let mut loader = loader.ok_or(BackupError::DatabaseInUse)?;
    make_folder(&settings.data_dir.join(FILES))?;
    let (mut rows, mut files) = (0, 0);
    let unreadable = || BackupError::CutOff(source.to_owned());
    for entry in archive::open(source)?.entries().map_err(|_| unreadable())? {
        let mut entry = entry.map_err(|_| unreadable())?;
        let name = archive::name_of(&entry).ok_or_else(unreadable)?;
        match Place::of(&settings.data_dir, &name) {
            Some(Place::File(path)) => {
                put(&path, &mut entry)?;
                files += usize::from(name.starts_with(FILES));
            }
            Some(Place::Table(table)) => rows += load(&mut loader, table, entry).await?,
            None => {}
        }
    }
    for folder in [settings.data_dir.join(FILES), settings.data_dir.clone()] {
        let flushed = File::open(&folder).and_then(|folder| folder.sync_all());
        flushed.map_err(BackupError::io(folder))?;
    }
    let doubtful = loader.finish(DOUBT, clock.now_ms()).await?;
    Ok(Restored {
        manifest,
        rows,
        files,
        doubtful,
    })
}

/// Nothing but what the backup needs to be there: its key, where it does not bring it.
fn check_folder(folder: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound && manifest.keys => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(BackupError::NoKey(folder.join(MASTER_KEY)));
        }
        Err(error) => return Err(BackupError::io(folder)(error)),
    };
    for entry in entries {
        let name = entry.map_err(BackupError::io(folder))?.file_name();
        let name = name.to_string_lossy();
        // A disk of its own brings the latter.
        let expected = (!manifest.keys && KEYS.contains(&&*name)) || name == "lost+found";
        if !expected {
            return Err(BackupError::FolderInUse(folder.to_owned()));
        }
    }
    if manifest.keys {
        return Ok(());
    }
    let key = folder.join(MASTER_KEY);
    if !key.exists() {
        return Err(BackupError::NoKey(key));
    }
    match Vault::read(folder)?.fingerprint() == manifest.fingerprint {
        true => Ok(()),
        false => Err(BackupError::OtherKey(key)),
    }
}

fn make_folder(folder: &Path) -> Result<(), BackupError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(folder).map_err(BackupError::io(folder))
}

/// Where a part goes.
enum Place<'a> {
    File(PathBuf),
    Table(&'a str),
}

impl<'a> Place<'a> {
    /// By its name alone: nothing leads out of DATA_DIR.
    fn of(data_dir: &Path, name: &'a str) -> Option<Self> {
        let (kind, rest) = name.split_once('/')?;
        let plain = |id: &str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric());
        match kind {
            "keys" if KEYS.contains(&rest) => Some(Self::File(data_dir.join(rest))),
            FILES if plain(rest) => Some(Self::File(data_dir.join(FILES).join(rest))),
            "tables" => Some(Self::Table(rest.split_once('/')?.0)),
            _ => None,
        }
    }
}

/// Durable when it returns.
fn put(path: &Path, content: &mut impl Read) -> Result<(), BackupError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let written = options.open(path).and_then(|mut file| {
        io::copy(content, &mut file)?;
        file.flush()?;
        file.sync_all()
    });
    written.map_err(BackupError::io(path))
}

async fn load(loader: &mut Loader, table: &str, part: impl Read) -> Result<usize, BackupError> {
    let mut rows = 0;
    for line in BufReader::new(part).lines() {
        let line = line.map_err(BackupError::io(table))?;
        let row = serde_json::from_str(&line).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        loader.insert(table, &row).await?;
        rows += 1;
    }
    Ok(rows)
}
