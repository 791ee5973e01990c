//! The request for a new card of electors, filled and sent step by step as the counter's own
//! pages do it.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::wire::Wire;

const FORM: &str = "/servizi/duplicato-tessera-elettorale/richiesta";

/// A request that was sent.
pub struct Sent {
    pub case: String,
    /// "Invia" alone.
    pub invia: Duration,
    /// From opening the form to the receipt.
    pub all: Duration,
}

/// Opens the form, answers its four steps, reads the summary, sends: six requests, five durable
/// writes.
pub async fn send_request(person: &mut Wire) -> anyhow::Result<Sent> {
    let begun = Instant::now();
    let mut screen = person.screen(FORM).await?;
    let steps = [
        (
            "richiedente",
            json!({
                "residenza_indirizzo": "Via Roma", "residenza_civico": "1",
                "residenza_comune": "Bitonto", "email": "prova@example.it",
                "qualita": "se_stesso",
            }),
        ),
        ("motivo", json!({ "motivo": "mai_ricevuta" })),
        ("ritiro", json!({ "consegna": "ufficio" })),
        ("dichiarazioni", json!({})),
    ];
    for (step, answers) in steps {
        screen = press(person, &screen, "avanti", step, answers).await?;
        screen = screen["data"].take();
    }
    let pressed = Instant::now();
    let receipt = press(person, &screen, "invia", "riepilogo", json!({})).await?;
    let path = receipt["path"].as_str().unwrap_or_default();
    let case = path
        .strip_prefix("/pratiche/")
        .and_then(|rest| rest.split('/').next())
        .with_context(|| format!("no receipt: {path}"))?;
    Ok(Sent {
        case: case.to_owned(),
        invia: pressed.elapsed(),
        all: begun.elapsed(),
    })
}

async fn press(
    person: &mut Wire,
    screen: &Value,
    azione: &str,
    passo: &str,
    risposte: Value,
) -> anyhow::Result<Value> {
    let form = &screen["main"]["request"];
    let declarations = form["form"]["declarations"].as_array();
    let ticked: Vec<&Value> = match passo {
        "dichiarazioni" => declarations
            .into_iter()
            .flatten()
            .map(|d| &d["id"])
            .collect(),
        _ => Vec::new(),
    };
    let body = json!({
        "azione": azione, "passo": passo, "risposte": risposte, "dichiarazioni": ticked,
        "versione": form["draft"]["version"], "bozza": form["draft"]["draft_id"],
    });
    person.act(FORM, &body).await
}
