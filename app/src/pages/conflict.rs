//! Two versions of one draft: the person chooses field by field.

use leptos::prelude::*;
use rules::{
    form::{Answer, Answers},
    language::of_definitions,
    t,
};

use crate::{
    api::{ConflictField, ConflictPage},
    components::{breadcrumb, callout, control_id, main, told},
};

pub fn view(page: ConflictPage) -> AnyView {
    let action = format!("/servizi/{}/richiesta", page.slug);
    let sheet = format!("/servizi/{}", page.slug);
    let fields = page.fields.into_iter().map(field).collect_view();
    main(
        view! {
            {breadcrumb(vec![(t!("Servizi").into(), "/servizi".into()), (page.title.clone(), sheet)], t!("Due versioni").into())}
            <h1>{t!("Ci sono due versioni della tua richiesta")}</h1>
            <p class="subtitle-small" lang=of_definitions()>{page.title}</p>
            {callout(t!("Attenzione"), view! {
                <p class="mb-0">{t!("Hai cambiato la richiesta anche da un’altra scheda o da un altro dispositivo. Non abbiamo perso nulla: scegli, per ogni voce, quale risposta tenere.")}</p>
            }.into_any())}
            <form method="post" action=action enctype="multipart/form-data">
                <input type="hidden" name="passo" value=page.step/>
                <input type="hidden" name="bozza" value=page.draft/>
                <input type="hidden" name="versione" value=page.version.to_string()/>
                {fields}
                <button class="btn btn-primary" type="submit" name="azione" value="risolvi">{t!("Tieni le risposte scelte")}</button>
            </form>
        }
        .into_any(),
    )
}

fn field(field: ConflictField) -> AnyView {
    let name = format!("scelta.{}", field.path);
    let id = control_id(&name);
    let other = format!("{id}-1");
    let text = |value: String| {
        if value.is_empty() {
            t!("(vuoto)").to_owned()
        } else {
            value
        }
    };
    let raw = field
        .mine_raw
        .map(|answer| hidden(&format!("mia.{}", field.path), answer))
        .into_any();
    view! {
        <fieldset class="form-field card has-bkg-grey p-3 mb-4" data-field=field.path>
            <legend class="form-label">{told(field.label)}</legend>
            <div class="form-check">
                <input type="radio" id=id.clone() name=name.clone() value="mia" checked=true/>
                <label for=id>{t!("Quella che hai appena scritto: ")}<strong>{told(text(field.mine))}</strong></label>
            </div>
            <div class="form-check">
                <input type="radio" id=other.clone() name=name value="salvata"/>
                <label for=other>{t!("Quella già salvata: ")}<strong>{told(text(field.stored))}</strong></label>
            </div>
            {raw}
        </fieldset>
    }
    .into_any()
}

/// What was typed, to be sent again: one hidden control a value.
fn hidden(name: &str, answer: Answer) -> AnyView {
    let input = |name: String, value: String| {
        view! { <input type="hidden" name=name value=value/> }.into_any()
    };
    match answer {
        Answer::Text(text) => input(name.into(), text),
        Answer::Many(codes) => codes
            .into_iter()
            .map(|code| input(name.into(), code))
            .collect_view()
            .into_any(),
        Answer::Rows(rows) => rows
            .into_iter()
            .enumerate()
            .flat_map(|(n, row)| {
                let Answers(fields) = Answers(row);
                fields
                    .into_iter()
                    .map(move |(key, answer)| (format!("{n}.{key}"), answer))
            })
            .map(|(key, answer)| hidden(&format!("{name}.{key}"), answer))
            .collect_view()
            .into_any(),
    }
}
