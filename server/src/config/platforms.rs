//! Where the national platforms and the mail server are, and with which keys.

use std::fmt;

use url::Url;

use super::{ConfigError, Mode, Settings};

const IO: &str = "https://api.io.pagopa.it/api/v1";
const GPD: &str = "https://api.platform.pagopa.it/gpd/debt-positions-service/v1";
const CHECKOUT: &str = "https://api.platform.pagopa.it/checkout/ec/v2";
const RECEIPTS: &str = "https://api.platform.pagopa.it/gpd/payments-receipts-service/v1";

/// What a production counter must never accept.
const SANDBOX_KEY: &str = "sandbox-";

/// The environment's part about other systems. What is absent has the mode's default; in
/// production there is none for keys and mail: without one the channel is off.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Platforms {
    /// IO, "API for Public Administration Services".
    #[arg(long, env = "IO_URL")]
    pub io_url: Option<String>,
    #[arg(long, env = "IO_API_KEY", hide_env_values = true)]
    pub io_api_key: Option<Secret>,
    /// pagoPA, debt positions.
    #[arg(long, env = "GPD_URL")]
    pub gpd_url: Option<String>,
    #[arg(long, env = "GPD_API_KEY", hide_env_values = true)]
    pub gpd_api_key: Option<Secret>,
    /// pagoPA, carts to pay online.
    #[arg(long, env = "CHECKOUT_URL")]
    pub checkout_url: Option<String>,
    #[arg(long, env = "CHECKOUT_API_KEY", hide_env_values = true)]
    pub checkout_api_key: Option<Secret>,
    /// pagoPA, receipts.
    #[arg(long, env = "RECEIPTS_URL")]
    pub receipts_url: Option<String>,
    #[arg(long, env = "RECEIPTS_API_KEY", hide_env_values = true)]
    pub receipts_api_key: Option<Secret>,
    /// `smtps://user:password@host`, `smtp://host?tls=required`, or `smtp://localhost`.
    #[arg(long, env = "SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<Secret>,
    /// Of the sandbox's mail server; default: SANDBOX_PORT + 1.
    #[arg(long, env = "SMTP_PORT")]
    pub smtp_port: Option<u16>,
}

/// A key or an address with a password: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A platform's base address, without a trailing slash, and the key of the header
/// `Ocp-Apim-Subscription-Key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub url: String,
    pub key: Secret,
}

impl Settings {
    /// `None`: the channel is off.
    pub fn io(&self) -> Option<Endpoint> {
        let p = &self.platforms;
        self.endpoint(&p.io_url, &p.io_api_key, IO, "/io/api/v1", "sandbox-io")
    }

    pub fn gpd(&self) -> Option<Endpoint> {
        let p = &self.platforms;
        let path = "/gpd/debt-positions-service/v1";
        self.endpoint(&p.gpd_url, &p.gpd_api_key, GPD, path, "sandbox-gpd")
    }

    pub fn checkout(&self) -> Option<Endpoint> {
        let p = &self.platforms;
        let (url, key) = (&p.checkout_url, &p.checkout_api_key);
        self.endpoint(url, key, CHECKOUT, "/checkout/ec/v2", "sandbox-checkout")
    }

    pub fn receipts(&self) -> Option<Endpoint> {
        let p = &self.platforms;
        let (url, key) = (&p.receipts_url, &p.receipts_api_key);
        let path = "/gpd/payments-receipts-service/v1";
        self.endpoint(url, key, RECEIPTS, path, "sandbox-receipts")
    }

    /// The mail server; `None`: no e-mail is sent.
    pub fn smtp(&self) -> Option<Secret> {
        let sandbox = || {
            let default = self.sandbox_port.wrapping_add(1);
            let port = self.platforms.smtp_port.unwrap_or(default);
            Secret(format!("smtp://localhost:{port}"))
        };
        let given = self.platforms.smtp_url.clone();
        given.or_else(|| (self.mode == Mode::Sandbox).then(sandbox))
    }

    fn endpoint(
        &self,
        url: &Option<String>,
        key: &Option<Secret>,
        official: &str,
        sandbox_path: &str,
        sandbox_key: &str,
    ) -> Option<Endpoint> {
        let sandbox = self.mode == Mode::Sandbox;
        let default_url = || match sandbox {
            true => format!("{}{sandbox_path}", self.sandbox_url()),
            false => official.to_owned(),
        };
        let default_key = || sandbox.then(|| Secret::from(sandbox_key));
        Some(Endpoint {
            url: url
                .clone()
                .unwrap_or_else(default_url)
                .trim_end_matches('/')
                .to_owned(),
            key: key.clone().or_else(default_key)?,
        })
    }

    /// Addresses that cannot be read and, in production, what only the sandbox may use.
    pub fn platform_faults(&self) -> Vec<ConfigError> {
        let p = &self.platforms;
        let mut checked = Vec::new();
        for (name, endpoint) in [
            ("IO_URL", self.io()),
            ("GPD_URL", self.gpd()),
            ("CHECKOUT_URL", self.checkout()),
            ("RECEIPTS_URL", self.receipts()),
        ] {
            checked.extend(endpoint.map(|endpoint| self.check_url(name, &endpoint.url)));
        }
        for (name, key) in [
            ("IO_API_KEY", &p.io_api_key),
            ("GPD_API_KEY", &p.gpd_api_key),
            ("CHECKOUT_API_KEY", &p.checkout_api_key),
            ("RECEIPTS_API_KEY", &p.receipts_api_key),
        ] {
            let of_sandbox = key
                .as_ref()
                .is_some_and(|key| key.0.starts_with(SANDBOX_KEY));
            if of_sandbox && self.mode == Mode::Production {
                let message =
                    "è una chiave della sandbox; scrivi quella vera, o togli la variabile";
                checked.push(Err(fault(name, message)));
            }
        }
        checked.extend(self.smtp().map(|url| self.check_smtp(&url)));
        checked.into_iter().filter_map(Result::err).collect()
    }

    fn check_url(&self, name: &'static str, text: &str) -> Result<(), ConfigError> {
        let url = Url::parse(text).map_err(|e| fault(name, format!("{text}: {e}")))?;
        match url.scheme() {
            "https" => Ok(()),
            "http" if self.mode == Mode::Sandbox => Ok(()),
            "http" => Err(fault(name, format!("{text}: in produzione serve https"))),
            _ => Err(fault(
                name,
                format!("{text}: serve un indirizzo http o https"),
            )),
        }
    }

    /// The password in it is not repeated.
    fn check_smtp(&self, url: &Secret) -> Result<(), ConfigError> {
        let url = Url::parse(&url.0).map_err(|e| fault("SMTP_URL", e.to_string()))?;
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let starttls = url.query() == Some("tls=required");
        match url.scheme() {
            "smtps" => Ok(()),
            "smtp" if local || starttls => Ok(()),
            "smtp" => Err(fault(
                "SMTP_URL",
                "senza cifratura solo per localhost: smtps://… oppure smtp://…?tls=required",
            )),
            _ => Err(fault("SMTP_URL", "serve un indirizzo smtp o smtps")),
        }
    }

    /// Channels that are off, and the variable that turns them on.
    pub fn off(&self) -> Vec<(&'static str, &'static str)> {
        [
            ("app IO", "IO_API_KEY", self.io().is_none()),
            ("e-mail", "SMTP_URL", self.smtp().is_none()),
            (
                "pagoPA, posizioni debitorie",
                "GPD_API_KEY",
                self.gpd().is_none(),
            ),
            (
                "pagoPA, pagamento online",
                "CHECKOUT_API_KEY",
                self.checkout().is_none(),
            ),
            (
                "pagoPA, ricevute",
                "RECEIPTS_API_KEY",
                self.receipts().is_none(),
            ),
        ]
        .into_iter()
        .filter_map(|(what, variable, off)| off.then_some((what, variable)))
        .collect()
    }
}

fn fault(name: &'static str, message: impl Into<String>) -> ConfigError {
    ConfigError::Value {
        name,
        message: message.into(),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        settings: Settings,
    }

    fn settings(arguments: &[&str]) -> Settings {
        let all = ["server"].iter().chain(arguments);
        Cli::try_parse_from(all).unwrap().settings
    }

    #[test]
    fn the_sandbox_has_everything() {
        let settings = settings(&["--mode", "sandbox", "--sandbox-port", "4001"]);
        let gpd = settings.gpd().unwrap();
        assert_eq!(
            gpd.url,
            "http://localhost:4001/gpd/debt-positions-service/v1"
        );
        assert_eq!(gpd.key.reveal(), "sandbox-gpd");
        assert_eq!(settings.smtp().unwrap().reveal(), "smtp://localhost:4002");
        assert!(settings.off().is_empty());
        assert!(settings.platform_faults().is_empty());
    }

    #[test]
    fn production_has_no_default_key() {
        let bare = settings(&["--mode", "production"]);
        assert_eq!(bare.off().len(), 5);
        assert!(bare.platform_faults().is_empty());
        let keyed = settings(&["--mode", "production", "--io-api-key", "k"]);
        assert_eq!(keyed.io().unwrap().url, "https://api.io.pagopa.it/api/v1");
        assert!(!format!("{keyed:?}").contains("\"k\""));
    }

    #[test]
    fn production_refuses_what_belongs_to_the_sandbox() {
        for arguments in [
            ["--io-url", "http://localhost:3001/io", "--io-api-key", "k"],
            [
                "--io-url",
                "https://io.example",
                "--io-api-key",
                "sandbox-io",
            ],
            ["--smtp-url", "smtp://mail.example.it", "--io-api-key", "k"],
        ] {
            let all: Vec<&str> = ["--mode", "production"]
                .into_iter()
                .chain(arguments)
                .collect();
            assert!(
                !settings(&all).platform_faults().is_empty(),
                "{arguments:?}"
            );
        }
        let starttls = [
            "--mode",
            "production",
            "--smtp-url",
            "smtp://m.example.it?tls=required",
        ];
        assert!(settings(&starttls).platform_faults().is_empty());
    }
}
