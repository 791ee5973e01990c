//! Attacks. All keep the namespaces right, so that only the rule under test can refuse them.

use super::support::*;
use crate::keys::tests::{IDP, OTHER};
use crate::response::Refusal::{self, *};
use crate::response::validate;
use crate::xml::to_base64;

/// The signed assertion of a good response.
fn assertion() -> String {
    cut(&good(), "saml:Assertion").1
}

/// Before, the element, after.
fn cut(xml: &str, tag: &str) -> (String, String, String) {
    let from = xml.find(&format!("<{tag}")).unwrap();
    let close = format!("</{tag}>");
    let to = xml.find(&close).unwrap() + close.len();
    (
        xml[..from].to_owned(),
        xml[from..to].to_owned(),
        xml[to..].to_owned(),
    )
}

fn without_signature(assertion: &str) -> String {
    let (before, _, after) = cut(assertion, "ds:Signature");
    before + &after
}

/// The assertion as the attacker wants it read: another person, another id, no signature.
fn evil() -> String {
    without_signature(&assertion())
        .replace("RSSMRA80A01H501U", "VRDLGI70B02H501K")
        .replace("ID=\"_assertion\"", "ID=\"_evil\"")
}

fn refused(xml: &str, reasons: &[Refusal], name: &str) {
    let refusal = check(xml).unwrap_err();
    assert!(reasons.contains(&refusal), "{name}: {refusal:?}");
}

/// The eight classic wrappings (Somorovsky et al., "On Breaking SAML"), and variants.
#[test]
fn wrapping() {
    let good = good();
    let signed = assertion();
    let evil = evil();
    let (before, signature, after) = cut(&signed, "ds:Signature");
    let bare = before.clone() + &after;
    let inside_object = signature.replace(
        "</ds:Signature>",
        &format!("<ds:Object>{bare}</ds:Object></ds:Signature>"),
    );
    let evil_with = |inner: &str| {
        let at = evil.find("<saml:Subject>").unwrap();
        format!("{}{inner}{}", &evil[..at], &evil[at..])
    };
    let replace = |with: &str| good.replace(&signed, with);
    let attributes = attributes();
    let whole = crate::response::Success {
        sign_response: true,
        ..success(&attributes)
    };
    let whole = whole.to_xml(&IDP).unwrap();
    let (head, response_signature, tail) = cut(&whole, "ds:Signature");
    let original = head.clone() + &tail;
    let evil_head = head.replace("ID=\"_response\"", "ID=\"_evilr\"");
    let closed = original.clone();
    let attacks: Vec<(&str, String)> = vec![
        // The response was signed; the signed original hides elsewhere in a forged one.
        (
            "XSW1",
            format!(
                "{evil_head}{}{}",
                response_signature.replace(
                    "</ds:Signature>",
                    &format!("<ds:Object>{closed}</ds:Object></ds:Signature>")
                ),
                tail.replace(&cut(&tail, "saml:Assertion").1, &evil)
            ),
        ),
        (
            "XSW2",
            format!(
                "{evil_head}{closed}{response_signature}{}",
                tail.replace(&cut(&tail, "saml:Assertion").1, &evil)
            ),
        ),
        // The assertion was signed; a forged one stands before, around or inside.
        ("XSW3", replace(&format!("{evil}{signed}"))),
        ("XSW4", replace(&evil_with(&signed))),
        ("XSW5", replace(&format!("{}{bare}", evil_with(&signature)))),
        (
            "XSW6",
            replace(&evil_with(&inside_signature(&signature, &bare))),
        ),
        (
            "XSW7",
            good.replace(
                "<samlp:Status>",
                &format!("<samlp:Extensions>{signed}</samlp:Extensions><samlp:Status>"),
            )
            .replacen(
                &format!("</samlp:Status>{signed}"),
                &format!("</samlp:Status>{evil}"),
                1,
            ),
        ),
        ("XSW8", replace(&evil_with(&inside_object))),
        ("after", replace(&format!("{signed}{evil}"))),
        (
            "evil alone with the signature of the other",
            replace(&evil_with(&signature)),
        ),
        (
            "inside the signed one's Subject",
            replace(&signed.replacen("<saml:Subject>", &format!("<saml:Subject>{evil}"), 1)),
        ),
        (
            "signature in Status",
            good.replace("<samlp:Status>", &format!("<samlp:Status>{signature}")),
        ),
        (
            "in a foreign wrapper",
            replace(&format!("<x:W xmlns:x=\"urn:x\">{signed}</x:W>{evil}")),
        ),
    ];
    let structural = [
        AssertionCount,
        UnexpectedElement,
        SignatureMisplaced,
        SignatureForbidden("Reference"),
    ];
    for (name, xml) in attacks {
        assert_ne!(xml, good, "{name}");
        refused(&xml, &structural, name);
    }
}

/// XSW6: the original hides inside the signature.
fn inside_signature(signature: &str, original: &str) -> String {
    signature.replace("</ds:KeyInfo>", &format!("</ds:KeyInfo>{original}"))
}

#[test]
fn an_id_of_another_namespace_does_not_steal_the_reference() {
    let evil = evil().replace(
        "ID=\"_evil\"",
        "ID=\"_evil\" xmlns:x=\"urn:x\" x:ID=\"_assertion\"",
    );
    let xml = good().replace(&assertion(), &format!("{evil}{}", assertion()));
    refused(&xml, &[DuplicateId], "both");
    let (before, signature, after) = cut(&assertion(), "ds:Signature");
    let moved = before.replace("ID=\"_assertion\"", "xmlns:x=\"urn:x\" x:ID=\"_assertion\"");
    let xml = good().replace(&assertion(), &format!("{moved}{signature}{after}"));
    refused(&xml, &[SignatureForbidden("Reference")], "only foreign");
}

#[test]
fn changes_after_signing() {
    for (from, to) in [
        ("RSSMRA80A01H501U", "VRDLGI70B02H501K"),
        ("SpidL2", "SpidL3"),
        (">Anna<", ">Eva<"),
    ] {
        refused(&good().replace(from, to), &[SignatureInvalid], from);
    }
}

#[test]
fn comments_and_instructions_do_not_cut_a_text() {
    for inner in ["<!-- -->", "<?x y?>"] {
        let split = format!("TINIT-RSSMRA80A01H501U{inner}.evil");
        // Signed like this: canonicalisation drops the comment, a careless reader the rest.
        let xml = made(&IDP, |a| a.replace("TINIT-RSSMRA80A01H501U", &split), |r| r);
        refused(&xml, &[Attribute], inner);
        let after = good().replace("TINIT-RSSMRA", &format!("TINIT-{inner}RSSMRA"));
        assert!(check(&after).is_err(), "{inner}");
        let issuer = made(
            &IDP,
            |a| a,
            |r| {
                r.replacen(
                    ">https://idp.example.it<",
                    &format!(">https://idp.example.it{inner}<"),
                    1,
                )
            },
        );
        refused(&issuer, &[ResponseIssuer], inner);
        let name = made(
            &IDP,
            |a| a.replace("transient-1", &format!("tran{inner}sient")),
            |r| r,
        );
        refused(&name, &[NameId], inner);
    }
}

#[test]
fn doctype_and_entities() {
    for doctype in [
        "<!DOCTYPE x>",
        "<!DOCTYPE x [<!ENTITY e \"y\">]>",
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE x [<!ATTLIST saml:Assertion ID ID #IMPLIED>]>",
    ] {
        refused(&format!("{doctype}{}", good()), &[NotXml], doctype);
    }
    refused(&good().replace(">Anna<", ">&e;<"), &[NotXml], "undeclared");
}

#[test]
fn other_keys() {
    refused(
        &made(&OTHER, |a| a, |r| r),
        &[SignatureInvalid],
        "its certificate inside",
    );
    let named = made(
        &OTHER,
        |a| {
            a.replace(
                &crate::xml::to_base64_bytes(OTHER.certificate_der()),
                &crate::xml::to_base64_bytes(IDP.certificate_der()),
            )
        },
        |r| r,
    );
    refused(
        &named,
        &[SignatureInvalid],
        "our provider's certificate inside",
    );
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
fn nothing_signed_or_only_the_response() {
    let unsigned = made(&IDP, |a| without_signature(&a), |r| r);
    refused(&unsigned, &[AssertionNotSigned], "2");
    let attributes = attributes();
    let draft = crate::response::Success {
        sign_response: true,
        ..success(&attributes)
    };
    let assertion = without_signature(&draft.assertion(&IDP));
    let response = draft.response(&assertion, &IDP);
    let xml = crate::signature::sign_first(response, &IDP).unwrap();
    refused(&xml, &[AssertionNotSigned], "3");
}

#[test]
fn two_signatures() {
    let (_, signature, _) = cut(&assertion(), "ds:Signature");
    let xml = good().replace(&signature, &format!("{signature}{signature}"));
    refused(&xml, &[SignatureMisplaced], "twice");
    let in_response = good().replacen("<samlp:Status>", &format!("{signature}<samlp:Status>"), 1);
    refused(
        &in_response,
        &[SignatureForbidden("Reference")],
        "the assertion's on the response",
    );
}

/// Shapes that are refused before any key is used.
#[test]
fn forbidden_algorithms_and_shapes() {
    let exc = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>";
    let reference = SignatureForbidden("Reference");
    for (name, from, to, reason) in [
        (
            "rsa-sha1",
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            SignatureForbidden("SignatureMethod"),
        ),
        (
            "hmac",
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
            SignatureForbidden("SignatureMethod"),
        ),
        (
            "sha1",
            "http://www.w3.org/2001/04/xmlenc#sha256",
            "http://www.w3.org/2000/09/xmldsig#sha1",
            SignatureForbidden("DigestMethod"),
        ),
        (
            "c14n",
            "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"",
            "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"",
            SignatureForbidden("CanonicalizationMethod"),
        ),
        (
            "xslt",
            exc,
            "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>",
            SignatureForbidden("Transform"),
        ),
        (
            "xpath",
            exc,
            "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\">\
            <ds:XPath>self::node()</ds:XPath></ds:Transform>",
            SignatureForbidden("Transform"),
        ),
        (
            "three transforms",
            exc,
            "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
            <ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>",
            SignatureForbidden("Transforms"),
        ),
        ("no URI", " URI=\"#_assertion\"", "", reference.clone()),
        (
            "empty URI",
            "URI=\"#_assertion\"",
            "URI=\"\"",
            reference.clone(),
        ),
        (
            "other URI",
            "URI=\"#_assertion\"",
            "URI=\"#_response\"",
            reference.clone(),
        ),
        (
            "xpointer",
            "URI=\"#_assertion\"",
            "URI=\"#xpointer(id('_assertion'))\"",
            reference,
        ),
        (
            "two references",
            "</ds:SignedInfo>",
            "<ds:Reference/></ds:SignedInfo>",
            SignatureForbidden("SignedInfo"),
        ),
        (
            "an object",
            "</ds:Signature>",
            "<ds:Object/></ds:Signature>",
            SignatureForbidden("Signature"),
        ),
        (
            "comment in the value",
            "<ds:SignatureValue>",
            "<ds:SignatureValue><!-- -->",
            SignatureForbidden("SignatureValue"),
        ),
        (
            "comment in the digest",
            "<ds:DigestValue>",
            "<ds:DigestValue><!-- -->",
            SignatureForbidden("DigestValue"),
        ),
    ] {
        let xml = good();
        assert!(xml.contains(from), "{name}");
        refused(&xml.replacen(from, to, 1), &[reason], name);
    }
}

/// A real signature with SHA-1 by a trusted key, not only a changed label.
#[test]
fn a_real_sha1_digest_is_refused() {
    let sha1 = |a: String| {
        a.replace(
            "http://www.w3.org/2001/04/xmlenc#sha256",
            "http://www.w3.org/2000/09/xmldsig#sha1",
        )
    };
    refused(
        &made(&IDP, sha1, |r| r),
        &[SignatureForbidden("DigestMethod")],
        "sha1",
    );
}

#[test]
fn duplicate_ids() {
    let xml = good().replace("ID=\"_response\"", "ID=\"_assertion\"");
    refused(&xml, &[DuplicateId], "response and assertion");
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
