//! `/manifest.webmanifest`: the site as an app on a phone's screen, with the town's name and colour.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::state::Counter;

pub async fn manifest(State(counter): State<Counter>) -> Response {
    let town = counter.comune.town();
    let name = format!("Comune di {}", town.name);
    let body = json!({
        "id": "/",
        "name": format!("Sportello del {name}"),
        "short_name": town.name,
        "description": format!("I servizi del {name}: richieste, pratiche e pagamenti."),
        "lang": "it",
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
            shortcut("Servizi", "/servizi"),
            shortcut("Area personale", "/area-personale"),
            shortcut("Pagamenti", "/pagamenti"),
        ],
        "screenshots": [
            screenshot("home.png", "La pagina iniziale"),
            screenshot("servizio.png", "La scheda di un servizio"),
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
