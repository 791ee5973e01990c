//! One file at a time, with progress: `PUT` its bytes, `DELETE` it.

use axum::{
    Json,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

use super::{actions::NotLoggedIn, document, session::Who};
use crate::{
    clock::token,
    desk,
    error::Refused,
    forms::{self, BODY_BYTES},
    requests,
    state::Counter,
};

/// The header `x-file-name` holds the name, percent-encoded; `x-bozza` the id of the draft that
/// the page shows.
pub async fn put(
    State(counter): State<Counter>,
    Who(actor): Who,
    Path((slug, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (name, draft) = (name_of(request.headers()), draft_of(request.headers()));
    let stored = async {
        let actor = actor?;
        let person = actor.person().ok_or(NotLoggedIn)?;
        let bytes = forms::bytes(request, BODY_BYTES).await?;
        let shown = (!draft.is_empty()).then_some(draft.as_str());
        let applicant = desk::applicant(&counter, person, &slug, shown).await?;
        let stored = requests::attach(&counter, &applicant, &slug, &draft, &id, &name, bytes).await;
        Ok::<_, Refused>(stored?)
    };
    match stored.await {
        Ok(file) => Json(file).into_response(),
        Err(refused) => document::problem_json(&refused.report(|| token::<4>(&*counter.rng))),
    }
}

/// The file's name, from `x-file-name`.
pub fn name_of(headers: &HeaderMap) -> String {
    // As the value of a field: a name may hold `=` or `&`, percent-encoded.
    let field = format!("n={}", text(headers, "x-file-name").replace('+', "%2B"));
    let mut fields = url::form_urlencoded::parse(field.as_bytes());
    fields
        .next()
        .map(|(_, name)| name.into_owned())
        .unwrap_or_default()
}

/// The draft that the page shows, from `x-bozza`.
pub fn draft_of(headers: &HeaderMap) -> String {
    text(headers, "x-bozza").to_owned()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

pub async fn delete(
    State(counter): State<Counter>,
    Who(actor): Who,
    Path((slug, file)): Path<(String, String)>,
) -> Response {
    let removed = async {
        let actor = actor?;
        let person = actor.person().ok_or(NotLoggedIn)?;
        let applicant = desk::applicant(&counter, person, &slug, None).await?;
        Ok::<_, Refused>(requests::remove_attachment(&counter, &applicant, &slug, &file).await?)
    };
    match removed.await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refused) => document::problem_json(&refused.report(|| token::<4>(&*counter.rng))),
    }
}
