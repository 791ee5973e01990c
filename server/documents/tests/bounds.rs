//! The program keeps to its bounds, and tells nothing of the document when it fails.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

mod common;

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use common::with_answers;

fn run(memory: u64, seconds: u64, input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_renderer"))
        .args([memory.to_string(), seconds.to_string()])
        .env_clear()
        .env("RAYON_NUM_THREADS", "2")
        .env("MALLOC_ARENA_MAX", "2")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end before it has read all.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn heavy() -> Vec<u8> {
    let text = "Una frase qualunque. ".repeat(100_000);
    serde_json::to_vec(&with_answers(&[("testo", &text)])).unwrap()
}

#[test]
fn a_document_within_bounds_is_printed() {
    let job = serde_json::to_vec(&with_answers(&[("a", "b")])).unwrap();
    let done = run(1 << 30, 30, &job);
    assert!(done.status.success());
    assert!(done.stdout.starts_with(b"%PDF-1.7"));
}

#[test]
fn memory_ends_where_it_was_told() {
    let done = run(160 << 20, 60, &heavy());
    assert!(!done.status.success() && done.stdout.is_empty());
    assert!(!String::from_utf8_lossy(&done.stderr).contains("qualunque"));
}

#[test]
fn so_does_time() {
    let done = run(8 << 30, 1, &heavy());
    assert!(!done.status.success() && done.stdout.is_empty());
}

#[test]
fn what_is_no_job_is_refused_without_its_words() {
    for input in [&b""[..], b"{\"segreto\":1}", b"[]"] {
        let done = run(1 << 30, 30, input);
        assert!(!done.status.success());
        assert_eq!(done.stderr, b"the job is not one\n");
    }
}
