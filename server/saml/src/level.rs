//! Level of assurance of an authentication.

/// SPID level 1, 2 or 3 (LoA low, substantial, high). Ordered: a higher level satisfies a lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    L1 = 1,
    L2 = 2,
    L3 = 3,
}

impl Level {
    /// The `AuthnContextClassRef`, the same for SPID and CIE.
    pub fn uri(self) -> &'static str {
        match self {
            Level::L1 => "https://www.spid.gov.it/SpidL1",
            Level::L2 => "https://www.spid.gov.it/SpidL2",
            Level::L3 => "https://www.spid.gov.it/SpidL3",
        }
    }

    pub fn from_uri(uri: &str) -> Option<Level> {
        [Level::L1, Level::L2, Level::L3]
            .into_iter()
            .find(|level| level.uri() == uri)
    }

    /// 1, 2 or 3.
    pub fn number(self) -> u8 {
        self as u8
    }

    pub fn from_number(number: i64) -> Option<Level> {
        match number {
            1 => Some(Level::L1),
            2 => Some(Level::L2),
            3 => Some(Level::L3),
            _ => None,
        }
    }
}
