//! Received messages, kept in a file: a restart loses none.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use mail_parser::{Addr, Address, MessageParser};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ulid::Ulid;

use crate::lines::Lines;
use crate::state::{now, random};

/// A message: the envelope's recipients, the rest as its own headers say.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mail {
    pub id: String,
    pub received_at: Timestamp,
    /// The header's address, else the envelope's.
    pub from: String,
    pub to: Vec<String>,
    pub subject: String,
    /// RFC 3339; none if the header is missing or wrong.
    pub date: Option<String>,
    /// The first part that is plain text.
    pub text: String,
    pub message_id: Option<String>,
    /// As it came.
    pub raw: String,
}

impl Mail {
    pub fn read(from: String, to: Vec<String>, raw: &[u8]) -> Self {
        let received_at = now();
        let ms = received_at.as_millisecond().unsigned_abs();
        let parsed = MessageParser::default().parse(raw);
        let parsed = parsed.as_ref();
        let header = parsed.and_then(|m| m.from()).and_then(Address::first);
        let author = header.and_then(Addr::address).map(str::to_owned);
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Self {
            id: Ulid::from_parts(ms, u128::from_be_bytes(random())).to_string(),
            received_at,
            from: author.unwrap_or(from),
            to,
            subject: text(parsed.and_then(|m| m.subject())),
            date: parsed.and_then(|m| m.date()).map(|date| date.to_rfc3339()),
            text: text(parsed.and_then(|m| m.body_text(0)).as_deref()),
            message_id: parsed.and_then(|m| m.message_id()).map(str::to_owned),
            raw: String::from_utf8_lossy(raw).into_owned(),
        }
    }

    /// For the journal.
    pub fn key(&self) -> Value {
        json!({
            "from": self.from, "to": self.to, "subject": self.subject,
            "message_id": self.message_id,
        })
    }
}

pub struct Mailbox {
    file: Lines,
    /// Oldest first.
    all: Mutex<Vec<Mail>>,
}

impl Mailbox {
    pub fn open(path: PathBuf) -> anyhow::Result<Self> {
        let file = Lines::open(path)?;
        let all = Mutex::new(file.read()?);
        Ok(Self { file, all })
    }

    /// Keeps a message; it is in the file when this returns.
    pub fn add(&self, mail: Mail) -> io::Result<()> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = self.file.add(&mail);
        match &kept {
            Ok(()) => all.push(mail),
            Err(error) => tracing::error!("mailbox: {error}"),
        }
        kept
    }

    /// Newest first; of everybody if `to` is empty.
    pub fn of(&self, to: &str) -> Vec<Mail> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let hers = |mail: &&Mail| {
            to.is_empty()
                || mail
                    .to
                    .iter()
                    .any(|address| address.eq_ignore_ascii_case(to))
        };
        all.iter().rev().filter(hers).cloned().collect()
    }
}
