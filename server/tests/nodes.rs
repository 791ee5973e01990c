//! Two counters on one PostgreSQL behind a proxy that alternates: one counter to everybody.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::{
    collections::BTreeMap,
    process::Child,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use app::api::SaveRequest;
use common::{
    Browser, CARD, CLERK_CARDS, MOTHER, login, login_nth,
    office::{office, office_page},
    prepare_card,
    process::{answering, command, free_port, kill, terminate},
    receipt, sandbox, settings,
};
use futures::StreamExt as _;
use reqwest::StatusCode;
use serde_json::Value;
use server::{
    program,
    state::Counter,
    store::{
        outbox::{self, RowState},
        register,
    },
    verify,
};
use tokio::net::{TcpListener, TcpStream};

const PEOPLE: usize = 16;
const READY: [(&str, &str); 2] = [("esito", "pronta"), ("motivo", "")];

/// Hands each connection to the next node; how many each got.
async fn alternate(listener: TcpListener, nodes: [u16; 2], served: Arc<[AtomicUsize; 2]>) {
    for turn in 0.. {
        let (mut near, _) = listener.accept().await.unwrap();
        let node = turn % 2;
        served[node].fetch_add(1, Ordering::SeqCst);
        let port = nodes[node];
        tokio::spawn(async move {
            let mut far = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_are_one_counter() {
    let Ok(admin) = std::env::var("TEST_POSTGRES_URL") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://localhost:{}", door.local_addr().unwrap().port());
    let ports = sandbox(folder.path(), &url).await;
    let nodes = [free_port(), free_port()];
    let mut settings = settings(folder.path(), nodes[0], ports.http);
    settings.database_url = Some(server::testing::new_postgres_database(&admin).await);
    settings.platforms.smtp_port = Some(ports.smtp);
    settings.base_url = Some(url.clone());
    let mut children = Vec::new();
    // Together: one of them makes the tables and the keys, the other waits.
    for port in nodes {
        settings.port = port;
        let child = command(&settings, folder.path(), "serve").spawn().unwrap();
        children.push(Node(Some(child)));
    }
    for port in nodes {
        answering(&format!("http://localhost:{port}")).await;
    }
    let served = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    tokio::spawn(alternate(door, nodes, Arc::clone(&served)));
    let town = Town {
        url,
        sandbox: format!("http://localhost:{}", ports.http),
        nodes,
    };

    town.a_draft_goes_on_at_the_other_node().await;
    town.news_reaches_the_other_node().await;
    let sent = town.everybody_sends().await;
    for served in served.iter() {
        // A connection a person at least, and every second one comes here.
        assert!(
            served.load(Ordering::SeqCst) >= PEOPLE / 2,
            "the proxy alternates"
        );
    }

    let counter = program::build(settings).await.unwrap();
    let rows = register::all(&counter.store).await.unwrap();
    let numbers: Vec<i64> = rows.iter().map(|row| row.number).collect();
    let gapless: Vec<i64> = (1..=numbers.len() as i64).collect();
    assert_eq!(numbers, gapless, "a gap or a number twice");
    for number in sent.values() {
        assert!(numbers.contains(number));
    }
    delivered_once(&town, &counter).await;
    assert_eq!(
        verify::verify(&counter).await.unwrap(),
        Vec::<String>::new()
    );
    for mut child in children {
        assert!(terminate(child.0.take().unwrap()).await.success());
    }
}

/// A program that does not outlive its test.
struct Node(Option<Child>);

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            kill(child);
        }
    }
}

struct Town {
    /// Of the proxy.
    url: String,
    sandbox: String,
    nodes: [u16; 2],
}

/// The same person at a node of her choice. Cookies know no ports.
fn at(node: u16, person: &Browser) -> Browser {
    Browser {
        client: person.client.clone(),
        url: format!("http://localhost:{node}"),
    }
}

impl Town {
    async fn login(&self, n: usize) -> Browser {
        login_nth(&self.url, n).await
    }

    async fn a_draft_goes_on_at_the_other_node(&self) {
        let maria = login(&self.url, &[("cf", MOTHER)]).await;
        let [one, other] = self.nodes.map(|node| at(node, &maria));
        prepare_card(&one).await;
        let seen = other.request_page(CARD).await;
        assert_eq!(seen.draft, one.request_page(CARD).await.draft);
        let pdf = b"%PDF-1.7\n".to_vec();
        assert!(
            one.upload(CARD, "denuncia", "a.pdf", pdf.clone())
                .await
                .status()
                .is_success()
        );
        let file = other.request_page(CARD).await.draft.attachments[0]
            .file
            .clone();
        let read = other.get(&format!("/allegati/{file}")).await;
        assert_eq!(
            read.bytes().await.unwrap(),
            pdf,
            "stored by one, read by the other"
        );
        // A step of an old page is no step, whichever node it comes to.
        let save = SaveRequest {
            azione: "avanti".into(),
            passo: "motivo".into(),
            versione: 1,
            risposte: common::texts(&[("motivo", "spazi")]),
            bozza: seen.draft.draft_id.clone(),
            ..SaveRequest::default()
        };
        assert!(other.act(CARD, &save).await.is_err());
        assert!(other.remove(CARD, &file).await.status().is_success());
    }

    /// The citizen's page hangs at one node, the clerk acts at the other.
    async fn news_reaches_the_other_node(&self) {
        let maria = login(&self.url, &[("cf", MOTHER)]).await;
        let case = receipt(maria.send(CARD).await.unwrap()).id;
        let clerk = login(&self.url, &[("cf", CLERK_CARDS)]).await;
        let [here, there] = [at(self.nodes[0], &maria), at(self.nodes[1], &clerk)];
        let url = format!("{}/api/pratiche/{case}/eventi", here.url);
        let seq = office_page(&there, &case).await.case.seq;
        let request = here
            .client
            .get(url)
            .header("last-event-id", seq.to_string());
        let mut stream = request.send().await.unwrap().bytes_stream();
        // Its stream has looked at the table: from now on only news wakes it.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let acted = office(&there, &case, "prendi_in_carico", &[]).await;
        assert_eq!(acted.status(), StatusCode::SEE_OTHER);
        let begun = Instant::now();
        let news = tokio::time::timeout(Duration::from_secs(5), stream.next()).await;
        let news = news.expect("news within seconds").unwrap().unwrap();
        let news = String::from_utf8_lossy(&news).into_owned();
        assert!(news.contains(&format!("id: {}", seq + 1)), "{news}");
        println!("news of the other node after {:?}", begun.elapsed());
        let acted = office(&there, &case, "accogli", &READY).await;
        assert_eq!(acted.status(), StatusCode::SEE_OTHER);
    }

    /// All at once, through the proxy; draft and number of each.
    async fn everybody_sends(&self) -> BTreeMap<String, i64> {
        let mut people = Vec::new();
        for n in 0..PEOPLE {
            people.push(self.login(n).await);
        }
        let sending = people.into_iter().map(|person| {
            let nodes = self.nodes;
            tokio::spawn(async move {
                prepare_card(&person).await;
                let draft = person.request_page(CARD).await.draft;
                let invia = SaveRequest {
                    azione: "invia".into(),
                    passo: "riepilogo".into(),
                    versione: draft.version,
                    bozza: draft.draft_id.clone(),
                    ..SaveRequest::default()
                };
                // A double tap whose halves come to different nodes.
                let [one, other] = nodes.map(|node| Browser {
                    client: person.client.clone(),
                    url: format!("http://localhost:{node}"),
                });
                let (one, other) = tokio::join!(
                    tapped(&one, &person.url, &invia),
                    tapped(&other, &person.url, &invia)
                );
                assert_eq!(one, other, "one request, one number");
                (draft.draft_id, one)
            })
        });
        let mut sent = BTreeMap::new();
        for one in sending.collect::<Vec<_>>() {
            let (draft, number) = one.await.unwrap();
            sent.insert(draft, number);
        }
        let different: std::collections::BTreeSet<_> = sent.values().collect();
        assert_eq!(different.len(), PEOPLE);
        sent
    }
}

/// "Invia" at a node, as from a page of the counter's address; the number.
async fn tapped(node: &Browser, origin: &str, invia: &SaveRequest) -> i64 {
    let url = format!("{}/api/servizi/{CARD}/richiesta", node.url);
    let request = node.client.post(url).header("origin", origin).json(invia);
    let sent = request.send().await.unwrap();
    assert!(sent.status().is_success(), "{sent:?}");
    let protocol = receipt(sent.json().await.unwrap()).protocol;
    protocol.split('/').next().unwrap().parse().unwrap()
}

/// Every message of the outbox has arrived, and none of them twice.
async fn delivered_once(town: &Town, counter: &Counter) {
    let mut rows = Vec::new();
    for _ in 0..600 {
        let listed = outbox::list(&counter.store, None, 10_000).await.unwrap();
        rows = listed.into_iter().map(|listed| listed.row).collect();
        rows.retain(|row| row.channel == "io" || row.channel == "email");
        if rows.iter().all(|row| row.state == RowState::Done) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let journal = reqwest::get(format!("{}/journal", town.sandbox))
        .await
        .unwrap();
    let journal: Value = journal.json().await.unwrap();
    let mut arrived: BTreeMap<String, usize> = BTreeMap::new();
    for entry in journal["entries"].as_array().unwrap() {
        let key = match (entry["target"].as_str(), entry["status"].as_u64()) {
            (Some("io"), Some(201)) => &entry["key"],
            (Some("smtp"), Some(250)) => &entry["key"]["message_id"],
            _ => continue,
        };
        *arrived.entry(key.to_string()).or_default() += 1;
    }
    let twice: Vec<_> = arrived.iter().filter(|(_, calls)| **calls > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert!(
        rows.iter().all(|row| row.state == RowState::Done),
        "{rows:?}"
    );
    assert_eq!(arrived.len(), rows.len(), "{arrived:?}");
    assert!(rows.len() > 2 * PEOPLE);
}
