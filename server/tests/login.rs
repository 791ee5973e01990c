//! A login over HTTP: whom it names, how its cookies are set, when it ends. What is refused:
//! `forgery.rs`.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::{collections::HashMap, sync::Arc};

use common::{
    Browser, CARD, MOTHER, World, browser, login_by, prepare_card, provider_answer, worlds,
    worlds_at,
};
use reqwest::{
    Response, StatusCode,
    header::{LOCATION, SET_COOKIE},
};
use server::clock::{Clock, ManualClock, SystemClock};

type Fields = HashMap<String, String>;

/// A browser that began a login, and what the provider answers.
async fn begun(world: &World) -> (Browser, Fields) {
    let browser = browser(&world.url);
    let start = browser.get("/spid/login?next=/area-personale").await;
    let (_, fields) = provider_answer(&browser, start, &[("cf", MOTHER)]).await;
    (browser, fields)
}

async fn post(browser: &Browser, fields: &Fields) -> Response {
    let request = browser.client.post(format!("{}/spid/acs", browser.url));
    request.form(fields).send().await.unwrap()
}

fn cookies(response: &Response) -> Vec<String> {
    let all = response.headers().get_all(SET_COOKIE);
    all.iter().map(|v| v.to_str().unwrap().to_owned()).collect()
}

async fn is_refused(response: Response, what: &str) {
    assert_eq!(response.status(), StatusCode::FORBIDDEN, "{what}");
    assert_eq!(cookies(&response), Vec::<String>::new(), "{what}");
    let html = response.text().await.unwrap();
    assert!(html.contains("Entra con SPID»"), "the way out: {what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_enters_with_cie_is_who_entered_with_spid() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        prepare_card(&maria).await;
        let known = maria.request_page(CARD).await;
        let who = [("cf", MOTHER)];
        let again = login_by("cie", &world.url, &who).await;
        let page = again.request_page(CARD).await;
        assert_eq!(page.draft.draft_id, known.draft.draft_id);
        // CIE tells no contacts: what SPID told is not lost.
        assert_eq!(page.identity, known.identity);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_federations_answer_is_none_of_the_other() {
    for world in worlds(|_| {}).await {
        let (maria, fields) = begun(&world).await;
        let url = format!("{}/cie/acs", maria.url);
        let crossed = maria.client.post(url).form(&fields).send().await.unwrap();
        is_refused(crossed, "at the other door").await;
        is_refused(post(&maria, &fields).await, "after a refusal").await;
        let metadata = async |scheme: &str| {
            let path = format!("/{scheme}/metadata");
            maria.get(&path).await.text().await.unwrap()
        };
        let (spid, cie) = (metadata("spid").await, metadata("cie").await);
        let key = |xml: &str| xml.split("X509Certificate>").nth(1).map(str::to_owned);
        assert!(key(&spid).is_some());
        assert_ne!(key(&spid), key(&cie), "a key each");
    }
}

/// The cookie `name` of an answer: its value, and its flags in order.
fn cookie(response: &Response, name: &str) -> (String, Vec<String>) {
    let all = cookies(response);
    let start = format!("{name}=");
    let found = all.iter().find(|c| c.starts_with(&start));
    let found = found.unwrap_or_else(|| panic!("no {name} in {all:?}"));
    let mut parts = found.split("; ").map(str::to_owned);
    let value = parts.next().unwrap();
    let mut flags: Vec<String> = parts.collect();
    flags.sort();
    (value, flags)
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http_cookies_are_lax_and_out_of_scripts_reach() {
    for world in worlds(|_| {}).await {
        let maria = browser(&world.url);
        let start = maria.get("/spid/login").await;
        let lax = ["HttpOnly", "Path=/", "SameSite=Lax"];
        assert_eq!(cookie(&start, "accesso").1, lax);
        let who = [("cf", MOTHER)];
        let (_, fields) = provider_answer(&maria, start, &who).await;
        let done = post(&maria, &fields).await;
        assert_eq!(cookie(&done, "sessione").1, lax);
        let (value, flags) = cookie(&done, "accesso");
        assert_eq!(value, "accesso=");
        assert!(flags.contains(&"Max-Age=0".to_owned()), "{flags:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_https_cookies_are_bound_to_the_host() {
    let https = |settings: &mut server::config::Settings| {
        let url = settings.base_url().replace("http://", "https://");
        settings.base_url = Some(url);
    };
    for world in worlds(https).await {
        // The proxy that ends TLS is not here: cookies are carried by hand.
        let maria = browser(&world.url);
        let start = maria.get("/spid/login?next=/area-personale").await;
        let (value, flags) = cookie(&start, "__Host-accesso");
        let flagged = |site: &str| {
            let site = format!("SameSite={site}");
            vec![
                "HttpOnly".into(),
                "Path=/".into(),
                site,
                "Secure".to_owned(),
            ]
        };
        assert_eq!(
            flags,
            flagged("None"),
            "the provider's answer is cross-site"
        );
        let hsts = start.headers().get("strict-transport-security").is_some();
        assert!(hsts);
        let who = [("cf", MOTHER)];
        let (action, fields) = provider_answer(&maria, start, &who).await;
        assert!(action.starts_with("https://"), "{action}");
        let acs = maria.client.post(format!("{}/spid/acs", world.url));
        let done = acs.header("cookie", value).form(&fields).send();
        let done = done.await.unwrap();
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
        let (session, flags) = cookie(&done, "__Host-sessione");
        assert_eq!(flags, flagged("Lax"));
        let area = |cookie: String| {
            let request = maria.client.get(format!("{}/area-personale", world.url));
            request.header("cookie", cookie).send()
        };
        let shown = area(session.clone()).await.unwrap();
        assert_eq!(shown.status(), StatusCode::OK);
        let unbound = session.replace("__Host-", "");
        let shown = area(unbound).await.unwrap();
        assert_eq!(
            shown.status(),
            StatusCode::SEE_OTHER,
            "set by a neighbour host"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_the_clock_and_says_so() {
    let clock = ManualClock::at(SystemClock.now_ms());
    for world in worlds_at(Arc::new(clock.clone()), |_| {}).await {
        clock.advance(SystemClock.now_ms() - clock.now_ms());
        let maria = world.login(MOTHER).await;
        let minutes = world.counter.comune.termini.sessione_minuti;
        clock.advance(minutes * 60_000 - 1_000);
        assert_eq!(maria.get("/area-personale").await.status(), StatusCode::OK);
        clock.advance(1_000);
        let path = format!("/servizi/{CARD}/richiesta");
        let sent_away = maria.get(&path).await;
        assert_eq!(sent_away.status(), StatusCode::SEE_OTHER);
        let to = sent_away.headers()[LOCATION].to_str().unwrap().to_owned();
        let login = maria.get(&to).await.text().await.unwrap();
        assert!(login.contains("La sessione è scaduta"), "{login}");
        let body = app::api::SaveRequest::default();
        let saved = maria.put(CARD, &body).await;
        assert_eq!(saved.status(), StatusCode::UNAUTHORIZED);
        let stranger = browser(&world.url).get(&to).await.text().await.unwrap();
        assert!(!stranger.contains("La sessione è scaduta"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_survives_a_session_that_ended() {
    let clock = ManualClock::at(SystemClock.now_ms());
    for world in worlds_at(Arc::new(clock.clone()), |_| {}).await {
        clock.advance(SystemClock.now_ms() - clock.now_ms());
        let maria = world.login(MOTHER).await;
        prepare_card(&maria).await;
        let draft = maria.request_page(CARD).await.draft;
        let path = format!("/servizi/{CARD}/richiesta");
        let version = draft.version.to_string();
        let fields = [
            ("azione", "avanti"),
            ("passo", "motivo"),
            ("versione", version.as_str()),
            ("bozza", draft.draft_id.as_str()),
            ("motivo", "deteriorata"),
            ("tessera_numero", "È \"rotta\" & <3>"),
        ];
        let left = maria.post("/esci", &[]).await;
        assert_eq!(left.status(), StatusCode::SEE_OTHER);
        let page = maria.post(&path, &fields).await;
        assert_eq!(page.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(page.headers()["cache-control"], "no-store");
        let html = page.text().await.unwrap();
        assert!(html.contains("La sessione è scaduta"), "{html}");
        let form = html.split("data-resume").nth(1).unwrap();
        let (_, kept) = common::form(&format!("<form{form}"));
        for (name, value) in fields {
            let value = value.replace('<', "&lt;").replace('>', "&gt;");
            assert_eq!(kept[name], value, "{name}");
        }
        // In another tab she logs in, in this one she goes on.
        log_in_again(&maria).await;
        let done = maria.post(&path, &fields).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
        let answers = maria.request_page(CARD).await.draft.answers.0;
        assert_eq!(
            answers["tessera_numero"],
            rules::form::Answer::Text("È \"rotta\" & <3>".into())
        );
    }
}

/// A new session in the same browser.
async fn log_in_again(browser: &Browser) {
    let start = browser.get("/spid/login?next=/area-personale").await;
    let who = [("cf", MOTHER)];
    let (_, fields) = provider_answer(browser, start, &who).await;
    let done = post(browser, &fields).await;
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
}
