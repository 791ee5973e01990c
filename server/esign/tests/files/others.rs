//! What other programs wrote, kept in `others/`: pyHanko 0.38 signed `original.pdf` (a table as a
//! stream, packed objects: `qpdf --object-streams=generate`), with certificates of a test authority
//! valid until March 2027.

use crate::people::MARIO;
use esign::{Format, Original, Refusal, TrustList};

fn judge(file: &[u8]) -> Result<esign::Report, Refusal> {
    let original = include_bytes!("others/original.pdf");
    let trust = TrustList::from_pem(include_str!("others/authority.pem")).unwrap();
    let at = "2026-11-26T12:00:00Z".parse().unwrap();
    esign::verify(file, &Original::Bytes(original), &trust, at)
}

#[test]
fn pyhanko_invisible() {
    let report = judge(include_bytes!("others/one.pdf")).unwrap();
    let signature = report.signed_by(MARIO).unwrap();
    assert_eq!(signature.format, Format::Pades);
    assert_eq!(signature.issuer.as_deref(), Some("Ente intermedio"));
    assert_eq!(signature.anchor.as_deref(), Some("Ente di prova"));
}

#[test]
fn pyhanko_twice_with_pictures() {
    let report = judge(include_bytes!("others/two-pictures.pdf")).unwrap();
    assert_eq!(report.valid().count(), 2);
}

#[test]
fn pyhanko_certified_then_signed() {
    let report = judge(include_bytes!("others/certified.pdf")).unwrap();
    assert_eq!(report.valid().count(), 2);
}

#[test]
fn pyhanko_with_a_picture_over_the_page() {
    let report = judge(include_bytes!("others/page-hidden.pdf"));
    assert_eq!(report, Err(Refusal::Rewritten("field")));
}
