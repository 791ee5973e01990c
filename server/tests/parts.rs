//! A large file in parts: it goes on where it was, is whole once, and leaves nothing behind.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use app::api::{AttachmentView, Problem};
use common::{Browser, CARD, MOTHER, STUDENT, World, clocked_worlds, prepare_card, worlds};
use reqwest::{Method, Response, StatusCode};

const PART: usize = 256 << 10;
const THEFT: &[(&str, &str)] = &[
    ("motivo", "furto"),
    ("denuncia_autorita", "CC"),
    ("denuncia_data", "1/1/2026"),
];
/// What no sealed byte on the disk may show.
const SECRET: &[u8] = b"la denuncia di Maria";

/// Three parts, the last one short.
fn report() -> Vec<u8> {
    let mut pdf = b"%PDF-1.7 ".to_vec();
    pdf.resize(PART, b'a');
    pdf.extend_from_slice(SECRET);
    pdf.resize(2 * PART + 1_000, b'b');
    pdf
}

/// One file on its way.
struct Way<'a> {
    tab: &'a Browser,
    place: String,
}

async fn send(
    tab: &Browser,
    method: Method,
    path: &str,
    headers: &[(&str, String)],
    body: Vec<u8>,
) -> Response {
    let url = format!("{}{path}", tab.url);
    let mut request = tab.client.request(method, url).header("origin", &tab.url);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    request.body(body).send().await.unwrap()
}

async fn announce(tab: &Browser, bytes: usize) -> Response {
    let draft = tab.request_page(CARD).await.draft.draft_id;
    let path = format!("/api/servizi/{CARD}/richiesta/allegati/denuncia/parti");
    let headers = [
        ("upload-length", bytes.to_string()),
        ("x-file-name", "denuncia%20del%20furto.pdf".to_owned()),
        ("x-bozza", draft),
    ];
    send(tab, Method::POST, &path, &headers, Vec::new()).await
}

async fn begin(tab: &Browser, bytes: usize) -> Way<'_> {
    let answer = announce(tab, bytes).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(answer.headers()["tus-resumable"], "1.0.0");
    let place = answer.headers()["location"].to_str().unwrap().to_owned();
    Way { tab, place }
}

impl Way<'_> {
    async fn part(&self, at: usize, bytes: &[u8]) -> Response {
        let headers = [("upload-offset", at.to_string())];
        send(
            self.tab,
            Method::PATCH,
            &self.place,
            &headers,
            bytes.to_vec(),
        )
        .await
    }

    /// How far it has come; `None`: there is no such file.
    async fn reached(&self) -> Option<usize> {
        let answer = send(self.tab, Method::HEAD, &self.place, &[], Vec::new()).await;
        let offset = answer.headers().get("upload-offset")?;
        offset.to_str().unwrap().parse().ok()
    }

    async fn all(&self, bytes: &[u8]) -> Response {
        let mut last = None;
        for (n, part) in bytes.chunks(PART).enumerate() {
            last = Some(self.part(n * PART, part).await);
        }
        last.unwrap()
    }
}

async fn robbed(world: &World, who: &str) -> Browser {
    let tab = world.login(who).await;
    prepare_card(&tab).await;
    tab.answer(CARD, "motivo", THEFT).await.unwrap();
    tab
}

/// The sealed objects on the disk.
fn objects(world: &World) -> Vec<Vec<u8>> {
    let folder = std::fs::read_dir(world.settings.data_dir.join("files")).unwrap();
    folder
        .map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_on_where_it_was() {
    for world in worlds(|_| {}).await {
        let mut maria = robbed(&world, MOTHER).await;
        let pdf = report();
        let way = begin(&maria, pdf.len()).await;
        let answer = way.part(0, &pdf[..PART]).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert_eq!(answer.headers()["upload-offset"], PART.to_string());
        let place = way.place.clone();

        // The counter stops and comes back; so does she.
        let (url, _) = world.started_again().await;
        maria.url = url;
        let way = Way { tab: &maria, place };
        assert_eq!(way.reached().await, Some(PART));
        // The same part again, and one that skips: told where it is, and nothing is lost.
        for at in [0, 2 * PART] {
            let answer = way.part(at, &pdf[..PART]).await;
            assert_eq!(answer.status(), StatusCode::CONFLICT, "{at}");
        }
        way.part(PART, &pdf[PART..2 * PART]).await;
        let answer = way.part(2 * PART, &pdf[2 * PART..]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let file: AttachmentView = answer.json().await.unwrap();
        assert_eq!(
            (file.name.as_str(), file.bytes),
            ("denuncia del furto.pdf", pdf.len() as i64)
        );
        let read = maria.get(&format!("/allegati/{}", file.file)).await;
        assert_eq!(read.bytes().await.unwrap(), pdf);
        // Who did not hear the answer asks again: the same file, not another one.
        assert_eq!(way.reached().await, Some(pdf.len()));
        let again: AttachmentView = way.part(pdf.len(), b"").await.json().await.unwrap();
        assert_eq!(again, file);
        let on_disk = objects(&world);
        assert_eq!(on_disk.len(), 1, "the parts are gone");
        let shows = |bytes: &Vec<u8>| bytes.windows(SECRET.len()).any(|w| w == SECRET);
        assert!(!on_disk.iter().any(shows), "sealed");
        let _ = maria.send(CARD).await.unwrap();
        assert_eq!(
            way.part(pdf.len(), b"").await.status(),
            StatusCode::NOT_FOUND
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_its_way_is_sealed_and_her_own() {
    for world in worlds(|_| {}).await {
        let maria = robbed(&world, MOTHER).await;
        let luca = robbed(&world, STUDENT).await;
        let pdf = report();
        let way = begin(&maria, pdf.len()).await;
        way.part(0, &pdf[..PART]).await;
        way.part(PART, &pdf[PART..2 * PART]).await;
        let shows = |bytes: &Vec<u8>| bytes.windows(SECRET.len()).any(|w| w == SECRET);
        assert!(!objects(&world).iter().any(shows));
        for stranger in [&luca, &common::browser(&world.url)] {
            let theirs = Way {
                tab: stranger,
                place: way.place.clone(),
            };
            assert_eq!(theirs.reached().await, None);
            let answer = theirs.part(2 * PART, b"x").await.status();
            assert!([StatusCode::NOT_FOUND, StatusCode::UNAUTHORIZED].contains(&answer));
            let gone = send(stranger, Method::DELETE, &way.place, &[], Vec::new()).await;
            assert_ne!(gone.status(), StatusCode::NO_CONTENT);
        }
        assert_eq!(way.reached().await, Some(2 * PART));
        let gone = send(&maria, Method::DELETE, &way.place, &[], Vec::new()).await;
        assert_eq!(gone.status(), StatusCode::NO_CONTENT);
        assert_eq!((way.reached().await, objects(&world).len()), (None, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_is_told_early_and_leaves_nothing() {
    for world in worlds(|_| {}).await {
        let maria = robbed(&world, MOTHER).await;
        // Before a byte of it is sent.
        for (bytes, word) in [(6 << 20, "5 MB"), (0, "vuoto")] {
            let refused = announce(&maria, bytes).await;
            assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
            let told: Problem = refused.json().await.unwrap();
            assert!(told.detail.contains(word), "{told:?}");
        }
        // More than was announced, a part that is too large, an offset that is none.
        let way = begin(&maria, 10).await;
        assert_eq!(
            way.part(0, &[b'x'; 11]).await.status(),
            StatusCode::PAYLOAD_TOO_LARGE
        );
        let way = begin(&maria, 3 << 20).await;
        let large = way.part(0, &vec![b'x'; (1 << 20) + 1]).await;
        assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
        for wrong in ["", "-1", "dieci", "99999999999999999999"] {
            let headers = [("upload-offset", wrong.to_owned())];
            let answer = send(&maria, Method::PATCH, &way.place, &headers, Vec::new()).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{wrong}");
        }
        assert_eq!(way.reached().await, Some(0));
        // What it is, its content says, when all of it has come.
        let text = vec![b'x'; PART + 7];
        let way = begin(&maria, text.len()).await;
        let refused = way.all(&text).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let told: Problem = refused.json().await.unwrap();
        assert!(told.detail.contains("denuncia del furto.pdf"), "{told:?}");
        assert_eq!(way.reached().await, None);
        assert_eq!(objects(&world).len(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_cannot_mix_a_file() {
    for world in worlds(|_| {}).await {
        let maria = robbed(&world, MOTHER).await;
        let pdf = report();
        let way = begin(&maria, pdf.len()).await;
        let (left, right) = (pdf[..PART].to_vec(), vec![b'z'; PART / 2]);
        let both = tokio::join!(way.part(0, &left), way.part(0, &right));
        let mut told = [both.0.status(), both.1.status()];
        told.sort();
        assert_eq!(told, [StatusCode::NO_CONTENT, StatusCode::CONFLICT]);
        let won = if both.0.status().is_success() {
            PART
        } else {
            PART / 2
        };
        assert_eq!(way.reached().await, Some(won));
        assert_eq!(objects(&world).len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_goes_on_with_is_forgotten() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let maria = robbed(&world, MOTHER).await;
        let pdf = report();
        let first = begin(&maria, pdf.len()).await;
        first.part(0, &pdf[..PART]).await;
        for _ in 0..5 {
            clock.advance(1_000);
            begin(&maria, pdf.len()).await.part(0, &pdf[..PART]).await;
        }
        assert_eq!(first.reached().await, None, "the sixth takes its place");
        assert_eq!(objects(&world).len(), 5);
        clock.advance(23 * 3_600_000);
        let forget = || server::requests::parts::forget_idle(&world.counter);
        assert_eq!(forget().await.unwrap(), 0);
        clock.advance(2 * 3_600_000);
        assert_eq!(forget().await.unwrap(), 5);
        assert_eq!(objects(&world).len(), 0);
    }
}
