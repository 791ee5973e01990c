//! Form controls: label, hint, error, each tied to the control for who cannot see.
//!
//! Controls are the browser's: they hold a value at first and are read when it
//! matters. What was typed before the bundle came is never overwritten.

use leptos::prelude::*;
use rules::t;

use super::{El, TextArea, control_id, el, group, reactive, unseen};

/// What is common to every control.
#[derive(Clone)]
pub struct Control {
    /// The catalogue's path (`elenco.0.nome`): the control's `name`.
    pub path: String,
    pub label: String,
    pub hint: Option<String>,
    /// What it takes: told after the hint.
    pub takes: Option<String>,
    /// From where what fills it is known: told last, with the way to correct it.
    pub known: Option<String>,
    /// Of the choices, if any.
    pub lang: Option<&'static str>,
    pub unit: Option<String>,
    pub required: Signal<bool>,
    pub error: Signal<Option<String>>,
    /// Told, never blocking.
    pub warning: Signal<Option<String>>,
    /// Where several forms of a page have a control of that name: what tells the ids apart.
    pub id_prefix: Option<String>,
}

impl Control {
    /// A control with a known state: for forms that the wizard does not run.
    pub fn fixed(
        path: &str,
        label: impl Into<String>,
        required: bool,
        error: Option<String>,
    ) -> Self {
        Self {
            path: path.into(),
            label: label.into(),
            hint: None,
            takes: None,
            known: None,
            lang: None,
            unit: None,
            required: Signal::stored(required),
            error: Signal::stored(error),
            warning: Signal::stored(None),
            id_prefix: None,
        }
    }

    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn id(&self) -> String {
        match &self.id_prefix {
            Some(prefix) => [&control_id(prefix), "-", &self.path].concat(),
            None => control_id(&self.path),
        }
    }

    fn is_hinted(&self) -> bool {
        self.hint.is_some() || self.takes.is_some() || self.known.is_some()
    }

    /// Ids of what describes the control now.
    fn describedby(&self) -> Signal<Option<String>> {
        let (id, hinted) = (self.id(), self.is_hinted());
        let (error, warning) = (self.error, self.warning);
        Signal::derive(move || {
            let mut ids = Vec::new();
            if hinted {
                ids.push([&id, "-aiuto"].concat());
            }
            if error.with(Option::is_some) {
                ids.push([&id, "-errore"].concat());
            }
            if warning.with(Option::is_some) {
                ids.push([&id, "-avviso"].concat());
            }
            (!ids.is_empty()).then(|| ids.join(" "))
        })
    }

    fn invalid(&self) -> Signal<bool> {
        let error = self.error;
        Signal::derive(move || error.with(Option::is_some))
    }

    /// "Importo (€) *", or "(facoltativo)": told in words, not by colour.
    fn caption(&self) -> AnyView {
        let unit = self.unit.clone();
        let unit = unit.map(|unit| vec![group(" ("), group(unit), group(")")]);
        let required = self.required;
        group(vec![
            group(self.label.clone()),
            group(unit),
            reactive(move || {
                if required.get() {
                    el("span")
                        .class("required")
                        .set("aria-hidden", "true")
                        .child(" *")
                } else {
                    el("span").class("optional").child(t!(" (facoltativo)"))
                }
            }),
        ])
    }

    /// Hint before the control, error and warning after it.
    fn around(&self, control: AnyView) -> AnyView {
        let id = self.id();
        let hint = self.is_hinted().then(|| {
            el("small")
                .class("form-text d-block")
                .set("id", [&id, "-aiuto"].concat())
                .child(self.hint.clone())
                .child((self.hint.is_some() && self.takes.is_some()).then_some(" "))
                .child(self.takes.clone())
                .child(self.known.clone().map(|words| self.known(words)))
        });
        let (error, warning) = (self.error, self.warning);
        let warning_id = [&id, "-avviso"].concat();
        let error_id = [&id, "-errore"].concat();
        group(vec![
            group(hint),
            control,
            reactive(move || {
                error.get().map(|text| {
                    el("p")
                        .class("invalid-feedback d-block mb-0")
                        .set("id", error_id.as_str())
                        .child(unseen(t!("Errore: ")))
                        .child(text)
                })
            }),
            reactive(move || {
                warning.get().map(|text| {
                    el("p")
                        .class("form-text warning-feedback mb-0")
                        .set("id", warning_id.as_str())
                        .child(unseen(t!("Attenzione: ")))
                        .child(text)
                })
            }),
        ])
    }

    fn known(&self, words: String) -> El {
        let place = ["/area-personale/profilo#", &self.id()].concat();
        let link = el("a").set("href", place);
        el("span")
            .class("d-block")
            .child(words)
            .child(" ")
            .child(link.child(t!("Correggi nel profilo")))
    }

    fn labelled(&self, control: AnyView) -> AnyView {
        el("div")
            .class("form-field mb-4")
            .set("data-field", self.path.as_str())
            .child(
                el("label")
                    .class("form-label")
                    .set("for", self.id())
                    .child(self.caption()),
            )
            .child(self.around(control))
            .view()
    }

    /// A group of choices under one question.
    fn grouped(&self, choices: AnyView) -> AnyView {
        let describedby = self.describedby();
        el("fieldset")
            .class("form-field mb-4")
            .set("data-field", self.path.as_str())
            .live("aria-describedby", move || describedby.get())
            .child(el("legend").class("form-label").child(self.caption()))
            .child(self.around(choices))
            .view()
    }

    /// The control itself, tied to what is said around it. `class`, if any, gets `is-invalid`.
    fn control(&self, tag: &'static str, class: Option<&'static str>) -> El {
        let (described, invalid, required) = (self.describedby(), self.invalid(), self.required);
        el(tag)
            .live("class", move || {
                let mark = if invalid.get() { " is-invalid" } else { "" };
                class.map(|class| [class, mark].concat())
            })
            .set("id", self.id())
            .set("name", self.path.as_str())
            .live("aria-describedby", move || described.get())
            .live("aria-invalid", move || invalid.get().then(yes))
            .live("aria-required", move || required.get().then(yes))
    }
}

fn yes() -> String {
    "true".into()
}

/// How a one-line control looks to the keyboard and to the browser's memory.
#[derive(Clone, Copy, Default)]
pub struct Keyboard {
    /// `text` if empty.
    pub kind: &'static str,
    pub inputmode: &'static str,
    pub autocomplete: &'static str,
    pub placeholder: &'static str,
    /// Codes are written in capitals.
    pub capitals: bool,
    /// The list whose names `app/pwa/suggest.js` offers.
    pub names: &'static str,
}

impl Keyboard {
    /// What is another person's does not stay in the browser's memory.
    pub const PLAIN: Self = Self {
        kind: "",
        inputmode: "",
        autocomplete: "off",
        placeholder: "",
        capitals: false,
        names: "",
    };

    /// A code of hers.
    pub const CODE: Self = Self {
        capitals: true,
        ..Self::PLAIN
    };

    /// A day: digits, and slashes that are on the same keyboard.
    pub const DAY: Self = Self {
        inputmode: "numeric",
        ..Self::PLAIN
    };
}

/// One line of text.
pub fn text(control: &Control, value: String, keyboard: Keyboard) -> AnyView {
    let some = |text: &'static str| (!text.is_empty()).then_some(text);
    let input = control
        .control("input", Some("form-control"))
        .set("type", some(keyboard.kind).unwrap_or("text"))
        .set("value", value)
        .maybe("inputmode", some(keyboard.inputmode))
        .maybe("autocomplete", some(keyboard.autocomplete))
        .maybe("placeholder", some(keyboard.placeholder))
        .maybe("data-names", some(keyboard.names))
        .maybe("autocapitalize", keyboard.capitals.then_some("characters"))
        .maybe("spellcheck", keyboard.capitals.then_some("false"));
    control.labelled(input.view())
}

/// Several lines of text.
pub fn long_text(control: &Control, value: String, rows: u8) -> AnyView {
    control.labelled(
        view! {
            <TextArea
                id=control.id()
                name=control.path.clone()
                value=value
                rows=rows
                describedby=Some(control.describedby())
                invalid=Some(control.invalid())
                required=Some(control.required)
            />
        }
        .into_any(),
    )
}

/// A radio button or a checkbox, and its label. The first choice has the control's own id, so
/// that the summary of errors leads to it.
fn choices(
    control: &Control,
    kind: &'static str,
    options: Vec<(String, String)>,
    chosen: &[String],
) -> AnyView {
    let views = options.into_iter().enumerate().map(|(n, (code, label))| {
        let id = if n == 0 {
            control.id()
        } else {
            format!("{}-{n}", control.id())
        };
        let on = chosen.contains(&code);
        let input = el("input")
            .set("type", kind)
            .set("id", id.as_str())
            .set("name", control.path.as_str())
            .set("value", code)
            .flag("checked", on);
        el("div").class("form-check").child(input).child(
            el("label")
                .maybe("lang", control.lang)
                .set("for", id)
                .child(label),
        )
    });
    control.grouped(group(views.collect::<Vec<_>>()))
}

pub fn radios(control: &Control, options: Vec<(String, String)>, chosen: String) -> AnyView {
    choices(control, "radio", options, &[chosen])
}

pub fn checkboxes(control: &Control, options: Vec<(String, String)>, chosen: &[String]) -> AnyView {
    choices(control, "checkbox", options, chosen)
}

/// An option without a code is the heading of those that follow it.
pub fn select(control: &Control, options: Vec<(String, String)>, chosen: &str) -> AnyView {
    let option = |code: &str, label: &str| {
        el("option")
            .maybe("lang", control.lang)
            .set("value", code)
            .flag("selected", code == chosen)
            .child(label)
    };
    let groups = options.chunk_by(|_, (code, _)| !code.is_empty());
    let groups = groups.map(|rows| match rows {
        [(code, heading), rows @ ..] if code.is_empty() => {
            let rows = rows.iter().map(|(code, label)| option(code, label));
            let group = el("optgroup").set("label", heading.as_str());
            group.child(rows.collect::<Vec<_>>()).view()
        }
        rows => {
            let rows = rows.iter().map(|(code, label)| option(code, label));
            group(rows.collect::<Vec<_>>())
        }
    });
    let select = control
        .control("select", Some("form-select"))
        .child(el("option").set("value", "").child(t!("Scegli")))
        .child(groups.collect::<Vec<_>>());
    control.labelled(select.view())
}

/// One box to tick; `value` is what it posts.
pub fn tick(control: &Control, value: &'static str, on: bool) -> AnyView {
    let input = control
        .control("input", None)
        .set("type", "checkbox")
        .set("value", value)
        .flag("checked", on);
    let choice = el("div").class("form-check").child(input).child(
        el("label")
            .set("for", control.id())
            .child(control.label.clone()),
    );
    el("div")
        .class("form-field mb-3")
        .set("data-field", control.path.as_str())
        .child(control.around(choice.view()))
        .view()
}

/// A choice of files. `accept`: `.pdf,.jpg`.
pub fn file(control: &Control, accept: Option<String>, multiple: bool) -> AnyView {
    let input = control
        .control("input", Some("form-control"))
        .set("type", "file")
        .maybe("accept", accept)
        .flag("multiple", multiple);
    control.labelled(input.view())
}

/// A value that nobody may type.
pub fn read_only(label: String, unit: Option<String>, value: Signal<String>) -> AnyView {
    let unit = unit.map(|unit| vec![group(" "), group(unit)]);
    el("div")
        .class("form-field single-line-info mb-4")
        .child(el("p").class("form-label mb-0").child(label))
        .child(
            el("output")
                .class("fw-semibold")
                .child(reactive(move || value.get()))
                .child(unit),
        )
        .view()
}
