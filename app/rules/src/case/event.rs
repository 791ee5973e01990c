//! The events of a case: ids, protocol numbers, dates and salted hashes, never personal content.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{civil::Date, notice::NoticeNumber, protocol::ProtocolNumber, slot::Slot};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// From 1, without gaps.
    pub seq: i64,
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// The day of `at_ms` in Europe/Rome: the one that terms count from.
    pub day: Date,
    pub actor: Actor,
    pub body: EventBody,
}

/// Who did it; people by the id of their row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    Cittadino(String),
    /// For the person who gave the delegation (D.P.R. 445/2000 art. 38 c. 3-bis).
    Delegato {
        person: String,
        /// Id of its row.
        delegation: String,
    },
    Operatore(String),
    /// A timer.
    Sistema,
}

impl Actor {
    /// Id of the person.
    pub fn person(&self) -> Option<&str> {
        match self {
            Self::Cittadino(id) | Self::Operatore(id) => Some(id),
            Self::Delegato { person, .. } => Some(person),
            Self::Sistema => None,
        }
    }

    /// Id of the delegation by which she acts.
    pub fn delegation(&self) -> Option<&str> {
        match self {
            Self::Delegato { delegation, .. } => Some(delegation),
            Self::Cittadino(_) | Self::Operatore(_) | Self::Sistema => None,
        }
    }

    /// The inverse of its `Display`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some(("cittadino", id)) if !id.is_empty() => Some(Self::Cittadino(id.to_owned())),
            Some(("operatore", id)) if !id.is_empty() => Some(Self::Operatore(id.to_owned())),
            Some(("delegato", ids)) => {
                let (person, delegation) = ids.split_once(':')?;
                (!person.is_empty() && !delegation.is_empty()).then(|| Self::Delegato {
                    person: person.to_owned(),
                    delegation: delegation.to_owned(),
                })
            }
            None if text == "sistema" => Some(Self::Sistema),
            _ => None,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cittadino(id) => write!(f, "cittadino:{id}"),
            Self::Operatore(id) => write!(f, "operatore:{id}"),
            Self::Delegato { person, delegation } => write!(f, "delegato:{person}:{delegation}"),
            Self::Sistema => f.write_str("sistema"),
        }
    }
}

impl Serialize for Actor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(
                "cittadino:<id>, delegato:<id>:<delegation>, operatore:<id> or sistema",
            )
        })
    }
}

/// A stored document: its id and the hash of salt and content (SHA-256, hex).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    pub id: String,
    #[serde(rename = "impronta")]
    pub hash: String,
}

/// A document and its number in the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    #[serde(rename = "protocollo")]
    pub protocol: ProtocolNumber,
    #[serde(rename = "documento")]
    pub document: Document,
}

/// What is to be paid, and the number to pay it by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Id of the definition's fee.
    #[serde(rename = "costo")]
    pub fee: String,
    #[serde(rename = "centesimi")]
    pub cents: i64,
    #[serde(rename = "avviso")]
    pub notice: NoticeNumber,
    /// Last day.
    #[serde(rename = "entro")]
    pub by: Date,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "evento", rename_all = "snake_case")]
pub enum EventBody {
    Invia {
        #[serde(flatten)]
        act: Registered,
    },
    Assegna {
        /// Id of the person who has it in charge.
        operatore: String,
    },
    AvviaIstruttoria,
    ChiediIntegrazione {
        #[serde(flatten)]
        act: Registered,
        /// Last day for the answer.
        entro: Date,
        /// Whether the term stands still: only the first time (art. 2 c. 7).
        sospende: bool,
    },
    Risponde {
        #[serde(flatten)]
        act: Registered,
    },
    TermineScaduto,
    Proponi {
        /// Code of the definition's outcome.
        esito: String,
    },
    FirmaPositiva {
        #[serde(flatten)]
        act: Registered,
        esito: String,
    },
    ImportoDovuto {
        #[serde(flatten)]
        due: Due,
    },
    Pagato {
        avviso: NoticeNumber,
        /// pagoPA's id of the receipt.
        ricevuta: String,
        /// Hash of salt and receipt, as it came (SHA-256, hex).
        impronta: String,
    },
    Irricevibile {
        #[serde(flatten)]
        act: Registered,
    },
    Ritira {
        #[serde(flatten)]
        act: Registered,
    },
    /// The time of the appointment, at first and whenever it is moved.
    Appuntamento {
        agenda: String,
        inizio: Slot,
    },
    /// The PDF of an earlier event's document is ready.
    DocumentoPronto {
        documento: Document,
        /// Of the event whose document it shows.
        originale_seq: i64,
    },
}

impl EventBody {
    /// The registered document that this event is about.
    pub fn act(&self) -> Option<&Registered> {
        match self {
            Self::Invia { act }
            | Self::ChiediIntegrazione { act, .. }
            | Self::Risponde { act }
            | Self::FirmaPositiva { act, .. }
            | Self::Irricevibile { act }
            | Self::Ritira { act } => Some(act),
            Self::Assegna { .. }
            | Self::AvviaIstruttoria
            | Self::TermineScaduto
            | Self::Proponi { .. }
            | Self::ImportoDovuto { .. }
            | Self::Pagato { .. }
            | Self::Appuntamento { .. }
            | Self::DocumentoPronto { .. } => None,
        }
    }

    /// Whether it may come at any time and changes nothing that people decide on.
    pub fn is_aside(&self) -> bool {
        matches!(self, Self::DocumentoPronto { .. })
    }
}

/// Whether who saw the case at event `seen` still knows all that matters.
pub fn still_as_seen(events: &[Event], seen: i64) -> bool {
    events.iter().any(|event| event.seq == seen)
        && events
            .iter()
            .filter(|event| event.seq > seen)
            .all(|event| event.body.is_aside())
}
