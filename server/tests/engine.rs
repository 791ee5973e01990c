//! One engine: random answers give the same evaluation natively and in the real WASM bundle.

use std::{path::Path, process::Command};

use rules::form::{evaluate_json, sample};

/// Random drafts of each service.
const SAMPLES: u64 = 250;

#[test]
fn browser_and_server_agree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let site = root.join("target/site");
    assert!(
        site.join("manifest.json").exists(),
        "no bundle in target/site: `make build` makes it, `make test` does so first"
    );
    let context = r#"{"today":"2026-11-24","identity":{"nome":"Maria","cognome":"Lovascio","codice_fiscale":"LVSMRA88C54A893I"},"lists":{"nidi":["arcobaleno","girasole"]}}"#;
    let services = server::catalogue::read(&root.join("app/catalogue")).unwrap();
    let batches: Vec<_> = services
        .iter()
        .map(|service| {
            let form = serde_json::to_string(&service.form).unwrap();
            let cases: Vec<_> = (0..SAMPLES)
                .map(|seed| {
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
