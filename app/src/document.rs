//! The document around the app, as the server writes it.

use leptos::prelude::*;

use crate::{
    api::Screen,
    shell::{App, DATA},
};

/// Paths of the bundle, with their hashes: read by the server from `target/site/manifest.json`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assets {
    pub js: String,
    pub wasm: String,
    pub css: String,
    pub fonts: Vec<String>,
}

/// The whole HTML document. The bundle loads when the page is idle: nothing waits for it.
pub fn document(assets: &Assets, screen: Screen, footer: String) -> impl IntoView + use<> {
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
    let title = screen.title.clone();
    let data = embedded(&screen);
    view! {
        <!DOCTYPE html>
        <html lang="it">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>{title}</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {fonts}
                <link rel="stylesheet" href=css/>
                <script type="application/json" id=DATA inner_html=data></script>
                {loader.map(|code| view! { <script type="module" nonce=nonce inner_html=code></script> })}
            </head>
            <body>
                <App screen footer/>
            </body>
        </html>
    }
}

/// JSON that no text in it can end the script element of.
fn embedded(screen: &Screen) -> String {
    serde_json::to_string(&screen.without_html())
        .unwrap_or_default()
        .replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Main;

    #[test]
    fn no_text_ends_the_data() {
        let evil = "</script><script>alert(1)</script>";
        let screen = Screen {
            main: Main::Redirect { to: evil.into() },
            ..Screen::default()
        };
        let json = embedded(&screen);
        assert!(!json.contains('<'), "{json}");
        let back: Screen = serde_json::from_str(&json).unwrap();
        assert_eq!(back.main, screen.main);
    }

    #[test]
    fn what_is_shown_is_not_sent_twice() {
        let screen = Screen {
            title: "Servizi".into(),
            header: Some("<header></header>".into()),
            main: Main::Html("<main></main>".into()),
        };
        assert_eq!(
            embedded(&screen),
            r#"{"title":"","header":null,"main":{"html":""}}"#
        );
    }
}
