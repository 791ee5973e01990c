//! The site as an app: its manifest, what a browser may keep of it, files of earlier builds.

use crate::common;

use std::{fs, path::Path};

use common::{MOTHER, browser, worlds};
use reqwest::StatusCode;
use serde_json::Value;

/// A build whose program is one file of this name.
#[expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]
fn build(site: &Path, program: &str) {
    let pkg = site.join("pkg");
    let _ = fs::remove_dir_all(&pkg);
    fs::create_dir_all(&pkg).unwrap();
    fs::write(
        pkg.join(program),
        format!("export const name = {program:?}"),
    )
    .unwrap();
    fs::write(
        site.join("sw.js"),
        format!("const FILES=[\"/pkg/{program}\"];"),
    )
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_manifest_has_the_towns_name_and_colour_and_icons_that_exist() {
    for world in worlds(|_| {}).await {
        let answer = browser(&world.url).get("/manifest.webmanifest").await;
        assert_eq!(
            answer.headers()["content-type"],
            "application/manifest+json"
        );
        let manifest: Value = answer.json().await.unwrap();
        let town = world.counter.comune.town();
        assert_eq!(manifest["short_name"], town.name);
        assert_eq!(manifest["theme_color"], town.colour);
        assert_eq!(manifest["scope"], "/");
        let shortcuts = manifest["shortcuts"].as_array().unwrap().iter();
        let paths: Vec<_> = shortcuts.map(|s| s["url"].as_str().unwrap()).collect();
        assert_eq!(paths, ["/servizi", "/area-personale", "/pagamenti"]);
        let pictures = ["icons", "screenshots"].map(|key| manifest[key].as_array().unwrap());
        for picture in pictures.into_iter().flatten() {
            let (path, sizes) = (&picture["src"], picture["sizes"].as_str().unwrap());
            let file = common::root().join(format!("public{}", path.as_str().unwrap()));
            let bytes = fs::read(&file).unwrap();
            assert_eq!(&bytes[1..4], b"PNG", "{path}");
            // Width and height stand at the beginning of a PNG.
            let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
            assert_eq!(sizes, format!("{}x{}", number(16), number(20)), "{path}");
        }
        let page = browser(&world.url).get("/").await.text().await.unwrap();
        assert!(page.contains("<link rel=\"manifest\" href=\"/manifest.webmanifest?lingua=it\""));
        let theme = format!("<meta name=\"theme-color\" content=\"{}\"", town.colour);
        assert!(page.contains(&theme), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_anybodys_may_be_kept() {
    for world in worlds(|_| {}).await {
        let anybody = browser(&world.url);
        for path in [
            "/",
            "/servizi",
            "/servizi/passo-carrabile",
            "/servizi/passo-carrabile/privacy",
            "/offline",
        ] {
            let page = anybody.get(path).await;
            assert_eq!(page.headers()["cache-control"], "no-cache", "{path}");
            assert_eq!(page.headers()["vary"], "cookie", "{path}");
        }
        for path in [
            "/accedi",
            "/servizi/passo-carrabile/richiesta",
            "/area-personale",
            "/nulla",
            "/api/servizi",
        ] {
            let page = anybody.get(path).await;
            assert_eq!(page.headers()["cache-control"], "no-store", "{path}");
        }
        let maria = world.login(MOTHER).await;
        for path in [
            "/",
            "/servizi",
            "/servizi/passo-carrabile",
            "/servizi/passo-carrabile/richiesta",
            "/area-personale",
            "/pagamenti",
        ] {
            let page = maria.get(path).await;
            assert_eq!(page.status(), StatusCode::OK, "{path}");
            assert_eq!(page.headers()["cache-control"], "no-store", "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_on_a_device_is_the_same_at_each_login_and_tells_nothing() {
    for world in worlds(|_| {}).await {
        let name = async |person| {
            let browser = world.login(person).await;
            browser.request_page("passo-carrabile").await.device
        };
        let maria = name(MOTHER).await;
        assert_eq!(maria, name(MOTHER).await);
        assert_ne!(maria, name(common::STUDENT).await);
        assert_eq!(maria.len(), 32, "{maria}");
        assert!(maria.bytes().all(|b| b.is_ascii_hexdigit()), "{maria}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_open_through_an_update_still_finds_its_program() {
    for world in worlds(|settings| build(&settings.site, "app.1.js")).await {
        let before = browser(&world.url);
        let worker = before.get("/sw.js").await;
        assert_eq!(worker.headers()["cache-control"], "no-cache");
        assert_eq!(
            worker.headers()["content-type"],
            "text/javascript; charset=utf-8"
        );
        assert!(worker.text().await.unwrap().contains("/pkg/app.1.js"));

        build(&world.settings.site, "app.2.js");
        // The counter that still runs goes on with the worker of its own build.
        let same = before.get("/sw.js").await.text().await.unwrap();
        assert!(same.contains("/pkg/app.1.js"), "{same}");
        let (url, _) = world.started_again().await;
        let after = browser(&url);
        for (who, path) in [
            (&before, "app.1.js"),
            (&after, "app.1.js"),
            (&after, "app.2.js"),
        ] {
            let program = who.get(&format!("/pkg/{path}")).await;
            assert_eq!(program.status(), StatusCode::OK, "{path}");
            let cache = &program.headers()["cache-control"];
            assert_eq!(cache, "public, max-age=31536000, immutable");
            assert!(program.text().await.unwrap().contains(path));
        }
        let new = after.get("/sw.js").await.text().await.unwrap();
        assert!(new.contains("/pkg/app.2.js"), "{new}");
        let nothing = after.get("/pkg/app.3.js").await;
        assert_eq!(nothing.status(), StatusCode::NOT_FOUND);
        let dates = after.get("/pkg/replaced.json").await;
        assert_eq!(dates.status(), StatusCode::NOT_FOUND);
    }
}
