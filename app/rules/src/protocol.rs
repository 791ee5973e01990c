//! The protocol number (D.P.R. 445/2000 art. 57): progressive in the calendar year, at least seven digits.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `0000123/2026`
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ProtocolNumber {
    pub year: i32,
    pub number: i64,
}

impl fmt::Display for ProtocolNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:07}/{}", self.number, self.year)
    }
}
