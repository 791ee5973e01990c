//! Moving between pages in the browser without loading a document.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::location::{BrowserUrl, LocationChange, LocationProvider as _};
use send_wrapper::SendWrapper;

use crate::{
    api::{Acted, Main, Screen},
    client, dom, live, patch,
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
    browser: StoredValue<BrowserUrl>,
    /// Whether the address is still to be changed, once there is something to show.
    going: StoredValue<bool>,
}

impl Navigator {
    /// Follows the location from the page that the server wrote.
    pub fn start(header: RwSignal<String>, main: RwSignal<Main>) {
        let Ok(browser) = BrowserUrl::new() else {
            return;
        };
        browser.init(None);
        let url = browser.as_url().clone();
        let path = Memo::new(move |_| {
            url.with(|url| match url.search() {
                "" => url.path().to_owned(),
                query => format!("{}?{query}", url.path()),
            })
        });
        let navigator = Self {
            header,
            main,
            path,
            prepared: StoredValue::new(None),
            turn: StoredValue::new(0),
            live: StoredValue::new(None),
            browser: StoredValue::new(browser),
            going: StoredValue::new(false),
        };
        provide_context(navigator);
        Effect::new(move |before: Option<String>| {
            let path = navigator.path.get();
            match before {
                None => navigator.taken_over(),
                Some(before) if before != path => navigator.visit(path.clone()),
                Some(_) => {}
            }
            path
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
    }

    /// Path and query of the page shown.
    pub fn path(self) -> String {
        self.path.get_untracked()
    }

    fn visit(self, path: String) {
        let turn = self.next_turn();
        if let Some(screen) = self.take_prepared(&path) {
            return self.display(screen);
        }
        dom::set_root("data-loading", true);
        spawn_local(async move {
            let screen = client::screen(&path).await;
            if self.turn.get_value() == turn {
                self.display(screen);
            }
        });
    }

    fn next_turn(self) -> u32 {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.turn.get_value()
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
            return client::open(&to);
        }
        dom::set_title(&title);
        if let Some(header) = header {
            self.header.set(header);
        }
        // The guided form chooses where to go itself.
        let focus = !matches!(main, Main::Request(_));
        self.main.set(main);
        // Now the address changes, and the page is scrolled.
        let browser = self.browser.get_value();
        browser.ready_to_complete();
        if self.going.get_value() {
            self.going.set_value(false);
            browser.complete_navigation(&LocationChange {
                value: self.path(),
                replace: false,
                ..LocationChange::default()
            });
        }
        request_animation_frame(move || {
            if focus {
                dom::focus("#errori, main h1");
            }
            self.follow();
        });
    }

    /// Follows the case of the page shown, if it has one.
    fn follow(self) {
        let following = live::follow(self);
        self.live.set_value(following.map(SendWrapper::new));
    }

    /// Fetches the shown page again: what changed is patched in place. `false`: not reached.
    pub async fn refresh(self) -> bool {
        let path = self.path();
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
            self.prepared.set_value(Some((path.clone(), data)));
            self.go(&path);
        }
    }

    /// Shows another screen where one is.
    pub fn replace(self, screen: Screen) {
        self.next_turn();
        self.display(screen);
    }

    /// Follows a local path as a link would.
    pub fn go(self, path: &str) {
        if let Ok(url) = BrowserUrl::parse(path) {
            self.going.set_value(true);
            self.browser.get_value().as_url().set(url);
        }
    }
}
