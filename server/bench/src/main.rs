#![forbid(unsafe_code)]
//! `bench`: the load of `make bench` (`.ci/bench`), and what the counter is compared with. Each
//! command prints its figures as one line of JSON; what they are worth is decided there.

mod bare;
mod card;
mod commits;
mod documents;
mod engine;
mod figures;
mod login;
mod logins;
mod page_load;
mod people;
mod streams;
mod submissions;
mod wire;

use clap::Parser;

#[derive(Parser)]
#[command(about = "Load for the counter, and what it is compared with")]
enum Command {
    /// Logs somebody in by the sandbox's SPID; prints her cookie.
    Login(login::Arguments),
    /// Logs many people in, and measures the signature work by itself.
    Logins(logins::Arguments),
    /// Asks for one page again and again.
    Page(page_load::Arguments),
    /// Serves the bytes of one page from a bare axum route, until killed; prints its address.
    Bare(bare::Arguments),
    /// Durable commits of one row, one after the other.
    Commits(commits::Arguments),
    /// Prints documents one after the other.
    Documents(documents::Arguments),
    /// Evaluates a form of 200 fields.
    Engine(engine::Arguments),
    /// Many people fill and send a form.
    Submissions(submissions::Arguments),
    /// Many open streams, and a clerk who moves cases.
    Streams(streams::Arguments),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let figures = match Command::parse() {
        Command::Login(arguments) => login::run(arguments).await?,
        Command::Logins(arguments) => logins::run(arguments).await?,
        Command::Page(arguments) => page_load::run(arguments).await?,
        Command::Bare(arguments) => bare::run(arguments).await?,
        Command::Commits(arguments) => commits::run(arguments).await?,
        Command::Documents(arguments) => documents::run(&arguments)?,
        Command::Engine(arguments) => engine::run(&arguments)?,
        Command::Submissions(arguments) => submissions::run(arguments).await?,
        Command::Streams(arguments) => streams::run(arguments).await?,
    };
    println!("{figures}");
    Ok(())
}
