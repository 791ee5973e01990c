//! A `.p7m`: the document inside the signature, once or several times (EN 319 122-1).

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::cms::{self, Judge, SignedData};
use crate::{Format, MAX_NESTING, MAX_SIGNATURES, Original, Refusal, Signature, pdf};

/// DER or BER as it is, or what a PEM or bare base64 text holds; none if it is no CMS.
pub(crate) fn decoded(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    if cms::looks_like(bytes) {
        return Some(Cow::Borrowed(bytes));
    }
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let body = match text.strip_prefix("-----BEGIN ") {
        Some(rest) => {
            let (label, rest) = rest.split_once("-----")?;
            let (body, after) = rest.split_once("-----END ")?;
            (after == format!("{label}-----")).then_some(body)?
        }
        None => text,
    };
    let packed: Vec<u8> = body
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let bytes = STANDARD.decode(packed).ok()?;
    cms::looks_like(&bytes).then_some(Cow::Owned(bytes))
}

/// Judges the signatures around the original, from the outside to the inside.
///
/// # Errors
/// The document inside is not ours, or there is none; if a signature tells that its content was
/// changed, that.
pub(crate) fn verify(
    bytes: &[u8],
    original: &Original<'_>,
    judge: &Judge<'_>,
    depth: usize,
) -> Result<Vec<Signature>, Refusal> {
    if depth == MAX_NESTING {
        return Err(Refusal::TooMany("signatures inside each other"));
    }
    let der = cms::whole(bytes).ok_or(Refusal::BadCms("encoding"))?;
    let signed = SignedData::read(&der)?;
    if signed.signers() == 0 {
        return Err(Refusal::NotSigned);
    }
    let content = signed.content.ok_or(Refusal::Detached)?;
    let mut signatures = signed.judge(Format::Cades, &[content], judge);
    let inside = inside(content, original, judge, depth);
    signatures.extend(inside.map_err(|reason| {
        let mut reasons = signatures.iter().filter_map(|s| s.refusal.as_ref());
        let altered = reasons.find(|reason| matches!(reason, Refusal::Altered(_)));
        altered.cloned().unwrap_or(reason)
    })?);
    if signatures.len() > MAX_SIGNATURES {
        return Err(Refusal::TooMany("signatures"));
    }
    Ok(signatures)
}

/// The content: our document, or it with another signature in or around it.
fn inside(
    content: &[u8],
    original: &Original<'_>,
    judge: &Judge<'_>,
    depth: usize,
) -> Result<Vec<Signature>, Refusal> {
    if original.is(content) {
        return Ok(Vec::new());
    }
    if content.starts_with(pdf::MARK) {
        return match pdf::verify(content, original, judge) {
            // A PDF that is not ours and that nobody signed.
            Err(Refusal::NotSigned) => unsigned(original),
            other => other,
        };
    }
    match decoded(content) {
        Some(inner) => verify(&inner, original, judge, depth + 1),
        None => unsigned(original),
    }
}

/// A document that is not ours, without signatures of its own.
fn unsigned(original: &Original<'_>) -> Result<Vec<Signature>, Refusal> {
    match original {
        Original::Any => Ok(Vec::new()),
        _ => Err(Refusal::OtherDocument),
    }
}
