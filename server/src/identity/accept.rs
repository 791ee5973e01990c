//! The provider's answer: believed only if every rule holds, once, from the same browser.

use app::api::Problem;
use jiff::SignedDuration;
use rules::{fields::fiscal_code, t};
use saml::{Expectations, Identity, Level, Refusal as SamlRefusal, Scheme, response};
use thiserror::Error;
use url::form_urlencoded::Serializer;

use super::{
    ProviderError, evidence,
    provider::instant,
    providers::Kind,
    sessions::{self, Login, SessionError},
    words,
};
use crate::{
    error::{Refusal, internal, not_found, unavailable},
    profile,
    state::{Counter, Evidence, PersonData},
    store::{
        StoreError,
        identity::{self as rows, PendingLogin, SessionName},
        logins::{self, Judged},
    },
    vault::{VaultError, sha256},
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
    Provider(#[from] ProviderError),
    #[error(transparent)]
    Vault(#[from] VaultError),
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
                t!(
                    "Scegli un altro gestore, o entra con l'identità di un altro Paese dell'Unione europea."
                ),
            ),
            Self::UnknownProvider => not_found(),
            Self::Provider(_) => unavailable(),
            Self::Vault(_) => internal(),
            Self::Session(error) => error.problem(),
            Self::Store(error) => error.problem(),
        }
    }
}

/// A refused answer, and where she was going.
#[derive(Debug)]
pub struct Rejected {
    pub error: AcceptError,
    pending: Option<PendingLogin>,
}

impl<E: Into<AcceptError>> From<E> for Rejected {
    fn from(error: E) -> Self {
        Self {
            error: error.into(),
            pending: None,
        }
    }
}

impl Rejected {
    /// The login page, with the way on that was lost.
    pub fn again(&self) -> String {
        let mut query = Serializer::new(String::new());
        if let Some(pending) = &self.pending {
            query.append_pair("next", &pending.next_path);
            if pending.level > 2 {
                query.append_pair("livello", &pending.level.to_string());
            }
        }
        format!("/accedi?{}", query.finish())
            .trim_end_matches('?')
            .to_owned()
    }
}

#[derive(Debug)]
pub struct LoggedIn {
    pub session_token: String,
    pub next: String,
}

/// Takes the pending request first, so that no answer is ever judged twice; that one came is kept
/// whatever it is worth.
pub async fn accept(
    counter: &Counter,
    scheme: Scheme,
    saml_response: &str,
    relay_state: &str,
    browser_token: &str,
) -> Result<LoggedIn, Rejected> {
    let claimed = response::peek(saml_response)?.in_response_to;
    let pending = take(counter, claimed, saml_response).await?;
    let judged = judge(
        counter,
        scheme,
        &pending,
        saml_response,
        relay_state,
        browser_token,
    );
    match judged.await {
        Ok(session_token) => Ok(LoggedIn {
            session_token,
            next: pending.next_path,
        }),
        Err(error) => {
            let judged = Judged {
                outcome: "rifiutato",
                reason: error.to_string(),
                sealed_response: evidence::seal_refused(counter, &pending.id, saml_response)?,
                ..Judged::default()
            };
            let id = pending.id.clone();
            counter
                .store
                .write::<_, StoreError, _>(move |tx| {
                    Box::pin(async move { logins::judge(tx, &id, &judged).await })
                })
                .await?;
            Err(Rejected {
                error,
                pending: Some(pending),
            })
        }
    }
}

/// The request that is answered, out of the ones waiting and into the evidence.
async fn take(
    counter: &Counter,
    claimed: String,
    saml_response: &str,
) -> Result<PendingLogin, AcceptError> {
    let (inner, saml_response) = (counter.clone(), saml_response.to_owned());
    let pending = counter
        .store
        .write::<_, AcceptError, _>(move |tx| {
            Box::pin(async move {
                let Some(pending) = rows::take_pending(tx, &claimed).await? else {
                    return Err(AcceptError::NotPending);
                };
                let row = evidence::answered(&inner, &pending, &saml_response)?;
                logins::insert(tx, &row).await?;
                Ok(pending)
            })
        })
        .await?;
    Ok(pending)
}

/// A session, if every rule holds.
async fn judge(
    counter: &Counter,
    scheme: Scheme,
    pending: &PendingLogin,
    saml_response: &str,
    relay_state: &str,
    browser_token: &str,
) -> Result<String, AcceptError> {
    if pending.expires_at <= counter.now_ms() || pending.scheme != scheme.as_str() {
        return Err(AcceptError::NotPending);
    }
    if pending.relay_state != relay_state
        || pending.browser_hash != sha256(browser_token.as_bytes())
    {
        return Err(AcceptError::OtherBrowser);
    }
    let sp = counter.identity.of(scheme);
    let provider = sp
        .provider(Some(&pending.provider))
        .await?
        .ok_or(AcceptError::UnknownProvider)?;
    let is_foreign = sp.providers.kind(&provider.entity_id) == Kind::Eidas;
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
            required_attributes: match is_foreign {
                true => &["name", "familyName", "spidCode"],
                false => &["name", "familyName"],
            },
            now: instant(counter.now_ms()),
            skew: SKEW,
        },
    )?;
    let data = person(counter, &identity, is_foreign)?;
    let login = Login {
        request: pending.id.clone(),
        scheme,
        name: SessionName {
            name_id: identity.name_id,
            qualifier: identity.name_qualifier,
            index: identity.session_index.unwrap_or_default(),
        },
        response: identity.response_id,
        sealed_response: evidence::seal_response(counter, &pending.id, saml_response)?,
        evidence: Evidence {
            provider: identity.issuer,
            level: identity.level.number().into(),
            assertion: identity.assertion_id,
            at: counter.now_ms(),
            desk: None,
        },
    };
    Ok(sessions::begin(counter, data, login).await?)
}

/// Who it is. A foreign identity has no codice fiscale; the node's code names her.
fn person(
    counter: &Counter,
    identity: &Identity,
    is_foreign: bool,
) -> Result<PersonData, AcceptError> {
    let attribute = |name: &str| identity.attributes.get(name).cloned().unwrap_or_default();
    let fiscal_code = match (&identity.fiscal_number, is_foreign) {
        (Some(code), _) => code.clone(),
        (None, true) => String::new(),
        (None, false) => return Err(AcceptError::NoFiscalCode),
    };
    let birth_place = fiscal_code::parse(&fiscal_code, counter.today())
        .map(|code| code.place)
        .unwrap_or_default();
    let [email, mobile] = ["email", "mobilePhone"].map(attribute);
    let told_at = profile::told_at(&email, &mobile, counter.now_ms());
    Ok(PersonData {
        foreign_code: match fiscal_code.is_empty() {
            true => attribute("spidCode"),
            false => String::new(),
        },
        fiscal_code,
        name: attribute("name"),
        family_name: attribute("familyName"),
        birth_date: attribute("dateOfBirth"),
        birth_place,
        email,
        mobile,
        profile: Default::default(),
        told_at,
        by_hand: false,
    })
}
