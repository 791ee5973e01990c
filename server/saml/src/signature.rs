//! Enveloped XML signatures: the one shape that SPID and CIE use, written and verified.
//!
//! The library proves that *some* element was signed. That it is the element we read is proved
//! here: one parse, the signature is a direct child of its owner, one reference to that owner,
//! and nothing outside the short list of algorithms.

use bergshamra_dsig::verify::{VerifyResult, verify_all_document};
use bergshamra_dsig::{DsigContext, sign};
use bergshamra_keys::{KeysManager, loader};

use crate::names::{NS_DSIG, NS_EXC_C14N};
use crate::xml::Node;
use crate::{Error, KeyPair};

const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const SIGNATURE_METHODS: [&str; 3] = [
    RSA_SHA256,
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
];
const DIGEST_METHODS: [&str; 3] = [
    SHA256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
];

/// The empty signature to put into an element with this id before [`sign_first`].
pub(crate) fn template(id: &str, key: &KeyPair) -> String {
    format!(
        "<ds:Signature xmlns:ds=\"{NS_DSIG}\"><ds:SignedInfo>\
         <ds:CanonicalizationMethod Algorithm=\"{NS_EXC_C14N}\"/>\
         <ds:SignatureMethod Algorithm=\"{RSA_SHA256}\"/>\
         <ds:Reference URI=\"#{id}\"><ds:Transforms>\
         <ds:Transform Algorithm=\"{ENVELOPED}\"/>\
         <ds:Transform Algorithm=\"{NS_EXC_C14N}\"/></ds:Transforms>\
         <ds:DigestMethod Algorithm=\"{SHA256}\"/><ds:DigestValue></ds:DigestValue>\
         </ds:Reference></ds:SignedInfo><ds:SignatureValue></ds:SignatureValue>\
         <ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data>\
         </ds:KeyInfo></ds:Signature>",
        key.certificate_base64()
    )
}

/// Fills the first signature of the document, in document order.
pub(crate) fn sign_first(xml: String, key: &KeyPair) -> Result<String, Error> {
    sign::sign_owned(key.context(), xml).map_err(|error| Error::Sign(error.to_string()))
}

/// Why a signature is not good enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// A signature is somewhere else, or an element has two.
    Misplaced,
    /// Shape or algorithms outside the allowed ones.
    Forbidden(&'static str),
    /// Not made with one of the trusted keys, or over other bytes.
    NotValid,
}

/// Verifies every signature of the document with these certificates, and tells which of the
/// `owners` are signed. A signature outside the owners makes the document refused.
///
/// Whatever certificate the message carries is ignored.
pub(crate) fn signed_owners(
    root: Node<'_>,
    owners: &[Node<'_>],
    certificates: &[Vec<u8>],
) -> Result<Vec<bool>, Flaw> {
    let mut total = root.descendants_named(NS_DSIG, "Signature").len();
    let mut own = Vec::new();
    for owner in owners {
        let direct = owner.children_named(NS_DSIG, "Signature");
        if direct.len() > 1 {
            return Err(Flaw::Misplaced);
        }
        total -= direct.len();
        own.push(direct.first().copied());
    }
    if total != 0 {
        return Err(Flaw::Misplaced);
    }
    for (owner, signature) in owners.iter().zip(&own) {
        if let Some(signature) = signature {
            check_shape(*signature, *owner)?;
        }
    }
    if own.iter().any(Option::is_some) {
        let pairs = owners
            .iter()
            .zip(&own)
            .filter_map(|(o, s)| s.map(|s| (*o, s)));
        verify(root, &pairs.collect::<Vec<_>>(), certificates)?;
    }
    Ok(own.iter().map(Option::is_some).collect())
}

/// Verifies that the root is signed as a whole with one of these certificates. Signatures further
/// inside are others' (a federation's list holds its members' own): they count for nothing.
pub(crate) fn signed_root(root: Node<'_>, certificates: &[Vec<u8>]) -> Result<(), Flaw> {
    let [signature] = root.children_named(NS_DSIG, "Signature")[..] else {
        return Err(Flaw::Misplaced);
    };
    check_shape(signature, root)?;
    let context = DsigContext::new(trusted(certificates)?);
    let results = verify_all_document(&context, root.document).map_err(|_| Flaw::NotValid)?;
    let mut proved = results
        .iter()
        .filter(|result| proves(result, signature, root));
    proved.next().map(drop).ok_or(Flaw::NotValid)
}

/// Only the expected elements, in order, with allowed algorithms and one reference to the owner.
fn check_shape(signature: Node<'_>, owner: Node<'_>) -> Result<(), Flaw> {
    let [info, value, rest @ ..] = &signature.children()[..] else {
        return Err(Flaw::Forbidden("Signature"));
    };
    let key_info_only = match rest {
        [] => true,
        [key_info] => key_info.is(NS_DSIG, "KeyInfo"),
        _ => false,
    };
    if !info.is(NS_DSIG, "SignedInfo") || !value.is(NS_DSIG, "SignatureValue") || !key_info_only {
        return Err(Flaw::Forbidden("Signature"));
    }
    value
        .text()
        .filter(|text| !text.is_empty())
        .ok_or(Flaw::Forbidden("SignatureValue"))?;
    let [c14n, method, reference] = &info.children()[..] else {
        return Err(Flaw::Forbidden("SignedInfo"));
    };
    algorithm(*c14n, "CanonicalizationMethod", &[NS_EXC_C14N])?;
    algorithm(*method, "SignatureMethod", &SIGNATURE_METHODS)?;
    check_reference(*reference, owner)
}

fn check_reference(reference: Node<'_>, owner: Node<'_>) -> Result<(), Flaw> {
    let flaw = Flaw::Forbidden("Reference");
    let id = owner
        .attribute("ID")
        .filter(|id| !id.is_empty())
        .ok_or(flaw.clone())?;
    let uri = reference
        .attribute("URI")
        .and_then(|uri| uri.strip_prefix('#'));
    if !reference.is(NS_DSIG, "Reference") || uri != Some(id) {
        return Err(flaw);
    }
    let [transforms, digest_method, digest_value] = &reference.children()[..] else {
        return Err(flaw);
    };
    if !transforms.is(NS_DSIG, "Transforms") || !digest_value.is(NS_DSIG, "DigestValue") {
        return Err(flaw);
    }
    let [enveloped, c14n] = &transforms.children()[..] else {
        return Err(Flaw::Forbidden("Transforms"));
    };
    algorithm(*enveloped, "Transform", &[ENVELOPED])?;
    algorithm(*c14n, "Transform", &[NS_EXC_C14N])?;
    algorithm(*digest_method, "DigestMethod", &DIGEST_METHODS)?;
    digest_value
        .text()
        .map(drop)
        .ok_or(Flaw::Forbidden("DigestValue"))
}

/// An element that names an allowed algorithm; the list of inclusive prefixes, which Shibboleth
/// writes, is the only child it may have.
fn algorithm(node: Node<'_>, name: &'static str, allowed: &[&str]) -> Result<(), Flaw> {
    let known = node
        .attribute("Algorithm")
        .is_some_and(|uri| allowed.contains(&uri));
    let children = node.children();
    let plain = children.is_empty()
        || (allowed == [NS_EXC_C14N]
            && children.len() == 1
            && children[0].is(NS_EXC_C14N, "InclusiveNamespaces"));
    if node.is(NS_DSIG, name) && known && plain {
        Ok(())
    } else {
        Err(Flaw::Forbidden(name))
    }
}

fn verify(
    root: Node<'_>,
    pairs: &[(Node<'_>, Node<'_>)],
    certificates: &[Vec<u8>],
) -> Result<(), Flaw> {
    let context = DsigContext::new(trusted(certificates)?);
    let results = verify_all_document(&context, root.document).map_err(|_| Flaw::NotValid)?;
    if results.len() != pairs.len() {
        return Err(Flaw::Misplaced);
    }
    for (owner, signature) in pairs {
        let proved = results
            .iter()
            .any(|result| proves(result, *signature, *owner));
        if !proved {
            return Err(Flaw::NotValid);
        }
    }
    Ok(())
}

/// This result says: this signature is valid and covers exactly this owner.
fn proves(result: &VerifyResult, signature: Node<'_>, owner: Node<'_>) -> bool {
    match result {
        VerifyResult::Valid {
            signature_node,
            references,
            ..
        } => {
            *signature_node == signature.id
                && references.len() == 1
                && references[0].digest_verified
                && references[0].resolved_node == Some(owner.id)
        }
        VerifyResult::Invalid { .. } => false,
    }
}

/// Each provider has its own set of keys, so that one cannot sign for another.
fn trusted(certificates: &[Vec<u8>]) -> Result<KeysManager, Flaw> {
    let mut keys = KeysManager::new();
    for der in certificates {
        let key = loader::load_x509_cert_der(der).map_err(|_| Flaw::NotValid)?;
        keys.add_key(key);
    }
    Ok(keys)
}
