//! `/api/openapi.json`: the JSON twin of every page and action (OpenAPI 3.1).

use axum::Json;
use serde_json::{Value, json};

/// Pages: path, what it shows.
const PAGES: &[(&str, &str)] = &[
    ("/", "La pagina iniziale"),
    ("/servizi", "I servizi; `cerca` filtra"),
    ("/servizi/{slug}", "La scheda di un servizio"),
    (
        "/servizi/{slug}/privacy",
        "L'informativa del servizio; `versione` ne sceglie una di prima",
    ),
    (
        "/servizi/{slug}/richiesta",
        "Il modulo guidato; `passo` sceglie il passo",
    ),
    ("/offline", "Che cosa si vede senza rete"),
    ("/accedi", "Come si entra; `next` è dove si va poi"),
    ("/area-personale", "Bozze e pratiche di chi è entrato"),
    (
        "/area-personale/deleghe",
        "Le deleghe date e ricevute da chi è entrato",
    ),
    (
        "/area-personale/profilo",
        "Che cosa lo sportello sa di chi è entrato, e da dove",
    ),
    (
        "/pratiche/{id}/ricomincia",
        "Che cosa si copia in una bozza nuova, e la bozza che c'è già",
    ),
    (
        "/pratiche/{id}",
        "Una pratica, per chi l'ha presentata, chi rappresenta e chi ha una delega",
    ),
    (
        "/firme/{id}",
        "Una richiesta preparata da altri, per chi deve firmarla",
    ),
    (
        "/servizi/{slug}/requisiti",
        "Poche domande prima di entrare: si può fare la richiesta?",
    ),
    (
        "/servizi/{slug}/richiesta/firma",
        "Il documento da scaricare, firmare con la firma digitale e caricare",
    ),
    (
        "/servizi/{slug}/richiesta/mappa",
        "La mappa su cui si sceglie il punto del campo `campo`",
    ),
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
        "/ufficio/agenda",
        "Chi viene in un giorno; `agenda` e `giorno` scelgono",
    ),
    (
        "/ufficio/consegne",
        "Che cosa è stato consegnato, per l'amministratore; `stato` filtra",
    ),
    (
        "/ufficio/sportello",
        "La richiesta aperta allo sportello, per chi non ha un'identità digitale",
    ),
    (
        "/ufficio/sportello/stampa",
        "La stessa richiesta da stampare e firmare",
    ),
    (
        "/ufficio/ruoli",
        "Chi ha quale ruolo, e la storia, per l'amministratore",
    ),
    (
        "/ufficio/servizi",
        "I servizi dell'ufficio: che cosa vale e che cosa varrà",
    ),
    (
        "/ufficio/servizi/{slug}",
        "Chiusure, costi e periodo di un servizio, e la loro storia",
    ),
    (
        "/ufficio/anteprima",
        "Dove si prova una definizione, per l'amministratore",
    ),
    (
        "/ufficio/valutazioni",
        "Che cosa ne pensano le persone, per l'amministratore",
    ),
    (
        "/ufficio/trattamenti",
        "Il registro dei trattamenti (GDPR, art. 30), per l'amministratore",
    ),
    (
        "/valutazioni",
        "Un parere su una pagina o un servizio; `oggetto`",
    ),
    ("/valutazioni/grazie", "Dopo un parere"),
    ("/domande-frequenti", "Domande frequenti"),
    ("/privacy", "Come il sito usa i dati"),
    ("/note-legali", "Licenza dei contenuti"),
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
        "/servizi/{slug}/richiesta/allegati/{id}/parti",
        "Annuncia un allegato che arriva in parti (tus 1.0.0: `Upload-Length`); `Location` dice dove",
        "",
    ),
    (
        "patch",
        "/servizi/{slug}/richiesta/allegati/{id}/parti/{parti}",
        "Una parte, al più 1 MiB (`Upload-Offset`); con l'ultima risponde l'allegato",
        "application/offset+octet-stream",
    ),
    (
        "delete",
        "/servizi/{slug}/richiesta/allegati/{id}/parti/{parti}",
        "Rinuncia a un allegato che arriva in parti",
        "",
    ),
    (
        "post",
        "/servizi/{slug}/requisiti",
        "Risponde alle domande (`d0`, `d1`, …: `si` o `no`); non si conserva nulla",
        "application/x-www-form-urlencoded",
    ),
    (
        "post",
        "/servizi/{slug}/richiesta/firma",
        "Carica il documento firmato (`azione=carica`, file `documento`) o riapre la richiesta (`riapri`)",
        "multipart/form-data",
    ),
    (
        "post",
        "/servizi/{slug}/richiesta/mappa",
        "Sposta la mappa (`azione=nord`, `sud`, `ovest`, `est`, `avvicina`, `allontana`, `cerca` la `via`, o `punto.x` e `punto.y`) o usa il punto (`usa`)",
        "application/x-www-form-urlencoded",
    ),
    (
        "post",
        "/firme/{id}",
        "Firma una richiesta preparata da altri (`azione=firma`, `impronta` di ciò che si è letto)",
        "multipart/form-data",
    ),
    (
        "post",
        "/pratiche/{id}",
        "Risponde a una richiesta, sposta l'appuntamento, ritira, toglie una delega su carta o ricomincia da qui (`ricomincia`)",
        "multipart/form-data",
    ),
    (
        "post",
        "/area-personale/deleghe",
        "Dà (`azione=delega`), revoca (`revoca`) o usa una delega (`comincia`)",
        "application/x-www-form-urlencoded",
    ),
    (
        "post",
        "/area-personale/profilo",
        "Corregge (`azione=salva`) o cancella (`cancella:<campo>`) quello che si sa di chi è entrato",
        "application/x-www-form-urlencoded",
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
    (
        "post",
        "/ufficio/sportello",
        "Comincia (`azione=comincia`), registra con la copia firmata (`registra`), chiude (`chiudi`)",
        "multipart/form-data",
    ),
    (
        "post",
        "/ufficio/ruoli",
        "Dà un ruolo (`azione=dai_ruolo`) o lo toglie (`togli_ruolo`)",
        "application/x-www-form-urlencoded",
    ),
    (
        "post",
        "/ufficio/servizi/{slug}",
        "Chiude (`azione=chiudi_servizio`), riapre (`riapri_servizio`), cambia un costo (`cambia_costo`) o il periodo (`cambia_periodo`), ritira (`ritira_modifica`)",
        "application/x-www-form-urlencoded",
    ),
    (
        "post",
        "/ufficio/anteprima",
        "Mostra una definizione come la vedranno i cittadini; non salva niente",
        "multipart/form-data",
    ),
    (
        "post",
        "/valutazioni",
        "Dà un parere (`oggetto`, `voto`, `aspetto`, `dettagli`)",
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
    let session = "/sessione";
    let left = "Quanto dura ancora (`seconds`), se si può allungare (`extendable`)";
    paths.insert(
        full(session),
        json!({
            "get": operation(session, "Quanto dura ancora l'accesso", left, ""),
            "post": operation(session, "Allunga l'accesso", left, ""),
        }),
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
            "again": { "type": "string" },
            "errors": { "type": "array", "items": { "type": "object" } },
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// `["servizi", slug, "privacy"] =>` as `/servizi/{}/privacy`: the arms by which a path finds
    /// its operation.
    fn arms(source: &str) -> BTreeSet<String> {
        source
            .lines()
            .filter_map(|line| line.trim().strip_prefix('[')?.split_once("] =>"))
            .map(|(arm, _)| arm.split(", ").filter(|part| !part.is_empty()))
            .map(|parts| {
                let parts = parts.map(|part| match part.strip_prefix('"') {
                    Some(text) => text.trim_end_matches('"').to_owned(),
                    None => "{}".to_owned(),
                });
                format!("/api/{}", parts.collect::<Vec<_>>().join("/"))
            })
            .collect()
    }

    /// Paths of the document that have one of these methods, with nameless parameters.
    fn described(document: &Value, method: &str) -> BTreeSet<String> {
        let paths = document["paths"].as_object().unwrap();
        let with = paths.iter().filter(|(_, entry)| entry[method].is_object());
        with.map(|(path, _)| nameless(path)).collect()
    }

    fn nameless(path: &str) -> String {
        let parts = path.split('/').map(|part| match part.starts_with('{') {
            true => "{}",
            false => part,
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// Methods and paths of the router's own routes under `/api`.
    fn routes(source: &str) -> Vec<(&'static str, String)> {
        let code = source.split("#[cfg(test)]").next().unwrap();
        let mut found = Vec::new();
        for route in code.split(".route(").skip(1) {
            let path = route.split('"').nth(1).unwrap();
            if path.starts_with("/api/") && path != "/api/openapi.json" {
                let calls = [
                    ("get", "get("),
                    ("post", "post("),
                    ("put", "put("),
                    ("delete", "delete("),
                ];
                for (method, call) in calls {
                    if route.contains(call) {
                        found.push((method, nameless(path)));
                    }
                }
            }
        }
        found
    }

    #[tokio::test]
    async fn what_the_router_knows_is_described_and_nothing_else() {
        let Json(document) = document().await;
        let routes = routes(include_str!("../http.rs"));
        assert!(routes.len() >= 4, "{routes:?}");
        let of = |method| {
            let own = routes.iter().filter(move |(known, _)| *known == method);
            own.map(|(_, path)| path.clone())
        };
        let mut pages = arms(include_str!("pages.rs"));
        assert!(pages.contains("/api/servizi/{}/privacy"), "{pages:?}");
        pages.extend(of("get"));
        assert_eq!(described(&document, "get"), pages);
        let mut actions = arms(include_str!("actions.rs"));
        assert!(actions.contains("/api/pratiche/{}"), "{actions:?}");
        actions.extend(of("post"));
        assert_eq!(described(&document, "post"), actions);
        for method in ["put", "delete"] {
            assert_eq!(described(&document, method), of(method).collect());
        }
    }
}
