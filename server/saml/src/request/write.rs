//! Our AuthnRequest (AgID rules, "AuthnRequest").

use jiff::Timestamp;

use crate::binding::{Field, redirect_url};
use crate::names::{FORMAT_ENTITY, FORMAT_TRANSIENT, NS_ASSERTION, NS_PROTOCOL};
use crate::xml::escape;
use crate::{Error, KeyPair, Level, instant, signature};

/// One request for authentication, always with `ForceAuthn` and `Comparison="minimum"`: whoever
/// uses a shared computer must not enter with the previous person's session.
#[derive(Clone, Debug)]
pub struct AuthnRequest<'a> {
    /// From [`crate::new_id`]; stored, because the response names it.
    pub id: &'a str,
    pub issued_at: Timestamp,
    /// The provider's SSO location for this binding.
    pub destination: &'a str,
    /// Our entityID.
    pub issuer: &'a str,
    /// Index of our AssertionConsumerService.
    pub acs_index: u16,
    /// Index of the AttributeConsumingService, i.e. what we ask for.
    pub attribute_index: u16,
    pub level: Level,
}

impl AuthnRequest<'_> {
    /// The signed XML: to be stored (24 months) and sent as base64, see
    /// [`post_form`](crate::request::post_form).
    pub fn to_xml(&self, key: &KeyPair) -> Result<String, Error> {
        signature::sign_first(self.xml(&signature::template(self.id, key)), key)
    }

    /// The address to send the browser to, where the provider takes only HTTP-Redirect: to be
    /// stored too, since the signature is in it.
    pub fn to_url(&self, relay_state: &str, key: &KeyPair) -> Result<String, Error> {
        let (field, to) = (Field::Request, self.destination);
        redirect_url(field, to, &self.xml(""), Some(relay_state), key)
    }

    fn xml(&self, signature: &str) -> String {
        let issuer = escape(self.issuer);
        format!(
            "<samlp:AuthnRequest xmlns:samlp=\"{NS_PROTOCOL}\" xmlns:saml=\"{NS_ASSERTION}\" \
             ID=\"{id}\" Version=\"2.0\" IssueInstant=\"{instant}\" Destination=\"{destination}\" \
             ForceAuthn=\"true\" AssertionConsumerServiceIndex=\"{acs}\" \
             AttributeConsumingServiceIndex=\"{attributes}\">\
             <saml:Issuer Format=\"{FORMAT_ENTITY}\" NameQualifier=\"{issuer}\">{issuer}\
             </saml:Issuer>{signature}<samlp:NameIDPolicy Format=\"{FORMAT_TRANSIENT}\"/>\
             <samlp:RequestedAuthnContext Comparison=\"minimum\">\
             <saml:AuthnContextClassRef>{level}</saml:AuthnContextClassRef>\
             </samlp:RequestedAuthnContext></samlp:AuthnRequest>",
            id = self.id,
            instant = instant::format(self.issued_at),
            destination = escape(self.destination),
            acs = self.acs_index,
            attributes = self.attribute_index,
            level = self.level.uri(),
        )
    }
}
