//! Cadastral data. Leading zeros go, so that the same parcel is written one way.

use super::{Refusal, Valid, compact};
use crate::t;

pub fn sheet(text: &str) -> Result<Valid, Refusal> {
    let sheet = without_zeros(&compact(text));
    let digits = sheet.bytes().take_while(u8::is_ascii_digit).count();
    // In the land registry an annex and a development may follow: 12A, 12/3.
    let rest = &sheet[digits..];
    let annex = rest.len() <= 3
        && rest
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b == b'/' || b.is_ascii_digit());
    if (1..=4).contains(&digits) && annex && sheet != "0" {
        return Ok(sheet.into());
    }
    Err(t!("Il foglio è un numero da 1 a 4 cifre: è nella visura catastale.").into())
}

pub fn parcel(text: &str) -> Result<Valid, Refusal> {
    let parcel = without_zeros(&compact(text));
    let (number, below) = parcel
        .split_once('/')
        .map_or((&*parcel, None), |(n, b)| (n, Some(b)));
    let sound = is_code(number, 5)
        && below
            .is_none_or(|b| (1..=4).contains(&b.len()) && b.bytes().all(|c| c.is_ascii_digit()));
    if sound && parcel != "0" {
        return Ok(parcel.into());
    }
    Err(t!(
        "La particella ha al massimo 5 cifre o lettere, per esempio 123 o 123/4: è nella visura \
        catastale."
    )
    .into())
}

pub fn unit(text: &str) -> Result<Valid, Refusal> {
    let unit = without_zeros(&compact(text));
    if is_code(&unit, 4) {
        return Ok(unit.into());
    }
    Err(t!("Il subalterno ha al massimo 4 cifre o lettere: è nella visura catastale.").into())
}

/// `A/1` … `F/7`; also written `A1`, `A/01`.
pub fn category(text: &str) -> Result<Valid, Refusal> {
    let refusal = || {
        t!(
            "La categoria catastale è una lettera e un numero, per esempio A/3 o C/6: è nella \
             visura catastale."
        )
        .to_owned()
    };
    let text = compact(text);
    let mut characters = text.chars();
    let group = characters.next().ok_or_else(refusal)?;
    let rest = characters.as_str();
    let number = without_zeros(rest.strip_prefix('/').unwrap_or(rest));
    let last = match group {
        'A' => 11,
        'B' => 8,
        'C' | 'F' => 7,
        'D' => 10,
        'E' => 9,
        _ => return Err(refusal()),
    };
    match number.parse::<u8>() {
        Ok(n) if (1..=last).contains(&n) && number.len() <= 2 => Ok(format!("{group}/{n}").into()),
        _ => Err(refusal()),
    }
}

fn is_code(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

fn without_zeros(text: &str) -> String {
    let trimmed = text.trim_start_matches('0');
    let all_zeros = trimmed.is_empty() && !text.is_empty();
    // 0/3 keeps its zero.
    let keep = all_zeros || (trimmed.len() < text.len() && trimmed.starts_with('/'));
    if keep {
        format!("0{trimmed}")
    } else {
        trimmed.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Reader = fn(&str) -> Result<Valid, Refusal>;

    #[test]
    fn reads_and_refuses() {
        let good: [(Reader, &str, &str); 11] = [
            (sheet, "0045", "45"),
            (sheet, "12a", "12A"),
            (parcel, "00123", "123"),
            (parcel, "12/4", "12/4"),
            (parcel, "A12", "A12"),
            (unit, "05", "5"),
            (unit, "0", "0"),
            (category, "a/3", "A/3"),
            (category, "C06", "C/6"),
            (category, "F/7", "F/7"),
            (category, "A 10", "A/10"),
        ];
        for (reader, text, expected) in good {
            let value = reader(text).unwrap().value;
            assert_eq!(value, expected);
            assert_eq!(reader(&value).unwrap().value, value, "stable");
        }
        let bad: [(Reader, &str); 12] = [
            (sheet, ""),
            (sheet, "0"),
            (sheet, "12345"),
            (sheet, "A"),
            (parcel, "123456"),
            (parcel, "1/"),
            (parcel, "è"),
            (unit, "12345"),
            (category, "A/12"),
            (category, "G/1"),
            (category, "À/1"),
            (category, "A/-1"),
        ];
        for (reader, text) in bad {
            assert!(reader(text).is_err(), "{text}");
        }
    }
}
