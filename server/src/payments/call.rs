//! One call to a service of pagoPA: its answer read whole and bounded, its refusals in words.

use reqwest::{
    RequestBuilder,
    header::{CONTENT_TYPE, LOCATION},
};
use thiserror::Error;

use crate::{
    config::Endpoint,
    remote,
    state::Counter,
    worker::{OutboxRow, Outcome, retry},
};

/// Largest answer.
const BYTES: usize = 1 << 20;

#[derive(Debug, Error)]
pub enum CallError {
    #[error("no key for the service")]
    Off,
    /// The key is refused, or there were too many calls.
    #[error("the service wants no calls now")]
    Wait(Outcome),
    /// Not sent, no answer in time, half an answer, or not an answer of the service.
    #[error("no answer: {0}")]
    NoAnswer(String),
    #[error("status {status}")]
    Status { status: u16, detail: String },
}

impl CallError {
    /// Whether another try would end the same: the service has read the call and refused it.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Status { status, .. } if (400..500).contains(status) && *status != 408)
    }

    /// For the office.
    pub fn reason(&self) -> String {
        match self {
            Self::Off => {
                "Manca la chiave per pagoPA: va messa nella configurazione. Riproviamo da soli."
                    .into()
            }
            Self::Wait(_) => "pagoPA chiede di aspettare: riproviamo da soli.".into(),
            Self::NoAnswer(_) => "pagoPA non risponde: riproviamo da soli.".into(),
            Self::Status { status, .. } if *status >= 500 => {
                format!("pagoPA ha un guasto (errore {status}): riproviamo da soli.")
            }
            Self::Status { status, detail } if detail.is_empty() => {
                format!("pagoPA ha rifiutato (errore {status}).")
            }
            Self::Status { status, detail } => {
                format!("pagoPA ha rifiutato (errore {status}): {detail}")
            }
        }
    }

    /// Once more later.
    pub fn again(self, counter: &Counter, row: &OutboxRow) -> Outcome {
        match self {
            Self::Wait(outcome) => outcome,
            other => retry(counter, row, other.reason()),
        }
    }
}

/// An answer below 400, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub body: Vec<u8>,
}

/// Sends with the key. An answer that is not of type `wanted` is none; an empty `wanted` takes any.
pub async fn send(
    counter: &Counter,
    request: RequestBuilder,
    endpoint: &Endpoint,
    wanted: &str,
) -> Result<Answer, CallError> {
    let request = request.header(remote::KEY, endpoint.key.reveal());
    let mut response = request.send().await.map_err(no_answer)?;
    if let Some(outcome) = remote::pause(counter, "pagoPA", &response) {
        return Err(CallError::Wait(outcome));
    }
    let status = response.status().as_u16();
    let header = |name| {
        let value = response.headers().get(name)?;
        value.to_str().ok().map(str::to_owned)
    };
    let location = header(LOCATION);
    let kind = header(CONTENT_TYPE).unwrap_or_default();
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(no_answer)? {
        if body.len() + part.len() > BYTES {
            return Err(CallError::NoAnswer("too long".into()));
        }
        body.extend_from_slice(&part);
    }
    if status >= 400 {
        let detail = detail(&body);
        return Err(CallError::Status { status, detail });
    }
    if !kind.starts_with(wanted) {
        return Err(CallError::NoAnswer(format!("of type {kind}")));
    }
    Ok(Answer {
        status,
        location,
        body,
    })
}

/// The address is left out: it holds ids.
fn no_answer(error: reqwest::Error) -> CallError {
    CallError::NoAnswer(error.without_url().to_string())
}

/// What the service says of its refusal (`ProblemJson`), at most 200 characters.
fn detail(body: &[u8]) -> String {
    #[derive(serde::Deserialize)]
    struct ProblemJson {
        detail: Option<String>,
        title: Option<String>,
    }
    let problem: Option<ProblemJson> = serde_json::from_slice(body).ok();
    let text = problem.and_then(|p| p.detail.or(p.title));
    text.unwrap_or_default().chars().take(200).collect()
}
