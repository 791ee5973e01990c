//! The one question: may this person do this, there?

use std::collections::BTreeSet;

use app::api::Problem;
use rules::{
    roles::{Operation, Place, Scope, permits},
    t,
};
use thiserror::Error;

use crate::{
    error::{Refusal, forbidden},
    state::{Counter, Person},
};

/// A refusal by the matrix; it is logged with the person's id.
#[derive(Debug, Error)]
#[error("{operation:?} is not permitted to person {person}: {why}")]
pub struct NotPermitted {
    operation: Operation,
    person: String,
    why: &'static str,
}

impl Refusal for NotPermitted {
    fn problem(&self) -> Problem {
        match self.why {
            NO_ROLE => forbidden(),
            _ => Problem::new(
                403,
                t!("Non puoi fare questa operazione"),
                t!(
                    "Nessuno dei tuoi ruoli lo permette, qui. Se ti serve, chiedilo a chi amministra lo sportello."
                ),
            ),
        }
    }
}

const NO_ROLE: &str = "she has no role";
const OTHER_OFFICE: &str = "her role is for another office";
const OTHER_ROLE: &str = "none of her roles permits it";

impl Person {
    /// Whether one of her roles of today permits it there.
    pub fn may(&self, operation: Operation, place: Place<'_>) -> bool {
        permits(&self.roles, operation, place)
    }

    /// Whether she is more than a citizen: such a person is told what she may not see, others
    /// are not told that it is there.
    pub fn is_staff(&self) -> bool {
        !self.roles.is_empty()
    }
}

/// The same as a refusal.
pub fn check(person: &Person, operation: Operation, place: Place<'_>) -> Result<(), NotPermitted> {
    if person.may(operation, place) {
        return Ok(());
    }
    Err(NotPermitted {
        operation,
        person: person.id.clone(),
        why: match person.is_staff() {
            false => NO_ROLE,
            true if person.may(operation, Place::Somewhere) => OTHER_OFFICE,
            true => OTHER_ROLE,
        },
    })
}

/// Ids of the offices where she may: those of the definitions, and those that a role names.
pub fn offices(counter: &Counter, person: &Person, operation: Operation) -> Vec<String> {
    let named = person.roles.iter().filter_map(|held| match &held.scope {
        Scope::Office(id) => Some(id.as_str()),
        Scope::Town => None,
    });
    let known: BTreeSet<&str> = counter.catalogue.offices().into_keys().collect();
    let all: BTreeSet<&str> = known.into_iter().chain(named).collect();
    all.into_iter()
        .filter(|id| person.may(operation, Place::Office(id)))
        .map(str::to_owned)
        .collect()
}
