//! What comes by POST and Redirect to the logout's door, and to a provider's: never a panic.
#![no_main]

use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use libfuzzer_sys::fuzz_target;
use saml::{Field, IdentityProvider, Received, ServiceProvider, logout, request};

static IDP: LazyLock<IdentityProvider> = LazyLock::new(|| {
    IdentityProvider::parse(include_str!("../corpus/metadata/provider.xml")).expect("a provider")
});
static SP: LazyLock<ServiceProvider> = LazyLock::new(|| {
    ServiceProvider::parse(include_str!("../corpus/metadata/service.xml")).expect("a service")
});

fuzz_target!(|data: &[u8]| {
    let field = STANDARD.encode(data);
    for kind in [Field::Request, Field::Response] {
        if let Ok(received) = Received::from_post(kind, &field, None) {
            read(&received);
        }
    }
    if let Ok(query) = std::str::from_utf8(data)
        && let Ok(received) = Received::from_redirect(query)
    {
        read(&received);
    }
});

fn read(received: &Received) {
    let now: Timestamp = "2026-11-24T09:30:02Z".parse().expect("an instant");
    let skew = SignedDuration::from_secs(60);
    let own = "https://sp.example.it/spid/slo";
    let _ = logout::issuer_of(received);
    let _ = logout::read(received, &IDP.entity_id, &IDP.certificates, own, now, skew);
    let _ = request::read(received, &SP);
}
