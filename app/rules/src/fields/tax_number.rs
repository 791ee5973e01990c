//! Eleven digits: partita IVA, codice fiscale of bodies, provisional codes of persons.

use super::{Refusal, Valid, compact, fiscal_code};
use crate::{civil::Date, t};

/// The control digit of the first ten (a Luhn formula).
fn control_digit(digits: &[u8]) -> u8 {
    let sum: u32 = digits
        .iter()
        .take(10)
        .enumerate()
        .map(|(i, b)| {
            let digit = u32::from(b - b'0');
            match (i % 2, digit * 2) {
                (0, _) => digit,
                (_, double @ 0..=9) => double,
                (_, double) => double - 9,
            }
        })
        .sum();
    b'0' + u8::try_from((10 - sum % 10) % 10).unwrap_or(0)
}

fn eleven_digits(text: &str, what: &str) -> Result<String, Refusal> {
    let digits = compact(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(t!(
            "{what} ha 11 cifre e nient'altro: togli lettere e segni.",
            what
        ));
    }
    if digits.len() != 11 {
        return Err(t!(
            "{what} ha 11 cifre, qui sono {count}. Ricopia il numero.",
            what,
            count = digits.len()
        ));
    }
    let bytes = digits.as_bytes();
    if digits == "00000000000" || control_digit(bytes) != bytes[10] {
        return Err(t!(
            "{what} non è giusto: l'ultima cifra, quella di controllo, non corrisponde alle altre. \
             Ricopia il numero.",
            what
        ));
    }
    Ok(digits)
}

/// Partita IVA, with or without the prefix IT.
pub fn vat(text: &str) -> Result<Valid, Refusal> {
    let text = compact(text);
    let digits = eleven_digits(
        text.strip_prefix("IT").unwrap_or(&text),
        t!("Il numero di partita IVA"),
    )?;
    let office: u16 = digits[7..10].parse().unwrap_or(0);
    let known = matches!(office, 1..=100 | 120 | 121 | 888 | 999);
    let warning = (!known).then(|| {
        t!("Le cifre da 8 a 10 della partita IVA non sono di un ufficio che conosciamo: controlla.")
    });
    Ok(Valid {
        value: digits,
        warning,
    })
}

/// Codice fiscale of a company, a body or an association.
pub fn body(text: &str) -> Result<Valid, Refusal> {
    eleven_digits(text, t!("Il codice fiscale di un ente")).map(Into::into)
}

/// 16 characters of a person, or 11 digits of a body.
pub fn person_or_body(text: &str, today: Date) -> Result<Valid, Refusal> {
    let code = compact(text);
    if code.len() > 11 || code.bytes().any(|b| b.is_ascii_alphabetic()) {
        return fiscal_code::read(&code, today).map(|code| code.text.into());
    }
    body(&code).map_err(|_| {
        t!(
            "Scrivi i 16 caratteri del codice fiscale di una persona, o le 11 cifre di un ente: \
         qui c'è un errore di battitura."
        )
        .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::vectors;

    #[test]
    fn follows_the_vectors() {
        let all = vectors();
        for v in all["partita_iva"].as_array().unwrap() {
            let read = vat(v["input"].as_str().unwrap());
            assert_eq!(read.is_ok(), v["valida"].as_bool().unwrap(), "{v}");
            let warned = read.is_ok_and(|valid| valid.warning.is_some());
            assert_eq!(warned, v["motivo"] == "avviso_ufficio", "{v}");
        }
        for v in all["codice_fiscale_ente"].as_array().unwrap() {
            let read = body(v["input"].as_str().unwrap());
            assert_eq!(read.is_ok(), v["valido"].as_bool().unwrap(), "{v}");
        }
    }

    #[test]
    fn a_person_or_a_body() {
        let today = Date::new(2026, 11, 23).unwrap();
        assert_eq!(
            person_or_body("rssmra68a01h501y", today).unwrap().value,
            "RSSMRA68A01H501Y"
        );
        assert_eq!(
            person_or_body("80078750587", today).unwrap().value,
            "80078750587"
        );
        for text in [
            "",
            "80078750588",
            "RSSMRA68A01H501X",
            "è",
            "１２３４５６７８９０１",
        ] {
            assert!(person_or_body(text, today).is_err(), "{text}");
        }
    }
}
