//! The rules of the counter: catalogue and form model, validation, price, the
//! case (events to state, commands to events), the legal clock, the numbers.
//!
//! Pure: no I/O, no clock, no randomness. The same source runs in the browser
//! (WASM) and on the server, so that both always agree.
#![forbid(unsafe_code)]

pub mod case;
pub mod catalogue;
pub mod changes;
pub mod civil;
pub mod clock;
pub mod fields;
pub mod form;
pub mod language;
pub mod notice;
pub mod number;
pub mod privacy;
pub mod protocol;
pub mod roles;
pub mod slot;
