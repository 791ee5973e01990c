//! Signatures by the wrong key, of the wrong shape, or none.

use bergshamra_dsig::{DsigContext, sign};
use bergshamra_keys::{KeysManager, loader};

use super::{
    Attack, Refusal,
    Refusal::{AssertionNotSigned, SignatureForbidden, SignatureInvalid, SignatureMisplaced},
    Success, Target, attack, cut, without_signature,
};
use crate::signature;

const EXC_C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const HMAC_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const SHA1: &str = "http://www.w3.org/2000/09/xmldsig#sha1";

pub(super) fn other_keys(target: &Target<'_>) -> Vec<Attack> {
    let (idp, other) = (target.idp, target.other);
    let claim = |a: String| a.replace(&other.certificate_base64(), &idp.certificate_base64());
    vec![
        attack(
            "another provider's key",
            target.made(other, |a| a, |r| r),
            &[SignatureInvalid],
        ),
        attack(
            "another's key beside the right certificate",
            target.made(other, claim, |r| r),
            &[SignatureInvalid],
        ),
    ]
}

pub(super) fn nothing_signed(target: &Target<'_>) -> Vec<Attack> {
    let success = Success {
        sign_response: true,
        ..target.success.clone()
    };
    let bare = without_signature(&success.assertion(target.idp));
    let only_outside = success.response(&bare, target.idp);
    let only_outside = signature::sign_first(only_outside, target.idp).unwrap();
    vec![
        attack(
            "no signature",
            target.made(target.idp, |a| without_signature(&a), |r| r),
            &[AssertionNotSigned],
        ),
        attack(
            "only the response is signed",
            only_outside,
            &[AssertionNotSigned],
        ),
    ]
}

pub(super) fn two_signatures(target: &Target<'_>) -> Vec<Attack> {
    let good = target.good();
    let (_, signature, _) = cut(&good, "ds:Signature");
    let on_response = format!("{signature}<samlp:Status>");
    vec![
        attack(
            "two signatures",
            good.replace(&signature, &format!("{signature}{signature}")),
            &[SignatureMisplaced],
        ),
        attack(
            "the assertion's signature on the response",
            good.replacen("<samlp:Status>", &on_response, 1),
            &[SignatureForbidden("Reference")],
        ),
    ]
}

/// Name, what is replaced (first occurrence), by what, and the part that is refused.
type Shape<'a> = (&'static str, &'a str, &'a str, &'static str);

/// Shapes that are refused before any key is used.
pub(super) fn shapes(target: &Target<'_>) -> Vec<Attack> {
    let transform = format!("<ds:Transform Algorithm=\"{EXC_C14N}\"/>");
    let twice = transform.repeat(2);
    let c14n = format!("<ds:CanonicalizationMethod Algorithm=\"{EXC_C14N}\"");
    let uri = format!("URI=\"#{}\"", target.success.assertion_id);
    let response = format!("URI=\"#{}\"", target.success.response_id);
    let pointer = format!("URI=\"#xpointer(id('{}'))\"", target.success.assertion_id);
    let rsa_sha1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
    let inclusive = "<ds:CanonicalizationMethod \
                     Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"";
    let xslt = "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>";
    let xpath = "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\">\
                 <ds:XPath>self::node()</ds:XPath></ds:Transform>";
    let second = "<ds:Reference/></ds:SignedInfo>";
    let object = "<ds:Object/></ds:Signature>";
    let shapes: [Shape; 15] = [
        ("RSA with SHA-1", RSA_SHA256, rsa_sha1, "SignatureMethod"),
        ("called HMAC", RSA_SHA256, HMAC_SHA256, "SignatureMethod"),
        ("called SHA-1", SHA256, SHA1, "DigestMethod"),
        ("inclusive c14n", &c14n, inclusive, "CanonicalizationMethod"),
        ("XSLT", &transform, xslt, "Transform"),
        ("XPath", &transform, xpath, "Transform"),
        ("three transforms", &transform, &twice, "Transforms"),
        ("no URI", &uri, "", "Reference"),
        ("empty URI", &uri, "URI=\"\"", "Reference"),
        ("the response's URI", &uri, &response, "Reference"),
        ("XPointer", &uri, &pointer, "Reference"),
        ("two references", "</ds:SignedInfo>", second, "SignedInfo"),
        ("an Object", "</ds:Signature>", object, "Signature"),
        (
            "a comment in the value",
            "<ds:SignatureValue>",
            "<ds:SignatureValue><!-- -->",
            "SignatureValue",
        ),
        (
            "a comment in the digest",
            "<ds:DigestValue>",
            "<ds:DigestValue><!-- -->",
            "DigestValue",
        ),
    ];
    let good = target.good();
    let changed = |(name, from, to, part): Shape| {
        attack(
            name,
            good.replacen(from, to, 1),
            &[Refusal::SignatureForbidden(part)],
        )
    };
    shapes.into_iter().map(changed).collect()
}

/// Right signatures of a kind too weak, not only changed labels.
pub(super) fn weak(target: &Target<'_>) -> Vec<Attack> {
    let sha1 = |a: String| a.replace(SHA256, SHA1);
    let draft = target.success.assertion(target.idp);
    let hmac = with_public_key(draft.replace(RSA_SHA256, HMAC_SHA256), target);
    vec![
        attack(
            "a digest with SHA-1",
            target.made(target.idp, sha1, |r| r),
            &[SignatureForbidden("DigestMethod")],
        ),
        attack(
            "HMAC with the public key",
            target.success.response(&hmac, target.idp),
            &[SignatureForbidden("SignatureMethod")],
        ),
    ]
}

/// Who takes the key of the provider for whatever the message says it is would believe this.
fn with_public_key(assertion: String, target: &Target<'_>) -> String {
    let public = loader::load_x509_cert_der(target.idp.certificate_der()).unwrap();
    let mut keys = KeysManager::new();
    keys.add_key(loader::load_hmac_key(&public.to_spki_der().unwrap()).unwrap());
    sign::sign_owned(&DsigContext::new(keys), assertion).unwrap()
}
