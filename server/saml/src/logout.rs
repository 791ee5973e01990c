//! Single logout (AgID rules, "Single Logout"): asked for from either side, by POST or Redirect.
//!
//! A provider keeps a session only for level 1; for the others there is nothing to end there, but
//! it may still ask us to end ours.

use jiff::{SignedDuration, Timestamp};

use crate::binding::{Field, Received, redirect_url};
use crate::names::{
    FORMAT_ENTITY, FORMAT_TRANSIENT, NS_ASSERTION, NS_PROTOCOL, STATUS_PARTIAL_LOGOUT,
    STATUS_REQUESTER, STATUS_SUCCESS,
};
use crate::signature::{self, Flaw};
use crate::xml::{self, Node, escape};
use crate::{Error, KeyPair, instant};

/// How a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    Post,
    Redirect,
}

/// What is common to both messages.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// From [`crate::new_id`].
    pub id: &'a str,
    pub issued_at: Timestamp,
    /// The other side's address for logouts.
    pub destination: &'a str,
    /// Our entityID.
    pub issuer: &'a str,
}

/// "This session is over, end it too."
#[derive(Clone, Copy, Debug)]
pub struct LogoutRequest<'a> {
    pub head: Head<'a>,
    pub name_id: &'a str,
    pub name_qualifier: &'a str,
    pub session_index: Option<&'a str>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Not everywhere.
    Partial,
}

/// "It is over", or not everywhere.
#[derive(Clone, Copy, Debug)]
pub struct LogoutResponse<'a> {
    pub head: Head<'a>,
    pub in_response_to: &'a str,
    pub outcome: Outcome,
}

impl Head<'_> {
    fn open(&self, element: &str, more: &str, signature: &str) -> String {
        let issuer = escape(self.issuer);
        format!(
            "<samlp:{element} xmlns:samlp=\"{NS_PROTOCOL}\" xmlns:saml=\"{NS_ASSERTION}\" \
             ID=\"{}\" Version=\"2.0\" IssueInstant=\"{}\" Destination=\"{}\"{more}>\
             <saml:Issuer Format=\"{FORMAT_ENTITY}\" NameQualifier=\"{issuer}\">{issuer}\
             </saml:Issuer>{signature}",
            self.id,
            instant::format(self.issued_at),
            escape(self.destination),
        )
    }
}

impl LogoutRequest<'_> {
    fn xml(&self, signature: &str) -> String {
        let index = self.session_index.map_or_else(String::new, |index| {
            format!("<samlp:SessionIndex>{}</samlp:SessionIndex>", escape(index))
        });
        format!(
            "{}<saml:NameID Format=\"{FORMAT_TRANSIENT}\" NameQualifier=\"{}\">{}</saml:NameID>\
             {index}</samlp:LogoutRequest>",
            self.head.open("LogoutRequest", "", signature),
            escape(self.name_qualifier),
            escape(self.name_id),
        )
    }

    /// For [`request::post_form`](crate::request::post_form).
    pub fn to_xml(&self, key: &KeyPair) -> Result<String, Error> {
        signature::sign_first(self.xml(&signature::template(self.head.id, key)), key)
    }

    /// The address to send the browser to.
    pub fn to_url(&self, relay_state: &str, key: &KeyPair) -> Result<String, Error> {
        let (field, to) = (Field::Request, self.head.destination);
        redirect_url(field, to, &self.xml(""), Some(relay_state), key)
    }
}

impl LogoutResponse<'_> {
    fn xml(&self, signature: &str) -> String {
        let about = format!(" InResponseTo=\"{}\"", escape(self.in_response_to));
        let status = match self.outcome {
            Outcome::Done => format!("<samlp:StatusCode Value=\"{STATUS_SUCCESS}\"/>"),
            Outcome::Partial => format!(
                "<samlp:StatusCode Value=\"{STATUS_REQUESTER}\">\
                 <samlp:StatusCode Value=\"{STATUS_PARTIAL_LOGOUT}\"/></samlp:StatusCode>"
            ),
        };
        format!(
            "{}<samlp:Status>{status}</samlp:Status></samlp:LogoutResponse>",
            self.head.open("LogoutResponse", &about, signature),
        )
    }

    /// For [`response::post_form`](crate::response::post_form).
    pub fn to_xml(&self, key: &KeyPair) -> Result<String, Error> {
        signature::sign_first(self.xml(&signature::template(self.head.id, key)), key)
    }

    /// The address to send the browser to. The other side's RelayState goes back to it.
    pub fn to_url(&self, relay_state: Option<&str>, key: &KeyPair) -> Result<String, Error> {
        let (field, to) = (Field::Response, self.head.destination);
        redirect_url(field, to, &self.xml(""), relay_state, key)
    }
}

/// What the other side said, verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    Request {
        id: String,
        name_id: String,
        /// Empty: all sessions of this name.
        session_indexes: Vec<String>,
    },
    Response {
        in_response_to: String,
        outcome: Outcome,
    },
}

/// Why a message about a logout is not believed. The text is for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogoutRefusal {
    #[error("the message is not acceptable XML")]
    NotXml,
    #[error("neither a LogoutRequest nor a LogoutResponse, or in the other's field")]
    NotALogout,
    #[error("{0} is missing, malformed or not what was expected")]
    Wrong(&'static str),
    #[error("the message is too old or from the future")]
    Untimely,
    #[error("not signed by its sender")]
    Signature,
}

impl From<Flaw> for LogoutRefusal {
    fn from(_: Flaw) -> Self {
        LogoutRefusal::Signature
    }
}

/// For how long a message may be under way.
const WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// Who says to have sent it: to find the keys that [`read`] needs.
pub fn issuer_of(received: &Received) -> Result<String, LogoutRefusal> {
    let document = xml::parse(&received.xml).map_err(|_| LogoutRefusal::NotXml)?;
    issuer(Node::root(&document).ok_or(LogoutRefusal::NotXml)?)
}

fn issuer(root: Node<'_>) -> Result<String, LogoutRefusal> {
    let issuer = root.only(NS_ASSERTION, "Issuer").ok();
    let issuer = issuer.and_then(|node| node.text());
    issuer
        .filter(|issuer| !issuer.is_empty())
        .ok_or(LogoutRefusal::Wrong("Issuer"))
}

/// Verifies a message of `sender`, who has these keys, to `own_url`.
pub fn read(
    received: &Received,
    sender: &str,
    certificates: &[Vec<u8>],
    own_url: &str,
    now: Timestamp,
    skew: SignedDuration,
) -> Result<Incoming, LogoutRefusal> {
    let document = xml::parse(&received.xml).map_err(|_| LogoutRefusal::NotXml)?;
    let root = Node::root(&document).ok_or(LogoutRefusal::NotXml)?;
    received.verify(root, certificates)?;
    if issuer(root)? != sender {
        return Err(LogoutRefusal::Wrong("Issuer"));
    }
    let attribute = |name: &'static str| {
        let value = root.attribute(name).filter(|value| !value.is_empty());
        value.ok_or(LogoutRefusal::Wrong(name))
    };
    if attribute("Version")? != "2.0" {
        return Err(LogoutRefusal::Wrong("Version"));
    }
    if attribute("Destination")? != own_url {
        return Err(LogoutRefusal::Wrong("Destination"));
    }
    let issued = instant::parse(attribute("IssueInstant")?);
    let issued = issued.ok_or(LogoutRefusal::Wrong("IssueInstant"))?;
    if now.duration_since(issued).abs() > WINDOW + skew {
        return Err(LogoutRefusal::Untimely);
    }
    let is = |name: &str| root.is(NS_PROTOCOL, name);
    match received.field {
        Field::Request if is("LogoutRequest") => Ok(Incoming::Request {
            id: attribute("ID")?.to_owned(),
            name_id: name_id(root)?,
            session_indexes: root
                .children_named(NS_PROTOCOL, "SessionIndex")
                .iter()
                .map(|index| index.text().ok_or(LogoutRefusal::Wrong("SessionIndex")))
                .collect::<Result<_, _>>()?,
        }),
        Field::Response if is("LogoutResponse") => Ok(Incoming::Response {
            in_response_to: attribute("InResponseTo")?.to_owned(),
            outcome: outcome(root)?,
        }),
        _ => Err(LogoutRefusal::NotALogout),
    }
}

fn name_id(root: Node<'_>) -> Result<String, LogoutRefusal> {
    let name = root.only(NS_ASSERTION, "NameID").ok();
    name.and_then(|node| node.text())
        .filter(|name| !name.is_empty())
        .ok_or(LogoutRefusal::Wrong("NameID"))
}

fn outcome(root: Node<'_>) -> Result<Outcome, LogoutRefusal> {
    let wrong = LogoutRefusal::Wrong("Status");
    let status = root
        .only(NS_PROTOCOL, "Status")
        .map_err(|_| wrong.clone())?;
    let code = status.only(NS_PROTOCOL, "StatusCode");
    match code.map_err(|_| wrong.clone())?.attribute("Value") {
        Some(STATUS_SUCCESS) => Ok(Outcome::Done),
        Some(_) => Ok(Outcome::Partial),
        None => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::{IDP, OTHER, SP};
    use crate::xml::to_base64;

    const IDP_ID: &str = "https://idp.example.it";
    const OURS: &str = "https://sp.example.it/spid/slo";

    fn now() -> Timestamp {
        "2026-11-24T09:30:00Z".parse().unwrap()
    }

    fn head() -> Head<'static> {
        Head {
            id: "_logout",
            issued_at: now(),
            destination: OURS,
            issuer: IDP_ID,
        }
    }

    fn request() -> LogoutRequest<'static> {
        LogoutRequest {
            head: head(),
            name_id: "transient<1>",
            name_qualifier: IDP_ID,
            session_index: Some("_session"),
        }
    }

    fn response(outcome: Outcome) -> LogoutResponse<'static> {
        LogoutResponse {
            head: head(),
            in_response_to: "_asked",
            outcome,
        }
    }

    fn posted(field: Field, xml: &str) -> Received {
        Received::from_post(field, &to_base64(xml), None).unwrap()
    }

    fn redirected(url: &str) -> Received {
        Received::from_redirect(url.split_once('?').unwrap().1).unwrap()
    }

    fn judged(received: &Received, at: Timestamp) -> Result<Incoming, LogoutRefusal> {
        let keys = [IDP.certificate_der().to_vec()];
        assert_eq!(issuer_of(received).unwrap(), IDP_ID);
        read(
            received,
            IDP_ID,
            &keys,
            OURS,
            at,
            SignedDuration::from_secs(60),
        )
    }

    #[test]
    fn both_messages_by_both_ways() {
        let asked = Incoming::Request {
            id: "_logout".into(),
            name_id: "transient<1>".into(),
            session_indexes: vec!["_session".into()],
        };
        let xml = request().to_xml(&IDP).unwrap();
        assert_eq!(
            judged(&posted(Field::Request, &xml), now()).as_ref(),
            Ok(&asked)
        );
        let url = request().to_url("stato", &IDP).unwrap();
        assert_eq!(judged(&redirected(&url), now()), Ok(asked));
        for outcome in [Outcome::Done, Outcome::Partial] {
            let told = Incoming::Response {
                in_response_to: "_asked".into(),
                outcome,
            };
            let xml = response(outcome).to_xml(&IDP).unwrap();
            assert_eq!(
                judged(&posted(Field::Response, &xml), now()).as_ref(),
                Ok(&told)
            );
            let url = response(outcome).to_url(None, &IDP).unwrap();
            assert_eq!(judged(&redirected(&url), now()), Ok(told));
        }
    }

    #[test]
    fn only_its_sender_signs_it() {
        let unsigned = request().xml("");
        assert_eq!(
            judged(&posted(Field::Request, &unsigned), now()),
            Err(LogoutRefusal::Signature)
        );
        for other in [&*OTHER, &*SP] {
            let xml = request().to_xml(other).unwrap();
            assert_eq!(
                judged(&posted(Field::Request, &xml), now()),
                Err(LogoutRefusal::Signature)
            );
            let url = request().to_url("stato", other).unwrap();
            assert_eq!(
                judged(&redirected(&url), now()),
                Err(LogoutRefusal::Signature)
            );
        }
        let xml = request()
            .to_xml(&IDP)
            .unwrap()
            .replace("_session", "_other");
        assert_eq!(
            judged(&posted(Field::Request, &xml), now()),
            Err(LogoutRefusal::Signature)
        );
        // By Redirect the signature is beside the document, not inside.
        let inside = request().to_xml(&IDP).unwrap();
        let url = redirect_url(Field::Request, OURS, &inside, None, &IDP).unwrap();
        assert_eq!(
            judged(&redirected(&url), now()),
            Err(LogoutRefusal::Signature)
        );
    }

    #[test]
    fn what_is_old_elsewhere_or_something_else_is_refused() {
        let xml = request().to_xml(&IDP).unwrap();
        let message = posted(Field::Request, &xml);
        let shifted = |seconds| now() + SignedDuration::from_secs(seconds);
        assert!(judged(&message, shifted(350)).is_ok());
        assert_eq!(judged(&message, shifted(370)), Err(LogoutRefusal::Untimely));
        assert_eq!(
            judged(&message, shifted(-370)),
            Err(LogoutRefusal::Untimely)
        );
        assert_eq!(
            judged(&posted(Field::Response, &xml), now()),
            Err(LogoutRefusal::NotALogout)
        );
        let keys = [IDP.certificate_der().to_vec()];
        let skew = SignedDuration::ZERO;
        let read = |sender, own| read(&message, sender, &keys, own, now(), skew);
        assert_eq!(
            read(IDP_ID, "https://sp.example.it/cie/slo"),
            Err(LogoutRefusal::Wrong("Destination"))
        );
        assert_eq!(
            read("https://altro.it", OURS),
            Err(LogoutRefusal::Wrong("Issuer"))
        );
        let nameless = LogoutRequest {
            name_id: "",
            ..request()
        };
        let xml = nameless.to_xml(&IDP).unwrap();
        assert_eq!(
            judged(&posted(Field::Request, &xml), now()),
            Err(LogoutRefusal::Wrong("NameID"))
        );
    }
}
