#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

//! Messages against the sandbox's IO and mail server, on both databases: what a submission
//! sends, what each fault makes of it, and that nothing is lost or sent twice.

use crate::common;

use std::time::Duration;

use common::{office::office, *};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::{
    cases::{self, NewCase},
    clock::ManualClock,
    config::Settings,
    messages::channels,
    state::Counter,
    store::{
        StoreError,
        outbox::{self, OutboxRow, RowState},
    },
    testing::{NOW, counter_with, definition, person, stores},
    worker::{Lane, Worker},
};

const SERVICE: &str = "duplicato-tessera-elettorale";
const HOUR: i64 = 3_600_000;

/// A counter on a clock of its own, and the sandbox, which has the machine's.
struct Town {
    counter: Counter,
    clock: ManualClock,
    sandbox: String,
    _folder: tempfile::TempDir,
}

async fn towns() -> Vec<Town> {
    towns_with(read_contracts).await
}

/// Whose IO may fail.
async fn faulty_towns() -> Vec<Town> {
    towns_with(|_| {}).await
}

async fn towns_with(contracts: fn(&mut Settings)) -> Vec<Town> {
    let mut towns = Vec::new();
    for store in stores().await {
        let folder = tempfile::tempdir().unwrap();
        let ports = sandbox(folder.path(), "http://localhost:1").await;
        let clock = ManualClock::at(NOW);
        let change = |settings: &mut Settings| {
            settings.sandbox_port = ports.http;
            settings.platforms.smtp_port = Some(ports.smtp);
            contracts(settings);
        };
        let counter = counter_with(store, clock.clone(), change).await;
        towns.push(Town {
            counter,
            clock,
            sandbox: format!("http://localhost:{}", ports.http),
            _folder: folder,
        });
    }
    towns
}

impl Town {
    /// A case of a person of her own; its id.
    async fn open(&self, n: usize) -> (String, String) {
        let cf = fiscal_code(n);
        let citizen = person(&self.counter, "Maria", &cf, &[]).await;
        let original = json!({
            "applicant": citizen.identity,
            "evidence": citizen.evidence,
            "answers": { "email": format!("p{n}@example.it") },
            "declarations": [],
            "attachments": [],
        });
        let bytes = serde_json::to_vec(&original).unwrap();
        let definition = definition(&self.counter, SERVICE);
        let (id, draft, now) = (
            self.counter.new_id(),
            self.counter.new_id(),
            self.counter.now_ms(),
        );
        let new = NewCase::prepare(
            &self.counter,
            &citizen,
            &definition,
            &id,
            &draft,
            bytes,
            now,
        );
        let new = new.unwrap();
        let opened = self.counter.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { cases::open(tx, new).await })
        });
        opened.await.unwrap();
        (id, cf)
    }

    fn lanes(&self) -> Vec<Lane> {
        let channels = channels(&self.counter.settings).unwrap();
        channels
            .into_iter()
            .map(|channel| Lane::new(&self.counter, channel))
            .collect()
    }

    async fn drain(&self, lanes: &[Lane]) {
        futures::future::try_join_all(lanes.iter().map(Lane::drain))
            .await
            .unwrap();
    }

    async fn row(&self, case: &str, channel: &str) -> OutboxRow {
        let rows = outbox::of_case(&self.counter.store, case).await.unwrap();
        rows.into_iter().find(|row| row.channel == channel).unwrap()
    }

    async fn fault(&self, target: &str, kind: &str) {
        set_fault(&self.sandbox, json!({ "target": target, "kind": kind })).await;
    }
}

/// The profile is told; the message meets the fault.
fn message_fault(kind: &str) -> Value {
    json!({ "target": "io", "kind": kind, "only": "/messages" })
}

/// Messages in the sandbox at `path`.
async fn messages(sandbox: &str, path: &str) -> Vec<Value> {
    let client = reqwest::Client::new();
    let answer = client
        .get(format!("{sandbox}{path}"))
        .header("accept", "application/json")
        .send()
        .await
        .unwrap();
    let body: Value = answer.json().await.unwrap();
    body["messages"].as_array().unwrap().clone()
}

/// Calls of `POST /messages` that took effect, from the journal.
async fn taken(sandbox: &str) -> Vec<Value> {
    let journal = reqwest::get(format!("{sandbox}/journal?target=io"))
        .await
        .unwrap();
    let journal: Value = journal.json().await.unwrap();
    let entries = journal["entries"].as_array().unwrap().clone();
    let made = |entry: &Value| {
        entry["method"] == "POST"
            && entry["path"]
                .as_str()
                .is_some_and(|path| path.ends_with("/messages"))
            && entry["status"] == 201
    };
    entries.into_iter().filter(made).collect()
}

/// Looks again until it is there; a panic after a minute (a machine may have much else to do).
async fn eventually<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("never came");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_submission_reaches_the_phone_and_the_mailbox() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        submit(&maria).await;
        let path = format!("/io/messages?cf={MOTHER}");
        let on_io = eventually(async || messages(&world.sandbox, &path).await.pop()).await;
        assert_eq!(on_io["subject"], "Abbiamo ricevuto la tua pratica");
        let text = on_io["markdown"].as_str().unwrap();
        assert!(
            text.contains("0000001/") && text.contains("Il Comune di Bitonto"),
            "{text}"
        );
        let button = &on_io["buttons"][0];
        assert_eq!(button["text"], "Segui la pratica");
        let to = "/mail?to=maria@example.it";
        let mail = eventually(async || messages(&world.sandbox, to).await.pop()).await;
        let text = mail["text"].as_str().unwrap();
        assert!(
            text.contains("/area-personale") && !text.contains("0000001"),
            "{text}"
        );
        assert_eq!(messages(&world.sandbox, to).await.len(), 1);
    }
}

/// The outcome's message of its own, with the office's place and hours.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_card_that_is_ready_is_told_in_its_own_words() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let case = submit(&maria).await;
        let clerk = world.login(CLERK_CARDS).await;
        for (command, fields) in [
            ("prendi_in_carico", &[][..]),
            ("accogli", &[("esito", "pronta"), ("motivo", "")]),
        ] {
            let done = office(&clerk, &case, command, fields).await;
            assert_eq!(done.status(), StatusCode::SEE_OTHER, "{command}");
        }
        let path = format!("/io/messages?cf={MOTHER}");
        let ready = eventually(async || {
            let all = messages(&world.sandbox, &path).await;
            all.into_iter()
                .find(|m| m["subject"] == "La tua tessera elettorale è pronta")
        })
        .await;
        let text = ready["markdown"].as_str().unwrap();
        assert!(
            text.contains("dove: Corso Vittorio Emanuele II, 41") && text.contains("quando: Da"),
            "{text}"
        );
    }
}

/// A request for a new electoral card, sent; its case.
async fn submit(browser: &Browser) -> String {
    let steps: [(&str, &[(&str, &str)]); 3] = [
        ("richiedente", APPLICANT),
        ("motivo", &[("motivo", "mai_ricevuta")]),
        ("ritiro", &[("consegna", "ufficio")]),
    ];
    for (step, answers) in steps {
        browser.answer(SERVICE, step, answers).await.unwrap();
    }
    browser.declare(SERVICE).await;
    receipt(browser.send(SERVICE).await.unwrap()).id
}

/// Before the message itself: nothing was sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_fault_of_the_profile_gives_its_state() {
    use RowState::{Failed, Queued, Sent};
    let faults = [
        ("status:401", Queued),
        ("status:429", Queued),
        ("status:403", Failed),
        ("status:500", Queued),
        ("half", Queued),
        ("type", Queued),
        ("timeout_before", Queued),
        ("slow:300", Sent),
    ];
    give_their_state(
        "io",
        &faults,
        |kind| json!({ "target": "io", "kind": kind }),
    )
    .await;
}

/// Once the profile is known, the message may have been taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_fault_of_the_message_gives_its_state() {
    use RowState::{Failed, Queued, Sent, Unknown};
    let faults = [
        ("status:401", Queued),
        ("status:429", Queued),
        ("status:403", Failed),
        ("status:500", Unknown),
        // Where the new message is stands in the answer's head.
        ("half", Sent),
        ("type", Unknown),
        ("timeout_before", Unknown),
        ("timeout_after", Unknown),
        ("slow:300", Sent),
    ];
    give_their_state("io", &faults, message_fault).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_fault_of_the_mail_gives_its_state() {
    use RowState::{Done, Failed, Queued, Unknown};
    let faults = [
        ("status:451", Queued),
        ("status:550", Failed),
        ("half", Unknown),
        ("timeout_before", Unknown),
        ("timeout_after", Unknown),
        ("slow:300", Done),
    ];
    let fault = |kind: &str| json!({ "target": "smtp", "kind": kind });
    give_their_state("email", &faults, fault).await;
}

async fn give_their_state(
    channel: &str,
    faults: &[(&str, RowState)],
    fault: impl Fn(&str) -> Value,
) {
    for town in faulty_towns().await {
        for (n, (kind, state)) in faults.iter().enumerate() {
            let (case, _) = town.open(n).await;
            set_fault(&town.sandbox, fault(kind)).await;
            // New lanes: a paused channel is the matter of another test.
            town.drain(&town.lanes()).await;
            let row = town.row(&case, channel).await;
            assert_eq!(row.state, *state, "{channel} {kind}: {}", row.reason);
            forget(&town).await;
        }
    }
}

/// Ends what is still queued: the next fault is for the next row only.
async fn forget(town: &Town) {
    town.fault("io", "none").await;
    town.fault("smtp", "none").await;
    town.clock.advance(2 * HOUR);
    town.drain(&town.lanes()).await;
}

/// The message was taken and the answer never came: shown as unknown, and not sent again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_answer_that_never_comes_is_unknown() {
    for town in faulty_towns().await {
        let (case, cf) = town.open(1).await;
        let lanes = town.lanes();
        set_fault(&town.sandbox, message_fault("timeout_after")).await;
        town.drain(&lanes[..1]).await;
        town.fault("io", "none").await;
        let row = town.row(&case, "io").await;
        assert_eq!(row.state, RowState::Unknown, "{}", row.reason);
        town.clock.advance(HOUR);
        town.drain(&lanes[..1]).await;
        assert_eq!(taken(&town.sandbox).await.len(), 1);
        let path = format!("/io/messages?cf={cf}");
        eventually(async || messages(&town.sandbox, &path).await.pop()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn io_down_for_an_hour_then_all_delivered_once() {
    const PEOPLE: usize = 12;
    for town in faulty_towns().await {
        let mut people = Vec::new();
        for n in 0..PEOPLE {
            people.push(town.open(n).await);
        }
        town.fault("io", "status:500").await;
        town.fault("smtp", "status:451").await;
        let lanes = town.lanes();
        for _minute in 0..60 {
            town.drain(&lanes).await;
            town.clock.advance(60_000);
        }
        assert!(taken(&town.sandbox).await.is_empty());
        town.fault("io", "none").await;
        town.fault("smtp", "none").await;
        for _minute in 0..15 {
            town.clock.advance(60_000);
            town.drain(&lanes).await;
            // The sandbox's own clock: a message is in the inbox a moment after its acceptance.
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        for (n, (case, cf)) in people.iter().enumerate() {
            for channel in ["io", "email"] {
                let row = town.row(case, channel).await;
                assert_eq!(row.state, RowState::Done, "{channel}: {}", row.reason);
            }
            let inbox = messages(&town.sandbox, &format!("/io/messages?cf={cf}")).await;
            assert_eq!(inbox.len(), 1);
            let mail = messages(&town.sandbox, &format!("/mail?to=p{n}@example.it")).await;
            assert_eq!(mail.len(), 1);
        }
        assert_eq!(taken(&town.sandbox).await.len(), PEOPLE);
    }
}

/// Two nodes' workers on one database.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_workers_send_each_message_once() {
    const PEOPLE: usize = 20;
    for town in towns().await {
        for n in 0..PEOPLE {
            town.open(n).await;
        }
        let start = || Worker::start(&town.counter, channels(&town.counter.settings).unwrap());
        let (one, other) = (start(), start());
        eventually(async || {
            // Two thirds of the limit are free in each window of the clock: it must move.
            town.clock.advance(1_000);
            let phones = taken(&town.sandbox).await.len();
            let mails = messages(&town.sandbox, "/mail").await.len();
            (phones >= PEOPLE && mails >= PEOPLE).then_some(())
        })
        .await;
        tokio::join!(one.stop(), other.stop());
        assert_eq!(taken(&town.sandbox).await.len(), PEOPLE);
        assert_eq!(messages(&town.sandbox, "/mail").await.len(), PEOPLE);
    }
}
