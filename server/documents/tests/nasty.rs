//! Whatever people write is printed, and stays text.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

mod common;

use common::{squeezed, text, with_answers};
use documents::render;

/// The document of these answers, read back and squeezed.
fn read_back(answers: &[(&str, &str)]) -> String {
    squeezed(&text(&render(&with_answers(answers)).unwrap()))
}

#[test]
fn markup_stays_text() {
    for evil in [
        "#set text(red)",
        "#panic(\"x\") #import \"/paper.json\": *",
        "</script><script>alert(1)</script>",
        "*b* _i_ `c` $x^2$ <label> @ref ~ -- --- ... // c /* d */ [x] {y} \\ \\u{41}",
        "= Titolo\n- voce\n+ numero\n/ Termine: testo",
        "\"virgolette\" 'semplici' http://example.it",
    ] {
        let read = read_back(&[(evil, evil), ("Dopo", "fine")]);
        assert_eq!(read.matches(&squeezed(evil)).count(), 2, "{evil}: {read}");
        assert!(read.contains("Dopofine"));
    }
}

#[test]
fn other_alphabets_and_pictures_are_printed() {
    let read = read_back(&[
        ("greco e cirillico", "Ωμέγα Привет"),
        ("ebraico", "שלום"),
        ("arabo", "مرحبا"),
        ("figure", "😀 🏠"),
        ("cinese", "中"),
        ("privato", "a\u{E000}b\u{0}\u{7}\u{FEFF}c"),
    ]);
    for wanted in ["ΩμέγαПривет", "😀🏠", "[U+4E2D]", "a[U+E000]b[U+FEFF]c"] {
        assert!(read.contains(wanted), "{wanted}: {read}");
    }
    assert!(read.contains("שלום"), "{read}");
    // A letter made of two signs (body and dots) is read twice.
    for letter in "مرحبا".chars() {
        assert!(read.contains(letter), "{letter}: {read}");
    }
}

/// Signs that the fonts have, but not together.
#[test]
fn what_fits_no_font_is_told_by_its_code() {
    for odd in [
        "Z\u{338}\u{322}\u{31B}\u{349}a\u{335}",
        "👨\u{200D}👩\u{200D}👧 🇮🇹 🤷🏽\u{200D}♀\u{FE0F}",
        "ش\u{64E}\u{651}\u{654}",
        "e\u{20D0}",
    ] {
        let read = read_back(&[("segni", odd), ("Dopo", "fine")]);
        assert!(
            read.contains("Dopo") && read.contains("fine"),
            "{odd}: {read}"
        );
    }
}

#[test]
fn a_long_word_and_a_long_text_stay_on_the_page() {
    let word = "x".repeat(500);
    let text = "Una frase qualunque. ".repeat(480);
    let job = with_answers(&[("parola", &word), ("testo", &text), (&word, "etichetta")]);
    let pdf = render(&job).unwrap();
    let read = squeezed(&common::text(&pdf));
    assert_eq!(
        read.matches('x').count() - word.len() * 2,
        squeezed(&common::text(&render(&with_answers(&[])).unwrap()))
            .matches('x')
            .count()
    );
    assert_eq!(read.matches("Unafrasequalunque.").count(), 480);
    // Every word within the width of the page.
    let path = common::file("long.pdf", &pdf);
    let boxes = common::piped(
        std::process::Command::new("pdftotext")
            .arg("-bbox")
            .arg(&path)
            .arg("-"),
        b"",
    );
    let right = boxes
        .split("xMax=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next()?.parse::<f64>().ok());
    assert!(
        right.fold(0.0, f64::max) < 595.0 - 60.0,
        "a word leaves the page"
    );
}
