//! Who sends a message: the counter, whose metadata is fetched from its address each time, so
//! that a counter with a new key is known at once.

use anyhow::{Context, bail};
use saml::request::IncomingRequest;
use saml::{Field, Received, ServiceProvider};

use super::Fields;
use crate::state::State;

const MAX_METADATA: usize = 512 * 1024;

/// The message as it came: by Redirect its whole query travels on with the page.
pub fn received(fields: &Fields) -> Result<Received, saml::Error> {
    if let Some(query) = fields.get("query") {
        return Received::from_redirect(query);
    }
    let text = |name: &str| fields.get(name).cloned();
    let (field, message) = match (text("SAMLRequest"), text("SAMLResponse")) {
        (None, Some(message)) => (Field::Response, message),
        (message, _) => (Field::Request, message.unwrap_or_default()),
    };
    Received::from_post(field, &message, text("RelayState"))
}

/// The verified request for a login, and its RelayState.
pub async fn verified(
    state: &State,
    scheme: &str,
    fields: &Fields,
) -> anyhow::Result<(IncomingRequest, String)> {
    let received = received(fields)?;
    let request = saml::request::read(&received, &metadata(state, scheme).await?)?;
    let expected = format!("{}/{scheme}", state.options.base_url);
    if request.destination != format!("{expected}/sso") && request.destination != expected {
        bail!("Destination non è {expected}/sso");
    }
    Ok((request, received.relay_state.unwrap_or_default()))
}

/// To the eIDAS node the counter shows SPID's metadata.
pub async fn metadata(state: &State, scheme: &str) -> anyhow::Result<ServiceProvider> {
    let federation = if scheme == "cie" { "cie" } else { "spid" };
    let url = format!("{}/{federation}/metadata", state.options.counter_url);
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
