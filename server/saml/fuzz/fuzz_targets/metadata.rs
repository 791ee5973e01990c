//! Metadata of providers, of services, of a whole federation: never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saml::{IdentityProvider, ServiceProvider};

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = IdentityProvider::parse(text);
        let _ = IdentityProvider::parse_list(text, &[]);
        let _ = ServiceProvider::parse(text);
    }
});
