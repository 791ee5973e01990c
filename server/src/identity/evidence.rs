//! Evidence of logins: request and response as they travelled, sealed, for 24 months (D.P.C.M.
//! 24 October 2014 art. 13 c. 2; AgID rules, "Log"). Only `server logins` reads them, and every
//! reading is written down.

use std::fmt;

use base64::Engine;
use thiserror::Error;

use crate::{
    clock::{rfc3339, rome_text},
    state::Counter,
    store::{
        StoreError,
        identity::PendingLogin,
        logins::{self as rows, LoginRow, ReadingRow, Wanted},
    },
    vault::{VaultError, sha256},
};

/// 24 months, never less: two years of which one may be a leap year.
const KEPT_MS: i64 = 731 * 86_400_000;
/// Longest answer that is kept without being believed; real ones have about 12 KiB.
const REFUSED_BYTES: usize = 32 << 10;
/// Most logins that one reading shows.
const MOST: i64 = 1_000;

#[derive(Debug, Error)]
pub enum EvidenceError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error("{0}: serve chi legge e perché, tra 3 e 200 caratteri")]
    NoReason(&'static str),
}

fn context(request: &str, what: &str) -> String {
    format!("logins/{request}/{what}")
}

/// Our request, as it goes out.
pub fn seal_request(counter: &Counter, id: &str, sent: &str) -> Result<Vec<u8>, VaultError> {
    let master = counter.vault.master();
    master.seal(&*counter.rng, &context(id, "request"), sent.as_bytes())
}

/// The row of an answer that came to a request that was waiting for one. Anybody may send one: its
/// length and SHA-256 are in it, the answer itself comes with the judgement.
pub fn answered(
    counter: &Counter,
    pending: &PendingLogin,
    response: &str,
) -> Result<LoginRow, VaultError> {
    let told = format!(
        "non conservata: {} byte, SHA-256 {}",
        response.len(),
        sha256(response.as_bytes())
    );
    Ok(LoginRow {
        request: pending.id.clone(),
        scheme: pending.scheme.clone(),
        provider: pending.provider.clone(),
        requested_at: pending.issued_at,
        answered_at: counter.now_ms(),
        outcome: "aperto".to_owned(),
        reason: String::new(),
        response: String::new(),
        assertion: String::new(),
        level: 0,
        sealed_request: pending.sealed_request.clone(),
        sealed_response: seal_response(counter, &pending.id, &told)?,
    })
}

/// An answer as it came, to be kept with its judgement.
pub fn seal_response(
    counter: &Counter,
    request: &str,
    response: &str,
) -> Result<Vec<u8>, VaultError> {
    let context = context(request, "response");
    let master = counter.vault.master();
    master.seal(&*counter.rng, &context, response.as_bytes())
}

/// The same for one that was not believed, as far as there is room: a stranger must not fill the
/// disk. `None`: its length and SHA-256 must do.
pub fn seal_refused(
    counter: &Counter,
    request: &str,
    response: &str,
) -> Result<Option<Vec<u8>>, VaultError> {
    let fits = response.len() <= REFUSED_BYTES && counter.limits.may_keep(response.len());
    fits.then(|| seal_response(counter, request, response))
        .transpose()
}

/// Deletes what is older than 24 months.
pub async fn purge(counter: &Counter) -> Result<u64, StoreError> {
    let before = counter.now_ms() - KEPT_MS;
    counter
        .store
        .write(move |tx| Box::pin(async move { rows::purge(tx, before).await }))
        .await
}

/// A login with what was sealed.
pub struct Opened {
    row: LoginRow,
    request: String,
    response: String,
}

impl fmt::Display for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = &self.row;
        writeln!(
            f,
            "richiesta {} del {}",
            row.request,
            rfc3339(row.requested_at)
        )?;
        writeln!(f, "  {} {}", row.scheme, row.provider)?;
        writeln!(
            f,
            "  risposta del {}: {}",
            rfc3339(row.answered_at),
            row.outcome
        )?;
        for (name, value) in [
            ("motivo", &row.reason),
            ("Response", &row.response),
            ("Assertion", &row.assertion),
        ] {
            if !value.is_empty() {
                writeln!(f, "  {name}: {value}")?;
            }
        }
        if row.level > 0 {
            writeln!(f, "  livello: {}", row.level)?;
        }
        writeln!(f, "  --- richiesta\n{}", self.request)?;
        write!(f, "  --- risposta\n{}", self.response)
    }
}

/// Who reads, why, and what.
pub struct Question {
    pub reader: String,
    pub reason: String,
    pub wanted: Wanted,
}

impl Question {
    fn words(&self) -> String {
        let wanted = &self.wanted;
        let named = |name: &str, value: &Option<String>| {
            value.as_ref().map(|value| format!("{name} {value}"))
        };
        let period = format!("dal {} al {}", rome_text(wanted.from), rome_text(wanted.to));
        let parts = [
            named("richiesta", &wanted.request),
            named("asserzione", &wanted.assertion),
            Some(period),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// Finds logins and opens them. The reading is written down before anything is shown.
pub async fn read(counter: &Counter, question: Question) -> Result<Vec<Opened>, EvidenceError> {
    for (name, value) in [
        ("--reader", &question.reader),
        ("--reason", &question.reason),
    ] {
        if !(3..=200).contains(&value.trim().chars().count()) {
            return Err(EvidenceError::NoReason(name));
        }
    }
    let found = rows::find(&counter.store, &question.wanted, MOST).await?;
    let (at, words) = (counter.now_ms(), question.words());
    let count = i64::try_from(found.len()).unwrap_or(MOST);
    counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                let last = rows::last_reading(tx).await?;
                let mut row = ReadingRow {
                    number: last.as_ref().map_or(1, |last| last.number + 1),
                    at,
                    reader: question.reader,
                    reason: question.reason,
                    wanted: words,
                    found: count,
                    previous: last.map(|last| last.hash).unwrap_or_default(),
                    hash: String::new(),
                };
                row.hash = link(&row)?;
                rows::insert_reading(tx, &row).await
            })
        })
        .await?;
    found.into_iter().map(|row| open(counter, row)).collect()
}

fn open(counter: &Counter, row: LoginRow) -> Result<Opened, EvidenceError> {
    let opened = |sealed: &[u8], what: &str| {
        let plain = counter
            .vault
            .master()
            .open(&context(&row.request, what), sealed)?;
        Ok::<_, VaultError>(String::from_utf8_lossy(&plain).into_owned())
    };
    let request = match &row.sealed_request {
        Some(sealed) => opened(sealed, "request")?,
        None => String::new(),
    };
    let posted = opened(&row.sealed_response, "response")?;
    Ok(Opened {
        response: xml(&posted).unwrap_or(posted),
        request,
        row,
    })
}

/// What was in the field, where that can be read.
fn xml(posted: &str) -> Option<String> {
    let packed: String = posted.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(packed);
    String::from_utf8(bytes.ok()?).ok()
}

/// A reading's own hash: over all its fields and the hash before.
pub fn link(row: &ReadingRow) -> Result<String, StoreError> {
    let fields = (
        row.number,
        row.at,
        &row.reader,
        &row.reason,
        &row.wanted,
        row.found,
        &row.previous,
    );
    let bytes = serde_json::to_vec(&fields).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    Ok(sha256(&bytes))
}
