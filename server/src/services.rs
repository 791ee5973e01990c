//! Services for the public: the list and the sheet.

pub mod list;
pub mod precheck;
pub mod sheet;
mod terms;

pub use list::{Asked, home, list};
pub use sheet::sheet;
pub use terms::{Printed, TermsError, terms};
