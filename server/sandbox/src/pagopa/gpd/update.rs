//! `PUT …/debtpositions/{iupd}?toPublish=`.
//!
//! The trap is the real one: without `toPublish=true` the position becomes a draft again, and a
//! notice that people already have can no longer be paid.

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;

use crate::pagopa::gpd::{Publication, found, refuse, store, unique};
use crate::pagopa::model::Body;
use crate::pagopa::moment::Moment;
use crate::pagopa::position::Position;
use crate::pagopa::problem::Problem;
use crate::pagopa::{book::Book, checks};
use crate::state::State;

pub async fn put(
    Extract(state): Extract<State>,
    Path((organization, iupd)): Path<(String, String)>,
    query: Result<Query<Publication>, QueryRejection>,
    bytes: Bytes,
) -> Response {
    let now = Moment::now();
    let mut book = state.pagopa.book();
    match change(&book, (&organization, &iupd), query, &bytes, now) {
        Ok(position) => store(&mut book, position, StatusCode::OK, now),
        Err(problem) => refuse(problem, &iupd),
    }
}

fn change(
    book: &Book,
    (organization, iupd): (&str, &str),
    query: Result<Query<Publication>, QueryRejection>,
    bytes: &[u8],
    now: Moment,
) -> Result<Position, Problem> {
    let Query(query) = query.map_err(|error| Problem::unreadable(error.body_text()))?;
    let body: Body = checks::read(bytes)?;
    checks::shape(&body)?;
    if body.iupd != iupd {
        return Err(checks::senseless(format!(
            "IUPD mistmatch error: path variable IUPD [{iupd}] and request body IUPD [{}] must be \
             the same",
            body.iupd
        )));
    }
    let old = found(book, organization, iupd)?;
    old.may_change(now)?;
    checks::segregation(organization, &body)?;
    checks::sense(&body, now)?;
    unique(book, organization, &body, true)?;
    let mut new = Position::create(organization, body, query.to_publish, now)?;
    new.succeed(old);
    Ok(new)
}
