//! `PATCH …/debtpositions/transfers?oldIban=`: another account, wherever nothing was paid yet.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State as Extract};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use crate::pagopa::book::Book;
use crate::pagopa::gpd::{refuse, with_id};
use crate::pagopa::moment::Moment;
use crate::pagopa::position::Position;
use crate::pagopa::problem::Problem;
use crate::pagopa::{checks, internal};
use crate::state::State;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Old {
    old_iban: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct New {
    new_iban: String,
}

pub async fn patch(
    Extract(state): Extract<State>,
    Path(organization): Path<String>,
    Query(old): Query<Old>,
    bytes: Bytes,
) -> Response {
    let now = Moment::now();
    let Some(old) = old.old_iban else {
        return refuse(Problem::unreadable("oldIban: is required"), "");
    };
    let new: New = match checks::read(&bytes) {
        Ok(new) => new,
        Err(problem) => return refuse(problem, ""),
    };
    let mut book = state.pagopa.book();
    let (changed, transfers) = replaced(&book, &organization, &old, &new.new_iban, now);
    for position in changed {
        if let Err(error) = book.put(position) {
            return internal(&error);
        }
    }
    let description = format!("Updated IBAN on {transfers} Transfers");
    let body = json!({ "description": description, "updatedTransfers": transfers });
    with_id(Json(body).into_response())
}

/// The positions with the new account, and how many transfers were changed.
fn replaced(
    book: &Book,
    organization: &str,
    old: &str,
    new: &str,
    now: Moment,
) -> (Vec<Position>, usize) {
    let mut transfers = 0;
    let mut changed = Vec::new();
    for position in book
        .of(organization)
        .filter(|position| position.may_change(now).is_ok())
    {
        let mut position = position.clone();
        let before = transfers;
        let options = position.body.payment_option.iter_mut();
        for transfer in options.flat_map(|option| &mut option.transfer) {
            if transfer.iban.as_deref() == Some(old) {
                transfer.iban = Some(new.to_owned());
                transfers += 1;
            }
        }
        if transfers > before {
            position.updated = now;
            changed.push(position);
        }
    }
    (changed, transfers)
}
