//! Whatever is changed in a good file: never a panic, and never another document believed.

use std::sync::LazyLock;

use crate::people::*;
use esign::samples::{sign_cades, sign_pades};
use proptest::prelude::*;

static FILES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let pades = sign_pades(&PDF, &SIGNER, now()).unwrap();
    let twice = sign_pades(&pades, &OTHER, now()).unwrap();
    let cades = sign_cades(&PDF, &SIGNER, now()).unwrap();
    let around = sign_cades(&pades, &OTHER, now()).unwrap();
    vec![pades, twice, cades, around]
});

/// Whether this is one of many hexadecimal digits beside each other.
fn is_in_contents(file: &[u8], place: usize) -> bool {
    let digits = |bytes: &mut dyn Iterator<Item = &u8>| {
        bytes.take_while(|byte| byte.is_ascii_hexdigit()).count()
    };
    let around = digits(&mut file[place..].iter()) + digits(&mut file[..place].iter().rev());
    around > 1000
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn one_byte(file in 0_usize..4, place: prop::sample::Index, byte: u8) {
        let good = &FILES[file];
        let mut bytes = good.clone();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let judged = verify(&bytes);
        if let Ok(report) = judged && report.all_valid() && bytes != *good {
            // What may differ are parts of the CMS that nobody signed and nobody reads.
            let document = good.windows(PDF.len()).position(|window| window == &**PDF).unwrap();
            prop_assert!(!(document..document + PDF.len()).contains(&place));
            prop_assert!(!good.starts_with(b"%PDF-") || is_in_contents(good, place));
            prop_assert_eq!(report.signatures.len(), verify(good).unwrap().signatures.len());
        }
    }

    #[test]
    fn pieces(file in 0_usize..4, from: prop::sample::Index, to: prop::sample::Index, length in 0_usize..200, insert: bool) {
        let mut bytes = FILES[file].clone();
        let from = from.index(bytes.len());
        let piece = bytes[from..(from + length).min(bytes.len())].to_vec();
        let to = to.index(bytes.len());
        let end = if insert { to } else { (to + length).min(bytes.len()) };
        bytes.splice(to..end, piece);
        let _ = verify(&bytes);
        bytes.truncate(from);
        prop_assert!(verify(&bytes).is_err());
    }

    #[test]
    fn anything(bytes in prop::collection::vec(any::<u8>(), 0..300), after_original: bool) {
        let mut file = if after_original { PDF.to_vec() } else { Vec::new() };
        file.extend(&bytes);
        prop_assert!(verify(&file).is_err());
        let mut update = PDF.to_vec();
        update.extend(b"9 0 obj<</A[");
        update.extend(&bytes);
        update.extend(b"]>>endobj startxref 9 %%EOF");
        prop_assert!(verify(&update).is_err());
    }
}
