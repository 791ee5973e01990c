//! Moving between pages in the browser without loading a document.

use leptos::{prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;

use crate::{
    address::{Address, Place, scroll},
    api::{Acted, Main, Screen},
    client, device, dom, live, patch,
    wizard::Desk,
};

#[derive(Clone, Copy)]
pub struct Navigator {
    header: RwSignal<String>,
    main: RwSignal<Main>,
    path: Memo<String>,
    /// What an action already answered: shown instead of fetching it again.
    prepared: StoredValue<Option<(String, Screen)>>,
    /// Counts the pages asked for: only the last one is shown.
    turn: StoredValue<u32>,
    /// The case that the page follows.
    live: StoredValue<Option<SendWrapper<live::Following>>>,
    /// Clicks on links, back and forward, the address bar.
    address: Address,
    /// Path and query of the page shown: the address may be ahead of it.
    shown: StoredValue<String>,
    /// Where the browser leads by itself: back, forward.
    popped: StoredValue<Option<String>>,
    /// How far down each page was when it was left.
    scrolled: StoredValue<Vec<(String, f64)>>,
    /// What is to have the focus in the form that comes.
    focus: StoredValue<Option<String>>,
    /// The guided form shown, which may hold something that is not saved yet.
    desk: StoredValue<Option<Desk>>,
}

impl Navigator {
    /// Follows the location from the page that the server wrote.
    pub fn start(header: RwSignal<String>, main: RwSignal<Main>) {
        let popped = StoredValue::new(None);
        let shown = StoredValue::new(Place::current().path);
        let address = Address::follow(move |to| {
            let elsewhere = to.path != shown.get_value();
            popped.set_value(elsewhere.then(|| to.path.clone()));
            if !elsewhere && !to.hash.is_empty() {
                scroll(&to.hash);
            }
        });
        let navigator = Self {
            header,
            main,
            path: address.path(),
            prepared: StoredValue::new(None),
            turn: StoredValue::new(0),
            live: StoredValue::new(None),
            address,
            shown,
            popped,
            scrolled: StoredValue::new(Vec::new()),
            focus: StoredValue::new(None),
            desk: StoredValue::new(None),
        };
        provide_context(navigator);
        keep_places();
        Effect::new(move |before: Option<()>| {
            let path = navigator.path.get();
            if before.is_none() {
                navigator.taken_over();
            } else if path == navigator.shown() {
                // Back before the other page came: it is no longer wanted.
                navigator.next_turn();
                dom::set_root("data-loading", false);
            } else {
                navigator.visit(path);
            }
        });
    }

    /// The one that the page was started with.
    pub fn here() -> Self {
        expect_context()
    }

    /// `<html data-hydrated>` tells style and tests that WASM has taken over.
    fn taken_over(self) {
        dom::set_root("data-hydrated", true);
        self.follow();
        if dom::find("[data-offline-page]").is_some() {
            let path = self.path();
            spawn_local(async move {
                if let Some(screen) = device::screen(&path).await {
                    self.display(screen);
                }
            });
        }
    }

    /// Path and query that the address is to have.
    fn path(self) -> String {
        self.path.get_untracked()
    }

    /// Path and query of the page shown.
    pub fn shown(self) -> String {
        self.shown.get_value()
    }

    /// What is to have the focus once the answer is shown.
    pub fn want(self, control: String) {
        self.focus.set_value(Some(control));
    }

    /// What was wanted so, or what the address names.
    pub fn wanted(self) -> Option<String> {
        let hash = Place::current().hash;
        take(self.focus).or_else(|| (hash.len() > 1).then_some(hash))
    }

    /// The guided form that is shown from now on.
    pub fn attend(self, desk: Option<Desk>) {
        self.desk.set_value(desk);
    }

    fn visit(self, path: String) {
        self.next_turn();
        if let Some(screen) = self.take_prepared(&path) {
            return self.display(screen);
        }
        dom::set_root("data-loading", true);
        let desk = self.desk.get_value();
        if !desk.is_some_and(|desk| desk.saves_before(&path)) {
            self.fetch(path);
        }
    }

    /// Shows the page at `path`, unless the address has changed meanwhile.
    pub fn fetch(self, path: String) {
        if path != self.path() {
            return;
        }
        let turn = self.turn.get_value();
        spawn_local(async move {
            let screen = client::screen(&path).await;
            if self.turn.get_value() == turn {
                self.display(screen);
            }
        });
    }

    /// Gives up going elsewhere: the address is again that of the page shown.
    pub fn stay(self) {
        self.next_turn();
        dom::set_root("data-loading", false);
        self.popped.set_value(None);
        self.address.stay(&self.shown());
    }

    fn next_turn(self) {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
    }

    fn take_prepared(self, path: &str) -> Option<Screen> {
        let mut found = None;
        self.prepared.update_value(|slot| {
            found = slot.take_if(|(at, _)| at == path).map(|(_, screen)| screen);
        });
        found
    }

    fn display(self, screen: Screen) {
        dom::set_root("data-loading", false);
        let Screen {
            title,
            header,
            main,
        } = screen;
        if let Main::Redirect { to } = main {
            // Whoever comes back here by the history finds links that lead somewhere.
            self.address.rest();
            return client::open(&to);
        }
        dom::set_title(&title);
        if let Some(header) = header {
            self.header.set(header);
        }
        // The guided form chooses where to go itself.
        let is_form = matches!(main, Main::Request(_));
        let before = self.turn_to(self.path());
        self.main.set(main);
        let popped = before.is_some();
        let gone = self.address.arrived();
        let hash = self.address.place().hash;
        request_animation_frame(move || {
            if gone {
                scroll(&hash);
            }
            if !is_form {
                let plain = hash.len() < 2 || popped;
                dom::focus(if plain { "#errori, main h1" } else { &hash });
            }
            if let Some(y) = before {
                window().scroll_to_with_x_and_y(0.0, y);
            }
            self.follow();
        });
    }

    /// Remembers how far down the page shown is. Where the next one was left, if the browser
    /// goes back or forward to it.
    fn turn_to(self, path: String) -> Option<f64> {
        let y = window().scroll_y().unwrap_or_default();
        let left = self.shown();
        let mut before = 0.0;
        self.scrolled.update_value(|places| {
            places.retain(|(at, _)| *at != left);
            places.push((left, y));
            if let Some((_, y)) = places.iter().find(|(at, _)| *at == path) {
                before = *y;
            }
        });
        let popped = take(self.popped).is_some_and(|to| to == path);
        self.shown.set_value(path);
        popped.then_some(before)
    }

    /// Follows the case of the page shown, if it has one.
    fn follow(self) {
        let following = live::follow(self);
        self.live.set_value(following.map(SendWrapper::new));
    }

    /// Fetches the shown page again: what changed is patched in place. `false`: not reached.
    pub async fn refresh(self) -> bool {
        let path = self.shown();
        let turn = self.turn.get_value();
        let Some(screen) = client::refreshed(&path).await else {
            return false;
        };
        if self.turn.get_value() == turn {
            match screen.main {
                Main::Html(html) => patch::main(&html),
                main => self.display(Screen { main, ..screen }),
            }
        }
        true
    }

    /// Shows what an action answered, at its own path.
    pub fn show(self, acted: Acted<Screen>) {
        let Acted { path, data } = acted;
        if path == self.path() {
            self.replace(data);
        } else {
            let to = Place::parse(&path);
            self.prepared.set_value(Some((to.path.clone(), data)));
            self.address.go(to);
        }
    }

    /// Shows another screen where one is.
    pub fn replace(self, screen: Screen) {
        self.next_turn();
        self.display(screen);
    }
}

fn take<T: Send + Sync + 'static>(slot: StoredValue<Option<T>>) -> Option<T> {
    let mut taken = None;
    slot.update_value(|slot| taken = slot.take());
    taken
}

/// Back and forward lead to where one was in the page. The browser would scroll before the
/// page is there: it does so only for documents that it loads.
fn keep_places() {
    scroll_restoration("manual");
    window_event_listener_untyped("pagehide", |_| scroll_restoration("auto"));
    window_event_listener_untyped("pageshow", |_| scroll_restoration("manual"));
}

/// Whether the browser scrolls by itself on back and forward: `auto` or `manual`.
fn scroll_restoration(mode: &str) {
    if let Ok(history) = window().history() {
        let _ = js_sys::Reflect::set(&history, &"scrollRestoration".into(), &mode.into());
    }
}
