//! Requests that are signed digitally: what is downloaded is what must come back, signed by whom it
//! names, under an authority that is trusted.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::fs;

use app::api::{Page, Problem, RequestPage, SaveRequest, SigningPage, SigningView, step};
use common::{
    Browser, CLERK_POLICE, MOTHER, STUDENT, World, receipt,
    samples::{Sample, document, fill, give_back, press, sign},
    worlds,
};
use esign::samples::{Authority, Key, Owner, Signer, minimal, sign_cades, sign_pades};
use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use rules::form::{Answer, Answers};
use server::{store, verify::verify};

const SCIA: &str = "scia-esercizio-vicinato";
const CILA: &str = "cila";

/// Filled, up to the summary.
async fn prepare(world: &World, maria: &Browser, slug: &str) -> RequestPage {
    let sample = Sample::of(slug);
    let answers = sample.answers(world.counter.today());
    let page = fill(world, maria, slug, &sample, &answers).await;
    page.unwrap_or_else(|problem| panic!("{slug}: {problem:?}"))
}

async fn push(person: &Browser, slug: &str, button: &str) -> Result<SigningView, Problem> {
    let page = person.request_page(slug).await;
    person
        .act(slug, &press(page, button, &Answers::default()))
        .await?;
    Ok(person.request_page(slug).await.signing.unwrap())
}

/// Filled and frozen; the document.
async fn ready(world: &World, maria: &Browser, slug: &str) -> Vec<u8> {
    prepare(world, maria, slug).await;
    assert!(push(maria, slug, "firme").await.unwrap().frozen);
    document(maria, slug).await
}

async fn page(person: &Browser, slug: &str) -> SigningPage {
    match person
        .page(&format!("/servizi/{slug}/richiesta/firma"))
        .await
        .page
    {
        Page::Signing(page) => *page,
        other => panic!("nothing to sign: {other:?}"),
    }
}

/// The sandbox's authority, to sign badly with.
fn authority(world: &World) -> Authority {
    let read = |name: &str| fs::read_to_string(world.folder.path().join("sandbox").join(name));
    Authority::from_pem(&read("firma.key.pem").unwrap(), &read("firma.pem").unwrap()).unwrap()
}

fn now(world: &World) -> Timestamp {
    Timestamp::from_millisecond(world.counter.now_ms()).unwrap()
}

/// Maria's certificate, valid for a year from `days` from now.
fn maria_from(world: &World, authority: &Authority, days: i64, qualified: bool) -> Signer {
    let from = now(world) + SignedDuration::from_hours(24 * days);
    let owner = Owner {
        given_name: "Maria",
        surname: "Lovascio",
        serial_number: &format!("TINIT-{MOTHER}"),
        valid: (from, from + SignedDuration::from_hours(24 * 365)),
        key: Key::P256,
        qualified,
        may_sign: true,
    };
    authority.issue(&owner).unwrap()
}

/// Refused in words, and nothing is kept.
async fn refused(maria: &Browser, slug: &str, name: &str, file: Vec<u8>, why: &str) {
    let answer = give_back(maria, slug, name, file).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{why}");
    let html = answer.text().await.unwrap().replace("&#39;", "'");
    assert!(html.contains(why), "{why}: {html}");
    assert!(page(maria, slug).await.signed.is_none(), "{why}");
    assert_eq!(maria.send(slug).await.unwrap_err().status, 409, "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_downloaded_comes_back_signed_and_is_sent() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let summary = prepare(&world, &maria, SCIA).await;
        let before = summary.signing.unwrap();
        assert!(before.digital && !before.frozen && before.people[0].code == MOTHER);
        let early = maria
            .get(&format!("/servizi/{SCIA}/richiesta/firma/documento"))
            .await;
        assert_eq!(early.status(), StatusCode::NOT_FOUND);
        assert_eq!(maria.send(SCIA).await.unwrap_err().status, 409);

        let told = maria.page(&format!("/servizi/{SCIA}/richiesta")).await;
        assert!(matches!(told.page, Page::Request(_)));
        let view = push(&maria, SCIA, "firme").await.unwrap();
        assert!(view.frozen && view.people[0].signed.is_none());
        assert!(page(&maria, SCIA).await.own);
        let pdf = document(&maria, SCIA).await;
        assert_eq!(pdf, document(&maria, SCIA).await, "always the same bytes");

        let signed = sign(&world, MOTHER, "pades", pdf).await;
        let given = give_back(&maria, SCIA, "scia.pdf", signed.clone()).await;
        assert_eq!(given.status(), StatusCode::SEE_OTHER);
        let found = page(&maria, SCIA).await.signed.unwrap();
        assert_eq!(found.signers, [MOTHER]);
        assert!(
            found
                .signed
                .as_ref()
                .unwrap()
                .contains("Firma PAdES di Maria Lovascio")
        );

        let case = receipt(maria.send(SCIA).await.unwrap()).id;
        let Page::Case(sent) = maria.page(&format!("/pratiche/{case}")).await.page else {
            panic!("no case")
        };
        assert_eq!(sent.attachments[0], found);
        let kept = maria.get(&format!("/allegati/{}", found.file)).await;
        assert_eq!(kept.bytes().await.unwrap(), signed);
        let original = maria.get(&sent.documents[0].href).await;
        let original: serde_json::Value = original.json().await.unwrap();
        assert_eq!(original["signed_document"]["signers"][0], MOTHER);
        let clerk = world.login(CLERK_POLICE).await;
        let office = clerk.get(&format!("/ufficio/pratiche/{case}")).await;
        let office = office.text().await.unwrap();
        assert!(office.contains("Firma PAdES di Maria Lovascio"), "{office}");
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
        let gone = maria.get(&format!("/servizi/{SCIA}/richiesta/firma")).await;
        assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_technician_signs_not_the_owner() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let pdf = ready(&world, &maria, CILA).await;
        let shown = page(&maria, CILA).await;
        assert!(!shown.own && shown.signer == STUDENT);
        let by_owner = sign(&world, MOTHER, "cades", pdf.clone()).await;
        refused(
            &maria,
            CILA,
            "a.p7m",
            by_owner.clone(),
            "è firmato da un'altra persona",
        )
        .await;
        // Both, one around the other: he is among them.
        let both = sign(&world, STUDENT, "cades", by_owner).await;
        let given = give_back(&maria, CILA, "a.p7m", both).await;
        assert_eq!(given.status(), StatusCode::SEE_OTHER);
        let found = page(&maria, CILA).await.signed.unwrap();
        assert_eq!(found.signers, [STUDENT, MOTHER]);
        receipt(maria.send(CILA).await.unwrap());
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_well_signed_is_refused() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        prepare(&world, &maria, SCIA).await;
        push(&maria, SCIA, "firme").await.unwrap();
        let blind = sign_pades(
            &minimal(&["x"]),
            &maria_from(&world, &authority(&world), -1, true),
            now(&world),
        );
        refused(
            &maria,
            SCIA,
            "x.pdf",
            blind.unwrap(),
            "Scarica prima il documento",
        )
        .await;
        let pdf = document(&maria, SCIA).await;
        let (ours, at) = (authority(&world), now(&world));
        let good = maria_from(&world, &ours, -1, true);
        let pades = |signer: &Signer| sign_pades(&pdf, signer, at).unwrap();
        let mut changed = pades(&good);
        let place = changed
            .windows(11)
            .rposition(|w| w == b"PPKLite/Sub")
            .or_else(|| changed.windows(7).rposition(|w| w == b"PPKLite"));
        changed[place.unwrap()] = b'X';
        let mut longer = pades(&good);
        longer.extend(b"\n% altro");
        let other = Authority::new("Ente di nessuno", at).unwrap();
        let other_document = sign_cades(&minimal(&["altro"]), &good, at).unwrap();
        for (name, file, why) in [
            ("a.pdf", Vec::new(), "Scegli il documento firmato"),
            ("a.pdf", pdf.clone(), "Il file non è firmato"),
            (
                "a.png",
                b"\x89PNG\r\n\x1a\n".to_vec(),
                "Questo non è un documento firmato",
            ),
            ("a.pdf", changed, "è stato cambiato dopo la firma"),
            ("a.pdf", longer, "è stato cambiato dopo la firma"),
            (
                "a.p7m",
                other_document,
                "un documento diverso da quello che ti abbiamo dato",
            ),
            (
                "a.pdf",
                pades(&maria_from(&world, &ours, -400, true)),
                "è scaduto",
            ),
            (
                "a.pdf",
                pades(&maria_from(&world, &ours, 2, true)),
                "non è ancora valido",
            ),
            (
                "a.pdf",
                pades(&maria_from(&world, &other, -1, true)),
                "un ente che conosciamo",
            ),
            (
                "a.pdf",
                pades(&maria_from(&world, &ours, -1, false)),
                "firma digitale qualificata",
            ),
        ] {
            refused(&maria, SCIA, name, file, why).await;
        }
        // Hers is good, the second is not: no file with a bad signature is kept.
        let second = sign_pades(&pades(&good), &maria_from(&world, &other, -1, true), at);
        refused(
            &maria,
            SCIA,
            "a.pdf",
            second.unwrap(),
            "un ente che conosciamo",
        )
        .await;
        let given = give_back(&maria, SCIA, "a.pdf", pades(&good)).await;
        assert_eq!(given.status(), StatusCode::SEE_OTHER);
        receipt(maria.send(SCIA).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_does_not_change() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let pdf = ready(&world, &maria, SCIA).await;
        let signed = sign(&world, MOTHER, "pades", pdf.clone()).await;
        let given = give_back(&maria, SCIA, "a.pdf", signed.clone()).await;
        assert_eq!(given.status(), StatusCode::SEE_OTHER);
        let file = maria.upload(SCIA, "atto_cessione", "a.pdf", b"%PDF-1.7 x".to_vec());
        assert_eq!(file.await.status(), StatusCode::CONFLICT);
        let found = page(&maria, SCIA).await.signed.unwrap().file;
        assert!(maria.remove(SCIA, &found).await.status().is_client_error());
        assert!(page(&maria, SCIA).await.signed.is_some());

        assert!(!push(&maria, SCIA, "riapri").await.unwrap().frozen);
        assert_eq!(maria.send(SCIA).await.unwrap_err().status, 409);
        assert!(
            store::files::get(&world.counter.store, &found)
                .await
                .unwrap()
                .is_none()
        );
        let draft = maria.request_page(SCIA).await.draft;
        let mut answers = draft.answers.clone();
        let sign_board = Answer::Text("Alimentari Lovascio".into());
        answers.0.insert("insegna".into(), sign_board);
        let change = SaveRequest {
            azione: "salva".into(),
            passo: "segnalazione".into(),
            versione: draft.version,
            bozza: draft.draft_id,
            risposte: answers,
            ..SaveRequest::default()
        };
        maria.act(SCIA, &change).await.unwrap();
        assert!(push(&maria, SCIA, "firme").await.unwrap().frozen);
        assert_ne!(document(&maria, SCIA).await, pdf);
        refused(&maria, SCIA, "a.pdf", signed, "un documento diverso").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_must_come_signed() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let plain = minimal(&["elaborati"]);
        let by_owner = sign(&world, MOTHER, "pades", plain.clone()).await;
        let by_technician = sign(&world, STUDENT, "cades", plain.clone()).await;
        prepare(&world, &maria, CILA).await;
        for (file, why) in [
            (plain, "Il file non è firmato"),
            (by_owner, "è firmato da un'altra persona"),
        ] {
            let answer = maria.upload(CILA, "elaborati", "e.pdf", file).await;
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.text().await.unwrap().contains(why), "{why}");
        }
        let answer = maria
            .upload(CILA, "elaborati", "e.pdf.p7m", by_technician)
            .await;
        assert!(answer.status().is_success());
        let attached = maria.request_page(CILA).await.draft.attachments;
        let signed = attached.iter().filter(|file| file.signed.is_some());
        assert_eq!(signed.count(), 3);

        // Another technician: what the first one signed no longer does.
        let mut other = Sample::of(CILA).answers(world.counter.today());
        let code = Answer::Text("CNNVTI41T08A893D".into());
        other.0.insert("tecnico_codice_fiscale".into(), code);
        let draft = maria.request_page(CILA).await.draft;
        let change = SaveRequest {
            azione: "salva".into(),
            passo: "tecnico".into(),
            versione: draft.version,
            bozza: draft.draft_id,
            risposte: other,
            ..SaveRequest::default()
        };
        maria.act(CILA, &change).await.unwrap();
        let page = maria.request_page(CILA).await;
        assert_eq!(page.step, step::ATTACHMENTS);
        let told = maria
            .act(CILA, &press(page, "avanti", &Answers::default()))
            .await;
        let told = told.unwrap_err().errors;
        assert!(
            told.iter()
                .all(|issue| issue.message.contains("firmato da un'altra persona"))
        );
        assert_eq!(told.len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_sees_the_document() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        ready(&world, &maria, SCIA).await;
        let luca = world.login(STUDENT).await;
        for path in ["firma", "firma/documento"] {
            let path = format!("/servizi/{SCIA}/richiesta/{path}");
            assert_eq!(luca.get(&path).await.status(), StatusCode::NOT_FOUND);
            let stranger = common::browser(&world.url).get(&path).await;
            let status = stranger.status();
            assert!(!status.is_success(), "{path}: {status}");
        }
        let given = give_back(&luca, SCIA, "a.pdf", b"%PDF-1.7".to_vec()).await;
        assert_eq!(given.status(), StatusCode::NOT_FOUND);
        // Its door is not the clerk's: what is telematic is not filled at the counter.
        let clerk = world.login(CLERK_POLICE).await;
        let desk = clerk.get("/ufficio/sportello").await.text().await.unwrap();
        assert!(
            desk.contains("passo-carrabile") && !desk.contains(SCIA),
            "{desk}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_list_of_authorities_nothing_is_lost() {
    for world in worlds(|settings| {
        settings.signature_trust = Some(settings.data_dir.join("nessuno.pem"));
    })
    .await
    {
        let maria = world.login(MOTHER).await;
        let sample = Sample::of(SCIA);
        let signed = sign(&world, MOTHER, "pades", minimal(&["planimetria"])).await;
        let answers = sample.answers(world.counter.today());
        for _ in 0..10 {
            let page = maria.request_page(SCIA).await;
            if page.step == step::ATTACHMENTS {
                break;
            }
            maria
                .act(SCIA, &press(page, "avanti", &answers))
                .await
                .unwrap();
        }
        let answer = maria.upload(SCIA, "planimetria", "p.pdf", signed).await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        let told = answer.text().await.unwrap();
        assert!(
            told.contains("Quello che hai scritto resta salvato"),
            "{told}"
        );
        assert!(!maria.request_page(SCIA).await.draft.answers.0.is_empty());
    }
}
