//! Who calls: what gateway and service check before they look at the body.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use super::services::Service;
use crate::gateway::{self, subscription_key};
use crate::state::{State, now};

/// The service of a call that has a good key, is within the rate and comes from a known address.
pub struct Caller(pub &'static Service);

impl FromRequestParts<State> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Response> {
        let key = subscription_key(&parts.headers);
        let service = key
            .and_then(Service::by_key)
            .ok_or_else(|| gateway::unauthorized(key))?;
        state.io.bucket.take(now()).map_err(gateway::too_many)?;
        if !service.known_address {
            return Err(Problem::not_here().into_response());
        }
        Ok(Self(service))
    }
}
