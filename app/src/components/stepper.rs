//! The steps of a request: always visible (Modello Comuni C.SE.1.8).

use leptos::prelude::*;
use rules::{language::quoted, t};

use super::{Icon, el, icon, unseen};
use crate::api::step;

/// `steps`: id and title, in order. A step before the shown one is a link back to it.
pub fn stepper(steps: Vec<(String, String)>, current: &str, path: &str) -> AnyView {
    let total = steps.len();
    let at = steps.iter().position(|(id, _)| id == current).unwrap_or(0);
    let item = |(n, (id, title)): (usize, (String, String))| {
        let title = if step::is_defined(&id) {
            quoted(&title)
        } else {
            title
        };
        if n < at {
            let link = el("a").set("href", [path, "?passo=", &id].concat());
            el("li")
                .class("confirmed")
                .child(link.child(title))
                .child(icon(Icon::Check))
                .child(unseen(t!("Confermato")))
        } else if n == at {
            el("li")
                .class("active")
                .set("aria-current", "step")
                .child(title)
                .child(unseen(t!("Attivo")))
        } else {
            el("li").child(title)
        }
    };
    let items = steps.into_iter().enumerate().map(item).collect::<Vec<_>>();
    let index = el("span")
        .class("steppers-index")
        .child(unseen(t!("Passo ")))
        .child(format!("{}/{total}", at + 1));
    el("nav")
        .class("steppers")
        .set("aria-label", t!("Passi della richiesta"))
        .child(
            el("div")
                .class("steppers-header")
                .child(el("ul").child(items))
                .child(index),
        )
        .view()
}
