//! "Sposta": another time for the appointment, until the case is decided.

use rules::{case::Command, slot::Slot, t};

use super::{
    CommandError,
    change::{self, Change, Outgoing},
    load,
};
use crate::{
    agendas::Choice,
    state::{Counter, Person},
};

pub async fn reschedule(
    counter: &Counter,
    person: &Person,
    id: &str,
    seen: i64,
    slot: &str,
) -> Result<i64, CommandError> {
    let case = load::of_citizen(counter, person, id).await?;
    let Some(appointment) = &case.state.appointment else {
        return Err(CommandError::Unknown);
    };
    let Some(slot) = Slot::parse(slot) else {
        return Err(CommandError::invalid(
            "slot",
            t!("Scegli il giorno e l'ora dell'appuntamento."),
        ));
    };
    let choice = Choice {
        field: "slot".to_owned(),
        agenda: appointment.agenda.clone(),
        slot,
    };
    let Some(time) = choice.time(counter) else {
        return Err(CommandError::taken());
    };
    let service = &case.definition.service;
    let change = Change::Appointment {
        command: Command::Fissa {
            agenda: choice.agenda,
            inizio: slot,
        },
        time,
        outgoing: Outgoing::message(counter, service, "appuntamento-confermato"),
    };
    let (actor, now) = (case.side.actor(), counter.now_ms());
    change::run(counter, &case, seen, actor, now, change).await
}
