//! The channel by e-mail: neutral words and a link, never what the case is about.
//!
//! SMTP in steps, so that one knows when the server may have taken the message: up to `DATA`
//! nothing was sent; while the text goes over, only an answer tells.

use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use lettre::{
    Address, Message,
    message::{Mailbox, header},
    transport::smtp::{
        Error as SmtpError,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail as MailFrom, Rcpt},
        extension::ClientId,
    },
};
use thiserror::Error;
use url::Url;

use super::{
    STALE_MS,
    recipient::{nobody, recipient},
    unreadable,
};
use crate::{
    cases,
    config::Secret,
    messages::template::Template,
    state::Counter,
    worker::{Channel, OutboxRow, Outcome, Pace, retry},
};

/// For each step of the conversation.
const STEP: Duration = Duration::from_secs(10);
/// A server that refuses our password is left alone for so long, milliseconds.
const REFUSED_MS: i64 = 600_000;

#[derive(Debug, Error)]
pub enum MailError {
    #[error("SMTP_URL: {0}")]
    Address(#[from] url::ParseError),
    #[error("SMTP_URL: no host")]
    NoHost,
    #[error("the mail server's certificate cannot be checked: {0}")]
    Tls(#[from] SmtpError),
}

pub struct Mail {
    host: String,
    port: u16,
    encryption: Encryption,
    credentials: Option<Credentials>,
}

enum Encryption {
    None,
    /// After a plain greeting.
    StartTls(TlsParameters),
    Wrapped(TlsParameters),
}

impl Mail {
    /// `url`: `smtps://user:password@host:port`, `smtp://host?tls=required`, `smtp://localhost`;
    /// checked by `Settings::platform_faults`.
    pub fn new(url: &Secret) -> Result<Self, MailError> {
        let url = Url::parse(url.reveal())?;
        let host = url.host_str().ok_or(MailError::NoHost)?.to_owned();
        let tls = || TlsParameters::builder(host.clone()).build_rustls();
        let (encryption, port) = match (url.scheme(), url.query()) {
            ("smtps", _) => (Encryption::Wrapped(tls()?), 465),
            (_, Some("tls=required")) => (Encryption::StartTls(tls()?), 587),
            _ => (Encryption::None, 25),
        };
        let decoded = |text: &str| {
            let plus = text.replace('+', "%2B");
            let pair = format!("v={plus}");
            url::form_urlencoded::parse(pair.as_bytes())
                .next()
                .map(|(_, value)| value.into_owned())
                .unwrap_or_default()
        };
        let credentials = url
            .password()
            .map(|password| Credentials::new(decoded(url.username()), decoded(password)));
        Ok(Self {
            port: url.port().unwrap_or(port),
            host,
            encryption,
            credentials,
        })
    }
}

#[async_trait]
impl Channel for Mail {
    fn name(&self) -> &'static str {
        "email"
    }

    fn repeatable(&self) -> bool {
        false
    }

    /// What a provider's relay usually lets through.
    fn pace(&self) -> Option<Pace> {
        Some(Pace {
            calls: 100,
            per: Duration::from_secs(10),
            each: 1,
        })
    }

    fn longest_ms(&self) -> i64 {
        120_000
    }

    fn give_up_ms(&self) -> Option<i64> {
        Some(STALE_MS)
    }

    async fn deliver(&self, counter: &Counter, row: &OutboxRow) -> Outcome {
        match letter(counter, row).await {
            Ok(letter) => self.hand_over(counter, row, &letter).await,
            Err(outcome) => outcome,
        }
    }
}

/// A step of the conversation that did not succeed.
enum Broken {
    /// The server said no, and will again: its code.
    Refused(String),
    /// It said "not now", nothing, or broke off.
    Lost,
}

impl From<SmtpError> for Broken {
    fn from(error: SmtpError) -> Self {
        match error.status() {
            Some(code) if error.is_permanent() => Self::Refused(code.to_string()),
            _ => Self::Lost,
        }
    }
}

async fn within<T>(step: impl Future<Output = Result<T, SmtpError>>) -> Result<T, Broken> {
    match tokio::time::timeout(STEP, step).await {
        Ok(done) => done.map_err(Broken::from),
        Err(_) => Err(Broken::Lost),
    }
}

impl Mail {
    async fn hand_over(&self, counter: &Counter, row: &OutboxRow, letter: &Message) -> Outcome {
        let mut connection = match self.connect(counter).await {
            Ok(connection) => connection,
            Err(Broken::Lost) => return retry(counter, row, "Il server di posta non risponde."),
            Err(Broken::Refused(code)) => {
                return Outcome::Pause {
                    until: counter.now_ms() + REFUSED_MS,
                    reason: format!(
                        "Il server di posta non ci accetta ({code}): va controllato l'accesso."
                    ),
                };
            }
        };
        match announce(&mut connection, letter).await {
            Ok(()) => {}
            Err(Broken::Lost) => return retry(counter, row, "Il server di posta non risponde."),
            Err(Broken::Refused(code)) => {
                return Outcome::Failed {
                    reason: format!("Il server di posta ha rifiutato l'indirizzo ({code})."),
                };
            }
        }
        // From here on the server may take it without our knowing.
        let text = letter.formatted();
        match tokio::time::timeout(STEP, connection.message(&text)).await {
            Ok(Ok(_)) => {
                let _ = within(connection.quit()).await;
                Outcome::Done {
                    remote_id: message_id(counter, row),
                }
            }
            Ok(Err(error)) if error.is_permanent() => Outcome::Failed {
                reason: "Il server di posta ha rifiutato il messaggio.".to_owned(),
            },
            Ok(Err(error)) if error.is_transient() => {
                retry(counter, row, "Il server di posta ha chiesto di riprovare.")
            }
            Ok(Err(_)) | Err(_) => Outcome::Unknown {
                reason:
                    "Il server di posta non ha confermato: non sappiamo se ha preso il messaggio."
                        .to_owned(),
            },
        }
    }

    async fn connect(&self, counter: &Counter) -> Result<AsyncSmtpConnection, Broken> {
        let hello = ClientId::Domain(domain(counter));
        let wrapped = match &self.encryption {
            Encryption::Wrapped(tls) => Some(tls.clone()),
            Encryption::None | Encryption::StartTls(_) => None,
        };
        let address = (self.host.as_str(), self.port);
        let connecting =
            AsyncSmtpConnection::connect_tokio1(address, Some(STEP), &hello, wrapped, None);
        let mut connection = within(connecting).await?;
        if let Encryption::StartTls(tls) = &self.encryption {
            within(connection.starttls(tls.clone(), &hello)).await?;
        }
        if let Some(credentials) = &self.credentials {
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            within(connection.auth(&mechanisms, credentials)).await?;
        }
        Ok(connection)
    }
}

/// Up to the point where the server waits for the text.
async fn announce(connection: &mut AsyncSmtpConnection, letter: &Message) -> Result<(), Broken> {
    let envelope = letter.envelope();
    let from = MailFrom::new(envelope.from().cloned(), Vec::new());
    within(connection.command(from)).await?;
    for to in envelope.to() {
        within(connection.command(Rcpt::new(to.clone(), Vec::new()))).await?;
    }
    within(connection.command(Data)).await?;
    Ok(())
}

async fn letter(counter: &Counter, row: &OutboxRow) -> Result<Message, Outcome> {
    let failed = |reason: &str| Outcome::Failed {
        reason: reason.to_owned(),
    };
    let case = cases::load(counter, &row.case_id)
        .await
        .map_err(|error| unreadable(counter, row, &error))?;
    let template = counter.templates.get(&row.template);
    let template = template.ok_or_else(|| failed("Il modello del messaggio non c'è più."))?;
    let to = recipient(counter, &case, row).await;
    let to = to.map_err(|error| unreadable(counter, row, &error))?;
    let Some(to) = to.map(|to| to.email) else {
        return Err(failed(nobody(&case)));
    };
    if to.is_empty() {
        return Err(failed("La persona non ha dato un indirizzo e-mail."));
    }
    let to: Address = to
        .parse()
        .map_err(|_| failed("L'indirizzo e-mail non è valido."))?;
    compose(counter, row, template, to).map_err(|error| {
        // The address is not in it: lettre's errors name parts, not values.
        tracing::error!(outbox.id = %row.id, error.cause = %error, "e-mail not composed");
        failed("Il messaggio non si può comporre: è un errore del programma.")
    })
}

fn compose(
    counter: &Counter,
    row: &OutboxRow,
    template: &Template,
    to: Address,
) -> Result<Message, lettre::error::Error> {
    let town = &counter.comune.comune;
    let sender: Address = town
        .email
        .parse()
        .map_err(|_| lettre::error::Error::MissingFrom)?;
    let name = format!("Comune di {}", town.nome);
    let now = Duration::from_millis(counter.now_ms().unsigned_abs());
    let mut letter = Message::builder()
        .from(Mailbox::new(Some(name.clone()), sender))
        .to(Mailbox::new(None, to))
        .subject(format!("{name}: novità nella tua area personale"))
        .date(SystemTime::UNIX_EPOCH + now)
        .message_id(Some(message_id(counter, row)))
        .header(header::ContentType::TEXT_PLAIN)
        .body(text(counter, template))?;
    // No holiday replies to a machine (RFC 3834).
    letter.headers_mut().insert_raw(header::HeaderValue::new(
        header::HeaderName::new_from_ascii_str("Auto-Submitted"),
        "auto-generated".to_owned(),
    ));
    Ok(letter)
}

/// Nothing of the case: who reads over her shoulder learns only that there is one.
fn text(counter: &Counter, template: &Template) -> String {
    let town = &counter.comune.comune;
    format!(
        "Ciao,\r\n\r\n{}\r\n\r\nTrovi tutto nella tua area personale:\r\n{}/area-personale\r\n\r\n\
         Per domande: telefono {}, e-mail {}.\r\n\r\nIl Comune di {}\r\n",
        template.notice,
        counter.settings.base_url(),
        town.telefono,
        town.email,
        town.nome
    )
}

/// The same for every try of a row: a mail server may drop the second one.
fn message_id(counter: &Counter, row: &OutboxRow) -> String {
    format!("<{}@{}>", row.id, domain(counter))
}

fn domain(counter: &Counter) -> String {
    let url = Url::parse(&counter.settings.base_url()).ok();
    let host = url.and_then(|url| url.host_str().map(str::to_owned));
    host.unwrap_or_else(|| "localhost".to_owned())
}
