//! `GET …/debtpositions/{iupd}`.

use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;

use crate::pagopa::gpd::{answer, found, refuse};
use crate::pagopa::moment::Moment;
use crate::pagopa::view;
use crate::state::State;

pub async fn get(
    Extract(state): Extract<State>,
    Path((organization, iupd)): Path<(String, String)>,
) -> Response {
    let now = Moment::now();
    let book = state.pagopa.book();
    match found(&book, &organization, &iupd) {
        Ok(position) => answer(StatusCode::OK, view::detail(position, now), position, now),
        Err(problem) => refuse(problem, &iupd),
    }
}
