//! The server of the counter.
#![forbid(unsafe_code)]

pub mod agendas;
pub mod backup;
pub mod cases;
pub mod catalogue;
pub mod changes;
pub mod clock;
pub mod config;
pub mod cosign;
pub mod delegations;
pub mod deliveries;
pub mod demo;
pub mod desk;
pub mod documents;
pub mod error;
pub mod events;
pub mod files;
pub mod forms;
pub mod http;
pub mod identity;
pub mod messages;
pub mod metrics;
pub mod payments;
pub mod privacy;
pub mod profile;
pub mod program;
pub mod ratings;
pub mod register;
pub mod remote;
pub mod requests;
pub mod roles;
pub mod scan;
pub mod services;
pub mod signing;
pub mod state;
pub mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod vault;
pub mod verify;
pub mod worker;
