//! Lists of a case: timeline, documents, files, summary, costs.

use leptos::prelude::*;
use rules::{
    language::{of_definitions, quoted},
    t,
};

use super::{El, Icon, defined, el, group, icon, pairs, told, unseen};
use crate::api::{
    AttachmentView, CostLine, DocumentView, Milestone, MilestoneStatus, PdfView, SummarySection,
};

/// "120 KB", "2,5 MB"
pub fn size(bytes: i64) -> String {
    let kb = (bytes.max(0) + 1023) / 1024;
    if kb < 1000 {
        return format!("{kb} KB");
    }
    let tenths = kb * 10 / 1024;
    t!(
        "{whole},{tenth} MB",
        whole = tenths / 10,
        tenth = tenths % 10
    )
}

/// What happened and what is to come, in order.
pub fn timeline(milestones: Vec<Milestone>) -> AnyView {
    let items = milestones
        .into_iter()
        .map(|m| {
            let (class, said) = match m.status {
                MilestoneStatus::Done => ("point-list point-list-done", t!("Fatto: ")),
                MilestoneStatus::Current => ("point-list point-list-current", t!("Adesso: ")),
                MilestoneStatus::Future => ("point-list point-list-future", t!("Poi: ")),
            };
            let current = (m.status == MilestoneStatus::Current).then_some("step");
            view! {
                <li class=class aria-current=current data-seq=m.seq.map(|s| s.to_string())>
                    <div class="point-list-aside">{m.at.unwrap_or_default()}</div>
                    <div class="point-list-content">
                        <p class="fw-semibold mb-0"><span class="visually-hidden">{said}</span>{told(m.title)}</p>
                        {(!m.text.is_empty()).then(|| view! { <p class="mb-0">{told(m.text)}</p> })}
                        {m.protocol.map(|p| view! { <p class="mb-0">{t!("Protocollo {number}", number = p)}</p> })}
                    </div>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="point-list-wrapper list-unstyled my-4" data-timeline="">{items}</ol> }
        .into_any()
}

/// Registered documents, received and sent.
pub fn documents(documents: Vec<DocumentView>) -> AnyView {
    if documents.is_empty() {
        return view! { <p>{t!("Ancora nessun documento.")}</p> }.into_any();
    }
    let items = documents
        .into_iter()
        .map(|d| {
            let open = match d.href.is_empty() {
                true => view! { <p class="mb-0">{t!("Lo scarichi dopo il pagamento.")}</p> }.into_any(),
                false => view! {
                    {pdf(d.pdf, &d.title)}
                    <p class="mb-0"><a href=d.href rel="external">{t!("Originale registrato (JSON)")}<span class="visually-hidden">": "{d.title.clone()}</span></a></p>
                }
                .into_any(),
            };
            view! {
                <li class="mb-4">
                    <p class="fw-semibold mb-0">{icon(Icon::File)}<span>{told(d.title.as_str())}</span></p>
                    <p class="mb-0">{t!("Protocollo {number} del {date}", number = d.protocol, date = d.date)}</p>
                    {open}
                    {d.text.map(|text| view! { <p class="act-text border-start ps-3" lang=of_definitions()>{text}</p> })}
                    <details class="small"><summary>{t!("Impronta del documento")}</summary><code class="text-break">{d.sha256}</code></details>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="list-unstyled" data-documents="">{items}</ul> }.into_any()
}

/// The way to a PDF, or why there is none yet. `about`: the document's title.
pub fn pdf(pdf: Option<PdfView>, about: &str) -> AnyView {
    let about = [": ", about].concat();
    match pdf {
        Some(PdfView::Ready { href }) => view! {
            <p class="mb-0" data-pdf="">
                <a href=href rel="external">{t!("Scarica il PDF")}<span class="visually-hidden">{about}</span></a>
            </p>
        }
        .into_any(),
        Some(PdfView::Preparing) => view! {
            <p class="mb-0" data-pdf="">{t!("Stiamo preparando il PDF. Intanto puoi leggere e stampare questa pagina.")}</p>
        }
        .into_any(),
        Some(PdfView::Failed) => view! {
            <p class="mb-0" data-pdf="">{t!("Per ora il PDF non c’è: l’ufficio lo sa. Puoi leggere e stampare questa pagina.")}</p>
        }
        .into_any(),
        None => ().into_any(),
    }
}

/// A stored file, to be opened: its name and size.
pub fn file_link(file: &AttachmentView) -> El {
    let link = match file.infected {
        true => el("span"),
        false => el("a"),
    };
    link.class("text-break")
        .maybe(
            "href",
            (!file.infected).then(|| ["/allegati/", &file.file].concat()),
        )
        .maybe("rel", (!file.infected).then_some("external"))
        .child(icon(Icon::File))
        .child(el("span").child([&file.name, " (", &size(file.bytes), ")"].concat()))
}

/// What was found in it: by the antivirus, and of its digital signatures, these in the language
/// of acts.
pub fn found_in(file: &AttachmentView) -> Vec<El> {
    let line = |text: &str| {
        el("span")
            .class("d-block small text-break w-100")
            .child(text)
    };
    let held = file
        .held
        .as_deref()
        .map(|why| line(why).set("data-held", ""));
    let signed = file.signed.as_deref();
    let signed = signed.map(|found| line(found).maybe("lang", of_definitions()));
    held.into_iter().chain(signed).collect()
}

/// Files to be opened, without commands.
pub fn files(files: Vec<AttachmentView>) -> AnyView {
    if files.is_empty() {
        return el("p").child(t!("Nessun file.")).view();
    }
    let item = |file: &AttachmentView| el("li").child(file_link(file)).child(found_in(file));
    el("ul")
        .class("list-unstyled")
        .child(files.iter().map(item).collect::<Vec<_>>())
        .view()
}

/// The answers as they will be, or were, registered. With `edit`, the path of the
/// request: each section links back to its step.
pub fn summary(sections: Vec<SummarySection>, edit: Option<&str>) -> AnyView {
    let section = |section: SummarySection| {
        let link = edit.map(|path| {
            el("a")
                .class("btn btn-link p-0")
                .set("href", [path, "?passo=", &section.step].concat())
                .child(t!("Modifica"))
                .child(
                    unseen(" ")
                        .maybe("lang", of_definitions())
                        .child(section.title.as_str()),
                )
        });
        let head = el("div")
            .class("d-flex justify-content-between align-items-baseline")
            .child(el("h2").class("h4 mb-3").child(quoted(&section.title)))
            .child(link);
        el("section")
            .class("card has-bkg-grey p-3 mb-4")
            .child(head)
            .child(pairs(answers(section.lines)))
    };
    group(sections.into_iter().map(section).collect::<Vec<_>>())
}

/// The questions are the definition's words.
fn answers(lines: Vec<(String, String)>) -> Vec<(String, String)> {
    let line = |(label, value): (String, String)| (quoted(&label), value);
    lines.into_iter().map(line).collect()
}

/// What there is to pay.
pub fn costs(costs: Vec<CostLine>) -> AnyView {
    if costs.is_empty() {
        return el("p").child(t!("Non si paga nulla.")).view();
    }
    let item = |cost: CostLine| {
        let condition = cost.condition.map(|text| [". ", &text].concat());
        el("li")
            .class("mb-2")
            .child(el("strong").child(cost.amount))
            .child(" · ")
            .child(defined(cost.description))
            .child(
                el("span")
                    .class("d-block")
                    .child(cost.when)
                    .child(condition),
            )
    };
    el("ul")
        .class("list-unstyled")
        .set("data-costs", "")
        .child(costs.into_iter().map(item).collect::<Vec<_>>())
        .view()
}
