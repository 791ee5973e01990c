//! Identity provider metadata: read by the counter, written by the sandbox.

use crate::logout::Binding;
use crate::metadata::{entity_id, parse, root, signing_certificates, wrong};
use crate::names::{BINDING_POST, BINDING_REDIRECT, NS_METADATA, NS_PROTOCOL};
use crate::xml::{Node, escape};
use crate::{Error, KeyPair, signature};

/// An identity provider that we trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityProvider {
    pub entity_id: String,
    /// Where to send AuthnRequests by HTTP-POST.
    pub sso_post: Option<String>,
    /// Where to send AuthnRequests by HTTP-Redirect.
    pub sso_redirect: Option<String>,
    pub slo_post: Option<String>,
    pub slo_redirect: Option<String>,
    /// DER; several while the provider changes keys. Their dates are not checked: the metadata
    /// that carries them is what we trust.
    pub certificates: Vec<Vec<u8>>,
    /// `OrganizationDisplayName`, Italian first; the entityID if there is none.
    pub display_name: String,
}

impl IdentityProvider {
    /// Reads one `EntityDescriptor`. Whether its origin is trusted is the caller's question.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let document = parse(text)?;
        Self::read(root(&document)?)
    }

    /// Reads a federation's list (`EntitiesDescriptor`, or a single `EntityDescriptor`), signed as
    /// a whole with one of the federation's certificates (DER). Members that are no identity
    /// providers, or whose keys are too weak, are left out; a list without any is refused.
    pub fn parse_list(text: &str, certificates: &[Vec<u8>]) -> Result<Vec<Self>, Error> {
        let document = parse(text)?;
        let root = root(&document)?;
        signature::signed_root(root, certificates).map_err(|flaw| {
            wrong(format!(
                "the list is not signed by the federation: {flaw:?}"
            ))
        })?;
        let members = match root.is(NS_METADATA, "EntityDescriptor") {
            true => vec![root],
            false => root.descendants_named(NS_METADATA, "EntityDescriptor"),
        };
        let providers: Vec<Self> = members
            .into_iter()
            .filter_map(|member| Self::read(member).ok())
            .collect();
        match providers.is_empty() {
            true => Err(wrong("no identity provider in the list")),
            false => Ok(providers),
        }
    }

    fn read(root: Node<'_>) -> Result<Self, Error> {
        let entity_id = entity_id(root)?;
        let descriptor = root
            .only(NS_METADATA, "IDPSSODescriptor")
            .map_err(|_| wrong("not exactly one IDPSSODescriptor"))?;
        let sso_post = location(descriptor, "SingleSignOnService", BINDING_POST);
        let sso_redirect = location(descriptor, "SingleSignOnService", BINDING_REDIRECT);
        if sso_post.is_none() && sso_redirect.is_none() {
            return Err(wrong("no SingleSignOnService by POST or Redirect"));
        }
        Ok(Self {
            display_name: display_name(root).unwrap_or_else(|| entity_id.clone()),
            entity_id,
            sso_post,
            sso_redirect,
            slo_post: location(descriptor, "SingleLogoutService", BINDING_POST),
            slo_redirect: location(descriptor, "SingleLogoutService", BINDING_REDIRECT),
            certificates: signing_certificates(descriptor)?,
        })
    }
}

pub(super) fn location(descriptor: Node<'_>, service: &str, binding: &str) -> Option<String> {
    descriptor
        .children_named(NS_METADATA, service)
        .into_iter()
        .find(|node| node.attribute("Binding") == Some(binding))
        .and_then(|node| node.attribute("Location"))
        .filter(|location| !location.is_empty())
        .map(str::to_owned)
}

fn display_name(root: Node<'_>) -> Option<String> {
    let organization = root.only(NS_METADATA, "Organization").ok()?;
    let names = organization.children_named(NS_METADATA, "OrganizationDisplayName");
    let italian = names.iter().find(|name| {
        let element = name.document.element(name.id);
        element.is_some_and(|e| e.get_attribute("lang") == Some("it"))
    });
    italian
        .or(names.first())
        .and_then(Node::text)
        .filter(|name| !name.is_empty())
}

/// What the sandbox publishes about itself.
#[derive(Clone, Debug)]
pub struct IdentityProviderDraft<'a> {
    pub entity_id: &'a str,
    pub display_name: &'a str,
    pub sso_url: &'a str,
    /// Only if single logout is answered there.
    pub slo_url: Option<&'a str>,
    /// How requests may come.
    pub bindings: &'a [Binding],
}

impl IdentityProviderDraft<'_> {
    /// Signed metadata. `id` comes from [`crate::new_id`].
    pub fn to_xml(&self, id: &str, key: &KeyPair) -> Result<String, Error> {
        let signature = signature::template(id, key);
        signature::sign_first(self.xml(id, &signature, key), key)
    }

    /// `signature`: its template, or nothing inside a list that is signed as a whole.
    fn xml(&self, id: &str, signature: &str, key: &KeyPair) -> String {
        let service = |name: &str, url: &str| {
            let each = self.bindings.iter().map(|binding| match binding {
                Binding::Post => BINDING_POST,
                Binding::Redirect => BINDING_REDIRECT,
            });
            let url = escape(url);
            each.map(|binding| format!("<md:{name} Binding=\"{binding}\" Location=\"{url}\"/>"))
                .collect::<String>()
        };
        format!(
            "<md:EntityDescriptor xmlns:md=\"{NS_METADATA}\" entityID=\"{entity}\" ID=\"{id}\">\
             {signature}<md:IDPSSODescriptor WantAuthnRequestsSigned=\"true\" \
             protocolSupportEnumeration=\"{NS_PROTOCOL}\">{key_descriptor}\
             {slo}<md:NameIDFormat>{format}</md:NameIDFormat>\
             {sso}\
             </md:IDPSSODescriptor><md:Organization>\
             <md:OrganizationName xml:lang=\"it\">{name}</md:OrganizationName>\
             <md:OrganizationDisplayName xml:lang=\"it\">{name}</md:OrganizationDisplayName>\
             <md:OrganizationURL xml:lang=\"it\">{entity}</md:OrganizationURL>\
             </md:Organization></md:EntityDescriptor>",
            entity = escape(self.entity_id),
            key_descriptor = super::service_provider::key_descriptor(key),
            slo = self
                .slo_url
                .map_or_else(String::new, |url| service("SingleLogoutService", url)),
            sso = service("SingleSignOnService", self.sso_url),
            format = crate::names::FORMAT_TRANSIENT,
            name = escape(self.display_name),
        )
    }
}

/// A federation's list of its providers, signed as a whole, as SPID's registry publishes it.
pub fn write_list(
    id: &str,
    providers: &[IdentityProviderDraft<'_>],
    key: &KeyPair,
) -> Result<String, Error> {
    let members: String = providers
        .iter()
        .enumerate()
        .map(|(n, provider)| provider.xml(&format!("{id}-{n}"), "", key))
        .collect();
    let xml = format!(
        "<md:EntitiesDescriptor xmlns:md=\"{NS_METADATA}\" ID=\"{id}\">{}{members}\
         </md:EntitiesDescriptor>",
        signature::template(id, key),
    );
    signature::sign_first(xml, key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::{IDP, OTHER, SP};

    fn draft() -> IdentityProviderDraft<'static> {
        IdentityProviderDraft {
            entity_id: "https://idp.example.it/spid",
            display_name: "Identità & prova",
            sso_url: "https://idp.example.it/sso?a=1&b=2",
            slo_url: Some("https://idp.example.it/slo"),
            bindings: &[Binding::Post],
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let xml = draft().to_xml("_1", &IDP).unwrap();
        let read = IdentityProvider::parse(&xml).unwrap();
        assert_eq!(read.entity_id, "https://idp.example.it/spid");
        assert_eq!(read.display_name, "Identità & prova");
        assert_eq!(
            read.sso_post.as_deref(),
            Some("https://idp.example.it/sso?a=1&b=2")
        );
        assert_eq!(read.sso_redirect, None);
        assert_eq!(read.certificates, [IDP.certificate_der().to_vec()]);
    }

    #[test]
    fn takes_several_keys_and_leaves_those_for_encryption() {
        let xml = draft().to_xml("_1", &IDP).unwrap();
        let second = super::super::service_provider::key_descriptor(&OTHER);
        let encryption = second.replace("signing", "encryption");
        let at = "<md:SingleLogoutService";
        let two = xml.replacen(at, &format!("{second}{encryption}{at}"), 1);
        let read = IdentityProvider::parse(&two).unwrap();
        assert_eq!(
            read.certificates,
            [IDP.certificate_der(), OTHER.certificate_der()]
        );
    }

    #[test]
    fn a_list_is_believed_only_from_the_federation() {
        let both = [Binding::Post, Binding::Redirect];
        let second = IdentityProviderDraft {
            entity_id: "https://altro.example.it/spid",
            bindings: &both,
            ..draft()
        };
        let list = write_list("_list", &[draft(), second], &SP).unwrap();
        let federation = |key: &KeyPair| [key.certificate_der().to_vec()];
        let read = IdentityProvider::parse_list(&list, &federation(&SP)).unwrap();
        let names: Vec<&str> = read.iter().map(|p| p.entity_id.as_str()).collect();
        assert_eq!(
            names,
            [
                "https://idp.example.it/spid",
                "https://altro.example.it/spid"
            ]
        );
        assert_eq!(read[0].sso_redirect, None);
        assert!(read[1].sso_redirect.is_some() && read[1].slo_redirect.is_some());
        assert!(IdentityProvider::parse_list(&list, &federation(&OTHER)).is_err());
        let changed = list.replace("altro.example.it/spid", "ladro.example.it/spid");
        assert_ne!(changed, list);
        assert!(IdentityProvider::parse_list(&changed, &federation(&SP)).is_err());
        // A member's own signature inside does not make the list the federation's.
        let member = draft().to_xml("_1", &IDP).unwrap();
        let unsigned = format!(
            "<md:EntitiesDescriptor xmlns:md=\"{NS_METADATA}\" ID=\"_l\">{member}\
             </md:EntitiesDescriptor>"
        );
        assert!(IdentityProvider::parse_list(&unsigned, &federation(&IDP)).is_err());
        assert!(IdentityProvider::parse_list(&member, &federation(&IDP)).is_ok());
    }

    #[test]
    fn members_keep_their_own_signatures_in_a_list() {
        let member = draft().to_xml("_1", &IDP).unwrap();
        let template = signature::template("_list", &SP);
        let list = format!(
            "<md:EntitiesDescriptor xmlns:md=\"{NS_METADATA}\" ID=\"_list\">{template}{member}\
             </md:EntitiesDescriptor>"
        );
        let list = signature::sign_first(list, &SP).unwrap();
        let read = IdentityProvider::parse_list(&list, &[SP.certificate_der().to_vec()]);
        assert_eq!(read.unwrap().len(), 1);
    }

    #[test]
    fn refuses_what_cannot_be_used() {
        let good = draft().to_xml("_1", &IDP).unwrap();
        for (from, to) in [
            ("entityID=\"https://idp.example.it/spid\"", "entityID=\"\""),
            ("use=\"signing\"", "use=\"encryption\""),
            ("SingleSignOnService", "SingleSomethingService"),
            ("md:IDPSSODescriptor", "md:SPSSODescriptor"),
            ("<md:EntityDescriptor", "<!DOCTYPE x><md:EntityDescriptor"),
        ] {
            let bad = good.replace(from, to);
            assert_ne!(bad, good);
            assert!(IdentityProvider::parse(&bad).is_err(), "{from} -> {to}");
        }
        assert!(IdentityProvider::parse("<html/>").is_err());
    }

    /// A certificate with RSA of 1024 bits, made with openssl.
    const WEAK: &str = concat!(
        "MIIB/jCCAWegAwIBAgIUPXU62YFYpi8vUV2bw7vl5OI4pZ0wDQYJKoZIhvcNAQELBQAwETEPMA0GA1UE",
        "AwwGZGVib2xlMB4XDTI2MTEyNDAxNTg1MloXDTM2MTEyMTAxNTg1MlowETEPMA0GA1UEAwwGZGVib2xl",
        "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCjfZDY/DwJZZlimeIeW9Subv9E9znz0PHppfMCD9/t",
        "bCEQA9j4Du1smIHIV+iv9KrHX+fN4swkuAibxdzNp91r9pUvvVdCTFnMmTtGagTV6KhBC2grMuguz2bo",
        "3QeQAovaZUF8s4z8+RhXWm3o3fcrKo31D+NiKMaR137rloPsowIDAQABo1MwUTAdBgNVHQ4EFgQUTC6D",
        "sAE7PGmHihneI5R8uXVbfTMwHwYDVR0jBBgwFoAUTC6DsAE7PGmHihneI5R8uXVbfTMwDwYDVR0TAQH/",
        "BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOBgQBgswdvJ5BaOqrW+FDp7EbVgwdcrQNngUd5fCkZCY06N61N",
        "O5W6WMiII2YLRLu6VuqldN4oThtGCIPomn2Sb/lmXJED7Vo0OPd/1PBTVn5D3hHCrQAhzHIrkIzHr8h9",
        "4+HjDpDEySo2PDMxzJioX66VnzxEIeNOzN12KJCTwWRQog==",
    );

    #[test]
    fn weak_keys_are_left_out() {
        use base64::Engine;
        let good = draft().to_xml("_1", &IDP).unwrap();
        let curve = rcgen::generate_simple_self_signed(Vec::new()).unwrap();
        let curve = base64::engine::general_purpose::STANDARD.encode(curve.cert.der());
        for weak in [WEAK, curve.as_str()] {
            let only = good.replace(&IDP.certificate_base64(), weak);
            assert!(IdentityProvider::parse(&only).is_err());
            let second = super::super::service_provider::key_descriptor(&IDP)
                .replace(&IDP.certificate_base64(), weak);
            let at = "<md:SingleLogoutService";
            let both = good.replacen(at, &format!("{second}{at}"), 1);
            let read = IdentityProvider::parse(&both).unwrap();
            assert_eq!(read.certificates, [IDP.certificate_der()]);
        }
    }
}
