//! A large file in parts, after tus 1.0.0 (core, creation, termination): `POST` announces it,
//! `PATCH` adds a part, `HEAD` tells how far it has come, `DELETE` gives it up. The answer to the
//! last part is the attachment, as after a `PUT` of the whole.

use axum::{
    Json,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    actions::NotLoggedIn,
    document,
    session::Who,
    upload::{draft_of, name_of},
};
use crate::{
    clock::token,
    desk,
    error::Refused,
    forms,
    requests::parts::{self, Added, PART_BYTES, PartError, Reached},
    state::{Actor, Counter, Person},
};

const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const VERSION: (HeaderName, HeaderValue) = (
    HeaderName::from_static("tus-resumable"),
    HeaderValue::from_static("1.0.0"),
);

/// A number in a header; what is none is no file that could come.
fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, PartError> {
    let text = headers.get(name).and_then(|value| value.to_str().ok());
    text.and_then(|text| text.parse().ok())
        .ok_or(PartError::Header(name.to_string()))
}

pub async fn create(
    State(counter): State<Counter>,
    Who(actor): Who,
    Path((slug, attachment)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let begun = async {
        let draft = draft_of(&headers);
        let applicant = applicant(&counter, actor, &slug, Some(&draft)).await?;
        let (name, bytes) = (name_of(&headers), number(&headers, &LENGTH)?);
        let begun = parts::begin(
            &counter,
            &applicant,
            &slug,
            &draft,
            &attachment,
            &name,
            bytes,
        )
        .await?;
        Ok::<_, Refused>(begun)
    };
    let made = begun.await.map(|id| {
        let place = format!("/api/servizi/{slug}/richiesta/allegati/{attachment}/parti/{id}");
        (
            StatusCode::CREATED,
            [(header::LOCATION, place)],
            [(OFFSET, "0")],
        )
            .into_response()
    });
    answer(&counter, made)
}

pub async fn reached(
    State(counter): State<Counter>,
    Who(actor): Who,
    Path((slug, _, id)): Path<(String, String, String)>,
) -> Response {
    let reached = async {
        let applicant = applicant(&counter, actor, &slug, None).await?;
        Ok::<_, Refused>(parts::reached(&counter, &applicant, &id).await?)
    };
    answer(
        &counter,
        reached.await.map(|reached| far(StatusCode::OK, reached)),
    )
}

pub async fn add(
    State(counter): State<Counter>,
    Who(actor): Who,
    Path((slug, _, id)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    let added = async {
        let applicant = applicant(&counter, actor, &slug, None).await?;
        let at = number(request.headers(), &OFFSET)?;
        let at = i64::try_from(at).map_err(|_| PartError::TooLong)?;
        let part = forms::bytes(request, PART_BYTES).await?;
        Ok::<_, Refused>(parts::add(&counter, &applicant, &slug, &id, at, part).await?)
    };
    let added = added.await.map(|added| match added {
        Added::Reached(reached) => far(StatusCode::NO_CONTENT, reached),
        Added::Whole(file) => Json(file).into_response(),
    });
    answer(&counter, added)
}

pub async fn cancel(
    State(counter): State<Counter>,
    Who(actor): Who,
    Path((slug, _, id)): Path<(String, String, String)>,
) -> Response {
    let gone = async {
        let applicant = applicant(&counter, actor, &slug, None).await?;
        Ok::<_, Refused>(parts::cancel(&counter, &applicant, &id).await?)
    };
    let gone = gone.await.map(|()| StatusCode::NO_CONTENT.into_response());
    answer(&counter, gone)
}

async fn applicant(
    counter: &Counter,
    actor: Result<Actor, Refused>,
    slug: &str,
    draft: Option<&str>,
) -> Result<Person, Refused> {
    let actor = actor?;
    let person = actor.person().ok_or(NotLoggedIn)?;
    let shown = draft.filter(|draft| !draft.is_empty());
    let applicant = desk::applicant(counter, person, slug, shown).await?;
    Ok(applicant.into_owned())
}

fn far(status: StatusCode, reached: Reached) -> Response {
    let told = |name: HeaderName, number: i64| (name, HeaderValue::from(number));
    let headers = [told(OFFSET, reached.received), told(LENGTH, reached.bytes)];
    (status, headers).into_response()
}

fn answer(counter: &Counter, made: Result<Response, Refused>) -> Response {
    let mut response = made.unwrap_or_else(|refused| {
        document::problem_json(&refused.report(|| token::<4>(&*counter.rng)))
    });
    let (name, version) = VERSION;
    response.headers_mut().insert(name, version);
    response
}
