//! What each kind of document says, as poppler reads it.

mod common;

use common::{certificate, job, jobs, petition, squeezed, text};
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

#[test]
fn every_template_of_the_catalogue_is_printed_also_before_it_is_registered() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../app/catalogue/modelli");
    let mut printed = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let template = path.file_stem().unwrap().to_str().unwrap();
        let mut paper = job("Documento", Kind::Issued(certificate(template)));
        let registered = squeezed(&text(&render(&paper).unwrap()));
        assert!(registered.contains("ZonaB1."), "{template}: {registered}");
        assert!(!registered.contains("Anteprima"), "{template}");
        paper.paper.protocol = String::new();
        paper.paper.original = String::new();
        let preview = squeezed(&text(&render(&paper).unwrap()));
        assert!(
            preview.contains("Anteprima:nonèregistrata"),
            "{template}: {preview}"
        );
        printed += 1;
    }
    assert!(printed >= 4);
}

#[test]
fn a_template_that_is_wrong_breaks_nothing_else() {
    for source in [
        "#import \"/nowhere.typ\": *",
        "#let x = ",
        "#read(\"/etc/passwd\")",
    ] {
        let wrong = papers::Issued {
            source: source.to_owned(),
            ..certificate("certificato")
        };
        assert!(
            render(&job("Documento", Kind::Issued(wrong))).is_err(),
            "{source}"
        );
    }
}
