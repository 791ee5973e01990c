//! A point on the town's map: moved by buttons, by touch, by the name of a street; used, and seen by
//! the office.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use app::api::{MapPage, Page, PageData, step};
use common::{
    Browser, MOTHER, STUDENT, World, browser, office, receipt,
    samples::{Sample, fill},
    worlds,
};
use reqwest::StatusCode;
use rules::form::Answer;

const SLUG: &str = "segnalazione-disservizio";
const FORM: &str = "/servizi/segnalazione-disservizio/richiesta";
const MAP: &str = "/servizi/segnalazione-disservizio/richiesta/mappa";

/// Works at the maintenance office.
const CLERK: &str = "RGGNCL86R07A662E";

async fn map(tab: &Browser) -> MapPage {
    match tab.page(&format!("{MAP}?campo=posizione")).await.page {
        Page::Map(page) => *page,
        other => panic!("no map: {other:?}"),
    }
}

/// Sends the page's form with these controls; what comes back, and with which status.
async fn press(tab: &Browser, page: &MapPage, more: &[(&str, &str)]) -> (StatusCode, MapPage) {
    let (lat, lon, level) = (
        page.lat.to_string(),
        page.lon.to_string(),
        page.level.to_string(),
    );
    let mut fields = vec![
        ("campo", page.field.as_str()),
        ("bozza", page.draft.as_str()),
        ("larghezza", "300"),
        ("lat", lat.as_str()),
        ("lon", lon.as_str()),
        ("scala", level.as_str()),
    ];
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend(more);
    let request = tab.client.post(format!("{}/api{MAP}", tab.url));
    let answer = request.header("origin", &tab.url).form(&fields);
    let answer = answer.send().await.unwrap();
    let status = answer.status();
    if !status.is_success() {
        return (status, MapPage::default());
    }
    let acted: app::api::Acted<PageData> = answer.json().await.unwrap();
    match acted.data.page {
        Page::Map(page) => (status, *page),
        other => panic!("no map: {other:?}"),
    }
}

async fn moved(tab: &Browser, page: &MapPage, action: &str) -> MapPage {
    let (status, page) = press(tab, page, &[("azione", action)]).await;
    assert_eq!(status, StatusCode::OK, "{action}");
    page
}

/// The form's first step, left for the map.
async fn to_the_map(world: &World, code: &str, via: &str) -> (Browser, MapPage) {
    let tab = world.login(code).await;
    let draft = tab.request_page(SLUG).await.draft;
    let version = draft.version.to_string();
    let fields = [
        ("azione", "mappa:posizione"),
        ("passo", "luogo"),
        ("bozza", draft.draft_id.as_str()),
        ("versione", version.as_str()),
        ("via", via),
        ("civico", "12"),
    ];
    let gone = tab.post(FORM, &fields).await;
    assert_eq!(gone.status(), StatusCode::SEE_OTHER);
    assert_eq!(gone.headers()["location"], format!("{MAP}?campo=posizione"));
    let page = map(&tab).await;
    (tab, page)
}

#[tokio::test]
async fn a_point_is_chosen_and_what_was_typed_is_kept() {
    for world in worlds(|_| ()).await {
        let (tab, at_street) = to_the_map(&world, STUDENT, "v. matteotti").await;
        assert!(at_street.place.contains("Via Giacomo Matteotti"));
        assert!(at_street.image.starts_with("data:image/svg+xml,"));

        // Each way moves by a quarter of what is seen, and back.
        let north = moved(&tab, &at_street, "nord").await;
        let east = moved(&tab, &north, "est").await;
        let metres = (north.lat - at_street.lat) * 111_195.0;
        assert!((metres - 200.0).abs() < 1.0, "{metres}");
        assert!(east.lon > north.lon && (east.lat - north.lat).abs() < 1e-9);
        let back = moved(&tab, &moved(&tab, &east, "ovest").await, "sud").await;
        assert!((back.lat - at_street.lat).abs() + (back.lon - at_street.lon).abs() < 1e-9);
        let near = moved(&tab, &back, "avvicina").await;
        assert_eq!(near.level, back.level - 1);
        let far = moved(&tab, &near, "allontana").await;
        assert_eq!((far.level, far.lat), (back.level, near.lat));

        // A touch of the upper right corner: half of 800 metres up and right. A key presses at 0, 0.
        let corner = [("punto.x", "300"), ("punto.y", "0")];
        let (_, touched) = press(&tab, &back, &corner).await;
        let up = (touched.lat - back.lat) * 111_195.0;
        assert!((up - 400.0).abs() < 1.0 && touched.lon > back.lon, "{up}");
        let (_, same) = press(&tab, &back, &[("punto.x", "0"), ("punto.y", "0")]).await;
        assert_eq!((same.lat, same.lon), (back.lat, back.lon));

        let search = |via| [("azione", "cerca"), ("via", via)];
        let (_, square) = press(&tab, &back, &search("piazza cavour")).await;
        assert!(square.place.contains("Piazza Cavour"), "{}", square.place);
        let (status, _) = press(&tab, &back, &search("Via Mai Vista")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);

        let lat = square.lat.to_string();
        let lon = square.lon.to_string();
        let used = [
            ("azione", "usa"),
            ("campo", "posizione"),
            ("bozza", square.draft.as_str()),
            ("lat", lat.as_str()),
            ("lon", lon.as_str()),
            ("scala", "2"),
        ];
        let done = tab.post(MAP, &used).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
        let to = done.headers()["location"].to_str().unwrap();
        assert!(to.starts_with("/servizi/segnalazione-disservizio/richiesta?passo=luogo#"));
        let answers = tab.request_page(SLUG).await.draft.answers.0;
        let point = format!("{:.5}, {:.5}", square.lat, square.lon);
        assert_eq!(answers["posizione"], Answer::Text(point));
        assert_eq!(answers["civico"], Answer::Text("12".into()));
        // There it begins the next time.
        let again = map(&tab).await;
        assert!((again.lat - square.lat).abs() < 1e-5 && again.level == 1);
    }
}

#[tokio::test]
async fn the_page_is_whole_without_a_script() {
    for world in worlds(|_| ()).await {
        let (tab, page) = to_the_map(&world, STUDENT, "").await;
        assert_eq!(page.level, 3, "no street: the town");
        let lat = page.lat.to_string();
        let lon = page.lon.to_string();
        let fields = [
            ("azione", "cerca"),
            ("campo", "posizione"),
            ("bozza", page.draft.as_str()),
            ("lat", lat.as_str()),
            ("lon", lon.as_str()),
            ("scala", "3"),
            ("via", "Via Mai <Vista>"),
        ];
        let refused = tab.post(MAP, &fields).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let html = refused.text().await.unwrap();
        assert!(html.contains("<title>Errore: ") && html.contains("id=\"errori\""));
        assert!(html.contains("value=\"Via Mai &lt;Vista&gt;\""), "kept");
    }
}

#[tokio::test]
async fn nothing_that_is_sent_breaks_the_map() {
    for world in worlds(|_| ()).await {
        let (tab, page) = to_the_map(&world, STUDENT, "").await;
        let wild = [
            ("lat", "NaN"),
            ("lat", "91"),
            ("lon", "x"),
            ("scala", "99"),
            ("scala", "-1"),
            ("larghezza", "0"),
            ("punto.x", "1e308"),
            ("azione", "boh"),
        ];
        for (name, value) in wild {
            let touch = [("punto.x", "5"), ("punto.y", "5"), (name, value)];
            let (status, shown) = press(&tab, &page, &touch).await;
            assert_eq!(status, StatusCode::OK, "{name}={value}");
            assert!((40.9..41.2).contains(&shown.lat) && (16.4..16.8).contains(&shown.lon));
        }
        // Nobody moves out of the territory's frame; who is elsewhere stays where the map was.
        let (_, far) = press(&tab, &page, &[("lat", "-41"), ("azione", "sud")]).await;
        assert!((far.lat - 40.963).abs() < 1e-6, "{}", far.lat);
        let here = |lat| [("azione", "qui"), ("qui.lat", lat), ("qui.lon", "16.7")];
        let (_, there) = press(&tab, &page, &here("41.1")).await;
        assert_eq!((there.lat, there.lon, there.level), (41.1, 16.7, 1));
        let (status, _) = press(&tab, &page, &here("45.46")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["via", "nessuno", ""] {
            let (status, _) = press(&tab, &page, &[("campo", field)]).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{field}");
        }
        // What did not come is not made up.
        let lost = [("azione", "usa"), ("lat", "")];
        let (status, _) = press(&tab, &page, &lost).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let answers = tab.request_page(SLUG).await.draft.answers.0;
        assert!(!answers.contains_key("posizione"), "{answers:?}");
        let other = world.login(MOTHER).await;
        let (status, _) = press(&other, &page, &[("azione", "usa")]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "another person's draft");
        // Without a draft, and without a field, the form says more.
        for path in [format!("{MAP}?campo=posizione"), MAP.to_owned()] {
            let sent = other.get(&path).await;
            assert_eq!(sent.status(), StatusCode::SEE_OTHER, "{path}");
            assert_eq!(sent.headers()["location"], FORM);
        }
        let stranger = browser(&world.url);
        let sent = stranger.get(&format!("{MAP}?campo=posizione")).await;
        assert_eq!(sent.status(), StatusCode::SEE_OTHER, "to the login");
    }
}

#[tokio::test]
async fn what_is_shown_is_what_is_kept() {
    for world in worlds(|_| ()).await {
        let (tab, page) = to_the_map(&world, STUDENT, "").await;
        // Outside of the territory's frame as well.
        let used = [("azione", "usa"), ("lat", "41.1256"), ("lon", "16.8667")];
        let fields = [
            ("campo", "posizione"),
            ("bozza", page.draft.as_str()),
            ("scala", "1"),
        ];
        let done = tab.post(MAP, &[&used[..], &fields].concat()).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
        let answers = tab.request_page(SLUG).await.draft.answers.0;
        let kept = Answer::Text("41.12560, 16.86670".into());
        assert_eq!(answers["posizione"], kept);
    }
}

#[tokio::test]
async fn a_point_elsewhere_is_told_and_the_office_sees_where() {
    for world in worlds(|_| ()).await {
        let sample = Sample::of(SLUG);
        let tab = world.login(STUDENT).await;
        let mut answers = sample.answers(world.counter.today());
        let page = fill(&world, &tab, SLUG, &sample, &answers).await.unwrap();
        assert_eq!(
            (page.step.as_str(), page.warnings.len()),
            (step::SUMMARY, 0)
        );
        let bari = "41.1256, 16.8667";
        let place = answers.0.get_mut("posizione").unwrap();
        *place = Answer::Text(bari.to_owned());
        tab.answer(SLUG, "luogo", &[("via", "Via Roma"), ("posizione", bari)])
            .await
            .unwrap();
        let page = tab.request_page(SLUG).await;
        let warned: Vec<_> = page.warnings.iter().map(|w| w.path.as_str()).collect();
        assert_eq!(warned, ["posizione"]);
        let case = receipt(tab.send(SLUG).await.unwrap()).id;
        let clerk = world.login(CLERK).await;
        // Its map is told so.
        let used = [
            ("azione", "usa"),
            ("campo", "posizione"),
            ("bozza", page.draft.draft_id.as_str()),
        ];
        let late = tab.post(MAP, &used).await;
        assert_eq!(late.status(), StatusCode::CONFLICT, "sent already");
        let seen = office::office_page(&clerk, &case).await;
        let [point] = seen.points.as_slice() else {
            panic!("{:?}", seen.points)
        };
        assert_eq!(point.href, "geo:41.1256,16.8667");
        assert!(
            point.place.contains("fuori dal territorio"),
            "{}",
            point.place
        );
        assert!(
            seen.warnings
                .iter()
                .any(|w| w.contains("fuori dal territorio"))
        );
    }
}
