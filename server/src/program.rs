//! Starts and stops the program.

use std::{
    collections::BTreeSet, io::Write as _, os::unix::fs::DirBuilderExt as _, path::Path, sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail};
use rules::{catalogue::Service, civil::Date};
use saml::Scheme;
use tokio::{net::TcpListener, sync::Notify};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::{Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::{
    agendas, backup, cases, catalogue, changes,
    clock::{Clock, SystemClock, SystemRng, rome_day},
    config::{Comune, Mode, Settings},
    demo,
    documents::Documents,
    events::{Hub, follow_other_nodes},
    files::FileStore,
    http,
    identity::{ServiceProviders, evidence, keys},
    messages,
    metrics::{CountingLog, Metrics},
    payments, privacy, remote, requests, scan, services,
    state::{Counter, Parts},
    store::{Store, identity as identity_rows},
    vault::{MASTER_KEY, Vault},
    verify,
    worker::{self, Worker},
};

/// Builds the counter from its settings; every fault of configuration stops it here.
pub async fn build(settings: Settings) -> anyhow::Result<Counter> {
    build_at(settings, Arc::new(SystemClock)).await
}

/// The counter with a clock of its own.
pub async fn build_at(settings: Settings, clock: Arc<dyn Clock>) -> anyhow::Result<Counter> {
    let comune = settings.comune()?;
    let services = catalogue::read(&settings.catalogue)?;
    let templates = messages::read(&settings.catalogue)?;
    check(&settings, &comune, &services, rome_day(clock.now_ms()))?;
    let rng = Arc::new(SystemRng);
    let folder = || format!("DATA_DIR {}", settings.data_dir.display());
    let data_dir = settings.data_dir.clone();
    let _alone = tokio::task::spawn_blocking(move || alone(&data_dir))
        .await?
        .with_context(folder)?;
    let store = Store::open(&settings.database_url()).await?;
    let now = clock.now_ms();
    let catalogue = catalogue::install(&store, services, &comune, now).await?;
    let identity = ServiceProviders::open(&settings, &comune, now, &*rng)?;
    let changes = changes::Known::open(&store, now).await?;
    Ok(Counter::new(Parts {
        assets: http::assets::read(&settings.site)?,
        metrics: Metrics::new(&store)?,
        probe: http::Probe::default(),
        limits: http::Limits::new(clock.clone(), settings.limits()),
        anybodys: http::Anybodys::default(),
        terms: services::Printed::default(),
        stop: CancellationToken::new(),
        trusted_proxies: settings.trusted_proxies()?,
        files: FileStore::open(&settings.data_dir.join("files"))?,
        vault: Vault::open(&settings.data_dir, &*rng)?,
        hub: Hub::default(),
        wake: Notify::new(),
        settings,
        comune,
        catalogue,
        store,
        clock,
        rng,
        identity,
        templates,
        changes,
    }))
}

/// Held while keys and tables are made: nodes that start together make them once.
fn alone(data_dir: &Path) -> std::io::Result<std::fs::File> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(data_dir)?;
    let lock = std::fs::File::create(data_dir.join("start.lock"))?;
    lock.lock()?;
    Ok(lock)
}

/// Fails with all that environment and comune.toml have wrong.
fn check(
    settings: &Settings,
    comune: &Comune,
    services: &[Service],
    today: Date,
) -> anyhow::Result<()> {
    let mut lines = settings.faults(comune);
    let file = settings.comune.display();
    let faults = comune.faults(services, today).into_iter();
    lines.extend(faults.map(|fault| format!("{file}: {fault}")));
    match lines.is_empty() {
        true => Ok(()),
        false => bail!("{}", lines.join("\n")),
    }
}

/// Longest that a stop takes: the service manager must wait longer.
pub const LONGEST_STOP: Duration = http::listen::LONGEST_STOP.saturating_add(worker::LONGEST_STOP);

/// Serves until told to stop; then finishes what it began.
pub async fn serve(settings: Settings) -> anyhow::Result<()> {
    log_to_stderr();
    let listener = TcpListener::bind((settings.listen, settings.port))
        .await
        .with_context(|| format!("port {}", settings.port))?;
    let counter = build(settings).await?;
    tell_metrics(&counter).await?;
    tracing::info!(http.address = %counter.settings.base_url(), "the counter is open");
    for note in counter.settings.notes() {
        tracing::warn!("{note}");
    }
    for (what, variable) in counter.settings.off() {
        tracing::warn!(channel = what, variable, "off: its variable is not set");
    }
    if !counter.settings.renderer().is_file() {
        tracing::warn!(document.renderer = %counter.settings.renderer().display(), "missing: no PDF is made");
    }
    serve_on(listener, counter, stopped()).await
}

/// `/metrics`, on a listener of its own.
async fn tell_metrics(counter: &Counter) -> anyhow::Result<()> {
    let Some(address) = counter.settings.metrics_addr()? else {
        return Ok(());
    };
    let listener = match TcpListener::bind(address).await {
        Ok(listener) => listener,
        // Nobody asked for this address: no reason not to serve.
        Err(error) if counter.settings.metrics_addr.is_none() => {
            tracing::warn!(metrics.address = %address, error.cause = %error, "no metrics");
            return Ok(());
        }
        Err(error) => return Err(error).with_context(|| format!("METRICS_ADDR {address}")),
    };
    tracing::info!(metrics.address = %address, "metrics are told");
    let (router, stop) = (http::metrics::router(counter.clone()), counter.stop.clone());
    tokio::spawn(async move { http::listen::serve(listener, router, &stop).await });
    Ok(())
}

/// Serves on a given listener; tests use port 0.
pub async fn serve_on(
    listener: TcpListener,
    counter: Counter,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let chores = tokio::spawn(chores(counter.clone()));
    let daily = tokio::spawn(daily(counter.clone()));
    let news = follow_other_nodes(counter.store.clone(), counter.hub.clone());
    let news = tokio::spawn(news);
    let mut channels = messages::channels(&counter.settings)?;
    channels.push(Arc::new(Documents::default()));
    channels.extend(payments::channel(&counter)?);
    let worker = Worker::start(&counter, channels);
    let scans = tokio::spawn(scans(counter.clone()));
    let told = async {
        stop.await;
        counter.stop.cancel();
        std::future::pending().await
    };
    tokio::select! {
        () = http::listen::serve(listener, http::router(counter.clone()), &counter.stop) => {}
        () = told => {}
    }
    chores.abort();
    scans.abort();
    daily.abort();
    news.abort();
    worker.stop().await;
    counter.store.close().await;
    Ok(())
}

/// Files that the antivirus has not judged yet.
async fn scans(counter: Counter) {
    let mut pause = tokio::time::interval(Duration::from_secs(10));
    loop {
        pause.tick().await;
        if let Err(error) = scan::catch_up(&counter).await {
            tracing::error!(error.cause = %error, "files were not shown to the antivirus");
        }
    }
}

/// What falls due by itself: integrations not answered, idle drafts, logins never finished.
async fn chores(counter: Counter) {
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    loop {
        minute.tick().await;
        if let Err(error) = cases::expire_integrations(&counter).await {
            tracing::error!(error.cause = %error, "integrations not expired");
        }
        if let Err(error) = agendas::remind(&counter).await {
            tracing::error!(error.cause = %error, "appointments not reminded of");
        }
        if let Err(error) = requests::delete_idle(&counter).await {
            tracing::error!(error.cause = %error, "idle drafts not deleted");
        }
        if let Err(error) = requests::parts::forget_idle(&counter).await {
            tracing::error!(error.cause = %error, "idle uploads not deleted");
        }
        let now = counter.now_ms();
        let purged = counter
            .store
            .write(move |tx| Box::pin(async move { identity_rows::purge(tx, now).await }))
            .await;
        if let Err(error) = purged {
            tracing::error!(error.cause = %error, "old sessions not purged");
        }
        match evidence::purge(&counter).await {
            Ok(0) => {}
            Ok(logins) => tracing::info!(logins, "evidence of logins of 24 months ago deleted"),
            Err(error) => {
                tracing::error!(error.cause = %error, "old evidence of logins not deleted");
            }
        }
        counter.limits.forget();
    }
}

/// Identity providers change their keys: who they are is read at the start and every day, and
/// again in ten minutes where something could not be read.
async fn daily(counter: Counter) {
    loop {
        let wait = match counter.identity.refresh().await {
            true => Duration::from_secs(86_400),
            false => Duration::from_secs(600),
        };
        tokio::time::sleep(wait).await;
    }
}

/// The counter and, as a program of its own, the sandbox.
pub async fn demo(settings: Settings) -> anyhow::Result<()> {
    let settings = Settings {
        mode: Mode::Sandbox,
        ..settings
    };
    log_to_stderr();
    let sandbox = std::env::current_exe()?.with_file_name("sandbox");
    // The demo's days pass in a moment: IO must not take longer, or it would seem never to deliver.
    let io_delay = std::env::var("IO_DELAY_MS").unwrap_or_else(|_| "0".to_owned());
    // What else it reads (SMTP_PORT, PAY_DELAY_MS) it inherits.
    let mut child = tokio::process::Command::new(&sandbox)
        .env("SANDBOX_PORT", settings.sandbox_port.to_string())
        .env("BASE_URL", settings.base_url())
        .env("SANDBOX_URL", settings.sandbox_url())
        .env("DATA_DIR", settings.data_dir.join("sandbox"))
        .env("IO_DELAY_MS", io_delay)
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{}", sandbox.display()))?;
    answering(&settings.sandbox_url()).await?;
    demo::fill(&settings).await?;
    println!("Sportello:  {}", settings.base_url());
    println!("Sandbox:    {}", settings.sandbox_url());
    println!("Messaggi:   {}/io/messages", settings.sandbox_url());
    println!("Posta:      {}/mail", settings.sandbox_url());
    println!("Ctrl-C ferma tutti e due.");
    tokio::select! {
        served = serve(settings) => served?,
        left = child.wait() => bail!("the sandbox stopped: {}", left?),
    }
    let _ = child.kill().await;
    Ok(())
}

/// Returns once the sandbox takes calls: the demo's messages go there.
async fn answering(sandbox: &str) -> anyhow::Result<()> {
    let client = remote::client()?;
    for _ in 0..100 {
        if client
            .get(format!("{sandbox}/healthz"))
            .send()
            .await
            .is_ok()
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("the sandbox does not answer at {sandbox}")
}

/// Prints what is wrong, or what the office must check by hand.
pub fn check_config(settings: &Settings) -> anyhow::Result<()> {
    let comune = settings.comune()?;
    let services = catalogue::read(&settings.catalogue)?;
    let today = rome_day(SystemClock.now_ms());
    check(settings, &comune, &services, today)?;
    let templates = messages::read(&settings.catalogue)?;
    let mut told = vec![
        format!(
            "{}: {} servizi, nessun errore.",
            comune.comune.nome,
            services.len()
        ),
        format!("{} modelli di messaggio, nessun errore.", templates.len()),
    ];
    let named = services.iter().flat_map(|service| &service.io.messages);
    let missing: BTreeSet<&String> = named.filter(|name| templates.get(name).is_none()).collect();
    told.extend(
        missing
            .iter()
            .map(|name| format!("Non ancora inviato: {name} (nessun modello in messaggi/).")),
    );
    told.extend(settings.notes().into_iter().map(str::to_owned));
    let off = settings.off().into_iter();
    told.extend(off.map(|(what, variable)| format!("Spento: {what} (manca {variable}).")));
    let file = settings.comune.display();
    let notes = comune.notes(&services).into_iter();
    told.extend(notes.map(|note| format!("{file}: {note}")));
    told.extend(services.iter().filter_map(for_the_office));
    print(&(told.join("\n") + "\n"))
}

/// The rules of a service that the program cannot check.
fn for_the_office(service: &Service) -> Option<String> {
    let rules = service.form.office_rules();
    let lines: String = rules.iter().map(|rule| format!("\n  - {rule}")).collect();
    (!rules.is_empty()).then(|| format!("\n{} — controlla l'ufficio:{lines}", service.title))
}

/// A reader that has seen enough (`| head`) is no error.
fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        done => Ok(done?),
    }
}

/// Fails with the list of what does not hold.
pub async fn verify(settings: Settings) -> anyhow::Result<()> {
    let counter = build(settings).await?;
    let findings = verify::verify(&counter).await?;
    if findings.is_empty() {
        println!("Tutto integro.");
        return Ok(());
    }
    bail!("{}", findings.join("\n"))
}

/// One step of the keys of both federations, and what is there then.
pub fn spid_keys(settings: &Settings, step: keys::Step) -> anyhow::Result<()> {
    let comune = settings.comune()?;
    let now = SystemClock.now_ms();
    let mut builder = std::fs::DirBuilder::new();
    builder
        .recursive(true)
        .mode(0o700)
        .create(&settings.data_dir)?;
    for scheme in [Scheme::Spid, Scheme::Cie] {
        println!(
            "{}",
            keys::step(step, scheme, settings, &comune, now, &SystemRng)?
        );
    }
    println!("Lo sportello le legge quando parte.");
    Ok(())
}

/// Shows logins as they were kept; that they were shown is written down.
pub async fn logins(settings: Settings, question: evidence::Question) -> anyhow::Result<()> {
    let counter = build(settings).await?;
    let found = evidence::read(&counter, question).await?;
    for login in &found {
        println!("{login}\n");
    }
    println!(
        "{} accessi. Questa lettura è scritta nel registro delle letture.",
        found.len()
    );
    Ok(())
}

/// Writes the register of processing activities, as of today's definitions.
pub async fn privacy_register(settings: Settings, file: Option<&Path>) -> anyhow::Result<()> {
    let counter = build(settings).await?;
    let Some(path) = file else {
        privacy::write_csv(&counter.catalogue, std::io::stdout().lock())?;
        return Ok(());
    };
    let to = std::fs::File::create(path).with_context(|| format!("{}", path.display()))?;
    let written = privacy::write_csv(&counter.catalogue, to)?;
    println!("{}: {written} trattamenti.", path.display());
    Ok(())
}

/// Writes a backup and says what is in it.
pub async fn backup(settings: &Settings, file: &Path, keys: bool) -> anyhow::Result<()> {
    let made = backup::make(settings, &SystemClock, file, keys).await?;
    let manifest = &made.manifest;
    println!("{}: {} byte.", file.display(), made.bytes);
    println!(
        "Tutto ciò che era confermato prima di {}: {} righe, {} file.",
        manifest.moment, made.rows, made.files
    );
    match keys {
        true => println!(
            "Contiene le chiavi: chi ha questa copia legge tutto. Custodirla come il server, o farla con --without-keys."
        ),
        false => println!(
            "È senza chiavi: per ripristinarla serve {}, da custodire altrove.",
            settings.data_dir.join(MASTER_KEY).display()
        ),
    }
    Ok(())
}

/// Restores a backup and says what is left to do.
pub async fn restore(settings: &Settings, file: &Path) -> anyhow::Result<()> {
    let restored = backup::restore(settings, &SystemClock, file).await?;
    println!(
        "Ripristinato lo sportello di {}: {} righe, {} file. Controllarlo con «server verify».",
        restored.manifest.moment, restored.rows, restored.files
    );
    if restored.doubtful > 0 {
        println!(
            "{} messaggi erano in attesa: se sono partiti dopo, la copia non lo sa. Decide l'ufficio, in /ufficio/consegne.",
            restored.doubtful
        );
    }
    Ok(())
}

fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    // A second initialisation (tests, demo) keeps the first.
    let shown = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_filter(filter);
    let _ = tracing_subscriber::registry()
        .with(CountingLog)
        .with(shown)
        .try_init();
}

/// Ctrl-C, or the service manager's SIGTERM.
async fn stopped() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
