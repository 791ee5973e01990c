//! People and what they sign.

use std::sync::LazyLock;

use esign::samples::{Authority, Key, Owner, Signer, minimal};
use esign::{Original, Refusal, Report, TrustList};
use jiff::{SignedDuration, Timestamp};

pub const MARIO: &str = "RSSMRA80A01H501U";
pub const ANNA: &str = "VRDNNA75M41F205X";

pub fn at(text: &str) -> Timestamp {
    format!("{text}T10:00:00Z").parse().unwrap()
}

pub fn now() -> Timestamp {
    at("2026-11-26")
}

pub static ROOT: LazyLock<Authority> =
    LazyLock::new(|| Authority::new("Ente di prova", now()).unwrap());
pub static TRUST: LazyLock<TrustList> =
    LazyLock::new(|| TrustList::from_pem(ROOT.certificate_pem()).unwrap());
pub static PDF: LazyLock<Vec<u8>> = LazyLock::new(|| minimal(&["CILA di prova", "Pagina due"]));
pub static SIGNER: LazyLock<Signer> = LazyLock::new(|| ROOT.issue(&mario()).unwrap());
pub static OTHER: LazyLock<Signer> = LazyLock::new(|| ROOT.issue(&anna()).unwrap());

pub fn mario() -> Owner<'static> {
    Owner {
        given_name: "Mario",
        surname: "Rossi",
        serial_number: "TINIT-RSSMRA80A01H501U",
        valid: (
            now() - SignedDuration::from_hours(24),
            now() + SignedDuration::from_hours(24),
        ),
        key: Key::P256,
        qualified: true,
        may_sign: true,
    }
}

pub fn anna() -> Owner<'static> {
    Owner {
        given_name: "Anna",
        surname: "Verdi",
        serial_number: "IT:VRDNNA75M41F205X",
        qualified: false,
        ..mario()
    }
}

pub fn verify(file: &[u8]) -> Result<Report, Refusal> {
    esign::verify(file, &Original::Bytes(&PDF), &TRUST, now())
}

/// The reason why the file's only signature is not good.
pub fn only_refusal(file: &[u8]) -> Refusal {
    let report = verify(file).unwrap();
    assert_eq!(report.signatures.len(), 1);
    report.signatures[0].refusal.clone().unwrap()
}

/// Replaces the only or last place of `from` by `to`, as long.
pub fn replaced(file: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let place = file.windows(from.len()).rposition(|window| window == from);
    let place = place.unwrap();
    let mut file = file.to_vec();
    file[place..place + to.len()].copy_from_slice(to);
    file
}
