//! `xs:dateTime` as SAML wants it: UTC with `Z`, and nothing looser.

use jiff::Timestamp;

/// Whole seconds, as AgID's rules show it: `2026-11-24T09:30:00Z`.
pub(crate) fn format(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Accepts `YYYY-MM-DDThh:mm:ss[.fraction]Z` only: jiff by itself would also take a space for
/// the `T`, offsets and time-zone names.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let shape = b"dddd-dd-ddTdd:dd:dd";
    if bytes.len() < shape.len() + 1 || !text.is_ascii() {
        return None;
    }
    let fits = shape.iter().zip(bytes).all(|(want, got)| match want {
        b'd' => got.is_ascii_digit(),
        literal => literal == got,
    });
    let rest = text[shape.len()..].strip_suffix('Z')?;
    let fraction_fits = match rest.strip_prefix('.') {
        None => rest.is_empty(),
        Some(digits) => {
            (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
        }
    };
    if fits && fraction_fits {
        text.parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_saml_allows() {
        for good in [
            "2026-11-24T09:30:00Z",
            "2026-11-24T09:30:00.1Z",
            "2026-11-24T09:30:00.123456Z",
        ] {
            assert!(parse(good).is_some(), "{good}");
        }
        let instant = parse("2026-11-24T09:30:00.9Z").unwrap();
        assert_eq!(format(instant), "2026-11-24T09:30:00Z");
    }

    #[test]
    fn refuses_everything_else() {
        for bad in [
            "",
            "2018-09-04",
            "2018-09-06 16:00",
            "2018/09/10",
            "2026-11-24 09:30:00Z",
            "2026-11-24T09:30:00",
            "2026-11-24T09:30:00+01:00",
            "2026-11-24T09:30:00.Z",
            "2026-13-24T09:30:00Z",
            "2026-11-24T09:30:00Z[Europe/Rome]",
            "2026-11-24T09:30:00.1234567890Z",
            "２026-11-24T09:30:00Z",
        ] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
