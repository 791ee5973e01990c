//! What is posted to the assertion consumer: never a panic, and nobody is believed to be somebody
//! else than the one answer that was signed says (the seed `good`).
#![no_main]

use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use libfuzzer_sys::fuzz_target;
use saml::{Expectations, IdentityProvider, Level, Scheme, response};

static IDP: LazyLock<IdentityProvider> = LazyLock::new(|| {
    IdentityProvider::parse(include_str!("../corpus/metadata/provider.xml")).expect("a provider")
});
const GOOD: &str = include_str!("../corpus/acs/good.xml");

fuzz_target!(|data: &[u8]| {
    // The field as it is posted, and the document that it would hold.
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = response::peek(text);
        let _ = judge(text);
    }
    let field = STANDARD.encode(data);
    let _ = response::peek(&field);
    if let Ok(identity) = judge(&field) {
        // The response around is not signed, and what KeyInfo says is not read: they may differ.
        let told = |identity: &saml::Identity| {
            let saml::Identity { assertion_id, issuer, name_id, level, attributes, .. } = identity.clone();
            (assertion_id, issuer, name_id, level, attributes)
        };
        let good = judge(&STANDARD.encode(GOOD)).expect("the seed");
        assert_eq!(told(&identity), told(&good), "a forgery was believed");
    }
});

fn judge(field: &str) -> Result<saml::Identity, saml::Refusal> {
    let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
    response::validate(
        field,
        &Expectations {
            scheme: Scheme::Spid,
            request_id: "_request",
            issued_at: at("2026-11-24T09:30:00Z"),
            acs_url: "https://sp.example.it/spid/acs",
            sp_entity_id: "https://sp.example.it",
            idp: &IDP,
            level: Level::L2,
            required_attributes: &["name", "familyName"],
            now: at("2026-11-24T09:30:02Z"),
            skew: SignedDuration::from_secs(60),
        },
    )
}
