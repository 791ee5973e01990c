//! A page that follows its case.

use crate::prelude::*;

/// What a page that follows a case shows of it.
#[derive(Clone, Copy)]
pub struct Live {
    /// News came while someone was writing: the page waits for her to ask for it.
    pub waiting: RwSignal<bool>,
}

impl Live {
    /// The band that offers the news.
    pub fn view(self) -> AnyView {
        let reload = move |_| {
            #[cfg(feature = "hydrate")]
            if let Some(navigator) = use_context::<crate::shell::Navigator>() {
                navigator.reload();
            }
            self.waiting.set(false);
        };
        view! {
            <div role="status" data-live="">
                {move || self.waiting.get().then(|| view! {
                    <div class="alert alert-info">
                        "Ci sono novità su questa pratica. "
                        <button type="button" class="btn btn-link p-0" on:click=reload>"Aggiorna la pagina"</button>
                    </div>
                })}
            </div>
        }
        .erase()
    }
}

/// Follows the events of `case` after `seq`: shows the new state at once, unless
/// that could disturb someone who is writing.
pub fn live(case: &str, seq: i64) -> Live {
    let waiting = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    follow(case.to_owned(), seq, waiting);
    #[cfg(not(feature = "hydrate"))]
    let _ = (case, seq);
    Live { waiting }
}

#[cfg(feature = "hydrate")]
fn follow(case: String, seq: i64, waiting: RwSignal<bool>) {
    use send_wrapper::SendWrapper;

    let Some(navigator) = use_context::<crate::shell::Navigator>() else {
        return;
    };
    let handle = StoredValue::new(None);
    Effect::new(move |_| {
        let events = crate::client::events(&case, move |event| {
            if event <= seq {
                return;
            }
            if someone_writes() {
                waiting.set(true);
            } else {
                show_news(navigator, waiting);
            }
        });
        // Dropped with the page, which closes the stream.
        handle.set_value(Some(SendWrapper::new(events)));
    });
}

/// Pause before news that could not be fetched are asked for again.
#[cfg(feature = "hydrate")]
const RETRY: std::time::Duration = std::time::Duration::from_secs(3);

/// Fetches the shown page again. Without network it stays as it was, and is asked for once
/// more later. `waiting` lives as long as the page that asks.
#[cfg(feature = "hydrate")]
fn show_news(navigator: crate::shell::Navigator, waiting: RwSignal<bool>) {
    use crate::api::{Acted, Page};

    if waiting.try_get_untracked().is_none() {
        return;
    }
    let path = navigator.path();
    leptos::task::spawn_local(async move {
        let data = crate::client::page(path.clone()).await;
        if waiting.try_get_untracked().is_none() || navigator.path() != path {
            return;
        }
        let unreachable =
            matches!(&data.page, Page::Problem(problem) if matches!(problem.status, 0 | 502..=504));
        if unreachable {
            set_timeout(move || show_news(navigator, waiting), RETRY);
        } else {
            navigator.show(Acted { path, data });
        }
    });
}

/// Whether a text of the page was begun and not sent.
#[cfg(feature = "hydrate")]
fn someone_writes() -> bool {
    use wasm_bindgen::JsCast;
    let Some(document) = web_sys::window().and_then(|w| w.document()) else {
        return false;
    };
    let Ok(found) = document.query_selector_all("main form textarea") else {
        return false;
    };
    (0..found.length())
        .filter_map(|n| found.get(n))
        .any(|node| {
            node.dyn_ref::<web_sys::HtmlTextAreaElement>()
                .is_some_and(|t| !t.value().trim().is_empty())
        })
}
