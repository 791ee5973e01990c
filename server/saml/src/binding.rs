//! How a message travels through the browser: HTTP-POST, or HTTP-Redirect with its signature
//! beside it in the address (SAML bindings 3.4 and 3.5).

use std::io::{Read as _, Write as _};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{
        RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
        RSA_PKCS1_SHA256, RsaKeyPair, RsaParameters, UnparsedPublicKey,
    },
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bergshamra_keys::loader;
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use url::form_urlencoded::{byte_serialize, parse};

use crate::names::NS_DSIG;
use crate::signature::{self, Flaw};
use crate::xml::{self, MAX_BYTES, Node, XmlError};
use crate::{Error, KeyPair};

const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

/// Longest query that is looked at: a signed request takes 3 KB.
const MAX_QUERY: usize = 64 * 1024;

/// What a message is called where it travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Request,
    Response,
}

impl Field {
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Request => "SAMLRequest",
            Field::Response => "SAMLResponse",
        }
    }
}

/// A message that came through a browser. Nothing of it is verified yet.
#[derive(Debug)]
pub struct Received {
    pub field: Field,
    pub relay_state: Option<String>,
    pub(crate) xml: String,
    /// By Redirect: what was signed, and how.
    detached: Option<Detached>,
}

#[derive(Debug)]
struct Detached {
    signed: String,
    algorithm: String,
    signature: Vec<u8>,
}

impl Received {
    /// `message`: the field's value, base64.
    pub fn from_post(
        field: Field,
        message: &str,
        relay_state: Option<String>,
    ) -> Result<Self, Error> {
        let xml = xml::from_base64(message).map_err(unreadable)?;
        Ok(Self {
            field,
            relay_state,
            xml,
            detached: None,
        })
    }

    /// `query`: as it came, percent-encoded: the signature is over these very bytes.
    pub fn from_redirect(query: &str) -> Result<Self, Error> {
        if query.len() > MAX_QUERY {
            return Err(unreadable(XmlError::TooLarge));
        }
        let raw = |name: &str| {
            let mut found = query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .filter(|(n, _)| *n == name);
            let value = found.next().map(|(_, value)| value);
            // Two of a kind: one would be verified and the other read.
            found.next().is_none().then_some(value).flatten()
        };
        let (field, message) = match (raw("SAMLRequest"), raw("SAMLResponse")) {
            (Some(message), None) => (Field::Request, message),
            (None, Some(message)) => (Field::Response, message),
            _ => return Err(Error::Request("not one SAML message".into())),
        };
        let detached = match (raw("SigAlg"), raw("Signature")) {
            (Some(algorithm), Some(signature)) => {
                let parts = [
                    Some((field.as_str(), message)),
                    raw("RelayState").map(|value| ("RelayState", value)),
                    Some(("SigAlg", algorithm)),
                ];
                let parts = parts.into_iter().flatten();
                let parts: Vec<String> = parts
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                Some(Detached {
                    signed: parts.join("&"),
                    algorithm: decoded(algorithm),
                    signature: STANDARD
                        .decode(decoded(signature))
                        .map_err(|_| unreadable(XmlError::NotBase64))?,
                })
            }
            _ => None,
        };
        Ok(Self {
            field,
            relay_state: raw("RelayState").map(decoded),
            xml: inflate(&decoded(message)).map_err(unreadable)?,
            detached,
        })
    }

    /// Whether its sender, who has one of these keys, signed it: inside the document by POST,
    /// beside it by Redirect, where a signature inside has no place.
    pub(crate) fn verify(&self, root: Node<'_>, certificates: &[Vec<u8>]) -> Result<(), Flaw> {
        let Some(detached) = &self.detached else {
            return match signature::signed_owners(root, &[root], certificates)?.first() {
                Some(true) => Ok(()),
                _ => Err(Flaw::NotValid),
            };
        };
        if !root.descendants_named(NS_DSIG, "Signature").is_empty() {
            return Err(Flaw::Misplaced);
        }
        let algorithm = algorithm(&detached.algorithm).ok_or(Flaw::Forbidden("SigAlg"))?;
        let verified = certificates.iter().any(|der| {
            let key = loader::load_x509_cert_der(der).ok();
            let public = key.and_then(|key| key.to_spki_der());
            public.is_some_and(|public| {
                UnparsedPublicKey::new(algorithm, public)
                    .verify(detached.signed.as_bytes(), &detached.signature)
                    .is_ok()
            })
        });
        verified.then_some(()).ok_or(Flaw::NotValid)
    }
}

fn unreadable(error: XmlError) -> Error {
    Error::Request(format!("{error:?}"))
}

/// One value, from its percent-encoding.
fn decoded(value: &str) -> String {
    let pair = format!("v={value}");
    parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

fn algorithm(uri: &str) -> Option<&'static RsaParameters> {
    match uri.strip_prefix("http://www.w3.org/2001/04/xmldsig-more#rsa-")? {
        "sha256" => Some(&RSA_PKCS1_2048_8192_SHA256),
        "sha384" => Some(&RSA_PKCS1_2048_8192_SHA384),
        "sha512" => Some(&RSA_PKCS1_2048_8192_SHA512),
        _ => None,
    }
}

/// A few bytes may inflate to gigabytes: never more than a message may have.
fn inflate(message: &str) -> Result<String, XmlError> {
    let packed = STANDARD.decode(message).map_err(|_| XmlError::NotBase64)?;
    let mut bytes = Vec::new();
    DeflateDecoder::new(packed.as_slice())
        .take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| XmlError::NotXml)?;
    if bytes.len() > MAX_BYTES {
        return Err(XmlError::TooLarge);
    }
    String::from_utf8(bytes).map_err(|_| XmlError::NotUtf8)
}

/// The address that carries an unsigned document, with its signature beside it.
pub(crate) fn redirect_url(
    field: Field,
    destination: &str,
    xml: &str,
    relay_state: Option<&str>,
    key: &KeyPair,
) -> Result<String, Error> {
    let failed = |error: std::io::Error| Error::Sign(error.to_string());
    let mut deflater = DeflateEncoder::new(Vec::new(), Compression::default());
    deflater.write_all(xml.as_bytes()).map_err(failed)?;
    let packed = STANDARD.encode(deflater.finish().map_err(failed)?);
    let encoded = |value: &str| byte_serialize(value.as_bytes()).collect::<String>();
    let mut query = format!("{}={}", field.as_str(), encoded(&packed));
    if let Some(relay_state) = relay_state {
        query.push_str(&format!("&RelayState={}", encoded(relay_state)));
    }
    query.push_str(&format!("&SigAlg={}", encoded(RSA_SHA256)));
    let signature = encoded(&STANDARD.encode(sign(query.as_bytes(), key)?));
    let joint = if destination.contains('?') { '&' } else { '?' };
    Ok(format!("{destination}{joint}{query}&Signature={signature}"))
}

fn sign(message: &[u8], key: &KeyPair) -> Result<Vec<u8>, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Sign(error.to_string());
    let pair = RsaKeyPair::from_pkcs8(&key.private_der()?).map_err(|e| failed(&e))?;
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        message,
        &mut signature,
    )
    .map_err(|e| failed(&e))?;
    Ok(signature)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::{OTHER, SP};

    const XML: &str = "<a xmlns='urn:a'>à &amp; b</a>";

    fn query(relay_state: Option<&str>) -> String {
        let url = redirect_url(
            Field::Request,
            "https://idp.example.it/sso",
            XML,
            relay_state,
            &SP,
        );
        url.unwrap().split_once('?').unwrap().1.to_owned()
    }

    fn verified(query: &str, key: &KeyPair) -> Result<(), Flaw> {
        let received = Received::from_redirect(query).unwrap();
        let document = xml::parse(&received.xml).unwrap();
        let root = Node::root(&document).unwrap();
        received.verify(root, &[key.certificate_der().to_vec()])
    }

    #[test]
    fn what_is_sent_is_read_back() {
        for relay_state in [None, Some("a/b+c=d e")] {
            let query = query(relay_state);
            let received = Received::from_redirect(&query).unwrap();
            assert_eq!(received.xml, XML);
            assert_eq!(received.field, Field::Request);
            assert_eq!(received.relay_state.as_deref(), relay_state);
            assert_eq!(verified(&query, &SP), Ok(()));
            assert_eq!(verified(&query, &OTHER), Err(Flaw::NotValid));
        }
    }

    #[test]
    fn an_address_with_a_query_keeps_it() {
        let url = redirect_url(Field::Response, "https://i.it/slo?a=1", XML, None, &SP).unwrap();
        assert!(url.starts_with("https://i.it/slo?a=1&SAMLResponse="));
    }

    #[test]
    fn what_was_changed_or_weakened_is_not_verified() {
        let good = query(Some("stato"));
        let others = query(Some("altro"));
        let relay = good.replace("RelayState=stato", "RelayState=altro");
        assert_ne!(relay, others);
        assert_eq!(verified(&relay, &SP), Err(Flaw::NotValid));
        let dropped = good.replace("&RelayState=stato", "");
        assert_eq!(verified(&dropped, &SP), Err(Flaw::NotValid));
        let sha1 = good.replace("xmldsig-more%23rsa-sha256", "xmldsig%23rsa-sha1");
        assert_ne!(sha1, good);
        assert_eq!(verified(&sha1, &SP), Err(Flaw::Forbidden("SigAlg")));
        let (bare, _) = good.split_once("&SigAlg").unwrap();
        assert_eq!(
            verified(bare, &SP),
            Err(Flaw::NotValid),
            "not signed at all"
        );
    }

    #[test]
    fn two_of_a_kind_are_not_read() {
        let good = query(None);
        for twice in [
            format!("{good}&SAMLRequest=x"),
            format!("{good}&SAMLResponse=x"),
            format!("SAMLRequest=x&{good}"),
            String::new(),
        ] {
            assert!(Received::from_redirect(&twice).is_err(), "{twice}");
        }
        let two = format!("{good}&RelayState=a&RelayState=b");
        assert_eq!(Received::from_redirect(&two).unwrap().relay_state, None);
    }

    #[test]
    fn a_bomb_does_not_go_off() {
        let mut deflater = DeflateEncoder::new(Vec::new(), Compression::best());
        for _ in 0..40 {
            deflater.write_all(&vec![b' '; 1 << 20]).unwrap();
        }
        let packed = STANDARD.encode(deflater.finish().unwrap());
        assert!(packed.len() < MAX_QUERY, "{}", packed.len());
        assert_eq!(inflate(&packed), Err(XmlError::TooLarge));
        assert_eq!(inflate("AAAA").err(), Some(XmlError::NotXml));
        assert_eq!(inflate("***").err(), Some(XmlError::NotBase64));
        let long = format!("SAMLRequest={}", "A".repeat(MAX_QUERY));
        assert!(Received::from_redirect(&long).is_err());
    }
}
