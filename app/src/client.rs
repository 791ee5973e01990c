//! The browser's side of the API: the same operations as JSON over gloo-net.

use std::{cell::RefCell, rc::Rc};

use gloo_net::http::{Request, RequestBuilder, Response};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{
    Event, EventSource, EventSourceInit, File, MessageEvent, ProgressEvent, XmlHttpRequest,
};

use crate::{
    api::{self, Acted, AttachmentView, Main, SCREEN_TYPE, SaveRequest, Saved, Screen},
    dom, json,
};

/// A refusal; a conflict comes as what is shown of it.
pub type Problem = api::Problem<Screen>;

/// The page at `path`; without network a page that says so.
pub async fn screen(path: &str) -> Screen {
    match answer::<Screen>(get(path).send().await).await {
        Ok(screen) => screen,
        Err(problem) => apology(&problem),
    }
}

/// Like [`screen`], `None` where the server was not reached.
pub async fn refreshed(path: &str) -> Option<Screen> {
    let response = get(path).send().await.ok()?;
    match response.status() {
        502..=504 => None,
        _ => read(response).await,
    }
}

fn get(path: &str) -> RequestBuilder {
    Request::get(&format!("/api{path}")).header("accept", SCREEN_TYPE)
}

/// Autosave: `PUT /api/servizi/{slug}/richiesta`.
pub async fn save(slug: &str, body: &SaveRequest) -> Result<Saved, Problem> {
    send(
        Request::put(&format!("/api/servizi/{slug}/richiesta")),
        body,
    )
    .await
}

/// An action: `POST /api{path}`.
pub async fn act<B: Serialize>(path: &str, body: &B) -> Result<Acted<Screen>, Problem> {
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
    request: RequestBuilder,
    body: &B,
) -> Result<T, Problem> {
    let request = request
        .header("accept", SCREEN_TYPE)
        .header("content-type", "application/json")
        .body(json::write(body).unwrap_or_default())
        .map_err(|_| unreadable(0))?;
    let response = request.send().await;
    match response {
        Ok(response) if !response.ok() => Err(problem(response).await),
        response => answer(response).await,
    }
}

async fn answer<T: DeserializeOwned>(
    response: Result<Response, gloo_net::Error>,
) -> Result<T, Problem> {
    let response = response.map_err(|_| offline())?;
    let status = response.status();
    read(response).await.ok_or_else(|| unreadable(status))
}

async fn read<T: DeserializeOwned>(response: Response) -> Option<T> {
    json::read(&response.text().await.ok()?)
}

async fn problem(response: Response) -> Problem {
    let status = response.status();
    read(response).await.unwrap_or_else(|| unreadable(status))
}

/// A page for when there is no server to write one. The texts are ours: nothing to escape.
fn apology(problem: &Problem) -> Screen {
    let Problem { title, detail, .. } = problem;
    Screen {
        title: dom::title_of(title),
        header: None,
        main: Main::Html(format!(
            "<main id=\"main-container\" tabindex=\"-1\"><div class=\"container py-4\">\
             <h1>{title}</h1><p class=\"lead\">{detail}</p>\
             <p><a class=\"btn btn-primary\" href=\"\" rel=\"external\">Riprova</a></p></div></main>"
        )),
    }
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
        200..=299 => json::read(&text).ok_or_else(|| unreadable(200)),
        status => Err(json::read(&text).unwrap_or_else(|| unreadable(status))),
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
