//! Writing responses, as an identity provider does.

use jiff::{SignedDuration, Timestamp};

use crate::names::{
    FORMAT_ENTITY, FORMAT_TRANSIENT, METHOD_BEARER, NS_ASSERTION, NS_PROTOCOL, STATUS_AUTHN_FAILED,
    STATUS_RESPONDER, STATUS_SUCCESS,
};
use crate::response::ErrorCode;
use crate::xml::escape;
use crate::{Error, KeyPair, Level, form, instant, signature};

/// A successful authentication to assert.
#[derive(Clone, Debug)]
pub struct Success<'a> {
    /// Two ids from [`crate::new_id`].
    pub response_id: &'a str,
    pub assertion_id: &'a str,
    /// The id of the request.
    pub in_response_to: &'a str,
    /// The ACS: Destination and Recipient.
    pub acs_url: &'a str,
    /// entityID of the identity provider.
    pub issuer: &'a str,
    /// entityID of the service provider.
    pub audience: &'a str,
    pub issued_at: Timestamp,
    /// How long the assertion may be used: 5 minutes.
    pub valid_for: SignedDuration,
    pub level: Level,
    /// Random, for this login only.
    pub name_id: &'a str,
    pub session_index: Option<&'a str>,
    /// Name and value; the prefix `TINIT-` is the caller's.
    pub attributes: &'a [(String, String)],
    /// Sign the response too, not only the assertion.
    pub sign_response: bool,
}

impl Success<'_> {
    /// The XML with its signed assertion.
    pub fn to_xml(&self, key: &KeyPair) -> Result<String, Error> {
        let assertion = signature::sign_first(self.assertion(key), key)?;
        let response = self.response(&assertion, key);
        if self.sign_response {
            signature::sign_first(response, key)
        } else {
            Ok(response)
        }
    }

    /// The assertion with an empty signature. It declares its own namespaces, so that it is
    /// signed alone and then put into the response unchanged.
    pub(super) fn assertion(&self, key: &KeyPair) -> String {
        let until = self
            .issued_at
            .checked_add(self.valid_for)
            .unwrap_or(self.issued_at);
        let session = self.session_index.map_or_else(String::new, |index| {
            format!(" SessionIndex=\"{}\"", escape(index))
        });
        format!(
            "<saml:Assertion xmlns:saml=\"{NS_ASSERTION}\" ID=\"{id}\" Version=\"2.0\" \
             IssueInstant=\"{now}\"><saml:Issuer Format=\"{FORMAT_ENTITY}\">{issuer}\
             </saml:Issuer>{signature}<saml:Subject>\
             <saml:NameID Format=\"{FORMAT_TRANSIENT}\" NameQualifier=\"{issuer}\">{name_id}\
             </saml:NameID><saml:SubjectConfirmation Method=\"{METHOD_BEARER}\">\
             <saml:SubjectConfirmationData InResponseTo=\"{request}\" NotOnOrAfter=\"{until}\" \
             Recipient=\"{acs}\"/></saml:SubjectConfirmation></saml:Subject>\
             <saml:Conditions NotBefore=\"{now}\" NotOnOrAfter=\"{until}\">\
             <saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience>\
             </saml:AudienceRestriction></saml:Conditions>\
             <saml:AuthnStatement AuthnInstant=\"{now}\"{session}><saml:AuthnContext>\
             <saml:AuthnContextClassRef>{level}</saml:AuthnContextClassRef></saml:AuthnContext>\
             </saml:AuthnStatement><saml:AttributeStatement>{attributes}\
             </saml:AttributeStatement></saml:Assertion>",
            id = self.assertion_id,
            now = instant::format(self.issued_at),
            until = instant::format(until),
            issuer = escape(self.issuer),
            signature = signature::template(self.assertion_id, key),
            name_id = escape(self.name_id),
            request = escape(self.in_response_to),
            acs = escape(self.acs_url),
            audience = escape(self.audience),
            level = self.level.uri(),
            attributes = self.attributes.iter().map(attribute).collect::<String>(),
        )
    }

    pub(super) fn response(&self, assertion: &str, key: &KeyPair) -> String {
        let signature = if self.sign_response {
            signature::template(self.response_id, key)
        } else {
            String::new()
        };
        let head = Head {
            id: self.response_id,
            in_response_to: self.in_response_to,
            acs_url: self.acs_url,
            issuer: self.issuer,
            issued_at: self.issued_at,
        };
        format!(
            "{}{signature}<samlp:Status><samlp:StatusCode Value=\"{STATUS_SUCCESS}\"/>\
             </samlp:Status>{assertion}</samlp:Response>",
            head.to_xml()
        )
    }
}

fn attribute((name, value): &(String, String)) -> String {
    format!(
        "<saml:Attribute Name=\"{}\" \
         NameFormat=\"urn:oasis:names:tc:SAML:2.0:attrname-format:basic\">\
         <saml:AttributeValue xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"xs:string\">{}\
         </saml:AttributeValue></saml:Attribute>",
        escape(name),
        escape(value)
    )
}

/// The authentication did not succeed: unsigned and without assertion, as SPID's providers do.
#[derive(Clone, Debug)]
pub struct Denial<'a> {
    pub response_id: &'a str,
    pub in_response_to: &'a str,
    pub acs_url: &'a str,
    pub issuer: &'a str,
    pub issued_at: Timestamp,
    pub code: ErrorCode,
}

impl Denial<'_> {
    pub fn to_xml(&self) -> String {
        let head = Head {
            id: self.response_id,
            in_response_to: self.in_response_to,
            acs_url: self.acs_url,
            issuer: self.issuer,
            issued_at: self.issued_at,
        };
        format!(
            "{}<samlp:Status><samlp:StatusCode Value=\"{STATUS_RESPONDER}\">\
             <samlp:StatusCode Value=\"{STATUS_AUTHN_FAILED}\"/></samlp:StatusCode>\
             <samlp:StatusMessage>ErrorCode nr{:02}</samlp:StatusMessage></samlp:Status>\
             </samlp:Response>",
            head.to_xml(),
            self.code.number()
        )
    }
}

struct Head<'a> {
    id: &'a str,
    in_response_to: &'a str,
    acs_url: &'a str,
    issuer: &'a str,
    issued_at: Timestamp,
}

impl Head<'_> {
    fn to_xml(&self) -> String {
        format!(
            "<samlp:Response xmlns:samlp=\"{NS_PROTOCOL}\" xmlns:saml=\"{NS_ASSERTION}\" \
             ID=\"{}\" Version=\"2.0\" IssueInstant=\"{}\" Destination=\"{}\" \
             InResponseTo=\"{}\"><saml:Issuer Format=\"{FORMAT_ENTITY}\">{}</saml:Issuer>",
            self.id,
            instant::format(self.issued_at),
            escape(self.acs_url),
            escape(self.in_response_to),
            escape(self.issuer),
        )
    }
}

/// The page that brings the response back; see [`crate::request::post_form`].
pub fn post_form(acs_url: &str, xml: &str, relay_state: &str, nonce: &str) -> String {
    let words = form::Words {
        lang: "it",
        title: "Torna allo sportello",
        text: "Ti riportiamo allo sportello del Comune. Se non succede nulla, premi il pulsante.",
        button: "Continua",
    };
    post_form_in(words, acs_url, xml, relay_state, nonce)
}

/// The same in words of the caller's.
pub fn post_form_in(
    words: form::Words<'_>,
    destination: &str,
    xml: &str,
    relay_state: &str,
    nonce: &str,
) -> String {
    form::page(words, "SAMLResponse", destination, xml, relay_state, nonce)
}
