//! Once only (D.P.R. 445/2000 art. 43): what is known of a person, from where and since when; filled
//! in where a form asks for it, corrected in one place. One operation, one file.

mod correct;
mod form;
mod known;
mod page;
mod told;

pub use correct::{CorrectError, action};
pub use form::read;
pub use known::{marks, news, value};
pub use page::page;
pub use told::{InRequest, Source, Told, told_at};

/// Fields of the shared block `richiedente` that are kept: about the person herself, never about a
/// child or somebody she acts for.
pub const FIELDS: &[&str] = &[
    "cittadinanza",
    "residenza_indirizzo",
    "residenza_civico",
    "residenza_cap",
    "residenza_comune",
    EMAIL,
    MOBILE,
    "domicilio_digitale",
];

/// What an identity provider may tell as well.
pub const EMAIL: &str = "email";
pub const MOBILE: &str = "cellulare";

/// Of the page.
pub const PATH: &str = "/area-personale/profilo";
