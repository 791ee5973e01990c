//! A case is its events: state, deadline and what each side may do next are computed from them.
//!
//! `fold` reads a history, `decide` says which events a command adds, or why it may not.
//! States and events are those of the procedure of an istanza (L. 241/1990).

mod decide;
mod event;
mod fold;
mod state;
#[cfg(test)]
mod tests;

pub use decide::{Command, Refusal, decide};
pub use event::{Actor, Document, Due, Event, EventBody, Registered, still_as_seen};
pub use fold::{Appointment, BadHistory, CaseState, OpenIntegration, Terms, fold};
pub use state::{Model, MustAct, State};
