//! Form controls: label, hint, error, each tied to the control for who cannot see.
//!
//! Controls are the browser's: they hold a value at first and are read when it
//! matters. What was typed before the bundle came is never overwritten.

use crate::prelude::*;

use super::{TextArea, control_id};

/// What is common to every control.
#[derive(Clone)]
pub struct Control {
    /// The catalogue's path (`elenco.0.nome`): the control's `name`.
    pub path: String,
    pub label: String,
    pub hint: Option<String>,
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
    pub fn fixed(path: &str, label: &str, required: bool, error: Option<String>) -> Self {
        Self {
            path: path.into(),
            label: label.into(),
            hint: None,
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

    /// Ids of what describes the control now.
    fn describedby(&self) -> Signal<Option<String>> {
        let (id, hinted) = (self.id(), self.hint.is_some());
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
        let unit = self.unit.clone().map(|unit| [" (", &unit, ")"].concat());
        let required = self.required;
        view! {
            {self.label.clone()}{unit}
            {move || if required.get() {
                view! { <span class="required" aria-hidden="true">" *"</span> }.erase()
            } else {
                view! { <span class="optional">" (facoltativo)"</span> }.erase()
            }}
        }
        .erase()
    }

    /// Hint before the control, error and warning after it.
    fn around(&self, control: AnyView) -> AnyView {
        let id = self.id();
        let hint = self.hint.clone().map(|text| {
            view! { <small class="form-text d-block" id=[&id, "-aiuto"].concat()>{text}</small> }
        });
        let (error, warning) = (self.error, self.warning);
        let warning_id = [&id, "-avviso"].concat();
        let error_id = [&id, "-errore"].concat();
        view! {
            {hint}
            {control}
            {move || error.get().map(|text| view! {
                <p class="invalid-feedback d-block mb-0" id=error_id.clone()><span class="visually-hidden">"Errore: "</span>{text}</p>
            })}
            {move || warning.get().map(|text| view! {
                <p class="form-text warning-feedback mb-0" id=warning_id.clone()><span class="visually-hidden">"Attenzione: "</span>{text}</p>
            })}
        }
        .erase()
    }

    fn labelled(&self, control: AnyView) -> AnyView {
        view! {
            <div class="form-field mb-4" data-field=self.path.clone()>
                <label class="form-label" for=self.id()>{self.caption()}</label>
                {self.around(control)}
            </div>
        }
        .erase()
    }

    /// A group of choices under one question.
    fn grouped(&self, choices: AnyView) -> AnyView {
        let describedby = self.describedby();
        view! {
            <fieldset class="form-field mb-4" data-field=self.path.clone() aria-describedby=move || describedby.get()>
                <legend class="form-label">{self.caption()}</legend>
                {self.around(choices)}
            </fieldset>
        }
        .erase()
    }
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
}

/// One line of text.
pub fn text(control: &Control, value: String, keyboard: Keyboard) -> AnyView {
    let some = |text: &'static str| (!text.is_empty()).then_some(text);
    let (described, invalid, required) =
        (control.describedby(), control.invalid(), control.required);
    control.labelled(
        view! {
            <input
                class="form-control"
                class:is-invalid=move || invalid.get()
                type=some(keyboard.kind).unwrap_or("text")
                id=control.id()
                name=control.path.clone()
                value=value
                inputmode=some(keyboard.inputmode)
                autocomplete=some(keyboard.autocomplete)
                placeholder=some(keyboard.placeholder)
                autocapitalize=keyboard.capitals.then_some("characters")
                spellcheck=keyboard.capitals.then_some("false")
                aria-describedby=move || described.get()
                aria-invalid=move || invalid.get().then_some("true")
                aria-required=move || required.get().then_some("true")
            />
        }
        .erase(),
    )
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
        .erase(),
    )
}

/// A radio button or a checkbox, and its label.
fn choice(
    kind: &'static str,
    id: String,
    name: String,
    value: String,
    label: String,
    on: bool,
) -> AnyView {
    view! {
        <div class="form-check">
            <input type=kind id=id.clone() name=name value=value checked=on/>
            <label for=id>{label}</label>
        </div>
    }
    .erase()
}

/// The first choice has the control's own id, so that the summary of errors leads to it.
fn choices(
    control: &Control,
    kind: &'static str,
    options: Vec<(String, String)>,
    chosen: &[String],
) -> AnyView {
    let views = options
        .into_iter()
        .enumerate()
        .map(|(n, (code, label))| {
            let id = if n == 0 {
                control.id()
            } else {
                format!("{}-{n}", control.id())
            };
            let on = chosen.contains(&code);
            choice(kind, id, control.path.clone(), code, label, on)
        })
        .collect_view();
    control.grouped(views.erase())
}

pub fn radios(control: &Control, options: Vec<(String, String)>, chosen: String) -> AnyView {
    choices(control, "radio", options, &[chosen])
}

pub fn checkboxes(control: &Control, options: Vec<(String, String)>, chosen: &[String]) -> AnyView {
    choices(control, "checkbox", options, chosen)
}

pub fn select(control: &Control, options: Vec<(String, String)>, chosen: &str) -> AnyView {
    let (described, invalid, required) =
        (control.describedby(), control.invalid(), control.required);
    let options = options
        .into_iter()
        .map(|(code, label)| {
            let on = code == chosen;
            view! { <option value=code selected=on>{label}</option> }
        })
        .collect_view();
    control.labelled(
        view! {
            <select
                class="form-select"
                class:is-invalid=move || invalid.get()
                id=control.id()
                name=control.path.clone()
                aria-describedby=move || described.get()
                aria-invalid=move || invalid.get().then_some("true")
                aria-required=move || required.get().then_some("true")
            >
                <option value="">"Scegli"</option>
                {options}
            </select>
        }
        .erase(),
    )
}

/// One box to tick; `value` is what it posts.
pub fn tick(control: &Control, value: &'static str, on: bool) -> AnyView {
    let id = control.id();
    let (described, invalid, required) =
        (control.describedby(), control.invalid(), control.required);
    view! {
        <div class="form-field mb-3" data-field=control.path.clone()>
            {control.around(view! {
                <div class="form-check">
                    <input
                        type="checkbox"
                        id=id.clone()
                        name=control.path.clone()
                        value=value
                        checked=on
                        aria-describedby=move || described.get()
                        aria-invalid=move || invalid.get().then_some("true")
                        aria-required=move || required.get().then_some("true")
                    />
                    <label for=id>{control.label.clone()}</label>
                </div>
            }.erase())}
        </div>
    }
    .erase()
}

/// A choice of files. `accept`: `.pdf,.jpg`.
pub fn file(control: &Control, accept: Option<String>, multiple: bool) -> AnyView {
    let (described, invalid, required) =
        (control.describedby(), control.invalid(), control.required);
    control.labelled(
        view! {
            <input
                class="form-control"
                class:is-invalid=move || invalid.get()
                type="file"
                id=control.id()
                name=control.path.clone()
                accept=accept
                multiple=multiple
                aria-describedby=move || described.get()
                aria-invalid=move || invalid.get().then_some("true")
                aria-required=move || required.get().then_some("true")
            />
        }
        .erase(),
    )
}

/// A value that nobody may type.
pub fn read_only(label: &str, unit: Option<String>, value: Signal<String>) -> AnyView {
    let unit = unit.map(|unit| [" ", &unit].concat());
    view! {
        <div class="form-field single-line-info mb-4">
            <p class="form-label mb-0">{label.to_owned()}</p>
            <output class="fw-semibold">{move || value.get()}{unit}</output>
        </div>
    }
    .erase()
}
