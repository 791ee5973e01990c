//! Reading XML strictly, and escaping what is written.
//!
//! The DOM below is convenient where SAML must be strict: its attribute lookup ignores
//! namespaces and its text lookup stops at the first comment. Both have let forged assertions
//! through elsewhere, so all reading goes through [`Node`].

use bergshamra_xml::uppsala::Parser;
use bergshamra_xml::{Document, NodeId, NodeKind};

/// No real message comes near (facts: a full response has about 12 KiB).
pub(crate) const MAX_BYTES: usize = 512 * 1024;
const MAX_DEPTH: u32 = 32;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum XmlError {
    TooLarge,
    NotBase64,
    NotUtf8,
    NotXml,
    DuplicateId,
}

/// Standard base64; line breaks are allowed because some providers fold at 76 columns.
pub(crate) fn from_base64(text: &str) -> Result<String, XmlError> {
    use base64::Engine;
    if text.len() > MAX_BYTES * 4 / 3 + MAX_BYTES / 16 {
        return Err(XmlError::TooLarge);
    }
    let folded: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(folded.trim())
        .map_err(|_| XmlError::NotBase64)?;
    if bytes.len() > MAX_BYTES {
        return Err(XmlError::TooLarge);
    }
    String::from_utf8(bytes).map_err(|_| XmlError::NotUtf8)
}

pub(crate) fn to_base64(xml: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(xml)
}

/// Parses without DTD or entities, within limits, and with every id used once.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, XmlError> {
    if text.len() > MAX_BYTES {
        return Err(XmlError::TooLarge);
    }
    let document = Parser::new()
        .with_forbid_dtd(true)
        .with_forbid_entities(true)
        .with_max_depth(MAX_DEPTH)
        .parse(text)
        .map_err(|_| XmlError::NotXml)?;
    let declared = document
        .xml_declaration
        .as_ref()
        .and_then(|d| d.encoding.as_deref());
    if declared.is_some_and(|encoding| !encoding.eq_ignore_ascii_case("utf-8")) {
        return Err(XmlError::NotUtf8);
    }
    if has_duplicate_id(&document) {
        return Err(XmlError::DuplicateId);
    }
    Ok(document)
}

/// Any attribute called "id", in any case and namespace: a reader that resolved it differently
/// from the verifier is how wrapped signatures pass.
fn has_duplicate_id(document: &Document<'_>) -> bool {
    let mut seen = std::collections::HashSet::new();
    document
        .descendants(document.root())
        .into_iter()
        .filter_map(|id| document.element(id))
        .flat_map(|element| &element.attributes)
        .filter(|attribute| {
            let name = &attribute.name.local_name;
            name.eq_ignore_ascii_case("id") || name.eq_ignore_ascii_case("assertionid")
        })
        .any(|attribute| !seen.insert(attribute.value.to_string()))
}

/// An element of a parsed document.
#[derive(Clone, Copy)]
pub(crate) struct Node<'d> {
    pub document: &'d Document<'d>,
    pub id: NodeId,
}

impl<'d> Node<'d> {
    pub fn root(document: &'d Document<'d>) -> Option<Node<'d>> {
        let id = document.document_element()?;
        Some(Node { document, id })
    }

    pub fn is(&self, namespace: &str, name: &str) -> bool {
        self.document
            .element(self.id)
            .is_some_and(|element| element.matches_name_ns(namespace, name))
    }

    /// An attribute that is in no namespace, trimmed.
    pub fn attribute(&self, name: &str) -> Option<&'d str> {
        let element = self.document.element(self.id)?;
        element
            .attributes
            .iter()
            .find(|a| a.name.namespace_uri.is_none() && a.name.local_name == name)
            .map(|a| a.value.trim())
    }

    /// Child elements, in order.
    pub fn children(&self) -> Vec<Node<'d>> {
        self.document
            .children(self.id)
            .into_iter()
            .filter(|id| self.document.element(*id).is_some())
            .map(|id| Node {
                document: self.document,
                id,
            })
            .collect()
    }

    pub fn children_named(&self, namespace: &str, name: &str) -> Vec<Node<'d>> {
        self.children()
            .into_iter()
            .filter(|child| child.is(namespace, name))
            .collect()
    }

    /// The only child of that name; `Err` with their number if there is not exactly one.
    pub fn only(&self, namespace: &str, name: &str) -> Result<Node<'d>, usize> {
        let found = self.children_named(namespace, name);
        match found.as_slice() {
            [one] => Ok(*one),
            several => Err(several.len()),
        }
    }

    /// This element's descendants of that name, itself not included.
    pub fn descendants_named(&self, namespace: &str, name: &str) -> Vec<Node<'d>> {
        self.document
            .descendants(self.id)
            .into_iter()
            .map(|id| Node {
                document: self.document,
                id,
            })
            .filter(|node| node.id != self.id && node.is(namespace, name))
            .collect()
    }

    /// All the text, trimmed; `None` if anything but text is inside (a comment or a processing
    /// instruction would split what is read from what is signed).
    pub fn text(&self) -> Option<String> {
        let mut text = String::new();
        for child in self.document.children(self.id) {
            match self.document.node_kind(child) {
                Some(NodeKind::Text(part)) | Some(NodeKind::CData(part)) => text.push_str(part),
                _ => return None,
            }
        }
        Some(text.trim().to_owned())
    }
}

/// Escapes text for an element or for an attribute in double quotes; characters that XML cannot
/// hold are dropped.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push_str(&format!("&#{};", c as u32)),
            c if (c as u32) < 0x20 || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(xml: &str) -> Option<String> {
        let document = parse(xml).unwrap();
        Node::root(&document).unwrap().text()
    }

    #[test]
    fn text_is_all_of_it_or_nothing() {
        assert_eq!(
            text_of("<a> x&amp;y<![CDATA[<z>]]> </a>").as_deref(),
            Some("x&y<z>")
        );
        assert_eq!(text_of("<a>x<!-- -->y</a>"), None);
        assert_eq!(text_of("<a>x<?p?>y</a>"), None);
        assert_eq!(text_of("<a>x<b/>y</a>"), None);
    }

    #[test]
    fn attributes_of_another_namespace_are_not_seen() {
        let xml = "<a xmlns:e='urn:e' e:ID='1'/>";
        let document = parse(xml).unwrap();
        assert_eq!(Node::root(&document).unwrap().attribute("ID"), None);
    }

    #[test]
    fn refuses_dtd_depth_size_and_other_encodings() {
        assert!(matches!(parse("<!DOCTYPE a><a/>"), Err(XmlError::NotXml)));
        assert!(matches!(
            parse("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"),
            Err(XmlError::NotXml)
        ));
        let deep = format!("{}{}", "<a>".repeat(200), "</a>".repeat(200));
        assert!(matches!(parse(&deep), Err(XmlError::NotXml)));
        let large = format!("<a>{}</a>", "x".repeat(MAX_BYTES));
        assert_eq!(parse(&large).unwrap_err(), XmlError::TooLarge);
        assert_eq!(
            from_base64(&to_base64(&large)).unwrap_err(),
            XmlError::TooLarge
        );
        let latin = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>";
        assert_eq!(parse(latin).unwrap_err(), XmlError::NotUtf8);
        assert!(parse("<?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>").is_ok());
    }

    #[test]
    fn refuses_ids_used_twice() {
        for xml in [
            "<a ID='1'><b ID='1'/></a>",
            "<a ID='1'><b xmlns:e='u' e:Id='1'/></a>",
        ] {
            assert_eq!(parse(xml).unwrap_err(), XmlError::DuplicateId);
        }
    }

    #[test]
    fn base64_may_be_folded_but_not_loose() {
        assert_eq!(from_base64("PGEv\r\nPg==").unwrap(), "<a/>");
        for bad in ["PGEvPg=", "PGEvPg", "PGE*vPg==", "====", "gA=="] {
            assert!(from_base64(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_escaped_is_read_back() {
        let text = "a<b>&\"'\tè\u{1}";
        let xml = format!("<a b=\"{}\">{}</a>", escape(text), escape(text));
        let document = parse(&xml).unwrap();
        let node = Node::root(&document).unwrap();
        assert_eq!(node.attribute("b"), Some("a<b>&\"'\tè"));
        assert_eq!(node.text().as_deref(), Some("a<b>&\"'\tè"));
    }
}
