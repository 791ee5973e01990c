//! Attacks on an answer, for the tests of this module and of the counter's door. All keep the
//! namespaces right, so that only the rule under test can refuse them.
#![expect(clippy::unwrap_used, reason = "only tests forge")]

mod signing;
mod wrapping;

use super::{Refusal, Refusal::*, Success};
use crate::{KeyPair, signature};

/// A login to attack.
pub struct Target<'a> {
    /// What its provider would assert. Its attributes hold a `fiscalNumber` and a `name`.
    pub success: Success<'a>,
    pub idp: &'a KeyPair,
    /// Another provider's.
    pub other: &'a KeyPair,
}

#[derive(Debug)]
pub struct Attack {
    pub name: String,
    pub xml: String,
    /// One of these is why it must be refused.
    pub reasons: Vec<Refusal>,
}

fn attack(name: impl Into<String>, xml: String, reasons: &[Refusal]) -> Attack {
    Attack {
        name: name.into(),
        xml,
        reasons: reasons.to_vec(),
    }
}

/// Every one of them.
pub fn attacks(target: &Target<'_>) -> Vec<Attack> {
    let families = [
        wrapping::wrapping,
        wrapping::foreign_ids,
        wrapping::duplicate_ids,
        changed_afterwards,
        hidden_nodes,
        doctypes,
        too_much,
        signing::other_keys,
        signing::nothing_signed,
        signing::two_signatures,
        signing::shapes,
        signing::weak,
    ];
    families.iter().flat_map(|family| family(target)).collect()
}

impl Target<'_> {
    /// The answer that is to be believed.
    pub fn good(&self) -> String {
        self.made(self.idp, |a| a, |r| r)
    }

    /// A response whose assertion was changed before it was signed, and the response after.
    pub fn made(
        &self,
        key: &KeyPair,
        change_assertion: impl Fn(String) -> String,
        change_response: impl Fn(String) -> String,
    ) -> String {
        let assertion = change_assertion(self.success.assertion(key));
        let assertion = match assertion.contains("<ds:SignatureValue></ds:SignatureValue>") {
            true => signature::sign_first(assertion, key).unwrap(),
            false => assertion,
        };
        change_response(self.success.response(&assertion, key))
    }

    /// The signed assertion of the good answer.
    fn assertion(&self) -> String {
        cut(&self.good(), "saml:Assertion").1
    }

    /// The assertion as the attacker wants it read: another person, another id, no signature.
    fn evil(&self) -> String {
        without_signature(&self.assertion())
            .replace(self.attribute("fiscalNumber"), "TINIT-VRDLGI70B02H501K")
            .replace(&id(self.success.assertion_id), "ID=\"_evil\"")
    }

    fn attribute(&self, name: &str) -> &str {
        let mut all = self.success.attributes.iter();
        &all.find(|(each, _)| each == name).unwrap().1
    }
}

fn id(value: &str) -> String {
    format!("ID=\"{value}\"")
}

/// Before, the element, after.
fn cut(xml: &str, tag: &str) -> (String, String, String) {
    let from = xml.find(&format!("<{tag}")).unwrap();
    let close = format!("</{tag}>");
    let to = xml.find(&close).unwrap() + close.len();
    (
        xml[..from].to_owned(),
        xml[from..to].to_owned(),
        xml[to..].to_owned(),
    )
}

fn without_signature(assertion: &str) -> String {
    let (before, _, after) = cut(assertion, "ds:Signature");
    before + &after
}

fn changed_afterwards(target: &Target<'_>) -> Vec<Attack> {
    let good = target.good();
    let name = format!(">{}<", target.attribute("name"));
    let code = target.attribute("fiscalNumber");
    [
        ("another codice fiscale", code, "TINIT-VRDLGI70B02H501K"),
        ("another level", "SpidL2", "SpidL3"),
        ("another name", &name, ">Eva<"),
    ]
    .map(|(what, from, to)| attack(what, good.replace(from, to), &[SignatureInvalid]))
    .into()
}

/// Comments and instructions that would cut a text. Signed like this: canonicalisation drops the
/// comment, a careless reader the rest.
fn hidden_nodes(target: &Target<'_>) -> Vec<Attack> {
    let code = target.attribute("fiscalNumber");
    let (head, tail) = code.split_at(9);
    let issuer = format!(">{}<", target.success.issuer);
    let name_id = target.success.name_id;
    let with = |inner: &str| {
        let split = format!("{code}{inner}.evil");
        let issuer_cut = issuer.replace('<', &format!("{inner}<"));
        let name_cut = format!("{name_id}{inner}.evil");
        let signed = |from: &str, to: &str| target.made(target.idp, |a| a.replace(from, to), |r| r);
        let around = |r: String| r.replacen(&issuer, &issuer_cut, 1);
        let after = target.good().replace(code, &format!("{head}{inner}{tail}"));
        [
            attack(
                format!("{inner} in a value"),
                signed(code, &split),
                &[Attribute],
            ),
            attack(
                format!("{inner} after signing"),
                after,
                &[Attribute, SignatureInvalid],
            ),
            attack(
                format!("{inner} in the Issuer"),
                target.made(target.idp, |a| a, around),
                &[ResponseIssuer],
            ),
            attack(
                format!("{inner} in the NameID"),
                signed(name_id, &name_cut),
                &[NameId],
            ),
        ]
    };
    ["<!-- -->", "<?x y?>"].into_iter().flat_map(with).collect()
}

fn doctypes(target: &Target<'_>) -> Vec<Attack> {
    let good = target.good();
    let name = format!(">{}<", target.attribute("name"));
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">\
                <!ENTITY c \"&b;&b;&b;&b;&b;&b;\">]>";
    let mut attacks: Vec<_> = [
        "<!DOCTYPE x>",
        "<!DOCTYPE x [<!ENTITY e \"y\">]>",
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE x [<!ATTLIST saml:Assertion ID ID #IMPLIED>]>",
    ]
    .map(|doctype| attack(doctype, format!("{doctype}{good}"), &[NotXml]))
    .into();
    let bombed = format!("{bomb}{}", good.replace(&name, ">&c;<"));
    attacks.push(attack("an entity of entities", bombed, &[NotXml]));
    let undeclared = good.replace(&name, ">&e;<");
    attacks.push(attack("an undeclared entity", undeclared, &[NotXml]));
    attacks
}

/// Larger, or deeper, than any real answer.
fn too_much(target: &Target<'_>) -> Vec<Attack> {
    let extended = |inner: &str| {
        let extensions = format!("<samlp:Extensions>{inner}</samlp:Extensions><samlp:Status>");
        target.good().replacen("<samlp:Status>", &extensions, 1)
    };
    let deep = format!("{}{}", "<a>".repeat(20_000), "</a>".repeat(20_000));
    let mut large = String::from("<a>");
    large.push_str(&"x".repeat(600 * 1024));
    large.push_str("</a>");
    vec![
        attack("20,000 levels deep", extended(&deep), &[NotXml]),
        attack("600 KiB", extended(&large), &[TooLarge]),
    ]
}
