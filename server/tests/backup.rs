//! A backup while people send: all that was acknowledged before its moment is in it, and what is
//! restored from it is whole.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::{
    path::Path,
    process::Output,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use common::{Browser, CARD, World, login_nth, prepare_card, process::command, receipt, worlds};
use server::{
    clock::{Clock as _, SystemClock, rfc3339},
    config::Settings,
    program,
    store::cases,
    verify,
};

const PEOPLE: usize = 6;

/// Instants at which people had their answer, and their cases.
type Told = Arc<Mutex<Vec<(String, String)>>>;

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_holds_all_that_was_acknowledged() {
    for world in worlds(|_| {}).await {
        let (told, enough) = (Told::default(), Arc::new(AtomicBool::new(false)));
        let mut senders = Vec::new();
        for n in 0..PEOPLE {
            let person = logged_in(&world, n).await;
            let (told, enough) = (Arc::clone(&told), Arc::clone(&enough));
            senders.push(tokio::spawn(send_on(person, told, enough)));
        }
        let mut copies = Vec::new();
        for n in 0..3 {
            until_sent(&told, (n + 1) * PEOPLE).await;
            let file = world.folder.path().join(format!("copia-{n}.tar"));
            let (settings, folder) = (world.settings.clone(), world.folder.path().to_owned());
            let copy = file.clone();
            let run = move || run(&settings, &folder, "backup", Some(&copy));
            let output = tokio::task::spawn_blocking(run).await.unwrap();
            assert!(output.status.success(), "{output:?}");
            copies.push(file);
        }
        enough.store(true, Ordering::SeqCst);
        for sender in senders {
            sender.await.unwrap();
        }
        let told = told.lock().unwrap().clone();
        let mut known = 0;
        for file in copies {
            for target in empty_places(&world).await {
                known = restored(&world, &file, &target, &told).await;
            }
        }
        assert!(known >= 2 * PEOPLE, "only {known} were in the last one");
        assert!(told.len() > known, "nobody sent while it was made");
    }
}

/// Restores, compares with what people were told before its moment; how many those are.
async fn restored(
    world: &World,
    file: &Path,
    target: &Settings,
    told: &[(String, String)],
) -> usize {
    let folder = world.folder.path();
    let output = run(target, folder, "restore", Some(file));
    assert!(output.status.success(), "{output:?}");
    let verified = run(target, folder, "verify", None);
    let text = String::from_utf8_lossy(&verified.stdout);
    assert!(text.contains("Tutto integro"), "{verified:?}");
    let again = run(target, folder, "restore", Some(file));
    assert!(!again.status.success());
    let text = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(text.contains("non è vuota"), "{text}");

    let moment = String::from_utf8_lossy(&output.stdout).into_owned();
    let moment = moment.split("lo sportello di ").nth(1).unwrap();
    let moment = moment.split(": ").next().unwrap().to_owned();
    let counter = program::build(target.clone()).await.unwrap();
    let found = verify::verify(&counter).await.unwrap();
    assert_eq!(found, Vec::<String>::new());
    let before = told.iter().filter(|(at, _)| *at < moment);
    let mut known = 0;
    for (at, case) in before {
        let row = cases::get(&counter.store, case).await.unwrap();
        assert!(row.is_some(), "told at {at}, before {moment}, and lost");
        known += 1;
    }
    counter.store.close().await;
    known
}

fn run(settings: &Settings, folder: &Path, verb: &str, file: Option<&Path>) -> Output {
    let mut command = command(settings, folder, verb);
    command.args(file).output().unwrap()
}

/// An empty place for each engine: a backup of one goes into the other.
async fn empty_places(world: &World) -> Vec<Settings> {
    let mut places = Vec::new();
    let url = std::env::var("TEST_POSTGRES_URL").ok();
    for url in std::iter::once(None).chain(url.map(Some)) {
        let mut settings = world.settings.clone();
        let name = format!("restored-{}", world.counter.new_id());
        settings.data_dir = world.folder.path().join(name);
        settings.database_url = match url {
            Some(url) => Some(server::testing::new_postgres_database(&url).await),
            None => None,
        };
        places.push(settings);
    }
    places
}

async fn logged_in(world: &World, n: usize) -> Browser {
    login_nth(&world.url, n).await
}

/// Request after request, each with a file that stays and, before it, one that she takes out again.
async fn send_on(person: Browser, told: Told, enough: Arc<AtomicBool>) {
    while !enough.load(Ordering::SeqCst) {
        prepare_card(&person).await;
        attach(&person).await;
        let page = person.request_page(CARD).await;
        let removed = person.remove(CARD, &page.draft.attachments[0].file).await;
        assert!(removed.status().is_success(), "{removed:?}");
        attach(&person).await;
        let sent = receipt(person.send(CARD).await.unwrap());
        let at = rfc3339(SystemClock.now_ms());
        told.lock().unwrap().push((at, sent.id));
    }
}

async fn attach(person: &Browser) {
    let pdf = [b"%PDF-1.7\n", &[b' '; 100_000][..]].concat();
    let stored = person.upload(CARD, "denuncia", "a.pdf", pdf).await;
    assert!(stored.status().is_success(), "{stored:?}");
}

async fn until_sent(told: &Told, enough: usize) {
    for _ in 0..6_000 {
        if told.lock().unwrap().len() >= enough {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("people do not get through");
}
