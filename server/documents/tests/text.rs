//! What each kind of document says, as poppler reads it.

mod common;

use common::{jobs, text};
use documents::render;

#[test]
fn each_kind_reads_as_it_should() {
    for (name, job) in jobs() {
        let pdf = render(&job).unwrap();
        insta::assert_snapshot!(name, text(&pdf));
    }
}

#[test]
fn the_same_job_gives_the_same_bytes() {
    for (name, job) in jobs() {
        assert!(render(&job).unwrap() == render(&job).unwrap(), "{name}");
    }
}
