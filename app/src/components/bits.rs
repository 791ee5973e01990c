//! Small blocks: breadcrumb, alerts, summary of errors, status chip, label and value.

use crate::prelude::*;
use rules::form::Issue;

use super::{Icon, icon};
use crate::api::{ModelState, OfficeCard, StateView};

/// Id of the control that carries the answer at `path`.
pub fn control_id(path: &str) -> String {
    format!("c-{}", path.replace([':', '.'], "-"))
}

/// Links of the way here (label, path), and the page's own name without a link.
pub fn breadcrumb(links: Vec<(String, String)>, here: String) -> AnyView {
    let links = links
        .into_iter()
        .map(|(label, href)| {
            view! {
                <li class="breadcrumb-item"><a href=href>{label}</a><span class="separator" aria-hidden="true">"/"</span></li>
            }
        })
        .collect_view();
    view! {
        <nav class="breadcrumb-container" aria-label="Percorso di navigazione">
            <ol class="breadcrumb p-0" data-element="breadcrumb">
                <li class="breadcrumb-item"><a href="/">"Home"</a><span class="separator" aria-hidden="true">"/"</span></li>
                {links}
                <li class="breadcrumb-item active" aria-current="page">{here}</li>
            </ol>
        </nav>
    }
    .erase()
}

/// The frame of a page's main part; the rest of the page stands around it.
pub fn main(content: AnyView) -> AnyView {
    view! {
        <main id="main-container" tabindex="-1">
            <div class="container py-4">
                <div class="row justify-content-center"><div class="col-12 col-lg-10">{content}</div></div>
            </div>
        </main>
    }
    .erase()
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
pub fn alert(tone: Tone, content: AnyView) -> AnyView {
    let role = if tone == Tone::Danger {
        "alert"
    } else {
        "status"
    };
    view! { <div class=tone.class() role=role>{content}</div> }.erase()
}

pub fn notice(text: Option<String>) -> AnyView {
    text.map(|text| alert(Tone::Success, text.erase())).erase()
}

/// A framed remark inside a text.
pub fn callout(title: &'static str, content: AnyView) -> AnyView {
    view! {
        <div class="callout callout-highlight warning">
            <div class="callout-inner">
                <p class="callout-title">{icon(Icon::Warning)}<span class="text">{title}</span></p>
                <div>{content}</div>
            </div>
        </div>
    }
    .erase()
}

/// What must be mended, above the title: a link to each control.
pub fn error_summary(issues: &[Issue]) -> AnyView {
    error_summary_at(issues, "", "")
}

/// The same for the step `step` of the request at `path`: what another step must mend
/// leads to that step.
pub fn error_summary_at(issues: &[Issue], path: &str, step: &str) -> AnyView {
    if issues.is_empty() {
        return ().erase();
    }
    let items = issues
        .iter()
        .map(|issue| {
            let text = if issue.label.is_empty() || issue.message.contains(&issue.label) {
                issue.message.clone()
            } else {
                [issue.label.as_str(), ": ", &issue.message].concat()
            };
            if issue.path.is_empty() {
                view! { <li>{text}</li> }.erase()
            } else if !path.is_empty() && !issue.step.is_empty() && issue.step != step {
                let href = format!("{path}?passo={}", issue.step);
                view! { <li><a href=href>{text}</a></li> }.erase()
            } else {
                let href = format!("#{}", control_id(&issue.path));
                view! { <li><a href=href rel="external">{text}</a></li> }.erase()
            }
        })
        .collect_view();
    view! {
        <div id="errori" class="alert alert-danger cmp-warning-box" role="alert" tabindex="-1">
            <h2 class="h5">"C’è un problema"</h2>
            <ul class="mb-0">{items}</ul>
        </div>
    }
    .erase()
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
    .erase()
}

/// Label and value rows.
pub fn pairs(lines: Vec<(String, String)>) -> AnyView {
    let rows = lines
        .into_iter()
        .map(|(label, value)| {
            let value = if value.is_empty() {
                "Non fornito".to_owned()
            } else {
                value
            };
            view! { <div class="single-line-info"><dt>{label}</dt><dd>{value}</dd></div> }
        })
        .collect_view();
    view! { <dl class="cmp-info-summary">{rows}</dl> }.erase()
}

/// Lines of plain text as a list; nothing if there are none.
pub fn bullets(lines: Vec<String>) -> AnyView {
    if lines.is_empty() {
        return ().erase();
    }
    let items = lines
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    view! { <ul>{items}</ul> }.erase()
}

/// Who answers for the case, and how to reach the office.
pub fn office_card(office: &OfficeCard) -> AnyView {
    let line = |label: &'static str, value: &str| {
        (!value.is_empty()).then(|| view! { <p class="mb-1">{label}{value.to_owned()}</p> })
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
                <h3 class="h5 card-title">{office.name.clone()}</h3>
                {line("", &office.sector)}
                {line("Responsabile del procedimento: ", &office.responsible)}
                {line("", &office.address)}
                {line("Orari: ", &office.hours)}
                {phone}
                {mail}
            </div>
        </div>
    }
    .erase()
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
