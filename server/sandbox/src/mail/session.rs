//! A conversation (RFC 5321): EHLO or HELO, MAIL, RCPT, DATA, RSET, NOOP, VRFY, QUIT.

use std::borrow::Cow;
use std::io;

use smtp_proto::{Error, Request};
use tokio::net::TcpStream;

use super::store::Mail;
use super::wire::{Data, Wire};
use crate::calls::HOLD;
use crate::faults::Effect;
use crate::journal::{Call, Key};
use crate::state::State;

/// Bytes of a message.
const MAX_SIZE: usize = 1024 * 1024;
const MAX_RECIPIENTS: usize = 100;

struct Session {
    state: State,
    wire: Wire,
    greeted: bool,
    from: Option<String>,
    to: Vec<String>,
}

/// Whether the conversation goes on.
#[derive(PartialEq)]
enum Then {
    Go,
    Close,
}

/// Until the client leaves; a broken connection is nothing to tell.
pub async fn run(stream: TcpStream, state: State) {
    let mut session = Session {
        state,
        wire: Wire::new(stream),
        greeted: false,
        from: None,
        to: Vec::new(),
    };
    if let Err(error) = session.talk().await {
        tracing::debug!("smtp: {error}");
    }
}

impl Session {
    async fn talk(&mut self) -> io::Result<()> {
        self.reply("220 sandbox ESMTP").await?;
        loop {
            let Some(line) = self.wire.command().await? else {
                self.reply("500 Line too long or without CRLF").await?;
                continue;
            };
            let then = match Request::parse(&mut line.iter()) {
                Ok(request) => self.obey(request).await?,
                Err(error) => {
                    self.reply(refusal(&error)).await?;
                    Then::Go
                }
            };
            if then == Then::Close {
                return Ok(());
            }
        }
    }

    async fn obey(&mut self, request: Request<Cow<'_, str>>) -> io::Result<Then> {
        let reply = match request {
            Request::Ehlo { .. } => {
                self.greet();
                format!("250-sandbox\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE {MAX_SIZE}")
            }
            Request::Helo { .. } => {
                self.greet();
                "250 sandbox".to_owned()
            }
            Request::Mail { from } => self.mail(&from.address, from.size).to_owned(),
            Request::Rcpt { to } => self.rcpt(&to.address).to_owned(),
            Request::Data => return self.data().await,
            Request::Rset => {
                self.reset();
                "250 OK".to_owned()
            }
            Request::Noop { .. } => "250 OK".to_owned(),
            Request::Vrfy { .. } => "252 Try and see".to_owned(),
            Request::Quit => {
                self.reply("221 Bye").await?;
                return Ok(Then::Close);
            }
            _ => "502 Command not implemented".to_owned(),
        };
        self.reply(&reply).await?;
        Ok(Then::Go)
    }

    fn greet(&mut self) {
        self.reset();
        self.greeted = true;
    }

    fn reset(&mut self) {
        self.from = None;
        self.to.clear();
    }

    fn mail(&mut self, address: &str, size: usize) -> &'static str {
        if !self.greeted || self.from.is_some() {
            return "503 Bad sequence of commands";
        }
        if size > MAX_SIZE {
            return "552 Message too large";
        }
        self.from = Some(address.to_owned());
        "250 OK"
    }

    fn rcpt(&mut self, address: &str) -> &'static str {
        if self.from.is_none() {
            return "503 Bad sequence of commands";
        }
        if self.to.len() == MAX_RECIPIENTS {
            return "452 Too many recipients";
        }
        self.to.push(address.to_owned());
        "250 OK"
    }

    async fn data(&mut self) -> io::Result<Then> {
        if self.to.is_empty() {
            self.reply("503 Bad sequence of commands").await?;
            return Ok(Then::Go);
        }
        self.reply("354 End with a dot").await?;
        let data = self.wire.data(MAX_SIZE).await?;
        let from = self.from.take().unwrap_or_default();
        let to = std::mem::take(&mut self.to);
        match data {
            Data::Whole(raw) => self.deliver(Mail::read(from, to, &raw)).await,
            Data::TooLarge => {
                self.reply("552 Message too large").await?;
                Ok(Then::Go)
            }
        }
    }

    /// The message is here: the fault decides what becomes of it and what the client hears.
    async fn deliver(&mut self, mail: Mail) -> io::Result<Then> {
        let (effect, fault) = self.state.faults.take("smtp", "");
        match effect {
            Effect::TimeoutBefore => self.note(&mail, None, fault),
            Effect::Status(status) => {
                self.note(&mail, Some(status.as_u16()), fault);
                self.reply(&format!("{} guasto di prova", status.as_u16()))
                    .await?;
                return Ok(Then::Go);
            }
            _ => {
                if let Effect::Slow(time) = effect {
                    tokio::time::sleep(time).await;
                }
                let kept = self.state.mail.add(mail.clone());
                let code = if kept.is_ok() { 250 } else { 451 };
                self.note(&mail, Some(code), fault);
                match effect {
                    Effect::TimeoutAfter => {}
                    Effect::Half => {
                        self.wire.say("25").await?;
                        return Ok(Then::Close);
                    }
                    _ => {
                        self.reply(&format!("{code} {}", mail.id)).await?;
                        return Ok(Then::Go);
                    }
                }
            }
        }
        // The answer never comes.
        tokio::time::sleep(HOLD).await;
        Ok(Then::Close)
    }

    /// The journal's line, before the answer.
    fn note(&self, mail: &Mail, status: Option<u16>, fault: Option<String>) {
        let call = Call {
            target: "smtp",
            method: "DATA".to_owned(),
            path: String::new(),
            fault,
        };
        self.state
            .journal
            .call(&call, status, Some(Key(mail.key())));
    }

    async fn reply(&mut self, text: &str) -> io::Result<()> {
        self.wire.say(&format!("{text}\r\n")).await
    }
}

fn refusal(error: &Error) -> &'static str {
    match error {
        Error::InvalidSenderAddress => "553 Bad sender address",
        Error::InvalidRecipientAddress => "553 Bad recipient address",
        Error::SyntaxError { .. } | Error::InvalidParameter { .. } => "501 Syntax error",
        Error::UnsupportedParameter { .. } => "555 Parameter not supported",
        _ => "500 Command not recognised",
    }
}
