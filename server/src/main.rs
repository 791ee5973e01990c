//! The command line of the counter.
#![forbid(unsafe_code)]

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use server::{config::Settings, program};

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
    /// Recomputes every hash chain; exit 0 only if all is whole.
    Verify(Settings),
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
