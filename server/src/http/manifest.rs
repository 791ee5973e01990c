//! `/manifest.webmanifest`: the site as an app on a phone's screen, with the town's name and colour,
//! in the language that its address names.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use rules::{language::Language, t};
use serde_json::{Value, json};

use crate::state::Counter;

pub async fn manifest(State(counter): State<Counter>) -> Response {
    let town = counter.comune.town();
    let town_name = &town.name;
    let body = json!({
        "id": "/",
        "name": t!("Sportello del Comune di {town}", town = town_name),
        "short_name": town.name,
        "description": t!("I servizi del Comune di {town}: richieste, pratiche e pagamenti.", town = town_name),
        "lang": Language::current().code(),
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": town.colour,
        "background_color": "#ffffff",
        "icons": [
            icon("icon-192.png", 192, "any"),
            icon("icon-512.png", 512, "any"),
            icon("maskable-512.png", 512, "maskable"),
        ],
        "shortcuts": [
            shortcut(t!("Servizi"), "/servizi"),
            shortcut(t!("Area personale"), "/area-personale"),
            shortcut(t!("Pagamenti"), "/pagamenti"),
        ],
        "screenshots": [
            screenshot("home.png", t!("La pagina iniziale")),
            screenshot("servizio.png", t!("La scheda di un servizio")),
        ],
    });
    let headers = [
        (header::CONTENT_TYPE, "application/manifest+json"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, body.to_string()).into_response()
}

fn icon(file: &str, side: u32, purpose: &str) -> Value {
    json!({
        "src": format!("/icons/{file}"),
        "sizes": format!("{side}x{side}"),
        "type": "image/png",
        "purpose": purpose,
    })
}

fn shortcut(name: &str, url: &str) -> Value {
    json!({ "name": name, "url": url, "icons": [icon("icon-192.png", 192, "any")] })
}

/// A phone's screen, as `.ci/pictures.mjs` takes it.
fn screenshot(file: &str, label: &str) -> Value {
    json!({
        "src": format!("/icons/{file}"),
        "sizes": "780x1688",
        "type": "image/png",
        "form_factor": "narrow",
        "label": label,
    })
}
