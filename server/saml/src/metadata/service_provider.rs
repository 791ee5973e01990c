//! Service provider metadata (AgID rules, "Metadata"; CIE federation manual).

use std::collections::BTreeMap;

use crate::metadata::{entity_id, parse, root, signing_certificates, wrong};
use crate::names::{
    BINDING_POST, BINDING_REDIRECT, FORMAT_TRANSIENT, NS_DSIG, NS_METADATA, NS_PROTOCOL,
};
use crate::xml::escape;
use crate::{Error, KeyPair, Scheme, signature};

const NS_SPID: &str = "https://spid.gov.it/saml-extensions";
const NS_CIE: &str = "https://www.cartaidentita.interno.gov.it/saml-extensions";

/// The public body that answers for the service.
#[derive(Clone, Debug)]
pub struct Body<'a> {
    /// `OrganizationName`, e.g. "Comune di Bitonto".
    pub name: &'a str,
    /// The site of the body.
    pub url: &'a str,
    /// Code in the index of public bodies, e.g. `c_a893`.
    pub ipa_code: &'a str,
    /// Belfiore code of the municipality, e.g. `A893` (CIE only).
    pub municipality: &'a str,
    /// An office's address, never a person's.
    pub email: &'a str,
    /// `+39` and digits, no spaces.
    pub phone: Option<&'a str>,
}

/// One `AttributeConsumingService`: what we ask for.
#[derive(Clone, Debug)]
pub struct AttributeSet<'a> {
    pub index: u16,
    /// Shown by some providers when they ask for consent.
    pub name: &'a str,
    pub attributes: &'a [&'a str],
}

/// What the counter needs of a SPID identity, and no more (Reg. UE 2016/679 art. 5 c. 1 c): the
/// place of birth is in the codice fiscale.
pub fn spid_attributes() -> &'static [&'static str] {
    &[
        "fiscalNumber",
        "name",
        "familyName",
        "dateOfBirth",
        "email",
        "mobilePhone",
    ]
}

/// The four that CIE has.
pub fn cie_attributes() -> &'static [&'static str] {
    &["fiscalNumber", "name", "familyName", "dateOfBirth"]
}

/// Index of what is asked of a foreign identity: towards the eIDAS node only.
pub const EIDAS_MINIMUM: u16 = 99;

/// The two sets with the indexes and names that the Italian eIDAS node wants to find in a service
/// provider's metadata. There is no codice fiscale among them: `spidCode` names the person.
pub fn eidas_sets() -> [AttributeSet<'static>; 2] {
    [
        AttributeSet {
            index: EIDAS_MINIMUM,
            name: "eIDAS Natural Person Minimum Attribute Set",
            attributes: &["dateOfBirth", "familyName", "name", "spidCode"],
        },
        AttributeSet {
            index: 100,
            name: "eIDAS Natural Person Full Attribute Set",
            attributes: &[
                "address",
                "dateOfBirth",
                "familyName",
                "gender",
                "name",
                "placeOfBirth",
                "spidCode",
            ],
        },
    ]
}

/// Everything that our metadata says.
#[derive(Clone, Debug)]
pub struct ServiceProviderDraft<'a> {
    pub scheme: Scheme,
    pub entity_id: &'a str,
    pub acs_url: &'a str,
    /// Of single logout, by POST and by Redirect.
    pub slo_url: &'a str,
    pub body: Body<'a>,
    pub attribute_sets: &'a [AttributeSet<'a>],
}

impl ServiceProviderDraft<'_> {
    /// Signed metadata. `id` comes from [`crate::new_id`]; `also` are the keys that will sign
    /// next, published beside the first during a change of keys.
    pub fn to_xml(&self, id: &str, key: &KeyPair, also: &[&KeyPair]) -> Result<String, Error> {
        let keys: String = std::iter::once(&key)
            .chain(also)
            .map(|key| key_descriptor(key))
            .collect();
        let xml = format!(
            "<md:EntityDescriptor xmlns:md=\"{NS_METADATA}\" entityID=\"{entity}\" ID=\"{id}\">\
             {signature}<md:SPSSODescriptor protocolSupportEnumeration=\"{NS_PROTOCOL}\" \
             AuthnRequestsSigned=\"true\" WantAssertionsSigned=\"true\">{keys}\
             <md:SingleLogoutService Binding=\"{BINDING_POST}\" Location=\"{slo}\"/>\
             <md:SingleLogoutService Binding=\"{BINDING_REDIRECT}\" Location=\"{slo}\"/>\
             <md:NameIDFormat>{FORMAT_TRANSIENT}</md:NameIDFormat>\
             <md:AssertionConsumerService Binding=\"{BINDING_POST}\" Location=\"{acs}\" \
             index=\"0\" isDefault=\"true\"/>{sets}</md:SPSSODescriptor>{organization}{contact}\
             </md:EntityDescriptor>",
            entity = escape(self.entity_id),
            signature = signature::template(id, key),
            slo = escape(self.slo_url),
            acs = escape(self.acs_url),
            sets = self
                .attribute_sets
                .iter()
                .map(attribute_set)
                .collect::<String>(),
            organization = organization(&self.body),
            contact = self.contact(),
        );
        signature::sign_first(xml, key)
    }

    /// SPID wants one contact "other", CIE one "administrative" with the municipality.
    fn contact(&self) -> String {
        let body = &self.body;
        let ipa = escape(body.ipa_code);
        let (kind, extensions) = match self.scheme {
            Scheme::Spid => (
                "other",
                format!(
                    "<md:Extensions xmlns:spid=\"{NS_SPID}\"><spid:IPACode>{ipa}</spid:IPACode>\
                     <spid:Public/></md:Extensions>"
                ),
            ),
            Scheme::Cie => (
                "administrative",
                format!(
                    "<md:Extensions xmlns:cie=\"{NS_CIE}\"><cie:Public/>\
                     <cie:IPACode>{ipa}</cie:IPACode><cie:IPACategory>L6</cie:IPACategory>\
                     <cie:Municipality>{}</cie:Municipality></md:Extensions>",
                    escape(body.municipality)
                ),
            ),
        };
        let phone = body.phone.map_or_else(String::new, |phone| {
            format!("<md:TelephoneNumber>{}</md:TelephoneNumber>", escape(phone))
        });
        format!(
            "<md:ContactPerson contactType=\"{kind}\">{extensions}\
             <md:Company>{}</md:Company><md:EmailAddress>{}</md:EmailAddress>{phone}\
             </md:ContactPerson>",
            escape(body.name),
            escape(body.email),
        )
    }
}

pub(crate) fn key_descriptor(key: &KeyPair) -> String {
    format!(
        "<md:KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds=\"{NS_DSIG}\"><ds:X509Data>\
         <ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\
         </md:KeyDescriptor>",
        key.certificate_base64()
    )
}

fn attribute_set(set: &AttributeSet<'_>) -> String {
    let requested: String = set
        .attributes
        .iter()
        .map(|name| format!("<md:RequestedAttribute Name=\"{}\"/>", escape(name)))
        .collect();
    format!(
        "<md:AttributeConsumingService index=\"{}\">\
         <md:ServiceName xml:lang=\"it\">{}</md:ServiceName>{requested}\
         </md:AttributeConsumingService>",
        set.index,
        escape(set.name)
    )
}

fn organization(body: &Body<'_>) -> String {
    let name = escape(body.name);
    format!(
        "<md:Organization><md:OrganizationName xml:lang=\"it\">{name}</md:OrganizationName>\
         <md:OrganizationDisplayName xml:lang=\"it\">{name}</md:OrganizationDisplayName>\
         <md:OrganizationURL xml:lang=\"it\">{}</md:OrganizationURL></md:Organization>",
        escape(body.url)
    )
}

/// A service provider as an identity provider sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceProvider {
    pub entity_id: String,
    /// Assertion consumer services by HTTP-POST: index and URL.
    pub acs: BTreeMap<u16, String>,
    pub default_acs: u16,
    /// Attribute sets: index and names.
    pub attribute_sets: BTreeMap<u16, Vec<String>>,
    /// Where logouts are answered, by HTTP-POST.
    pub slo_post: Option<String>,
    pub certificates: Vec<Vec<u8>>,
}

impl ServiceProvider {
    /// Reads one `EntityDescriptor` with an `SPSSODescriptor`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let document = parse(text)?;
        let root = root(&document)?;
        let entity_id = entity_id(root)?;
        let descriptor = root
            .only(NS_METADATA, "SPSSODescriptor")
            .map_err(|_| wrong("not exactly one SPSSODescriptor"))?;
        let index = |node: &crate::xml::Node<'_>| {
            let index = node
                .attribute("index")
                .and_then(|index| index.parse::<u16>().ok());
            index.ok_or_else(|| wrong("index is not a small number"))
        };
        let mut acs = BTreeMap::new();
        let mut default_acs = None;
        for node in descriptor.children_named(NS_METADATA, "AssertionConsumerService") {
            if node.attribute("Binding") != Some(BINDING_POST) {
                continue;
            }
            let location = node.attribute("Location").unwrap_or_default();
            acs.insert(index(&node)?, location.to_owned());
            if node.attribute("isDefault") == Some("true") {
                default_acs = Some(index(&node)?);
            }
        }
        let first = acs.keys().next().copied();
        let mut attribute_sets = BTreeMap::new();
        for node in descriptor.children_named(NS_METADATA, "AttributeConsumingService") {
            let names = node
                .children_named(NS_METADATA, "RequestedAttribute")
                .iter()
                .filter_map(|requested| requested.attribute("Name").map(str::to_owned))
                .collect();
            attribute_sets.insert(index(&node)?, names);
        }
        Ok(Self {
            entity_id,
            default_acs: default_acs
                .or(first)
                .ok_or_else(|| wrong("no ACS by POST"))?,
            acs,
            attribute_sets,
            slo_post: super::identity_provider::location(
                descriptor,
                "SingleLogoutService",
                BINDING_POST,
            ),
            certificates: signing_certificates(descriptor)?,
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::keys::tests::{OTHER, SP};

    pub fn draft(scheme: Scheme) -> ServiceProviderDraft<'static> {
        static SPID: [AttributeSet<'static>; 1] = [AttributeSet {
            index: 0,
            name: "Sportello <digitale>",
            attributes: &["fiscalNumber", "name", "familyName"],
        }];
        ServiceProviderDraft {
            scheme,
            entity_id: "https://sp.example.it",
            acs_url: "https://sp.example.it/spid/acs",
            slo_url: "https://sp.example.it/spid/slo",
            body: Body {
                name: "Comune di Prova",
                url: "https://www.example.it",
                ipa_code: "c_a893",
                municipality: "A893",
                email: "spid@example.it",
                phone: Some("+390800000000"),
            },
            attribute_sets: &SPID,
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let xml = draft(Scheme::Spid).to_xml("_1", &SP, &[&OTHER]).unwrap();
        let read = ServiceProvider::parse(&xml).unwrap();
        assert_eq!(read.entity_id, "https://sp.example.it");
        assert_eq!(read.acs[&0], "https://sp.example.it/spid/acs");
        assert_eq!(read.default_acs, 0);
        assert_eq!(
            read.attribute_sets[&0],
            ["fiscalNumber", "name", "familyName"]
        );
        assert_eq!(
            read.certificates,
            [SP.certificate_der(), OTHER.certificate_der()]
        );
    }

    #[test]
    fn is_signed_over_the_whole() {
        let xml = draft(Scheme::Cie).to_xml("_1", &SP, &[]).unwrap();
        let signed = |xml: &str, key: &KeyPair| {
            let document = parse(xml).unwrap();
            let root = crate::xml::Node::root(&document).unwrap();
            signature::signed_owners(root, &[root], &[key.certificate_der().to_vec()])
        };
        assert_eq!(signed(&xml, &SP), Ok(vec![true]));
        assert!(signed(&xml, &OTHER).is_err());
        assert!(signed(&xml.replace("/spid/acs", "/spid/acx"), &SP).is_err());
    }

    #[test]
    fn contacts_follow_the_scheme() {
        let spid = draft(Scheme::Spid).to_xml("_1", &SP, &[]).unwrap();
        let cie = draft(Scheme::Cie).to_xml("_1", &SP, &[]).unwrap();
        assert!(spid.contains("contactType=\"other\"") && spid.contains("<spid:Public/>"));
        assert!(cie.contains("contactType=\"administrative\""));
        assert!(cie.contains("<cie:Municipality>A893</cie:Municipality>"));
    }
}
