//! The seeds of the fuzzer (`fuzz/corpus`) are still what they say: good ones are believed, those
//! that once were attacks are not. `UPDATE_CORPUS=1` writes them anew.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use std::{fs, path::PathBuf};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use saml::{
    Expectations, IdentityProvider, KeyPair, Level, Scheme, ServiceProvider,
    keys::Subject,
    logout::{Binding, Head, LogoutRequest},
    metadata::{AttributeSet, Body, IdentityProviderDraft, ServiceProviderDraft, write_list},
    request::AuthnRequest,
    response::{Denial, Success, validate},
};

const IDP: &str = "https://idp.example.it";
const SP: &str = "https://sp.example.it";
const ACS: &str = "https://sp.example.it/spid/acs";
const SLO: &str = "https://sp.example.it/spid/slo";

fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus")
}

fn read(name: &str) -> String {
    fs::read_to_string(corpus().join(name)).unwrap()
}

fn write(name: &str, text: &str) {
    let path = corpus().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn now() -> Timestamp {
    "2026-11-24T09:30:00Z".parse().unwrap()
}

fn key(entity_id: &str) -> KeyPair {
    let subject = Subject {
        organization: "Comune di Prova",
        locality: "Prova",
        entity_id,
        ipa_code: None,
    };
    KeyPair::generate(&subject, now(), [7; 16]).unwrap()
}

/// Writes every seed with new keys.
fn renew() {
    let (idp, sp) = (key(IDP), key(SP));
    let bindings = [Binding::Post, Binding::Redirect];
    let provider = IdentityProviderDraft {
        entity_id: IDP,
        display_name: "Prova",
        sso_url: "https://idp.example.it/sso",
        slo_url: Some("https://idp.example.it/slo"),
        bindings: &bindings,
    };
    write(
        "metadata/provider.xml",
        &provider.to_xml("_m", &idp).unwrap(),
    );
    write(
        "metadata/list.xml",
        &write_list("_l", &[provider], &idp).unwrap(),
    );
    let service = ServiceProviderDraft {
        scheme: Scheme::Spid,
        entity_id: SP,
        acs_url: ACS,
        slo_url: SLO,
        body: Body {
            name: "Comune di Prova",
            url: SP,
            ipa_code: "c_a893",
            municipality: "A893",
            email: "spid@example.it",
            phone: None,
        },
        attribute_sets: &[AttributeSet {
            index: 0,
            name: "Prova",
            attributes: &["name", "familyName"],
        }],
    };
    write(
        "metadata/service.xml",
        &service.to_xml("_s", &sp, &[]).unwrap(),
    );
    answers(&idp);
    let request = AuthnRequest {
        id: "_request",
        issued_at: now(),
        destination: "https://idp.example.it/sso",
        issuer: SP,
        acs_index: 0,
        attribute_index: 0,
        level: Level::L2,
    };
    write("messages/request.xml", &request.to_xml(&sp).unwrap());
    let query = |url: String| url.split_once('?').unwrap().1.to_owned();
    write(
        "messages/request.query",
        &query(request.to_url("stato", &sp).unwrap()),
    );
    let logout = LogoutRequest {
        head: Head {
            id: "_logout",
            issued_at: now(),
            destination: SLO,
            issuer: IDP,
        },
        name_id: "nome",
        name_qualifier: IDP,
        session_index: Some("_sessione"),
    };
    write("messages/logout.xml", &logout.to_xml(&idp).unwrap());
    write(
        "messages/logout.query",
        &query(logout.to_url("stato", &idp).unwrap()),
    );
}

fn answers(idp: &KeyPair) {
    let attributes: Vec<_> = ["name", "familyName"]
        .map(|name| (name.to_owned(), "Prova".to_owned()))
        .into();
    let success = Success {
        response_id: "_response",
        assertion_id: "_assertion",
        in_response_to: "_request",
        acs_url: ACS,
        issuer: IDP,
        audience: SP,
        issued_at: now(),
        valid_for: SignedDuration::from_secs(300),
        level: Level::L2,
        name_id: "nome",
        session_index: None,
        attributes: &attributes,
        sign_response: false,
    };
    let good = success.to_xml(idp).unwrap();
    write("acs/good.xml", &good);
    let both = Success {
        sign_response: true,
        ..success
    };
    write("acs/both-signed.xml", &both.to_xml(idp).unwrap());
    let denial = Denial {
        response_id: "_response",
        in_response_to: "_request",
        acs_url: ACS,
        issuer: IDP,
        issued_at: now(),
        code: saml::ErrorCode::Nr22,
    };
    write("acs/bad-denied.xml", &denial.to_xml());
    for (name, from, to) in [
        (
            "bad-comment",
            "Prova</saml:AttributeValue>",
            "Pr<!-- -->ova</saml:AttributeValue>",
        ),
        (
            "bad-doctype",
            "<samlp:Response",
            "<!DOCTYPE r [<!ENTITY e 'x'>]><samlp:Response",
        ),
        ("bad-other-name", "Prova", "Altro"),
        ("bad-level", "SpidL2", "SpidL1"),
        ("bad-no-reference", "URI=\"#_assertion\"", ""),
        (
            "bad-two-assertions",
            "</samlp:Response>",
            "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_evil\"/></samlp:Response>",
        ),
        (
            "bad-wrapped",
            "<samlp:Status>",
            "<samlp:Extensions><saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_evil\"/></samlp:Extensions><samlp:Status>",
        ),
    ] {
        let changed = good.replacen(from, to, 1);
        assert_ne!(changed, good, "{name}");
        write(&format!("acs/{name}.xml"), &changed);
    }
}

#[test]
fn seeds_are_what_they_say() {
    if std::env::var_os("UPDATE_CORPUS").is_some() {
        renew();
    }
    let idp = IdentityProvider::parse(&read("metadata/provider.xml")).unwrap();
    let listed = IdentityProvider::parse_list(&read("metadata/list.xml"), &idp.certificates);
    assert_eq!(listed.unwrap().len(), 1);
    let sp = ServiceProvider::parse(&read("metadata/service.xml")).unwrap();
    assert_eq!(sp.entity_id, SP);
    let expect = Expectations {
        scheme: Scheme::Spid,
        request_id: "_request",
        issued_at: now(),
        acs_url: ACS,
        sp_entity_id: SP,
        idp: &idp,
        level: Level::L2,
        required_attributes: &["name", "familyName"],
        now: now(),
        skew: SignedDuration::from_secs(60),
    };
    let mut good = 0;
    for entry in fs::read_dir(corpus().join("acs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let judged = validate(&STANDARD.encode(fs::read(&path).unwrap()), &expect);
        assert_eq!(
            judged.is_err(),
            name.starts_with("bad-"),
            "{name}: {judged:?}"
        );
        good += usize::from(judged.is_ok());
    }
    assert_eq!(good, 2);
}
