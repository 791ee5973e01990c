//! A page that follows its case, in the browser: the marks are those of `components::live`.

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{
    Element, Event, HtmlInputElement, HtmlOptionElement, HtmlSelectElement, HtmlTextAreaElement,
};

use crate::{
    client::{self, EventsHandle},
    dom,
    navigation::Navigator,
};

/// Pause before news that could not be fetched are asked for again.
const RETRY: std::time::Duration = std::time::Duration::from_secs(3);

/// The stream of the page's case: dropped with the page, which closes it.
pub struct Following {
    _events: EventsHandle,
    _button: Option<Closure<dyn Fn(Event)>>,
}

/// Shows the events of the page's case as they come: at once, unless that could take away
/// what someone is writing; then the page offers the news and waits.
pub fn follow(navigator: Navigator) -> Option<Following> {
    let case = mark()?.get_attribute("data-live")?;
    let events = client::events(&case, move |event| {
        if event <= shown() {
            return;
        }
        if someone_writes() {
            offer(true);
        } else {
            show_news(navigator);
        }
    });
    let button = dom::find("[data-live] button").map(|button| {
        let ask = Closure::<dyn Fn(Event)>::new(move |_| show_news(navigator));
        let _ = button.add_event_listener_with_callback("click", ask.as_ref().unchecked_ref());
        ask
    });
    Some(Following {
        _events: events,
        _button: button,
    })
}

fn mark() -> Option<Element> {
    dom::find("[data-live]")
}

/// Number of the last event that the page shows.
fn shown() -> i64 {
    mark()
        .and_then(|mark| mark.get_attribute("data-seq")?.parse().ok())
        .unwrap_or(i64::MAX)
}

fn offer(on: bool) {
    if let Some(band) = dom::find("[data-live] > div") {
        let _ = band.toggle_attribute_with_force("hidden", !on);
    }
}

/// Without network the page stays as it was, and is asked for once more later.
fn show_news(navigator: Navigator) {
    let path = navigator.shown();
    spawn_local(async move {
        if navigator.refresh().await {
            offer(false);
        } else {
            set_timeout(
                move || {
                    if navigator.shown() == path {
                        show_news(navigator);
                    }
                },
                RETRY,
            );
        }
    });
}

/// Whether something was typed or chosen in the page and not sent, or was sent and refused:
/// then what was typed is what the page came with.
fn someone_writes() -> bool {
    let Some(main) = dom::find("main") else {
        return false;
    };
    if dom::find("main #errori").is_some() {
        return true;
    }
    dom::find_all(&main, "form :is(input, select, textarea)")
        .iter()
        .any(is_changed)
}

fn is_changed(control: &Element) -> bool {
    if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        return match input.type_().as_str() {
            "hidden" => false,
            "file" => !input.value().is_empty(),
            "radio" | "checkbox" => input.checked() != input.default_checked(),
            _ => input.value() != input.default_value(),
        };
    }
    if let Some(text) = control.dyn_ref::<HtmlTextAreaElement>() {
        return text
            .default_value()
            .is_ok_and(|before| text.value() != before);
    }
    control.dyn_ref::<HtmlSelectElement>().is_some_and(|_| {
        dom::find_all(control, "option").iter().any(|option| {
            option
                .dyn_ref::<HtmlOptionElement>()
                .is_some_and(|o| o.selected() != o.default_selected())
        })
    })
}
