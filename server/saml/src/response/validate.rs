//! Validating a response: AgID rules, "Processamento della Response".
//!
//! The order is: the document, the response around, the signatures, and only then the assertion,
//! read from the very nodes whose signature was verified.

use std::collections::BTreeMap;

use bergshamra_xml::Document;
use jiff::{SignedDuration, Timestamp};

use crate::names::{FORMAT_ENTITY, NS_ASSERTION, NS_DSIG, NS_PROTOCOL, STATUS_SUCCESS};
use crate::response::assertion;
use crate::response::refusal::{BadInstant, ErrorCode, Refusal};
use crate::signature::{self, Flaw};
use crate::xml::{self, Node, XmlError};
use crate::{IdentityProvider, Level, Scheme, instant};

/// What the counter knows about the login under way.
#[derive(Clone, Debug)]
pub struct Expectations<'a> {
    pub scheme: Scheme,
    /// The id of our request, already taken from the store: a request is answered once, even if
    /// the answer is refused.
    pub request_id: &'a str,
    /// When our request was issued.
    pub issued_at: Timestamp,
    pub acs_url: &'a str,
    /// Our entityID.
    pub sp_entity_id: &'a str,
    /// The provider to which *this* request went.
    pub idp: &'a IdentityProvider,
    /// The level asked for; a higher one is accepted.
    pub level: Level,
    /// Attributes without which we do not go on.
    pub required_attributes: &'a [&'a str],
    pub now: Timestamp,
    /// How far clocks may differ: 60 seconds.
    pub skew: SignedDuration,
}

/// Who logged in, as the provider asserts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub response_id: String,
    pub assertion_id: String,
    /// entityID of the provider.
    pub issuer: String,
    pub name_id: String,
    pub name_qualifier: String,
    /// Only for level 1, where the provider keeps a session.
    pub session_index: Option<String>,
    pub level: Level,
    /// Name and value, trimmed, as the provider sent them.
    pub attributes: BTreeMap<String, String>,
    /// Without the `TINIT-`, in capitals, 16 letters and digits; absent for foreign (eIDAS)
    /// identities. Its control character is not checked.
    pub fiscal_number: Option<String>,
    pub response_issued_at: Timestamp,
    pub assertion_issued_at: Timestamp,
    pub authenticated_at: Timestamp,
    /// Until when the ids of request and assertion are to be remembered.
    pub not_on_or_after: Timestamp,
}

/// What one may look at before the pending request is known. Nothing here is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peek {
    /// The request it claims to answer: to be taken from the store, once.
    pub in_response_to: String,
    pub response_id: Option<String>,
    pub issuer: Option<String>,
}

impl From<XmlError> for Refusal {
    fn from(error: XmlError) -> Self {
        match error {
            XmlError::TooLarge => Refusal::TooLarge,
            XmlError::NotBase64 => Refusal::NotBase64,
            XmlError::NotUtf8 => Refusal::NotUtf8,
            XmlError::NotXml => Refusal::NotXml,
            XmlError::DuplicateId => Refusal::DuplicateId,
        }
    }
}

impl From<Flaw> for Refusal {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Misplaced => Refusal::SignatureMisplaced,
            Flaw::Forbidden(what) => Refusal::SignatureForbidden(what),
            Flaw::NotValid => Refusal::SignatureInvalid,
        }
    }
}

/// First pass over the `SAMLResponse` field (base64): which request does it answer?
pub fn peek(saml_response: &str) -> Result<Peek, Refusal> {
    let text = xml::from_base64(saml_response)?;
    let document = xml::parse(&text)?;
    let root = root(&document)?;
    let in_response_to = nonempty(root, "InResponseTo").ok_or(Refusal::ResponseInResponseTo)?;
    Ok(Peek {
        in_response_to: in_response_to.to_owned(),
        response_id: nonempty(root, "ID").map(str::to_owned),
        issuer: root
            .only(NS_ASSERTION, "Issuer")
            .ok()
            .and_then(|issuer| issuer.text()),
    })
}

/// The whole check of the `SAMLResponse` field (base64). One parse: what is verified is what is
/// read.
pub fn validate(saml_response: &str, expect: &Expectations<'_>) -> Result<Identity, Refusal> {
    let text = xml::from_base64(saml_response)?;
    let document = xml::parse(&text)?;
    let root = root(&document)?;
    let (response_id, response_issued_at) = check_head(root, expect)?;
    check_children(root)?;
    let assertions = root.children_named(NS_ASSERTION, "Assertion");
    check_structure(root, assertions.len())?;
    let owners: Vec<Node<'_>> = std::iter::once(root)
        .chain(assertions.iter().copied())
        .collect();
    let signed = signature::signed_owners(root, &owners, &expect.idp.certificates)?;
    check_status(root)?;
    let [assertion] = assertions.as_slice() else {
        return Err(Refusal::AssertionCount);
    };
    if signed.last() != Some(&true) {
        return Err(Refusal::AssertionNotSigned);
    }
    assertion::read(*assertion, response_id, response_issued_at, expect)
}

fn root<'d>(document: &'d Document<'d>) -> Result<Node<'d>, Refusal> {
    Node::root(document)
        .filter(|root| root.is(NS_PROTOCOL, "Response"))
        .ok_or(Refusal::NotAResponse)
}

/// The response's own attributes and issuer: its id, and when it was issued.
fn check_head<'d>(
    root: Node<'d>,
    expect: &Expectations<'_>,
) -> Result<(&'d str, Timestamp), Refusal> {
    let response_id = nonempty(root, "ID").ok_or(Refusal::ResponseId)?;
    if root.attribute("Version") != Some("2.0") {
        return Err(Refusal::ResponseVersion);
    }
    if root.attribute("InResponseTo") != Some(expect.request_id) {
        return Err(Refusal::ResponseInResponseTo);
    }
    let issued_at = issue_instant(root, expect).map_err(Refusal::ResponseIssueInstant)?;
    if root.attribute("Destination") != Some(expect.acs_url) {
        return Err(Refusal::Destination);
    }
    let issuer = root
        .only(NS_ASSERTION, "Issuer")
        .map_err(|_| Refusal::ResponseIssuer)?;
    if issuer.text().as_deref() != Some(expect.idp.entity_id.as_str()) {
        return Err(Refusal::ResponseIssuer);
    }
    if issuer
        .attribute("Format")
        .is_some_and(|format| format != FORMAT_ENTITY)
    {
        return Err(Refusal::ResponseIssuerFormat);
    }
    Ok((response_id, issued_at))
}

pub(super) fn nonempty<'d>(node: Node<'d>, name: &str) -> Option<&'d str> {
    node.attribute(name).filter(|value| !value.is_empty())
}

/// `IssueInstant` of a response or an assertion: not before our request, not in the future.
pub(super) fn issue_instant(
    node: Node<'_>,
    expect: &Expectations<'_>,
) -> Result<Timestamp, BadInstant> {
    let issued = node.attribute("IssueInstant").and_then(instant::parse);
    let issued = issued.ok_or(BadInstant::Malformed)?;
    if issued > shift(expect.now, expect.skew) {
        return Err(BadInstant::Future);
    }
    // Our request is written with whole seconds, and the other clock may be a little behind.
    if issued < shift(expect.issued_at, -expect.skew) {
        return Err(BadInstant::BeforeRequest);
    }
    Ok(issued)
}

pub(super) fn shift(instant: Timestamp, by: SignedDuration) -> Timestamp {
    instant.checked_add(by).unwrap_or(instant)
}

/// A response has no children but these; wrapped signatures hide in the others.
fn check_children(root: Node<'_>) -> Result<(), Refusal> {
    for child in root.children() {
        let expected = child.is(NS_ASSERTION, "Issuer")
            || child.is(NS_DSIG, "Signature")
            || child.is(NS_PROTOCOL, "Status")
            || child.is(NS_ASSERTION, "Assertion");
        if child.is(NS_ASSERTION, "EncryptedAssertion") {
            return Err(Refusal::Encrypted);
        }
        if !expected {
            return Err(Refusal::UnexpectedElement);
        }
    }
    Ok(())
}

/// At most one assertion in the whole document, and directly under the response.
fn check_structure(root: Node<'_>, direct: usize) -> Result<(), Refusal> {
    if !root
        .descendants_named(NS_ASSERTION, "EncryptedAssertion")
        .is_empty()
    {
        return Err(Refusal::Encrypted);
    }
    let anywhere = root.descendants_named(NS_ASSERTION, "Assertion").len();
    let nested = !root.descendants_named(NS_PROTOCOL, "Response").is_empty();
    if anywhere != direct || direct > 1 || nested {
        return Err(Refusal::AssertionCount);
    }
    Ok(())
}

fn check_status(root: Node<'_>) -> Result<(), Refusal> {
    let status = root
        .only(NS_PROTOCOL, "Status")
        .map_err(|_| Refusal::StatusMalformed)?;
    let code = status
        .only(NS_PROTOCOL, "StatusCode")
        .map_err(|_| Refusal::StatusMalformed)?;
    match nonempty(code, "Value") {
        None => Err(Refusal::StatusMalformed),
        Some(STATUS_SUCCESS) if code.children().is_empty() => Ok(()),
        Some(_) => {
            let number = status
                .only(NS_PROTOCOL, "StatusMessage")
                .ok()
                .and_then(|message| message.text())
                .and_then(|message| anomaly(&message));
            Err(match number.and_then(ErrorCode::from_number) {
                Some(code) => Refusal::Status(code),
                None => Refusal::ProviderRefusal(number),
            })
        }
    }
}

/// `ErrorCode nr22` → 22.
fn anomaly(message: &str) -> Option<u8> {
    let (_, number) = message.split_once("ErrorCode nr")?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
