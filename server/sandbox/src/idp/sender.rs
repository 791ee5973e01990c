//! Who sends a request: the counter, whose metadata is fetched from its address each time, so
//! that a counter with a new key is known at once.

use anyhow::{Context, bail};
use saml::ServiceProvider;
use saml::request::IncomingRequest;

use crate::state::State;

const MAX_METADATA: usize = 512 * 1024;

/// The verified request of a `SAMLRequest` field.
pub async fn verified(
    state: &State,
    scheme: &str,
    saml_request: &str,
) -> anyhow::Result<(IncomingRequest, ServiceProvider)> {
    let sender = metadata(state, scheme).await?;
    let request = saml::request::read(saml_request, &sender)?;
    let expected = format!("{}/{scheme}", state.options.base_url);
    if request.destination != format!("{expected}/sso") && request.destination != expected {
        bail!("Destination non è {expected}/sso");
    }
    Ok((request, sender))
}

async fn metadata(state: &State, scheme: &str) -> anyhow::Result<ServiceProvider> {
    let url = format!("{}/{scheme}/metadata", state.options.counter_url);
    let unreachable = || format!("i metadati dello sportello non si leggono da {url}");
    let answer = state
        .http
        .get(&url)
        .send()
        .await
        .with_context(unreachable)?;
    let answer = answer.error_for_status().with_context(unreachable)?;
    let text = answer.text().await.with_context(unreachable)?;
    if text.len() > MAX_METADATA {
        bail!("i metadati dello sportello sono troppo grandi");
    }
    Ok(ServiceProvider::parse(&text)?)
}
