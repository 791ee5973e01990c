//! What runs on both sides: pages, components, wizard, and the thin API between them.
#![forbid(unsafe_code)]
#![recursion_limit = "256"]

pub mod api;
pub use rules;
