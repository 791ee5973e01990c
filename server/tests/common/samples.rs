//! Whole requests, from the sample answers beside each definition (`app/catalogue/esempi`).

use std::{collections::BTreeMap, fs};

use app::api::{Problem, RequestPage, SaveRequest, step};
use esign::samples::minimal;
use reqwest::multipart::{Form, Part};
use rules::{
    catalogue::FieldKind,
    civil::Date,
    form::{Answer, Answers},
};
use serde::Deserialize;
use serde_json::Value;

use super::{Browser, MOTHER, World, browser, root};

/// Answers by field name; a day is `oggi`, `oggi-10`, `oggi+60`. Files by attachment.
#[derive(Deserialize)]
pub struct Sample {
    risposte: Value,
    #[serde(default)]
    pub allegati: BTreeMap<String, String>,
    /// Who signs too, by codice fiscale.
    #[serde(default)]
    pub cofirmatari: Vec<String>,
    #[serde(default)]
    pub firma_digitale: Option<Digital>,
    /// What is refused: one a rule of the definition.
    #[serde(default)]
    pub rifiuti: Vec<Refusal>,
}

/// Who signs digitally: without `di` who sends it.
#[derive(Deserialize)]
pub struct Digital {
    di: Option<String>,
    allegati: Vec<String>,
}

impl Digital {
    pub fn signer(&self) -> &str {
        self.di.as_deref().unwrap_or(MOTHER)
    }
}

/// The sample with these answers instead: the control that is told, and part of what it is told.
#[derive(Deserialize)]
pub struct Refusal {
    pub campo: String,
    pub dice: String,
    risposte: Value,
}

impl Sample {
    pub fn of(slug: &str) -> Self {
        let path = root().join(format!("app/catalogue/esempi/{slug}.json"));
        let text = fs::read_to_string(&path).unwrap_or_else(|_| panic!("no {}", path.display()));
        serde_json::from_str(&text).unwrap()
    }

    pub fn answers(&self, today: Date) -> Answers {
        serde_json::from_value(dated(&self.risposte, today)).unwrap()
    }

    pub fn spoilt(&self, refusal: &Refusal, today: Date) -> Answers {
        let other: Answers = serde_json::from_value(dated(&refusal.risposte, today)).unwrap();
        let mut answers = self.answers(today);
        answers.0.extend(other.0);
        answers
    }
}

/// The sample's days, from today.
fn dated(value: &Value, today: Date) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix("oggi") {
            Some("") => today.italian().into(),
            Some(days) => today.plus_days(days.parse().unwrap()).italian().into(),
            None => value.clone(),
        },
        Value::Array(rows) => rows.iter().map(|row| dated(row, today)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), dated(value, today)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// Answers step after step as the form asks for them, up to the summary.
pub async fn fill(
    world: &World,
    person: &Browser,
    slug: &str,
    sample: &Sample,
    answers: &Answers,
) -> Result<RequestPage, Problem> {
    let mut shown = String::new();
    for _ in 0..20 {
        let page = person.request_page(slug).await;
        assert_ne!(page.step, shown, "{slug}: stays at {shown}");
        shown.clone_from(&page.step);
        match shown.as_str() {
            step::SUMMARY => return Ok(page),
            step::ATTACHMENTS => attach(world, person, slug, sample).await,
            _ => {}
        }
        person.act(slug, &press(page, "avanti", answers)).await?;
    }
    panic!("{slug}: no summary after twenty steps");
}

/// `primo_libero` is the first free time that the step offers.
fn with_free_time(page: &RequestPage, answers: &Answers) -> Answers {
    let mut answers = answers.clone();
    let slots = page.form.fields();
    for field in slots.filter(|field| field.kind == FieldKind::SlotAppuntamento) {
        let offered = field
            .list
            .as_ref()
            .and_then(|agenda| page.lists.get(agenda));
        let free = offered.and_then(|times| times.iter().find(|(code, _)| !code.is_empty()));
        if let Some((code, _)) = free {
            let taken = answers
                .0
                .insert(field.name.clone(), Answer::Text(code.clone()));
            assert_eq!(taken, Some(Answer::Text("primo_libero".into())));
        }
    }
    answers
}

/// The page sent back, with these answers and every declaration.
pub fn press(page: RequestPage, button: &str, answers: &Answers) -> SaveRequest {
    let answers = with_free_time(&page, answers);
    let declarations = page.form.declarations.iter();
    SaveRequest {
        azione: button.into(),
        passo: page.step,
        versione: page.draft.version,
        risposte: answers,
        dichiarazioni: declarations.map(|d| d.id.clone()).collect(),
        bozza: page.draft.draft_id,
        informativa: page.privacy,
    }
}

async fn attach(world: &World, person: &Browser, slug: &str, sample: &Sample) {
    for (id, name) in &sample.allegati {
        let digital = sample.firma_digitale.as_ref();
        let bytes = match digital.filter(|digital| digital.allegati.contains(id)) {
            Some(digital) => sign(world, digital.signer(), "pades", minimal(&[name])).await,
            None => b"%PDF-1.7 prova".to_vec(),
        };
        let status = person.upload(slug, id, name, bytes).await.status();
        assert!(status.is_success(), "{slug}: {id}: {status}");
    }
}

/// What the person's signing program makes of a file: the sandbox's.
pub async fn sign(world: &World, code: &str, format: &str, file: Vec<u8>) -> Vec<u8> {
    let form = Form::new()
        .text("chi", code.to_owned())
        .text("formato", format.to_owned())
        .part("file", Part::bytes(file).file_name("documento.pdf"));
    let web = browser(&world.sandbox).client;
    let url = format!("{}/firma", world.sandbox);
    let answer = web.post(url).multipart(form).send().await.unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
    answer.bytes().await.unwrap().to_vec()
}

fn page_of(slug: &str) -> String {
    format!("/servizi/{slug}/richiesta/firma")
}

/// The document to be signed, as it is downloaded.
pub async fn document(person: &Browser, slug: &str) -> Vec<u8> {
    let answer = person.get(&format!("{}/documento", page_of(slug))).await;
    assert!(answer.status().is_success(), "{slug}: {answer:?}");
    answer.bytes().await.unwrap().to_vec()
}

/// Uploads what was signed.
pub async fn give_back(
    person: &Browser,
    slug: &str,
    name: &str,
    file: Vec<u8>,
) -> reqwest::Response {
    let form = Form::new()
        .text("azione", "carica")
        .part("documento", Part::bytes(file).file_name(name.to_owned()));
    let request = person
        .client
        .post(format!("{}{}", person.url, page_of(slug)))
        .header("origin", &person.url);
    request.multipart(form).send().await.unwrap()
}
