//! The hash chain of a case's events.

use rules::{
    case::{Actor, Event, EventBody},
    civil::Date,
};

use crate::{
    clock::rome_day,
    store::{
        StoreError, Tx,
        cases::{self, EventRow},
    },
    vault::sha256,
};

/// The event's own hash: over all its fields, as stored, and the hash before.
pub fn link(row: &EventRow) -> Result<String, StoreError> {
    let fields = (
        &row.case_id,
        row.seq,
        row.at,
        &row.day,
        &row.actor,
        &row.body,
        &row.previous,
    );
    let bytes = serde_json::to_vec(&fields).map_err(corrupt)?;
    Ok(sha256(&bytes))
}

fn corrupt(error: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

/// Stored events as the rules know them.
pub fn read(rows: &[EventRow]) -> Result<Vec<Event>, StoreError> {
    rows.iter()
        .map(|row| {
            Ok(Event {
                seq: row.seq,
                at_ms: row.at,
                day: Date::parse_iso(&row.day).ok_or_else(|| corrupt("day of an event"))?,
                actor: Actor::parse(&row.actor).ok_or_else(|| corrupt("actor of an event"))?,
                body: serde_json::from_str(&row.body).map_err(corrupt)?,
            })
        })
        .collect()
}

/// Appends after `last` (`None`: the case is new). A conflict if somebody came first.
pub async fn append(
    tx: &mut Tx,
    case_id: &str,
    last: Option<&EventRow>,
    actor: &Actor,
    at_ms: i64,
    bodies: Vec<EventBody>,
) -> Result<Vec<Event>, StoreError> {
    let day = rome_day(at_ms);
    let (mut seq, mut previous) =
        last.map_or((0, String::new()), |last| (last.seq, last.hash.clone()));
    let mut events = Vec::with_capacity(bodies.len());
    for body in bodies {
        seq += 1;
        let mut row = EventRow {
            case_id: case_id.to_owned(),
            seq,
            at: at_ms,
            day: day.to_string(),
            actor: actor.to_string(),
            body: serde_json::to_string(&body).map_err(corrupt)?,
            previous,
            hash: String::new(),
        };
        row.hash = link(&row)?;
        cases::insert_event(tx, &row).await?;
        previous = row.hash;
        events.push(Event {
            seq,
            at_ms,
            day,
            actor: actor.clone(),
            body,
        });
    }
    Ok(events)
}
