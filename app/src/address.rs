//! The browser's address: links that are followed without loading a document, back and forward.
//!
//! The address changes when there is something to show, so that who waits is still where she was.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

/// Where the browser is, or is going.
#[derive(Clone, Default, PartialEq)]
pub struct Place {
    /// Path and query.
    pub path: String,
    /// With its `#`; empty without.
    pub hash: String,
}

impl Place {
    /// Of a local address.
    pub fn parse(address: &str) -> Self {
        let at = address.find('#').unwrap_or(address.len());
        let (path, hash) = address.split_at(at);
        Self {
            path: path.to_owned(),
            hash: hash.to_owned(),
        }
    }

    /// Of the address bar.
    pub fn current() -> Self {
        let location = window().location();
        let part = |part: Result<String, _>| part.unwrap_or_default();
        Self {
            path: [part(location.pathname()), part(location.search())].concat(),
            hash: part(location.hash()),
        }
    }
}

#[derive(Clone, Copy)]
pub struct Address {
    place: RwSignal<Place>,
    /// What enters the history once it is shown.
    going: StoredValue<Option<Place>>,
}

impl Address {
    /// Follows links and the history from now on; `moved` is told where back and forward lead.
    pub fn follow(moved: impl Fn(&Place) + 'static) -> Self {
        let address = Self {
            place: RwSignal::new(Place::current()),
            going: StoredValue::new(None),
        };
        window_event_listener(ev::click, move |event| address.clicked(&event));
        window_event_listener_untyped("popstate", move |_| {
            address.rest();
            moved(&address.place());
        });
        // A page that the browser has kept whole, shown again.
        window_event_listener_untyped("pageshow", move |_| address.rest());
        address
    }

    pub fn place(self) -> Place {
        self.place.get_untracked()
    }

    /// The path and query that are wanted, followed.
    pub fn path(self) -> Memo<String> {
        Memo::new(move |_| self.place.with(|place| place.path.clone()))
    }

    /// As a link there would.
    pub fn go(self, to: Place) {
        self.going.set_value(Some(to.clone()));
        self.place.set(to);
    }

    /// What was gone to is shown: the address changes. Whether it was gone to.
    pub fn arrived(self) -> bool {
        let place = self.place();
        let mut going = None;
        self.going.update_value(|slot| going = slot.take());
        let gone = going.as_ref() == Some(&place);
        if gone {
            enter(&place);
        }
        gone
    }

    /// Nothing else is wanted than what the address says.
    pub fn rest(self) {
        self.going.set_value(None);
        self.place.set(Place::current());
    }

    /// Stays at `path`, whatever was wanted or the browser has done.
    pub fn stay(self, path: &str) {
        self.going.set_value(None);
        let place = Place::parse(path);
        if Place::current().path != place.path {
            enter(&place);
        }
        self.place.set(place);
    }

    fn clicked(self, event: &MouseEvent) {
        let held = event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key();
        if event.default_prevented() || event.button() != 0 || held {
            return;
        }
        let Some(to) = link(event) else { return };
        let here = to.path == Place::current().path;
        if here && !to.hash.is_empty() {
            // Inside the page: the browser goes there, and tells so as it tells of back and forward.
            return;
        }
        event.prevent_default();
        if here {
            // Nothing that is typed is lost.
            self.rest();
            scroll("");
        } else if to != self.place() {
            self.go(to);
        }
    }
}

/// Where the clicked link leads, if that is a page of ours in this window.
fn link(event: &MouseEvent) -> Option<Place> {
    let clicked: Element = event.target()?.dyn_into().ok()?;
    let link = clicked.closest("a[href]:not([target],[download],[rel~=external])");
    let link: HtmlAnchorElement = link.ok()??.dyn_into().ok()?;
    let ours = window()
        .location()
        .origin()
        .is_ok_and(|o| o == link.origin());
    ours.then(|| Place {
        path: [link.pathname(), link.search()].concat(),
        hash: link.hash(),
    })
}

/// A new entry of the history, unless the browser is there already.
fn enter(place: &Place) {
    if *place == Place::current() {
        return;
    }
    if let Ok(history) = window().history() {
        let address = [place.path.as_str(), &place.hash].concat();
        let nothing = wasm_bindgen::JsValue::NULL;
        let _ = history.push_state_with_url(&nothing, "", Some(&address));
    }
}

/// To what the hash names, else to the top.
pub fn scroll(hash: &str) {
    match hash
        .strip_prefix('#')
        .and_then(|id| document().get_element_by_id(id))
    {
        Some(element) => element.scroll_into_view(),
        None => window().scroll_to_with_x_and_y(0.0, 0.0),
    }
}
