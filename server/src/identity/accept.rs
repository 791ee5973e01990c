//! The provider's answer: believed only if every rule holds, once, from the same browser.

use app::api::Problem;
use jiff::SignedDuration;
use rules::{fields::fiscal_code, t};
use saml::{Expectations, Level, Refusal as SamlRefusal, Scheme, response};
use thiserror::Error;

use super::{
    provider::instant,
    sessions::{self, SessionError},
    words,
};
use crate::{
    error::{Refusal, not_found},
    state::{Counter, Evidence, PersonData},
    store::{StoreError, identity as rows},
    vault::sha256,
};

/// Tolerated difference of clocks.
const SKEW: SignedDuration = SignedDuration::from_secs(60);

#[derive(Debug, Error)]
pub enum AcceptError {
    #[error("response refused: {0}")]
    Saml(#[from] SamlRefusal),
    #[error("the answered request is unknown, used or expired")]
    NotPending,
    #[error("the response comes from another browser, or with another RelayState")]
    OtherBrowser,
    #[error("the provider is no longer trusted")]
    UnknownProvider,
    #[error("the identity has no codice fiscale")]
    NoFiscalCode,
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for AcceptError {
    fn problem(&self) -> Problem {
        let refused = |what: &str, way: &str| {
            Problem::new(403, t!("Accesso non riuscito"), format!("{what} {way}"))
        };
        match self {
            Self::Saml(refusal) => words::problem(refusal),
            Self::NotPending => refused(
                t!("Questo accesso è scaduto o è già stato usato."),
                t!("Torna al servizio e premi di nuovo «Entra con SPID»."),
            ),
            Self::OtherBrowser => refused(
                t!(
                    "L'accesso è cominciato in un altro browser, o il browser non accetta i cookie."
                ),
                t!("Torna al servizio e premi di nuovo «Entra con SPID» in questo browser."),
            ),
            Self::NoFiscalCode => refused(
                t!("Il gestore della tua identità non ha inviato il codice fiscale."),
                t!("Per ora questo sportello riconosce solo chi ha un codice fiscale italiano."),
            ),
            Self::UnknownProvider => not_found(),
            Self::Session(error) => error.problem(),
            Self::Store(error) => error.problem(),
        }
    }
}

#[derive(Debug)]
pub struct LoggedIn {
    pub session_token: String,
    pub next: String,
}

/// Takes the pending request first, so that no answer is ever judged twice.
pub async fn accept(
    counter: &Counter,
    scheme: Scheme,
    saml_response: &str,
    relay_state: &str,
    browser_token: &str,
) -> Result<LoggedIn, AcceptError> {
    let claimed = response::peek(saml_response)?.in_response_to;
    let pending = counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { rows::take_pending(tx, &claimed).await })
        })
        .await?
        .filter(|pending| {
            pending.expires_at > counter.now_ms() && pending.scheme == scheme.as_str()
        })
        .ok_or(AcceptError::NotPending)?;
    if pending.relay_state != relay_state
        || pending.browser_hash != sha256(browser_token.as_bytes())
    {
        return Err(AcceptError::OtherBrowser);
    }
    let sp = counter.identity.of(scheme);
    let provider = sp
        .find(Some(&pending.provider))
        .ok_or(AcceptError::UnknownProvider)?;
    let identity = response::validate(
        saml_response,
        &Expectations {
            scheme,
            request_id: &pending.id,
            issued_at: instant(pending.issued_at),
            level: Level::from_number(pending.level).unwrap_or(Level::L2),
            idp: &provider,
            acs_url: &sp.acs_url,
            sp_entity_id: &sp.entity_id,
            required_attributes: &["name", "familyName"],
            now: instant(counter.now_ms()),
            skew: SKEW,
        },
    )?;
    let fiscal_code = identity
        .fiscal_number
        .clone()
        .ok_or(AcceptError::NoFiscalCode)?;
    let birth_place = fiscal_code::parse(&fiscal_code, counter.today())
        .map(|code| code.place)
        .unwrap_or_default();
    let attribute = |name: &str| identity.attributes.get(name).cloned().unwrap_or_default();
    let data = PersonData {
        fiscal_code,
        name: attribute("name"),
        family_name: attribute("familyName"),
        birth_date: attribute("dateOfBirth"),
        birth_place,
        email: attribute("email"),
        mobile: attribute("mobilePhone"),
        profile: Default::default(),
    };
    let evidence = Evidence {
        provider: identity.issuer,
        level: identity.level.number().into(),
        assertion: identity.assertion_id,
        at: counter.now_ms(),
        desk: None,
    };
    let session_token = sessions::begin(counter, data, evidence).await?;
    Ok(LoggedIn {
        session_token,
        next: pending.next_path,
    })
}
