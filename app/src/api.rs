//! The thin API: one page, one `PageData`.
//!
//! `GET /x` is the page as HTML, `GET /api/x` the same [`PageData`] as JSON, or the [`Screen`]
//! that the browser shows of it.
//! `POST /x` is an action by plain form (303, or the page again with 422, 409),
//! `POST /api/x` the same action, answered with [`Acted`] or a [`Problem`].

mod case;
mod delegation;
mod map;
mod office;
mod page;
mod payment;
mod privacy;
mod problem;
mod profile;
pub mod rating;
mod request;
mod screen;
mod service;
mod settings;

pub use case::*;
pub use delegation::*;
pub use map::*;
pub use office::*;
pub use page::*;
pub use payment::*;
pub use privacy::*;
pub use problem::*;
pub use profile::*;
pub use rating::{RatedRow, RatedText, RatingPage, RatingsPage};
pub use request::*;
pub use screen::*;
pub use service::*;
pub use settings::*;
