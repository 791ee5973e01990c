//! The bundle, style, fonts: files of `target/site`.

use std::path::Path;

use app::document::Assets;
use axum::{
    Router,
    http::{HeaderValue, header::CACHE_CONTROL},
};
use serde::Deserialize;
use tower::ServiceBuilder;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

use crate::{config::ConfigError, state::Counter};

const YEAR: &str = "public, max-age=31536000, immutable";
const HOUR: &str = "public, max-age=3600";

pub fn router(counter: &Counter) -> Router<Counter> {
    let site = &counter.settings.site;
    let files = |folder: &str, cache: &'static str| {
        ServiceBuilder::new()
            .layer(SetResponseHeaderLayer::if_not_present(
                CACHE_CONTROL,
                HeaderValue::from_static(cache),
            ))
            .service(ServeDir::new(site.join(folder)).precompressed_br())
    };
    let file = |name: &str| {
        ServiceBuilder::new()
            .layer(SetResponseHeaderLayer::if_not_present(
                CACHE_CONTROL,
                HeaderValue::from_static(HOUR),
            ))
            .service(tower_http::services::ServeFile::new(site.join(name)))
    };
    Router::new()
        .nest_service("/pkg", files("pkg", YEAR))
        .nest_service("/fonts", files("fonts", YEAR))
        .route_service("/favicon.svg", file("favicon.svg"))
        // Asked for by browsers where no page names an icon: login forms, JSON, documents.
        .route_service("/favicon.ico", file("favicon.svg"))
        .route_service("/stemma.svg", file("stemma.svg"))
        .route_service("/robots.txt", file("robots.txt"))
}

#[derive(Deserialize)]
struct Manifest {
    js: String,
    wasm: String,
    css: String,
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
        fonts: manifest.fonts,
    })
}
