//! Pages and their data, compressed as they go: a sheet is a third of its bytes then. Files of the
//! site come compressed from the build, documents are as good as compressed, and an event must not wait.
//!
//! BREACH needs a secret in a page beside what a stranger can put there: no page holds a token, and
//! the nonce is another in each answer.

use axum::http::{Extensions, HeaderMap, StatusCode, Version, header::CONTENT_TYPE};
use tower_http::{
    CompressionLevel,
    compression::{CompressionLayer, Predicate, predicate::SizeAbove},
};

/// Below it a packet more or less is not the question.
const LEAST_BYTES: u16 = 1_024;

/// Brotli's 4: half a millisecond for a page, and within a tenth of the smallest.
const LEVEL: CompressionLevel = CompressionLevel::Precise(4);

pub fn layer() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new()
        .quality(LEVEL)
        .compress_when(SizeAbove::new(LEAST_BYTES).and(is_page))
}

/// HTML and JSON, problems among it.
fn is_page(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(CONTENT_TYPE).map_or(&b""[..], |v| v.as_bytes());
    kind.starts_with(b"text/html") || (kind.starts_with(b"application/") && kind.ends_with(b"json"))
}

#[cfg(test)]
mod tests {
    use axum::{
        Router,
        body::{Body, to_bytes},
        extract::Request,
        http::{HeaderValue, header},
        routing::get,
    };
    use tower::ServiceExt as _;

    use super::*;

    /// The coding and the bytes of an answer of this kind, for who takes Brotli.
    async fn answer(kind: &'static str, body: String) -> (Option<HeaderValue>, usize) {
        let route = get(move || async move { ([(CONTENT_TYPE, kind)], body) });
        let router = Router::new().route("/", route).layer(layer());
        let request = Request::get("/").header(header::ACCEPT_ENCODING, "gzip, br");
        let request = request.body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        let coding = response.headers().get(header::CONTENT_ENCODING).cloned();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (coding, bytes.len())
    }

    #[tokio::test]
    async fn pages_and_their_data_are_compressed_and_nothing_else() {
        let long = || "Un testo che si ripete. ".repeat(500);
        for kind in [
            "text/html; charset=utf-8",
            "application/json",
            "application/problem+json",
        ] {
            let (coding, bytes) = answer(kind, long()).await;
            assert_eq!(coding, Some(HeaderValue::from_static("br")), "{kind}");
            assert!(bytes < 500, "{kind}: {bytes}");
        }
        for kind in ["text/event-stream", "application/pdf", "image/png"] {
            assert_eq!(answer(kind, long()).await, (None, long().len()), "{kind}");
        }
        assert_eq!(answer("text/html", "Breve".into()).await, (None, 5));
    }
}
