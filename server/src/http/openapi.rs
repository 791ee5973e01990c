//! `/api/openapi.json`: the JSON twin of every page and action (OpenAPI 3.1).

use axum::Json;
use serde_json::{Value, json};

/// Pages: path, what it shows.
const PAGES: &[(&str, &str)] = &[
    ("/", "La pagina iniziale"),
    ("/servizi", "I servizi; `cerca` filtra"),
    ("/servizi/{slug}", "La scheda di un servizio"),
    ("/servizi/{slug}/privacy", "L'informativa del servizio"),
    (
        "/servizi/{slug}/richiesta",
        "Il modulo guidato; `passo` sceglie il passo",
    ),
    ("/area-personale", "Bozze e pratiche di chi è entrato"),
    ("/pratiche/{id}", "Una pratica, per chi l'ha presentata"),
    (
        "/pratiche/{id}/ricevuta",
        "La ricevuta (L. 241/1990, art. 18-bis)",
    ),
    ("/pagamenti", "Che cosa c'è da pagare e che cosa è pagato"),
    ("/pagamenti/{id}", "Un pagamento"),
    (
        "/pagamenti/{id}/esito",
        "Un pagamento al ritorno da checkout; `come` non prova nulla",
    ),
    ("/ufficio", "Le pratiche dell'ufficio; `stato` filtra"),
    (
        "/ufficio/pratiche/{id}",
        "Una pratica, per chi lavora nell'ufficio",
    ),
    (
        "/ufficio/consegne",
        "Che cosa è stato consegnato, per l'amministratore; `stato` filtra",
    ),
];

/// Actions: method, path, what it does, media type of the body.
const ACTIONS: &[(&str, &str, &str, &str)] = &[
    (
        "put",
        "/servizi/{slug}/richiesta",
        "Salva la bozza",
        "application/json",
    ),
    (
        "post",
        "/servizi/{slug}/richiesta",
        "I pulsanti del modulo (`azione`)",
        "application/json",
    ),
    (
        "put",
        "/servizi/{slug}/richiesta/allegati/{id}",
        "Carica un allegato",
        "application/octet-stream",
    ),
    (
        "delete",
        "/servizi/{slug}/richiesta/allegati/{id}",
        "Toglie un allegato",
        "",
    ),
    (
        "post",
        "/pratiche/{id}",
        "Risponde a una richiesta o ritira",
        "multipart/form-data",
    ),
    (
        "post",
        "/pagamenti/{id}",
        "Paga online: l'indirizzo di checkout",
        "application/x-www-form-urlencoded",
    ),
    (
        "post",
        "/ufficio/pratiche/{id}",
        "I comandi dell'ufficio",
        "application/x-www-form-urlencoded",
    ),
    (
        "post",
        "/ufficio/consegne",
        "Manda di nuovo (`azione=rimanda`, `id`)",
        "application/x-www-form-urlencoded",
    ),
];

pub async fn document() -> Json<Value> {
    let mut paths = serde_json::Map::new();
    for (path, summary) in PAGES {
        let answer = "Il contenuto della pagina";
        paths.insert(
            full(path),
            json!({ "get": operation(path, summary, answer, "") }),
        );
    }
    for (method, path, summary, body) in ACTIONS {
        let entry = paths.entry(full(path)).or_insert_with(|| json!({}));
        entry[method] = operation(path, summary, "Fatto", body);
    }
    let events = "Nuovi eventi di una pratica (text/event-stream; Last-Event-ID riprende)";
    let stream = "/pratiche/{id}/eventi";
    paths.insert(
        full(stream),
        json!({ "get": operation(stream, events, "Il flusso", "") }),
    );
    Json(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Sportello",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Ogni pagina `/x` ha i suoi dati in `/api/x`. Le scritture vengono dalle pagine del sito (Origin) e dalla sessione.",
        },
        "paths": paths,
        "components": { "schemas": { "Problem": problem() } },
    }))
}

fn full(path: &str) -> String {
    format!("/api{path}")
}

fn operation(path: &str, summary: &str, answer: &str, body: &str) -> Value {
    let parameters: Vec<Value> = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    let refused = json!({
        "description": "Un rifiuto, con la via d'uscita",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    let mut operation = json!({
        "summary": summary,
        "parameters": parameters,
        "responses": { "200": { "description": answer }, "default": refused },
    });
    if !body.is_empty() {
        operation["requestBody"] = json!({ "content": { body: {} } });
    }
    operation
}

/// RFC 9457.
fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["type", "status", "title", "detail"],
        "properties": {
            "type": { "type": "string" },
            "status": { "type": "integer" },
            "title": { "type": "string" },
            "detail": { "type": "string" },
            "reference": { "type": "string" },
            "errors": { "type": "array", "items": { "type": "object" } },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_page_and_action_is_described() {
        let Json(document) = document().await;
        let paths = document["paths"].as_object().unwrap();
        for (path, _) in PAGES {
            assert!(
                paths[&full(path)]["get"]["responses"]["200"].is_object(),
                "{path}"
            );
        }
        for (method, path, _, _) in ACTIONS {
            assert!(
                paths[&full(path)][method]["responses"]["default"].is_object(),
                "{method} {path}"
            );
        }
    }
}
