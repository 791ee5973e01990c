//! One line a rule. The numbers are those of AgID's list of response tests. Every change is made
//! before signing, so that the signature is good and only the rule can refuse.

use super::support::*;
use crate::keys::tests::IDP;
use crate::response::BadInstant::*;
use crate::response::{ErrorCode, Refusal, Refusal::*};

const ENTITY: &str = " Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\"";
const TRANSIENT: &str = "Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:transient\"";
const BEARER: &str = " Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"";
const SUCCESS: &str = " Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"";
const UNTIL: &str = " NotOnOrAfter=\"2026-11-24T09:35:00Z\"";
const NOW: &str = " IssueInstant=\"2026-11-24T09:30:00Z\"";
const CLASS: &str =
    "<saml:AuthnContextClassRef>https://www.spid.gov.it/SpidL2</saml:AuthnContextClassRef>";

/// Number, what is replaced (first occurrence), by what, and the reason of the refusal.
type Rule = (&'static str, &'static str, &'static str, Refusal);

/// Where `<tag` opens: `saml:Audience` is not `saml:AudienceRestriction`.
fn opening(xml: &str, tag: &str) -> usize {
    let found = [" ", ">"].map(|end| xml.find(&format!("<{tag}{end}")));
    found.into_iter().flatten().min().unwrap()
}

/// Number, change of the XML, and the reason of the refusal.
type Shape = (&'static str, fn(String) -> String, Refusal);

/// From `<tag` to `</tag>`.
fn without(xml: &str, tag: &str) -> String {
    let from = opening(xml, tag);
    let close = format!("</{tag}>");
    let to = xml.find(&close).unwrap() + close.len();
    format!("{}{}", &xml[..from], &xml[to..])
}

/// The tag stays, its content goes.
fn emptied(xml: &str, tag: &str) -> String {
    let from = opening(xml, tag);
    let from = from + xml[from..].find('>').unwrap() + 1;
    let to = xml.find(&format!("</{tag}>")).unwrap();
    format!("{}{}", &xml[..from], &xml[to..])
}

fn replaced(xml: String, number: &str, from: &str, to: &str) -> String {
    assert!(xml.contains(from), "{number}: nothing to change: {from}");
    xml.replacen(from, to, 1)
}

#[test]
fn rules_of_the_response() {
    let rules: Vec<Rule> = vec![
        ("8", "ID=\"_response\"", "ID=\"\"", ResponseId),
        ("9", "ID=\"_response\"", "", ResponseId),
        ("10", "Version=\"2.0\"", "Version=\"1.0\"", ResponseVersion),
        (
            "11",
            NOW,
            " IssueInstant=\"\"",
            ResponseIssueInstant(Malformed),
        ),
        ("12", NOW, "", ResponseIssueInstant(Malformed)),
        (
            "13",
            NOW,
            " IssueInstant=\"2018-09-04\"",
            ResponseIssueInstant(Malformed),
        ),
        (
            "14",
            NOW,
            " IssueInstant=\"2026-11-24T09:20:00Z\"",
            ResponseIssueInstant(BeforeRequest),
        ),
        (
            "15",
            NOW,
            " IssueInstant=\"2026-11-24T09:40:00Z\"",
            ResponseIssueInstant(Future),
        ),
        (
            "16",
            "InResponseTo=\"_request\"",
            "InResponseTo=\"\"",
            ResponseInResponseTo,
        ),
        ("17", "InResponseTo=\"_request\"", "", ResponseInResponseTo),
        (
            "18",
            "InResponseTo=\"_request\"",
            "InResponseTo=\"_other\"",
            ResponseInResponseTo,
        ),
        (
            "19",
            "Destination=\"https://sp.example.it/spid/acs\"",
            "Destination=\"\"",
            Destination,
        ),
        (
            "20",
            "Destination=\"https://sp.example.it/spid/acs\"",
            "",
            Destination,
        ),
        (
            "21",
            "Destination=\"https://sp",
            "Destination=\"https://xp",
            Destination,
        ),
        ("24", SUCCESS, " Value=\"\"", StatusMalformed),
        ("25", SUCCESS, "", StatusMalformed),
        (
            "26",
            "status:Success",
            "status:statuscodenonvalido",
            ProviderRefusal(None),
        ),
        (
            "29",
            ">https://idp.example.it<",
            ">https://other.example.it<",
            ResponseIssuer,
        ),
        (
            "30",
            ENTITY,
            " Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:other\"",
            ResponseIssuerFormat,
        ),
        (
            "own: a signed assertion with a refusal",
            "status:Success\"/>",
            "status:Responder\"/><samlp:StatusMessage>ErrorCode nr22</samlp:StatusMessage>",
            Status(ErrorCode::Nr22),
        ),
        (
            "own: nr08 is ours",
            "status:Success\"/>",
            "status:Requester\"/><samlp:StatusMessage>ErrorCode nr08</samlp:StatusMessage>",
            ProviderRefusal(Some(8)),
        ),
        (
            "own: extensions",
            "<samlp:Status>",
            "<samlp:Extensions/><samlp:Status>",
            UnexpectedElement,
        ),
        (
            "own: encrypted",
            "<samlp:Status>",
            "<saml:EncryptedAssertion/><samlp:Status>",
            Encrypted,
        ),
        (
            "own: another document",
            "samlp:Response ",
            "samlp:Antwort ",
            NotXml,
        ),
    ];
    for (number, from, to, reason) in rules {
        let xml = made(&IDP, |a| a, |r| replaced(r, number, from, to));
        assert_eq!(check(&xml).unwrap_err(), reason, "{number}");
    }
    let shapes: [Shape; 6] = [
        ("22", |r| emptied(&r, "samlp:Status"), StatusMalformed),
        ("23", |r| without(&r, "samlp:Status"), StatusMalformed),
        ("27", |r| emptied(&r, "saml:Issuer"), ResponseIssuer),
        ("28", |r| without(&r, "saml:Issuer"), ResponseIssuer),
        ("32", |r| without(&r, "saml:Assertion"), AssertionCount),
        (
            "own: the root in another namespace",
            |r| r.replace("SAML:2.0:protocol", "SAML:1.0:protocol"),
            NotAResponse,
        ),
    ];
    for (number, change, reason) in shapes {
        assert_eq!(
            check(&made(&IDP, |a| a, change)).unwrap_err(),
            reason,
            "{number}"
        );
    }
}

#[test]
fn rules_of_the_assertion_around() {
    let rules: Vec<Rule> = vec![
        ("35", "Version=\"2.0\"", "Version=\"1.0\"", AssertionVersion),
        (
            "36",
            NOW,
            " IssueInstant=\"\"",
            AssertionIssueInstant(Malformed),
        ),
        ("37", NOW, "", AssertionIssueInstant(Malformed)),
        (
            "38",
            NOW,
            " IssueInstant=\"2018-09-06 16:00\"",
            AssertionIssueInstant(Malformed),
        ),
        (
            "39",
            NOW,
            " IssueInstant=\"2026-11-24T09:20:00Z\"",
            AssertionIssueInstant(BeforeRequest),
        ),
        (
            "40",
            NOW,
            " IssueInstant=\"2026-11-24T09:40:00Z\"",
            AssertionIssueInstant(Future),
        ),
        (
            "69",
            ">https://idp.example.it<",
            ">https://other.example.it<",
            AssertionIssuer,
        ),
        ("70", ENTITY, " Format=\"\"", AssertionIssuerFormat),
        ("71", ENTITY, "", AssertionIssuerFormat),
        ("72", ENTITY, " Format=\"urn:other\"", AssertionIssuerFormat),
        (
            "77",
            "NotBefore=\"2026-11-24T09:30:00Z\"",
            "NotBefore=\"2018/09/10\"",
            NotBefore(Malformed),
        ),
        (
            "75",
            "NotBefore=\"2026-11-24T09:30:00Z\"",
            "NotBefore=\"\"",
            NotBefore(Malformed),
        ),
        (
            "76",
            "NotBefore=\"2026-11-24T09:30:00Z\"",
            "",
            NotBefore(Malformed),
        ),
        (
            "78",
            "NotBefore=\"2026-11-24T09:30",
            "NotBefore=\"2026-11-24T09:50",
            NotBefore(Future),
        ),
        (
            "own: a condition not understood",
            "<saml:AudienceRestriction>",
            "<saml:Condition/><saml:AudienceRestriction>",
            Conditions,
        ),
    ];
    refused(&rules);
    shapes(&[
        ("41", |a| emptied(&a, "saml:Subject"), NameId),
        ("42", |a| without(&a, "saml:Subject"), Subject),
        ("67", |a| emptied(&a, "saml:Issuer"), AssertionIssuer),
        ("68", |a| without(&a, "saml:Issuer"), AssertionIssuer),
        ("73", |a| emptied(&a, "saml:Conditions"), Audience),
        ("74", |a| without(&a, "saml:Conditions"), Conditions),
        ("83", |a| emptied(&a, "saml:AudienceRestriction"), Audience),
        ("84", |a| without(&a, "saml:AudienceRestriction"), Audience),
        ("85", |a| emptied(&a, "saml:Audience"), Audience),
        ("86", |a| without(&a, "saml:Audience"), Audience),
        (
            "87",
            |a| a.replace(">https://sp.example.it<", ">https://xp.example.it<"),
            Audience,
        ),
        (
            "own: Audience that only starts alike",
            |a| a.replace(">https://sp.example.it<", ">https://sp.example.it.evil<"),
            Audience,
        ),
    ]);
    for (number, until, reason) in [
        ("79", "", Malformed),
        ("80", "NotOnOrAfter=\"\"", Malformed),
        ("81", "NotOnOrAfter=\"2018/09/10\"", Malformed),
        ("82", "NotOnOrAfter=\"2026-11-24T09:30:02Z\"", Past),
    ] {
        let change = |a: String| {
            let from = a.find("<saml:Conditions").unwrap();
            format!(
                "{}{}",
                &a[..from],
                replaced(a[from..].to_owned(), number, UNTIL.trim(), until)
            )
        };
        assert_eq!(
            check(&made(&IDP, change, |r| r)).unwrap_err(),
            NotOnOrAfter(reason),
            "{number}"
        );
    }
}

#[test]
fn rules_of_the_subject() {
    let until = ConfirmationNotOnOrAfter;
    let qualifier = "NameQualifier=\"https://idp.example.it\"";
    let recipient = "Recipient=\"https://sp.example.it/spid/acs\"";
    refused(&[
        ("43", ">transient-1<", "><", NameId),
        ("45", TRANSIENT, "Format=\"\"", NameIdFormat),
        ("46", TRANSIENT, "", NameIdFormat),
        ("47", TRANSIENT, "Format=\"urn:other\"", NameIdFormat),
        ("48", qualifier, "NameQualifier=\"\"", NameQualifier),
        ("49", qualifier, "", NameQualifier),
        ("53", BEARER, " Method=\"\"", ConfirmationMethod),
        ("54", BEARER, "", ConfirmationMethod),
        ("55", BEARER, " Method=\"urn:other\"", ConfirmationMethod),
        ("57", recipient, "Recipient=\"\"", Recipient),
        ("58", recipient, "", Recipient),
        (
            "59",
            "Recipient=\"https://sp",
            "Recipient=\"https://xp",
            Recipient,
        ),
        (
            "60",
            "InResponseTo=\"_request\"",
            "InResponseTo=\"\"",
            ConfirmationInResponseTo,
        ),
        (
            "61",
            "InResponseTo=\"_request\"",
            "",
            ConfirmationInResponseTo,
        ),
        (
            "62",
            "InResponseTo=\"_request\"",
            "InResponseTo=\"_x\"",
            ConfirmationInResponseTo,
        ),
        ("63", UNTIL, " NotOnOrAfter=\"\"", until(Malformed)),
        ("64", UNTIL, "", until(Malformed)),
        (
            "65",
            UNTIL,
            " NotOnOrAfter=\"2018/09/10\"",
            until(Malformed),
        ),
        (
            "66",
            UNTIL,
            " NotOnOrAfter=\"2000-01-01T00:00:00Z\"",
            until(Past),
        ),
        (
            "own: not yet",
            UNTIL,
            " NotOnOrAfter=\"2026-11-24T09:59:00Z\" \
            NotBefore=\"2026-11-24T09:50:00Z\"",
            ConfirmationNotBefore(Future),
        ),
    ]);
    shapes(&[
        ("44", |a| without(&a, "saml:NameID"), NameId),
        (
            "51",
            |a| emptied(&a, "saml:SubjectConfirmation"),
            ConfirmationData,
        ),
        (
            "52",
            |a| without(&a, "saml:SubjectConfirmation"),
            SubjectConfirmation,
        ),
    ]);
}

#[test]
fn rules_of_authentication_and_attributes() {
    let instant = "AuthnInstant=\"2026-11-24T09:30:00Z\"";
    let value = ">Anna</saml:AttributeValue>";
    refused(&[
        (
            "own: AuthnInstant missing",
            instant,
            "",
            AuthnInstant(Malformed),
        ),
        (
            "own: AuthnInstant future",
            instant,
            "AuthnInstant=\"2026-11-24T09:50:00Z\"",
            AuthnInstant(Future),
        ),
        (
            "own: session over",
            instant,
            "AuthnInstant=\"2026-11-24T09:30:00Z\" \
            SessionNotOnOrAfter=\"2026-11-24T09:30:01Z\"",
            SessionNotOnOrAfter(Past),
        ),
        ("94", "SpidL2", "SpidL1", LevelTooLow),
        (
            "97",
            "https://www.spid.gov.it/SpidL2",
            "https://www.spid.gov.it/SpidL4",
            LevelUnknown,
        ),
        ("93", CLASS, "", LevelUnknown),
        (
            "own: value empty",
            value,
            "></saml:AttributeValue>",
            Attribute,
        ),
        (
            "own: two values",
            value,
            ">Anna</saml:AttributeValue><saml:AttributeValue>Eva</saml:AttributeValue>",
            Attribute,
        ),
        (
            "own: element in a value",
            value,
            "><x/>Anna</saml:AttributeValue>",
            Attribute,
        ),
        (
            "own: twice",
            "Name=\"familyName\"",
            "Name=\"name\"",
            Attribute,
        ),
        (
            "own: no name",
            "Name=\"name\"",
            "Name=\"\"",
            AttributeStatement,
        ),
        (
            "own: needed",
            "Name=\"fiscalNumber\"",
            "Name=\"spidCode\"",
            AttributeMissing("fiscalNumber".into()),
        ),
    ]);
    shapes(&[
        ("88", |a| emptied(&a, "saml:AuthnStatement"), LevelUnknown),
        ("89", |a| without(&a, "saml:AuthnStatement"), AuthnStatement),
        ("90", |a| emptied(&a, "saml:AuthnContext"), LevelUnknown),
        (
            "92",
            |a| emptied(&a, "saml:AuthnContextClassRef"),
            LevelUnknown,
        ),
        (
            "98",
            |a| emptied(&a, "saml:AttributeStatement"),
            AttributeStatement,
        ),
        ("99", |a| without(&a, "saml:AttributeValue"), Attribute),
        (
            "own: no statement",
            |a| without(&a, "saml:AttributeStatement"),
            AttributeStatement,
        ),
    ]);
}

/// The assertion's own id: the signature needs it, so these cannot be signed.
#[test]
fn ids_of_the_assertion() {
    for (number, to) in [("33", "ID=\"\""), ("34", "")] {
        let xml = made(
            &IDP,
            |a| a,
            |r| replaced(r, number, "ID=\"_assertion\"", to),
        );
        assert_eq!(
            check(&xml).unwrap_err(),
            SignatureForbidden("Reference"),
            "{number}"
        );
    }
}

#[test]
fn the_confirmation_needs_its_data() {
    let data = |a: String| {
        let from = a.find("<saml:SubjectConfirmationData").unwrap();
        let to = from + a[from..].find("/>").unwrap() + 2;
        format!("{}{}", &a[..from], &a[to..])
    };
    assert_eq!(
        check(&made(&IDP, data, |r| r)).unwrap_err(),
        ConfirmationData,
        "56"
    );
}

fn refused(rules: &[Rule]) {
    for (number, from, to, reason) in rules {
        let xml = made(&IDP, |a| replaced(a, number, from, to), |r| r);
        assert_eq!(check(&xml).unwrap_err(), *reason, "{number}");
    }
}

fn shapes(rules: &[Shape]) {
    for (number, change, reason) in rules {
        assert_eq!(
            check(&made(&IDP, *change, |r| r)).unwrap_err(),
            *reason,
            "{number}"
        );
    }
}
