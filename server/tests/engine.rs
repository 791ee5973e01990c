//! One engine: random answers give the same evaluation natively and in the real WASM bundle.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use std::{path::Path, process::Command};

use rules::{
    catalogue::Service,
    form::{evaluate_json, sample},
};
use server::clock::{Rng as _, SystemRng};

/// Random drafts of each service.
const SAMPLES: u64 = 250;

/// The catalogue's services, and one that no build has seen.
fn services(root: &Path) -> Vec<Service> {
    let folder = tempfile::tempdir().unwrap();
    let own = root.join("server/tests/data/99-mercatino-artigiani.yaml");
    let catalogue = std::fs::read_dir(root.join("app/catalogue")).unwrap();
    let files = catalogue.map(|entry| entry.unwrap().path()).chain([own]);
    for file in files.filter(|f| f.extension().is_some_and(|e| e == "yaml")) {
        std::fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
    }
    let templates = root.join("app/catalogue/modelli");
    std::os::unix::fs::symlink(templates, folder.path().join("modelli")).unwrap();
    let services = server::catalogue::read(folder.path()).unwrap();
    assert!(services.iter().any(|s| s.slug == "mercatino-artigiani"));
    services
}

/// New in each run: in time many drafts are compared. `ENGINE_SEED` repeats one.
fn base_seed() -> u64 {
    match std::env::var("ENGINE_SEED") {
        Ok(seed) => seed.parse().expect("ENGINE_SEED is a number"),
        Err(_) => u64::from_le_bytes(SystemRng.bytes()),
    }
}

#[test]
fn browser_and_server_agree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let site = root.join("target/site");
    assert!(
        site.join("manifest.json").exists(),
        "no bundle in target/site: `make build` makes it, `make test` does so first"
    );
    let context = r#"{"today":"2026-11-24","identity":{"nome":"Maria","cognome":"Lovascio","codice_fiscale":"LVSMRA88C54A893I"},"lists":{"nidi":["arcobaleno","girasole"]}}"#;
    let services = services(&root);
    let base = base_seed();
    println!("ENGINE_SEED={base} repeats this run");
    let batches: Vec<_> = services
        .iter()
        .map(|service| {
            let form = serde_json::to_string(&service.form).unwrap();
            let cases: Vec<_> = (0..SAMPLES)
                .map(|n| {
                    let seed = base.wrapping_add(n);
                    let answers = serde_json::to_string(&sample(&service.form, seed)).unwrap();
                    let native = evaluate_json(&form, &answers, context);
                    serde_json::json!({ "answers": answers, "native": native })
                })
                .collect();
            serde_json::json!({ "form": form, "context": context, "cases": cases })
        })
        .collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    serde_json::to_writer(file.as_file(), &batches).unwrap();
    let output = Command::new("node")
        .arg(root.join("end2end/engine.mjs"))
        .args([&site, file.path()])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let compared: u64 = String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .unwrap();
    assert_eq!(compared, SAMPLES * services.len() as u64);
}
