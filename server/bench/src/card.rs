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
    let summary = fill(person).await?;
    let pressed = Instant::now();
    let case = send(person, &summary).await?;
    Ok(Sent {
        case,
        invia: pressed.elapsed(),
        all: begun.elapsed(),
    })
}

/// Up to the summary, which it gives back: five requests, four durable writes.
pub async fn fill(person: &mut Wire) -> anyhow::Result<Value> {
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
    Ok(screen)
}

/// "Invia": the id of the case.
pub async fn send(person: &mut Wire, summary: &Value) -> anyhow::Result<String> {
    let receipt = press(person, summary, "invia", "riepilogo", json!({})).await?;
    let path = receipt["path"].as_str().unwrap_or_default();
    let case = path
        .strip_prefix("/pratiche/")
        .and_then(|rest| rest.split('/').next())
        .with_context(|| format!("no receipt: {path}"))?;
    Ok(case.to_owned())
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
