//! What people think of the pages and of the services they used (Modello Comuni C.SI.2.5,
//! C.SI.2.6, C.SE.1.7), and the administrator's look at it. Nobody is named.

mod give;
mod list;

pub use give::{about, give};
pub use list::list;
