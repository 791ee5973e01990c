//! Whose certificates are believed, and what is found of a file.

use esign::{Original, Refusal, Report, TrustList};
use jiff::Timestamp;
use rules::t;

use super::{SigningError, words::sentence};
use crate::state::Counter;

/// Why the file of `SIGNATURE_TRUST` cannot be used, for who starts the counter.
pub fn fault(path: &std::path::Path) -> Option<String> {
    let read = std::fs::read_to_string(path).map_err(|error| error.to_string());
    let list = read.and_then(|pem| TrustList::from_pem(&pem).map_err(|error| error.to_string()));
    list.err()
        .map(|why| format!("SIGNATURE_TRUST: {}: {why}", path.display()))
}

/// Read each time: a newer list holds at once, without a restart.
async fn list(counter: &Counter) -> Result<TrustList, SigningError> {
    let path = counter.settings.signature_trust();
    let path = path.ok_or_else(|| SigningError::Trust("SIGNATURE_TRUST is not set".to_owned()))?;
    let pem = tokio::fs::read_to_string(&path).await;
    let pem = pem.map_err(|error| SigningError::Trust(error.to_string()))?;
    TrustList::from_pem(&pem).map_err(|error| SigningError::Trust(error.to_string()))
}

/// Verifies a file that came: all its signatures must be good and qualified, and one of them
/// `signer`'s, if it must be somebody's.
///
/// # Errors
/// [`SigningError::Refused`] with what to tell who uploaded it.
pub async fn examine(
    counter: &Counter,
    file: bytes::Bytes,
    original: Option<[u8; 32]>,
    signer: Option<&str>,
) -> Result<Report, SigningError> {
    let trust = list(counter).await?;
    let now = Timestamp::from_millisecond(counter.now_ms());
    let now = now.map_err(|error| SigningError::Corrupt(error.to_string()))?;
    // Megabytes are hashed: not on a thread that serves others.
    let judged = tokio::task::spawn_blocking(move || {
        let original = original.map_or(Original::Any, Original::Sha256);
        esign::verify(&file, &original, &trust, now)
    });
    let judged = judged
        .await
        .map_err(|error| SigningError::Corrupt(error.to_string()))?;
    let report = judged.map_err(refused)?;
    let bad = report.signatures.iter().find_map(|s| s.refusal.clone());
    if let Some(reason) = bad {
        return Err(refused(reason));
    }
    if !report.signatures.iter().all(|s| s.qualified.compliance) {
        return Err(refused(Refusal::UnknownAuthority));
    }
    match signer {
        Some(code) => match report.signed_by(code) {
            Ok(_) => Ok(report),
            Err(Refusal::OtherSigner) => Err(SigningError::Refused(t!(
                "Il file è firmato da un'altra persona: deve firmarlo chi ha il codice fiscale {code}.",
                code
            ))),
            Err(reason) => Err(refused(reason)),
        },
        None => Ok(report),
    }
}

/// The technical reason goes to the log, the sentence to the citizen.
fn refused(reason: Refusal) -> SigningError {
    tracing::info!(signature.refusal = %reason, "a signed file is refused");
    SigningError::Refused(sentence(&reason).to_owned())
}
