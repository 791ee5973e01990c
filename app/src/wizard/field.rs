//! One field of the catalogue, as the control of its type.

use leptos::prelude::*;
use rules::{
    catalogue::{Field, FieldKind},
    language::{of_definitions, quoted},
    t,
};

use super::{
    format::human,
    state::{Wizard, answer_at, codes_at, row_count, text_at},
    view::button,
};
use crate::api::beside;
use crate::components::{
    Icon,
    control::{self, Control, Keyboard},
    control_id, el, group as group_of, icon, reactive, unseen,
};

/// Up to so many choices stand all in sight (Modello Comuni).
const RADIOS: usize = 5;

/// The field at `path`, while the engine says that it is visible.
pub fn field(wizard: Wizard, field: Field, path: String) -> AnyView {
    let visible = wizard.visible(&path);
    let field = StoredValue::new(field);
    reactive(move || {
        visible
            .get()
            .then(|| field.with_value(|field| shown(wizard, field, &path)))
    })
}

fn shown(wizard: Wizard, field: &Field, path: &str) -> AnyView {
    if field.kind == FieldKind::Elenco {
        return group(wizard, field);
    }
    if field.is_locked() || field.is_computed() {
        return read_only(wizard, field, path);
    }
    control(wizard, field, path)
}

fn unit(field: &Field) -> Option<String> {
    match (field.kind, &field.unit) {
        (_, Some(unit)) => Some(quoted(unit)),
        (FieldKind::Importo, None) => Some("€".into()),
        (FieldKind::Percentuale, None) => Some("%".into()),
        _ => None,
    }
}

fn read_only(wizard: Wizard, field: &Field, path: &str) -> AnyView {
    let (of, at) = (field.clone(), path.to_owned());
    let value = Memo::new(move |_| {
        wizard.evaluation.with(|e| {
            wizard
                .page
                .with_value(|page| human(&of, answer_at(&e.answers, &at), &page.places))
        })
    });
    control::read_only(quoted(&field.label), unit(field), value.into())
}

fn control(wizard: Wizard, field: &Field, path: &str) -> AnyView {
    let control = Control {
        path: path.to_owned(),
        label: quoted(&field.label),
        hint: hint(field),
        takes: None,
        known: wizard
            .page
            .with_value(|page| beside(&page.known, path).cloned()),
        lang: of_definitions().filter(|_| field.kind != FieldKind::SiNo),
        unit: unit(field),
        required: wizard.required(path),
        error: wizard.error(path),
        warning: wizard.warning(path),
        id_prefix: None,
    };
    // What is typed afterwards is the browser's: read once, not followed.
    let typed = wizard.answers.with_untracked(|a| text_at(a, path));
    match field.kind {
        FieldKind::TestoLungo => control::long_text(&control, typed, 5),
        FieldKind::SiNo => {
            let options = vec![
                ("true".into(), t!("Sì").to_owned()),
                ("false".into(), t!("No").to_owned()),
            ];
            control::radios(&control, options, typed)
        }
        FieldKind::Scelta if field.options.len() <= RADIOS => {
            control::radios(&control, field.options.clone(), typed)
        }
        FieldKind::Scelta => control::select(&control, field.options.clone(), &typed),
        FieldKind::SceltaMultipla => {
            let chosen = wizard.answers.with_untracked(|a| codes_at(a, path));
            control::checkboxes(&control, field.options.clone(), &chosen)
        }
        FieldKind::SceltaDaElenco => from_list(wizard, field, &control, typed),
        FieldKind::SlotAppuntamento => control::select(&control, times(wizard, field), &typed),
        FieldKind::Comune
        | FieldKind::ComuneOEstero
        | FieldKind::Stato
        | FieldKind::LuogoBelfiore => {
            let named = wizard
                .page
                .with_value(|p| beside(&p.places, &typed).cloned())
                .unwrap_or(typed);
            control::text(&control, named, keyboard(field))
        }
        FieldKind::Coordinate => point(wizard, &control, typed),
        FieldKind::Data => control::text(&control, italian_date(typed), keyboard(field)),
        _ => control::text(&control, typed, keyboard(field)),
    }
}

/// Typed, or chosen on the town's map.
fn point(wizard: Wizard, control: &Control, typed: String) -> AnyView {
    // In a row of a group it is typed.
    let has_map = wizard.page.with_value(|page| page.map) && !control.path.contains('.');
    let choose = has_map.then(|| {
        button(
            "btn btn-outline-primary mb-4",
            &["mappa:", &control.path].concat(),
        )
        .child(t!("Scegli sulla mappa"))
    });
    group_of(vec![
        control::text(control, typed, Keyboard::default()),
        group_of(choose),
    ])
}

/// A date that the engine has already read is shown as people write it.
fn italian_date(typed: String) -> String {
    rules::civil::Date::parse_iso(&typed).map_or(typed, rules::civil::Date::italian)
}

/// Free times by day, as the server last saw them.
fn times(wizard: Wizard, field: &Field) -> Vec<(String, String)> {
    let agenda = field.list.as_deref().unwrap_or_default();
    let times = wizard
        .page
        .with_value(|page| beside(&page.lists, agenda).cloned());
    times.unwrap_or_default()
}

fn from_list(wizard: Wizard, field: &Field, control: &Control, typed: String) -> AnyView {
    let rows = wizard.page.with_value(|page| {
        field
            .list
            .as_ref()
            .and_then(|list| beside(&page.lists, list))
            .cloned()
    });
    match rows {
        Some(rows) if rows.len() <= RADIOS => control::radios(control, rows, typed),
        Some(rows) => control::select(control, rows, &typed),
        // A list too long to be sent: the server looks the text up.
        None => control::text(control, typed, Keyboard::default()),
    }
}

/// The catalogue's hint, or how this type is written.
pub fn hint(field: &Field) -> Option<String> {
    let of_kind = match field.kind {
        FieldKind::Data => t!("Giorno, mese e anno. Per esempio: 31/12/2026"),
        FieldKind::Ora => t!("Ora e minuti. Per esempio: 09:30"),
        FieldKind::DataOra => t!("Giorno e ora. Per esempio: 31/12/2026 09:30"),
        FieldKind::Comune => t!("Scrivi il nome del comune"),
        FieldKind::ComuneOEstero => t!("Scrivi il nome del comune o, se è all’estero, dello Stato"),
        FieldKind::LuogoBelfiore => t!("Scrivi il nome del comune o, se è all’estero, dello Stato"),
        FieldKind::Stato => t!("Scrivi il nome dello Stato"),
        FieldKind::CodiceFiscale => t!("16 lettere e numeri"),
        FieldKind::Iban => t!("Comincia con due lettere. Per l’Italia: IT e altri 25 caratteri"),
        _ => "",
    };
    match &field.hint {
        Some(hint) => Some(quoted(hint)),
        None => (!of_kind.is_empty()).then(|| of_kind.into()),
    }
}

pub fn keyboard(field: &Field) -> Keyboard {
    let base = Keyboard::default();
    let names = |names| Keyboard { names, ..base };
    match field.kind {
        FieldKind::Data => Keyboard {
            inputmode: "numeric",
            placeholder: t!("gg/mm/aaaa"),
            ..base
        },
        FieldKind::Ora => Keyboard {
            inputmode: "numeric",
            placeholder: t!("oo:mm"),
            ..base
        },
        FieldKind::Intero | FieldKind::PartitaIva | FieldKind::CodiceFiscaleEnte => Keyboard {
            inputmode: "numeric",
            ..base
        },
        FieldKind::Cap => Keyboard {
            inputmode: "numeric",
            autocomplete: "postal-code",
            ..base
        },
        FieldKind::Decimale | FieldKind::Importo | FieldKind::Percentuale => Keyboard {
            inputmode: "decimal",
            ..base
        },
        // Not type=email: it trims and refuses silently, and here the engine explains.
        FieldKind::Email => Keyboard {
            inputmode: "email",
            autocomplete: "email",
            ..base
        },
        FieldKind::Pec => Keyboard {
            inputmode: "email",
            ..base
        },
        FieldKind::Telefono => Keyboard {
            kind: "tel",
            inputmode: "tel",
            autocomplete: "tel",
            ..base
        },
        FieldKind::Stradario => names("stradario"),
        FieldKind::Comune => names("comuni"),
        FieldKind::ComuneOEstero => names("comuni_o_stati"),
        FieldKind::Stato => names("stati"),
        FieldKind::LuogoBelfiore => names("luoghi"),
        FieldKind::CodiceFiscale
        | FieldKind::CodiceFiscaleOEnte
        | FieldKind::Iban
        | FieldKind::Targa
        | FieldKind::Provincia => Keyboard {
            capitals: true,
            ..base
        },
        _ => base,
    }
}

/// A repeating group: rows, each with its fields, and the commands to add and remove them.
fn group(wizard: Wizard, group: &Field) -> AnyView {
    let name = group.name.clone();
    let (error, at) = (wizard.error(&name), name.clone());
    let count = Memo::new(move |_| wizard.answers.with(|a| row_count(a, &at)));
    let most = group.row_limit();
    let least = group.min_rows.unwrap_or(0) as usize;
    let id = control_id(&name);
    let add = format!("aggiungi:{name}");
    let (label, error_id) = (quoted(&group.label), format!("{id}-errore"));
    let hint = group.hint.as_deref().map(|text| {
        el("small")
            .class("form-text d-block mb-2")
            .child(quoted(text))
    });
    let of = StoredValue::new(group.clone());
    // Made anew when rows come and go: each control takes the answer that it had.
    let rows = reactive(move || {
        let row = |n| of.with_value(|group| row(wizard, group, n, count, least));
        (0..count.get()).map(row).collect::<Vec<_>>()
    });
    let told = reactive(move || {
        error.get().map(|text| {
            el("p")
                .class("invalid-feedback d-block")
                .set("id", error_id.as_str())
                .child(unseen(t!("Errore: ")))
                .child(text)
        })
    });
    let more = reactive(move || {
        (count.get() < most).then(|| {
            button("btn btn-outline-primary", &add)
                .child(icon(Icon::Plus))
                .child(el("span").child(t!("Aggiungi")))
        })
    });
    el("fieldset")
        .class("form-field cmp-group mb-4")
        .set("data-group", name)
        .set("tabindex", "-1")
        .set("id", id)
        .child(el("legend").class("h5").child(label))
        .child(hint)
        .child(told)
        .child(rows)
        .child(more)
        .view()
}

fn row(wizard: Wizard, group: &Field, n: usize, count: Memo<usize>, least: usize) -> AnyView {
    let title = t!("{label}: numero {n}", label = group.label, n = n + 1);
    let remove = format!("rimuovi:{}.{n}", group.name);
    let hidden = [" ", &title].concat();
    let fields = group
        .fields
        .iter()
        .map(|f| field(wizard, f.clone(), format!("{}.{n}.{}", group.name, f.name)));
    let less = reactive(move || {
        (count.get() > least).then(|| {
            button("btn btn-link p-0 text-start", &remove)
                .child(icon(Icon::Trash))
                .child(el("span").child(t!("Togli")).child(unseen(&hidden)))
        })
    });
    el("div")
        .class("card border p-3 mb-3")
        .set("role", "group")
        .set("aria-label", title)
        .set("data-row", n.to_string())
        .child(el("p").class("h6").child((n + 1).to_string()))
        .child(fields.collect::<Vec<_>>())
        .child(less)
        .view()
}
