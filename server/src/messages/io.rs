//! The channel to the app IO ("API for Public Administration Services").
//!
//! Whether the person may be written to is asked first (`POST /profiles`), then the message is
//! handed in (`POST /messages`). IO has no idempotency key: once that request has left, only an
//! answer tells whether the message exists. 201 means accepted; what became of it is asked later.

use async_trait::async_trait;
use reqwest::{Client, RequestBuilder, Response, StatusCode, header::LOCATION};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    STALE_MS,
    facts::{Facts, facts},
    recipient::{is_sensitive, nobody, recipient, template_of},
    template::{Opens, Secure},
    unreadable,
};
use crate::{
    cases::{self, LoadError, LoadedCase},
    clock::{end_of_day, rfc3339},
    config::Endpoint,
    messages::template::Template,
    remote,
    state::Counter,
    worker::{Channel, OutboxRow, Outcome, Pace, RowState, retry},
};

const PLATFORM: &str = "IO";
/// Waits between one question and the next, seconds.
const ASKS_S: [i64; 5] = [30, 120, 900, 7_200, 86_400];
/// A question that got no answer is put again after so long, milliseconds.
const ASK_AGAIN_MS: i64 = 300_000;
/// After so long nobody expects an answer: a throttled message may wait for seven days.
const ASK_NO_MORE_MS: i64 = 8 * 86_400_000;

pub struct Io {
    endpoint: Endpoint,
    client: Client,
}

impl Io {
    pub fn new(endpoint: Endpoint, client: Client) -> Self {
        Self { endpoint, client }
    }
}

#[async_trait]
impl Channel for Io {
    fn name(&self) -> &'static str {
        "io"
    }

    fn repeatable(&self) -> bool {
        false
    }

    /// The gateway's limit for an ente; profile and message are a call each.
    fn pace(&self) -> Option<Pace> {
        Some(Pace {
            calls: 150,
            per: std::time::Duration::from_secs(5),
            each: 2,
        })
    }

    fn give_up_ms(&self) -> Option<i64> {
        Some(STALE_MS)
    }

    /// A person who is not on IO is not written to; the message itself leaves with `deliver`.
    async fn prepare(&self, counter: &Counter, row: &OutboxRow) -> Result<(), Outcome> {
        let letter = letter(counter, row).await?;
        self.check_profile(counter, row, &letter.fiscal_code).await
    }

    async fn deliver(&self, counter: &Counter, row: &OutboxRow) -> Outcome {
        let done = if row.state == RowState::Sent {
            self.ask(counter, row).await
        } else {
            self.send(counter, row).await
        };
        // A step that cannot go on says itself what came of the row.
        done.unwrap_or_else(|outcome| outcome)
    }
}

/// `Err`: the end of this delivery.
type Step<T> = Result<T, Outcome>;

impl Io {
    async fn send(&self, counter: &Counter, row: &OutboxRow) -> Step<Outcome> {
        let letter = letter(counter, row).await?;
        let request = self.post("/messages").json(&letter.body());
        let response = request.send().await.map_err(|error| {
            if remote::never_left(&error) {
                retry(counter, row, "IO non risponde.")
            } else {
                unknown("IO non ha risposto: non sappiamo se ha preso il messaggio.")
            }
        })?;
        if let Some(pause) = remote::pause(counter, PLATFORM, &response) {
            return Err(pause);
        }
        match response.status() {
            StatusCode::CREATED => accepted(counter, response).await,
            status if status.is_client_error() => Err(failed(format!(
                "IO ha rifiutato il messaggio ({}).",
                status.as_u16()
            ))),
            status => Err(unknown(format!(
                "IO ha avuto un errore ({}): non sappiamo se ha preso il messaggio.",
                status.as_u16()
            ))),
        }
    }

    /// Only who is on IO and takes messages of this ente is written to.
    async fn check_profile(&self, counter: &Counter, row: &OutboxRow, cf: &str) -> Step<()> {
        let request = self.post("/profiles").json(&json!({ "fiscal_code": cf }));
        let response = request
            .send()
            .await
            .map_err(|_| retry(counter, row, "IO non risponde."))?;
        if let Some(pause) = remote::pause(counter, PLATFORM, &response) {
            return Err(pause);
        }
        match response.status() {
            StatusCode::OK => match response.json::<Profile>().await {
                Ok(profile) if profile.sender_allowed => Ok(()),
                Ok(_) => Err(failed("Su IO la persona non accetta messaggi dal Comune.")),
                Err(_) => Err(retry(counter, row, "IO ha dato una risposta a metà.")),
            },
            StatusCode::NOT_FOUND => Err(failed("La persona non usa l'app IO.")),
            StatusCode::FORBIDDEN => Err(failed(
                "IO non lascia scrivere a questa persona (403): va controllata l'abilitazione del servizio.",
            )),
            status if status.is_client_error() => Err(failed(format!(
                "IO ha rifiutato la richiesta ({}).",
                status.as_u16()
            ))),
            status => Err(retry(
                counter,
                row,
                format!("IO ha avuto un errore ({}).", status.as_u16()),
            )),
        }
    }

    /// What became of an accepted message.
    async fn ask(&self, counter: &Counter, row: &OutboxRow) -> Step<Outcome> {
        let again = |reason: String| Outcome::Again {
            at: counter.now_ms() + ASK_AGAIN_MS,
            reason,
        };
        if counter.now_ms() - row.created_at > ASK_NO_MORE_MS {
            return Err(unknown("IO non ha mai confermato la consegna."));
        }
        let case = load(counter, row).await?;
        let cf = fiscal_code(counter, row, &case).await;
        let mut cf = cf.map_err(|e| unreadable(counter, row, &e))?;
        if cf.is_empty() {
            // The delegation ended since: it had gone to the delegate.
            let original = cases::read_original(&case);
            let original = original.map_err(|e| unreadable(counter, row, &e))?;
            cf = original.applicant.fiscal_code.to_uppercase();
        }
        let url = format!("{}/messages/{cf}/{}", self.endpoint.url, row.remote_id);
        let request = self.keyed(self.client.get(url));
        let response = request
            .send()
            .await
            .map_err(|_| again("IO non risponde.".into()))?;
        if let Some(pause) = remote::pause(counter, PLATFORM, &response) {
            return Err(pause);
        }
        let status = response.status();
        if status.is_client_error() {
            return Err(unknown(format!(
                "IO non ci dice se il messaggio è arrivato ({}).",
                status.as_u16()
            )));
        }
        let answer = match status {
            StatusCode::OK => response.json::<Asked>().await.ok(),
            _ => None,
        };
        let answer = answer.ok_or_else(|| again("IO non ha saputo rispondere.".into()))?;
        Ok(judge(
            counter,
            row,
            answer.status.as_deref().unwrap_or("ACCEPTED"),
        ))
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.keyed(self.client.post(format!("{}{path}", self.endpoint.url)))
    }

    fn keyed(&self, request: RequestBuilder) -> RequestBuilder {
        request.header(remote::KEY, self.endpoint.key.reveal())
    }
}

#[derive(Deserialize)]
struct Profile {
    sender_allowed: bool,
}

#[derive(Deserialize)]
struct Created {
    id: String,
}

#[derive(Deserialize)]
struct Asked {
    status: Option<String>,
}

/// The message's id: from the body or, if that broke off, from the address of the new message.
async fn accepted(counter: &Counter, response: Response) -> Step<Outcome> {
    let located = response
        .headers()
        .get(LOCATION)
        .and_then(|value| value.to_str().ok()?.rsplit('/').next().map(str::to_owned));
    let id = match response.json::<Created>().await {
        Ok(created) => Some(created.id),
        Err(_) => located,
    };
    let id = id.filter(|id| {
        !id.is_empty()
            && id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    });
    let remote_id = id.ok_or_else(|| {
        unknown("IO ha preso il messaggio, ma la risposta era a metà: non sappiamo se è arrivato.")
    })?;
    Ok(Outcome::Sent {
        remote_id,
        ask_at: counter.now_ms() + 1_000 * ASKS_S[0],
    })
}

fn judge(counter: &Counter, row: &OutboxRow, status: &str) -> Outcome {
    let asked = usize::try_from(row.attempts).unwrap_or_default() + 1;
    let next = match status {
        "PROCESSED" => {
            return Outcome::Done {
                remote_id: row.remote_id.clone(),
            };
        }
        "REJECTED" => {
            return failed(
                "IO non ha consegnato: la persona non usa più IO o ha bloccato il Comune.",
            );
        }
        "FAILED" => return failed("IO non è riuscita a consegnare il messaggio."),
        // Waits at IO for up to seven days.
        "THROTTLED" => *ASKS_S.get(asked).unwrap_or(&ASKS_S[ASKS_S.len() - 1]),
        _ => match ASKS_S.get(asked) {
            Some(next) => *next,
            None => return unknown("IO non ha mai confermato la consegna."),
        },
    };
    Outcome::Sent {
        remote_id: row.remote_id.clone(),
        ask_at: counter.now_ms() + 1_000 * next,
    }
}

fn failed(reason: impl Into<String>) -> Outcome {
    Outcome::Failed {
        reason: reason.into(),
    }
}

fn unknown(reason: impl Into<String>) -> Outcome {
    Outcome::Unknown {
        reason: reason.into(),
    }
}

/// A message as IO wants it.
struct Letter {
    fiscal_code: String,
    content: Value,
}

impl Letter {
    fn body(&self) -> Value {
        json!({ "fiscal_code": self.fiscal_code, "content": self.content })
    }
}

async fn load(counter: &Counter, row: &OutboxRow) -> Step<LoadedCase> {
    cases::load(counter, &row.case_id)
        .await
        .map_err(|error| unreadable(counter, row, &error))
}

async fn fiscal_code(
    counter: &Counter,
    row: &OutboxRow,
    case: &LoadedCase,
) -> Result<String, LoadError> {
    let found = recipient(counter, case, row).await?;
    Ok(found.map(|found| found.fiscal_code).unwrap_or_default())
}

async fn letter(counter: &Counter, row: &OutboxRow) -> Step<Letter> {
    let case = load(counter, row).await?;
    let template = counter.templates.get(template_of(&row.template));
    let template = template.ok_or_else(|| failed("Il modello del messaggio non c'è più."))?;
    let read = |error: LoadError| unreadable(counter, row, &error);
    let fiscal_code = fiscal_code(counter, row, &case).await.map_err(read)?;
    if fiscal_code.is_empty() {
        return Err(failed(nobody(&case)));
    }
    if fiscal_code.len() != 16 {
        return Err(failed(
            "IO scrive solo a chi ha un codice fiscale di 16 caratteri.",
        ));
    }
    let facts = facts(counter, &case, row.seq).map_err(read)?;
    Ok(Letter {
        fiscal_code,
        content: content(counter, &case, template, &facts),
    })
}

/// `content` of `POST /messages`.
fn content(counter: &Counter, case: &LoadedCase, template: &Template, facts: &Facts) -> Value {
    let base = counter.settings.base_url();
    let url = match template.opens {
        Opens::Pratica => format!("{base}/pratiche/{}", case.row.id),
        Opens::Pagamenti => format!("{base}/pagamenti"),
    };
    let mut content = json!({
        "subject": template.subject,
        "markdown": template.markdown(&facts.values, &url),
    });
    if is_secure(template, case) {
        content["require_secure_channels"] = json!(true);
    }
    if let (true, Some(day)) = (template.due, facts.due) {
        content["due_date"] = json!(rfc3339(end_of_day(day)));
    }
    if let (true, Some(payment)) = (template.payment, &facts.payment) {
        content["payment_data"] = json!({
            "amount": payment.cents,
            "notice_number": payment.notice,
            "invalid_after_due_date": false,
        });
    }
    content
}

/// Special data stay inside IO: no copy by e-mail, a nameless notification.
fn is_secure(template: &Template, case: &LoadedCase) -> bool {
    match template.secure {
        Secure::Si => true,
        Secure::No => false,
        Secure::ComeScheda => is_sensitive(&case.definition.service),
    }
}
