//! Forged, stolen and spoilt answers at the counter's door: 403 and a page, one line in the log,
//! no session. The provider is this test's own, so that it can sign what a real one never would.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::{collections::HashMap, fs, io::Write, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use common::{Browser, MOTHER, World, browser, log::Log, worlds};
use flate2::{Compression, write::DeflateEncoder};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Response, StatusCode, header::LOCATION};
use saml::{
    Field, KeyPair, Level, Received, ServiceProvider,
    keys::Subject,
    logout::Binding,
    metadata::IdentityProviderDraft,
    request,
    response::{
        Success,
        attacks::{Target, attacks},
    },
};
use server::{
    clock::{Clock, SystemClock},
    identity::evidence::{self, Question},
    store::logins::{self, Wanted},
    vault::sha256,
};

const IDP: &str = "https://idp.prova.example.it";
const OTHER: &str = "https://altro.prova.example.it";

type Fields = HashMap<String, String>;

struct Provider {
    key: KeyPair,
    other: KeyPair,
    attributes: Vec<(String, String)>,
}

fn now() -> Timestamp {
    Timestamp::from_millisecond(SystemClock.now_ms()).unwrap()
}

fn key(entity_id: &str) -> KeyPair {
    let subject = Subject {
        organization: "Gestore di prova",
        locality: "Altrove",
        entity_id,
        ipa_code: None,
    };
    KeyPair::generate(&subject, now(), [3; 16]).unwrap()
}

impl Provider {
    fn new() -> Self {
        let code = format!("TINIT-{MOTHER}");
        let attributes = [
            ("name", "Maria"),
            ("familyName", "Lovascio"),
            ("fiscalNumber", &code),
        ];
        Self {
            key: key(IDP),
            other: key(OTHER),
            attributes: attributes
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
        }
    }

    /// Both providers' metadata: each is trusted, for itself.
    fn write_metadata(&self, folder: &Path) {
        for (name, entity_id, key) in [("idp", IDP, &self.key), ("other", OTHER, &self.other)] {
            let draft = IdentityProviderDraft {
                entity_id,
                display_name: "Prova",
                sso_url: &format!("{entity_id}/sso"),
                slo_url: Some(&format!("{entity_id}/slo")),
                bindings: &[Binding::Post],
            };
            let xml = draft.to_xml("_m", key).unwrap();
            fs::write(folder.join(format!("{name}.xml")), xml).unwrap();
        }
    }

    /// A login that waits for its answer.
    async fn begin(&self, world: &World) -> Begun {
        let browser = browser(&world.url);
        let metadata = browser.get("/spid/metadata").await.text().await.unwrap();
        let sender = ServiceProvider::parse(&metadata).unwrap();
        let start = format!("/spid/login?next=/area-personale&idp={IDP}");
        let page = browser.get(&start).await.text().await.unwrap();
        let (_, fields) = common::form(&page);
        let asked = Received::from_post(Field::Request, &fields["SAMLRequest"], None).unwrap();
        let asked = request::read(&asked, &sender).unwrap();
        Begun {
            browser,
            request: asked.id,
            acs: format!("{}/spid/acs", world.url),
            audience: sender.entity_id,
            relay_state: fields["RelayState"].clone(),
        }
    }

    /// The answer to it, and how it can be spoilt.
    fn target<'a>(&'a self, begun: &'a Begun) -> Target<'a> {
        Target {
            success: Success {
                response_id: "_response",
                assertion_id: "_assertion",
                in_response_to: &begun.request,
                acs_url: &begun.acs,
                issuer: IDP,
                audience: &begun.audience,
                issued_at: now(),
                valid_for: SignedDuration::from_secs(300),
                level: Level::L2,
                name_id: "_di-questo-accesso",
                session_index: Some("_sessione"),
                attributes: &self.attributes,
                sign_response: false,
            },
            idp: &self.key,
            other: &self.other,
        }
    }
}

struct Begun {
    browser: Browser,
    request: String,
    acs: String,
    audience: String,
    relay_state: String,
}

impl Begun {
    fn fields(&self, xml: &str) -> Fields {
        [
            ("SAMLResponse".to_owned(), STANDARD.encode(xml)),
            ("RelayState".to_owned(), self.relay_state.clone()),
        ]
        .into()
    }

    async fn post(&self, fields: &Fields) -> Response {
        post(&self.browser, &self.acs, fields).await
    }
}

async fn post(browser: &Browser, url: &str, fields: &Fields) -> Response {
    browser.client.post(url).form(fields).send().await.unwrap()
}

/// 403 and a page with the way out, no session, one line in the log; that line.
async fn is_refused(log: &Log, browser: &Browser, response: Response, what: &str) -> String {
    assert_eq!(response.status(), StatusCode::FORBIDDEN, "{what}");
    assert!(response.headers().get("set-cookie").is_none(), "{what}");
    let html = response.text().await.unwrap();
    assert!(html.contains("</html>") && html.contains("<h1"), "{what}");
    let told = log.take_warnings();
    let area = browser.get("/area-personale").await;
    assert_eq!(area.status(), StatusCode::SEE_OTHER, "{what}");
    log.take();
    match &told[..] {
        [line] if line.contains("operation refused") => line.clone(),
        _ => panic!("{what}: {told:?}"),
    }
}

async fn is_believed(response: Response) {
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()[LOCATION], "/area-personale");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_to_be_believed_is_refused_with_a_page_and_one_line() {
    let log = Log::begin();
    let provider = Provider::new();
    let folder = tempfile::tempdir().unwrap();
    provider.write_metadata(folder.path());
    let with_files = |settings: &mut server::config::Settings| {
        settings.spid_idp_metadata = Some(folder.path().to_owned());
    };
    for world in worlds(with_files).await {
        forged(&log, &provider, &world).await;
        misused(&log, &provider, &world).await;
        unreadable(&log, &provider, &world).await;
        let all = Wanted {
            to: i64::MAX,
            ..Wanted::default()
        };
        let judged = logins::find(&world.counter.store, &all, 1_000);
        let judged = judged.await.unwrap();
        let believed = judged.iter().filter(|row| row.outcome == "riuscito");
        assert_eq!(believed.count(), 2, "of {}", judged.len());
    }
}

/// What `server logins` shows of the login.
async fn shown(world: &World, begun: &Begun) -> String {
    let question = Question {
        reader: "Anna Verdi".to_owned(),
        reason: "prova".to_owned(),
        wanted: Wanted {
            request: Some(begun.request.clone()),
            to: i64::MAX,
            ..Wanted::default()
        },
    };
    let found = evidence::read(&world.counter, question).await.unwrap();
    assert_eq!(found.len(), 1);
    found[0].to_string()
}

/// Posts an answer whose signature no longer holds; its XML.
async fn forge(provider: &Provider, begun: &Begun) -> String {
    let xml = provider.target(begun).good().replace("Lovascio", "Altrui");
    let answer = begun.post(&begun.fields(&xml)).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    xml
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_answer_is_kept_only_if_it_is_believed() {
    let mut provider = Provider::new();
    let folder = tempfile::tempdir().unwrap();
    provider.write_metadata(folder.path());
    let with_files = |settings: &mut server::config::Settings| {
        settings.spid_idp_metadata = Some(folder.path().to_owned());
    };
    for world in worlds(with_files).await {
        let short = provider.begin(&world).await;
        let xml = forge(&provider, &short).await;
        assert!(shown(&world, &short).await.ends_with(&xml));

        let address = ("address".to_owned(), "Via Roma ".repeat(4_000));
        provider.attributes.push(address);
        let long = provider.begin(&world).await;
        let posted = STANDARD.encode(forge(&provider, &long).await);
        let told = format!(
            "non conservata: {} byte, SHA-256 {}",
            posted.len(),
            sha256(posted.as_bytes())
        );
        assert!(shown(&world, &long).await.ends_with(&told));

        let real = provider.begin(&world).await;
        let xml = provider.target(&real).good();
        is_believed(real.post(&real.fields(&xml)).await).await;
        assert!(shown(&world, &real).await.ends_with(&xml));
        provider.attributes.pop();
        let broken = server::verify::verify(&world.counter).await.unwrap();
        assert_eq!(broken, Vec::<String>::new());
    }
}

/// Each attack answers a login of its own, so that only the attack can be the reason.
async fn forged(log: &Log, provider: &Provider, world: &World) {
    let begun = provider.begin(world).await;
    let count = attacks(&provider.target(&begun)).len();
    for n in 0..count {
        let begun = provider.begin(world).await;
        log.take();
        let attack = attacks(&provider.target(&begun)).swap_remove(n);
        let answer = begun.post(&begun.fields(&attack.xml)).await;
        let line = is_refused(log, &begun.browser, answer, &attack.name).await;
        let mut reasons = attack.reasons.iter().map(ToString::to_string);
        assert!(
            reasons.any(|reason| line.contains(&reason)),
            "{}: {line}",
            attack.name
        );
        for personal in [MOTHER, "Lovascio", "VRDLGI70B02H501K"] {
            assert!(!line.contains(personal), "{}: {line}", attack.name);
        }
    }
    let good = provider.target(&begun).good();
    is_believed(begun.post(&begun.fields(&good)).await).await;
}

/// Good answers that come again, from elsewhere, or with something changed around them.
async fn misused(log: &Log, provider: &Provider, world: &World) {
    let maria = provider.begin(world).await;
    let fields = maria.fields(&provider.target(&maria).good());
    is_believed(maria.post(&fields).await).await;
    let stranger = provider.begin(world).await;
    log.take();
    let again = stranger.post(&fields).await;
    is_refused(log, &stranger.browser, again, "replayed elsewhere").await;

    let stolen = provider.begin(world).await;
    let fields = stolen.fields(&provider.target(&stolen).good());
    log.take();
    let theft = stranger.post(&fields).await;
    is_refused(log, &stranger.browser, theft, "another browser's").await;
    let late = stolen.post(&fields).await;
    is_refused(log, &stolen.browser, late, "already judged").await;

    let begun = provider.begin(world).await;
    let fields = begun.fields(&provider.target(&begun).good());
    log.take();
    let nobody = browser(&world.url);
    let answer = post(&nobody, &begun.acs, &fields).await;
    is_refused(log, &nobody, answer, "no cookie").await;

    let begun = provider.begin(world).await;
    let mut fields = begun.fields(&provider.target(&begun).good());
    fields.insert("RelayState".into(), "/pratiche/altrui".into());
    log.take();
    let altered = begun.post(&fields).await;
    is_refused(log, &begun.browser, altered, "altered RelayState").await;
    fields.insert("RelayState".into(), begun.relay_state.clone());
    let spent = begun.post(&fields).await;
    is_refused(log, &begun.browser, spent, "after a refusal").await;

    let begun = provider.begin(world).await;
    let fields = begun.fields(&provider.target(&begun).good());
    log.take();
    let door = begun.acs.replace("/spid/", "/cie/");
    let crossed = post(&begun.browser, &door, &fields).await;
    is_refused(log, &begun.browser, crossed, "at the other door").await;
}

/// What is no message at all.
async fn unreadable(log: &Log, provider: &Provider, world: &World) {
    let begun = provider.begin(world).await;
    log.take();
    let response = |value: String| Fields::from([("SAMLResponse".to_owned(), value)]);
    for (what, fields) in [
        ("nothing", Fields::new()),
        ("not base64", response("%".into())),
        ("not text", response("/////w==".into())),
        ("2 MiB", response("A".repeat(2 << 20))),
    ] {
        let answer = begun.post(&fields).await;
        is_refused(log, &begun.browser, answer, what).await;
    }
    let json = begun.browser.client.post(&begun.acs);
    let json = json.json(&["SAMLResponse"]).send().await.unwrap();
    is_refused(log, &begun.browser, json, "JSON").await;

    let mut bomb = DeflateEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&vec![b' '; 16 << 20]).unwrap();
    let bomb = STANDARD.encode(bomb.finish().unwrap());
    let mut url = reqwest::Url::parse(&format!("{}/spid/slo", world.url)).unwrap();
    url.query_pairs_mut().append_pair("SAMLResponse", &bomb);
    let answer = begun.browser.client.get(url).send().await.unwrap();
    is_refused(log, &begun.browser, answer, "a bomb by Redirect").await;
}
