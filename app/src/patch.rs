//! Brings the page shown to new HTML by changing only what differs, so that what was typed or
//! chosen, what is open and where the focus is stay as they are.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

use crate::dom;

/// Brings `<main>` to `html`, a whole `<main>`.
pub fn main(html: &str) {
    let Ok(holder) = document().create_element("div") else {
        return;
    };
    holder.set_inner_html(html);
    if let (Some(old), Some(new)) = (dom::find("main"), holder.first_element_child()) {
        element(&old, &new);
    }
}

fn element(old: &Element, new: &Element) {
    attributes(old, new);
    children(old, new);
}

fn attributes(old: &Element, new: &Element) {
    let is_details = old.tag_name() == "DETAILS";
    for name in names(old) {
        // Opened by who reads.
        if !(new.has_attribute(&name) || is_details && name == "open") {
            let _ = old.remove_attribute(&name);
        }
    }
    for name in names(new) {
        let value = new.get_attribute(&name);
        if old.get_attribute(&name) != value {
            let _ = old.set_attribute(&name, &value.unwrap_or_default());
        }
    }
}

fn names(element: &Element) -> Vec<String> {
    let names = element.get_attribute_names();
    names.iter().filter_map(|name| name.as_string()).collect()
}

fn children(old: &Node, new: &Node) {
    let mut next = old.first_child();
    let mut wanted = new.first_child();
    while let Some(new_child) = wanted {
        // Taken before the child may move into the page.
        wanted = new_child.next_sibling();
        match counterpart(next.clone(), &new_child) {
            Some(old_child) => {
                remove_until(old, next, &old_child);
                node(&old_child, &new_child);
                next = old_child.next_sibling();
            }
            None => {
                let _ = old.insert_before(&new_child, next.as_ref());
            }
        }
    }
    while let Some(left) = next {
        next = left.next_sibling();
        let _ = old.remove_child(&left);
    }
}

fn node(old: &Node, new: &Node) {
    match (old.dyn_ref::<Element>(), new.dyn_ref::<Element>()) {
        (Some(old), Some(new)) => element(old, new),
        _ if old.node_value() != new.node_value() => {
            old.set_node_value(new.node_value().as_deref());
        }
        _ => {}
    }
}

/// The first of the siblings from `from` on that the new child may be a later state of.
fn counterpart(from: Option<Node>, new: &Node) -> Option<Node> {
    let mut at = from;
    while let Some(old) = at {
        if alike(&old, new) {
            return Some(old);
        }
        at = old.next_sibling();
    }
    None
}

fn alike(old: &Node, new: &Node) -> bool {
    match (old.dyn_ref::<Element>(), new.dyn_ref::<Element>()) {
        (Some(old), Some(new)) => {
            let same = |name| old.get_attribute(name) == new.get_attribute(name);
            old.tag_name() == new.tag_name() && ["id", "name", "data-key"].into_iter().all(same)
        }
        _ => old.node_type() == new.node_type(),
    }
}

fn remove_until(parent: &Node, from: Option<Node>, last: &Node) {
    let mut at = from;
    while let Some(old) = at.filter(|old| old != last) {
        at = old.next_sibling();
        let _ = parent.remove_child(&old);
    }
}
