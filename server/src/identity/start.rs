//! Begins a login: a signed request, remembered once, bound to the browser.

use app::api::Problem;
use rules::{language::Language, t};
use saml::{
    Level, Scheme,
    request::{AuthnRequest, Words, post_form},
};
use thiserror::Error;

use super::{ProviderError, provider::instant};
use crate::{
    clock::token,
    error::{Refusal, internal, unavailable},
    state::Counter,
    store::{StoreError, identity as rows},
    vault::sha256,
};

/// A login may take this long, milliseconds.
const TERM: i64 = 15 * 60_000;

#[derive(Debug, Error)]
pub enum StartError {
    #[error("no such identity provider")]
    UnknownProvider,
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error("SAML: {0}")]
    Saml(#[from] saml::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for StartError {
    fn problem(&self) -> Problem {
        match self {
            Self::UnknownProvider => Problem::new(
                404,
                t!("Gestore di identità sconosciuto"),
                t!(
                    "Il gestore di identità non è tra quelli riconosciuti. Torna indietro e scegline un altro."
                ),
            ),
            Self::Provider(_) => unavailable(),
            Self::Saml(_) => internal(),
            Self::Store(error) => error.problem(),
        }
    }
}

/// The page that posts the request, and the token for the browser's cookie.
pub struct Started {
    pub form: String,
    pub browser_token: String,
}

pub async fn start(
    counter: &Counter,
    scheme: Scheme,
    provider: Option<&str>,
    next: &str,
    nonce: &str,
) -> Result<Started, StartError> {
    let sp = counter.identity.of(scheme);
    let provider = sp
        .provider(provider)
        .await?
        .ok_or(StartError::UnknownProvider)?;
    let destination = provider
        .sso_post
        .clone()
        .ok_or(StartError::UnknownProvider)?;
    let now = counter.now_ms();
    let mut random = [0u8; 20];
    counter.rng.fill(&mut random);
    let (id, level) = (saml::new_id(&random), Level::L2);
    let xml = AuthnRequest {
        id: &id,
        issued_at: instant(now),
        destination: &destination,
        issuer: &sp.entity_id,
        acs_index: 0,
        attribute_index: 0,
        level,
    }
    .to_xml(&sp.key)?;
    let (relay_state, browser_token) = (token::<32>(&*counter.rng), token::<32>(&*counter.rng));
    let pending = rows::PendingLogin {
        id,
        scheme: scheme.as_str().to_owned(),
        provider: provider.entity_id.clone(),
        relay_state: relay_state.clone(),
        next_path: next.to_owned(),
        browser_hash: sha256(browser_token.as_bytes()),
        level: level.number().into(),
        issued_at: now,
        expires_at: now + TERM,
    };
    counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { rows::put_pending(tx, &pending).await })
        })
        .await?;
    let words = Words {
        lang: Language::current().code(),
        title: t!("Vai al tuo gestore di identità"),
        text: t!(
            "Ti portiamo alla pagina dove puoi farti riconoscere. Se non succede nulla, premi il \
             pulsante."
        ),
        button: t!("Continua"),
    };
    let form = post_form(words, &destination, &xml, &relay_state, nonce);
    Ok(Started {
        form,
        browser_token,
    })
}
