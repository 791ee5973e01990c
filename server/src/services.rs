//! Services for the public: the list and the sheet.

pub mod list;
pub mod sheet;

pub use list::list;
pub use sheet::sheet;
