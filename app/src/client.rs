//! The browser's side of the API: the same operations as JSON over gloo-net.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
    time::Duration,
};

use gloo_net::http::{Request, RequestBuilder, Response};
use leptos::{leptos_dom::helpers::WindowListenerHandle, prelude::*};
use rules::t;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent, RequestInit};

use crate::{
    api::{self, Acted, Main, SCREEN_TYPE, SaveRequest, Saved, Screen},
    device, dom, json,
};

/// A refusal; a conflict comes as what is shown of it.
pub type Problem = api::Problem<Screen>;

/// The page at `path`; without network the form as the device has it, or a page that says so.
pub async fn screen(path: &str) -> Screen {
    let problem = match answer::<Screen>(get(path).send().await).await {
        Ok(screen) => return screen,
        Err(problem) => problem,
    };
    if problem.status == 0 {
        if let Some(screen) = device::screen(path).await {
            return screen;
        }
        // The service worker has a copy, or a page of its own.
        if dom::root_has("data-worker") {
            let to = path.to_owned();
            return Screen {
                main: Main::Redirect { to },
                ..Screen::default()
            };
        }
    }
    apology(&problem)
}

/// Like [`screen`], `None` where the server was not reached, or not in a state to answer.
pub async fn refreshed(path: &str) -> Option<Screen> {
    let response = get(path).send().await.ok()?;
    match response.status() {
        429 | 500..=599 => None,
        _ => read(response).await,
    }
}

fn get(path: &str) -> RequestBuilder {
    Request::get(&format!("/api{path}")).header("accept", SCREEN_TYPE)
}

/// Autosave: `PUT /api/servizi/{slug}/richiesta`. Goes on when the document is gone.
pub async fn save(slug: &str, body: &SaveRequest) -> Result<Saved, Problem> {
    send("PUT", &format!("/api/servizi/{slug}/richiesta"), body, true).await
}

/// An action: `POST /api{path}`.
pub async fn act<B: Serialize>(path: &str, body: &B) -> Result<Acted<Screen>, Problem> {
    send("POST", &format!("/api{path}"), body, false).await
}

async fn send<B: Serialize, T: DeserializeOwned>(
    method: &str,
    url: &str,
    body: &B,
    outlives: bool,
) -> Result<T, Problem> {
    let text = json::write(body).unwrap_or_default();
    let request = request(method, url, &text, outlives).map_err(|_| unreadable(0))?;
    match Request::from(request).send().await {
        Ok(response) if !response.ok() => Err(problem(response).await),
        response => answer(response).await,
    }
}

/// Most bytes that browsers still send for a document that is gone (64 KiB for all together).
const LAST_BYTES: usize = 60_000;

fn request(
    method: &str,
    url: &str,
    json: &str,
    outlives: bool,
) -> Result<web_sys::Request, wasm_bindgen::JsValue> {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_body(&json.into());
    if outlives && json.len() < LAST_BYTES {
        js_sys::Reflect::set(&init, &"keepalive".into(), &true.into())?;
    }
    let request = web_sys::Request::new_with_str_and_init(url, &init)?;
    let headers = request.headers();
    headers.set("accept", SCREEN_TYPE)?;
    headers.set("content-type", "application/json")?;
    Ok(request)
}

async fn answer<T: DeserializeOwned>(
    response: Result<Response, gloo_net::Error>,
) -> Result<T, Problem> {
    let response = response.map_err(|_| offline())?;
    let status = response.status();
    read(response).await.ok_or_else(|| unreadable(status))
}

async fn read<T: DeserializeOwned>(response: Response) -> Option<T> {
    json::read(&text(response).await?)
}

async fn text(response: Response) -> Option<String> {
    let text = response.text().await.ok()?;
    device::note(&text).await;
    Some(text)
}

async fn problem(response: Response) -> Problem {
    let status = response.status();
    read(response).await.unwrap_or_else(|| unreadable(status))
}

/// A page for when there is no server to write one. The texts are ours: nothing to escape.
fn apology(problem: &Problem) -> Screen {
    let Problem { title, detail, .. } = problem;
    let again = t!("Riprova");
    Screen {
        title: dom::title_of(title),
        header: None,
        main: Main::Html(format!(
            "<main id=\"main-container\" tabindex=\"-1\"><div class=\"container py-4\">\
             <h1>{title}</h1><p class=\"lead\">{detail}</p>\
             <p><a class=\"btn btn-primary\" href=\"\" rel=\"external\">{again}</a></p></div></main>"
        )),
    }
}

/// Shortest and longest pause, in milliseconds, before a stream that was refused is asked for
/// again.
const PAUSES: (u32, u32) = (3_000, 60_000);

/// The events of a case while the tab is visible. Dropping it closes the stream.
pub struct EventsHandle {
    stream: Rc<Stream>,
    visibility: Option<WindowListenerHandle>,
}

struct Stream {
    url: String,
    source: RefCell<Option<EventSource>>,
    listener: Closure<dyn Fn(MessageEvent)>,
    /// Milliseconds until the next try.
    pause: Cell<u32>,
}

/// Calls `on_event` with the sequence number of each new event. A hidden tab closes its
/// stream (browsers allow six to a host) and, once visible, is told of what it missed.
pub fn events(case: &str, on_event: impl Fn(i64) + 'static) -> EventsHandle {
    let stream = Rc::new_cyclic(|stream: &Weak<Stream>| {
        let stream = stream.clone();
        Stream {
            url: format!("/api/pratiche/{case}/eventi"),
            source: RefCell::new(None),
            listener: Closure::new(move |event: MessageEvent| {
                let Some(stream) = stream.upgrade() else {
                    return;
                };
                // An error of the stream has no number.
                if event.type_() == "error" {
                    stream.failed();
                } else if let Ok(seq) = event.last_event_id().parse() {
                    stream.pause.set(PAUSES.0);
                    on_event(seq);
                }
            }),
            pause: Cell::new(PAUSES.0),
        }
    });
    stream.toggle();
    let weak = Rc::downgrade(&stream);
    let visibility = window_event_listener_untyped("visibilitychange", move |_| {
        if let Some(stream) = weak.upgrade() {
            stream.toggle();
        }
    });
    EventsHandle {
        stream,
        visibility: Some(visibility),
    }
}

impl Stream {
    /// Open in a visible tab, closed in a hidden one.
    fn toggle(&self) {
        if document().hidden() {
            self.close();
        } else if self.source.borrow().is_none() {
            let source = EventSource::new(&self.url).ok();
            for kind in ["case", "error"] {
                let _ = source.as_ref().map(|source| {
                    let listener = self.listener.as_ref().unchecked_ref();
                    source.add_event_listener_with_callback(kind, listener)
                });
            }
            *self.source.borrow_mut() = source;
        }
    }

    fn close(&self) {
        if let Some(source) = self.source.borrow_mut().take() {
            source.close();
        }
    }

    /// A lost connection the browser takes up again by itself, but not one that was answered
    /// with a refusal.
    fn failed(self: Rc<Self>) {
        let closed = |source: &EventSource| source.ready_state() == EventSource::CLOSED;
        if !self.source.borrow().as_ref().is_some_and(closed) {
            return;
        }
        self.close();
        let pause = self.pause.get();
        self.pause.set((pause * 2).min(PAUSES.1));
        let weak = Rc::downgrade(&self);
        set_timeout(
            move || {
                if let Some(stream) = weak.upgrade() {
                    stream.toggle();
                }
            },
            Duration::from_millis(pause.into()),
        );
    }
}

impl Drop for EventsHandle {
    fn drop(&mut self) {
        self.stream.close();
        if let Some(listener) = self.visibility.take() {
            listener.remove();
        }
    }
}

/// Leaves the app for a path of the server (login, files).
pub fn open(path: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().set_href(path);
    }
}

pub fn offline() -> Problem {
    Problem::new(
        0,
        t!("Nessuna connessione"),
        t!(
            "Non riusciamo a collegarci al Comune. Controlla la rete e riprova: quello che hai scritto resta qui."
        ),
    )
}

fn unreadable(status: u16) -> Problem {
    Problem::new(
        status,
        t!("Qualcosa non ha funzionato"),
        t!(
            "Il Comune ha risposto in un modo che non capiamo. Riprova tra poco: quello che hai scritto resta qui."
        ),
    )
}
