//! The steps of a request: always visible (Modello Comuni C.SE.1.8).

use crate::prelude::*;

use super::{Icon, icon};

/// `steps`: id and title, in order. A step before the shown one is a link back to it.
pub fn stepper(steps: Vec<(String, String)>, current: &str, path: &str) -> AnyView {
    let total = steps.len();
    let at = steps.iter().position(|(id, _)| id == current).unwrap_or(0);
    let items = steps
        .into_iter()
        .enumerate()
        .map(|(n, (id, title))| {
            if n < at {
                let href = format!("{path}?passo={id}");
                view! {
                    <li class="confirmed"><a href=href>{title}</a>{icon(Icon::Check)}<span class="visually-hidden">"Confermato"</span></li>
                }
                .erase()
            } else if n == at {
                view! {
                    <li class="active" aria-current="step">{title}<span class="visually-hidden">"Attivo"</span></li>
                }
                .erase()
            } else {
                view! { <li>{title}</li> }.erase()
            }
        })
        .collect_view();
    view! {
        <nav class="steppers" aria-label="Passi della richiesta">
            <div class="steppers-header">
                <ul>{items}</ul>
                <span class="steppers-index">
                    <span class="visually-hidden">"Passo "</span>{(at + 1).to_string()}"/"{total.to_string()}
                </span>
            </div>
        </nav>
    }
    .erase()
}
