//! Small blocks: breadcrumb, alerts, summary of errors, status chip, label and value.

use leptos::prelude::*;
use rules::{
    form::Issue,
    language::{of_definitions, quoted},
    t,
};

use super::{Child, El, Icon, defined, el, group, icon};
use crate::api::{ModelState, OfficeCard, StateView};

/// Id of the control that carries the answer at `path`.
pub fn control_id(path: &str) -> String {
    format!("c-{}", path.replace([':', '.'], "-"))
}

/// String for who cannot see.
pub fn unseen(text: &str) -> El {
    el("span").class("visually-hidden").child(text)
}

/// Links of the way here (label, path), and the page's own name without a link.
pub fn breadcrumb(links: Vec<(String, String)>, here: String) -> AnyView {
    let link = |(label, href): (String, String)| {
        // What leads to a service, or to a kind of services, is called as that is.
        let of_service = href.starts_with("/servizi") && href != "/servizi";
        let lang = of_definitions().filter(|_| of_service);
        el("li")
            .class("breadcrumb-item")
            .child(el("a").maybe("lang", lang).set("href", href).child(label))
            .child(
                el("span")
                    .class("separator")
                    .set("aria-hidden", "true")
                    .child("/"),
            )
    };
    let here = el("li")
        .class("breadcrumb-item active")
        .set("aria-current", "page")
        .child(here);
    el("nav")
        .class("breadcrumb-container")
        .set("aria-label", t!("Percorso di navigazione"))
        .child(
            el("ol")
                .class("breadcrumb p-0")
                .set("data-element", "breadcrumb")
                .child(link(("Home".into(), "/".into())))
                .child(links.into_iter().map(link).collect::<Vec<_>>())
                .child(here),
        )
        .view()
}

/// The frame of a page's main part; the rest of the page stands around it.
pub fn main(content: AnyView) -> AnyView {
    let column = el("div").class("col-12 col-lg-10").child(content);
    let row = el("div").class("row justify-content-center").child(column);
    el("main")
        .set("id", "main-container")
        .set("tabindex", "-1")
        .child(el("div").class("container py-4").child(row))
        .view()
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Info,
    Success,
    Warning,
    Danger,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Info => "alert alert-info",
            Self::Success => "alert alert-success",
            Self::Warning => "alert alert-warning",
            Self::Danger => "alert alert-danger",
        }
    }
}

/// Something to know, read out when it appears.
pub fn alert(tone: Tone, content: impl Child) -> AnyView {
    let role = if tone == Tone::Danger {
        "alert"
    } else {
        "status"
    };
    el("div")
        .class(tone.class())
        .set("role", role)
        .child(content)
        .view()
}

pub fn notice(text: Option<String>) -> AnyView {
    group(text.map(|text| alert(Tone::Success, text)))
}

/// What was typed in a form that is no longer there: to be read and copied.
pub fn unsent(text: Option<String>) -> AnyView {
    group(text.map(|text| {
        el("section")
            .class("callout callout-highlight")
            .set("data-unsent", "")
            .child(
                el("h2")
                    .class("h5")
                    .child(t!("Quello che avevi scritto, non inviato")),
            )
            .child(el("p").class("act-text").child(text))
    }))
}

/// A framed remark inside a text.
pub fn callout(title: &'static str, content: impl Child) -> AnyView {
    let title = el("p")
        .class("callout-title")
        .child(icon(Icon::Warning))
        .child(el("span").class("text").child(title));
    let inner = el("div")
        .class("callout-inner")
        .child(title)
        .child(el("div").child(content));
    el("div")
        .class("callout callout-highlight warning")
        .child(inner)
        .view()
}

/// What must be mended, above the title: a link to each control.
pub fn error_summary(issues: &[Issue]) -> AnyView {
    error_summary_at(issues, "", "")
}

/// The same for the step `step` of the request at `path`: what another step must mend
/// leads to that step.
pub fn error_summary_at(issues: &[Issue], path: &str, step: &str) -> AnyView {
    if issues.is_empty() {
        return ().into_any();
    }
    let link = |issue: &Issue| issue_line(issue, path, step);
    el("div")
        .set("id", "errori")
        .class("alert alert-danger cmp-warning-box")
        .set("role", "alert")
        .set("tabindex", "-1")
        .child(el("h2").class("h5").child(t!("C’è un problema")))
        .child(
            el("ul")
                .class("mb-0")
                .child(issues.iter().map(link).collect::<Vec<_>>()),
        )
        .view()
}

/// A line of a list of issues: it leads to the answer, or to the step that asks for it.
pub fn issue_line(issue: &Issue, path: &str, step: &str) -> El {
    let unnamed = issue.label.is_empty() || issue.message.contains(&issue.label);
    let label = (!unnamed).then(|| group(quoted(&issue.label)));
    let colon = label.is_some().then_some(": ");
    let text = group(vec![group(label), group(colon), group(message(issue))]);
    if issue.path.is_empty() {
        return el("li").child(text);
    }
    let elsewhere = !path.is_empty() && !issue.step.is_empty() && issue.step != step;
    let link = if elsewhere {
        el("a").set("href", [path, "?passo=", &issue.step].concat())
    } else {
        el("a")
            .set("href", ["#", &control_id(&issue.path)].concat())
            .set("rel", "external")
    };
    el("li").child(link.child(text))
}

/// What an issue says: our words, or a rule's.
pub fn message(issue: &Issue) -> String {
    if issue.from_definition {
        quoted(&issue.message)
    } else {
        issue.message.clone()
    }
}

/// Field and message pairs, as the summary of errors.
pub fn error_pairs(errors: &[(String, String)]) -> AnyView {
    let issues: Vec<Issue> = errors
        .iter()
        .map(|(path, message)| Issue {
            path: path.clone(),
            step: String::new(),
            label: String::new(),
            kind: rules::form::IssueKind::Wrong,
            message: message.clone(),
            from_definition: false,
        })
        .collect();
    error_summary(&issues)
}

/// The first message for `path` among field and message pairs.
pub fn error_of(errors: &[(String, String)], path: &str) -> Option<String> {
    errors
        .iter()
        .find(|(at, _)| at == path)
        .map(|(_, message)| message.clone())
}

pub fn state_chip(state: &StateView) -> AnyView {
    let class = match state.model {
        ModelState::NonAvviato => "chip chip-simple chip-secondary",
        ModelState::InCorso | ModelState::SospesoPa => "chip chip-simple chip-primary",
        ModelState::SospesoUtente => "chip chip-simple chip-warning",
        ModelState::Positivo => "chip chip-simple chip-success",
        ModelState::Negativo => "chip chip-simple chip-danger",
    };
    view! {
        <span class=class data-state=state.code.clone()><span class="chip-label">{state.label.clone()}</span></span>
    }
    .into_any()
}

/// Label and value rows.
pub fn pairs<L: Into<String>, V: Into<String>>(lines: Vec<(L, V)>) -> AnyView {
    let lines = lines.into_iter();
    rows(lines.map(|(l, v)| (l.into(), v.into())).collect())
}

fn rows(lines: Vec<(String, String)>) -> AnyView {
    let row = |(label, value): (String, String)| {
        let value = if value.is_empty() {
            t!("Non fornito").into()
        } else {
            value
        };
        el("div")
            .class("single-line-info")
            .child(el("dt").child(label))
            .child(el("dd").child(value))
    };
    el("dl")
        .class("cmp-info-summary")
        .child(lines.into_iter().map(row).collect::<Vec<_>>())
        .view()
}

/// Lines of the definition's words as a list; nothing if there are none.
pub fn bullets(lines: Vec<String>) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    let items = lines
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    view! { <ul lang=of_definitions()>{items}</ul> }.into_any()
}

/// Who answers for the case, and how to reach the office.
pub fn office_card(office: &OfficeCard) -> AnyView {
    let line = |label: &'static str, value: &str| {
        (!value.is_empty()).then(|| view! { <p class="mb-1">{label}{defined(value)}</p> })
    };
    let mail = (!office.email.is_empty()).then(|| {
        let href = format!("mailto:{}", office.email);
        view! { <p class="mb-1"><a href=href>{office.email.clone()}</a></p> }
    });
    let phone = (!office.phone.is_empty()).then(|| {
        let href = format!("tel:{}", office.phone.replace(' ', ""));
        view! { <p class="mb-1"><a href=href>{office.phone.clone()}</a></p> }
    });
    view! {
        <div class="card card-teaser border rounded shadow-sm p-3">
            <div class="card-body">
                <h3 class="h5 card-title" lang=of_definitions()>{office.name.clone()}</h3>
                {line("", &office.sector)}
                {line(t!("Responsabile del procedimento: "), &office.responsible)}
                {line("", &office.address)}
                {line(t!("Orari: "), &office.hours)}
                {phone}
                {mail}
            </div>
        </div>
    }
    .into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::check::{html, values};

    #[test]
    fn each_error_leads_to_where_it_is_mended() {
        let issue = |step: &str| Issue {
            path: "anni.0.anno".into(),
            step: step.into(),
            label: "Anno".into(),
            kind: rules::form::IssueKind::Missing,
            message: "Scrivi l’anno".into(),
            from_definition: false,
        };
        let issues = [issue("riepilogo"), issue("importi")];
        let html = html(|| error_summary_at(&issues, "/servizi/prova/richiesta", "riepilogo"));
        let links = values(&html, "href");
        assert_eq!(
            links,
            ["#c-anni-0-anno", "/servizi/prova/richiesta?passo=importi"]
        );
    }
}
