//! Appointments: an office's agenda, a place held for who fills a form, then the case's.

mod choice;
mod day;
mod hold;
mod plan;
mod remind;

pub use choice::{Choice, chosen};
pub use day::day;
pub use hold::{hold, notice, refused};
pub use plan::offer;
pub use remind::remind;
