//! A counter with a case in every phase, copied, broken and restored.

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt};

use super::*;
use crate::{
    clock::SystemClock,
    config::Settings,
    delegations, demo,
    forms::FormBody,
    http::Outcome,
    identity::evidence::{self, Question},
    program,
    store::{
        Store, StoreError,
        dump::{Row, Snapshot},
        logins::{self, LoginRow, Wanted},
    },
    testing, verify,
};

/// The demo's counter, and the place for its copies.
async fn filled() -> (Settings, PathBuf) {
    let settings = empty(None);
    demo::fill(&settings).await.unwrap();
    read_logins(&settings).await;
    delegate(&settings).await;
    let place = testing::folder();
    (settings, place)
}

/// The demo logs nobody in by SAML: a login's evidence, and somebody who read it.
async fn read_logins(settings: &Settings) {
    let counter = program::build(settings.clone()).await.unwrap();
    let row = LoginRow {
        request: "_r".into(),
        scheme: "spid".into(),
        provider: "https://idp.example".into(),
        requested_at: testing::NOW,
        answered_at: testing::NOW,
        outcome: "rifiutato".into(),
        reason: String::new(),
        response: String::new(),
        assertion: String::new(),
        level: 0,
        sealed_request: None,
        sealed_response: vec![1],
    };
    let kept = counter.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { logins::insert(tx, &row).await })
    });
    kept.await.unwrap();
    let question = Question {
        reader: "prova".into(),
        reason: "prova".into(),
        wanted: Wanted::default(),
    };
    evidence::read(&counter, question).await.unwrap();
    counter.store.close().await;
}

/// A delegation, which the demo has none of.
async fn delegate(settings: &Settings) {
    let counter = program::build(settings.clone()).await.unwrap();
    let giver = testing::person(&counter, "Ada", "RSSDAA68A41A893B", &[]).await;
    let day = counter.today().italian();
    let fields = [
        ("azione", "delega"),
        ("nome", "Maria"),
        ("cognome", "Lovascio"),
        ("codice_fiscale", "LVSMRA88C54A893I"),
        ("ambito", "tutti"),
        ("dal", &day),
        ("al", &day),
        ("conferma", "si"),
    ];
    let form = FormBody {
        fields: fields.map(|(n, v)| (n.to_owned(), v.to_owned())).into(),
        files: Vec::new(),
    };
    let given = delegations::action(&counter, &giver, &form).await.unwrap();
    assert!(matches!(given, Outcome::Done { .. }), "it is given");
    counter.store.close().await;
}

/// Settings of a counter that is not there yet.
fn empty(database_url: Option<String>) -> Settings {
    let mut settings = testing::settings();
    fs::create_dir_all(&settings.site).unwrap();
    let none = r#"{"js":"","wasm":"","css":""}"#;
    fs::write(settings.site.join("manifest.json"), none).unwrap();
    settings.data_dir = settings.data_dir.join("data");
    settings.database_url = database_url;
    settings
}

async fn made(settings: &Settings, file: &std::path::Path, keys: bool) -> Made {
    make(settings, &SystemClock, file, keys).await.unwrap()
}

/// Every row of every table, in an order of its own.
async fn rows(settings: &Settings) -> BTreeMap<&'static str, Vec<Row>> {
    let mut snapshot = Snapshot::open(&settings.database_url()).await.unwrap();
    let mut all = BTreeMap::new();
    for table in snapshot.tables() {
        let mut of_table: Vec<Row> = Vec::new();
        let collect = |row| {
            of_table.push(row);
            Ok::<_, StoreError>(())
        };
        snapshot.each_row(table, collect).await.unwrap();
        of_table.sort_by_key(|row| serde_json::to_string(row).unwrap());
        all.insert(table, of_table);
    }
    all
}

/// The outbox as a restore leaves it, but for when and why.
fn as_restored(mut rows: BTreeMap<&'static str, Vec<Row>>) -> BTreeMap<&'static str, Vec<Row>> {
    let outbox = rows.get_mut("outbox").unwrap();
    for row in outbox.iter_mut() {
        let of_person = row["channel"] == "io" || row["channel"] == "email";
        if of_person && (row["state"] == "queued" || row["state"] == "sending") {
            row.insert("state".into(), "unknown".into());
        }
        if row["state"] == "unknown" {
            row.remove("reason");
            row.remove("updated_at");
        }
    }
    outbox.sort_by_key(|row| serde_json::to_string(row).unwrap());
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_back_on_either_engine() {
    let (settings, place) = filled().await;
    let file = place.join("copia.tar");
    let made = made(&settings, &file, true).await;
    assert!(made.files > 0 && made.rows > 100, "{made:?}");
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let before = rows(&settings).await;
    for (table, rows) in &before {
        let never = [
            "stamps",
            "receipts",
            "saml_requests",
            "case_renderings",
            "probes",
            "ratings",
            "desks",
            "representations",
            "bookings",
            "service_changes",
            "service_changes_last",
            "privacy_notices",
            "frozen_drafts",
            "signing_documents",
            "uploads",
            "upload_parts",
            "scans",
            "cosignatures",
        ];
        assert!(
            !rows.is_empty() || never.contains(table),
            "{table} is not tried"
        );
    }
    let mut targets = vec![empty(None)];
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        targets.push(empty(Some(testing::new_postgres_database(&url).await)));
    }
    for target in targets {
        let restored = restore(&target, &SystemClock, &file).await.unwrap();
        assert_eq!((restored.rows, restored.files), (made.rows, made.files));
        assert_eq!(
            as_restored(rows(&target).await),
            as_restored(before.clone())
        );
        let again = restore(&target, &SystemClock, &file).await.unwrap_err();
        assert!(matches!(again, BackupError::FolderInUse(_)), "{again}");
        // Of what was restored another copy is made, with the same rows in it.
        let second = place.join(format!(
            "{}.tar",
            crate::clock::token::<4>(&crate::clock::SystemRng)
        ));
        assert_eq!(
            make(&target, &SystemClock, &second, true)
                .await
                .unwrap()
                .rows,
            made.rows
        );
        let counter = program::build(target).await.unwrap();
        assert_eq!(
            verify::verify(&counter).await.unwrap(),
            Vec::<String>::new()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_whole_is_refused_before_anything_is_written() {
    let (settings, place) = filled().await;
    let file = place.join("copia.tar");
    made(&settings, &file, true).await;
    let whole = fs::read(&file).unwrap();
    let broken = place.join("rotta.tar");
    let refused = async |bytes: &[u8], what: &str| {
        fs::write(&broken, bytes).unwrap();
        let target = empty(None);
        let error = restore(&target, &SystemClock, &broken).await.unwrap_err();
        assert!(!target.data_dir.exists(), "{what}: {error}");
        error
    };
    for length in [
        0,
        1,
        511,
        512,
        100_000,
        whole.len() / 2,
        whole.len() - 2_000,
    ] {
        let error = refused(&whole[..length], "cut off").await;
        assert!(matches!(error, BackupError::CutOff(_)), "{length}: {error}");
    }
    let at = whole.windows(8).position(|w| w == b"\"seq\":1,").unwrap();
    let mut changed = whole.clone();
    changed[at + 6] = b'2';
    let error = refused(&changed, "changed").await;
    assert!(matches!(error, BackupError::Changed { .. }), "{error}");
    let newer = bytes_like(&whole, b"\"format\": 1", b"\"format\": 9");
    let error = refused(&newer, "newer").await;
    assert!(matches!(error, BackupError::Newer), "{error}");
    let schema = bytes_like(&whole, b"\"schema\": ", b"\"schema\":9");
    let error = refused(&schema, "newer schema").await;
    assert!(matches!(error, BackupError::Newer), "{error}");
}

fn bytes_like(whole: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = whole.windows(from.len()).rposition(|w| w == from).unwrap();
    let mut bytes = whole.to_vec();
    bytes[at..at + to.len()].copy_from_slice(to);
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn without_keys_it_tells_nothing_and_needs_the_right_one() {
    let (settings, place) = filled().await;
    let file = place.join("copia.tar");
    made(&settings, &file, false).await;
    let key = fs::read(settings.data_dir.join("master.key")).unwrap();
    let archive = fs::read(&file).unwrap();
    assert!(!archive.windows(key.len()).any(|w| w == key));
    for name in ["Lovascio", "LVSMRA88C54A893I"] {
        assert!(
            !archive.windows(name.len()).any(|w| w == name.as_bytes()),
            "{name}"
        );
    }
    let target = empty(None);
    let error = restore(&target, &SystemClock, &file).await.unwrap_err();
    assert!(matches!(error, BackupError::NoKey(_)), "{error}");
    fs::create_dir_all(&target.data_dir).unwrap();
    fs::write(target.data_dir.join("master.key"), [7; 32]).unwrap();
    let error = restore(&target, &SystemClock, &file).await.unwrap_err();
    assert!(matches!(error, BackupError::OtherKey(_)), "{error}");
    fs::write(target.data_dir.join("master.key"), key).unwrap();
    restore(&target, &SystemClock, &file).await.unwrap();
    let counter = program::build(target).await.unwrap();
    assert_eq!(
        verify::verify(&counter).await.unwrap(),
        Vec::<String>::new()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_overwrites_nothing_and_misses_nothing() {
    let (settings, place) = filled().await;
    let file = place.join("copia.tar");
    fs::write(&file, "of yesterday").unwrap();
    let error = make(&settings, &SystemClock, &file, true)
        .await
        .unwrap_err();
    assert!(matches!(error, BackupError::Exists(_)), "{error}");
    // A file that is named and not there is no file that was deleted meanwhile.
    let files = settings.data_dir.join(FILES);
    let one = fs::read_dir(files).unwrap().next().unwrap().unwrap();
    fs::remove_file(one.path()).unwrap();
    let other = place.join("altra.tar");
    let error = make(&settings, &SystemClock, &other, true)
        .await
        .unwrap_err();
    assert!(matches!(error, BackupError::FileMissing(_)), "{error}");
    let left: Vec<_> = fs::read_dir(&place).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing half written stays: {left:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "of yesterday");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_with_tables_is_not_empty() {
    let (settings, place) = filled().await;
    let file = place.join("copia.tar");
    made(&settings, &file, true).await;
    let mut urls = vec![format!("sqlite://{}", place.join("other.db").display())];
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        urls.push(testing::new_postgres_database(&url).await);
    }
    for url in urls {
        Store::open(&url).await.unwrap().close().await;
        let mut target = empty(Some(url));
        let error = restore(&target, &SystemClock, &file).await.unwrap_err();
        assert!(matches!(error, BackupError::DatabaseInUse), "{error}");
        // With another one it goes on where it stopped.
        target.database_url = None;
        restore(&target, &SystemClock, &file).await.unwrap();
    }
}
