//! `server backup` and `server restore`: database, files and keys of one moment in one archive.
//!
//! A tar that any tool opens: `keys/…`, `files/<id>` as they lie in DATA_DIR (sealed),
//! `tables/<table>/<n>.jsonl` with a row a line, and last `manifest.json` with the SHA-256 of
//! each part. It is the same for both engines, so that a backup of one may be restored into the
//! other. Nothing is held in memory but a few megabytes.

mod archive;
mod make;
mod restore;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use thiserror::Error;

pub use archive::Manifest;
pub use make::{Made, make};
pub use restore::{Restored, restore};

use crate::{config::ConfigError, store::StoreError, vault::VaultError};

/// Of the archive; a change that an older program would misread gets the next one.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
/// What DATA_DIR holds besides the files: the vault's key, and those that SPID knows us by.
const KEYS: [&str; 9] = [
    crate::vault::MASTER_KEY,
    "spid.key",
    "spid.crt",
    "spid.second.key",
    "spid.second.crt",
    "cie.key",
    "cie.crt",
    "cie.second.key",
    "cie.second.crt",
];
/// Of the file store, in DATA_DIR and in the archive.
const FILES: &str = "files";

/// For who runs the machine, in plain Italian.
#[derive(Debug, Error)]
pub enum BackupError {
    #[error("{0}: c'è già; scegli un altro nome")]
    Exists(PathBuf),
    #[error("{path}: {source}")]
    Io {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{0}: non è una copia intera (manca la fine, o non è una copia)")]
    CutOff(PathBuf),
    #[error("{path}: la parte {part} non è come è stata scritta")]
    Changed { path: PathBuf, part: String },
    #[error(
        "la copia è di una versione più nuova del programma: ripristina con quella, o con una successiva"
    )]
    Newer,
    #[error(
        "{0}: non è vuota. Si ripristina solo dove non c'è niente: scegli un'altra DATA_DIR, o spostane il contenuto"
    )]
    FolderInUse(PathBuf),
    #[error(
        "la base di dati non è vuota: si ripristina solo in una nuova. Cambia DATABASE_URL, o creane un'altra"
    )]
    DatabaseInUse,
    #[error("la copia è senza chiavi: metti prima {0} al suo posto")]
    NoKey(PathBuf),
    #[error("{0}: non è la chiave con cui è stata fatta la copia")]
    OtherKey(PathBuf),
    #[error(
        "file {0}: la base di dati lo nomina ma in DATA_DIR non c'è. «server verify» dice di più"
    )]
    FileMissing(String),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("la chiave in DATA_DIR: {0}")]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Config(#[from] ConfigError),
}

impl BackupError {
    fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}
