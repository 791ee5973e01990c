//! The command line of the counter.
#![forbid(unsafe_code)]

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use rules::civil::Date;
use server::{
    clock::end_of_day,
    config::Settings,
    identity::{evidence::Question, keys::Step},
    program,
    store::logins::Wanted,
};

#[derive(Parser)]
#[command(version, about = "Sportello: the digital counter of a comune")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the counter.
    Serve(Settings),
    /// Serves the counter and its sandbox, with demo data.
    Demo(Settings),
    /// Checks comune.toml and the catalogue, and lists the rules that the office checks.
    CheckConfig(Settings),
    /// Writes database, files and keys of one moment to FILE, while the counter serves.
    Backup {
        file: PathBuf,
        /// Leaves out the keys: FILE then tells nobody anything, and DATA_DIR/master.key must be
        /// kept elsewhere.
        #[arg(long)]
        without_keys: bool,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Restores a backup into an empty DATA_DIR and an empty database.
    Restore {
        file: PathBuf,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Makes and changes the keys by which SPID and CIE know us.
    SpidKeys {
        #[arg(value_enum, default_value = "make")]
        step: Step,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Shows logins as they were kept (24 months): request and response. Who reads them and why is
    /// written down.
    Logins {
        /// Who reads.
        #[arg(long)]
        reader: String,
        /// Why: the request of an authority, of the person herself.
        #[arg(long)]
        reason: String,
        /// Id of our request.
        #[arg(long)]
        request: Option<String>,
        /// Id of the assertion, as a case's original names it.
        #[arg(long)]
        assertion: Option<String>,
        /// First and last day, AAAA-MM-GG; default: all of them.
        #[arg(long, value_parser = day)]
        from: Option<Date>,
        #[arg(long, value_parser = day)]
        to: Option<Date>,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Writes the register of processing activities (GDPR art. 30) to FILE as CSV; without FILE, to
    /// the standard output.
    PrivacyRegister {
        file: Option<PathBuf>,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Recomputes every hash chain; exit 0 only if all is whole.
    Verify(Settings),
}

fn day(text: &str) -> Result<Date, String> {
    Date::parse_iso(text).ok_or_else(|| "serve un giorno come 2026-11-26".to_owned())
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // Rendering must not starve on a small machine.
        .worker_threads(4)
        .enable_all()
        .build();
    let result = runtime.map_err(anyhow::Error::from).and_then(|runtime| {
        runtime.block_on(async {
            match cli.command {
                Command::Serve(settings) => program::serve(settings).await,
                Command::Demo(settings) => program::demo(settings).await,
                Command::CheckConfig(settings) => program::check_config(&settings),
                Command::Backup {
                    file,
                    without_keys,
                    settings,
                } => program::backup(&settings, &file, !without_keys).await,
                Command::Restore { file, settings } => program::restore(&settings, &file).await,
                Command::SpidKeys { step, settings } => program::spid_keys(&settings, step),
                Command::Logins {
                    reader,
                    reason,
                    request,
                    assertion,
                    from,
                    to,
                    settings,
                } => {
                    let wanted = Wanted {
                        request,
                        assertion,
                        from: from.map_or(0, |day| end_of_day(day.plus_days(-1)) + 1_000),
                        to: to.map_or(i64::MAX, |day| end_of_day(day) + 999),
                    };
                    let question = Question {
                        reader,
                        reason,
                        wanted,
                    };
                    program::logins(*settings, question).await
                }
                Command::PrivacyRegister { file, settings } => {
                    program::privacy_register(*settings, file.as_deref()).await
                }
                Command::Verify(settings) => program::verify(settings).await,
            }
        })
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
