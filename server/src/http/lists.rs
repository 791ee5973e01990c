//! `/elenchi/{elenco}`: the names of a reference list, for who types one. Nothing that is typed
//! leaves the browser: it looks for itself.

use axum::{
    Json,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{catalogue::streets, state::Counter};

/// The lists that a person types a name of; the others are choices of a page.
const TYPED: [&str; 5] = [streets::LIST, "comuni", "comuni_o_stati", "stati", "luoghi"];

pub async fn names(State(counter): State<Counter>, Path(list): Path<String>) -> Response {
    let lists = &counter.catalogue.lists.0;
    let found = TYPED.contains(&list.as_str()).then(|| lists.get(&list));
    let Some(codes) = found.flatten() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut names: Vec<&String> = codes.values().collect();
    names.sort_unstable();
    // Two towns that have ended may share a name.
    names.dedup();
    let headers = [(header::CACHE_CONTROL, "public, max-age=86400")];
    (headers, Json(names)).into_response()
}
