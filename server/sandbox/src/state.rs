//! What the handlers share: options, keys, journal, faults, clock and randomness.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use esign::samples::Authority;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use saml::KeyPair;
use saml::keys::Subject;

use crate::Options;
use crate::faults::{Effect, Faults};
use crate::io::Io;
use crate::journal::Journal;
use crate::mail::Mailbox;
use crate::pagopa::Pagopa;
use crate::signer;

#[derive(Clone)]
pub struct State(Arc<Shared>);

pub struct Shared {
    pub options: Options,
    pub key: KeyPair,
    pub journal: Journal,
    pub faults: Faults,
    pub pagopa: Pagopa,
    pub io: Io,
    pub mail: Mailbox,
    /// Under which people sign.
    pub authority: Authority,
    pub http: reqwest::Client,
}

impl std::ops::Deref for State {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl State {
    pub fn open(mut options: Options) -> anyhow::Result<Self> {
        for url in [&mut options.base_url, &mut options.counter_url] {
            *url = url.trim_end_matches('/').to_owned();
        }
        let folder = options.data_dir.join("sandbox");
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let key = key(&folder, &options.base_url)?;
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .build()?;
        Ok(Self(Arc::new(Shared {
            key,
            journal: Journal::open(folder.join("journal.jsonl"))?,
            faults: Faults::default(),
            pagopa: Pagopa::open(&folder, options.pay_delay)?,
            io: Io::open(&folder, options.io_delay)?,
            mail: Mailbox::open(folder.join("mail.jsonl"))?,
            authority: signer::authority(&folder)?,
            http,
            options,
        })))
    }

    /// Brings IO's messages up to date with the clock.
    pub fn settle_io(&self) {
        let throttled = self.faults.is_on("io", Effect::Throttled);
        self.io.messages.settle(now(), throttled);
    }
}

/// The provider's key: made once, then kept, so that the counter may keep our metadata.
fn key(folder: &Path, base_url: &str) -> anyhow::Result<KeyPair> {
    let (private, certificate) = (folder.join("idp.key.pem"), folder.join("idp.cert.pem"));
    if private.exists() && certificate.exists() {
        let pair = (
            fs::read_to_string(private)?,
            fs::read_to_string(certificate)?,
        );
        return Ok(KeyPair::from_pem(&pair.0, &pair.1)?);
    }
    let subject = Subject {
        organization: "Ambiente di prova",
        locality: "Bitonto",
        entity_id: base_url,
        ipa_code: None,
    };
    let pair = KeyPair::generate(&subject, now(), random())?;
    write_secret(&private, pair.private_pem())?;
    fs::write(certificate, pair.certificate_pem())?;
    Ok(pair)
}

pub fn write_secret(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    Ok(file.write_all(text.as_bytes())?)
}

/// The sandbox plays the outside world, which has its own clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place of the sandbox that reads the clock"
)]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// An instant as a clock in Italy shows it.
pub fn local(at: Timestamp, format: &str) -> String {
    let italy = TimeZone::get("Europe/Rome").unwrap_or(TimeZone::UTC);
    at.to_zoned_datetime(italy).strftime(format).to_string()
}

pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes);
    bytes
}
