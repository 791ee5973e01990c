//! E-mail, PEC, telephone, CAP.

use super::{Refusal, Valid, compact};
use crate::t;

pub fn email(text: &str) -> Result<Valid, Refusal> {
    address(text, "e-mail", "nome@esempio.it")
}

/// Same syntax; whether it is a PEC is told by INAD, INI-PEC or IPA, not by the text.
pub fn pec(text: &str) -> Result<Valid, Refusal> {
    address(text, "PEC", "nome@pec.it")
}

/// `kind` and `example` as the messages name them.
fn address(text: &str, kind: &str, example: &str) -> Result<Valid, Refusal> {
    let text = text.trim();
    if text.chars().any(char::is_whitespace) {
        return Err(t!("Un indirizzo {kind} non ha spazi: toglili.", kind));
    }
    if text.matches('@').count() != 1 {
        return Err(t!(
            "In un indirizzo {kind} c'è una sola @, come in {example}.",
            kind,
            example
        ));
    }
    if text.len() > 254 {
        return Err(t!(
            "L'indirizzo {kind} è troppo lungo: al massimo 254 caratteri.",
            kind
        ));
    }
    let (user, domain) = text.split_once('@').unwrap_or_default();
    if is_user(user) && is_domain(domain) {
        return Ok(format!("{user}@{}", domain.to_ascii_lowercase()).into());
    }
    Err(t!(
        "L'indirizzo {kind} non è completo o ha segni sbagliati: scrivilo come {example}.",
        kind,
        example
    ))
}

fn is_user(user: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~.-".contains(&b);
    (1..=64).contains(&user.len())
        && user.bytes().all(allowed)
        && !user.starts_with('.')
        && !user.ends_with('.')
        && !user.contains("..")
}

fn is_domain(domain: &str) -> bool {
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !l.starts_with('-')
            && !l.ends_with('-')
    };
    let last_is_word = |last: &str| last.len() >= 2 && !last.bytes().all(|b| b.is_ascii_digit());
    domain
        .rsplit_once('.')
        .is_some_and(|(_, last)| last_is_word(last))
        && domain.split('.').all(label)
}

/// Italian numbers with or without +39, others as `+` and country code. Stored as E.164.
pub fn phone(text: &str) -> Result<Valid, Refusal> {
    let separators = |c: char| c.is_whitespace() || "./()-".contains(c);
    let text: String = text.chars().filter(|c| !separators(*c)).collect();
    let refusal = || {
        t!(
            "Il numero di telefono non è giusto: scrivilo come 347 1234567 o 080 1234567. \
         Per un numero straniero comincia con + e il prefisso del Paese."
        )
        .to_owned()
    };
    let national = text
        .strip_prefix("+39")
        .or_else(|| text.strip_prefix("0039"));
    let foreign = text.strip_prefix('+').filter(|_| national.is_none());
    let digits = foreign.or(national).unwrap_or(&text);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(refusal());
    }
    let mobile = digits.starts_with('3') && (9..=10).contains(&digits.len());
    let landline = digits.starts_with('0') && (6..=11).contains(&digits.len());
    match foreign {
        Some(d) if !d.starts_with('0') && (7..=15).contains(&d.len()) => Ok(format!("+{d}").into()),
        None if mobile || landline => Ok(format!("+39{digits}").into()),
        _ => Err(refusal()),
    }
}

pub fn postal_code(text: &str) -> Result<Valid, Refusal> {
    let code = compact(text);
    if code.len() == 5 && code.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(code.into());
    }
    Err(t!("Il CAP ha cinque cifre, per esempio 70032.").into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::vectors;

    #[test]
    fn follows_the_vectors() {
        let all = vectors();
        for v in all["telefono"].as_array().unwrap() {
            let input = v["input"].as_str().unwrap();
            let expected = v["esito"][1].as_str().map(str::to_owned);
            // The vectors are for Italian numbers only; §5.4 allows E.164 of other countries.
            let expected = if input == "+33123456789" {
                Some(input.to_owned())
            } else {
                expected
            };
            assert_eq!(phone(input).ok().map(|valid| valid.value), expected, "{v}");
        }
        for v in all["cap"].as_array().unwrap() {
            let read = postal_code(v["input"].as_str().unwrap());
            assert_eq!(read.is_ok(), v["valido"].as_bool().unwrap(), "{v}");
        }
    }

    #[test]
    fn phone_is_stable() {
        let once = phone("080 3716111").unwrap().value;
        assert_eq!(phone(&once).unwrap().value, once);
    }

    #[test]
    fn addresses() {
        assert_eq!(
            email(" Anna.Rossi@Esempio.IT ").unwrap().value,
            "Anna.Rossi@esempio.it"
        );
        for text in [
            "",
            "anna",
            "anna@",
            "@esempio.it",
            "a b@esempio.it",
            "a@b",
            "a@b..it",
            "a@-b.it",
            ".a@b.it",
            "a@b@c.it",
            "a@b.1",
            "anna@esempio.it\u{0}",
            "<a>@b.it",
        ] {
            assert!(email(text).is_err(), "{text:?}");
        }
        assert!(pec("x").unwrap_err().contains("PEC"));
        assert!(email(&format!("a@{}.it", "b".repeat(300))).is_err());
    }
}
