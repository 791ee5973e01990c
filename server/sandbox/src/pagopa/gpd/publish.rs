//! `POST …/debtpositions/{iupd}/publish`.

use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;

use crate::pagopa::gpd::{found, refuse, store};
use crate::pagopa::moment::Moment;
use crate::state::State;

pub async fn post(
    Extract(state): Extract<State>,
    Path((organization, iupd)): Path<(String, String)>,
) -> Response {
    let now = Moment::now();
    let mut book = state.pagopa.book();
    let position = found(&book, &organization, &iupd).cloned();
    match position.and_then(|mut position| position.publish(now).map(|()| position)) {
        Ok(position) => store(&mut book, position, StatusCode::OK, now),
        Err(problem) => refuse(problem, &iupd),
    }
}
