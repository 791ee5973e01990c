//! `GET /api/pratiche/{id}/eventi`: new events of a case as server-sent events.
//! Each carries its sequence number as id; after a lost connection the browser sends the
//! last one (`Last-Event-ID`) and gets what it missed.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::StreamExt;

use super::{actions::NotLoggedIn, document, session::Who};
use crate::{cases, clock::token, error::Refused, state::Counter, store::Counted};

pub async fn stream(
    State(counter): State<Counter>,
    Who(actor): Who,
    Path(case): Path<String>,
    headers: HeaderMap,
) -> Response {
    let last = headers
        .get("last-event-id")
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse().ok());
    let opened = async {
        let actor = actor?;
        let person = actor.person().ok_or(NotLoggedIn)?;
        Ok::<_, Refused>(cases::stream(&counter, person, &case, last).await?)
    };
    match opened.await {
        Ok(events) => {
            let events = events.map(|seq: i64| {
                Ok::<_, Infallible>(
                    Event::default()
                        .event("case")
                        .id(seq.to_string())
                        .data(seq.to_string()),
                )
            });
            // Until the browser leaves, or the program: then the browser comes back by itself.
            let open = Counted::new(&counter.metrics.streams);
            let events = events
                .take_until(counter.stop.clone().cancelled_owned())
                .inspect(move |_| _ = &open);
            Sse::new(events)
                .keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
                .into_response()
        }
        Err(refused) => document::problem_json(&refused.report(|| token::<4>(&*counter.rng))),
    }
}
