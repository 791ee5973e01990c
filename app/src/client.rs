//! The browser's side of the API: the same operations as JSON over gloo-net.

use std::{cell::RefCell, rc::Rc};

use gloo_net::http::{Request, Response};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{
    Event, EventSource, EventSourceInit, File, MessageEvent, ProgressEvent, XmlHttpRequest,
};

use crate::api::{Acted, AttachmentView, Page, PageData, Problem, SaveRequest, Saved};

/// The data of the page at `path`; without network a page that says so.
pub async fn page(path: String) -> PageData {
    let data = match Request::get(&format!("/api{path}")).send().await {
        Ok(response) => read_page(response).await,
        Err(_) => PageData::from(offline()),
    };
    if let Page::Redirect { to } = &data.page {
        open(to);
    }
    data
}

async fn read_page(response: Response) -> PageData {
    match response.json::<PageData>().await {
        Ok(data) => data,
        Err(_) => PageData::from(unreadable(response.status())),
    }
}

/// Autosave: `PUT /api/servizi/{slug}/richiesta`.
pub async fn save(slug: &str, body: &SaveRequest) -> Result<Saved, Problem> {
    let request = Request::put(&format!("/api/servizi/{slug}/richiesta"));
    send(request, body).await
}

/// An action: `POST /api{path}`.
pub async fn act<B: Serialize>(path: &str, body: &B) -> Result<Acted, Problem> {
    send(Request::post(&format!("/api{path}")), body).await
}

/// Takes an attachment out of the draft.
pub async fn remove(slug: &str, file: &str) -> Result<(), Problem> {
    let url = format!("/api/servizi/{slug}/richiesta/allegati/{file}");
    let response = Request::delete(&url).send().await.map_err(|_| offline())?;
    if response.ok() {
        Ok(())
    } else {
        Err(problem(response).await)
    }
}

async fn send<B: Serialize, T: DeserializeOwned>(
    request: gloo_net::http::RequestBuilder,
    body: &B,
) -> Result<T, Problem> {
    let request = request.json(body).map_err(|_| unreadable(0))?;
    let response = request.send().await.map_err(|_| offline())?;
    if response.ok() {
        response
            .json()
            .await
            .map_err(|_| unreadable(response.status()))
    } else {
        Err(problem(response).await)
    }
}

async fn problem(response: Response) -> Problem {
    let status = response.status();
    response.json().await.unwrap_or_else(|_| unreadable(status))
}

/// Uploads one file, telling progress from 0 to 1.
pub async fn upload(
    slug: &str,
    id: &str,
    file: File,
    progress: impl Fn(f64) + 'static,
) -> Result<AttachmentView, Problem> {
    let url = format!("/api/servizi/{slug}/richiesta/allegati/{id}");
    let name = js_sys::encode_uri_component(&file.name());
    let request = XmlHttpRequest::new().map_err(|_| offline())?;
    let on_progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.length_computable() && event.total() > 0.0 {
            progress(event.loaded() / event.total());
        }
    });
    let sent = js_sys::Promise::new(&mut |resolve, _| {
        request.set_onloadend(Some(&resolve));
        let _ = request
            .upload()
            .map(|u| u.set_onprogress(Some(on_progress.as_ref().unchecked_ref())));
        let _ = request.open("PUT", &url);
        let _ = request.set_request_header("content-type", "application/octet-stream");
        let _ = request.set_request_header("x-file-name", &String::from(name.clone()));
        let _ = request.send_with_opt_blob(Some(&file));
    });
    let _ = wasm_bindgen_futures::JsFuture::from(sent).await;
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match request.status().unwrap_or(0) {
        0 => Err(offline()),
        200..=299 => serde_json::from_str(&text).map_err(|_| unreadable(200)),
        status => Err(serde_json::from_str(&text).unwrap_or_else(|_| unreadable(status))),
    }
}

/// The events of a case while the tab is visible. Dropping it closes the stream.
pub struct EventsHandle {
    source: Rc<RefCell<Option<EventSource>>>,
    visibility: Closure<dyn Fn(Event)>,
}

/// Calls `on_event` with the sequence number of each new event. A hidden tab closes its
/// stream (browsers allow six to a host) and, once visible, is told of what it missed.
pub fn events(case: &str, on_event: impl Fn(i64) + 'static) -> EventsHandle {
    let source = Rc::new(RefCell::new(None));
    let url = format!("/api/pratiche/{case}/eventi");
    let listener: Rc<Closure<dyn Fn(MessageEvent)>> =
        Rc::new(Closure::new(move |event: MessageEvent| {
            if let Ok(seq) = event.last_event_id().parse() {
                on_event(seq);
            }
        }));
    let toggle = {
        let source = Rc::clone(&source);
        move || {
            let hidden = web_sys::window()
                .and_then(|w| w.document())
                .is_some_and(|d| d.hidden());
            let mut slot = source.borrow_mut();
            if let (true, Some(open)) = (hidden, slot.as_ref()) {
                EventSource::close(open);
                *slot = None;
            } else if !hidden && slot.is_none() {
                *slot = open_stream(&url, &listener);
            }
        }
    };
    toggle();
    let visibility = Closure::<dyn Fn(Event)>::new(move |_| toggle());
    if let Some(document) = web_sys::window().and_then(|w| w.document()) {
        let _ = document.add_event_listener_with_callback(
            "visibilitychange",
            visibility.as_ref().unchecked_ref(),
        );
    }
    EventsHandle { source, visibility }
}

fn open_stream(url: &str, listener: &Closure<dyn Fn(MessageEvent)>) -> Option<EventSource> {
    let stream = EventSource::new_with_event_source_init_dict(url, &EventSourceInit::new()).ok()?;
    let _ = stream.add_event_listener_with_callback("case", listener.as_ref().unchecked_ref());
    Some(stream)
}

impl Drop for EventsHandle {
    fn drop(&mut self) {
        if let Some(source) = self.source.borrow_mut().take() {
            source.close();
        }
        if let Some(document) = web_sys::window().and_then(|w| w.document()) {
            let _ = document.remove_event_listener_with_callback(
                "visibilitychange",
                self.visibility.as_ref().unchecked_ref(),
            );
        }
    }
}

/// Leaves the app for a path of the server (login, files).
pub fn open(path: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().set_href(path);
    }
}

fn offline() -> Problem {
    Problem::new(
        0,
        "Nessuna connessione",
        "Non riusciamo a collegarci al Comune. Controlla la rete e riprova: quello che hai scritto resta qui.",
    )
}

fn unreadable(status: u16) -> Problem {
    Problem::new(
        status,
        "Qualcosa non ha funzionato",
        "Il Comune ha risposto in un modo che non capiamo. Riprova tra poco: quello che hai scritto resta qui.",
    )
}
