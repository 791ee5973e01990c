//! Single logout: ours first, always; then the provider's, if it keeps a session (SPID level 1),
//! or CIE's simple one. And what a provider asks of us.

use app::api::Problem;
use rules::t;
use saml::{
    Error as SamlError, Received, Scheme,
    logout::{self, Head, Incoming, LogoutRefusal, LogoutRequest, LogoutResponse, Outcome},
    request, response,
};
use thiserror::Error;

use super::{ProviderError, provider::instant, sessions, start::words};
use crate::{
    clock::token,
    error::{Refusal, internal, unavailable},
    state::Counter,
    store::{StoreError, identity as rows},
};

/// How far clocks may differ.
const SKEW: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

#[derive(Debug, Error)]
pub enum LogoutError {
    #[error("no session is known of this provider")]
    UnknownProvider,
    #[error("logout refused: {0}")]
    Refused(#[from] LogoutRefusal),
    #[error("SAML: {0}")]
    Saml(#[from] SamlError),
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for LogoutError {
    fn problem(&self) -> Problem {
        match self {
            Self::UnknownProvider | Self::Refused(_) => Problem::new(
                403,
                t!("Uscita non riuscita"),
                t!(
                    "La richiesta di uscita non è valida. Se vuoi uscire da questo sito premi «Esci» in alto."
                ),
            ),
            Self::Saml(_) => internal(),
            Self::Provider(_) => unavailable(),
            Self::Store(error) => error.problem(),
        }
    }
}

/// Where the browser goes on.
pub enum Onward {
    Home,
    Address(String),
    /// A page that posts a message to the provider.
    Form(String),
    /// Out here, but not there.
    Partly,
}

/// "Esci". What cannot be told to the provider does not keep anybody in.
pub async fn leave(counter: &Counter, token: &str, nonce: &str) -> Result<Onward, StoreError> {
    let Some(session) = sessions::end(counter, token).await? else {
        return Ok(Onward::Home);
    };
    Ok(match onward(counter, &session, nonce).await {
        Ok(onward) => onward,
        Err(error) => {
            tracing::warn!(error.cause = %error, "the provider is not told of a logout");
            Onward::Home
        }
    })
}

async fn onward(
    counter: &Counter,
    session: &rows::SessionRow,
    nonce: &str,
) -> Result<Onward, LogoutError> {
    let scheme = match session.scheme.as_str() {
        "cie" => Scheme::Cie,
        _ => Scheme::Spid,
    };
    let sp = counter.identity.of(scheme);
    let Some(provider) = sp.provider(Some(&session.provider)).await? else {
        return Ok(Onward::Home);
    };
    if scheme == Scheme::Cie {
        return Ok(provider
            .slo_redirect
            .clone()
            .map_or(Onward::Home, Onward::Address));
    }
    // At levels 2 and 3 the provider keeps no session: there is nothing to end.
    let to = provider
        .slo_post
        .as_ref()
        .or(provider.slo_redirect.as_ref());
    let (false, Some(destination)) = (session.name.index.is_empty(), to) else {
        return Ok(Onward::Home);
    };
    let id = new_id(counter);
    let message = LogoutRequest {
        head: Head {
            id: &id,
            issued_at: instant(counter.now_ms()),
            destination,
            issuer: &sp.entity_id,
        },
        name_id: &session.name.name_id,
        name_qualifier: &session.name.qualifier,
        session_index: Some(&session.name.index),
    };
    let (key, relay_state) = (&sp.keys.signing, token::<16>(&*counter.rng));
    Ok(match &provider.slo_post {
        Some(_) => {
            let xml = message.to_xml(key)?;
            Onward::Form(request::post_form(
                words(),
                destination,
                &xml,
                &relay_state,
                nonce,
            ))
        }
        None => Onward::Address(message.to_url(&relay_state, key)?),
    })
}

/// What a provider says about a logout: its own request, or the answer to ours.
pub async fn told(
    counter: &Counter,
    scheme: Scheme,
    received: &Received,
    nonce: &str,
) -> Result<Onward, LogoutError> {
    let sp = counter.identity.of(scheme);
    let sender = logout::issuer_of(received)?;
    let provider = sp.provider(Some(&sender)).await?;
    let provider = provider.ok_or(LogoutError::UnknownProvider)?;
    let now = instant(counter.now_ms());
    let keys = &provider.certificates;
    match logout::read(received, &sender, keys, &sp.slo_url, now, SKEW)? {
        Incoming::Response {
            outcome: Outcome::Done,
            ..
        } => Ok(Onward::Home),
        Incoming::Response { .. } => Ok(Onward::Partly),
        Incoming::Request {
            id,
            name_id,
            session_indexes,
        } => {
            let ended = counter
                .store
                .write::<_, StoreError, _>(move |tx| {
                    Box::pin(async move {
                        rows::delete_named(tx, &sender, &name_id, &session_indexes).await
                    })
                })
                .await?;
            tracing::info!(saml.sessions = ended, "sessions ended by the provider");
            // One that is already gone is as good as ended.
            let to = provider
                .slo_post
                .as_ref()
                .or(provider.slo_redirect.as_ref());
            let Some(destination) = to else {
                return Ok(Onward::Home);
            };
            let answer = new_id(counter);
            let message = LogoutResponse {
                head: Head {
                    id: &answer,
                    issued_at: now,
                    destination,
                    issuer: &sp.entity_id,
                },
                in_response_to: &id,
                outcome: Outcome::Done,
            };
            let (key, relay_state) = (&sp.keys.signing, received.relay_state.as_deref());
            Ok(match &provider.slo_post {
                Some(_) => {
                    let xml = message.to_xml(key)?;
                    let relay_state = relay_state.unwrap_or_default();
                    Onward::Form(response::post_form_in(
                        words(),
                        destination,
                        &xml,
                        relay_state,
                        nonce,
                    ))
                }
                None => Onward::Address(message.to_url(relay_state, key)?),
            })
        }
    }
}

fn new_id(counter: &Counter) -> String {
    let mut random = [0u8; 20];
    counter.rng.fill(&mut random);
    saml::new_id(&random)
}
