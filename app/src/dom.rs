//! The document as the browser has it: focus, title, marks on its root.

use leptos::prelude::*;
use rules::t;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

pub fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

/// Every element that matches, in the order of the page.
pub fn find_all(inside: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = inside.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|n| found.get(n)?.dyn_into().ok())
        .collect()
}

pub fn text_of(id: &str) -> Option<String> {
    document().get_element_by_id(id)?.text_content()
}

pub fn root_has(attribute: &str) -> bool {
    let root = document().document_element();
    root.is_some_and(|root| root.has_attribute(attribute))
}

/// Sets or takes away a mark on `<html>`, for style and tests.
pub fn set_root(attribute: &str, on: bool) {
    if let Some(root) = document().document_element() {
        let _ = root.toggle_attribute_with_force(attribute, on);
    }
}

/// Moves the focus, and with it the reading, to the first match.
pub fn focus(selector: &str) {
    if let Some(element) = find(selector).and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        if element.tab_index() < 0 {
            let _ = element.set_attribute("tabindex", "-1");
        }
        let _ = element.focus();
    }
}

/// Moves the focus once what has just changed is in the page.
pub fn focus_soon(selector: &str) {
    let selector = selector.to_owned();
    request_animation_frame(move || focus(&selector));
}

pub fn set_title(title: &str) {
    document().set_title(title);
}

/// "Errore: " in front of the title, as the server does.
pub fn mark_title() {
    let title = document().title();
    let mark = t!("Errore: ");
    if !title.starts_with(mark) {
        set_title(&[mark, &title].concat());
    }
}

/// The document's title with another page's name in it: "NAME · Sportello del Comune".
pub fn title_of(name: &str) -> String {
    let title = document().title();
    let site = title.rsplit(" · ").next().unwrap_or_default();
    [name, " · ", site].concat()
}
