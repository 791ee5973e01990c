//! IBAN of the SEPA area (Reg. UE 260/2012 art. 9: no country may be refused), with the
//! Italian control letter CIN.

use super::{Refusal, Valid, compact, fiscal_code::check_letter};
use crate::t;

/// Countries and territories of SEPA, and the length of their IBAN.
const SEPA: &[(&str, usize)] = &[
    ("AD", 24),
    ("AL", 28),
    ("AT", 20),
    ("BE", 16),
    ("BG", 22),
    ("CH", 21),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("EE", 20),
    ("ES", 24),
    ("FI", 18),
    ("FR", 27),
    ("GB", 22),
    ("GI", 23),
    ("GR", 27),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IS", 26),
    ("IT", 27),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MT", 31),
    ("NL", 18),
    ("NO", 15),
    ("PL", 28),
    ("PT", 25),
    ("RO", 24),
    ("RS", 22),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("VA", 22),
];

pub fn read(text: &str) -> Result<Valid, Refusal> {
    let iban = compact(text);
    if !iban.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(t!("Nell'IBAN ci sono solo lettere e numeri: togli gli altri segni.").into());
    }
    let country = iban.get(..2).unwrap_or_default();
    let Some(&(_, length)) = SEPA.iter().find(|(code, _)| *code == country) else {
        return Err(t!(
            "L'IBAN comincia con le due lettere di un Paese dell'area SEPA: quelli \
            italiani con IT. Ricopialo dall'estratto conto."
        )
        .into());
    };
    if iban.len() != length {
        return Err(t!(
            "Un IBAN che comincia con {country} ha {length} caratteri, qui sono {count}. Ricopialo \
             dall'estratto conto.",
            country,
            length,
            count = iban.len()
        ));
    }
    if !is_shaped(iban.as_bytes()) {
        return Err(t!(
            "Nell'IBAN lettere e numeri non sono al loro posto. Ricopialo dall'estratto \
            conto."
        )
        .into());
    }
    if mod_97(iban.as_bytes()) != 1 {
        return Err(t!(
            "L'IBAN non è giusto: le due cifre di controllo non corrispondono al resto. \
            C'è un errore di battitura: ricopialo dall'estratto conto."
        )
        .into());
    }
    if has_cin(country) && check_letter(&iban.as_bytes()[5..]) != iban.as_bytes()[4] {
        return Err(t!(
            "L'IBAN non è giusto: la quinta lettera (il CIN) non corrisponde al conto. \
            Ricopialo dall'estratto conto."
        )
        .into());
    }
    Ok(iban.into())
}

fn has_cin(country: &str) -> bool {
    matches!(country, "IT" | "SM")
}

/// Two letters, two digits; for Italy and San Marino also CIN, ABI and CAB.
fn is_shaped(iban: &[u8]) -> bool {
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let country = std::str::from_utf8(&iban[..2]).unwrap_or_default();
    digits(&iban[2..4])
        && (!has_cin(country) || (iban[4].is_ascii_uppercase() && digits(&iban[5..15])))
}

/// ISO 7064 mod 97-10 of the IBAN with its first four characters moved to the end.
fn mod_97(iban: &[u8]) -> u32 {
    let (head, tail) = iban.split_at(4);
    tail.iter().chain(head).fold(0, |rest, &b| match b {
        b'0'..=b'9' => (rest * 10 + u32::from(b - b'0')) % 97,
        _ => (rest * 100 + u32::from(b - b'A') + 10) % 97,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fields::vectors;

    #[test]
    fn follows_the_vectors() {
        let all = vectors();
        for v in all["iban"].as_array().unwrap() {
            let read = read(v["input"].as_str().unwrap());
            // The vectors are for Italian accounts only; whoever pays takes all of SEPA.
            let expected = v["valido"] == true || v["motivo"] == "paese";
            assert_eq!(read.is_ok(), expected, "{v}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, part) in [
            ("IT65A0542811101000000123456", "CIN"),
            ("IT60X054281110100000012345", "27 caratteri, qui sono 26"),
            ("US60X0542811101000000123456", "SEPA"),
            ("IT60X0542811101000000123457", "cifre di controllo"),
            ("IT60-X0542811101000000123456", "togli"),
            ("ITX0X0542811101000000123456", "al loro posto"),
            ("", "SEPA"),
        ] {
            let message = read(text).unwrap_err();
            assert!(message.contains(part), "{text}: {message}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,40}", shaped in "(IT|DE|MT|È)[0-9A-Z]{0,32}") {
            let _ = read(&text);
            let _ = read(&shaped);
        }
    }
}
