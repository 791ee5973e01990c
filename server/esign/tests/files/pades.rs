//! Signed PDFs, and the attacks on them that pdf-insecurity.org lists.

use crate::people::*;
use esign::samples::{Beside, Faults, minimal, minimal_newer, sign_pades, sign_pades_with};
use esign::{Format, Original, Refusal};

/// Objects of `minimal`: 1 catalog, 2 pages, 4 first page, 5 its content, 6 second page.
const CONTENT: &str = "<</Length 32>>stream\nBT /F1 24 Tf 72 720 Td (x) Tj ET\nendstream";

fn signed() -> Vec<u8> {
    sign_pades(&PDF, &SIGNER, now()).unwrap()
}

/// Signed by one who writes these objects too.
fn with(objects: &[(u32, &str)]) -> Vec<u8> {
    let objects = objects.iter().map(|(n, text)| (*n, (*text).to_owned()));
    let page = Beside {
        objects: objects.collect(),
        ..Beside::default()
    };
    sign_pades_with(&PDF, &SIGNER, now(), Faults::default(), &page).unwrap()
}

fn position(file: &[u8], word: &str) -> usize {
    let mut windows = file.windows(word.len());
    windows
        .rposition(|window| window == word.as_bytes())
        .unwrap()
}

/// The file with another ByteRange of the same length.
fn with_range(file: &[u8], change: impl Fn([usize; 4]) -> [usize; 4]) -> Vec<u8> {
    let start = position(file, "/ByteRange [") + "/ByteRange ".len();
    let text = std::str::from_utf8(&file[start + 1..start + 34]).unwrap();
    let numbers: Vec<usize> = text.split(' ').map(|n| n.parse().unwrap()).collect();
    let [a, b, c, d] = change([numbers[0], numbers[1], numbers[2], numbers[3]]);
    let text = format!("[{a} {b:010} {c:010} {d:010}]");
    let mut file = file.to_vec();
    file[start..start + text.len()].copy_from_slice(text.as_bytes());
    file
}

#[test]
fn a_good_one_is_told_in_full() {
    let report = verify(&signed()).unwrap();
    assert_eq!(report.format, Format::Pades);
    let signature = report.signed_by(MARIO).unwrap();
    assert_eq!(signature.claimed_at, Some(now()));
    assert_eq!(
        signature.signer.as_ref().unwrap().surname.as_deref(),
        Some("Rossi")
    );
    assert!(report.all_valid());
}

#[test]
fn several_one_after_the_other() {
    let mut file = signed();
    for _ in 0..7 {
        file = sign_pades(&file, &OTHER, now()).unwrap();
    }
    let report = verify(&file).unwrap();
    assert_eq!(report.signatures.len(), 8);
    assert!(report.all_valid());
    assert!(report.signed_by(MARIO).is_ok() && report.signed_by(ANNA).is_ok());
    let nine = sign_pades(&file, &OTHER, now()).unwrap();
    assert_eq!(verify(&nine), Err(Refusal::TooMany("signatures")));
}

#[test]
fn the_newer_kind_of_table() {
    let original = minimal_newer(&["CILA di prova"]);
    let one = sign_pades(&original, &SIGNER, now()).unwrap();
    let two = sign_pades(&one, &OTHER, now()).unwrap();
    let judge = |file: &[u8]| esign::verify(file, &Original::Bytes(&original), &TRUST, now());
    assert!(judge(&one).unwrap().all_valid());
    let report = judge(&two).unwrap();
    assert!(report.signed_by(MARIO).is_ok() && report.signed_by(ANNA).is_ok());
    let previous = position(&one, "/Prev ") + 6;
    let mut chained = one;
    chained[previous] = if chained[previous] == b'1' {
        b'2'
    } else {
        b'1'
    };
    assert_eq!(judge(&chained), Err(Refusal::BadPdf("Prev")));
}

#[test]
fn a_picture_of_a_signature_hides_no_page() {
    let picture = |rectangle| {
        let page = Beside {
            rectangle,
            ..Beside::default()
        };
        verify(&sign_pades_with(&PDF, &SIGNER, now(), Faults::default(), &page).unwrap())
    };
    assert!(picture([100, 100, 300, 200]).unwrap().all_valid());
    assert_eq!(picture([0, 0, 595, 842]), Err(Refusal::Rewritten("field")));
    assert_eq!(picture([595, 842, 0, 0]), Err(Refusal::Rewritten("field")));
}

#[test]
fn another_document() {
    let other = minimal(&["CILA di altri", "Pagina due"]);
    let file = sign_pades(&other, &SIGNER, now()).unwrap();
    assert_eq!(verify(&file), Err(Refusal::OtherDocument));
    // Ours, changed after signing, is no longer ours.
    let changed = replaced(&signed(), b"CILA di prova", b"CILA di trova");
    assert_eq!(verify(&changed), Err(Refusal::OtherDocument));
    let mut before = b"%PDF-1.7\n".to_vec();
    before.extend(signed());
    assert_eq!(verify(&before), Err(Refusal::OtherDocument));
}

#[test]
fn changed_after_signing() {
    let altered = Refusal::Altered("messageDigest");
    let changed = replaced(&signed(), b"/Adobe.PPKLite", b"/Adobe.PPKLity");
    assert_eq!(only_refusal(&changed), altered);
    let other = Faults {
        other_message: true,
        ..Faults::default()
    };
    let file = sign_pades_with(&PDF, &SIGNER, now(), other, &Beside::default()).unwrap();
    assert_eq!(only_refusal(&file), Refusal::BadSignature);
}

#[test]
fn nothing_follows_the_last_signature() {
    for tail in [
        "\n",
        " ",
        "x",
        "%\n",
        "startxref\n9\n%%EOF\n",
        "7 0 obj 1 endobj",
    ] {
        let mut file = signed();
        file.extend(tail.bytes());
        let reason = verify(&file).unwrap_err();
        assert!(matches!(reason, Refusal::Altered(_)), "{tail:?}: {reason}");
    }
}

#[test]
fn an_update_after_the_signature() {
    // Incremental saving attack: a second update whose own signature is taken away.
    let twice = sign_pades(&signed(), &OTHER, now()).unwrap();
    let unsigned = replaced(&twice, b"/ByteRange", b"/ByteStrin");
    assert_eq!(
        verify(&unsigned),
        Err(Refusal::Altered("update after the signature"))
    );
    let objects = vec![(5, CONTENT.to_owned())];
    let page = Beside {
        objects,
        ..Beside::default()
    };
    let shown = sign_pades_with(&signed(), &OTHER, now(), Faults::default(), &page).unwrap();
    assert_eq!(
        verify(&shown),
        Err(Refusal::Rewritten("object of the document"))
    );
}

#[test]
fn the_update_does_nothing_but_sign() {
    let changed = |objects: &[(u32, &str)]| verify(&with(objects)).unwrap_err();
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 90 0 R/Resources<<>>>>";
    assert_eq!(
        changed(&[(5, CONTENT)]),
        Refusal::Rewritten("object of the document")
    );
    assert_eq!(
        changed(&[(90, CONTENT), (6, page)]),
        Refusal::Rewritten("page")
    );
    let fewer = "<</Type/Pages/Count 1/Kids[4 0 R]>>";
    assert_eq!(
        changed(&[(2, fewer)]),
        Refusal::Rewritten("object of the document")
    );
    let catalog = "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(x)>>/AcroForm<<>>>>";
    assert_eq!(changed(&[(1, catalog)]), Refusal::Rewritten("catalog"));
    let catalog = "<</Type/Catalog/Pages 2 0 R/Metadata 5 0 R/AcroForm<<>>>>";
    assert_eq!(changed(&[(1, catalog)]), Refusal::Rewritten("catalog"));
    let catalog = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/XFA(x)>>>>";
    assert_eq!(changed(&[(1, catalog)]), Refusal::Rewritten("form"));
    let note = "<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]>>";
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 7 0 R/Resources<</Font<</F1 3 0 R>>>>/Annots[90 0 R]>>";
    assert_eq!(
        changed(&[(90, note), (6, page)]),
        Refusal::Rewritten("annotation")
    );
    // What is written again as it was, is no change.
    let same = "<</Resources << /Font <</F1 3 0 R>>>>/Type/Page/Parent 2 0 R/MediaBox[0.0 0 595 842]/Contents 7 0 R>>";
    assert!(verify(&with(&[(6, same)])).unwrap().all_valid());
}

#[test]
fn a_range_leaves_no_choice() {
    let good = signed();
    let coverage = Err(Refusal::Coverage("ByteRange"));
    type Change = fn([usize; 4]) -> [usize; 4];
    let changes: [Change; 8] = [
        |[a, b, c, d]| [a, b - 1, c, d],
        |[a, b, c, d]| [a, b, c - 10, d + 10],
        |[a, b, c, d]| [a, b, c + 2, d - 2],
        |[a, b, c, d]| [a, b, c, d - 1],
        |[a, b, c, d]| [a, b, c, d + 1],
        |[_, b, c, d]| [1, b, c, d],
        |[a, b, _, d]| [a, b, 0, d],
        |[a, _, c, d]| [a, 0, c, d],
    ];
    for change in changes {
        assert_eq!(verify(&with_range(&good, change)), coverage);
    }
}

#[test]
fn signatures_that_are_none() {
    // Universal signature forgery: what a viewer looks for is missing or empty.
    let good = signed();
    let contents = Err(Refusal::Coverage("Contents"));
    assert_eq!(
        verify(&replaced(&good, b"/Contents", b"/Contentz")),
        contents
    );
    assert_eq!(
        verify(&replaced(&good, b"/Contents <", b"/Contents (")),
        Err(Refusal::BadPdf("object"))
    );
    let space = position(&good, "/Contents <") + 40;
    let mut spaced = good.clone();
    spaced[space..space + 2].copy_from_slice(b"  ");
    assert_eq!(verify(&spaced), contents);
    assert_eq!(
        verify(&replaced(&good, b"/ByteRange", b"/ByteStrin")),
        Err(Refusal::NotSigned)
    );
    // One that no field of the form shows.
    let hidden = replaced(&good, b"/V 8 0 R", b"/W 8 0 R");
    assert_eq!(verify(&hidden), Err(Refusal::Coverage("fields")));
    let kind = replaced(&good, b"ETSI.CAdES.detached", b"adbe.x509.rsa_sha1_");
    assert_eq!(verify(&kind), Err(Refusal::OtherKind));
    let stamp = replaced(
        &good,
        b"/Type/Sig/Filter/Adobe.PPKLite",
        b"/Type/DocTimeStamp/F/Adobe.PPK",
    );
    assert_eq!(verify(&stamp), Err(Refusal::DocumentTimestamp));
}

#[test]
fn bytes_beside_the_signature_in_its_place() {
    let good = signed();
    let mut file = good.clone();
    let last = position(&good, "00>>>");
    file[last] = b'1';
    assert_eq!(verify(&file), Err(Refusal::BadCms("Contents")));
    // The same value in other digits is the same value.
    file[last] = b'0';
    assert!(verify(&file).unwrap().all_valid());
}

#[test]
fn tables_say_what_is_there() {
    let good = signed();
    let entry = position(&good, " 00000 n ") - 1;
    let mut moved = good.clone();
    moved[entry] = if moved[entry] == b'0' { b'1' } else { b'0' };
    assert_eq!(verify(&moved), Err(Refusal::BadPdf("entry without object")));
    let root = replaced(&good, b"/Root 1 0 R", b"/Root 2 0 R");
    assert_eq!(verify(&root), Err(Refusal::Rewritten("Root")));
    let size = position(&good, "/Size ") + 6;
    let mut shorter = good.clone();
    shorter[size] = b'0';
    assert_eq!(verify(&shorter), Err(Refusal::BadPdf("Size")));
    let encrypted = replaced(&good, b"/ID [<00> <00> ]", b"/Encrypt (     )");
    assert_eq!(verify(&encrypted), Err(Refusal::Rewritten("encryption")));
    // A page's content that is deleted.
    let free = b"0000000000 65535 f ";
    let deleted = replaced(
        &good,
        &[b"0 1\n", &free[..]].concat(),
        &[b"5 1\n", &free[..]].concat(),
    );
    assert_eq!(verify(&deleted), Err(Refusal::Rewritten("object deleted")));
    // Another generation of an old object: viewers differ in which one they show.
    let object = position(&good, "\n1 0 obj") + 3;
    let mut newer = replaced(&good, b"\n1 0 obj", b"\n1 1 obj");
    assert_eq!(verify(&newer), Err(Refusal::BadPdf("entry without object")));
    let entry = format!("{:010} 00000 n", object - 2);
    let changed = entry.replace("00000 n", "00001 n");
    newer = replaced(&newer, entry.as_bytes(), changed.as_bytes());
    assert_eq!(verify(&newer), Err(Refusal::BadPdf("generation")));
    let previous = position(&good, "/Prev ") + 6;
    let mut chained = good.clone();
    chained[previous] = if chained[previous] == b'1' {
        b'2'
    } else {
        b'1'
    };
    assert_eq!(verify(&chained), Err(Refusal::BadPdf("Prev")));
}

#[test]
fn faults_of_the_signature_are_told_too() {
    let no_certificate = Faults {
        no_signing_certificate: true,
        ..Faults::default()
    };
    let file = sign_pades_with(&PDF, &SIGNER, now(), no_certificate, &Beside::default()).unwrap();
    assert_eq!(only_refusal(&file), Refusal::SigningCertificate);
    let sha1 = Faults {
        sha1: true,
        ..Faults::default()
    };
    let file = sign_pades_with(&PDF, &SIGNER, now(), sha1, &Beside::default()).unwrap();
    assert_eq!(only_refusal(&file), Refusal::WeakAlgorithm("SHA-1"));
}
