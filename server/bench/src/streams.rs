//! Many open streams of citizens who watch their case, and a clerk who moves cases: how long from
//! her command to each open page, and what the open pages take of memory.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use http_body_util::BodyExt as _;
use hyper::StatusCode;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use url::Url;

use crate::{card::send_request, figures::percentiles, login, people, wire::Wire};

/// The sandbox's clerk of the electoral office.
const CLERK: &str = "SNNRSO79E63A893P";
/// Events of a case taken in charge: that, and who is responsible for it.
const EVENTS: i64 = 2;
/// Connections opened at the same time.
const AT_ONCE: usize = 64;
/// Between two commands of the clerk's: she is one of several, and they do not hurry more.
const BETWEEN: Duration = Duration::from_millis(50);
/// A page that has heard nothing after this has lost the event.
const LONGEST: Duration = Duration::from_secs(10);

#[derive(clap::Args)]
pub struct Arguments {
    /// The counter's address.
    #[arg(long)]
    url: Url,
    /// The sandbox's.
    #[arg(long)]
    sandbox: Url,
    /// The counter's process, of which memory is read.
    #[arg(long)]
    pid: u32,
    /// How many are open at last, stage by stage; a multiple of `people` each.
    #[arg(long, value_delimiter = ',', default_value = "1000,5000")]
    open: Vec<usize>,
    /// Below 1,000; each watches one case, from as many open pages as it takes.
    #[arg(long, default_value_t = 250)]
    people: usize,
    /// In each stage, each on a case of its own.
    #[arg(long, default_value_t = 100)]
    commands: usize,
}

/// An event as an open page heard it.
struct Heard {
    person: usize,
    seq: i64,
    at: Instant,
}

struct Citizen {
    cookie: String,
    case: String,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<Value> {
    let Arguments { url, sandbox, .. } = &arguments;
    let citizens = citizens(&arguments).await?;
    let clerk = login::login(url, sandbox, &[("cf", CLERK)]).await?.cookie;
    let (ears, mut heard) = mpsc::unbounded_channel();
    let (mut stages, mut opened, mut moved) = (Vec::new(), 0, 0);
    let before = resident(arguments.pid)?;
    for &wanted in &arguments.open {
        let more = opened..wanted;
        open(url, &citizens, more, &ears).await?;
        opened = wanted;
        // What opening them took for a moment is given back.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let after = resident(arguments.pid)?;
        let group = moved..moved + arguments.commands;
        moved = group.end;
        let pages = wanted / citizens.len();
        let mut told = command(url, &clerk, &citizens, group, pages, &mut heard).await?;
        told["open"] = wanted.into();
        told["resident_kb"] = after.into();
        told["kb_per_stream"] = json!(per_stream(before, after, wanted));
        stages.push(told);
    }
    Ok(json!({ "people": citizens.len(), "resident_before_kb": before, "stages": stages }))
}

fn per_stream(before: u64, after: u64, open: usize) -> f64 {
    (after.saturating_sub(before) as f64 / open as f64 * 10.0).round() / 10.0
}

/// People who have sent a request each.
async fn citizens(arguments: &Arguments) -> anyhow::Result<Vec<Citizen>> {
    let url = &arguments.url;
    let cookies = people::log_in(url, &arguments.sandbox, arguments.people).await?;
    stream::iter(cookies)
        .map(|cookie| async move {
            let mut wire = Wire::open(url, &cookie).await?;
            let case = send_request(&mut wire).await?.case;
            Ok(Citizen { cookie, case })
        })
        .buffered(8)
        .try_collect()
        .await
}

/// Opens the streams with these numbers, of all people in turn.
async fn open(
    url: &Url,
    citizens: &[Citizen],
    numbers: std::ops::Range<usize>,
    ears: &mpsc::UnboundedSender<Heard>,
) -> anyhow::Result<()> {
    stream::iter(numbers)
        .map(|number| listen(url, citizens, number % citizens.len(), ears.clone()))
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

/// One open page: says what it hears until the program ends.
async fn listen(
    url: &Url,
    citizens: &[Citizen],
    person: usize,
    ears: mpsc::UnboundedSender<Heard>,
) -> anyhow::Result<()> {
    let Citizen { cookie, case } = &citizens[person];
    let mut wire = Wire::open(url, cookie).await?;
    let path = format!("/api/pratiche/{case}/eventi");
    let response = wire.get(&path, "text/event-stream").await?;
    ensure!(response.status() == StatusCode::OK, "{}", response.status());
    let mut body = response.into_body();
    tokio::spawn(async move {
        // Its connection lives as long as it.
        let _wire = wire;
        while let Some(Ok(frame)) = body.frame().await {
            let at = Instant::now();
            let data = frame.into_data().unwrap_or_default();
            let text = String::from_utf8_lossy(&data);
            let ids = text.lines().filter_map(|line| line.strip_prefix("id: "));
            for seq in ids.filter_map(|id| id.parse().ok()) {
                let _ = ears.send(Heard { person, seq, at });
            }
        }
    });
    Ok(())
}

/// The clerk takes these people's cases in charge, one after the other; figures of how long it
/// took to be told on each of the `pages` that each has open.
async fn command(
    url: &Url,
    clerk: &str,
    citizens: &[Citizen],
    people: std::ops::Range<usize>,
    pages: usize,
    heard: &mut mpsc::UnboundedReceiver<Heard>,
) -> anyhow::Result<Value> {
    let mut wire = Wire::open(url, clerk).await?;
    // What they heard while they opened.
    while heard.try_recv().is_ok() {}
    let mut sent = HashMap::new();
    let mut answered = Vec::new();
    let mut unclear = 0;
    for person in people {
        let case = &citizens.get(person).context("too few people")?.case;
        let path = format!("/ufficio/pratiche/{case}");
        let page = wire.page(&path).await?;
        let seen = seq(&page["page"])?;
        let at = Instant::now();
        let body = format!("azione=prendi_in_carico&seq={seen}");
        let done = wire.post_form(&path, body).await?;
        answered.push(at.elapsed());
        // Its PDF may have become ready in between: then nobody knows which event is hers.
        let last = seen + EVENTS;
        match seq(&done["data"]["page"])? == last {
            true => _ = sent.insert((person, last), at),
            false => unclear += 1,
        }
        tokio::time::sleep(BETWEEN).await;
    }
    ensure!(
        unclear < sent.len(),
        "{unclear} of the commands cannot be told apart"
    );
    let expected = sent.len() * pages;
    let mut took = Vec::new();
    while took.len() < expected {
        let Ok(Some(news)) = tokio::time::timeout(LONGEST, heard.recv()).await else {
            break;
        };
        if let Some(at) = sent.get(&(news.person, news.seq)) {
            took.push(news.at.duration_since(*at));
        }
    }
    Ok(json!({
        "commands": sent.len(),
        "unclear": unclear,
        "lost": expected - took.len(),
        "answered": percentiles(answered),
        "event_to_client": percentiles(took),
    }))
}

fn seq(page: &Value) -> anyhow::Result<i64> {
    let seq = page["office_case"]["case"]["seq"].as_i64();
    seq.with_context(|| {
        format!(
            "not the case: {}",
            page.to_string().chars().take(200).collect::<String>()
        )
    })
}

/// Memory that the process holds, KiB.
pub fn resident(pid: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let digits = line.context("no VmRSS")?.trim().trim_end_matches(" kB");
    Ok(digits.parse()?)
}
