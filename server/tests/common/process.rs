//! The counter as a program of its own, to be killed.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use server::config::Settings;

/// A free port: bound and let go.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Starts it and waits until it answers. It makes no PDF: that is a program of its own.
pub async fn start(settings: &Settings, folder: &Path) -> Child {
    let mut command = command(settings, folder, "serve");
    let child = command.stderr(Stdio::null()).spawn().unwrap();
    answering(&format!("http://localhost:{}", settings.port)).await;
    child
}

/// The program with these settings.
pub fn command(settings: &Settings, folder: &Path, verb: &str) -> Command {
    let platforms = &settings.platforms;
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command
        .arg(verb)
        .env("MODE", "sandbox")
        .env("PORT", settings.port.to_string())
        .env("SANDBOX_PORT", settings.sandbox_port.to_string())
        .env("BASE_URL", settings.base_url())
        .env("DATA_DIR", &settings.data_dir)
        .env("DATABASE_URL", settings.database_url())
        .env("CATALOGUE", &settings.catalogue)
        .env("COMUNE", &settings.comune)
        .env("SITE", folder.join("site"))
        .env("RENDERER", folder.join("none"))
        .env("METRICS_ADDR", "off")
        .env("RUST_LOG", "error");
    if let Some(port) = platforms.smtp_port {
        command.env("SMTP_PORT", port.to_string());
    }
    for (name, endpoint) in [
        ("IO", settings.io()),
        ("GPD", settings.gpd()),
        ("CHECKOUT", settings.checkout()),
        ("RECEIPTS", settings.receipts()),
    ] {
        let endpoint = endpoint.unwrap();
        command.env(format!("{name}_URL"), endpoint.url);
        command.env(format!("{name}_API_KEY"), endpoint.key.reveal());
    }
    command
}

/// What the service manager sends; its status once it has ended by itself.
pub async fn terminate(mut child: Child) -> std::process::ExitStatus {
    let told = Command::new("kill").arg(child.id().to_string()).status();
    assert!(told.unwrap().success());
    tokio::task::spawn_blocking(move || child.wait().unwrap())
        .await
        .unwrap()
}

/// `kill -9`.
pub fn kill(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Waits until it is ready.
pub async fn answering(url: &str) {
    for _ in 0..600 {
        let answer = reqwest::get(format!("{url}/readyz")).await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the server does not answer");
}
