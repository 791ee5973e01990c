//! The browser's side of `app/pwa/device.js`: a draft on the device while there is no network, and
//! what may end there (files). Kept in JavaScript, which weighs less than web-sys.

use wasm_bindgen::prelude::*;
use web_sys::File;

use crate::{
    api::{AttachmentView, SaveRequest, Saved, Screen},
    client::{self, Problem},
    json,
};

#[wasm_bindgen(js_namespace = sportello)]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn device(call: &str, slug: &str, value: JsValue) -> Result<JsValue, JsValue>;
}

/// The text that came back. A refusal comes as the text of its problem, no network as none.
pub async fn call(name: &str, slug: &str, value: JsValue) -> Result<String, Problem> {
    let text = |value: JsValue| value.as_string().unwrap_or_default();
    match device(name, slug, value).await {
        Ok(answer) => Ok(text(answer)),
        Err(error) => Err(json::read(&text(error)).unwrap_or_else(client::offline)),
    }
}

/// Remembers the form in an answer of the server, in memory: it may be the last for a while.
pub async fn note(answer: &str) {
    let _ = call("note", "", answer.into()).await;
}

/// Keeps what could not be sent. `false`: this browser keeps nothing.
pub async fn keep(slug: &str, request: &SaveRequest) -> bool {
    let text = json::write(request).unwrap_or_default();
    call("keep", slug, text.into()).await.is_ok()
}

/// Sends a file for the attachment at `place` (`slug/attachment/draft`), or keeps it here.
pub async fn upload(place: &str, file: &File) -> Result<AttachmentView, Problem> {
    let text = call("upload", place, file.into()).await?;
    json::read(&text).ok_or_else(client::offline)
}

/// The form at `path` as the device has it.
pub async fn screen(path: &str) -> Option<Screen> {
    json::read(&call("show", "", path.into()).await.ok()?)
}

/// Sends what waits. `None`: nothing did.
pub async fn sync(slug: &str) -> Result<Option<Saved>, Problem> {
    Ok(json::read(&call("sync", slug, JsValue::NULL).await?))
}
