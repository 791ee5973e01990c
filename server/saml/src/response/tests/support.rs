//! A good login, and ways to spoil it before or after it is signed.
use super::super::*;
use crate::keys::tests::IDP;
use crate::response::attacks::Target;
use crate::xml::to_base64;
use crate::{IdentityProvider, KeyPair, Level, Scheme};
use jiff::{SignedDuration, Timestamp};

pub const ACS: &str = "https://sp.example.it/spid/acs";
pub const SP: &str = "https://sp.example.it";
pub const ISSUER: &str = "https://idp.example.it";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn provider() -> IdentityProvider {
    IdentityProvider {
        entity_id: ISSUER.into(),
        sso_post: None,
        sso_redirect: None,
        slo_post: None,
        slo_redirect: None,
        certificates: vec![IDP.certificate_der().to_vec()],
        display_name: "Prova".into(),
    }
}

pub fn expect(idp: &IdentityProvider) -> Expectations<'_> {
    Expectations {
        scheme: Scheme::Spid,
        request_id: "_request",
        issued_at: at("2026-11-24T09:29:58.7Z"),
        acs_url: ACS,
        sp_entity_id: SP,
        idp,
        level: Level::L2,
        required_attributes: &["fiscalNumber", "name", "familyName"],
        now: at("2026-11-24T09:30:02Z"),
        skew: SignedDuration::from_secs(60),
    }
}

pub fn attributes() -> Vec<(String, String)> {
    [
        ("name", "Anna"),
        ("familyName", "D'Angelo"),
        ("fiscalNumber", "TINIT-RSSMRA80A01H501U"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

pub fn success(attributes: &[(String, String)]) -> Success<'_> {
    Success {
        response_id: "_response",
        assertion_id: "_assertion",
        in_response_to: "_request",
        acs_url: ACS,
        issuer: ISSUER,
        audience: SP,
        issued_at: at("2026-11-24T09:30:00Z"),
        valid_for: SignedDuration::from_secs(300),
        level: Level::L2,
        name_id: "transient-1",
        session_index: None,
        attributes,
        sign_response: false,
    }
}

/// A response whose assertion was changed before signing, and the response around it after.
pub fn made(
    key: &KeyPair,
    change_assertion: impl Fn(String) -> String,
    change_response: impl Fn(String) -> String,
) -> String {
    let attributes = attributes();
    let target = Target {
        success: success(&attributes),
        idp: key,
        other: key,
    };
    target.made(key, change_assertion, change_response)
}

pub fn good() -> String {
    made(&IDP, |a| a, |r| r)
}

pub fn check(xml: &str) -> Result<Identity, Refusal> {
    let idp = provider();
    validate(&to_base64(xml), &expect(&idp))
}
