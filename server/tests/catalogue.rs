//! Every service of the catalogue, from the sample answers beside its definition
//! (`app/catalogue/esempi/<slug>.json`) to the protocol number.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use app::api::{Page, Problem, RequestPage, SaveRequest};
use common::{
    Browser, CLERK_CARDS, CLERK_POLICE, CLERK_TAXES, MOTHER, World, browser,
    log::Log,
    receipt, root,
    samples::{self, Digital, Sample},
    worlds,
};
use reqwest::StatusCode;
use rules::{
    catalogue::{Field, FieldKind, Form, Rule, Service, Severity},
    form::{Answer, Answers},
};
use serde_json::Value;
use server::{config::Settings, verify::verify};

/// Every service takes requests today.
fn all_open(settings: &mut Settings) {
    let mut comune = fs::read_to_string(&settings.comune).unwrap();
    for (slug, _) in services() {
        if !comune.contains(&format!("[finestre.{slug}]")) {
            write!(
                comune,
                "\n[finestre.{slug}]\ndal = \"01-01\"\nal = \"12-31\"\n"
            )
            .unwrap();
        }
    }
    settings.comune = settings.data_dir.with_file_name("comune.toml");
    fs::write(&settings.comune, comune).unwrap();
}

/// Slug and file of every definition.
fn services() -> BTreeMap<String, String> {
    let folder = fs::read_dir(root().join("app/catalogue")).unwrap();
    let files = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let definitions = files.filter_map(|name| {
        let slug = name.strip_suffix(".yaml")?.split_once('-')?.1.to_owned();
        Some((slug, name))
    });
    definitions.collect()
}

/// Fills the form, has it signed by whom it asks, and sends; the case's path.
async fn send(
    world: &World,
    person: &Browser,
    slug: &str,
    sample: &Sample,
    answers: &Answers,
) -> Result<String, Problem> {
    let summary = samples::fill(world, person, slug, sample, answers).await?;
    sign_too(world, person, slug, sample, &summary).await;
    let sent = person.send(slug).await?;
    let receipt = receipt(sent);
    assert!(!receipt.protocol.is_empty() && !receipt.summary.is_empty());
    Ok(format!("/pratiche/{}", receipt.id))
}

/// Each of the others, by the link that the summary shows.
async fn sign_too(
    world: &World,
    person: &Browser,
    slug: &str,
    sample: &Sample,
    page: &RequestPage,
) {
    let Some(signing) = &page.signing else {
        assert!(sample.cofirmatari.is_empty(), "{slug}: nobody else signs");
        return;
    };
    if let Some(digital) = &sample.firma_digitale {
        return sign_digitally(world, person, slug, digital, page).await;
    }
    let codes: Vec<_> = signing.people.iter().map(|person| &person.code).collect();
    assert_eq!(
        codes,
        sample.cofirmatari.iter().collect::<Vec<_>>(),
        "{slug}"
    );
    let ask = samples::press(page.clone(), "firme", &Answers::default());
    person.act(slug, &ask).await.unwrap();
    let asked = person.request_page(slug).await.signing.unwrap();
    for signer in asked.people {
        let path = signer.link.unwrap().replace(&world.url, "");
        let other = world.login(&signer.code).await;
        let Page::Cosign(read) = other.page(&path).await.page else {
            panic!("{path}: nothing to sign")
        };
        let fields = [("azione", "firma"), ("impronta", read.hash.as_str())];
        let signed = other.post(&path, &fields).await;
        assert_eq!(signed.status(), StatusCode::SEE_OTHER);
    }
}

async fn sign_digitally(
    world: &World,
    person: &Browser,
    slug: &str,
    digital: &Digital,
    page: &RequestPage,
) {
    let prepare = samples::press(page.clone(), "firme", &Answers::default());
    person.act(slug, &prepare).await.unwrap();
    let document = samples::document(person, slug).await;
    let signed = samples::sign(world, digital.signer(), "cades", document).await;
    let given = samples::give_back(person, slug, "documento.pdf.p7m", signed).await;
    assert_eq!(given.status(), StatusCode::SEE_OTHER, "{slug}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_service_goes_from_its_sample_to_a_protocol_number() {
    for world in worlds(all_open).await {
        let maria = world.login(MOTHER).await;
        let mut sent = 0;
        for slug in services().keys() {
            sheet_is_there(&world, &maria, slug).await;
            let sample = Sample::of(slug);
            let answers = sample.answers(world.counter.today());
            let case = send(&world, &maria, slug, &sample, &answers).await;
            let case = case.unwrap_or_else(|problem| panic!("{slug}: {problem:?}"));
            let page = maria.get(&case).await;
            assert!(page.status().is_success(), "{slug}: {}", page.status());
            sent += 1;
        }
        assert_eq!(sent, world.counter.catalogue.all().len());
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
    }
}

/// The messages of a definition's own rules that refuse; those of the shared block for who acts
/// for another are tried elsewhere (`delegations.rs`).
fn rules_of(form: &Form) -> Vec<&str> {
    let refusing = |rule: &&Rule| rule.check.is_some() && rule.severity == Severity::Errore;
    let shared = ["rappresentato_codice_fiscale"];
    let fields = form
        .fields()
        .filter(|field| !shared.contains(&field.name.as_str()));
    let inner = fields.flat_map(|field| field.fields.iter().chain([field]));
    let of_fields = inner.flat_map(|field| &field.rules);
    let all = of_fields.chain(&form.rules).filter(refusing);
    all.map(|rule| rule.text.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rule_refuses_its_sample() {
    for world in worlds(all_open).await {
        let maria = world.login(MOTHER).await;
        let today = world.counter.today();
        for slug in services().keys() {
            let sample = Sample::of(slug);
            let definition = world.counter.catalogue.get(slug).unwrap();
            let rules = rules_of(&definition.service.form);
            let untried = rules.iter().filter(|text| {
                let mut tried = sample.rifiuti.iter();
                !tried.any(|refusal| text.contains(&refusal.dice))
            });
            assert_eq!(untried.collect::<Vec<_>>(), Vec::<&&str>::new(), "{slug}");
            for refusal in &sample.rifiuti {
                let answers = sample.spoilt(refusal, today);
                let told = send(&world, &maria, slug, &sample, &answers).await;
                let told = told.expect_err(&refusal.dice).errors;
                let here = told.iter().filter(|issue| issue.path == refusal.campo);
                let words: Vec<_> = here.map(|issue| issue.message.as_str()).collect();
                assert!(
                    words.iter().any(|text| text.contains(&refusal.dice)),
                    "{slug}: {}: {told:?}",
                    refusal.campo
                );
                discard(&maria, slug).await;
            }
        }
    }
}

async fn discard(person: &Browser, slug: &str) {
    let draft = person.request_page(slug).await.draft;
    let save = SaveRequest {
        azione: "elimina".into(),
        bozza: draft.draft_id,
        ..SaveRequest::default()
    };
    person.act(slug, &save).await.unwrap();
}

async fn sheet_is_there(world: &World, person: &Browser, slug: &str) {
    let title = &world.counter.catalogue.get(slug).unwrap().service.title;
    for path in [
        format!("/servizi/{slug}"),
        format!("/servizi/{slug}/privacy"),
    ] {
        let html = person.get(&path).await.text().await.unwrap();
        let escaped = title.replace('\'', "&#39;");
        assert!(
            html.contains(title.as_str()) || html.contains(&escaped),
            "{path}"
        );
        // A doubt is the office's: nothing on the citizen's page ends in a question nobody asked.
        assert!(!html.contains(" ?<") && !html.contains(" ?)"), "{path}");
    }
}

/// What somebody typed, or called a file: found nowhere but on her pages and the office's.
const SECRET: &str = "zq7segreto";

/// Services with special data whose title reveals nothing of them.
const PLAIN_TITLES: [&str; 3] = [
    "albo-presidenti-seggio",
    "albo-scrutatori",
    "appuntamento-carta-identita",
];

/// Whether its own questions are about special data.
fn asks_special(service: &Service) -> bool {
    let fields = service.form.fields();
    let mut fields = fields.flat_map(|field| field.fields.iter().chain([field]));
    service.privacy.special.is_some() || fields.any(|field| field.sensitive)
}

/// The same, or a sensitive paper is attached (a guardian's, wherever one may act).
fn is_sensitive(service: &Service) -> bool {
    asks_special(service) || service.form.attachments.iter().any(|a| a.sensitive)
}

/// The answers with the secret in every free text, and the labels of the sensitive choices.
fn with_secrets(form: &Form, mut answers: Answers) -> (Answers, Vec<String>) {
    let mut labels = Vec::new();
    for field in form.fields() {
        match answers.0.get_mut(&field.name) {
            Some(Answer::Rows(rows)) => {
                for row in rows {
                    for column in &field.fields {
                        let answer = row.get_mut(&column.name);
                        answer
                            .into_iter()
                            .for_each(|a| hide(column, a, &mut labels));
                    }
                }
            }
            Some(answer) => hide(field, answer, &mut labels),
            None => {}
        }
    }
    (answers, labels)
}

fn hide(field: &Field, answer: &mut Answer, labels: &mut Vec<String>) {
    // For whom she asks stands in her own list.
    let names = ["nome", "cognome", "denominazione"];
    let is_name = names.iter().any(|name| field.name.ends_with(name));
    let free = matches!(field.kind, FieldKind::Testo | FieldKind::TestoLungo)
        && (field.sensitive || !is_name);
    if let Answer::Text(text) = answer
        && free
        && field.pattern.is_none()
        && field.max.is_none_or(|max| max >= 40.0)
    {
        let most = field.max.map_or(200, |max| max as usize);
        *text = format!("{SECRET} {text}").chars().take(most).collect();
    }
    let codes = match answer {
        Answer::Text(code) => std::slice::from_ref(code),
        Answer::Many(codes) => codes.as_slice(),
        Answer::Rows(_) => &[],
    };
    let chosen = field
        .options
        .iter()
        .filter(|(code, _)| codes.contains(code));
    let chosen = chosen.map(|(_, label)| label.clone());
    // "Sì" is no secret by itself.
    let telling = chosen.filter(|label| field.sensitive && label.len() > 8);
    labels.extend(telling);
}

/// The bytes of every file below a folder, with its path.
fn files_of(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let files = paths.flat_map(|path| match path.is_dir() {
        true => files_of(&path),
        false => vec![(path.clone(), fs::read(&path).unwrap())],
    });
    files.collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    let text = text.as_bytes();
    bytes.windows(text.len()).any(|part| part == text)
}

/// What the sandbox has received: `/mail` or `/io/messages?cf=`.
async fn received(world: &World, path: &str) -> Vec<Value> {
    let web = browser(&world.sandbox).client;
    let request = web.get(format!("{}{path}", world.sandbox));
    let answer = request.header("accept", "application/json").send().await;
    let body: Value = answer.unwrap().json().await.unwrap();
    body["messages"].as_array().unwrap().clone()
}

/// Sends every service that has to do with special data; how many, and what nobody may find.
async fn send_secrets(world: &World, maria: &Browser) -> (usize, Vec<String>) {
    let (mut sent, mut hidden) = (0, vec![SECRET.to_owned()]);
    let services = world.counter.catalogue.all().into_iter();
    for service in services.map(|d| &d.service).filter(|s| is_sensitive(s)) {
        let slug = &service.slug;
        let mut sample = Sample::of(slug);
        for name in sample.allegati.values_mut() {
            *name = format!("{SECRET}-{name}");
        }
        let answers = sample.answers(world.counter.today());
        let (answers, labels) = with_secrets(&service.form, answers);
        let case = send(world, maria, slug, &sample, &answers).await;
        let case = case.unwrap_or_else(|problem| panic!("{slug}: {problem:?}"));
        let shown = maria.get(&case).await.text().await.unwrap();
        assert!(shown.contains(SECRET), "{slug}: she reads what she wrote");
        let neutral = service.io.neutral_title.is_some();
        let plain = PLAIN_TITLES.contains(&slug.as_str());
        assert!(neutral || plain || !asks_special(service), "{slug}");
        if neutral {
            hidden.push(service.title.clone());
        }
        hidden.extend(labels);
        sent += 1;
    }
    (sent, hidden)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sensitive_stays_on_its_pages() {
    let log = Log::begin();
    for world in worlds(all_open).await {
        let maria = world.login(MOTHER).await;
        let (sent, hidden) = send_secrets(&world, &maria).await;
        assert!(sent >= 20 && hidden.len() >= 20, "{sent} {hidden:?}");

        let io = format!("/io/messages?cf={MOTHER}");
        let mut waited = 0;
        while received(&world, &io).await.len() < sent
            || received(&world, "/mail").await.len() < sent
        {
            waited += 1;
            assert!(waited < 600, "messages never came");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let told = log.take();
        for text in &hidden {
            assert!(!told.contains(text.as_str()), "logged: {text}");
        }
        // All that left the house: messages, mails, and the journal of calls.
        for (path, bytes) in files_of(&world.folder.path().join("sandbox")) {
            for text in &hidden {
                assert!(!holds(&bytes, text), "{}: {text}", path.display());
            }
        }
        // What lies on disk: the database with its log, and the attachments.
        for (path, bytes) in files_of(&world.settings.data_dir) {
            for text in [SECRET, "%PDF-1.7 prova"] {
                assert!(!holds(&bytes, text), "{}: {text}", path.display());
            }
        }
        for path in ["/area-personale", "/pagamenti"] {
            let list = maria.get(path).await.text().await.unwrap();
            assert!(!list.contains(SECRET), "{path}");
        }
        for clerk in [CLERK_CARDS, CLERK_POLICE, CLERK_TAXES] {
            let clerk = world.login(clerk).await;
            let list = clerk
                .get("/ufficio?stato=tutte")
                .await
                .text()
                .await
                .unwrap();
            assert!(list.contains("/ufficio/pratiche/") && !list.contains(SECRET));
        }
    }
}
