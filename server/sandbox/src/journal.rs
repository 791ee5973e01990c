//! What the sandbox received: a line of JSON each, in a file that outlives both programs.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;

use anyhow::Context;
use axum::Json;
use axum::extract::State as Extract;
use serde_json::{Value, json};

use crate::state::{State, now};

pub struct Journal {
    path: PathBuf,
    file: Mutex<File>,
}

impl Journal {
    pub fn open(path: PathBuf) -> anyhow::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(&path);
        let file = file.with_context(|| path.display().to_string())?;
        Ok(Self {
            path,
            file: Mutex::new(file),
        })
    }

    /// Adds `{"at", "kind", …data}`. A full disk is reported, not fatal.
    pub fn add(&self, kind: &str, data: Value) {
        let line = json!({ "at": now().to_string(), "kind": kind, "data": data });
        let mut file = self
            .file
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        // One write, so that lines never mix.
        if let Err(error) = file.write_all(format!("{line}\n").as_bytes()) {
            tracing::error!("journal: {error}");
        }
    }

    /// All entries, oldest first; a line cut by a crash is left out.
    fn read(&self) -> std::io::Result<Vec<Value>> {
        let text = std::fs::read_to_string(&self.path)?;
        Ok(text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect())
    }
}

/// `GET /journal`: `{"entries": [{"at": RFC 3339, "kind", "data"}]}`.
pub async fn get(Extract(state): Extract<State>) -> Json<Value> {
    match state.journal.read() {
        Ok(entries) => Json(json!({ "entries": entries })),
        Err(error) => Json(json!({ "entries": [], "error": error.to_string() })),
    }
}
