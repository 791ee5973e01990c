//! `POST …/organizations/{cf}/debtpositions?toPublish=`.

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;

use crate::pagopa::gpd::{Publication, refuse, store, unique};
use crate::pagopa::model::Body;
use crate::pagopa::moment::Moment;
use crate::pagopa::position::Position;
use crate::pagopa::problem::Problem;
use crate::pagopa::{book::Book, checks};
use crate::state::State;

pub async fn post(
    Extract(state): Extract<State>,
    Path(organization): Path<String>,
    query: Result<Query<Publication>, QueryRejection>,
    bytes: Bytes,
) -> Response {
    let now = Moment::now();
    let body: Body = match checks::read(&bytes) {
        Ok(body) => body,
        Err(problem) => return refuse(problem, ""),
    };
    let iupd = body.iupd.clone();
    let mut book = state.pagopa.book();
    match make(&book, &organization, body, query, now) {
        Ok(position) => store(&mut book, position, StatusCode::CREATED, now),
        Err(problem) => refuse(problem, &iupd),
    }
}

/// The order of the checks is GPD's: schema, permission, sense, uniqueness.
fn make(
    book: &Book,
    organization: &str,
    body: Body,
    query: Result<Query<Publication>, QueryRejection>,
    now: Moment,
) -> Result<Position, Problem> {
    let Query(query) = query.map_err(|error| Problem::unreadable(error.body_text()))?;
    checks::shape(&body)?;
    checks::segregation(organization, &body)?;
    checks::sense(&body, now)?;
    unique(book, organization, &body, false)?;
    Position::create(organization, body, query.to_publish, now)
}
