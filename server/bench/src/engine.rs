//! The form engine on a form larger than any of the catalogue's: 200 fields of all kinds, half of
//! them on a condition, and a group of 6 rows of 5 columns.

use std::{path::PathBuf, time::Instant};

use anyhow::{Context as _, ensure};
use rules::{
    catalogue::Form,
    form::{Answers, GivenContext, IssueKind},
};
use serde_json::{Value, json};

use crate::figures::percentiles;

const FIELDS: usize = 200;
const STEPS: usize = 10;
const ROWS: usize = 6;
const ROUNDS: usize = 2_000;

#[derive(clap::Args)]
pub struct Arguments {
    /// Where form, answers and context go, for the same in the browser's program.
    #[arg(long)]
    out: PathBuf,
}

/// Kind and a right answer, one after the other.
const KINDS: [(&str, &str); 14] = [
    ("testo", "Via Giacomo Matteotti"),
    ("intero", "42"),
    ("decimale", "12,5"),
    ("importo", "1.234,56"),
    ("data", "31/12/2020"),
    ("codice_fiscale", "RSSMRA68A01H501Y"),
    ("iban", "IT60X0542811101000000123456"),
    ("email", "maria@example.it"),
    ("telefono", "080 3716111"),
    ("cap", "70032"),
    ("targa", "AB123CD"),
    ("partita_iva", "02118311006"),
    ("si_no", "true"),
    ("scelta", "due"),
];

fn field(n: usize) -> Value {
    let (kind, _) = KINDS[n % KINDS.len()];
    let mut field =
        json!({"name": format!("campo_{n}"), "label": format!("Campo {n}"), "kind": kind});
    if kind == "scelta" {
        field["options"] = json!([["uno", "Uno"], ["due", "Due"], ["tre", "Tre"]]);
    }
    if n % 2 == 1 {
        // Shown if the one before is answered.
        let test = json!({"field": format!("campo_{}", n - 1), "is": "not_empty"});
        field["visible_if"] = json!({"field": test});
    }
    field
}

fn group() -> Value {
    let column = |name: &str, kind: &str| json!({"name": name, "label": name, "kind": kind});
    json!({"name": "persone", "label": "Persone", "kind": "elenco", "fields": [
        column("cognome", "testo"), column("nome", "testo"), column("codice", "codice_fiscale"),
        column("nascita", "data"), column("reddito", "importo"),
    ]})
}

fn form() -> Value {
    let per_step = FIELDS / STEPS;
    let steps: Vec<Value> = (0..STEPS)
        .map(|step| {
            let mut fields: Vec<Value> = (step * per_step..(step + 1) * per_step).map(field).collect();
            if step == 0 {
                fields.push(group());
            }
            json!({"id": format!("passo_{step}"), "title": "Passo", "sections": [{"fields": fields}]})
        })
        .collect();
    json!({"steps": steps, "attachments": [], "declarations": [], "rules": []})
}

fn answers() -> Value {
    let mut answers = serde_json::Map::new();
    for n in 0..FIELDS {
        let (_, answer) = KINDS[n % KINDS.len()];
        answers.insert(format!("campo_{n}"), json!(answer));
    }
    let row = json!({"cognome": "Rossi", "nome": "Mario", "codice": "RSSMRA68A01H501Y",
        "nascita": "01/01/1968", "reddito": "12.000,00"});
    answers.insert("persone".to_owned(), json!(vec![row; ROWS]));
    Value::Object(answers)
}

pub fn run(arguments: &Arguments) -> anyhow::Result<Value> {
    let (form, answers) = (form(), answers());
    let context = json!({"today": "2026-11-23", "lists": {"luoghi": ["H501", "A893"]}});
    let case = json!({
        "form": form.to_string(), "answers": answers.to_string(), "context": context.to_string(),
    });
    std::fs::write(&arguments.out, case.to_string())?;
    let form: Form = serde_json::from_value(form).context("the form")?;
    let answers: Answers = serde_json::from_value(answers)?;
    let context: GivenContext = serde_json::from_value(context)?;
    let context = context.as_context();
    let first = form.evaluate(&answers, &context);
    let wrong = first.issues.iter().filter(|i| i.kind != IssueKind::Warning);
    ensure!(
        wrong.count() == 0,
        "all answers are right: {:?}",
        first.issues
    );
    ensure!(first.visible.len() >= FIELDS + ROWS * 5, "all is seen");
    let took = (0..ROUNDS).map(|_| {
        let begun = Instant::now();
        std::hint::black_box(form.evaluate(std::hint::black_box(&answers), &context));
        begun.elapsed()
    });
    let took: Vec<_> = took.collect();
    Ok(json!({"fields": first.visible.len(), "took": percentiles(took)}))
}
