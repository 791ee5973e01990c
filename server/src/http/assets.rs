//! The bundle, style, fonts, icons, the service worker: files of `target/site`.

use std::path::{Path, PathBuf};

use app::document::Assets;
use axum::{
    Router,
    http::{HeaderValue, header},
    routing::get,
};
use header::CACHE_CONTROL;
use serde::Deserialize;
use tower::ServiceBuilder;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

use super::{kept, lists, manifest};
use crate::{config::ConfigError, state::Counter, vault::sha256};

const YEAR: &str = "public, max-age=31536000, immutable";
const HOUR: &str = "public, max-age=3600";

pub fn router(counter: &Counter) -> Router<Counter> {
    let site = &counter.settings.site;
    let files = |folder: PathBuf, earlier: PathBuf, cache: &'static str| {
        ServiceBuilder::new()
            .layer(SetResponseHeaderLayer::if_not_present(
                CACHE_CONTROL,
                HeaderValue::from_static(cache),
            ))
            .service(
                ServeDir::new(folder)
                    .precompressed_br()
                    .fallback(ServeDir::new(earlier).precompressed_br()),
            )
    };
    let only = |name: &str, cache| files(site.join(name), site.join(name), cache);
    let file = |name: &str| {
        ServiceBuilder::new()
            .layer(SetResponseHeaderLayer::if_not_present(
                CACHE_CONTROL,
                HeaderValue::from_static(HOUR),
            ))
            .service(tower_http::services::ServeFile::new(site.join(name)))
    };
    Router::new()
        .nest_service("/pkg", files(site.join("pkg"), earlier(counter), YEAR))
        .nest_service("/fonts", only("fonts", YEAR))
        .nest_service("/icons", only("icons", HOUR))
        .route("/manifest.webmanifest", get(manifest::manifest))
        .route("/elenchi/{list}", get(lists::names))
        .merge(worker(counter))
        .route_service("/favicon.svg", file("favicon.svg"))
        // Asked for by browsers where no page names an icon: login forms, JSON, documents.
        .route_service("/favicon.ico", file("favicon.svg"))
        .route_service("/stemma.svg", file("stemma.svg"))
        .route_service("/robots.txt", file("robots.txt"))
}

/// Where files of earlier builds are. A counter that cannot keep them serves its own.
fn earlier(counter: &Counter) -> PathBuf {
    let pkg = counter.settings.site.join("pkg");
    let kept = kept::keep(&pkg, &counter.settings.data_dir, counter.now_ms());
    kept.unwrap_or_else(|error| {
        tracing::warn!(%error, "files of earlier builds are not kept");
        pkg
    })
}

/// The service worker, as it was when the counter started: it names the files of that build. The
/// pages that it keeps show the town, so another town makes another worker.
fn worker(counter: &Counter) -> Router<Counter> {
    let Ok(code) = std::fs::read_to_string(counter.settings.site.join("sw.js")) else {
        return Router::new();
    };
    let town = serde_json::to_vec(&counter.comune.town()).unwrap_or_default();
    let code = format!("{code}\n// {}\n", sha256(&town));
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
    ];
    Router::new().route("/sw.js", get(move || async move { (headers, code) }))
}

#[derive(Deserialize)]
struct Manifest {
    js: String,
    wasm: String,
    css: String,
    #[serde(default)]
    pwa: String,
    #[serde(default)]
    fonts: Vec<String>,
}

/// The hashed names that the bundler wrote.
pub fn read(site: &Path) -> Result<Assets, ConfigError> {
    let path = site.join("manifest.json");
    let fault = |message: String| ConfigError::File {
        path: path.display().to_string(),
        message,
    };
    let text = std::fs::read_to_string(&path).map_err(|e| fault(e.to_string()))?;
    let manifest: Manifest = serde_json::from_str(&text).map_err(|e| fault(e.to_string()))?;
    Ok(Assets {
        js: manifest.js,
        wasm: manifest.wasm,
        css: manifest.css,
        pwa: manifest.pwa,
        fonts: manifest.fonts,
    })
}
