//! Lists of a case: timeline, documents, files, summary, costs.

use crate::prelude::*;

use super::{Icon, icon, pairs};
use crate::api::{
    AttachmentView, CostLine, DocumentView, Milestone, MilestoneStatus, SummarySection,
};

/// "120 KB", "2,5 MB"
pub fn size(bytes: i64) -> String {
    let kb = (bytes.max(0) + 1023) / 1024;
    if kb < 1000 {
        return format!("{kb} KB");
    }
    let tenths = kb * 10 / 1024;
    format!("{},{} MB", tenths / 10, tenths % 10)
}

/// What happened and what is to come, in order.
pub fn timeline(milestones: Vec<Milestone>) -> AnyView {
    let items = milestones
        .into_iter()
        .map(|m| {
            let (class, said) = match m.status {
                MilestoneStatus::Done => ("point-list point-list-done", "Fatto: "),
                MilestoneStatus::Current => ("point-list point-list-current", "Adesso: "),
                MilestoneStatus::Future => ("point-list point-list-future", "Poi: "),
            };
            let current = (m.status == MilestoneStatus::Current).then_some("step");
            view! {
                <li class=class aria-current=current data-seq=m.seq.map(|s| s.to_string())>
                    <div class="point-list-aside">{m.at.unwrap_or_default()}</div>
                    <div class="point-list-content">
                        <p class="fw-semibold mb-0"><span class="visually-hidden">{said}</span>{m.title}</p>
                        {(!m.text.is_empty()).then(|| view! { <p class="mb-0">{m.text}</p> })}
                        {m.protocol.map(|p| view! { <p class="mb-0">"Protocollo "{p}</p> })}
                    </div>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="point-list-wrapper list-unstyled my-4" data-timeline="">{items}</ol> }
        .erase()
}

/// Registered documents, received and sent.
pub fn documents(documents: Vec<DocumentView>) -> AnyView {
    if documents.is_empty() {
        return view! { <p>"Ancora nessun documento."</p> }.erase();
    }
    let items = documents
        .into_iter()
        .map(|d| {
            view! {
                <li class="mb-3">
                    <a href=d.href rel="external">{icon(Icon::File)}<span>{d.title}</span></a>
                    <p class="mb-0">"Protocollo "{d.protocol}" del "{d.date}</p>
                    {d.text.map(|text| view! { <p class="act-text border-start ps-3">{text}</p> })}
                    <details class="small"><summary>"Impronta del documento"</summary><code class="text-break">{d.sha256}</code></details>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="list-unstyled" data-documents="">{items}</ul> }.erase()
}

/// Names and sizes of files, without commands.
pub fn files(files: Vec<AttachmentView>) -> AnyView {
    if files.is_empty() {
        return view! { <p>"Nessun file."</p> }.erase();
    }
    let items = files
        .into_iter()
        .map(|f| {
            view! {
                <li class="text-break">{icon(Icon::File)}<span>{f.name}</span>" ("{size(f.bytes)}")"</li>
            }
        })
        .collect_view();
    view! { <ul class="list-unstyled">{items}</ul> }.erase()
}

/// The answers as they will be, or were, registered. With `edit`, the path of the
/// request: each section links back to its step.
pub fn summary(sections: Vec<SummarySection>, edit: Option<&str>) -> AnyView {
    sections
        .into_iter()
        .map(|section| {
            let link = edit.map(|path| {
                let href = format!("{path}?passo={}", section.step);
                let hidden = format!(" {}", section.title);
                view! { <a class="btn btn-link p-0" href=href>"Modifica"<span class="visually-hidden">{hidden}</span></a> }
            });
            view! {
                <section class="card has-bkg-grey p-3 mb-4">
                    <div class="d-flex justify-content-between align-items-baseline">
                        <h2 class="h4 mb-3">{section.title}</h2>{link}
                    </div>
                    {pairs(section.lines)}
                </section>
            }
        })
        .collect_view()
        .erase()
}

/// What there is to pay.
pub fn costs(costs: Vec<CostLine>) -> AnyView {
    if costs.is_empty() {
        return view! { <p>"Non si paga nulla."</p> }.erase();
    }
    let items = costs
        .into_iter()
        .map(|c| {
            view! {
                <li class="mb-2">
                    <strong>{c.amount}</strong>" · "{c.description}
                    <span class="d-block">{c.when}{c.condition.map(|text| format!(". {text}"))}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="list-unstyled" data-costs="">{items}</ul> }.erase()
}
