//! A file of JSON lines that only grows: what the sandbox must still know after a restart.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::Context;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub struct Lines {
    path: PathBuf,
    file: Mutex<File>,
}

impl Lines {
    pub fn open(path: PathBuf) -> anyhow::Result<Self> {
        let file = open(&path).with_context(|| path.display().to_string())?;
        Ok(Self {
            path,
            file: Mutex::new(file),
        })
    }

    /// Adds a line. It is with the operating system when this returns, so that a killed sandbox
    /// has it at the next start.
    pub fn add(&self, line: &impl Serialize) -> io::Result<()> {
        let mut text = serde_json::to_string(line)?;
        text.push('\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // One write, so that lines never mix.
        file.write_all(text.as_bytes())
    }

    /// All lines, oldest first; what is not a `T` (a line cut by a crash) is left out.
    pub fn read<T: DeserializeOwned>(&self) -> io::Result<Vec<T>> {
        let text = std::fs::read_to_string(&self.path)?;
        let lines = text.lines();
        Ok(lines
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect())
    }
}

/// Opens for appending, after the end of a line: the rest of one cut by a crash must not spoil
/// the next.
fn open(path: &PathBuf) -> io::Result<File> {
    let mut file = OpenOptions::new()
        .create(true)
        .read(true)
        .append(true)
        .open(path)?;
    if file.metadata()?.len() > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cut_by_a_crash_spoils_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines.jsonl");
        std::fs::write(&path, "1\n[2,").unwrap();
        let lines = Lines::open(path.clone()).unwrap();
        lines.add(&3).unwrap();
        assert_eq!(lines.read::<u8>().unwrap(), [1, 3]);
        assert_eq!(
            Lines::open(path).unwrap().read::<u8>().unwrap(),
            [1, 3],
            "after a restart"
        );
    }
}
