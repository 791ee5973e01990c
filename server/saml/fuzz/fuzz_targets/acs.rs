//! What is posted to the assertion consumer: never a panic, and never believed unless it is the one
//! answer that was signed (its bytes are the seed `good`).
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
    if judge(&field).is_ok() {
        // Only what the signature does not cover may differ from the signed answer.
        let text = std::str::from_utf8(data).expect("believed text");
        let signed = |xml: &str| {
            let from = xml.find("<saml:Assertion").map(|at| at..xml.len());
            from.and_then(|range| xml.get(range).map(str::to_owned))
        };
        let assertion = |xml: &str| signed(xml).and_then(|xml| xml.split("</saml:Assertion>").next().map(str::to_owned));
        assert_eq!(assertion(text), assertion(GOOD), "a forgery was believed");
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
