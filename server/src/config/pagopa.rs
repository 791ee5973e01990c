//! `[pagopa]` of comune.toml: how the comune collects.

use rules::fields::iban;
use serde::Deserialize;

/// Without it what is due on acceptance is paid at the office.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PagoPa {
    /// Two digits given by PagoPA to the ente's intermediary.
    pub codice_segregazione: String,
    /// The account that is credited.
    pub iban: String,
    /// Code of the taxonomy for a fee that names none that is well formed.
    pub tassonomia: String,
    #[serde(default = "usual_days")]
    pub giorni_per_pagare: i64,
}

fn usual_days() -> i64 {
    30
}

/// Largest segregation code of an ente; those above are reserved (SACI §3.2.1, table 1).
const LAST_SEGREGATION: u8 = 45;

impl PagoPa {
    /// As number.
    pub fn segregation(&self) -> Option<u8> {
        let digits = &self.codice_segregazione;
        let two = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
        let code = digits.parse().ok()?;
        (two && code <= LAST_SEGREGATION).then_some(code)
    }

    /// What is wrong, one line each.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.segregation().is_none() {
            faults.push("codice_segregazione: sono due cifre, da 00 a 45".to_owned());
        }
        if let Err(message) = iban::read(&self.iban) {
            faults.push(format!("iban: {message}"));
        }
        if !is_taxonomy(&self.tassonomia) {
            faults.push("tassonomia: un codice come 9/0103101AP/".to_owned());
        }
        if !(1..=365).contains(&self.giorni_per_pagare) {
            faults.push("giorni_per_pagare: da 1 a 365".to_owned());
        }
        let line = |fault| format!("pagopa.{fault}");
        faults.into_iter().map(line).collect()
    }
}

/// `9/`, seven digits, two letters, `/`.
pub fn is_taxonomy(code: &str) -> bool {
    let bytes = code.as_bytes();
    bytes.len() == 12
        && bytes.starts_with(b"9/")
        && bytes[2..9].iter().all(u8::is_ascii_digit)
        && bytes[9..11].iter().all(u8::is_ascii_uppercase)
        && bytes[11] == b'/'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> PagoPa {
        PagoPa {
            codice_segregazione: "02".into(),
            iban: "IT60X0542811101000000123456".into(),
            tassonomia: "9/0103101AP/".into(),
            giorni_per_pagare: 30,
        }
    }

    #[test]
    fn every_fault_is_told() {
        assert_eq!(sound().faults(), Vec::<String>::new());
        assert_eq!(sound().segregation(), Some(2));
        for code in ["", "2", "002", "46", "99", "a1", "+2"] {
            let pagopa = PagoPa {
                codice_segregazione: code.into(),
                ..sound()
            };
            assert_eq!(pagopa.faults().len(), 1, "{code}");
        }
        let wrong = PagoPa {
            iban: "IT60X0542811101000000123457".into(),
            tassonomia: "9/0103101A/".into(),
            giorni_per_pagare: 0,
            ..sound()
        };
        assert_eq!(wrong.faults().len(), 3);
    }
}
