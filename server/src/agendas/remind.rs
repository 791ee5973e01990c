//! Two days before, who comes is reminded.

use rules::{case::EventBody, slot::Slot};

use crate::{
    cases::{self, LoadError, Outgoing},
    clock::{rome_day, rome_wall},
    state::Counter,
    store::{StoreError, bookings},
};

const AHEAD_MS: i64 = 2 * 86_400_000;

/// Writes to those whose appointment is near; how many. One case's fault does not stop the others.
pub async fn remind(counter: &Counter) -> Result<usize, StoreError> {
    let now = counter.now_ms();
    let [from, to] = [now, now + AHEAD_MS].map(|ms| wall(ms).map(|slot| slot.to_string()));
    let (Some(from), Some(to)) = (from, to) else {
        return Ok(0);
    };
    let mut reminded = 0;
    for case in bookings::to_remind(&counter.store, &from, &to).await? {
        match one(counter, &case, now).await {
            Ok(true) => reminded += 1,
            Ok(false) => {}
            Err(error) => {
                tracing::error!(case.id = %case, error.cause = %error, "not reminded");
            }
        }
    }
    Ok(reminded)
}

fn wall(ms: i64) -> Option<Slot> {
    let at = rome_wall(ms);
    Slot::new(rome_day(ms), u16::from(at.hour) * 60 + u16::from(at.minute))
}

/// `false`: another node did. Who booked a moment ago knows.
async fn one(counter: &Counter, id: &str, now_ms: i64) -> Result<bool, LoadError> {
    let case = cases::load(counter, id).await?;
    let mut events = case.events.iter().rev();
    let event = events.find(|event| matches!(event.body, EventBody::Appuntamento { .. }));
    let Some(event) = event else { return Ok(false) };
    let fresh = now_ms - event.at_ms < AHEAD_MS;
    let service = &case.definition.service;
    let told = match fresh {
        true => Outgoing::default(),
        false => Outgoing::message(counter, service, "appuntamento-promemoria")
            .to_people_of(counter, &case),
    };
    let (id, seq) = (id.to_owned(), event.seq);
    let done = counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                if !bookings::reminded(tx, &id, now_ms).await? {
                    return Ok(false);
                }
                cases::queue(tx, &id, seq, now_ms, told).await?;
                Ok(true)
            })
        })
        .await?;
    Ok(done && !fresh)
}
