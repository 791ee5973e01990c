//! The files are what they say: read by qpdf and pikepdf, which know nothing of our renderer.

mod common;

use std::process::Command;

use common::{file, jobs, piped, with_answers};
use documents::render;

#[test]
fn every_kind_keeps_what_it_claims() {
    let mut all = jobs();
    all.push((
        "difficile",
        with_answers(&[("#x", "😀 中 مرحبا"), ("y", &"z".repeat(400))]),
    ));
    let mut checker = Command::new(python());
    checker.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/claims.py"));
    for (name, job) in all {
        let path = file(&format!("{name}.pdf"), &render(&job).unwrap());
        piped(Command::new("qpdf").arg("--check").arg(&path), b"");
        checker.arg(path);
    }
    let said = piped(&mut checker, b"");
    assert!(said.ends_with("9 documents hold\n"), "{said}");
}

/// The reference validator, which Debian does not have: `VERAPDF` is its program.
#[test]
#[ignore = "needs veraPDF"]
fn verapdf_agrees() {
    let program = std::env::var("VERAPDF").expect("VERAPDF=/where/it/is/verapdf");
    for (name, job) in jobs() {
        let path = file(&format!("vera-{name}.pdf"), &render(&job).unwrap());
        for flavour in ["2a", "ua1"] {
            let mut verapdf = Command::new(&program);
            verapdf.args(["--flavour", flavour, "--format", "text"]);
            let said = piped(verapdf.arg(&path), b"");
            assert!(said.starts_with("PASS"), "{flavour}: {said}");
        }
    }
}

/// Python with pikepdf, as .ci/install.sh makes it.
fn python() -> String {
    let home = std::env::var("HOME").unwrap_or_default();
    let cache = std::env::var("XDG_CACHE_HOME").unwrap_or(format!("{home}/.cache"));
    let cache = std::env::var("SPORTELLO_CACHE").unwrap_or(format!("{cache}/sportello"));
    format!("{cache}/pikepdf/bin/python")
}
