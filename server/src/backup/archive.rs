//! The archive: parts with their hashes, and a manifest that is there only if all the rest is.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::{BackupError, FORMAT, MANIFEST};

/// What is in the archive. Some 150 bytes a file are held in memory for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// Version of the program that made it.
    pub program: String,
    /// Newest migration of its database.
    pub schema: i64,
    /// All that was acknowledged before is in it; RFC 3339.
    pub moment: String,
    /// `sqlite`, `postgres`
    pub engine: String,
    /// Whether the keys are in it.
    pub keys: bool,
    /// Tells the master key that opens it from others.
    pub fingerprint: String,
    /// Files that their owners deleted while the backup ran.
    pub left_out: usize,
    pub parts: BTreeMap<String, Part>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub bytes: u64,
    pub sha256: String,
}

/// Counts and hashes what passes.
struct Hashing<T> {
    inner: T,
    bytes: u64,
    hash: digest::Context,
}

impl<T> Hashing<T> {
    fn new(inner: T) -> Self {
        Self {
            inner,
            bytes: 0,
            hash: digest::Context::new(&digest::SHA256),
        }
    }

    fn part(self) -> Part {
        Part {
            bytes: self.bytes,
            sha256: hex::encode(self.hash.finish()),
        }
    }
}

impl<T: Read> Read for Hashing<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

/// Writes beside the target, under a name of its own, until all is there.
pub struct Writer {
    target: PathBuf,
    tar: tar::Builder<BufWriter<NamedTempFile>>,
    parts: BTreeMap<String, Part>,
    /// Seconds since 1970.
    modified: u64,
}

impl Writer {
    /// The file is for its owner's eyes only.
    pub fn new(target: &Path, moment_ms: i64) -> Result<Self, BackupError> {
        if target.exists() {
            return Err(BackupError::Exists(target.to_owned()));
        }
        let beside = tempfile::Builder::new()
            .prefix(".copia-")
            .suffix(".parte")
            .tempfile_in(folder_of(target))
            .map_err(BackupError::io(target))?;
        Ok(Self {
            target: target.to_owned(),
            tar: tar::Builder::new(BufWriter::with_capacity(1 << 20, beside)),
            parts: BTreeMap::new(),
            modified: moment_ms.unsigned_abs() / 1_000,
        })
    }

    pub fn add_bytes(&mut self, name: &str, bytes: &[u8]) -> Result<(), BackupError> {
        self.add(name, bytes.len() as u64, bytes)
    }

    /// `Ok(false)`: there is no such file.
    pub fn add_file(&mut self, name: &str, path: &Path) -> Result<bool, BackupError> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(BackupError::io(path)(error)),
        };
        let length = file.metadata().map_err(BackupError::io(path))?.len();
        self.add(name, length, file)?;
        Ok(true)
    }

    fn add(&mut self, name: &str, length: u64, content: impl Read) -> Result<(), BackupError> {
        let mut header = tar::Header::new_gnu();
        header.set_size(length);
        header.set_mode(0o600);
        header.set_mtime(self.modified);
        let mut content = Hashing::new(content);
        self.tar
            .append_data(&mut header, name, &mut content)
            .map_err(BackupError::io(&self.target))?;
        self.parts.insert(name.to_owned(), content.part());
        Ok(())
    }

    /// Manifest, flush to the disk, and only then the name; its length in bytes.
    pub fn finish(mut self, mut manifest: Manifest) -> Result<u64, BackupError> {
        let target = self.target.clone();
        manifest.parts = std::mem::take(&mut self.parts);
        let json = serde_json::to_vec_pretty(&manifest)
            .map_err(io::Error::from)
            .map_err(BackupError::io(&target))?;
        self.add_bytes(MANIFEST, &json)?;
        self.land().map_err(BackupError::io(&target))
    }

    fn land(self) -> io::Result<u64> {
        let mut buffered = self.tar.into_inner()?;
        buffered.flush()?;
        let file = buffered.into_inner().map_err(io::Error::from)?;
        file.as_file().sync_all()?;
        let length = file.as_file().metadata()?.len();
        file.persist_noclobber(&self.target)?;
        File::open(folder_of(&self.target))?.sync_all()?;
        Ok(length)
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Opens an archive; its parts come in the order in which they were written.
pub fn open(path: &Path) -> Result<tar::Archive<BufReader<File>>, BackupError> {
    let file = File::open(path).map_err(BackupError::io(path))?;
    Ok(tar::Archive::new(BufReader::with_capacity(1 << 20, file)))
}

/// Reads all of it once: the manifest, if every part is as it says and none is missing.
pub fn check(path: &Path) -> Result<Manifest, BackupError> {
    let cut_off = || BackupError::CutOff(path.to_owned());
    let mut parts = BTreeMap::new();
    let mut last = None;
    for entry in open(path)?.entries().map_err(|_| cut_off())? {
        let mut entry = entry.map_err(|_| cut_off())?;
        let name = name_of(&entry).ok_or_else(cut_off)?;
        if name == MANIFEST {
            let mut json = Vec::new();
            entry.read_to_end(&mut json).map_err(|_| cut_off())?;
            last = Some(json);
            continue;
        }
        let mut content = Hashing::new(entry);
        io::copy(&mut content, &mut io::sink()).map_err(|_| cut_off())?;
        parts.insert(name, content.part());
    }
    let json = last.ok_or_else(cut_off)?;
    let format: Format = serde_json::from_slice(&json).map_err(|_| cut_off())?;
    if format.format > FORMAT {
        return Err(BackupError::Newer);
    }
    let manifest: Manifest = serde_json::from_slice(&json).map_err(|_| cut_off())?;
    match different(&manifest.parts, &parts) {
        None => Ok(manifest),
        Some(part) => Err(BackupError::Changed {
            path: path.to_owned(),
            part,
        }),
    }
}

/// What any version of the manifest says.
#[derive(Deserialize)]
struct Format {
    format: u32,
}

fn different(told: &BTreeMap<String, Part>, found: &BTreeMap<String, Part>) -> Option<String> {
    let names = told.keys().chain(found.keys());
    let mut names = names.filter(|name| told.get(*name) != found.get(*name));
    names.next().cloned()
}

pub fn name_of<R: Read>(entry: &tar::Entry<'_, R>) -> Option<String> {
    Some(entry.path().ok()?.to_str()?.to_owned())
}
