//! The document around every page, and the one resource that fills it.
//!
//! A location has one [`PageData`]. The server puts it into the HTML, the browser
//! takes it from there (no second request), and fetches the next one from the API.

use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::{
    StaticSegment, WildcardSegment,
    components::{FlatRoutes, Route, Router},
    hooks::use_location,
};

use crate::{api::PageData, pages};

/// Paths of the bundle, with their hashes: read by the server from `target/site/manifest.json`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assets {
    pub js: String,
    pub wasm: String,
    pub css: String,
    pub fonts: Vec<String>,
}

/// The whole HTML document. The bundle loads when the page is idle: nothing waits for it.
pub fn document(assets: &Assets) -> impl IntoView + use<> {
    let nonce = leptos::nonce::use_nonce().map(|n| n.to_string());
    let loader = (!assets.js.is_empty()).then(|| {
        format!(
            "const go=()=>import('{}').then(m=>m.default({{module_or_path:'{}'}}).then(()=>m.hydrate()));\
             'requestIdleCallback' in window?requestIdleCallback(go,{{timeout:2000}}):setTimeout(go,300);",
            assets.js, assets.wasm
        )
    });
    let fonts = assets
        .fonts
        .iter()
        .cloned()
        .map(|href| view! { <link rel="preload" r#as="font" type="font/woff2" crossorigin="" href=href/> })
        .collect_view();
    let css = assets.css.clone();
    view! {
        <!DOCTYPE html>
        <html lang="it">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {fonts}
                <link rel="stylesheet" href=css/>
                <MetaTags/>
                {loader.map(|code| view! { <script type="module" nonce=nonce inner_html=code></script> })}
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// One route for all paths: the page's data, not the path, says what is shown,
/// so that a refused POST and a visit render the same way.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <FlatRoutes fallback=|| ()>
                <Route path=StaticSegment("") view=CurrentPage/>
                <Route path=WildcardSegment("any") view=CurrentPage/>
            </FlatRoutes>
        </Router>
    }
}

#[component]
fn CurrentPage() -> impl IntoView {
    let navigator = Navigator::new();
    provide_context(navigator);
    let page = Resource::new_blocking(move || navigator.key(), move |key| load(navigator, key));
    mark_hydrated();
    view! {
        <Transition>
            {move || page.get().map(|data| {
                let title = pages::title(&data);
                view! {
                    <Title text=title/>
                    {pages::render(data)}
                }
            })}
        </Transition>
    }
}

/// Moves between pages without loading a document.
#[derive(Clone, Copy)]
pub struct Navigator {
    /// What an action already answered: shown instead of fetching it again.
    prepared: StoredValue<Option<(String, PageData)>>,
    reloads: RwSignal<u32>,
    path: Memo<String>,
}

impl Navigator {
    fn new() -> Self {
        let location = use_location();
        let path = Memo::new(move |_| {
            let (path, query) = (location.pathname.get(), location.search.get());
            if query.is_empty() {
                path
            } else {
                format!("{path}?{query}")
            }
        });
        Self {
            prepared: StoredValue::new(None),
            reloads: RwSignal::new(0),
            path,
        }
    }

    fn key(self) -> (String, u32) {
        (self.path.get(), self.reloads.get())
    }

    /// Path and query of the page shown.
    pub fn path(self) -> String {
        self.path.get_untracked()
    }

    /// Fetches the shown page's data again: what changed is patched in place.
    pub fn reload(self) {
        self.reloads.update(|n| *n += 1);
    }

    fn take_prepared(self, path: &str) -> Option<PageData> {
        let mut found = None;
        self.prepared.update_value(|slot| {
            if slot.as_ref().is_some_and(|(at, _)| at == path) {
                found = slot.take().map(|(_, data)| data);
            }
        });
        found
    }
}

#[cfg(feature = "hydrate")]
impl Navigator {
    /// Shows what an action answered, at its own path.
    pub fn show(self, acted: crate::api::Acted) {
        let crate::api::Acted { path, data } = acted;
        self.prepared.set_value(Some((path.clone(), data)));
        if path == self.path() {
            self.reload();
        } else {
            self.go(&path);
        }
    }

    /// Follows a local path as a link would.
    pub fn go(self, path: &str) {
        if let Some(window) = web_sys::window() {
            // Outside a component there is no router in context: the click on a link has one.
            leptos_router::hooks::use_navigate()(path, Default::default());
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
    }
}

#[cfg(feature = "hydrate")]
async fn load(navigator: Navigator, (path, _): (String, u32)) -> PageData {
    match navigator.take_prepared(&path) {
        Some(data) => data,
        None => send_wrapper::SendWrapper::new(crate::client::page(path)).await,
    }
}

#[cfg(not(feature = "hydrate"))]
fn load(
    navigator: Navigator,
    (path, _): (String, u32),
) -> impl Future<Output = PageData> + Send + 'static {
    // Context is read now, before the first await.
    let backend = use_context::<std::sync::Arc<dyn crate::api::Backend>>();
    let prepared = navigator.take_prepared(&path);
    async move {
        match (prepared, backend) {
            (Some(data), _) => data,
            (None, Some(backend)) => backend.page(&path).await,
            (None, None) => PageData::unavailable(),
        }
    }
}

/// `<html data-hydrated>` tells style and tests that WASM has taken over.
fn mark_hydrated() {
    #[cfg(feature = "hydrate")]
    Effect::new(|_| {
        if let Some(root) = document_element() {
            let _ = root.set_attribute("data-hydrated", "");
        }
    });
}

#[cfg(feature = "hydrate")]
fn document_element() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}
