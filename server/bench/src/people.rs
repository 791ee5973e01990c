//! Citizens who do not exist, logged in by the sandbox's SPID.

use futures::{StreamExt as _, TryStreamExt as _, stream};
use rules::fields::fiscal_code::check_letter;
use url::Url;

use crate::login::{Entered, login};

/// Logins at the same time.
const AT_ONCE: usize = 8;

/// Cookies of so many people, at most 1,000.
pub async fn log_in(url: &Url, sandbox: &Url, people: usize) -> anyhow::Result<Vec<String>> {
    let entered = enter(url, sandbox, people).await?;
    Ok(entered.into_iter().map(|entered| entered.cookie).collect())
}

/// So many logins, a few at a time.
pub async fn enter(url: &Url, sandbox: &Url, people: usize) -> anyhow::Result<Vec<Entered>> {
    stream::iter(0..people)
        .map(|n| async move {
            let who = [
                ("cf", fiscal_code(n)),
                ("name", "Prova".to_owned()),
                ("familyName", "Prova".to_owned()),
                ("dateOfBirth", "1980-01-01".to_owned()),
                ("placeOfBirth", "A893".to_owned()),
            ];
            let who: Vec<_> = who.iter().map(|(k, v)| (*k, v.as_str())).collect();
            login(url, sandbox, &who).await
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await
}

/// A valid codice fiscale, another for each `n` below 1,000.
fn fiscal_code(n: usize) -> String {
    let letters = b"BCDFGLMNPR";
    let name: String = [n / 100 % 10, n / 10 % 10, n % 10]
        .map(|i| char::from(letters[i]))
        .iter()
        .collect();
    let body = format!("{name}PRV80A01A893");
    let check = char::from(check_letter(body.as_bytes()));
    format!("{body}{check}")
}

#[cfg(test)]
mod tests {
    use rules::{civil::Date, fields::fiscal_code};

    #[test]
    fn codes_are_valid_and_differ() {
        let codes: std::collections::BTreeSet<String> = (0..1000).map(super::fiscal_code).collect();
        assert_eq!(codes.len(), 1000);
        let today = Date::new(2026, 11, 25).unwrap();
        for code in codes {
            assert!(fiscal_code::parse(&code, today).is_ok(), "{code}");
        }
    }
}
