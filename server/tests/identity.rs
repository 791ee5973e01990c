//! The rest of identity: foreign people, the other binding, logout from both sides, safer logins,
//! evidence, limits, and the federation's list of providers.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::{collections::HashMap, sync::Arc};

use app::api::{Left, Page};
use common::{
    APPLICANT, Browser, CARD, MOTHER, PNG, STALLS, World, browser, form, login_by, prepare_card_of,
    provider_answer, root, set_fault, stalls, worlds, worlds_at,
};
use reqwest::{Response, StatusCode, header::LOCATION};
use saml::Scheme;
use serde_json::{Value, json};
use server::{
    clock::{Clock, ManualClock, SystemClock},
    identity::{Kind, evidence},
    state::Counter,
    store::logins::{self, Wanted},
};

const SPANISH: &str = "ES/IT/12345678Z";

fn location(response: &Response) -> String {
    response.headers()[LOCATION].to_str().unwrap().to_owned()
}

/// Begins a login with one of the sandbox's providers, and posts its answer.
async fn enter(browser: &Browser, provider: &str, person: &[(&str, &str)]) -> Response {
    let start = browser.get(&format!("/spid/login?idp={provider}")).await;
    assert_eq!(start.status(), StatusCode::OK, "{provider}");
    let (action, fields) = provider_answer(browser, start, person).await;
    post(browser, &action, &fields).await
}

async fn post(browser: &Browser, url: &str, fields: &HashMap<String, String>) -> Response {
    browser.client.post(url).form(fields).send().await.unwrap()
}

/// The newest line of the sandbox's journal about this.
async fn journal(world: &World, target: &str, what: &str) -> Value {
    let url = format!("{}/journal?target={target}", world.sandbox);
    let lines: Value = browser(&url)
        .client
        .get(&url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let lines = lines["entries"].as_array().cloned().unwrap_or_default();
    let mut told = lines.iter().rev().map(|line| line["data"].clone());
    let found = told.find(|data| data["what"] == what);
    found.unwrap_or_else(|| panic!("no {what} in {lines:?}"))
}

async fn is_in(browser: &Browser) -> bool {
    browser.get("/area-personale").await.status() == StatusCode::OK
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_codice_fiscale_enters_with_another_countrys_identity() {
    for world in worlds(|_| {}).await {
        let node = format!("{}/eidas", world.sandbox);
        let lucia = browser(&world.url);
        let done = enter(&lucia, &node, &[("cf", SPANISH)]).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
        let asked = journal(&world, "eidas", "request").await;
        assert_eq!(
            asked["attributes"],
            json!(["dateOfBirth", "familyName", "name", "spidCode"]),
            "index 99"
        );
        let page = lucia.request_page(CARD).await;
        assert!(
            !page.identity.0.contains_key("codice_fiscale"),
            "{:?}",
            page.identity
        );
        assert!(page.identity.0.contains_key("cognome"));
        // She is the same at the next login, and goes all the way to a protocol number.
        let own = [APPLICANT, &[("luogo_nascita", "Spagna")]].concat();
        let refused = lucia
            .answer(CARD, "richiedente", APPLICANT)
            .await
            .unwrap_err();
        let missing: Vec<&str> = refused.errors.iter().map(|e| e.path.as_str()).collect();
        assert_eq!(
            missing,
            ["luogo_nascita"],
            "a codice fiscale she need not have"
        );
        prepare_card_of(&lucia, &own).await;
        let again = browser(&world.url);
        enter(&again, &node, &[("cf", SPANISH)]).await;
        let done = again.send(CARD).await.unwrap();
        let Page::Receipt(receipt) = done.data.page else {
            panic!("no receipt")
        };
        assert_eq!(receipt.applicant, format!("Lucía García Ortega, {SPANISH}"));
        let other = browser(&world.url);
        enter(&other, &node, &[("cf", "DE/IT/T220001293")]).await;
        let theirs = other.get(&format!("/pratiche/{}", receipt.id)).await;
        assert_eq!(theirs.status(), StatusCode::NOT_FOUND);
    }
}

/// The sandbox's metadata with one binding only.
async fn only_redirect(world: &World, folder: &std::path::Path) {
    let url = format!("{}/spid/metadata", world.sandbox);
    let xml = reqwest::get(url).await.unwrap().text().await.unwrap();
    let (before, rest) = xml.split_once("<md:SingleSignOnService").unwrap();
    let (first, after) = rest.split_once("/>").unwrap();
    assert!(first.contains("HTTP-POST"), "{first}");
    let services = format!("{before}{after}");
    let logouts = services.replacen("<md:SingleLogoutService", "<md:Removed", 1);
    std::fs::write(folder.join("solo-redirect.xml"), logouts).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_takes_only_redirect_gets_a_signed_address() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    for world in worlds(|settings| settings.spid_idp_metadata = Some(path.clone())).await {
        only_redirect(&world, folder.path()).await;
        world.counter.identity.refresh().await;
        let maria = browser(&world.url);
        let start = maria.get("/spid/login?next=/pagamenti").await;
        assert_eq!(start.status(), StatusCode::FOUND);
        let address = location(&start);
        for part in ["?SAMLRequest=", "&RelayState=", "&SigAlg=", "&Signature="] {
            assert!(address.contains(part), "{part} in {address}");
        }
        // A changed address is no request of ours.
        let spoilt = address.replace("&RelayState=", "&RelayState=0");
        let refused = maria.client.get(spoilt).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
        let answer = maria
            .client
            .get(format!("{address}&cf={MOTHER}"))
            .send()
            .await
            .unwrap();
        let (action, fields) = form(&answer.text().await.unwrap());
        let done = post(&maria, &action, &fields).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
        assert_eq!(location(&done), "/pagamenti");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_ends_the_providers_session_where_it_keeps_one() {
    for world in worlds(|_| {}).await {
        let spid = format!("{}/spid", world.sandbox);
        // The usual login: nothing is kept there.
        let maria = world.login(MOTHER).await;
        let left = maria.post("/esci", &[]).await;
        assert_eq!(left.status(), StatusCode::SEE_OTHER);
        assert_eq!(location(&left), "/");
        assert!(left.headers().contains_key("clear-site-data"));
        assert!(!is_in(&maria).await);

        let maria = browser(&world.url);
        enter(&maria, &spid, &[("cf", MOTHER), ("sessione", "1")]).await;
        assert!(is_in(&maria).await);
        let left = maria.post("/esci", &[]).await;
        assert_eq!(left.status(), StatusCode::OK);
        assert!(!is_in(&maria).await, "ours ends first");
        let (provider, fields) = form(&left.text().await.unwrap());
        assert_eq!(provider, format!("{spid}/slo"));
        let answer = post(&maria, &provider, &fields).await;
        let login = journal(&world, "spid", "response").await;
        let logout = journal(&world, "spid", "logout").await;
        assert_eq!(logout["name_id"], login["name_id"]);
        assert_eq!(logout["sessions"], json!([login["session"]]));
        let (back, fields) = form(&answer.text().await.unwrap());
        assert_eq!(back, format!("{}/spid/slo", world.url));
        let done = post(&maria, &back, &fields).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
        assert_eq!(location(&done), "/");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cie_is_left_by_its_simple_logout() {
    for world in worlds(|_| {}).await {
        let maria = login_by("cie", &world.url, &[("cf", MOTHER)]).await;
        let left = maria.post("/esci", &[]).await;
        assert_eq!(left.status(), StatusCode::SEE_OTHER);
        assert_eq!(location(&left), format!("{}/cie/slo", world.sandbox));
        assert!(!is_in(&maria).await);
        let there = maria.client.get(location(&left)).send().await.unwrap();
        assert!(there.text().await.unwrap().contains("Sei uscito"));
        // The browser may go there from our form.
        let policy = maria.get("/").await.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        let allowed = policy.split("form-action").nth(1).unwrap().to_owned();
        assert!(allowed.contains(&world.sandbox), "{policy}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_ends_its_sessions_here() {
    for world in worlds(|_| {}).await {
        let spid = format!("{}/spid", world.sandbox);
        let session = [("cf", MOTHER), ("sessione", "1")];
        let (maria, elsewhere) = (browser(&world.url), browser(&world.url));
        enter(&maria, &spid, &session).await;
        let login = journal(&world, "spid", "response").await;
        enter(&elsewhere, &spid, &session).await;
        let begin = format!(
            "{spid}/logout?name_id={}&session={}",
            login["name_id"].as_str().unwrap(),
            login["session"].as_str().unwrap()
        );
        let message = reqwest::get(&begin).await.unwrap().text().await.unwrap();
        let (to, fields) = form(&message);
        assert_eq!(to, format!("{}/spid/slo", world.url));

        // Unsigned, changed, to the other door, in the other field: refused, nobody is thrown out.
        let mut bad = fields.clone();
        let changed = spoil(&fields["SAMLRequest"], "_", "_0");
        bad.insert("SAMLRequest".into(), changed);
        assert_eq!(
            post(&maria, &to, &bad).await.status(),
            StatusCode::FORBIDDEN
        );
        let other = to.replace("/spid/", "/cie/");
        assert_eq!(
            post(&maria, &other, &fields).await.status(),
            StatusCode::FORBIDDEN
        );
        let swapped = [("SAMLResponse".to_owned(), fields["SAMLRequest"].clone())].into();
        assert_eq!(
            post(&maria, &to, &swapped).await.status(),
            StatusCode::FORBIDDEN
        );
        assert_eq!(
            post(&maria, &to, &HashMap::new()).await.status(),
            StatusCode::FORBIDDEN
        );
        assert!(is_in(&maria).await);

        let answer = post(&maria, &to, &fields).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(!is_in(&maria).await);
        assert!(is_in(&elsewhere).await, "another login has another name");
        let (back, told) = form(&answer.text().await.unwrap());
        assert_eq!(back, format!("{spid}/slo"));
        assert_eq!(told["RelayState"], "uscita", "theirs comes back");
        post(&maria, &back, &told).await;
        assert_eq!(
            journal(&world, "spid", "logout answered").await["done"],
            true
        );

        // Once more the same message: nothing is left to end, and nobody else is.
        enter(&maria, &spid, &session).await;
        let again = post(&maria, &to, &fields).await;
        assert_eq!(again.status(), StatusCode::OK);
        assert!(is_in(&maria).await && is_in(&elsewhere).await);
    }
}

/// The message in base64 with the first `from` of its NameID changed.
fn spoil(message: &str, from: &str, to: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let xml = String::from_utf8(STANDARD.decode(message).unwrap()).unwrap();
    let (head, name) = xml.split_once("<saml:NameID").unwrap();
    STANDARD.encode(format!("{head}<saml:NameID{}", name.replacen(from, to, 1)))
}

/// The test's own service, to be sent with level 3 only.
fn with_level_three(folder: &std::path::Path) {
    let copy = |name: &str| {
        let file = root().join(name);
        let text = std::fs::read_to_string(&file).unwrap();
        (folder.join(file.file_name().unwrap()), text)
    };
    let (blocks, text) = copy("app/catalogue/_blocchi.yaml");
    std::fs::write(blocks, text).unwrap();
    let (service, text) = copy("server/tests/data/99-mercatino-artigiani.yaml");
    let asked = text.replace("firma: {", "firma: {livello_identita: 3, ");
    assert_ne!(asked, text);
    std::fs::write(service, asked).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_may_ask_for_a_safer_login_and_the_draft_stays() {
    let folder = tempfile::tempdir().unwrap();
    with_level_three(folder.path());
    for world in worlds(|settings| settings.catalogue = folder.path().to_owned()).await {
        let maria = world.login(MOTHER).await;
        maria
            .answer(STALLS, "richiedente", APPLICANT)
            .await
            .unwrap();
        fill(&maria).await;
        let summary = maria.request_page(STALLS).await;
        assert_eq!(summary.step, "riepilogo");
        assert!(summary.notice.unwrap().contains("livello 3"));

        let done = maria.send(STALLS).await.unwrap();
        let Page::Login(login) = done.data.page else {
            panic!("not the login: {:?}", done.path)
        };
        assert!(login.notice.unwrap().contains("più sicuro"));
        assert!(login.spid[0].href.contains("livello=3"), "{:?}", login.spid);

        let start = maria.get(&login.spid[0].href).await;
        let (action, fields) = provider_answer(&maria, start, &[("cf", MOTHER)]).await;
        assert_eq!(journal(&world, "spid", "request").await["level"], 3);
        let back = post(&maria, &action, &fields).await;
        assert_eq!(
            location(&back),
            format!("/servizi/{STALLS}/richiesta?passo=riepilogo")
        );
        let kept = maria.request_page(STALLS).await;
        assert_eq!(kept.step, "riepilogo");
        assert_eq!(kept.draft.draft_id, summary.draft.draft_id);
        let done = maria.send(STALLS).await.unwrap();
        assert!(matches!(done.data.page, Page::Receipt(_)), "{}", done.path);
    }
}

async fn fill(maria: &Browser) {
    let request = stalls(maria, "2026-12-08", "2026-12-20").await;
    maria.act(STALLS, &request).await.unwrap();
    let stored = maria
        .upload(STALLS, "foto_merce", "banco.png", PNG.to_vec())
        .await;
    assert!(stored.status().is_success());
    maria.declare(STALLS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_made_longer_but_not_for_ever() {
    let clock = ManualClock::at(SystemClock.now_ms());
    for world in worlds_at(Arc::new(clock.clone()), |_| {}).await {
        clock.set(SystemClock.now_ms());
        let maria = world.login(MOTHER).await;
        let left = async || maria.get("/api/sessione").await;
        let seconds = |left: Left| left.seconds;
        let first: Left = left().await.json().await.unwrap();
        assert_eq!((first.seconds, first.extendable), (7_200, true));
        clock.advance(119 * 60_000);
        assert_eq!(seconds(left().await.json().await.unwrap()), 60);
        let html = maria.get("/").await.text().await.unwrap();
        assert!(html.contains("data-session-left=\"60\""), "the page knows");
        let longer = maria.post("/api/sessione", &[]).await;
        assert_eq!(seconds(longer.json().await.unwrap()), 7_200);
        for _ in 0..10 {
            clock.advance(100 * 60_000);
            maria.post("/api/sessione", &[]).await;
        }
        assert!(!is_in(&maria).await, "twelve hours after the login");
        assert_eq!(left().await.status(), StatusCode::UNAUTHORIZED);
        let over = maria.post("/api/sessione", &[]).await;
        assert_eq!(over.status(), StatusCode::UNAUTHORIZED);
        let stranger = browser(&world.url).get("/api/sessione").await;
        assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
    }
}

fn question(reason: &str, wanted: Wanted) -> evidence::Question {
    evidence::Question {
        reader: "Giovanna Abbaticchio".into(),
        reason: reason.into(),
        wanted,
    }
}

fn all() -> Wanted {
    Wanted {
        to: i64::MAX,
        ..Wanted::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_are_kept_sealed_and_every_reading_is_written_down() {
    let clock = ManualClock::at(SystemClock.now_ms());
    for world in worlds_at(Arc::new(clock.clone()), |_| {}).await {
        clock.set(SystemClock.now_ms());
        world.login(MOTHER).await;
        let maria = browser(&world.url);
        let start = maria.get("/spid/login").await;
        let (action, mut fields) = provider_answer(&maria, start, &[("cf", MOTHER)]).await;
        fields.insert("RelayState".into(), "altro".into());
        assert_eq!(
            post(&maria, &action, &fields).await.status(),
            StatusCode::FORBIDDEN
        );

        let store = &world.counter.store;
        let rows = logins::find(store, &all(), 10).await.unwrap();
        let outcomes: Vec<&str> = rows.iter().map(|row| row.outcome.as_str()).collect();
        assert!(
            outcomes.contains(&"riuscito") && outcomes.contains(&"rifiutato"),
            "{outcomes:?}"
        );
        for row in &rows {
            let sealed = [
                row.sealed_request.clone().unwrap(),
                row.sealed_response.clone(),
            ];
            for sealed in sealed {
                let plain = String::from_utf8_lossy(&sealed).into_owned();
                assert!(
                    !plain.contains("samlp:") && !plain.contains("PHNhbWxw"),
                    "sealed"
                );
            }
        }

        let nobody = evidence::read(&world.counter, question("", all())).await;
        assert!(nobody.err().unwrap().to_string().contains("--reason"));
        assert!(logins::readings(store).await.unwrap().is_empty());
        let found = evidence::read(&world.counter, question("prova n. 1", all()))
            .await
            .unwrap();
        assert_eq!(found.len(), 2);
        let shown: String = found.iter().map(ToString::to_string).collect();
        for part in [
            "AuthnRequest",
            "<samlp:Response",
            "Lovascio",
            "RelayState",
            "livello: 2",
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        let one = rows.iter().find(|row| row.outcome == "riuscito").unwrap();
        let wanted = Wanted {
            assertion: Some(one.assertion.clone()),
            ..all()
        };
        assert_eq!(
            evidence::read(&world.counter, question("prova n. 2", wanted))
                .await
                .unwrap()
                .len(),
            1
        );
        let readings = logins::readings(store).await.unwrap();
        let reasons: Vec<&str> = readings.iter().map(|row| row.reason.as_str()).collect();
        assert_eq!(reasons, ["prova n. 1", "prova n. 2"]);
        assert_eq!(readings[1].previous, readings[0].hash);
        assert!(readings[1].wanted.contains(&one.assertion));
        assert_eq!(
            server::verify::verify(&world.counter).await.unwrap(),
            Vec::<String>::new()
        );

        // 24 months, not a day less.
        clock.advance_days(730);
        assert_eq!(evidence::purge(&world.counter).await.unwrap(), 0);
        clock.advance_days(2);
        assert_eq!(evidence::purge(&world.counter).await.unwrap(), 2);
        assert!(logins::find(store, &all(), 10).await.unwrap().is_empty());
    }
}

/// A certificate of nobody's.
fn nobody() -> String {
    let subject = saml::keys::Subject {
        organization: "Nessuno",
        locality: "Altrove",
        entity_id: "https://nessuno.example.it",
        ipa_code: None,
    };
    let now = "2026-11-26T09:00:00Z".parse().unwrap();
    saml::KeyPair::generate(&subject, now, [1; 16])
        .unwrap()
        .certificate_pem()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_federations_list_is_read_again_and_believed_only_if_signed() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = folder.path().join("registro.pem");
    let nobody = nobody();
    std::fs::write(&certificate, &nobody).unwrap();
    for mut world in worlds(|settings| {
        settings.registry.spid_registry_url = Some(format!("{}/registry", settings.sandbox_url()));
        settings.registry.spid_registry_cert = Some(certificate.clone());
    })
    .await
    {
        let node = format!("{}/eidas", world.sandbox);
        let listed = |counter: &Counter| {
            counter
                .identity
                .of(Scheme::Spid)
                .find(Some(&node))
                .is_some()
        };
        world.counter.identity.refresh().await;
        assert!(!listed(&world.counter), "signed by somebody else");

        let pem = format!("{}/registry.crt", world.sandbox);
        let pem = reqwest::get(pem).await.unwrap().text().await.unwrap();
        std::fs::write(&certificate, pem).unwrap();
        world.settings.data_dir = world.folder.path().join("altro");
        let (_, counter) = world.started_again().await;
        counter.identity.refresh().await;
        assert!(listed(&counter));
        assert_eq!(counter.identity.kind(&node), Kind::Eidas);
        // Whatever answers instead, what was known stays.
        for kind in ["status:503", "half", "type", "timeout_before"] {
            set_fault(&world.sandbox, json!({ "target": "spid", "kind": kind })).await;
            counter.identity.refresh().await;
            assert!(listed(&counter), "{kind}");
        }
        // A start without network: the last good list.
        let (_, counter) = world.started_again().await;
        assert!(listed(&counter));
        set_fault(&world.sandbox, json!({ "target": "spid", "kind": "none" })).await;
        std::fs::write(&certificate, &nobody).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_anomaly_is_told_with_a_way_back() {
    for world in worlds(|_| {}).await {
        for (code, words) in [
            ("nr19", "dati di accesso sbagliati"),
            ("nr20", "livello di sicurezza"),
            ("nr21", "passato troppo tempo"),
            ("nr22", "Non hai accettato"),
            ("nr23", "sospesa, revocata o bloccata"),
            ("nr24", "Non siamo riusciti a riconoscerti"),
            ("nr25", "Hai annullato"),
            ("nr30", "non è del tipo"),
        ] {
            let maria = browser(&world.url);
            let start = maria.get("/spid/login?next=/pagamenti").await;
            let (action, fields) = provider_answer(&maria, start, &[("outcome", code)]).await;
            let refused = post(&maria, &action, &fields).await;
            assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{code}");
            let html = refused.text().await.unwrap();
            assert!(
                html.contains(words) && html.contains(code),
                "{code}: {html}"
            );
            assert!(
                html.contains("href=\"/accedi?next=%2Fpagamenti\""),
                "{code}: back"
            );
            assert!(html.contains("Torna indietro e riprova"), "{code}");
        }
    }
}
