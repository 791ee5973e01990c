//! A signed PDF (PAdES, ETSI EN 319 142-1; PDF signatures, ISO 32000-1, 12.8).
//!
//! The file must be our original, to the byte, and updates after it. Each is read word by word
//! (`state.rs`), may do nothing but sign (`changes.rs`), and its signature must cover all from the
//! file's first byte to the update's last but for the signature's own place: so a ByteRange leaves
//! no choice, and what the attacks of pdf-insecurity.org play with is not there.

mod changes;
pub(crate) mod lexer;
mod state;
pub(crate) mod xref;

use std::collections::BTreeSet;

use aws_lc_rs::digest::{Context, SHA256};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::cms::{self, Judge, SignedData};
use crate::{Format, MAX_SIGNATURES, Original, Refusal, Signature};
use lexer::{Dict, Indirect, Object};
pub(crate) use state::State;
use state::{Update, end_of_line};

/// How a PDF begins.
pub(crate) const MARK: &[u8] = b"%PDF-";
/// Updates without a signature of their own that may precede one.
const MOST_UPDATES: usize = 2 * MAX_SIGNATURES;
/// How many ends a document may have before it is signed: it is read once for each.
const MOST_ENDS: usize = 8;

/// Verifies all signatures, first to last.
///
/// # Errors
/// The file does not begin with the original; an update that is not plain, or does more than
/// sign; a signature that does not cover its revision; anything after the last signature.
pub(crate) fn verify(
    file: &[u8],
    original: &Original<'_>,
    judge: &Judge<'_>,
) -> Result<Vec<Signature>, Refusal> {
    let signed = contains(file, b"/ByteRange");
    if let Original::Any = original {
        return match signed {
            true => verify_any(file, judge),
            false => Err(Refusal::NotSigned),
        };
    }
    let Some(start) = original_length(file, original) else {
        let reason = [Refusal::NotSigned, Refusal::OtherDocument];
        return Err(reason[usize::from(signed)].clone());
    };
    verify_from(file, start, judge)
}

/// The document is what precedes the signatures: it ends at the first `%%EOF` after which the file
/// does nothing but sign. (A linearized file, and one that was edited, has several.)
fn verify_any(file: &[u8], judge: &Judge<'_>) -> Result<Vec<Signature>, Refusal> {
    let mut told = None;
    for mark in ends(file).take(MOST_ENDS) {
        match verify_from(file, mark + end_of_line(&file[mark..]), judge) {
            Ok(signatures) => return Ok(signatures),
            Err(Refusal::BadPdf(_) | Refusal::NotSigned) => {}
            Err(reason) => told = told.or(Some(reason)),
        }
    }
    // Signed in the revision that made it: nothing there tells the document from the signature.
    Err(told.unwrap_or(Refusal::OtherKind))
}

fn verify_from(file: &[u8], start: usize, judge: &Judge<'_>) -> Result<Vec<Signature>, Refusal> {
    if file[start..].iter().all(|byte| lexer::is_space(*byte)) {
        return Err(Refusal::NotSigned);
    }
    let mut reading = Reading {
        state: State::original(file, start)?,
        verified: BTreeSet::new(),
        signatures: Vec::new(),
    };
    let mut at = start;
    for _ in 0..MOST_UPDATES {
        at = reading.update(at, judge)?;
        if at == file.len() {
            reading.shows_what_is_verified()?;
            return Ok(reading.signatures);
        }
    }
    Err(Refusal::TooMany("updates"))
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

/// Where each `%%EOF` ends.
fn ends(file: &[u8]) -> impl Iterator<Item = usize> {
    const END: &[u8] = b"%%EOF";
    let marks = file.windows(END.len()).enumerate();
    let marks = marks.filter(|(_, window)| *window == END);
    marks.map(|(at, _)| at + END.len())
}

/// How many bytes at the beginning of the file are the original. Of one known by its hash, each
/// `%%EOF` may be the end, with or without an end of line.
fn original_length(file: &[u8], original: &Original<'_>) -> Option<usize> {
    let hash = match original {
        Original::Bytes(bytes) => return file.starts_with(bytes).then_some(bytes.len()),
        Original::Sha256(hash) => hash,
        Original::Any => return None,
    };
    let mut context = Context::new(&SHA256);
    let mut hashed = 0;
    for mark in ends(file).take(4 * MOST_UPDATES) {
        context.update(&file[hashed..mark]);
        hashed = mark;
        let line = end_of_line(&file[mark..]);
        for end in mark..=mark + line {
            let mut context = context.clone();
            context.update(&file[mark..end]);
            if context.finish().as_ref() == hash {
                return Some(end);
            }
        }
    }
    None
}

struct Reading<'a> {
    state: State<'a>,
    /// Objects that are signatures and were judged.
    verified: BTreeSet<u32>,
    signatures: Vec<Signature>,
}

impl Reading<'_> {
    /// Reads one update, judges its signature, and tells where it ends.
    fn update(&mut self, start: usize, judge: &Judge<'_>) -> Result<usize, Refusal> {
        // What follows a signature and is none itself was put there afterwards.
        let late = !self.signatures.is_empty();
        let afterwards = |reason| match reason {
            Refusal::BadPdf(_) if late => Refusal::Altered("bytes after the last signature"),
            other => other,
        };
        let (after, update) = self.state.update(start).map_err(afterwards)?;
        changes::only_sign(&self.state, &after, &update.numbers)?;
        let is_last = update.end == self.state.file.len();
        match signature_of(&after, &update.numbers)? {
            Some(object) => {
                let number = object.number;
                let signature = judge_one(&after, object, &update, judge)?;
                self.signatures.push(signature);
                self.verified.insert(number);
                if self.signatures.len() > MAX_SIGNATURES {
                    return Err(Refusal::TooMany("signatures"));
                }
            }
            None if is_last && late => return Err(Refusal::Altered("update after the signature")),
            None if is_last => return Err(Refusal::NotSigned),
            None => {}
        }
        self.state = after;
        Ok(update.end)
    }

    /// Signature fields of the form that are filled in and the signatures that were judged are the
    /// same: a viewer shows no other ("universal signature forgery").
    fn shows_what_is_verified(&self) -> Result<(), Refusal> {
        let catalog = self.state.catalog().ok_or(Refusal::BadPdf("catalog"))?;
        let form = changes::form_of(&self.state, catalog);
        let fields = form.and_then(|form| self.state.value(form, "Fields")?.array());
        let mut shown = BTreeSet::new();
        for field in fields.unwrap_or_default() {
            let field = self.state.resolve(field).dict();
            let value = field.and_then(|field| field.get(&b"V"[..]));
            if let Some(value) = value {
                let number = value.reference().ok_or(Refusal::Coverage("field"))?;
                shown.insert(number);
            }
        }
        let same = shown == self.verified;
        same.then_some(()).ok_or(Refusal::Coverage("fields"))
    }
}

/// The signature that an update holds: the one dictionary with a ByteRange, an object of its own.
fn signature_of<'s>(
    state: &'s State<'_>,
    numbers: &[u32],
) -> Result<Option<&'s Indirect>, Refusal> {
    let objects = numbers.iter().filter_map(|number| state.get(*number));
    let mut signatures = objects.filter(|object| {
        let dict = object.dict();
        dict.is_some_and(|dict| dict.contains_key(&b"ByteRange"[..]))
    });
    let first = signatures.next();
    match signatures.next() {
        Some(_) => Err(Refusal::Coverage("two signatures in a revision")),
        None => Ok(first),
    }
}

fn judge_one(
    state: &State<'_>,
    object: &Indirect,
    update: &Update,
    judge: &Judge<'_>,
) -> Result<Signature, Refusal> {
    let dict = object.dict().ok_or(Refusal::BadPdf("signature"))?;
    let is = |key: &str, name: &str| dict.get(key.as_bytes()).is_some_and(|v| v.is_name(name));
    if is("SubFilter", "ETSI.RFC3161") || is("Type", "DocTimeStamp") {
        return Err(Refusal::DocumentTimestamp);
    }
    let known = ["ETSI.CAdES.detached", "adbe.pkcs7.detached"];
    if !known.iter().any(|kind| is("SubFilter", kind)) {
        return Err(Refusal::OtherKind);
    }
    let covered = covered(state.file, dict, update)?;
    let der = cms::padded(covered.contents).ok_or(Refusal::BadCms("Contents"))?;
    let signed = SignedData::read(&der)?;
    if signed.content.is_some() || signed.signers() != 1 {
        return Err(Refusal::BadCms("content or signers of a PDF's signature"));
    }
    let judged = signed.judge(Format::Pades, &covered.parts, judge);
    let mut signature = judged.into_iter().next();
    if let Some(signature) = &mut signature {
        let stated = dict.get(&b"M"[..]);
        signature.claimed_at = signature.claimed_at.or_else(|| stated.and_then(date));
    }
    signature.ok_or(Refusal::BadCms("signers"))
}

struct Covered<'a> {
    parts: [&'a [u8]; 2],
    contents: &'a [u8],
}

/// The ByteRange must be what its dictionary's place in the file makes of it: all up to the
/// signs around Contents, and all from there to the update's end.
fn covered<'a>(file: &'a [u8], dict: &'a Dict, update: &Update) -> Result<Covered<'a>, Refusal> {
    let Some(Object::Text(contents)) = dict.get(&b"Contents"[..]) else {
        return Err(Refusal::Coverage("Contents"));
    };
    let span = &contents.span;
    // In an object stream, spaces or odd digits in it: its place is not what it seems.
    let in_place =
        file.get(span.start) == Some(&b'<') && span.len() == 2 * contents.bytes.len() + 2;
    let written = file.get(span.clone());
    let same = written.is_some_and(|hex| {
        hex.len() > 2 && hex[1..hex.len() - 1].iter().all(u8::is_ascii_hexdigit)
    });
    if !in_place || !same {
        return Err(Refusal::Coverage("Contents"));
    }
    let range = dict.get(&b"ByteRange"[..]).and_then(Object::array);
    let range: Option<Vec<usize>> = range.and_then(|r| r.iter().map(Object::size).collect());
    let Some([0, first, second, length]) = range.as_deref() else {
        return Err(Refusal::Coverage("ByteRange"));
    };
    let end = second.checked_add(*length);
    let end = end.filter(|end| (update.mark..=update.end).contains(end));
    // The last one covers the file's last byte too.
    let end = end.filter(|end| update.end < file.len() || *end == file.len());
    match end {
        Some(end) if (*first, *second) == (span.start, span.end) => Ok(Covered {
            parts: [&file[..*first], &file[*second..end]],
            contents: &contents.bytes,
        }),
        _ => Err(Refusal::Coverage("ByteRange")),
    }
}

/// `D:YYYYMMDDHHmmSS+HH'mm'` (ISO 32000-1, 7.9.4); without a zone it is taken for UTC.
fn date(value: &Object) -> Option<Timestamp> {
    let Object::Text(text) = value else {
        return None;
    };
    let text = std::str::from_utf8(&text.bytes).ok()?.strip_prefix("D:")?;
    let (moment, zone) = text.split_at_checked(14)?;
    let moment = DateTime::strptime("%Y%m%d%H%M%S", moment).ok()?;
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = match digits.len() {
        0 => (0, 0),
        2 => (digits.parse().ok()?, 0),
        4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    let seconds: i32 = (hours * 60 + minutes) * 60;
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let offset = Offset::from_seconds(sign * seconds).ok()?;
    offset.to_timestamp(moment).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lexer::Lexer;

    #[test]
    fn dates_of_pdfs() {
        let read = |text: &str| date(&Lexer::new(text.as_bytes(), 0).object().unwrap());
        let noon = "2026-11-26T12:00:00Z".parse().ok();
        assert_eq!(read("(D:20261126130000+01'00')"), noon);
        assert_eq!(read("(D:20261126130000+01'00)"), noon);
        assert_eq!(read("(D:20261126120000Z)"), noon);
        assert_eq!(read("(D:20261126070000-05)"), noon);
        for bad in [
            "(20261126)",
            "(D:2026)",
            "(D:20261326120000Z)",
            "12",
            "(D:20261126120000+99'99')",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
