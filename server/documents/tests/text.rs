//! What each kind of document says, as poppler reads it.

mod common;

use common::{job, jobs, petition, squeezed, text};
use documents::render;
use papers::{Kind, Petition};

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

#[test]
fn what_was_signed_on_paper_says_so() {
    let petition = Petition {
        on_paper: true,
        ..petition()
    };
    let job = job("istanza", Kind::Petition(petition));
    let text = squeezed(&text(&render(&job).unwrap()));
    assert!(text.contains("art.65c.1lett.c"), "{text}");
    assert!(!text.contains("lett.b"), "{text}");
}
