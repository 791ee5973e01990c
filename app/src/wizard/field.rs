//! One field of the catalogue, as the control of its type.

use crate::prelude::*;
use rules::catalogue::{Field, FieldKind};

use super::{
    format::human,
    state::{Wizard, answer_at, codes_at, row_count, text_at},
};
use crate::components::{
    Icon,
    control::{self, Control, Keyboard},
    control_id, icon,
};

/// Up to so many choices stand all in sight (Modello Comuni).
const RADIOS: usize = 5;

/// The field at `path`, while the engine says that it is visible.
pub fn field(wizard: Wizard, field: Field, path: String) -> AnyView {
    let visible = wizard.visible(&path);
    let field = StoredValue::new(field);
    (move || {
        visible
            .get()
            .then(|| field.with_value(|field| shown(wizard, field, &path)))
    })
    .erase()
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
        (_, Some(unit)) => Some(unit.clone()),
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
    control::read_only(&field.label, unit(field), value.into())
}

fn control(wizard: Wizard, field: &Field, path: &str) -> AnyView {
    let control = Control {
        path: path.to_owned(),
        label: field.label.clone(),
        hint: hint(field),
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
            let options = vec![("true".into(), "Sì".into()), ("false".into(), "No".into())];
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
        FieldKind::Comune
        | FieldKind::ComuneOEstero
        | FieldKind::Stato
        | FieldKind::LuogoBelfiore => {
            let named = wizard
                .page
                .with_value(|p| p.places.get(&typed).cloned())
                .unwrap_or(typed);
            control::text(&control, named, Keyboard::default())
        }
        FieldKind::Data => control::text(&control, italian_date(typed), keyboard(field)),
        _ => control::text(&control, typed, keyboard(field)),
    }
}

/// A date that the engine has already read is shown as people write it.
fn italian_date(typed: String) -> String {
    rules::civil::Date::parse_iso(&typed).map_or(typed, rules::civil::Date::italian)
}

fn from_list(wizard: Wizard, field: &Field, control: &Control, typed: String) -> AnyView {
    let rows = wizard.page.with_value(|page| {
        field
            .list
            .as_ref()
            .and_then(|list| page.lists.get(list))
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
fn hint(field: &Field) -> Option<String> {
    let of_kind = match field.kind {
        FieldKind::Data => "Giorno, mese e anno. Per esempio: 31/12/2026",
        FieldKind::Ora => "Ora e minuti. Per esempio: 09:30",
        FieldKind::DataOra => "Giorno e ora. Per esempio: 31/12/2026 09:30",
        FieldKind::Comune => "Scrivi il nome del comune",
        FieldKind::ComuneOEstero => "Scrivi il nome del comune o, se è all’estero, dello Stato",
        FieldKind::LuogoBelfiore => "Scrivi il nome del comune o, se è all’estero, dello Stato",
        FieldKind::Stato => "Scrivi il nome dello Stato",
        FieldKind::CodiceFiscale => "16 lettere e numeri",
        FieldKind::Iban => "Comincia con due lettere. Per l’Italia: IT e altri 25 caratteri",
        _ => "",
    };
    match &field.hint {
        Some(hint) => Some(hint.clone()),
        None => (!of_kind.is_empty()).then(|| of_kind.to_owned()),
    }
}

fn keyboard(field: &Field) -> Keyboard {
    let base = Keyboard::default();
    match field.kind {
        FieldKind::Data => Keyboard {
            inputmode: "numeric",
            placeholder: "gg/mm/aaaa",
            ..base
        },
        FieldKind::Ora => Keyboard {
            inputmode: "numeric",
            placeholder: "oo:mm",
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
    let (label, error_id) = (group.label.clone(), format!("{id}-errore"));
    let hint = group
        .hint
        .clone()
        .map(|text| view! { <small class="form-text d-block mb-2">{text}</small> });
    let of = StoredValue::new(group.clone());
    view! {
        <fieldset class="form-field cmp-group mb-4" data-group=name tabindex="-1" id=id>
            <legend class="h5">{label}</legend>
            {hint}
            {move || error.get().map(|text| view! {
                <p class="invalid-feedback d-block" id=error_id.clone()><span class="visually-hidden">"Errore: "</span>{text}</p>
            })}
            // A key of its own for each epoch: controls keep what was typed unless rows moved.
            <For
                each=move || { let epoch = wizard.epoch.get(); (0..count.get()).map(move |n| (epoch, n)) }
                key=|key| *key
                children=move |(_, n)| of.with_value(|group| row(wizard, group, n, count, least))
            />
            {move || (count.get() < most).then(|| view! {
                <button class="btn btn-outline-primary" type="submit" name="azione" value=add.clone()>
                    {icon(Icon::Plus)}<span>"Aggiungi"</span>
                </button>
            })}
        </fieldset>
    }
    .erase()
}

fn row(wizard: Wizard, group: &Field, n: usize, count: Memo<usize>, least: usize) -> AnyView {
    let title = format!("{}: numero {}", group.label, n + 1);
    let remove = format!("rimuovi:{}.{n}", group.name);
    let hidden = format!(" {title}");
    let fields = group
        .fields
        .iter()
        .map(|f| field(wizard, f.clone(), format!("{}.{n}.{}", group.name, f.name)))
        .collect_view();
    view! {
        <div class="card border p-3 mb-3" role="group" aria-label=title data-row=n.to_string()>
            <p class="h6">{(n + 1).to_string()}</p>
            {fields}
            {move || (count.get() > least).then(|| view! {
                <button class="btn btn-link p-0 text-start" type="submit" name="azione" value=remove.clone()>
                    {icon(Icon::Trash)}<span>"Togli"<span class="visually-hidden">{hidden.clone()}</span></span>
                </button>
            })}
        </div>
    }
    .erase()
}
