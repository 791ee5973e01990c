//! What tests share: empty databases of both engines, and a counter on one of them.

use std::{path::PathBuf, sync::Arc};

use app::document::Assets;
use rules::roles::{Held, Role, Scope};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};
use tokio_util::sync::CancellationToken;

use crate::{
    catalogue::{self, Definition},
    changes,
    clock::{ManualClock, SystemRng, token},
    config::{Mode, Platforms, Registry, Settings},
    events::Hub,
    files::FileStore,
    http::{Anybodys, Limits, Probe},
    identity::ServiceProviders,
    messages,
    metrics::Metrics,
    services,
    state::{Counter, Evidence, Parts, Person, PersonData},
    store::{Store, StoreError, identity as identity_rows},
    vault::Vault,
};

/// 24 November 2026, 09:00 in Rome.
pub const NOW: i64 = 1_795_507_200_000;

/// An empty store of each engine: SQLite in a temporary file, PostgreSQL in a new database where
/// `TEST_POSTGRES_URL` is set (an address whose user may create databases).
pub async fn stores() -> Vec<Store> {
    let mut stores = vec![sqlite().await];
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        stores.push(postgres(&url).await);
    }
    stores
}

/// A new SQLite database; its folder stays until the machine cleans its temporary files.
pub async fn sqlite() -> Store {
    let file = folder().join("test.db");
    let url = format!("sqlite://{}", file.display());
    Store::open(&url).await.expect("SQLite opens")
}

async fn postgres(url: &str) -> Store {
    let url = new_postgres_database(url).await;
    Store::open(&url).await.expect("PostgreSQL opens")
}

/// A new database on the server at `url`; its address.
pub async fn new_postgres_database(url: &str) -> String {
    sqlx::any::install_default_drivers();
    let name = format!("test_{}_{}", std::process::id(), token::<8>(&SystemRng));
    let mut admin = AnyConnection::connect(url)
        .await
        .expect("PostgreSQL of TEST_POSTGRES_URL answers");
    drop_old_databases(&mut admin).await;
    admin
        .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await
        .expect("the user of TEST_POSTGRES_URL may create databases");
    let mut url = url::Url::parse(url).expect("TEST_POSTGRES_URL is an address");
    url.set_path(&name);
    url.into()
}

/// Some databases of tests that have ended: all of a run together would be gigabytes.
async fn drop_old_databases(admin: &mut AnyConnection) {
    let all =
        sqlx::query("SELECT CAST(datname AS TEXT) FROM pg_database WHERE datname LIKE 'test_%'")
            .fetch_all(&mut *admin)
            .await
            .expect("databases are listed");
    let names = all.iter().map(|row| row.get::<String, _>(0));
    let ended = names.filter(|name| {
        let process = name.split('_').nth(1).unwrap_or_default();
        !std::path::Path::new("/proc").join(process).exists()
    });
    for name in ended.take(4) {
        // Another test may be dropping it.
        let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        let _ = admin.execute(AssertSqlSafe(drop)).await;
    }
}

/// A new folder under the system's temporary one.
pub fn folder() -> PathBuf {
    let path = std::env::temp_dir().join(format!("sportello-test-{}", token::<8>(&SystemRng)));
    std::fs::create_dir_all(&path).expect("a temporary folder");
    path
}

/// The repository, whatever the working directory.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The renderer of `make build`: `RENDERER`, or the one in the tests' own target folder. Compiling
/// the typesetter for tests as well would double their time.
pub fn renderer() -> Option<PathBuf> {
    let given = std::env::var_os("RENDERER").map(PathBuf::from);
    let built = || {
        let test = std::env::current_exe().ok()?;
        let mut places = test
            .ancestors()
            .map(|folder| folder.join("renderer/renderer"));
        places.find(|program| program.exists())
    };
    given.or_else(built)
}

/// Settings of a counter in a folder of its own, with the repository's comune.toml and catalogue.
pub fn settings() -> Settings {
    let data_dir = folder();
    Settings {
        port: 0,
        sandbox_port: 0,
        catalogue: repository().join("app/catalogue"),
        comune: repository().join("comune.toml"),
        site: data_dir.join("site"),
        data_dir,
        database_url: None,
        mode: Mode::Sandbox,
        base_url: Some("http://localhost:3000".to_owned()),
        spid_idp_metadata: None,
        registry: Registry::default(),
        limits: None,
        renderer: renderer(),
        listen: std::net::Ipv4Addr::UNSPECIFIED.into(),
        trusted_proxy: None,
        metrics_addr: None,
        signature_trust: None,
        streets: None,
        map: None,
        clamd: None,
        platforms: Platforms::default(),
    }
}

/// A counter with the repository's own comune.toml and catalogue.
pub async fn test_counter(store: Store, clock: ManualClock) -> Counter {
    counter_with(store, clock, |_| {}).await
}

/// The same with other settings.
pub async fn counter_with(
    store: Store,
    clock: ManualClock,
    change: impl FnOnce(&mut Settings),
) -> Counter {
    let mut settings = settings();
    change(&mut settings);
    let comune = settings.comune().expect("comune.toml");
    let services = catalogue::read(&settings.catalogue).expect("the catalogue");
    let catalogue = catalogue::install(&store, services, &comune, NOW)
        .await
        .expect("the catalogue is stored");
    let rng = Arc::new(SystemRng);
    Counter::new(Parts {
        changes: changes::Known::open(&store, NOW)
            .await
            .expect("the changes"),
        assets: Assets::default(),
        metrics: Metrics::new(&store).expect("metrics"),
        probe: Probe::default(),
        limits: Limits::new(Arc::new(clock.clone()), settings.limits()),
        anybodys: Anybodys::default(),
        terms: services::Printed::default(),
        stop: CancellationToken::new(),
        trusted_proxies: settings.trusted_proxies().expect("networks"),
        files: FileStore::open(&settings.data_dir.join("files")).expect("file store"),
        vault: Vault::open(&settings.data_dir, &*rng).expect("master key"),
        hub: Hub::default(),
        wake: tokio::sync::Notify::new(),
        templates: messages::read(&settings.catalogue).expect("the messages"),
        identity: ServiceProviders::open(&settings, &comune, NOW, &*rng).expect("keys"),
        settings,
        comune,
        catalogue,
        store,
        clock: Arc::new(clock),
        rng,
    })
}

/// A person with a row of her own, as after a login; head of some offices.
pub async fn person(counter: &Counter, name: &str, fiscal_code: &str, offices: &[&str]) -> Person {
    let identity = PersonData {
        fiscal_code: fiscal_code.to_owned(),
        name: name.to_owned(),
        family_name: "Rossi".to_owned(),
        ..PersonData::default()
    };
    let id = counter.new_id();
    let plain = serde_json::to_vec(&identity).expect("plain data");
    let context = format!("people/{id}");
    let sealed = counter.vault.master().seal(&*counter.rng, &context, &plain);
    let sealed = sealed.expect("sealed");
    let (row, lookup) = (id.clone(), counter.vault.lookup(fiscal_code));
    counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(
                async move { identity_rows::put_person(tx, &row, &lookup, &sealed, NOW).await },
            )
        })
        .await
        .expect("a person is stored");
    Person {
        id,
        identity,
        roles: offices.iter().map(|office| head(office)).collect(),
        expires_at: NOW + 120 * 60_000,
        scheme: "spid".to_owned(),
        evidence: Evidence {
            provider: "https://idp.example".to_owned(),
            level: 2,
            assertion: "_a1".to_owned(),
            at: NOW,
            desk: None,
        },
    }
}

fn head(office: &str) -> Held {
    Held::new(Role::Head, Scope::Office(office.to_owned()))
}

/// A definition in force.
pub fn definition(counter: &Counter, slug: &str) -> Definition {
    counter
        .catalogue
        .get(slug)
        .expect("a known service")
        .clone()
}
