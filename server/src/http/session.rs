//! Who asks: the session's cookie as an `Actor`.

use axum::{extract::FromRequestParts, http::request::Parts};

use super::cookies;
use crate::{
    error::Refused,
    identity::sessions,
    state::{Actor, Counter},
};

/// The actor of a request; a database that does not answer makes her anonymous only for the
/// page that says so.
pub struct Who(pub Result<Actor, Refused>);

impl FromRequestParts<Counter> for Who {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        counter: &Counter,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self(actor(counter, &parts.headers).await))
    }
}

pub async fn actor(counter: &Counter, headers: &axum::http::HeaderMap) -> Result<Actor, Refused> {
    match cookies::session_token(counter, headers) {
        Some(token) => Ok(sessions::resume(counter, &token).await?),
        None => Ok(Actor::Anonymous),
    }
}
