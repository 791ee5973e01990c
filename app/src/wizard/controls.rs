//! The form's controls as the browser has them.

use rules::form::Answer;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

use crate::dom;

/// Controls with a name, in the order of the page.
pub fn all(form: &HtmlFormElement) -> Vec<Element> {
    dom::find_all(form, "input[name],select[name],textarea[name]")
}

/// Path and value of a control that carries an answer; `None` for the others and for a
/// radio button that is not chosen.
pub fn value(form: &HtmlFormElement, element: &Element) -> Option<(String, Answer)> {
    let path = element.get_attribute("name")?;
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        return input_value(form, input, &path).map(|value| (path, value));
    }
    let text = match element.dyn_ref::<HtmlSelectElement>() {
        Some(select) => select.value(),
        None => element.dyn_ref::<HtmlTextAreaElement>()?.value(),
    };
    Some((path, Answer::Text(text)))
}

fn input_value(form: &HtmlFormElement, input: &HtmlInputElement, path: &str) -> Option<Answer> {
    match input.type_().as_str() {
        "hidden" | "file" | "submit" => None,
        "radio" => input.checked().then(|| Answer::Text(input.value())),
        "checkbox" if path.starts_with("dichiarazioni.") => {
            Some(Answer::Text(if input.checked() {
                input.value()
            } else {
                String::new()
            }))
        }
        "checkbox" => Some(Answer::Many(checked(form, path))),
        _ => Some(Answer::Text(input.value())),
    }
}

fn checked(form: &HtmlFormElement, path: &str) -> Vec<String> {
    let boxes = all(form)
        .into_iter()
        .filter_map(|e| e.dyn_into::<HtmlInputElement>().ok());
    boxes
        .filter(|b| b.name() == path && b.checked())
        .map(|b| b.value())
        .collect()
}
