//! What real providers vary without harm.

use super::support::*;
use crate::keys::tests::{IDP, OTHER};
use crate::response::{Denial, ErrorCode, Refusal, peek, validate};
use crate::xml::to_base64;
use crate::{Level, Scheme};

#[test]
fn a_good_response() {
    let identity = check(&good()).unwrap();
    assert_eq!(identity.fiscal_number.as_deref(), Some("RSSMRA80A01H501U"));
    assert_eq!(identity.attributes["familyName"], "D'Angelo");
    assert_eq!(identity.level, Level::L2);
    assert_eq!(identity.assertion_id, "_assertion");
    assert_eq!(identity.response_id, "_response");
    assert_eq!(identity.name_id, "transient-1");
    assert_eq!(identity.not_on_or_after, at("2026-11-24T09:35:00Z"));
}

#[test]
fn peek_finds_the_request() {
    let seen = peek(&to_base64(&good())).unwrap();
    assert_eq!(seen.in_response_to, "_request");
    assert_eq!(seen.issuer.as_deref(), Some(ISSUER));
}

#[test]
fn response_and_assertion_both_signed() {
    let attributes = attributes();
    let both = crate::response::Success {
        sign_response: true,
        ..success(&attributes)
    };
    let xml = both.to_xml(&IDP).unwrap();
    assert_eq!(xml.matches("<ds:Signature ").count(), 2);
    check(&xml).unwrap();
    let changed = xml
        .replace("Version=\"2.0\" IssueInstant", "IssueInstant")
        .replacen(
            "ID=\"_response\"",
            "ID=\"_response\" Version=\"2.0\" Consent=\"x\"",
            1,
        );
    assert!(
        check(&changed).is_err(),
        "a valid assertion does not excuse a broken response"
    );
}

#[test]
fn texts_with_spaces_around() {
    let xml = made(
        &IDP,
        |a| {
            a.replace(
                ">https://idp.example.it<",
                ">\n   https://idp.example.it  <",
            )
            .replace(">transient-1<", ">\n  transient-1\n<")
            .replace(">https://sp.example.it<", "> https://sp.example.it <")
            .replace(">Anna<", ">  Anna\n<")
            .replace("SpidL2<", "SpidL2\n<")
        },
        |r| {
            r.replacen(
                ">https://idp.example.it<",
                ">  https://idp.example.it\n<",
                1,
            )
        },
    );
    let identity = check(&xml).unwrap();
    assert_eq!(identity.name_id, "transient-1");
    assert_eq!(identity.attributes["name"], "Anna");
}

#[test]
fn fractions_of_a_second_and_a_prolog() {
    let fraction = |xml: String| xml.replace("09:30:00Z", "09:30:00.123456Z");
    let xml = made(&IDP, fraction, fraction);
    check(&format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{xml}"
    ))
    .unwrap();
}

#[test]
fn an_issuer_of_the_response_without_format_and_comments_between_elements() {
    let xml = made(
        &IDP,
        |a| a,
        |r| {
            r.replacen(
                " Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\"",
                "",
                1,
            )
            .replace("<samlp:Status>", "<!-- x --><samlp:Status>")
        },
    );
    check(&xml).unwrap();
}

#[test]
fn a_higher_level() {
    let xml = made(&IDP, |a| a.replace("SpidL2", "SpidL3"), |r| r);
    assert_eq!(check(&xml).unwrap().level, Level::L3);
}

#[test]
fn two_keys_during_a_roll_over() {
    let mut idp = provider();
    idp.certificates.insert(0, OTHER.certificate_der().to_vec());
    validate(&to_base64(&good()), &expect(&idp)).unwrap();
}

#[test]
fn cie_without_format_in_the_assertion() {
    let without = |a: String| {
        a.replacen(
            " Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\"",
            "",
            1,
        )
    };
    let xml = to_base64(&made(&IDP, without, |r| r));
    let idp = provider();
    let cie = crate::response::Expectations {
        scheme: Scheme::Cie,
        ..expect(&idp)
    };
    validate(&xml, &cie).unwrap();
    assert_eq!(
        validate(&xml, &expect(&idp)),
        Err(Refusal::AssertionIssuerFormat)
    );
}

#[test]
fn a_foreigner_without_codice_fiscale() {
    let xml = made(
        &IDP,
        |a| a.replace("TINIT-RSSMRA80A01H501U", "TINDE-123"),
        |r| r,
    );
    assert_eq!(check(&xml).unwrap().fiscal_number, None);
}

#[test]
fn each_anomaly_is_told_apart() {
    for code in ErrorCode::ALL {
        let denial = Denial {
            response_id: "_response",
            in_response_to: "_request",
            acs_url: ACS,
            issuer: ISSUER,
            issued_at: at("2026-11-24T09:30:00Z"),
            code,
        };
        let refusal = check(&denial.to_xml()).unwrap_err();
        assert_eq!(refusal, Refusal::Status(code));
        assert_eq!(refusal.code(), Some(code.number()));
    }
}
