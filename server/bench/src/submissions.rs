//! Many people who fill and send a form, each as fast as the counter answers her.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use futures::future;
use serde_json::{Value, json};
use url::Url;

use crate::{
    card::{Sent, fill, send, send_request},
    figures::{percentiles, rate},
    people,
    wire::Wire,
};

#[derive(clap::Args)]
pub struct Arguments {
    /// The counter's address.
    #[arg(long)]
    url: Url,
    /// The sandbox's.
    #[arg(long)]
    sandbox: Url,
    /// Below 1,000.
    #[arg(long, default_value_t = 100)]
    people: usize,
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How often all of them press "Invia" at once.
    #[arg(long, default_value_t = 8)]
    rounds: usize,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<Value> {
    let Arguments { url, sandbox, .. } = &arguments;
    let begun = Instant::now();
    let cookies = people::log_in(url, sandbox, arguments.people).await?;
    let logins = rate(cookies.len(), begun.elapsed());
    let at_once = at_once(url, &cookies, arguments.rounds).await?;
    let begun = Instant::now();
    let end = begun + Duration::from_secs(arguments.seconds);
    let senders = cookies.into_iter().map(|cookie| {
        let url = url.clone();
        tokio::spawn(async move { send_on(&url, &cookie, end).await })
    });
    let told = future::try_join_all(senders).await?;
    // Who had begun has ended: the last one counts, and so does its time.
    let per_second = |count| rate(count, begun.elapsed());
    let (sent, faults): (Vec<_>, Vec<_>) = told.into_iter().flatten().partition(Result::is_ok);
    let sent: Vec<Sent> = sent.into_iter().flatten().collect();
    let faults: Vec<String> = faults
        .into_iter()
        .filter_map(Result::err)
        .map(|fault| format!("{fault:#}"))
        .collect();
    let cases: BTreeSet<&String> = sent.iter().map(|sent| &sent.case).collect();
    Ok(json!({
        "people": arguments.people,
        "logins_per_second": logins,
        "sent": sent.len(),
        "cases": cases.len(),
        "per_second": per_second(sent.len()),
        "failed": faults.len(),
        "faults": faults.iter().take(5).collect::<Vec<_>>(),
        "whole": percentiles(sent.iter().map(|sent| sent.all).collect()),
        "invia": percentiles(sent.iter().map(|sent| sent.invia).collect()),
        "at_once": at_once,
    }))
}

/// Forms that are filled are sent by everybody at the same moment, round after round: submissions
/// by themselves, the last minute of a call for applications. Filling is not measured.
async fn at_once(url: &Url, cookies: &[String], rounds: usize) -> anyhow::Result<Value> {
    let mut people = Vec::new();
    for cookie in cookies {
        people.push(Wire::open(url, cookie).await?);
    }
    let (mut taken, mut each) = (Duration::ZERO, Vec::new());
    for _ in 0..rounds {
        let filled = future::try_join_all(people.iter_mut().map(fill)).await?;
        let begun = Instant::now();
        let sent = people
            .iter_mut()
            .zip(&filled)
            .map(async |(person, summary)| {
                send(person, summary).await?;
                anyhow::Ok(begun.elapsed())
            });
        each.extend(future::try_join_all(sent).await?);
        taken += begun.elapsed();
    }
    Ok(json!({ "per_second": rate(each.len(), taken), "invia": percentiles(each) }))
}

/// Request after request. After a fault she begins anew, on another connection.
async fn send_on(url: &Url, cookie: &str, end: Instant) -> Vec<anyhow::Result<Sent>> {
    let mut told = Vec::new();
    while Instant::now() < end {
        match Wire::open(url, cookie).await {
            Ok(mut wire) => loop {
                let sent = send_request(&mut wire).await;
                let broken = sent.is_err();
                told.push(sent);
                if broken || Instant::now() >= end {
                    break;
                }
            },
            Err(error) => told.push(Err(error)),
        }
    }
    told
}
