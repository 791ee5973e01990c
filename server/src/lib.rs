//! The server of the counter.
#![forbid(unsafe_code)]

pub mod catalogue;
pub mod clock;
pub mod config;
pub mod error;
pub mod events;
pub mod files;
pub mod identity;
pub mod state;
pub mod store;
pub mod vault;
