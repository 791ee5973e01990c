//! The document around the app, as the server writes it.

use leptos::prelude::*;
use rules::{language::Language, t};

use crate::{
    api::{Screen, Town},
    language::{self, TEXTS},
    pages,
    shell::{App, DATA},
};

/// Paths of the bundle, with their hashes: read by the server from `target/site/manifest.json`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assets {
    pub js: String,
    pub wasm: String,
    pub css: String,
    /// What makes an app of the site: `app/pwa`.
    pub pwa: String,
    pub fonts: Vec<String>,
}

/// The whole HTML document. The bundle loads when the page is idle: nothing waits for it.
pub fn document(assets: &Assets, screen: Screen, town: &Town) -> impl IntoView + use<> {
    let nonce = leptos::nonce::use_nonce().map(|n| n.to_string());
    let loader = (!assets.js.is_empty()).then(|| loader(assets));
    let fonts = assets
        .fonts
        .iter()
        .cloned()
        .map(|href| view! { <link rel="preload" r#as="font" type="font/woff2" crossorigin="" href=href/> })
        .collect_view();
    let language = Language::current();
    let texts = language::for_browser()
        .map(|texts| view! { <script type="application/json" id=TEXTS inner_html=harmless(&texts)></script> });
    let css = assets.css.clone();
    let title = screen.title.clone();
    let description = t!(
        "{title}. Richieste e pagamenti online con SPID o CIE, e a che punto sono le tue pratiche.",
        title
    );
    let manifest = format!(
        "/manifest.webmanifest?lingua={}",
        Language::current().code()
    );
    let data = embedded(&screen);
    let footer = pages::footer(town);
    let colour = colour(&town.colour)
        .map(|rules| view! { <style nonce=nonce.clone() inner_html=rules></style> });
    view! {
        <!DOCTYPE html>
        <html lang=language.code()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>{title}</title>
                <meta name="description" content=description/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/icons/apple-touch-icon.png"/>
                <link rel="manifest" href=manifest/>
                <meta name="theme-color" content=town.colour.clone()/>
                {fonts}
                <link rel="stylesheet" href=css/>
                {colour}
                <script type="application/json" id=DATA inner_html=data></script>
                {texts}
                {loader.map(|code| view! { <script type="module" nonce=nonce inner_html=code></script> })}
            </head>
            <body>
                <App screen footer/>
                {update_offer()}
                {for_scripts()}
            </body>
        </html>
    }
}

/// Starts the browser's program, then what makes an app of the site, when the page is idle: one
/// task for each step, so that a touch in between is answered. The program asks the other for what
/// is on the device as soon as it runs: that one is there first. The browser offers to install only
/// once: that is kept until it is of use.
fn loader(assets: &Assets) -> String {
    let Assets { js, wasm, pwa, .. } = assets;
    format!(
        "addEventListener('beforeinstallprompt',e=>{{e.preventDefault();window.install=e}});\
         const pause=()=>new Promise(go=>setTimeout(go)),\
         go=async()=>{{const app=import('{pwa}').catch(()=>{{}});\
         try{{const [m,module_or_path]=await Promise.all([import('{js}'),WebAssembly.compileStreaming(fetch('{wasm}'))]);\
         await pause();await m.default({{module_or_path}});await app;await pause();m.hydrate();await pause()}}\
         finally{{(await app)?.start('{js}')}}}};\
         'requestIdleCallback' in window?requestIdleCallback(go,{{timeout:2000}}):setTimeout(go,300);"
    )
}

/// A newer version of the site is offered, never forced: `app/pwa/pwa.js` shows it.
fn update_offer() -> AnyView {
    view! {
        <div class="sticky-bottom" role="status" data-update="">
            <div class="container py-2" hidden="">
                <div class="alert alert-info bg-white mb-0">
                    <p class="mb-2">{t!("C’è una nuova versione di questo sito.")}</p>
                    <form method="get" class="d-flex flex-wrap gap-2" data-renew="">
                        <button class="btn btn-primary" type="submit">{t!("Aggiorna")}</button>
                        <button class="btn btn-outline-primary" type="button">{t!("Più tardi")}</button>
                    </form>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// What `app/pwa/device.js` and `pwa.js` say, in the reader's language.
fn for_scripts() -> AnyView {
    view! {
        <div
            hidden=""
            id="words"
            data-offline=t!("Sei senza rete: puoi andare avanti lo stesso. Quello che scrivi resta su questo dispositivo finché la rete torna.")
            data-recap=t!("Per rileggere tutto e inviare la richiesta serve la rete. Appena torna, qui vedi il riepilogo.")
            data-failed=t!("Qualcosa non ha funzionato")
            data-unreadable=t!("Il Comune ha risposto in un modo che non capiamo. Riprova tra poco: quello che hai scritto resta qui.")
            data-refused=t!("Un file non è stato accettato")
            data-reduce=t!("La foto «{file}» è di {mb} MB. La riduciamo su questo dispositivo prima di mandarla? Diventa di {small} MB: si legge lo stesso, arriva prima, e non dice dove l’hai scattata.")
            data-leave=t!("Su questo dispositivo c’è una richiesta che non è ancora arrivata al Comune. Se esci si cancella. Vuoi uscire lo stesso?")
        ></div>
    }
    .into_any()
}

/// The town's colour, and a darker one, for the style sheet; anything but `#rrggbb` is left out.
fn colour(hex: &str) -> Option<String> {
    let digits = hex.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let value = u32::from_str_radix(digits, 16).ok()?;
    let [_, parts @ ..] = value.to_be_bytes();
    let [red, green, blue] = parts.map(|part| u16::from(part) * 3 / 4);
    Some(format!(
        ":root{{--comune:#{value:06x};--comune-scuro:#{red:02x}{green:02x}{blue:02x}}}"
    ))
}

/// JSON that no text in it can end the script element of.
fn embedded(screen: &Screen) -> String {
    harmless(&serde_json::to_string(&screen.without_html()).unwrap_or_default())
}

fn harmless(json: &str) -> String {
    json.replace('<', "\\u003c")
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
    fn only_a_colour_gets_into_the_style() {
        assert_eq!(
            colour("#0b5d3b").as_deref(),
            Some(":root{--comune:#0b5d3b;--comune-scuro:#08452c}")
        );
        for other in ["", "#fff", "#12345g", "red", "#1234567", "#}*{}*{"] {
            assert_eq!(colour(other), None, "{other}");
        }
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
