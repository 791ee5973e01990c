//! `server/deploy/comune.toml` explains every key that the program knows, and passes its checks.

use crate::common;

use common::process::command;
use serde::de::DeserializeOwned;
use server::config::{
    Comune, OfficeSection, Operator, PagoPa, PrivacySection, Terms, TownSection, Window,
};

/// The keys that a section may have, as its own refusal of a wrong one tells them.
fn keys<T: DeserializeOwned>() -> Vec<String> {
    let error = toml::from_str::<T>("una_chiave_sbagliata = 1").err();
    let text = error.expect("unknown keys are refused").to_string();
    let named = text
        .split("expected ")
        .nth(1)
        .expect("it says which there are");
    named
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_key_is_in_the_example_and_explained() {
    let path = common::root().join("server/deploy/comune.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let example: toml::Table = toml::from_str(&text).unwrap();
    assert!(keys::<Comune>().len() >= 8);
    for section in keys::<Comune>() {
        assert!(example.contains_key(&section), "[{section}]");
    }
    let one = |section: &str| example[section].as_table().unwrap().clone();
    let first = |section: &str| {
        one(section)
            .values()
            .next()
            .unwrap()
            .as_table()
            .unwrap()
            .clone()
    };
    let operator = example["operatori"][0].as_table().unwrap().clone();
    for (name, known, given) in [
        ("comune", keys::<TownSection>(), one("comune")),
        ("uffici", keys::<OfficeSection>(), first("uffici")),
        ("finestre", keys::<Window>(), first("finestre")),
        ("operatori", keys::<Operator>(), operator),
        ("termini", keys::<Terms>(), one("termini")),
        ("pagopa", keys::<PagoPa>(), one("pagopa")),
        ("privacy", keys::<PrivacySection>(), one("privacy")),
    ] {
        assert!(!known.is_empty(), "{name}");
        for key in known {
            assert!(
                given.contains_key(&key),
                "{name}.{key} is not in the example"
            );
        }
    }
    // Each section begins with a comment that explains it.
    let blocks = text.split("\n\n").skip(1);
    for block in blocks {
        assert!(block.starts_with('#'), "not explained: {block}");
    }
}

#[test]
fn check_config_takes_the_example_and_names_what_is_wrong_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let example = common::root().join("server/deploy/comune.toml");
    let mut settings = common::settings(folder.path(), 3000, 3001);
    settings.comune = example.clone();
    let output = command(&settings, folder.path(), "check-config")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{output:?}");
    assert!(told.contains("nessun errore"), "{told}");

    // In production every example is named, all at once, and beside them the environment's faults.
    let mut command = command(&settings, folder.path(), "check-config");
    let output = command.env("MODE", "production").output().unwrap();
    assert!(!output.status.success());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    for name in [
        "BASE_URL: ",
        "IO_API_KEY: ",
        "GPD_API_KEY: ",
        "CHECKOUT_API_KEY: ",
        "RECEIPTS_API_KEY: ",
        "comune.email: ",
        "comune.pec: ",
        "uffici.polizia_locale.email: ",
        "pagopa.iban: ",
    ] {
        assert!(told.contains(name), "{name} in:\n{told}");
    }
}

/// The program itself does not start so.
#[test]
fn an_unsafe_production_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let settings = common::settings(folder.path(), common::process::free_port(), 3001);
    let mut command = command(&settings, folder.path(), "serve");
    let output = command.env("MODE", "production").output().unwrap();
    assert!(!output.status.success());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("BASE_URL: "), "{told}");
    assert!(
        !settings.data_dir.exists(),
        "nothing is made before the check"
    );
}
