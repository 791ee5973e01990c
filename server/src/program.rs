//! Starts and stops the program.

use std::{collections::BTreeSet, net::Ipv4Addr, sync::Arc, time::Duration};

use anyhow::{Context, bail};
use rules::{catalogue::Service, civil::Date};
use tokio::{net::TcpListener, sync::Notify};

use crate::{
    cases, catalogue,
    clock::{Clock, SystemClock, SystemRng, rome_day},
    config::{Comune, Mode, Settings},
    demo,
    documents::Documents,
    events::Hub,
    files::FileStore,
    http,
    identity::ServiceProvider,
    messages, payments, remote, requests,
    state::{Counter, Parts},
    store::{Store, identity as identity_rows},
    vault::Vault,
    verify,
    worker::Worker,
};

/// Builds the counter from its settings; every fault of configuration stops it here.
pub async fn build(settings: Settings) -> anyhow::Result<Counter> {
    build_at(settings, Arc::new(SystemClock)).await
}

/// The counter with a clock of its own.
pub async fn build_at(settings: Settings, clock: Arc<dyn Clock>) -> anyhow::Result<Counter> {
    let comune = Comune::load(&settings.comune)?;
    let services = catalogue::read(&settings.catalogue)?;
    let templates = messages::read(&settings.catalogue)?;
    check(&settings, &comune, &services, rome_day(clock.now_ms()))?;
    let rng = Arc::new(SystemRng);
    std::fs::create_dir_all(&settings.data_dir)
        .with_context(|| format!("DATA_DIR {}", settings.data_dir.display()))?;
    let store = Store::open(&settings.database_url()).await?;
    let now = clock.now_ms();
    let catalogue = catalogue::install(&store, services, &comune, now).await?;
    let identity = ServiceProvider::open(&settings, &comune, now, &*rng)?;
    Ok(Counter::new(Parts {
        assets: http::assets::read(&settings.site)?,
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
    }))
}

/// Fails with all that comune.toml has wrong.
fn check(
    settings: &Settings,
    comune: &Comune,
    services: &[Service],
    today: Date,
) -> anyhow::Result<()> {
    settings.check_platforms()?;
    let faults = comune.faults(services, today);
    if faults.is_empty() {
        return Ok(());
    }
    let file = settings.comune.display();
    let lines: Vec<String> = faults
        .iter()
        .map(|fault| format!("{file}: {fault}"))
        .collect();
    bail!("{}", lines.join("\n"))
}

/// Serves until told to stop; then finishes what it began.
pub async fn serve(settings: Settings) -> anyhow::Result<()> {
    log_to_stderr();
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, settings.port))
        .await
        .with_context(|| format!("port {}", settings.port))?;
    let counter = build(settings).await?;
    tracing::info!(http.address = %counter.settings.base_url(), "the counter is open");
    for (what, variable) in counter.settings.off() {
        tracing::warn!(channel = what, variable, "off: its variable is not set");
    }
    if !counter.settings.renderer().is_file() {
        tracing::warn!(document.renderer = %counter.settings.renderer().display(), "missing: no PDF is made");
    }
    serve_on(listener, counter, stopped()).await
}

/// Serves on a given listener; tests use port 0.
pub async fn serve_on(
    listener: TcpListener,
    counter: Counter,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let chores = tokio::spawn(chores(counter.clone()));
    let mut channels = messages::channels(&counter.settings)?;
    channels.push(Arc::new(Documents::default()));
    channels.extend(payments::channel(&counter)?);
    let worker = Worker::start(&counter, channels);
    http::listen::serve(listener, http::router(counter.clone()), stop).await;
    chores.abort();
    worker.stop().await;
    counter.store.close().await;
    Ok(())
}

/// What falls due by itself: integrations not answered, idle drafts, logins never finished.
async fn chores(counter: Counter) {
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    loop {
        minute.tick().await;
        if let Err(error) = cases::expire_integrations(&counter).await {
            tracing::error!(error.cause = %error, "integrations not expired");
        }
        if let Err(error) = requests::delete_idle(&counter).await {
            tracing::error!(error.cause = %error, "idle drafts not deleted");
        }
        let now = counter.now_ms();
        let purged = counter
            .store
            .write(move |tx| Box::pin(async move { identity_rows::purge(tx, now).await }))
            .await;
        if let Err(error) = purged {
            tracing::error!(error.cause = %error, "old sessions not purged");
        }
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
    let comune = Comune::load(&settings.comune)?;
    let services = catalogue::read(&settings.catalogue)?;
    let today = rome_day(SystemClock.now_ms());
    check(settings, &comune, &services, today)?;
    println!(
        "{}: {} servizi, nessun errore.",
        comune.comune.nome,
        services.len()
    );
    let templates = messages::read(&settings.catalogue)?;
    println!("{} modelli di messaggio, nessun errore.", templates.len());
    let named = services.iter().flat_map(|service| &service.io.messages);
    let missing: BTreeSet<&String> = named.filter(|name| templates.get(name).is_none()).collect();
    for name in missing {
        println!("Non ancora inviato: {name} (nessun modello in messaggi/).");
    }
    for (what, variable) in settings.off() {
        println!("Spento: {what} (manca {variable}).");
    }
    for note in comune.notes(&services) {
        println!("{}: {note}", settings.comune.display());
    }
    for service in &services {
        let words = service.form.office_rules();
        if !words.is_empty() {
            println!("\n{} — controlla l'ufficio:", service.title);
        }
        for rule in words {
            println!("  - {rule}");
        }
    }
    Ok(())
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

fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    // A second initialisation (tests, demo) keeps the first.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
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
