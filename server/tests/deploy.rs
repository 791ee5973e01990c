//! The samples in `server/deploy` say what the program does.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::{collections::BTreeMap, path::PathBuf, process::Command};

use clap::{Args as _, FromArgMatches as _};
use server::{
    config::{Comune, Settings},
    forms, program,
};

fn sample(name: &str) -> String {
    let path = common::root().join("server/deploy").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// Values of a key of the unit, in order.
fn values(key: &str) -> Vec<String> {
    let unit = sample("sportello.service");
    let lines = unit.lines().filter_map(|line| line.split_once('='));
    lines
        .filter(|(k, _)| *k == key)
        .map(|(_, value)| value.to_owned())
        .collect()
}

fn environment() -> BTreeMap<String, String> {
    let values = values("Environment").into_iter();
    values
        .map(|value| {
            let (name, value) = value.split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        })
        .collect()
}

/// The unit's settings, as the program reads them: every name is one that it knows.
fn settings() -> Settings {
    let command = Settings::augment_args(clap::Command::new("server"));
    let mut left = environment();
    let mut arguments = vec!["server".to_owned()];
    for argument in command.get_arguments() {
        let name = argument.get_env().and_then(|name| name.to_str());
        if let Some(value) = name.and_then(|name| left.remove(name)) {
            arguments.extend([format!("--{}", argument.get_long().unwrap()), value]);
        }
    }
    assert!(left.is_empty(), "no such setting: {left:?}");
    Settings::from_arg_matches(&command.get_matches_from(arguments)).unwrap()
}

#[test]
fn the_unit_is_a_safe_production() {
    let mut settings = settings();
    // A list of authorities lies where the unit says.
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().join("firma.pem");
    let authority =
        esign::samples::Authority::new("Ente", "2026-11-26T12:00:00Z".parse().unwrap()).unwrap();
    std::fs::write(&there, authority.certificate_pem()).unwrap();
    let named = settings.signature_trust.replace(there);
    assert_eq!(named, Some(PathBuf::from("/etc/sportello/firma.pem")));
    assert_eq!(
        settings.streets,
        Some(PathBuf::from("/etc/sportello/stradario.csv"))
    );
    assert_eq!(
        settings.map,
        Some(PathBuf::from("/etc/sportello/mappa.geojson"))
    );
    let mut comune = Comune::load(&common::root().join("comune.toml")).unwrap();
    // What is left is the comune's own file, which is an example here.
    let file = settings.comune.display().to_string();
    let faults = settings.faults(&comune);
    assert!(faults.iter().all(|f| f.starts_with(&file)), "{faults:?}");
    assert_eq!(settings.notes(), Vec::<&str>::new());
    comune.comune.email = "urp@comune.it".to_owned();
    assert!(settings.faults(&comune).len() < faults.len());
    let state = values("StateDirectory").remove(0);
    assert_eq!(settings.data_dir, PathBuf::from("/var/lib").join(state));
    assert_eq!(values("StateDirectoryMode"), ["0700"]);
    let stop: u64 = values("TimeoutStopSec")[0].parse().unwrap();
    assert!(
        stop > program::LONGEST_STOP.as_secs(),
        "killed before it is done"
    );
    for key in [
        "DynamicUser",
        "NoNewPrivileges",
        "PrivateTmp",
        "PrivateDevices",
    ] {
        assert_eq!(values(key), ["yes"], "{key}");
    }
    assert_eq!(values("ProtectSystem"), ["strict"]);
}

/// systemd itself reads the unit, where there is one.
#[test]
fn systemd_takes_the_unit() {
    let folder = tempfile::tempdir().unwrap();
    let unit = sample("sportello.service");
    let server = env!("CARGO_BIN_EXE_server");
    // It looks whether the program is there.
    let here = unit.replace("/opt/sportello/server", server);
    assert_ne!(here, unit);
    let path = folder.path().join("sportello.service");
    std::fs::write(&path, here).unwrap();
    let checked = Command::new("systemd-analyze")
        .arg("verify")
        .arg(&path)
        .output();
    let Ok(checked) = checked else {
        return;
    };
    let told = String::from_utf8_lossy(&checked.stderr);
    let about: Vec<&str> = told.lines().filter(|l| l.contains("sportello")).collect();
    assert!(about.is_empty(), "{about:?}");
}

#[test]
fn the_proxies_fit_the_unit() {
    let port = settings().port;
    let host = settings().base_url();
    let host = host.strip_prefix("https://").unwrap();
    let nginx = sample("nginx.conf");
    assert!(nginx.contains(&format!("server 127.0.0.1:{port};")));
    assert!(nginx.contains(&format!("server_name {host};")));
    let most = nginx.split("client_max_body_size ").nth(1).unwrap();
    let most: usize = most.split('m').next().unwrap().parse().unwrap();
    assert!(
        most << 20 >= forms::BODY_BYTES,
        "cut off before it is refused in words"
    );
    // The route of `http.rs` whose answer has no end.
    let events = nginx.split("location ~ ").nth(1).unwrap();
    assert!(events.starts_with("^/api/pratiche/[^/]+/eventi$"));
    assert!(events.contains("proxy_buffering off;"));
    assert!(nginx.contains("X-Forwarded-For $remote_addr;"));
    let caddy = sample("Caddyfile");
    assert!(caddy.contains(&format!("reverse_proxy 127.0.0.1:{port} ")));
    assert!(
        caddy
            .lines()
            .any(|line| line.starts_with(&format!("{host} {{")))
    );
    let most = caddy.split("max_size ").nth(1).unwrap();
    let most: usize = most.split("MB").next().unwrap().parse().unwrap();
    assert!(most * 1_000_000 >= forms::BODY_BYTES);
}
