//! Faults on demand: the counter must stand them all.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State as Extract};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::state::State;

/// How long a "timeout" holds the caller before it answers 504.
const TIMEOUT: Duration = Duration::from_secs(120);
const TARGETS: [&str; 2] = ["spid", "cie"];

#[derive(Default)]
pub struct Faults(Mutex<BTreeMap<String, Fault>>);

/// `POST /faults`: `kind` is `timeout`, `status`, `slow` or `none`, with the status or the
/// milliseconds in `value` (or behind a colon: `status:500`, `slow:250`); `count` is how many
/// calls it hits, all until `none` if it is absent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    target: String,
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<u64>,
    #[serde(default)]
    count: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Effect {
    Timeout,
    Status(StatusCode),
    Slow(Duration),
    None,
}

fn effect(kind: &str) -> Option<Effect> {
    match kind.split_once(':') {
        None if kind == "timeout" => Some(Effect::Timeout),
        None if kind == "none" => Some(Effect::None),
        Some(("status", code)) => {
            let code = code
                .parse()
                .ok()
                .filter(|code| (200..=599).contains(code))?;
            StatusCode::from_u16(code).ok().map(Effect::Status)
        }
        Some(("slow", ms)) => ms
            .parse()
            .ok()
            .map(|ms| Effect::Slow(Duration::from_millis(ms))),
        _ => None,
    }
}

impl Fault {
    /// `status` with `value` 500 is kept as `status:500`: one spelling inside.
    fn normal(mut self) -> Self {
        if let Some(value) = self.value.take() {
            self.kind = format!("{}:{value}", self.kind);
        }
        self
    }
}

impl Faults {
    fn set(&self, fault: Fault) {
        let mut faults = self
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if effect(&fault.kind) == Some(Effect::None) || fault.count == Some(0) {
            faults.remove(&fault.target);
        } else {
            faults.insert(fault.target.clone(), fault);
        }
    }

    /// The effect on this call; counts it.
    fn take(&self, target: &str) -> Effect {
        let mut faults = self
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let Some(fault) = faults.get_mut(target) else {
            return Effect::None;
        };
        let effect = effect(&fault.kind).unwrap_or(Effect::None);
        if let Some(count) = &mut fault.count {
            *count -= 1;
            if *count == 0 {
                faults.remove(target);
            }
        }
        effect
    }

    fn list(&self) -> Vec<Fault> {
        let faults = self
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        faults.values().cloned().collect()
    }
}

pub async fn get(Extract(state): Extract<State>) -> Json<Value> {
    Json(json!({ "faults": state.faults.list() }))
}

pub async fn post(Extract(state): Extract<State>, Json(fault): Json<Fault>) -> Response {
    let fault = fault.normal();
    if !TARGETS.contains(&fault.target.as_str()) {
        let error = format!("target: one of {TARGETS:?}");
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    }
    if effect(&fault.kind).is_none() {
        let error = "kind: timeout, status or slow with a value, none";
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    }
    state.faults.set(fault);
    Json(json!({ "faults": state.faults.list() })).into_response()
}

/// Around the providers' routes: the first part of the path is the target.
pub async fn apply(Extract(state): Extract<State>, request: Request, next: Next) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let target = path.split('/').next().unwrap_or_default();
    match state.faults.take(target) {
        Effect::None => {}
        Effect::Slow(time) => tokio::time::sleep(time).await,
        Effect::Status(status) => return (status, "guasto di prova").into_response(),
        Effect::Timeout => {
            tokio::time::sleep(TIMEOUT).await;
            return StatusCode::GATEWAY_TIMEOUT.into_response();
        }
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_down_and_ends() {
        let faults = Faults::default();
        let fault = |kind: &str, count| Fault {
            target: "spid".into(),
            kind: kind.into(),
            value: None,
            count,
        };
        faults.set(fault("status:503", Some(2)));
        let down = Effect::Status(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(faults.take("cie"), Effect::None);
        assert_eq!([faults.take("spid"), faults.take("spid")], [down, down]);
        assert_eq!(faults.take("spid"), Effect::None);
        faults.set(fault("slow:5", None));
        assert_eq!(faults.take("spid"), Effect::Slow(Duration::from_millis(5)));
        faults.set(fault("none", None));
        assert_eq!(faults.take("spid"), Effect::None);
    }

    #[test]
    fn a_value_may_stand_beside_its_kind() {
        for (text, wanted) in [
            (
                r#"{"target":"spid","kind":"slow","value":5}"#,
                Effect::Slow(Duration::from_millis(5)),
            ),
            (
                r#"{"target":"spid","kind":"status","value":503,"count":1}"#,
                Effect::Status(StatusCode::SERVICE_UNAVAILABLE),
            ),
        ] {
            let fault: Fault = serde_json::from_str(text).unwrap();
            assert_eq!(effect(&fault.normal().kind), Some(wanted), "{text}");
        }
        let odd: Fault =
            serde_json::from_str(r#"{"target":"spid","kind":"timeout","value":5}"#).unwrap();
        assert_eq!(effect(&odd.normal().kind), None);
    }

    #[test]
    fn refuses_kinds_it_does_not_know() {
        for kind in [
            "",
            "status",
            "status:99",
            "status:abc",
            "slow:",
            "slow:-1",
            "boom",
        ] {
            assert_eq!(effect(kind), None, "{kind}");
        }
    }
}
