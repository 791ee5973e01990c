//! Reading an AuthnRequest, as an identity provider does.

use jiff::Timestamp;

use crate::metadata::ServiceProvider;
use crate::names::{NS_ASSERTION, NS_PROTOCOL};
use crate::xml::{self, Node};
use crate::{Error, Level, Received, instant};

/// An AuthnRequest whose signature was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomingRequest {
    pub id: String,
    pub issuer: String,
    pub issued_at: Timestamp,
    pub destination: String,
    /// Where the response goes: taken from the metadata, by index.
    pub acs_url: String,
    /// What the metadata asks for under the requested index.
    pub attributes: Vec<String>,
    pub level: Level,
    pub force_authn: bool,
}

fn wrong(what: impl Into<String>) -> Error {
    Error::Request(what.into())
}

fn root<'d>(document: &'d bergshamra_xml::Document<'d>) -> Result<Node<'d>, Error> {
    Node::root(document)
        .filter(|root| root.is(NS_PROTOCOL, "AuthnRequest"))
        .ok_or_else(|| wrong("the root is not samlp:AuthnRequest"))
}

fn issuer(root: Node<'_>) -> Result<String, Error> {
    let issuer = root
        .only(NS_ASSERTION, "Issuer")
        .ok()
        .and_then(|node| node.text());
    issuer
        .filter(|issuer| !issuer.is_empty())
        .ok_or_else(|| wrong("Issuer"))
}

/// Verifies the request against its sender's metadata.
pub fn read(received: &Received, sender: &ServiceProvider) -> Result<IncomingRequest, Error> {
    let document = xml::parse(&received.xml).map_err(|e| wrong(format!("{e:?}")))?;
    let root = root(&document)?;
    received
        .verify(root, &sender.certificates)
        .map_err(|flaw| wrong(format!("signature: {flaw:?}")))?;
    let attribute = |name: &str| {
        let value = root.attribute(name).filter(|value| !value.is_empty());
        value.ok_or_else(|| wrong(name))
    };
    if attribute("Version")? != "2.0" {
        return Err(wrong("Version"));
    }
    let issuer = issuer(root)?;
    if issuer != sender.entity_id {
        return Err(wrong("Issuer is not the entityID of the metadata"));
    }
    Ok(IncomingRequest {
        id: attribute("ID")?.to_owned(),
        issuer,
        issued_at: instant::parse(attribute("IssueInstant")?)
            .ok_or_else(|| wrong("IssueInstant"))?,
        destination: attribute("Destination")?.to_owned(),
        acs_url: acs_url(root, sender)?,
        attributes: attributes(root, sender)?,
        level: level(root)?,
        force_authn: root.attribute("ForceAuthn") == Some("true"),
    })
}

fn index(root: Node<'_>, name: &str) -> Result<Option<u16>, Error> {
    let value = root.attribute(name);
    value
        .map(|value| value.parse().map_err(|_| wrong(name)))
        .transpose()
}

fn acs_url(root: Node<'_>, sender: &ServiceProvider) -> Result<String, Error> {
    let index = index(root, "AssertionConsumerServiceIndex")?.unwrap_or(sender.default_acs);
    let url = sender
        .acs
        .get(&index)
        .ok_or_else(|| wrong("AssertionConsumerServiceIndex"))?;
    match root.attribute("AssertionConsumerServiceURL") {
        Some(other) if other != url => Err(wrong("AssertionConsumerServiceURL")),
        _ => Ok(url.clone()),
    }
}

fn attributes(root: Node<'_>, sender: &ServiceProvider) -> Result<Vec<String>, Error> {
    match index(root, "AttributeConsumingServiceIndex")? {
        None => Ok(Vec::new()),
        Some(index) => {
            let names = sender.attribute_sets.get(&index);
            Ok(names
                .ok_or_else(|| wrong("AttributeConsumingServiceIndex"))?
                .clone())
        }
    }
}

fn level(root: Node<'_>) -> Result<Level, Error> {
    root.only(NS_PROTOCOL, "RequestedAuthnContext")
        .and_then(|context| context.only(NS_ASSERTION, "AuthnContextClassRef"))
        .ok()
        .and_then(|class| class.text())
        .and_then(|uri| Level::from_uri(&uri))
        .ok_or_else(|| wrong("RequestedAuthnContext"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::{OTHER, SP};
    use crate::metadata::ServiceProvider;
    use crate::request::AuthnRequest;
    use crate::xml::to_base64;
    use crate::{Field, KeyPair, Scheme};

    fn sender() -> ServiceProvider {
        let draft = crate::metadata::tests_support::draft(Scheme::Spid);
        ServiceProvider::parse(&draft.to_xml("_m", &SP, &[]).unwrap()).unwrap()
    }

    fn posted(xml: &str) -> Received {
        Received::from_post(Field::Request, &to_base64(xml), None).unwrap()
    }

    fn request() -> AuthnRequest<'static> {
        AuthnRequest {
            id: "_abc",
            issued_at: "2026-11-24T09:30:00Z".parse().unwrap(),
            destination: "https://idp.example.it/sso",
            issuer: "https://sp.example.it",
            acs_index: 0,
            attribute_index: 0,
            level: Level::L2,
        }
    }

    fn signed(key: &KeyPair) -> String {
        request().to_xml(key).unwrap()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let url = request().to_url("stato", &SP).unwrap();
        let redirected = Received::from_redirect(url.split_once('?').unwrap().1).unwrap();
        let by_post = read(&posted(&signed(&SP)), &sender()).unwrap();
        let read = read(&redirected, &sender()).unwrap();
        assert_eq!(by_post, read);
        assert_eq!(read.id, "_abc");
        assert_eq!(read.acs_url, "https://sp.example.it/spid/acs");
        assert_eq!(read.attributes, ["fiscalNumber", "name", "familyName"]);
        assert_eq!(read.level, Level::L2);
        assert!(read.force_authn);
    }

    #[test]
    fn keeps_to_the_rules_for_requests() {
        let xml = signed(&SP);
        for forbidden in [
            "AllowCreate",
            "IsPassive",
            "Scoping",
            "AssertionConsumerServiceURL",
        ] {
            assert!(!xml.contains(forbidden), "{forbidden}");
        }
        let order = [
            "<saml:Issuer",
            "<ds:Signature",
            "<samlp:NameIDPolicy",
            "<samlp:Requested",
        ];
        let places: Vec<usize> = order.iter().map(|tag| xml.find(tag).unwrap()).collect();
        assert!(places.is_sorted(), "{places:?}");
    }

    #[test]
    fn refuses_another_key_a_change_and_no_signature() {
        assert!(read(&posted(&signed(&OTHER)), &sender()).is_err());
        let xml = signed(&SP);
        let weaker = xml.replace("SpidL2", "SpidL1");
        assert_ne!(weaker, xml);
        assert!(read(&posted(&weaker), &sender()).is_err());
        let from = xml.find("<ds:Signature").unwrap();
        let to = xml.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
        let bare = format!("{}{}", &xml[..from], &xml[to..]);
        assert!(read(&posted(&bare), &sender()).is_err());
        assert!(Received::from_post(Field::Request, "%%%", None).is_err());
    }

    #[test]
    fn refuses_another_senders_request() {
        let other = ServiceProvider {
            entity_id: "https://altro.example.it".into(),
            ..sender()
        };
        assert!(read(&posted(&signed(&SP)), &other).is_err());
    }
}
