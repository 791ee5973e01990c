//! `kill -9` of the counter while it calls other systems, again and again: afterwards its books
//! are compared with what the sandbox received.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use common::{
    Browser, CLERK_POLICE, SandboxPorts, fiscal_code, login, login_nth, long_sessions,
    office::{ACCEPTED, office, office_page, send_duplicate},
    process::{free_port, kill, start},
    sandbox, set_fault, settings,
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::{
    clock::{Clock, ManualClock, SystemClock},
    config::Settings,
    messages, payments,
    state::Counter,
    store::{
        outbox::{self, OutboxRow, RowState},
        payments as payment_rows,
    },
    worker::Lane,
};

const ROUNDS: usize = 100;

/// Where a call is when the counter dies: the platform, and the fault that holds the call there.
const MOMENTS: [(&str, &str); 8] = [
    // It took effect; the answer is on its way.
    ("io", "timeout_after"),
    ("smtp", "timeout_after"),
    ("gpd", "timeout_after"),
    // It has left; nothing came of it.
    ("io", "timeout_before"),
    ("smtp", "timeout_before"),
    ("gpd", "timeout_before"),
    // Wherever all of them are a moment after the decision.
    ("gpd", "slow:20"),
    ("io", "none"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_killed_while_it_calls_loses_nothing_on_sqlite() {
    dies_while_calling(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_killed_while_it_calls_loses_nothing_on_postgres() {
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        let url = server::testing::new_postgres_database(&url).await;
        dies_while_calling(Some(url)).await;
    }
}

/// The counter's places and its clerk, through all its lives.
struct Town {
    settings: Settings,
    folder: tempfile::TempDir,
    sandbox: String,
}

/// Somebody who asked for something: her codice fiscale and her case.
struct Asked {
    fiscal_code: String,
    case: String,
}

async fn dies_while_calling(database_url: Option<String>) {
    let town = Town::new(database_url).await;
    let mut clerk = None;
    let mut asked = Vec::new();
    for round in 0..ROUNDS {
        let (target, kind) = MOMENTS[round % MOMENTS.len()];
        town.fault(target, kind).await;
        let held = town.held(target, kind).await;
        let mut child = start(&town.settings, town.folder.path()).await;
        if clerk.is_none() {
            clerk = Some(town.login(CLERK_POLICE).await);
        }
        let new = town.ask(clerk.as_ref().unwrap(), round).await;
        let case = new.case.clone();
        asked.push(new);
        let clerk = clerk.as_ref().unwrap();
        let seq = office_page(clerk, &case).await.case.seq;
        let decision = decide(clerk, &case, seq);
        if kind.starts_with("timeout") {
            assert_eq!(decision.await, Some(StatusCode::SEE_OTHER));
            town.until_held(target, kind, held).await;
            kill(&mut child);
        } else {
            let later = Duration::from_millis(5 * (round % 40) as u64);
            tokio::join!(decision, async {
                tokio::time::sleep(later).await;
                kill(&mut child);
            });
        }
        town.fault(target, "none").await;
    }
    town.compare(&clerk.unwrap(), &asked).await;
}

/// The decision of a case; no answer if the counter is gone.
async fn decide(clerk: &Browser, case: &str, seq: i64) -> Option<StatusCode> {
    let seq = seq.to_string();
    let fields = [("azione", "accogli"), ("seq", seq.as_str())];
    let url = format!("{}/ufficio/pratiche/{case}", clerk.url);
    let request = clerk.client.post(url).header("origin", &clerk.url);
    let request = request.form(&[fields.as_slice(), ACCEPTED.as_slice()].concat());
    request.send().await.ok().map(|answer| answer.status())
}

impl Town {
    async fn new(database_url: Option<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let url = format!("http://localhost:{port}");
        let SandboxPorts { http, smtp } = sandbox(folder.path(), &url).await;
        let mut settings = settings(folder.path(), port, http);
        settings.database_url = database_url;
        settings.platforms.smtp_port = Some(smtp);
        // The clerk's session lasts through the leap of the clock at the end.
        long_sessions(&mut settings);
        Self {
            settings,
            folder,
            sandbox: format!("http://localhost:{http}"),
        }
    }

    async fn login(&self, fiscal_code: &str) -> Browser {
        login(&self.settings.base_url(), &[("cf", fiscal_code)]).await
    }

    /// Each round somebody else asks, and the clerk takes it in charge.
    async fn ask(&self, clerk: &Browser, round: usize) -> Asked {
        let fiscal_code = fiscal_code(round);
        let citizen = login_nth(&self.settings.base_url(), round).await;
        let case = send_duplicate(&citizen).await;
        let taken = office(clerk, &case, "prendi_in_carico", &[]).await;
        assert_eq!(taken.status(), StatusCode::SEE_OTHER);
        Asked { fiscal_code, case }
    }

    /// Only the calls that do something are hit, not the questions.
    async fn fault(&self, target: &str, kind: &str) {
        let mut fault = json!({ "target": target, "kind": kind });
        match target {
            "io" => fault["only"] = json!("/messages"),
            "gpd" => fault["only"] = json!("/debtpositions"),
            _ => {}
        }
        set_fault(&self.sandbox, fault).await;
    }

    async fn journal(&self) -> Vec<Value> {
        let answer = reqwest::get(format!("{}/journal", self.sandbox)).await;
        let mut journal: Value = answer.unwrap().json().await.unwrap();
        journal["entries"]
            .as_array_mut()
            .map(std::mem::take)
            .unwrap()
    }

    /// Calls that this fault has held so far.
    async fn held(&self, target: &str, kind: &str) -> usize {
        let entries = self.journal().await;
        let is_held = |e: &&Value| e["target"] == target && e["fault"] == kind;
        entries.iter().filter(is_held).count()
    }

    async fn until_held(&self, target: &str, kind: &str, before: usize) {
        for _ in 0..1_500 {
            if self.held(target, kind).await > before {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no call to {target} was held");
    }

    async fn compare(&self, clerk: &Browser, asked: &[Asked]) {
        let clock = ManualClock::at(SystemClock.now_ms());
        let counter =
            server::program::build_at(self.settings.clone(), Arc::new(clock.clone())).await;
        let counter = counter.unwrap();
        settle(&counter, &clock).await;
        let mut received = Received::read(&self.journal().await);
        let mut unknown = Vec::new();
        for asked in asked {
            unknown.extend(received.compare(&counter, asked).await);
        }
        received.is_all_accounted_for();
        assert_eq!(
            server::verify::verify(&counter).await.unwrap(),
            Vec::<String>::new()
        );
        let arrived = unknown.iter().filter(|(_, calls)| *calls == 1).count();
        println!(
            "{} unknown in the end, {arrived} of them arrived",
            unknown.len()
        );
        // Both faces of what nobody can tell.
        assert!(arrived > 0 && arrived < unknown.len());
        self.shown(clerk, &counter, &unknown).await;
    }

    /// The clerk reads on the case's page that nobody knows.
    async fn shown(&self, clerk: &Browser, counter: &Counter, unknown: &[(OutboxRow, usize)]) {
        let port = self.settings.port;
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
            .await
            .unwrap();
        let serve =
            server::program::serve_on(listener, counter.clone(), std::future::pending::<()>());
        tokio::spawn(serve);
        for (row, _) in unknown {
            let page = office_page(clerk, &row.case_id).await;
            let shown = page.deliveries.iter().find(|d| d.id == row.id).unwrap();
            assert_eq!((shown.state.as_str(), shown.again), ("unknown", true));
            assert_eq!(shown.label, "Non sappiamo se è arrivato");
            assert!(!shown.reason.is_empty());
        }
    }
}

/// Delivers what is left: leases run out, waits pass.
async fn settle(counter: &Counter, clock: &ManualClock) {
    let mut channels = messages::channels(&counter.settings).unwrap();
    channels.extend(payments::channel(counter).unwrap());
    let lanes: Vec<Lane> = channels
        .into_iter()
        .map(|channel| Lane::new(counter, channel))
        .collect();
    let mut left = Vec::new();
    for _ in 0..240 {
        clock.advance(60_000);
        // The sandbox has a clock of its own, and a limit: 150 calls in 5 seconds.
        tokio::time::sleep(Duration::from_millis(250)).await;
        futures::future::try_join_all(lanes.iter().map(Lane::drain))
            .await
            .unwrap();
        let rows = outbox::list(&counter.store, None, 10_000).await.unwrap();
        let rows = rows.into_iter().map(|listed| listed.row);
        left = rows.filter(is_under_way).collect();
        if left.is_empty() {
            return;
        }
    }
    panic!("never all delivered: {left:?}");
}

/// A position is asked about until it is paid: that is no call under way.
fn is_under_way(row: &OutboxRow) -> bool {
    match row.state {
        RowState::Queued | RowState::Sending => row.channel != "document",
        RowState::Sent => row.channel == "io",
        RowState::Unknown | RowState::Done | RowState::Failed => false,
    }
}

/// Calls that took effect, by what tells one from another.
struct Received(BTreeMap<String, usize>);

impl Received {
    fn read(journal: &[Value]) -> Self {
        let mut calls = BTreeMap::new();
        for entry in journal {
            let (target, path) = (entry["target"].as_str(), entry["path"].as_str());
            let status = entry["status"].as_u64();
            let text = |name: &str| entry["key"][name].as_str().unwrap_or_default().to_owned();
            let key = match (target, path, status) {
                (Some("io"), Some(path), Some(201)) if path.ends_with("/messages") => {
                    format!("io {} {}", text("fiscal_code"), text("subject"))
                }
                (Some("smtp"), _, Some(250)) => format!("email {}", text("message_id")),
                (Some("gpd"), Some(path), Some(201)) if path.ends_with("/debtpositions") => {
                    format!("gpd {}", text("iupd"))
                }
                _ => continue,
            };
            *calls.entry(key).or_default() += 1;
        }
        Self(calls)
    }

    /// A case's rows beside what arrived; those that are unknown, with how often they did.
    async fn compare(&mut self, counter: &Counter, asked: &Asked) -> Vec<(OutboxRow, usize)> {
        let store = &counter.store;
        let rows = outbox::of_case(store, &asked.case).await.unwrap();
        let payments = payment_rows::of_case(store, &asked.case).await.unwrap();
        let wanted: &[&str] = match payments.as_slice() {
            [] => &["pratica-aperta"],
            _ => &["pagamento-richiesto", "pratica-accolta", "pratica-aperta"],
        };
        for channel in ["io", "email"] {
            let of_channel = rows.iter().filter(|row| row.channel == channel);
            let mut told: Vec<&str> = of_channel.map(|row| row.template.as_str()).collect();
            told.sort_unstable();
            assert_eq!(told, wanted, "{channel} of {}", asked.case);
        }
        let positions = rows.iter().filter(|row| row.channel == "gpd").count();
        assert_eq!(positions, payments.len());
        let mut unknown = Vec::new();
        for row in rows.into_iter().filter(|row| row.channel != "document") {
            let key = match row.channel.as_str() {
                "io" => {
                    let template = counter.templates.get(&row.template).unwrap();
                    format!("io {} {}", asked.fiscal_code, template.subject)
                }
                "email" => format!("email {}@localhost", row.id),
                _ => format!("gpd {}", payments[0].iupd),
            };
            let calls = self.0.remove(&key).unwrap_or_default();
            match (row.channel.as_str(), row.state) {
                ("gpd", RowState::Sent) | ("io" | "email", RowState::Done) => {
                    assert_eq!(calls, 1, "{key}");
                }
                ("io" | "email", RowState::Unknown) => {
                    assert!(calls <= 1, "{key} arrived {calls} times");
                    unknown.push((row, calls));
                }
                (_, state) => panic!("{key} is {state:?}: {}", row.reason),
            }
        }
        unknown
    }

    /// Nothing arrived that no row tells of.
    fn is_all_accounted_for(&self) {
        assert!(self.0.is_empty(), "of no case: {:?}", self.0);
    }
}
