//! Begins a login: a signed request, remembered once, bound to the browser.

use app::api::Problem;
use rules::{language::Language, t};
use saml::{
    Level, Scheme,
    request::{AuthnRequest, Words, post_form},
};
use thiserror::Error;

use super::{ProviderError, evidence, provider::instant};
use crate::{
    clock::token,
    error::{Refusal, internal, unavailable},
    state::Counter,
    store::{StoreError, identity as rows},
    vault::{VaultError, sha256},
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
    Vault(#[from] VaultError),
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
            Self::Saml(_) | Self::Vault(_) => internal(),
            Self::Store(error) => error.problem(),
        }
    }
}

/// What a login is begun with.
pub struct Wish<'a> {
    /// entityID; `None`: the usual one.
    pub provider: Option<&'a str>,
    /// Local path to go on to.
    pub next: &'a str,
    pub level: Level,
}

/// How the browser gets to the provider.
pub enum Way {
    /// By a page that posts the request.
    Form(String),
    /// By this address, where the provider takes no other.
    Address(String),
}

/// The way, and the token for the browser's cookie.
pub struct Started {
    pub way: Way,
    pub browser_token: String,
}

pub async fn start(
    counter: &Counter,
    scheme: Scheme,
    wish: Wish<'_>,
    nonce: &str,
) -> Result<Started, StartError> {
    let sp = counter.identity.of(scheme);
    let provider = sp
        .provider(wish.provider)
        .await?
        .ok_or(StartError::UnknownProvider)?;
    let destination = provider
        .sso_post
        .as_ref()
        .or(provider.sso_redirect.as_ref());
    let destination = destination.ok_or(StartError::UnknownProvider)?;
    let now = counter.now_ms();
    let mut random = [0u8; 20];
    counter.rng.fill(&mut random);
    let id = saml::new_id(&random);
    let request = AuthnRequest {
        id: &id,
        issued_at: instant(now),
        destination,
        issuer: &sp.entity_id,
        acs_index: 0,
        attribute_index: sp.attribute_index(&provider),
        level: wish.level,
    };
    let (relay_state, browser_token) = (token::<32>(&*counter.rng), token::<32>(&*counter.rng));
    let key = &sp.keys.signing;
    let (way, sent) = match &provider.sso_post {
        Some(_) => {
            let xml = request.to_xml(key)?;
            let form = post_form(words(), destination, &xml, &relay_state, nonce);
            (Way::Form(form), xml)
        }
        None => {
            let address = request.to_url(&relay_state, key)?;
            (Way::Address(address.clone()), address)
        }
    };
    let pending = rows::PendingLogin {
        sealed_request: Some(evidence::seal_request(counter, &id, &sent)?),
        id,
        scheme: scheme.as_str().to_owned(),
        provider: provider.entity_id.clone(),
        relay_state,
        next_path: wish.next.to_owned(),
        browser_hash: sha256(browser_token.as_bytes()),
        level: wish.level.number().into(),
        issued_at: now,
        expires_at: now + TERM,
    };
    counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { rows::put_pending(tx, &pending).await })
        })
        .await?;
    Ok(Started { way, browser_token })
}

/// Of the page that posts a message to a provider.
pub fn words() -> Words<'static> {
    Words {
        lang: Language::current().code(),
        title: t!("Vai al tuo gestore di identità"),
        text: t!(
            "Ti portiamo alla pagina dove puoi farti riconoscere. Se non succede nulla, premi il \
             pulsante."
        ),
        button: t!("Continua"),
    }
}
