//! A whole login over HTTP: a fake service provider on one side, the sandbox on the other.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use jiff::{SignedDuration, Timestamp};
use saml::keys::Subject;
use saml::metadata::{AttributeSet, Body, ServiceProviderDraft, spid_attributes};
use saml::request::{AuthnRequest, Words, post_form};
use saml::response::{Expectations, peek, validate};
use saml::{ErrorCode, Identity, IdentityProvider, KeyPair, Level, Refusal, Scheme};
use tokio::net::TcpListener;

const MOTHER: &str = "LVSMRA88C54A893I";

/// The counter's side, as small as can be.
struct Counter {
    url: String,
    key: KeyPair,
    sandbox: String,
    idp: IdentityProvider,
    issued_at: Timestamp,
    _data: tempfile::TempDir,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox runs on the machine's clock"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

async fn start() -> Counter {
    let counter = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", counter.local_addr().unwrap());
    let subject = Subject {
        organization: "Comune di Prova",
        locality: "Prova",
        entity_id: &url,
        ipa_code: None,
    };
    let key = KeyPair::generate(&subject, now(), [1; 16]).unwrap();
    let metadata = metadata(&url, &key);
    let serve = Router::new().route("/spid/metadata", get(move || async { metadata }));
    tokio::spawn(async { axum::serve(counter, serve).await });

    let data = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let sandbox = format!("http://{}", listener.local_addr().unwrap());
    let options = sandbox::Options {
        base_url: sandbox.clone(),
        data_dir: data.path().to_owned(),
        counter_url: url.clone(),
        pay_delay: sandbox::PayDelay::NONE,
        io_delay: Duration::ZERO,
    };
    let smtp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    tokio::spawn(sandbox::serve(listener, smtp, options));
    let idp = reqwest::get(format!("{sandbox}/spid/metadata"))
        .await
        .unwrap();
    let idp = IdentityProvider::parse(&idp.text().await.unwrap()).unwrap();
    Counter {
        url,
        key,
        sandbox,
        idp,
        issued_at: now(),
        _data: data,
    }
}

fn metadata(url: &str, key: &KeyPair) -> String {
    let draft = ServiceProviderDraft {
        scheme: Scheme::Spid,
        entity_id: &format!("{url}/spid/metadata"),
        acs_url: &format!("{url}/spid/acs"),
        slo_url: &format!("{url}/spid/slo"),
        body: Body {
            name: "Comune di Prova",
            url: "https://www.example.it",
            ipa_code: "c_a893",
            municipality: "A893",
            email: "spid@example.it",
            phone: None,
        },
        attribute_sets: &[AttributeSet {
            index: 0,
            name: "Sportello",
            attributes: spid_attributes(),
        }],
    };
    draft.to_xml("_metadata", key, &[]).unwrap()
}

/// The fields of the first form of a page, and its action.
fn form(html: &str) -> (String, HashMap<String, String>) {
    let form = html
        .split("<form")
        .nth(1)
        .unwrap()
        .split("</form>")
        .next()
        .unwrap();
    let value = |text: &str, name: &str| {
        let rest = text.split(&format!("{name}=\"")).nth(1)?;
        Some(
            rest.split('"')
                .next()?
                .replace("&amp;", "&")
                .replace("&quot;", "\""),
        )
    };
    let fields = form.split("<input").skip(1).filter_map(|input| {
        let input = input.split('>').next()?;
        Some((value(input, "name")?, value(input, "value")?))
    });
    (value(form, "action").unwrap(), fields.collect())
}

impl Counter {
    fn entity_id(&self) -> String {
        format!("{}/spid/metadata", self.url)
    }

    /// What the counter's login page sends.
    fn request(&self) -> (String, HashMap<String, String>) {
        let destination = self.idp.sso_post.clone().unwrap();
        let request = AuthnRequest {
            id: "_request",
            issued_at: self.issued_at,
            destination: &destination,
            issuer: &self.entity_id(),
            acs_index: 0,
            attribute_index: 0,
            level: Level::L2,
        };
        let xml = request.to_xml(&self.key).unwrap();
        let words = Words {
            lang: "it",
            title: "Vai",
            text: "Vai",
            button: "Continua",
        };
        form(&post_form(
            words,
            &destination,
            &xml,
            "relay-state",
            "nonce",
        ))
    }

    fn accept(&self, fields: &HashMap<String, String>) -> Result<Identity, Refusal> {
        let response = &fields["SAMLResponse"];
        assert_eq!(peek(response)?.in_response_to, "_request");
        let expect = Expectations {
            scheme: Scheme::Spid,
            request_id: "_request",
            issued_at: self.issued_at,
            acs_url: &format!("{}/spid/acs", self.url),
            sp_entity_id: &self.entity_id(),
            idp: &self.idp,
            level: Level::L2,
            required_attributes: &["fiscalNumber", "name", "familyName"],
            now: now(),
            skew: SignedDuration::from_secs(60),
        };
        validate(response, &expect)
    }
}

async fn send(url: &str, fields: &HashMap<String, String>) -> (u16, String) {
    let answer = reqwest::Client::new()
        .post(url)
        .form(fields)
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn a_citizen_is_chosen_on_the_page() {
    let counter = start().await;
    let (destination, fields) = counter.request();
    let (status, page) = send(&destination, &fields).await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("<html lang=\"it\">") && page.contains("Ambiente di prova"));
    assert_eq!(
        page.matches("<button type=\"submit\" name=\"cf\" value=")
            .count(),
        sandbox::CITIZENS.len()
    );

    let (action, mut fields) = form(&page);
    fields.insert("cf".into(), MOTHER.into());
    fields.insert("name".into(), "Maria Rosa".into());
    let (status, page) = send(&format!("{}{action}", counter.sandbox), &fields).await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("Continua</button>"));
    let (acs, fields) = form(&page);
    assert_eq!(acs, format!("{}/spid/acs", counter.url));
    assert_eq!(fields["RelayState"], "relay-state");
    let identity = counter.accept(&fields).unwrap();
    assert_eq!(identity.fiscal_number.as_deref(), Some(MOTHER));
    assert_eq!(identity.attributes["name"], "Maria Rosa", "edited");
    assert!(
        !identity.attributes.contains_key("placeOfBirth"),
        "not asked for"
    );
    assert_eq!(identity.level, Level::L2);
    assert_eq!(identity.attributes.len(), spid_attributes().len());
}

#[tokio::test]
async fn without_a_page_and_with_every_error() {
    let counter = start().await;
    let (destination, fields) = counter.request();
    let (_, page) = send(&format!("{destination}?cf={MOTHER}"), &fields).await;
    assert!(counter.accept(&form(&page).1).is_ok());
    for code in ErrorCode::ALL {
        let (status, page) = send(
            &format!("{destination}?outcome=nr{}", code.number()),
            &fields,
        )
        .await;
        assert_eq!(status, 200);
        assert_eq!(counter.accept(&form(&page).1), Err(Refusal::Status(code)));
    }
    let journal = reqwest::get(format!("{}/journal?target=spid", counter.sandbox))
        .await
        .unwrap();
    let journal: serde_json::Value = journal.json().await.unwrap();
    let entries = journal["entries"].as_array().unwrap();
    let of = |kind: &str| entries.iter().filter(|entry| entry["kind"] == kind).count();
    assert_eq!(of("spid"), 18, "9 requests, 9 responses");
    assert_eq!(of("call"), 10, "the metadata and 9 posts");
}

#[tokio::test]
async fn a_typed_person_needs_her_data() {
    let counter = start().await;
    let (destination, mut fields) = counter.request();
    fields.insert("cf".into(), "RSSMRA80A01H501U".into());
    let (status, page) = send(&destination, &fields).await;
    assert_eq!(status, 400);
    assert!(page.contains("manca name"));
    fields.insert("name".into(), "Mario <b>".into());
    fields.insert("familyName".into(), "Rossi".into());
    let (_, page) = send(&destination, &fields).await;
    let identity = counter.accept(&form(&page).1).unwrap();
    assert_eq!(identity.fiscal_number.as_deref(), Some("RSSMRA80A01H501U"));
    assert_eq!(identity.attributes["name"], "Mario <b>");
    assert!(!identity.attributes.contains_key("email"));
}

#[tokio::test]
async fn refuses_requests_that_the_counter_did_not_sign() {
    let counter = start().await;
    let subject = Subject {
        organization: "Altro",
        locality: "Altrove",
        entity_id: "http://altro",
        ipa_code: None,
    };
    let stranger = KeyPair::generate(&subject, now(), [2; 16]).unwrap();
    let other = Counter {
        key: stranger,
        ..counter
    };
    let (destination, fields) = other.request();
    let (status, page) = send(&format!("{destination}?cf={MOTHER}"), &fields).await;
    assert_eq!(status, 400, "{page}");
    assert!(!page.contains("SAMLResponse"));
    let junk = HashMap::from([("SAMLRequest".to_owned(), "<script>".to_owned())]);
    assert_eq!(send(&destination, &junk).await.0, 400);
}

#[tokio::test]
async fn faults_are_switched_on_and_off() {
    let counter = start().await;
    let url = format!("{}/faults", counter.sandbox);
    let client = reqwest::Client::new();
    let set = |fault: serde_json::Value| client.post(&url).json(&fault).send();
    let fault = serde_json::json!({ "target": "spid", "kind": "status:503", "count": 1 });
    assert_eq!(set(fault).await.unwrap().status(), 200);
    let metadata = format!("{}/spid/metadata", counter.sandbox);
    assert_eq!(reqwest::get(&metadata).await.unwrap().status(), 503);
    assert_eq!(reqwest::get(&metadata).await.unwrap().status(), 200);
    let wrong = serde_json::json!({ "target": "spid", "kind": "boom" });
    assert_eq!(set(wrong).await.unwrap().status(), 400);
}

#[tokio::test]
async fn the_small_pages_answer() {
    let counter = start().await;
    for (path, status) in [
        ("/", 200),
        ("/healthz", 200),
        ("/faults", 200),
        ("/altro/metadata", 404),
    ] {
        let answer = reqwest::get(format!("{}{path}", counter.sandbox))
            .await
            .unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
}

#[tokio::test]
async fn keys_and_journal_survive_a_restart() {
    let counter = start().await;
    let again = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", again.local_addr().unwrap());
    let options = sandbox::Options {
        base_url: address.clone(),
        data_dir: counter._data.path().to_owned(),
        counter_url: counter.url.clone(),
        pay_delay: sandbox::PayDelay::NONE,
        io_delay: Duration::ZERO,
    };
    let smtp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    tokio::spawn(sandbox::serve(again, smtp, options));
    let text = reqwest::get(format!("{address}/spid/metadata"))
        .await
        .unwrap()
        .text()
        .await;
    let idp = IdentityProvider::parse(&text.unwrap()).unwrap();
    assert_eq!(idp.certificates, counter.idp.certificates);
}
