//! Files of whose document nothing is known: what a technician made and signed elsewhere.

use crate::people::*;
use esign::samples::{minimal, sign_cades, sign_pades};
use esign::{Original, Refusal, Report, TrustList};

fn judge(file: &[u8]) -> Result<Report, Refusal> {
    esign::verify(file, &Original::Any, &TRUST, now())
}

fn signed() -> Vec<u8> {
    sign_pades(&PDF, &SIGNER, now()).unwrap()
}

#[test]
fn whatever_was_signed_is_the_document() {
    let two = sign_pades(&signed(), &OTHER, now()).unwrap();
    let around = sign_cades(&signed(), &OTHER, now()).unwrap();
    let twice = sign_cades(&around, &SIGNER, now()).unwrap();
    let plain = sign_cades(b"a drawing", &SIGNER, now()).unwrap();
    for (file, count) in [(signed(), 1), (two, 2), (around, 2), (twice, 3), (plain, 1)] {
        let report = judge(&file).unwrap();
        assert_eq!(report.signatures.len(), count);
        assert!(report.all_valid() && report.signed_by(MARIO).is_ok());
    }
}

#[test]
fn files_of_other_programs() {
    let trust = TrustList::from_pem(include_str!("others/authority.pem")).unwrap();
    let at = "2026-11-26T12:00:00Z".parse().unwrap();
    for file in [
        include_bytes!("others/one.pdf").as_slice(),
        include_bytes!("others/two-pictures.pdf"),
        include_bytes!("others/certified.pdf"),
    ] {
        let report = esign::verify(file, &Original::Any, &trust, at).unwrap();
        assert!(report.all_valid() && report.signed_by(MARIO).is_ok());
    }
    let hidden = include_bytes!("others/page-hidden.pdf");
    let refused = esign::verify(hidden, &Original::Any, &trust, at);
    assert_eq!(refused, Err(Refusal::Rewritten("field")));
}

#[test]
fn a_document_with_several_ends_before_its_signature() {
    // An update that does not sign, then one that does: what was there before is the document.
    let first = PDF.as_slice();
    let table = first.windows(9).rposition(|w| w == b"startxref").unwrap();
    let number: String = String::from_utf8_lossy(&first[table + 10..])
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let mut edited = first.to_vec();
    let object = edited.len();
    let content = "BT /F1 24 Tf 72 720 Td (x) Tj ET";
    edited.extend(
        format!(
            "5 0 obj\n<</Length {}>>stream\n{content}\nendstream\nendobj\n",
            content.len()
        )
        .bytes(),
    );
    let at = edited.len();
    let size = size_of(first);
    edited.extend(
        format!(
            "xref\n5 1\n{object:010} 00000 n \ntrailer\n<</Size {size}/Root 1 0 R/Prev {number}>>\nstartxref\n{at}\n%%EOF\n"
        )
        .bytes(),
    );
    let file = sign_pades(&edited, &SIGNER, now()).unwrap();
    assert!(judge(&file).unwrap().signed_by(MARIO).is_ok());
    assert_eq!(
        verify(&file),
        Err(Refusal::Rewritten("object of the document"))
    );
}

/// Of the trailer.
fn size_of(pdf: &[u8]) -> usize {
    let place = pdf.windows(6).rposition(|w| w == b"/Size ").unwrap();
    let digits = pdf[place + 6..].iter().take_while(|b| b.is_ascii_digit());
    let text: Vec<u8> = digits.copied().collect();
    std::str::from_utf8(&text).unwrap().parse().unwrap()
}

#[test]
fn what_nobody_signed() {
    assert_eq!(judge(&PDF), Err(Refusal::NotSigned));
    assert_eq!(judge(b"a drawing"), Err(Refusal::NotRecognised));
}

#[test]
fn what_was_changed_is_told() {
    let inside = replaced(&signed(), b"CILA di prova", b"CILA di trova");
    let report = judge(&inside).unwrap();
    assert_eq!(
        report.signed_by(MARIO),
        Err(Refusal::Altered("messageDigest"))
    );
    let mut after = signed();
    after.extend(b"x");
    assert_eq!(
        judge(&after),
        Err(Refusal::Altered("bytes after the last signature"))
    );
    let envelope = sign_cades(b"a drawing", &SIGNER, now()).unwrap();
    let report = judge(&replaced(&envelope, b"a drawing", b"a drawin!")).unwrap();
    assert_eq!(report.valid().count(), 0);
}

#[test]
fn an_earlier_signature_is_no_part_of_the_document() {
    // Cut so that the first signature would lie in what is taken for the document: it is read too.
    let bad = replaced(&signed(), b"/Adobe.PPKLite", b"/Adobe.PPKLity");
    let two = sign_pades(&bad, &OTHER, now()).unwrap();
    let report = judge(&two).unwrap();
    assert_eq!(report.signatures.len(), 2);
    assert!(report.signed_by(ANNA).is_ok() && report.signed_by(MARIO).is_err());
}

#[test]
fn a_file_signed_where_it_was_made() {
    // As if a program had written document and signature at once: nothing divides them.
    let file = minimal(&["/ByteRange"]);
    assert_eq!(judge(&file), Err(Refusal::OtherKind));
}
