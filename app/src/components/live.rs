//! A page that follows its case: marks for `crate::live`, which runs in the browser.

use leptos::prelude::*;
use rules::t;

/// The case shown, the last event shown of it, and the band that offers news while someone
/// is writing.
pub fn live(case: &str, seq: i64) -> AnyView {
    view! {
        <div role="status" data-live=case.to_owned() data-seq=seq.to_string()>
            <div class="alert alert-info" hidden>
                {t!("Ci sono novità su questa pratica.")}" "
                <button type="button" class="btn btn-link p-0">{t!("Aggiorna la pagina")}</button>
            </div>
        </div>
    }
    .into_any()
}
