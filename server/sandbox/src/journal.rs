//! What the sandbox received: a line of JSON each, in a file that outlives both programs.

use std::path::PathBuf;

use axum::Json;
use axum::extract::{Query, State as Extract};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::lines::Lines;
use crate::state::{State, now};

pub struct Journal(Lines);

/// What a handler says of its call, for comparison with what the counter believes: it leaves this
/// in the extensions of its response (`(Extension(Key(…)), answer)`).
#[derive(Clone, Debug, Default)]
pub struct Key(pub Value);

/// A call as it arrived.
#[derive(Clone, Debug)]
pub struct Call {
    pub target: &'static str,
    pub method: String,
    pub path: String,
    /// The fault that hit it, as it was set.
    pub fault: Option<String>,
}

impl Journal {
    pub fn open(path: PathBuf) -> anyhow::Result<Self> {
        Lines::open(path).map(Self)
    }

    /// Adds `{"at", "target", "kind", "data"}`: what an identity provider did.
    pub fn add(&self, kind: &str, data: Value) {
        self.write(json!({ "at": now().to_string(), "target": kind, "kind": kind, "data": data }));
    }

    /// Adds `{"at", "target", "kind": "call", "method", "path", "status", "fault", "key"}`.
    ///
    /// The status is the one that was answered, or would have been if no fault had kept it back;
    /// null if the call was held before anybody looked at it. To be called before the answer goes.
    pub fn call(&self, call: &Call, status: Option<u16>, key: Option<Key>) {
        self.write(json!({
            "at": now().to_string(),
            "target": call.target,
            "kind": "call",
            "method": call.method,
            "path": call.path,
            "status": status,
            "fault": call.fault,
            "key": key.map(|Key(key)| key),
        }));
    }

    /// A full disk is reported, not fatal.
    fn write(&self, line: Value) {
        if let Err(error) = self.0.add(&line) {
            tracing::error!("journal: {error}");
        }
    }
}

#[derive(Deserialize)]
pub struct Filter {
    target: Option<String>,
}

/// `GET /journal[?target=io]`: `{"entries": [{"at": RFC 3339, "target", "kind", …}]}`, oldest
/// first.
pub async fn get(
    Extract(state): Extract<State>,
    Query(filter): Query<Filter>,
) -> (StatusCode, Json<Value>) {
    match state.journal.0.read::<Value>() {
        Ok(mut entries) => {
            if let Some(target) = &filter.target {
                entries.retain(|entry| entry["target"] == target.as_str());
            }
            (StatusCode::OK, Json(json!({ "entries": entries })))
        }
        Err(error) => {
            let body = json!({ "entries": [], "error": error.to_string() });
            (StatusCode::INTERNAL_SERVER_ERROR, Json(body))
        }
    }
}
