//! Who reads English is answered in English, everybody else in Italian, and what is kept is the
//! same whoever acts.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::{collections::BTreeSet, time::Duration};

use app::api::{CasePage, Page, PaymentStatus, Problem, SaveRequest};
use common::{
    APPLICANT, Browser, CARD, CLERK_POLICE, MOTHER, PNG, World, browser, clocked_worlds,
    office::{ACCEPTED, office, send_duplicate},
    provider_answer, read_contracts, worlds,
};
use reqwest::{
    Client, Response, StatusCode,
    header::{ACCEPT, LOCATION, SET_COOKIE},
};
use rules::language::{Language, parts};
use serde_json::Value;
use server::{
    cases,
    clock::ManualClock,
    store::{self, outbox::RowState},
};

/// The language that an answer says it is in, its header and its document alike.
async fn told(answer: Response) -> (String, String) {
    let header = answer.headers()["content-language"].to_str().unwrap();
    let header = header.to_owned();
    let html = answer.text().await.unwrap();
    assert!(html.contains(&format!("<html lang=\"{header}\"")), "{html}");
    (header, html)
}

/// The switch in the header, pressed on a page.
async fn choose(person: &Browser, language: &str, page: &str) -> Response {
    let request = person.client.post(format!("{}/lingua", person.url));
    let request = request
        .header("origin", &person.url)
        .header("referer", format!("{}{page}", person.url));
    request.form(&[("lingua", language)]).send().await.unwrap()
}

async fn reads_english(person: Browser) -> Browser {
    let answer = choose(&person, "en", "/").await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    person
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_chosen_remembered_and_taken_back() {
    for world in worlds(|_| {}).await {
        let person = browser(&world.url);
        let language = async |path: &str| told(person.get(path).await).await.0;
        assert_eq!(language("/servizi").await, "it");
        assert_eq!(language("/servizi?lingua=en").await, "en", "for once");
        assert_eq!(language("/servizi").await, "it");

        let chosen = choose(&person, "en", "/servizi?cerca=tari").await;
        assert_eq!(chosen.status(), StatusCode::SEE_OTHER);
        assert_eq!(chosen.headers()[LOCATION], "/servizi?cerca=tari");
        assert!(chosen.headers().contains_key(SET_COOKIE));
        assert_eq!(language("/servizi").await, "en");
        assert_eq!(language("/accedi?lingua=it").await, "it");

        let unknown = choose(&person, "de", "/accedi").await;
        assert_eq!(unknown.headers()[LOCATION], "/accedi");
        assert!(!unknown.headers().contains_key(SET_COOKIE));
        assert_eq!(language("/servizi?lingua=de").await, "en");

        let elsewhere = person.client.post(format!("{}/lingua", world.url));
        let elsewhere = elsewhere
            .header("origin", &world.url)
            .header("referer", "https://evil.example//evil.example/x");
        let elsewhere = elsewhere.form(&[("lingua", "it")]).send().await.unwrap();
        let back = elsewhere.headers()[LOCATION].to_str().unwrap();
        assert!(back.starts_with('/') && !back.starts_with("//"), "{back}");
        assert_eq!(language("/servizi").await, "it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_in_the_readers_language() {
    for world in worlds(|_| {}).await {
        let stranger = reads_english(browser(&world.url)).await;
        let body = SaveRequest::default();
        let refused = stranger.put(CARD, &body).await;
        assert_eq!(refused.headers()["content-language"], "en");
        let refused: Problem = refused.json().await.unwrap();
        assert_eq!(refused.title, "You need to log in");
        let (_, html) = told(stranger.get("/non/esiste").await).await;
        assert!(html.contains("Page not found"), "{html}");

        let maria = reads_english(world.login(MOTHER).await).await;
        let wrong = [("residenza_cap", "7003"), ("email", "maria")];
        let refused = maria.answer(CARD, "richiedente", &wrong).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.title, "Some information is missing or wrong");
        let told: BTreeSet<_> = refused.errors.iter().map(|e| e.message.as_str()).collect();
        for message in [
            "The postcode (CAP) has five digits, for example 70032.",
            "The e-mail address needs one @ and only one, as in nome@esempio.it.",
            "This answer is needed: write it here.",
        ] {
            assert!(told.contains(message), "{message} is not in {told:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_begun_and_refused_in_the_readers_language() {
    for world in worlds(|_| {}).await {
        let person = reads_english(browser(&world.url)).await;
        let (_, html) = told(person.get("/spid/login").await).await;
        assert!(html.contains("Go to your identity provider"), "{html}");
        let start = person.get("/spid/login").await;
        let cancelled = [("cf", MOTHER), ("outcome", "nr25")];
        let (action, fields) = provider_answer(&person, start, &cancelled).await;
        let refused = person.client.post(action).form(&fields).send().await;
        let (language, html) = told(refused.unwrap()).await;
        assert_eq!(language, "en");
        assert!(
            html.contains("You cancelled the login before the end."),
            "{html}"
        );
    }
}

/// Counted in the transaction that adds the file: there is no reader in there.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_too_many_is_told_in_the_readers_language() {
    for world in worlds(|_| {}).await {
        let maria = reads_english(world.login(MOTHER).await).await;
        maria.answer(CARD, "richiedente", APPLICANT).await.unwrap();
        let theft = [
            ("motivo", "furto"),
            ("denuncia_autorita", "CC"),
            ("denuncia_data", "1/1/2026"),
        ];
        maria.answer(CARD, "motivo", &theft).await.unwrap();
        let page = maria.request_page(CARD).await;
        let wanted = &page.form.attachments[0];
        // All at once: most are refused where the row would be added.
        let files = (0..=wanted.max_files + 4)
            .map(|n| maria.upload(CARD, &wanted.id, "denuncia.png", [PNG, &[n as u8]].concat()));
        let answers = futures::future::join_all(files).await;
        let refused = answers.into_iter().filter(|a| !a.status().is_success());
        let refused: Vec<_> = refused.collect();
        assert!(refused.len() >= 4, "{}", refused.len());
        for answer in refused {
            let problem: Problem = answer.json().await.unwrap();
            assert_eq!(problem.title, "File not accepted");
            assert!(problem.detail.contains("for this document"), "{problem:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_tells_which_words_are_the_definitions() {
    for world in worlds(|_| {}).await {
        let sheet = async |language: &str| {
            let person = browser(&world.url);
            let path = format!("/servizi/{CARD}?lingua={language}");
            match person.page(&path).await.page {
                Page::Sheet(page) => *page,
                other => panic!("not the sheet: {other:?}"),
            }
        };
        let (italian, english) = (sheet("it").await, sheet("en").await);
        assert_eq!(italian.title, english.title);
        let from = "data di presentazione (L. 241/1990, art. 2, c. 2)";
        let term = format!("Il Comune risponde entro 30 giorni. Si contano da: {from}.");
        assert_eq!(italian.term, term);
        Language::English.speak(|| {
            let read: Vec<_> = parts(&english.term).collect();
            let before = "The Comune answers within 30 days. They are counted from: ";
            assert_eq!(read, [(None, before), (Some("it"), from), (None, ".")]);
        });
        assert_eq!(
            english.how[0],
            "Log in with SPID: we fill in your personal details for you."
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_at_the_same_time_do_not_mix() {
    for world in worlds(|_| {}).await {
        let client = Client::new();
        let ask = |n: usize| {
            let (language, words) = match n % 2 {
                0 => (
                    "it",
                    [
                        "Pagina non trovata",
                        "Il Comune risponde entro",
                        "Devi entrare",
                    ],
                ),
                _ => (
                    "en",
                    [
                        "Page not found",
                        "The Comune answers within",
                        "You need to log in",
                    ],
                ),
            };
            let form = format!("/api/servizi/{CARD}/richiesta");
            let request = match n % 3 {
                0 => client.get(format!("{}/non/esiste", world.url)),
                1 => client.get(format!("{}/servizi/{CARD}", world.url)),
                _ => client
                    .put(format!("{}{form}", world.url))
                    .json(&SaveRequest::default()),
            };
            let request = request
                .header("origin", &world.url)
                .header("cookie", format!("lingua={language}"));
            tokio::spawn(async move {
                let answer = request.send().await.unwrap();
                assert_eq!(answer.headers()["content-language"], language);
                let text = answer.text().await.unwrap();
                assert!(text.contains(words[n % 3]), "{language}: {text}");
            })
        };
        for asked in futures::future::join_all((0..240).map(ask)).await {
            asked.unwrap();
        }
    }
}

/// A citizen, her town and its clerk.
struct Journey<'a> {
    world: &'a World,
    clock: &'a ManualClock,
    citizen: &'a Browser,
    clerk: &'a Browser,
}

impl Journey<'_> {
    async fn case(&self, case: &str) -> CasePage {
        match self.citizen.page(&format!("/pratiche/{case}")).await.page {
            Page::Case(page) => *page,
            other => panic!("not the case: {other:?}"),
        }
    }

    async fn office(&self, case: &str, command: &str, fields: &[(&str, &str)]) {
        let answer = office(self.clerk, case, command, fields).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{command}");
    }

    async fn act(&self, case: &str, fields: &[(&str, &str)]) {
        let seq = self.case(case).await.seq.to_string();
        let fields = [fields, &[("seq", seq.as_str())]].concat();
        let path = format!("/pratiche/{case}");
        let answer = self.citizen.post(&path, &fields).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    }

    /// Lets the workers' time run until it is so.
    async fn until(&self, what: &str, so: impl AsyncFn() -> bool) {
        for _ in 0..300 {
            if so().await {
                return;
            }
            self.clock.advance(1_000);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{what} did not come");
    }

    /// Asked for a document, answered, accepted, paid.
    async fn granted(&self) -> String {
        let case = send_duplicate(self.citizen).await;
        self.office(&case, "prendi_in_carico", &[]).await;
        let asked = [
            ("motivo", "Manca la foto."),
            ("documenti", "Foto"),
            ("giorni", "10"),
        ];
        self.office(&case, "chiedi_integrazione", &asked).await;
        let answer = [("azione", "rispondi"), ("testo", "Non ne ho.")];
        self.act(&case, &answer).await;
        self.office(&case, "accogli", &ACCEPTED).await;
        let is = async |status| self.case(&case).await.payments[0].status == status;
        self.until("the notice", async || is(PaymentStatus::DaPagare).await)
            .await;
        let payment = self.case(&case).await.payments[0].id.clone();
        let path = format!("/pagamenti/{payment}");
        let answer = self.citizen.post(&path, &[("azione", "paga")]).await;
        let cart = answer.headers()[LOCATION].to_str().unwrap().to_owned();
        let web = browser(&self.world.sandbox).client;
        let paid = web.post(cart).form(&[("azione", "paga")]).send().await;
        let back = paid.unwrap().headers()[LOCATION]
            .to_str()
            .unwrap()
            .to_owned();
        let back = back.strip_prefix(&self.world.url).unwrap().to_owned();
        assert_eq!(self.citizen.get(&back).await.status(), StatusCode::OK);
        self.until("the receipt", async || is(PaymentStatus::Concluso).await)
            .await;
        case
    }

    async fn withdrawn(&self) -> String {
        let case = send_duplicate(self.citizen).await;
        self.act(&case, &[("azione", "ritira")]).await;
        case
    }

    /// Everything that is kept of a case and was sent for it, once all is delivered.
    async fn kept(&self, case: &str) -> Vec<String> {
        let store = &self.world.counter.store;
        let of_case = async || store::outbox::of_case(store, case).await.unwrap();
        self.until("the last delivery", async || {
            let rows = of_case().await;
            rows.iter().all(|row| row.state == RowState::Done)
        })
        .await;
        let mut kept: Vec<String> = Vec::new();
        // Those of the PDFs come when they are ready, in any order.
        for event in store::cases::events(store, case).await.unwrap() {
            if !event.body.contains("documento_pronto") {
                kept.push(format!("event {} {}", event.actor, event.body));
            }
        }
        for row in of_case().await {
            kept.push(format!(
                "outbox {} {} {}",
                row.channel, row.template, row.reason
            ));
        }
        for row in store::payments::of_case(store, case).await.unwrap() {
            kept.push(format!(
                "payment {} {} {}",
                row.fee, row.reason, row.category
            ));
        }
        for document in cases::load(&self.world.counter, case)
            .await
            .unwrap()
            .documents
        {
            let text = String::from_utf8(document.bytes).unwrap();
            kept.push(format!("document {} {text}", document.kind));
        }
        for index in store::cases::all_indexes(store).await.unwrap() {
            if index.case_id == case {
                kept.push(format!(
                    "index {} {} {}",
                    index.title, index.state, index.must_act
                ));
            }
        }
        for message in self.sandbox(&format!("/io/messages?cf={MOTHER}")).await {
            if message.to_string().contains(case) {
                kept.push(format!("io {} {}", message["subject"], message["markdown"]));
            }
        }
        let mut kept: Vec<_> = kept.iter().map(|text| without_numbers(text)).collect();
        kept.sort();
        kept
    }

    /// What the sandbox has received for her.
    async fn sandbox(&self, path: &str) -> Vec<Value> {
        let web = browser(&self.world.sandbox).client;
        let request = web.get(format!("{}{path}", self.world.sandbox));
        let answer = request.header(ACCEPT, "application/json").send().await;
        let mut all: Value = answer.unwrap().json().await.unwrap();
        let all = all["messages"].as_array_mut();
        all.map(std::mem::take).unwrap()
    }

    /// One request granted and one withdrawn: what is kept of them, and the new e-mails, which name
    /// no case.
    async fn all(&self) -> (Vec<String>, Vec<String>) {
        let mails = async || self.sandbox("/mail?to=maria@example.it").await;
        let before = mails().await;
        let (granted, withdrawn) = (self.granted().await, self.withdrawn().await);
        let mut kept = self.kept(&granted).await;
        kept.extend(self.kept(&withdrawn).await);
        let new = mails()
            .await
            .into_iter()
            .filter(|mail| !before.contains(mail));
        let new = new.map(|mail| format!("{} {}", mail["subject"], mail["text"]));
        let mut new: Vec<_> = new.map(|text| without_numbers(&text)).collect();
        new.sort();
        (kept, new)
    }
}

/// Ids, hashes, protocol numbers and times differ from one request to the next.
fn without_numbers(text: &str) -> String {
    let words = text.split_inclusive(|c: char| !c.is_alphanumeric());
    let words = words.map(|word| match word.contains(|c: char| c.is_ascii_digit()) {
        true => format!("#{}", word.trim_start_matches(char::is_alphanumeric)),
        false => word.to_owned(),
    });
    words.collect()
}

/// What lies in the database, and what goes out, is Italian: nobody knows who will read it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_and_sent_does_not_depend_on_the_reader() {
    for (world, clock) in clocked_worlds(read_contracts).await {
        let italian = world.login(MOTHER).await;
        let english = reads_english(world.login(MOTHER).await).await;
        let clerk = world.login(CLERK_POLICE).await;
        let of = |citizen| Journey {
            world: &world,
            clock: &clock,
            citizen,
            clerk: &clerk,
        };
        let (italian, english) = (of(&italian), of(&english));
        let (kept, mails) = italian.all().await;
        for kind in ["event", "outbox", "payment", "document", "index", "io"] {
            let some = kept.iter().any(|text| text.starts_with(kind));
            assert!(some, "no {kind} in {kept:#?}");
        }
        assert!(mails.len() > 3, "{mails:#?}");
        assert_eq!(english.all().await, (kept, mails));
        // And yet she read English all the way.
        let labels = async |reader: &Journey<'_>| -> BTreeSet<String> {
            let Page::Area(area) = reader.citizen.page("/area-personale").await.page else {
                panic!("not her area")
            };
            area.cases
                .into_iter()
                .map(|case| case.state.label)
                .collect()
        };
        let said = |labels: [&str; 2]| BTreeSet::from(labels.map(str::to_owned));
        let done = ["Conclusa: documento disponibile", "Ritirata"];
        assert_eq!(labels(&italian).await, said(done));
        let done = ["Finished: the document is ready", "Withdrawn"];
        assert_eq!(labels(&english).await, said(done));
    }
}
