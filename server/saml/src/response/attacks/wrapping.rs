//! The signed element stays somewhere, a forged one is to be read.

use super::{
    Attack,
    Refusal::{
        AssertionCount, DuplicateId, SignatureForbidden, SignatureMisplaced, UnexpectedElement,
    },
    Success, Target, attack, cut, id, without_signature,
};

/// The eight classic wrappings (Somorovsky et al., "On Breaking SAML"), and variants.
pub(super) fn wrapping(target: &Target<'_>) -> Vec<Attack> {
    let forged = of_the_response(target)
        .into_iter()
        .chain(of_the_assertion(target));
    let reasons = [
        AssertionCount,
        UnexpectedElement,
        SignatureMisplaced,
        SignatureForbidden("Reference"),
    ];
    forged
        .map(|(name, xml)| attack(name, xml, &reasons))
        .collect()
}

/// The response was signed; the signed original hides elsewhere in a forged one.
fn of_the_response(target: &Target<'_>) -> [(&'static str, String); 2] {
    let whole = Success {
        sign_response: true,
        ..target.success.clone()
    };
    let whole = whole.to_xml(target.idp).unwrap();
    let (head, signature, tail) = cut(&whole, "ds:Signature");
    let original = format!("{head}{tail}");
    let evil_head = head.replace(&id(target.success.response_id), "ID=\"_evilr\"");
    let inside = in_object(&signature, &original);
    let evil_tail = tail.replace(&cut(&tail, "saml:Assertion").1, &target.evil());
    [
        ("XSW1", format!("{evil_head}{inside}{evil_tail}")),
        (
            "XSW2",
            format!("{evil_head}{original}{signature}{evil_tail}"),
        ),
    ]
}

/// The assertion was signed; a forged one stands before, around or inside.
fn of_the_assertion(target: &Target<'_>) -> Vec<(&'static str, String)> {
    let (good, signed, evil) = (target.good(), target.assertion(), target.evil());
    let (_, signature, _) = cut(&signed, "ds:Signature");
    let bare = without_signature(&signed);
    let evil_with = |inner: &str| {
        let at = evil.find("<saml:Subject>").unwrap();
        format!("{}{inner}{}", &evil[..at], &evil[at..])
    };
    let replace = |with: &str| good.replace(&signed, with);
    let in_subject = signed.replacen("<saml:Subject>", &format!("<saml:Subject>{evil}"), 1);
    let extensions = format!("<samlp:Extensions>{signed}</samlp:Extensions><samlp:Status>");
    let in_extensions = replace(&evil).replace("<samlp:Status>", &extensions);
    let signed_extensions =
        format!("<samlp:Extensions>{signature}</samlp:Extensions><samlp:Status>");
    let in_status = good.replace("<samlp:Status>", &format!("<samlp:Status>{signature}"));
    vec![
        ("XSW3", replace(&format!("{evil}{signed}"))),
        ("XSW4", replace(&evil_with(&signed))),
        ("XSW5", replace(&format!("{}{bare}", evil_with(&signature)))),
        ("XSW6", replace(&evil_with(&in_key_info(&signature, &bare)))),
        ("XSW7", in_extensions),
        ("XSW8", replace(&evil_with(&in_object(&signature, &bare)))),
        ("the forged one after", replace(&format!("{signed}{evil}"))),
        ("the signature alone", replace(&evil_with(&signature))),
        ("in the signed one's Subject", replace(&in_subject)),
        ("the signature in Status", in_status),
        (
            "the signature in Extensions",
            replace(&bare).replace("<samlp:Status>", &signed_extensions),
        ),
        (
            "the signed one in a foreign element",
            replace(&format!("<x:W xmlns:x=\"urn:x\">{signed}</x:W>{evil}")),
        ),
    ]
}

fn in_object(signature: &str, original: &str) -> String {
    let object = format!("<ds:Object>{original}</ds:Object></ds:Signature>");
    signature.replace("</ds:Signature>", &object)
}

fn in_key_info(signature: &str, original: &str) -> String {
    signature.replace("</ds:KeyInfo>", &format!("</ds:KeyInfo>{original}"))
}

/// An id of another namespace does not steal the reference.
pub(super) fn foreign_ids(target: &Target<'_>) -> Vec<Attack> {
    let own = id(target.success.assertion_id);
    let foreign = format!("xmlns:x=\"urn:x\" x:{own}");
    let (good, signed) = (target.good(), target.assertion());
    let evil = target.evil();
    let evil = evil.replace("ID=\"_evil\"", &format!("ID=\"_evil\" {foreign}"));
    let (before, signature, after) = cut(&signed, "ds:Signature");
    let moved = format!("{}{signature}{after}", before.replace(&own, &foreign));
    vec![
        attack(
            "a foreign ID beside",
            good.replace(&signed, &format!("{evil}{signed}")),
            &[DuplicateId],
        ),
        attack(
            "only a foreign ID",
            good.replace(&signed, &moved),
            &[SignatureForbidden("Reference")],
        ),
    ]
}

pub(super) fn duplicate_ids(target: &Target<'_>) -> Vec<Attack> {
    let (of_response, of_assertion) = (
        id(target.success.response_id),
        id(target.success.assertion_id),
    );
    let good = target.good();
    let evil = target.evil().replace("ID=\"_evil\"", &of_assertion);
    let signed = target.assertion();
    vec![
        attack(
            "one ID for response and assertion",
            good.replace(&of_response, &of_assertion),
            &[DuplicateId],
        ),
        attack(
            "one ID for two assertions",
            good.replace(&signed, &format!("{evil}{signed}")),
            &[DuplicateId],
        ),
    ]
}
