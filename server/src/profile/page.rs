//! `/area-personale/profilo`: what the counter knows of who is in.

use app::api::{ProfileField, ProfilePage};
use rules::{catalogue::Field, civil::Date, t};

use super::{
    form::form,
    known::{By, known},
};
use crate::{
    clock::rome_day,
    requests::place,
    state::{Counter, Person},
    store::{StoreError, drafts},
};

/// Service with which a new address is told to the registry.
const NEW_ADDRESS: &str = "cambio-residenza";

/// `done`: what was just done, as the address says.
pub async fn page(
    counter: &Counter,
    person: &Person,
    done: &str,
) -> Result<ProfilePage, StoreError> {
    let title = |slug: &str| {
        let found = counter.catalogue.get(slug)?;
        Some((slug.to_owned(), found.service.title.clone()))
    };
    let rows = drafts::of_person(&counter.store, &person.id).await?;
    let form = form(counter);
    Ok(ProfilePage {
        identity: identity(counter, person),
        attested: attested(person),
        fields: form
            .fields()
            .map(|field| shown(counter, person, field))
            .collect(),
        registry: title(NEW_ADDRESS),
        drafts: rows.iter().filter_map(|row| title(&row.slug)).collect(),
        errors: Vec::new(),
        notice: notice(done),
    })
}

fn notice(done: &str) -> Option<String> {
    match done {
        "salvato" => Some(t!("Profilo salvato. Da adesso i moduli si compilano così, anche quelli che hai già cominciato.").to_owned()),
        "cancellato" => Some(t!("Cancellato: nel tuo profilo questo dato non c'è più.").to_owned()),
        _ => None,
    }
}

/// What nobody may type; what her identity did not tell is left out.
fn identity(counter: &Counter, person: &Person) -> Vec<(String, String)> {
    let data = &person.identity;
    let born = Date::parse_iso(&data.birth_date);
    let born = born.map_or_else(|| data.birth_date.clone(), Date::italian);
    let place = place(&counter.catalogue.lists, &data.birth_place);
    let lines = [
        (t!("Nome"), data.name.clone()),
        (t!("Cognome"), data.family_name.clone()),
        (t!("Codice fiscale"), data.fiscal_code.clone()),
        (t!("Data di nascita"), born),
        (t!("Luogo di nascita"), place.unwrap_or_default()),
    ];
    let told = lines.into_iter().filter(|(_, value)| !value.is_empty());
    told.map(|(label, value)| (label.to_owned(), value))
        .collect()
}

fn attested(person: &Person) -> String {
    let day = rome_day(person.evidence.at).italian();
    match person.scheme.as_str() {
        "cie" => t!(
            "Dalla carta d'identità elettronica (CIE), accesso del {day}.",
            day
        ),
        _ if person.identity.fiscal_code.is_empty() => {
            t!(
                "Dall'identità digitale del tuo Paese (eIDAS), accesso del {day}.",
                day
            )
        }
        _ => t!("Da SPID, accesso del {day}.", day),
    }
}

fn shown(counter: &Counter, person: &Person, field: &Field) -> ProfileField {
    let known = known(&person.identity, &field.name);
    let value = known.map_or("", |known| known.value);
    let request = known.and_then(|known| match known.by {
        By::Herself(source) => source?.request.as_ref(),
        By::Spid(_) => None,
    });
    let value = as_typed(counter, field, value);
    ProfileField {
        before: value.clone(),
        value,
        source: known.map(|known| known.words()),
        case: request.map(|request| request.case.clone()),
        can_delete: known.is_some_and(|known| matches!(known.by, By::Herself(_))),
        field: field.clone(),
    }
}

/// A value as people type it: places have names.
pub fn as_typed(counter: &Counter, field: &Field, value: &str) -> String {
    let name = field
        .reference_list()
        .and_then(|_| place(&counter.catalogue.lists, value));
    name.unwrap_or_else(|| value.to_owned())
}
