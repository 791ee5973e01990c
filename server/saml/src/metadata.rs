//! Metadata: ours as service provider, and reading the other side's.

mod identity_provider;
mod service_provider;

#[cfg(test)]
pub(crate) use service_provider::tests as tests_support;

pub use identity_provider::{IdentityProvider, IdentityProviderDraft, write_list};
pub use service_provider::{
    AttributeSet, Body, EIDAS_MINIMUM, ServiceProvider, ServiceProviderDraft, cie_attributes,
    eidas_sets, spid_attributes,
};

use base64::Engine;
use bergshamra_keys::loader;

use crate::Error;
use crate::names::{NS_DSIG, NS_METADATA};
use crate::xml::{self, Node};

fn wrong(what: impl Into<String>) -> Error {
    Error::Metadata(what.into())
}

fn parse(text: &str) -> Result<bergshamra_xml::Document<'_>, Error> {
    xml::parse(text).map_err(|error| wrong(format!("{error:?}")))
}

fn root<'d>(document: &'d bergshamra_xml::Document<'d>) -> Result<Node<'d>, Error> {
    Node::root(document).ok_or_else(|| wrong("no root"))
}

/// The entityID of an `EntityDescriptor`.
fn entity_id(descriptor: Node<'_>) -> Result<String, Error> {
    if !descriptor.is(NS_METADATA, "EntityDescriptor") {
        return Err(wrong("not an md:EntityDescriptor"));
    }
    let id = descriptor.attribute("entityID").filter(|id| !id.is_empty());
    Ok(id.ok_or_else(|| wrong("entityID is missing"))?.to_owned())
}

/// A 2048-bit RSA key takes 294 bytes as `SubjectPublicKeyInfo`, one of 1024 bits 162.
const SPKI_2048: usize = 290;

/// SPID and CIE want RSA of at least 2048 bits.
fn is_strong(der: &[u8]) -> bool {
    let Ok(key) = loader::load_x509_cert_der(der) else {
        return false;
    };
    let size = key.to_spki_der().map_or(0, |spki| spki.len());
    key.algorithm_name() == "RSA" && size >= SPKI_2048
}

/// Certificates for signing: `use="signing"` or no `use` at all. Keys that cannot sign for SPID
/// are left out: one of them beside a good one must not shut a provider out.
fn signing_certificates(descriptor: Node<'_>) -> Result<Vec<Vec<u8>>, Error> {
    let mut certificates = Vec::new();
    for key in descriptor.children_named(NS_METADATA, "KeyDescriptor") {
        if key.attribute("use").is_some_and(|usage| usage != "signing") {
            continue;
        }
        for certificate in key.descendants_named(NS_DSIG, "X509Certificate") {
            let text = certificate.text().ok_or_else(|| wrong("X509Certificate"))?;
            let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let der = base64::engine::general_purpose::STANDARD
                .decode(packed)
                .map_err(|_| wrong("X509Certificate is not base64"))?;
            if is_strong(&der) {
                certificates.push(der);
            }
        }
    }
    if certificates.is_empty() {
        return Err(wrong(
            "no signing certificate with RSA of at least 2048 bits",
        ));
    }
    Ok(certificates)
}
