//! `DELETE …/debtpositions/{iupd}`: as long as nothing was paid.

use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use crate::pagopa::gpd::{answer, found, refuse};
use crate::pagopa::internal;
use crate::pagopa::moment::Moment;
use crate::state::State;

pub async fn delete(
    Extract(state): Extract<State>,
    Path((organization, iupd)): Path<(String, String)>,
) -> Response {
    let now = Moment::now();
    let mut book = state.pagopa.book();
    let position = match found(&book, &organization, &iupd) {
        Ok(position) => position.clone(),
        Err(problem) => return refuse(problem, &iupd),
    };
    if let Err(problem) = position.may_go(now) {
        return refuse(problem, &iupd);
    }
    match book.delete(&organization, &iupd) {
        Ok(()) => answer(
            StatusCode::OK,
            json!("Debt position deleted"),
            &position,
            now,
        ),
        Err(error) => internal(&error),
    }
}
