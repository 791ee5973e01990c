//! Every attack is refused for its own reason, and nothing between.

use super::support::*;
use crate::keys::tests::{IDP, OTHER};
use crate::response::Refusal::*;
use crate::response::attacks::{Target, attacks};
use crate::response::validate;
use crate::xml::to_base64;

#[test]
fn every_attack_is_refused_for_its_reason() {
    let attributes = attributes();
    let target = Target {
        success: success(&attributes),
        idp: &IDP,
        other: &OTHER,
    };
    assert!(check(&target.good()).is_ok());
    let attacks = attacks(&target);
    assert!(attacks.len() > 50, "{}", attacks.len());
    for attack in attacks {
        assert_ne!(attack.xml, target.good(), "{}", attack.name);
        let refusal = check(&attack.xml).unwrap_err();
        assert!(
            attack.reasons.contains(&refusal),
            "{}: {refusal:?}",
            attack.name
        );
    }
}

#[test]
fn one_provider_does_not_sign_for_another() {
    let mut other = provider();
    other.certificates = vec![OTHER.certificate_der().to_vec()];
    let refusal = validate(&to_base64(&good()), &expect(&other)).unwrap_err();
    assert_eq!(refusal, SignatureInvalid);
    other.entity_id = "https://other.example.it".into();
    let refusal = validate(&to_base64(&good()), &expect(&other)).unwrap_err();
    assert_eq!(refusal, ResponseIssuer);
}

#[test]
fn junk() {
    let idp = provider();
    for junk in [
        "",
        "%",
        "PGE+",
        "AAAA",
        &to_base64("<a/>"),
        &"A".repeat(4_000_000),
    ] {
        assert!(validate(junk, &expect(&idp)).is_err());
    }
}

/// No single changed byte of a good response is accepted with another content.
#[test]
fn single_bytes() {
    let original = good();
    let accepted = check(&original).unwrap();
    for at in (0..original.len()).step_by(7) {
        let mut bytes = original.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(changed) = String::from_utf8(bytes) else {
            continue;
        };
        if let Ok(identity) = check(&changed) {
            let same = crate::Identity {
                response_id: "_response".into(),
                ..identity.clone()
            };
            assert_eq!(
                crate::Identity {
                    response_issued_at: accepted.response_issued_at,
                    ..same
                },
                accepted,
                "byte {at}"
            );
        }
    }
}
