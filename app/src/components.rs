//! Building blocks of Bootstrap Italia, as plain functions that return a view:
//! generic components would be compiled once per use and weigh on the bundle.

mod bits;
pub mod control;
mod element;
mod frame;
mod icon;
mod lists;
mod live;
#[cfg(feature = "ssr")]
mod payment;
#[cfg(feature = "ssr")]
mod rating;
mod stepper;
mod textarea;
mod words;

pub use bits::*;
pub use element::{Child, El, el, group, reactive};
pub(crate) use frame::encode;
pub use frame::{footer, header};
pub use icon::{Icon, icon};
pub use lists::*;
pub use live::live;
#[cfg(feature = "ssr")]
pub use payment::{payment_box, payment_label};
#[cfg(feature = "ssr")]
pub use rating::{rating, rating_form};
pub use stepper::stepper;
pub use textarea::TextArea;
pub use words::{defined, sentence, told};

#[cfg(feature = "ssr")]
#[cfg(test)]
pub mod check;
