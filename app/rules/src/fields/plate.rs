//! Italian number plates.

use super::{Refusal, Valid};
use crate::t;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plate {
    Car,
    Trailer,
    Motorcycle,
    Moped,
    /// Before 1994, with the province.
    OldProvincial,
}

/// Upper case, without spaces and dashes.
pub fn read(text: &str) -> Result<Valid, Refusal> {
    let plate: String = super::compact(text).chars().filter(|c| *c != '-').collect();
    let warning = match kind_of(plate.as_bytes()) {
        Some(Plate::OldProvincial) => Some(t!(
            "È una vecchia targa con la provincia: controlla di averla scritta bene."
        )),
        Some(_) => None,
        None => {
            return Err(t!(
                "La targa non è giusta: scrivila senza spazi, per esempio AB123CD. Nelle \
                targhe non ci sono le lettere I, O, Q, U."
            )
            .into());
        }
    };
    Ok(Valid {
        value: plate,
        warning,
    })
}

pub fn kind_of(plate: &[u8]) -> Option<Plate> {
    let letter = |b: &u8| b.is_ascii_uppercase() && !b"IOQU".contains(b);
    let letters = |part: &[u8]| part.iter().all(letter);
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    if plate.len() == 7 && letters(&plate[..2]) {
        if digits(&plate[2..5]) && letters(&plate[5..]) {
            return Some(if plate[0] == b'X' {
                Plate::Trailer
            } else {
                Plate::Car
            });
        }
        if digits(&plate[2..]) {
            return Some(Plate::Motorcycle);
        }
    }
    if plate.len() == 6
        && plate[0] == b'X'
        && plate[1..].iter().all(|b| b.is_ascii_digit() || letter(b))
    {
        return Some(Plate::Moped);
    }
    is_old(plate).then_some(Plate::OldProvincial)
}

/// `ROMA` or two letters, a letter or digit, four or five digits.
fn is_old(plate: &[u8]) -> bool {
    let rest = plate.strip_prefix(b"ROMA").or_else(|| {
        plate
            .get(..2)
            .filter(|p| p.iter().all(u8::is_ascii_uppercase))
            .map(|_| &plate[2..])
    });
    rest.is_some_and(|rest| {
        (5..=6).contains(&rest.len())
            && (rest[0].is_ascii_digit() || rest[0].is_ascii_uppercase())
            && rest[1..].iter().all(u8::is_ascii_digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::vectors;

    #[test]
    fn follows_the_vectors() {
        let all = vectors();
        for v in all["targa"].as_array().unwrap() {
            let read = read(v["input"].as_str().unwrap());
            let found = read
                .as_ref()
                .ok()
                .and_then(|valid| kind_of(valid.value.as_bytes()));
            let found = found.map(|kind| match kind {
                Plate::Car => "autoveicolo",
                Plate::Trailer => "rimorchio",
                Plate::Motorcycle => "motoveicolo",
                Plate::Moped => "ciclomotore",
                Plate::OldProvincial => "provinciale_storica",
            });
            assert_eq!(found, v["tipo"].as_str(), "{v}");
            let warned = read.is_ok_and(|valid| valid.warning.is_some());
            assert_eq!(warned, v["tipo"] == "provinciale_storica");
        }
    }
}
