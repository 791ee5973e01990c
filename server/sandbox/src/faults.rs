//! Faults on demand: the counter must stand them all.

pub mod api;
pub mod page;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::state::State;

/// What can be hit.
pub const TARGETS: [&str; 7] = ["spid", "cie", "io", "smtp", "gpd", "checkout", "receipts"];

/// The faults that are on, one a target.
#[derive(Default)]
pub struct Faults(Mutex<BTreeMap<String, Fault>>);

/// A fault as `POST /faults` takes it.
///
/// `kind`: `timeout_before` (also `timeout`; the call has no effect and no answer),
/// `timeout_after` (it has its effect, the answer never comes), `status` (with the status, no
/// effect), `half` (it has its effect, half the answer comes), `type` (the same, the answer is a
/// page of HTML), `slow` (with milliseconds), `throttled` (only IO: messages wait), `none`. The
/// number stands in `value` or behind a colon: `status:500`, `slow:250`. `count` is how many calls
/// it hits, all until `none` if it is absent; `only` spares calls whose path does not end so.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    target: String,
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<u64>,
    #[serde(default)]
    count: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    only: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effect {
    TimeoutBefore,
    TimeoutAfter,
    Status(StatusCode),
    Slow(Duration),
    Half,
    Type,
    Throttled,
    None,
}

impl Effect {
    fn of(kind: &str) -> Option<Self> {
        match kind.split_once(':') {
            None => match kind {
                "timeout" | "timeout_before" => Some(Self::TimeoutBefore),
                "timeout_after" => Some(Self::TimeoutAfter),
                "half" => Some(Self::Half),
                "type" => Some(Self::Type),
                "throttled" => Some(Self::Throttled),
                "none" => Some(Self::None),
                _ => None,
            },
            Some(("status", code)) => {
                let code = code.parse().ok().filter(|code| (200..=599).contains(code));
                StatusCode::from_u16(code?).ok().map(Self::Status)
            }
            Some(("slow", ms)) => {
                let ms = ms.parse().ok()?;
                Some(Self::Slow(Duration::from_millis(ms)))
            }
            _ => None,
        }
    }
}

/// Why a fault is not taken.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Refused {
    #[error("target: one of {TARGETS:?}")]
    Target,
    #[error(
        "kind: timeout_before, timeout_after, status or slow with a value, half, type, none; \
         throttled for io"
    )]
    Kind,
    #[error("kind: this target cannot have it")]
    Unfit,
    #[error("count: throttled is a switch, it has none")]
    Count,
}

impl Fault {
    /// `status` with `value` 500 is kept as `status:500`: one spelling inside.
    fn normal(mut self) -> Self {
        if let Some(value) = self.value.take() {
            self.kind = format!("{}:{value}", self.kind);
        }
        self
    }

    fn checked(self) -> Result<Self, Refused> {
        let fault = self.normal();
        if !TARGETS.contains(&fault.target.as_str()) {
            return Err(Refused::Target);
        }
        match Effect::of(&fault.kind).ok_or(Refused::Kind)? {
            Effect::Throttled if fault.target != "io" => Err(Refused::Unfit),
            Effect::Throttled if fault.count.is_some() => Err(Refused::Count),
            // A mail server's answers have no content type.
            Effect::Type if fault.target == "smtp" => Err(Refused::Unfit),
            _ => Ok(fault),
        }
    }
}

impl Faults {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, fault: Fault) -> Result<(), Refused> {
        let fault = fault.checked()?;
        let off = Effect::of(&fault.kind) == Some(Effect::None) || fault.count == Some(0);
        if off {
            self.all().remove(&fault.target);
        } else {
            self.all().insert(fault.target.clone(), fault);
        }
        Ok(())
    }

    /// The effect on a call of this path and its name; counts the call.
    pub fn take(&self, target: &str, path: &str) -> (Effect, Option<String>) {
        let mut faults = self.all();
        let hits = |fault: &&mut Fault| fault.only.as_ref().is_none_or(|end| path.ends_with(end));
        let Some(fault) = faults.get_mut(target).filter(hits) else {
            return (Effect::None, None);
        };
        let effect = Effect::of(&fault.kind).unwrap_or(Effect::None);
        let kind = fault.kind.clone();
        if let Some(count) = &mut fault.count {
            *count -= 1;
            if *count == 0 {
                faults.remove(target);
            }
        }
        (effect, Some(kind))
    }

    /// Whether a switch is on, without counting.
    pub fn is_on(&self, target: &str, effect: Effect) -> bool {
        let faults = self.all();
        faults.get(target).and_then(|fault| Effect::of(&fault.kind)) == Some(effect)
    }

    fn list(&self) -> Vec<Fault> {
        self.all().values().cloned().collect()
    }
}

/// Sets a fault, after what was due before it.
fn set(state: &State, fault: Fault) -> Result<(), Refused> {
    state.settle_io();
    state.faults.set(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(json: &str) -> Fault {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn counts_down_and_ends() {
        let faults = Faults::default();
        let set = |kind: &str, count| {
            let fault = Fault {
                target: "spid".into(),
                kind: kind.into(),
                value: None,
                count,
                only: None,
            };
            faults.set(fault).unwrap();
        };
        let take = |target| faults.take(target, "/").0;
        set("status:503", Some(2));
        let down = Effect::Status(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(take("cie"), Effect::None);
        assert_eq!([take("spid"), take("spid")], [down, down]);
        assert_eq!(take("spid"), Effect::None);
        set("slow:5", None);
        assert_eq!(take("spid"), Effect::Slow(Duration::from_millis(5)));
        set("none", None);
        assert_eq!(take("spid"), Effect::None);
    }

    #[test]
    fn hits_only_the_calls_it_is_meant_for() {
        let faults = Faults::default();
        let half = r#"{"target":"io","kind":"half","count":1,"only":"/messages"}"#;
        faults.set(fault(half)).unwrap();
        let take = |path| faults.take("io", path).0;
        assert_eq!(take("/io/api/v1/profiles"), Effect::None);
        assert_eq!(take("/io/api/v1/messages"), Effect::Half);
        assert_eq!(take("/io/api/v1/messages"), Effect::None);
    }

    #[test]
    fn a_value_may_stand_beside_its_kind() {
        for (text, wanted) in [
            (r#"{"target":"spid","kind":"slow","value":5}"#, "slow:5"),
            (
                r#"{"target":"spid","kind":"status","value":503,"count":1}"#,
                "status:503",
            ),
            (r#"{"target":"gpd","kind":"timeout"}"#, "timeout"),
        ] {
            assert_eq!(fault(text).checked().unwrap().kind, wanted, "{text}");
        }
    }

    #[test]
    fn refuses_what_it_does_not_know_or_cannot_do() {
        for kind in [
            "",
            "status",
            "status:99",
            "status:abc",
            "slow:",
            "slow:-1",
            "boom",
            "half:1",
        ] {
            assert_eq!(Effect::of(kind), None, "{kind}");
        }
        for (text, wanted) in [
            (r#"{"target":"x","kind":"half"}"#, Refused::Target),
            (
                r#"{"target":"spid","kind":"timeout","value":5}"#,
                Refused::Kind,
            ),
            (r#"{"target":"smtp","kind":"type"}"#, Refused::Unfit),
            (r#"{"target":"gpd","kind":"throttled"}"#, Refused::Unfit),
            (
                r#"{"target":"io","kind":"throttled","count":1}"#,
                Refused::Count,
            ),
        ] {
            assert_eq!(fault(text).checked().unwrap_err(), wanted, "{text}");
        }
    }
}
