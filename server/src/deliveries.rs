//! What the outbox holds, for people: on the case's page and, of all offices, for the administrator.

mod list;
mod resend;
mod row;
#[cfg(test)]
mod tests;

pub use list::{DeliveriesError, list};
pub use resend::action;
pub use row::of_case;
