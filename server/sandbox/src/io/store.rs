//! Messages, kept in a file: a restart loses none.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::message::{Content, Level};
use super::profile;
use crate::citizens::OnIo;
use crate::lines::Lines;

/// Where a message stands; the last two never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// Taken in charge; nobody has it yet.
    Accepted,
    /// The platform tries again later.
    Throttled,
    /// In the inbox.
    Processed,
    /// Nobody there, or our service is switched off.
    Rejected,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    pub id: String,
    pub fiscal_code: String,
    pub created_at: Timestamp,
    pub service_id: String,
    pub time_to_live: u32,
    pub feature_level_type: Level,
    pub content: Content,
    pub status: Status,
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Message(Box<Message>),
    Status { id: String, status: Status },
}

pub struct Messages {
    file: Lines,
    delay: Duration,
    /// Oldest first.
    all: Mutex<Vec<Message>>,
}

impl Messages {
    pub fn open(path: PathBuf, delay: Duration) -> anyhow::Result<Self> {
        let file = Lines::open(path)?;
        let mut all: Vec<Message> = Vec::new();
        for line in file.read()? {
            match line {
                Line::Message(message) => all.push(*message),
                Line::Status { id, status } => {
                    if let Some(message) = all.iter_mut().rev().find(|message| message.id == id) {
                        message.status = status;
                    }
                }
            }
        }
        Ok(Self {
            file,
            delay,
            all: Mutex::new(all),
        })
    }

    fn all(&self) -> MutexGuard<'_, Vec<Message>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a message; it is in the file when this returns.
    pub fn add(&self, message: Message) -> io::Result<()> {
        let mut all = self.all();
        self.file.add(&Line::Message(Box::new(message.clone())))?;
        all.push(message);
        Ok(())
    }

    /// Moves on the messages whose time has come. To be called before any look at them, and
    /// before the switch `throttled` is turned: so nothing needs a timer.
    pub fn settle(&self, now: Timestamp, throttled: bool) {
        let mut all = self.all();
        let waiting = all.iter_mut().filter(|message| {
            let open = matches!(message.status, Status::Accepted | Status::Throttled);
            open && message.created_at + self.delay <= now
        });
        for message in waiting {
            let status = match profile::of(&message.fiscal_code) {
                OnIo::Allowed if throttled => Status::Throttled,
                OnIo::Allowed => Status::Processed,
                OnIo::Blocked | OnIo::Absent => Status::Rejected,
            };
            if status != message.status {
                message.status = status;
                let id = message.id.clone();
                if let Err(error) = self.file.add(&Line::Status { id, status }) {
                    tracing::error!("messages: {error}");
                }
            }
        }
    }

    pub fn find(&self, fiscal_code: &str, id: &str) -> Option<Message> {
        let all = self.all();
        let mut found = all.iter().rev();
        found
            .find(|message| message.id == id && message.fiscal_code == fiscal_code)
            .cloned()
    }

    /// A person's inbox, newest first.
    pub fn inbox(&self, fiscal_code: &str) -> Vec<Message> {
        let all = self.all();
        let processed = all.iter().rev().filter(|message| {
            message.fiscal_code == fiscal_code && message.status == Status::Processed
        });
        processed.cloned().collect()
    }

    /// Everybody who ever was written to, in order.
    pub fn people(&self) -> Vec<String> {
        let mut people: Vec<String> = self.all().iter().map(|m| m.fiscal_code.clone()).collect();
        people.sort_unstable();
        people.dedup();
        people
    }
}
