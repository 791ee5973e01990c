//! What every page's HTML must be: used by the tests of pages and wizard.

use std::collections::BTreeSet;

use leptos::prelude::*;
use rules::language::Language;

#[path = "../../tests/italian/mod.rs"]
mod italian;

/// Text that becomes script wherever escaping is forgotten.
pub const EVIL: &str = "\" onfocus=\"x</textarea></script><script>alert(1)</script>";

pub fn html(view: impl FnOnce() -> AnyView) -> String {
    Owner::new().with(|| view().to_html())
}

/// Values of an attribute, in the order of the page.
pub fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(&start)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

/// Escaping, ids, references, headings, tables, style: with reasons on failure.
pub fn assert_sound(html: &str) {
    assert!(!html.contains("<script"), "script in {html}");
    let tags = html.split('<').filter_map(|rest| rest.split('>').next());
    for tag in tags {
        assert!(
            !tag.contains("\" onfocus=\"x"),
            "attribute broken out of: {tag}"
        );
    }
    assert!(!html.contains(" style="), "inline style breaks the CSP");
    assert_eq!(
        html.matches("<table").count(),
        html.matches("<tbody>").count()
    );
    let ids = values(html, "id");
    let set: BTreeSet<_> = ids.iter().copied().collect();
    assert_eq!(ids.len(), set.len(), "an id twice in {ids:?}");
    for attribute in ["for", "aria-describedby", "aria-labelledby"] {
        for id in values(html, attribute).iter().flat_map(|v| v.split(' ')) {
            assert!(set.contains(id), "{attribute}={id} leads nowhere");
        }
    }
    for href in values(html, "href")
        .iter()
        .filter_map(|h| h.strip_prefix('#'))
    {
        assert!(set.contains(href), "#{href} leads nowhere");
    }
    for forbidden in ["<p><p", "<p class=\"mb-0\"><p"] {
        assert!(
            !html.contains(forbidden),
            "the parser would repair {forbidden}"
        );
    }
    assert_paragraphs(html);
}

/// Blocks inside `<p>` are moved out by the parser, and hydration finds another tree.
fn assert_paragraphs(html: &str) {
    for inside in html
        .split("<p")
        .skip(1)
        .filter(|rest| rest.starts_with(['>', ' ']))
    {
        let text = inside.split("</p>").next().unwrap_or_default();
        for block in [
            "<div",
            "<ul",
            "<ol",
            "<dl",
            "<h2",
            "<form",
            "<fieldset",
            "<table",
            "<section",
            "<details",
        ] {
            assert!(!text.contains(block), "{block} inside <p>: {text}");
        }
    }
}

/// What `view` is for who reads English: no Italian but what says that it is.
pub fn assert_english(view: impl FnOnce() -> String) {
    crate::language::install();
    // What stands for a view of nothing is no element.
    let html = Language::English.speak(view).replace("<!--<() />-->", "");
    let mut open: Vec<bool> = Vec::new();
    for part in html.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let inside = open.last().copied().unwrap_or(false);
        let marked = inside || tag.contains(" lang=\"it\"");
        if !marked {
            let told = ["aria-label", "placeholder", "title", "alt"];
            for told in told.iter().flat_map(|name| values(part, name)) {
                assert!(!is_italian(told), "{told:?} in {tag}");
            }
        }
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        if tag.starts_with('/') {
            open.pop();
        } else if !tag.starts_with('!') && !["input", "img", "hr", "br"].contains(&name) {
            open.push(marked);
        }
        let marked = open.last().copied().unwrap_or(false);
        assert!(marked || !is_italian(text), "{text:?} in {tag}");
    }
    assert!(open.is_empty(), "an element is not closed in {html}");
}

/// The town's own name aside.
fn is_italian(text: &str) -> bool {
    italian::looks_italian(&text.replace("Comune di Bitonto", "Comune"))
}

/// One `main`, one `h1`.
pub fn assert_page(html: &str) {
    assert_sound(html);
    assert_eq!(html.matches("<h1").count(), 1, "one h1 in {html}");
    assert_eq!(html.matches("<main id=\"main-container\"").count(), 1);
}
