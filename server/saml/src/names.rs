//! Names fixed by the standards, and the two schemes.

pub(crate) const NS_PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
pub(crate) const NS_ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
pub(crate) const NS_METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
pub(crate) const NS_DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
pub(crate) const NS_EXC_C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

pub(crate) const BINDING_POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
pub(crate) const BINDING_REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

pub(crate) const FORMAT_ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
pub(crate) const FORMAT_TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
pub(crate) const METHOD_BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

pub(crate) const STATUS_SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
pub(crate) const STATUS_RESPONDER: &str = "urn:oasis:names:tc:SAML:2.0:status:Responder";
pub(crate) const STATUS_REQUESTER: &str = "urn:oasis:names:tc:SAML:2.0:status:Requester";
pub(crate) const STATUS_PARTIAL_LOGOUT: &str = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout";
pub(crate) const STATUS_AUTHN_FAILED: &str = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed";

/// Which federation speaks: each has its own entityID, key and metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    Spid,
    Cie,
}

impl Scheme {
    /// `"spid"` or `"cie"`: the name in routes and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Scheme::Spid => "spid",
            Scheme::Cie => "cie",
        }
    }
}

/// An XML id (NCName) from at least 128 random bits: `_` and hexadecimal digits.
pub fn new_id(random: &[u8; 20]) -> String {
    let mut id = String::with_capacity(1 + 2 * random.len());
    id.push('_');
    for byte in random {
        id.push_str(&format!("{byte:02x}"));
    }
    id
}
