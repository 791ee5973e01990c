//! "Comincia": who stands at the counter, with which document, and what she asks for.

use rules::{
    catalogue::Service,
    civil::Date,
    fields::{fiscal_code, plain},
    roles::{Operation, Place},
};

use super::{
    DeskError,
    applicant::{citizen, context},
};
use crate::{
    forms::FormBody,
    identity::sessions,
    requests::{self, SaveError},
    roles,
    state::{Counter, Person, PersonData},
    store::{
        StoreError,
        desks::{self, DeskRow},
        identity as people,
    },
};

/// Longest name, or number of a document.
const CHARS: usize = 80;

/// Fields `codice_fiscale`, `nome`, `cognome`, `data_nascita`, `servizio`, `documento`,
/// `documento_numero`, `documento_ente`, `documento_scadenza`. The place of birth is in the code.
pub async fn start(counter: &Counter, person: &Person, form: &FormBody) -> Result<(), DeskError> {
    roles::check(person, Operation::Assist, Place::Somewhere)?;
    let asked = Asked::read(counter, form)?;
    roles::check(
        person,
        Operation::Assist,
        Place::Office(&asked.service.office.id),
    )?;
    if asked.who.fiscal_code == person.identity.fiscal_code {
        return Err(DeskError::Own);
    }
    if desks::open(&counter.store, &person.id).await?.is_some() {
        return Err(DeskError::Open);
    }
    let id = counter.new_id();
    let mut desk = DeskRow {
        sealed: counter.vault.master().seal(
            &*counter.rng,
            &context(&id),
            asked.document.as_bytes(),
        )?,
        operator: person.id.clone(),
        citizen: person_of(counter, asked.who).await?,
        slug: asked.service.slug.clone(),
        draft: String::new(),
        started_at: counter.now_ms(),
        id,
    };
    let applicant = citizen(counter, person, &desk).await?;
    desk.draft = match requests::begin(counter, &applicant, &desk.slug).await {
        Ok(Some(draft)) => draft,
        Ok(None) | Err(SaveError::Conflict(_)) => return Err(DeskError::HasDraft),
        Err(error) => return Err(error.into()),
    };
    let (draft, row) = (desk.draft.clone(), desk.clone());
    let opened = counter.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { desks::insert(tx, &row).await })
    });
    match opened.await {
        Ok(()) => {}
        // Two taps: the other one opened it.
        Err(error) if error.is_conflict() => {
            requests::delete(counter, &draft).await?;
            return Err(DeskError::Open);
        }
        Err(error) => return Err(error.into()),
    }
    tracing::info!(person.id = %person.id, desk.id = %desk.id, "desk opened");
    Ok(())
}

/// The id of her row, made if she was never here. What an identity provider attested stays.
async fn person_of(counter: &Counter, who: PersonData) -> Result<String, DeskError> {
    let row = sessions::new_person(counter, &who)?;
    let lookup = counter.vault.lookup(&who.fiscal_code);
    let now = counter.now_ms();
    let id = counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                if let Some(known) = people::person_by_lookup(tx, &lookup).await? {
                    return Ok(known.id);
                }
                sessions::put_profile(tx, &row, now).await?;
                Ok(row.id().to_owned())
            })
        })
        .await?;
    Ok(id)
}

/// What was typed, sound.
struct Asked {
    who: PersonData,
    service: Service,
    /// The identity document in words.
    document: String,
}

impl Asked {
    /// Everything that is wrong, told together.
    fn read(counter: &Counter, form: &FormBody) -> Result<Self, DeskError> {
        let mut errors = Vec::new();
        let today = counter.today();
        let who = who(form, today, &mut errors);
        let service = service(counter, form, today, &mut errors);
        let document = document(form, today, &mut errors);
        match (who, service, document) {
            (Some(who), Some(service), Some(document)) if errors.is_empty() => Ok(Self {
                who,
                service,
                document,
            }),
            _ => Err(DeskError::Invalid(errors)),
        }
    }
}

type Errors = Vec<(String, String)>;

/// A short text that must be there.
fn text(form: &FormBody, field: &str, missing: &str, errors: &mut Errors) -> Option<String> {
    let typed = form
        .get(field)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let told = match typed.chars().count() {
        0 => missing,
        n if n > CHARS => "È troppo lungo: al massimo 80 caratteri.",
        _ if typed.chars().any(char::is_control) => "Togli i segni che non sono lettere o numeri.",
        _ => return Some(typed),
    };
    errors.push((field.to_owned(), told.to_owned()));
    None
}

fn day(form: &FormBody, field: &str, errors: &mut Errors) -> Option<Date> {
    let typed = form.get(field).trim();
    match plain::date(typed) {
        Ok(_) => Date::parse(typed),
        Err(told) => {
            errors.push((field.to_owned(), told));
            None
        }
    }
}

fn who(form: &FormBody, today: Date, errors: &mut Errors) -> Option<PersonData> {
    let code = fiscal_code::read(form.get("codice_fiscale"), today);
    let code = code.map_err(|told| errors.push(("codice_fiscale".to_owned(), told)));
    let name = text(form, "nome", "Scrivi il nome.", errors);
    let family_name = text(form, "cognome", "Scrivi il cognome.", errors);
    let birth = day(form, "data_nascita", errors);
    let (code, birth) = (code.ok()?, birth?);
    if !code.births.contains(&birth) {
        let told = "Non è la data di nascita del codice fiscale: controlla tutti e due.";
        errors.push(("data_nascita".to_owned(), told.to_owned()));
    }
    Some(PersonData {
        fiscal_code: code.text,
        name: name?,
        family_name: family_name?,
        birth_date: birth.to_string(),
        birth_place: code.place,
        ..PersonData::default()
    })
}

fn service(
    counter: &Counter,
    form: &FormBody,
    today: Date,
    errors: &mut Errors,
) -> Option<Service> {
    let found = counter.catalogue.get(form.get("servizio"));
    let told = match found {
        None => "Scegli un servizio.".to_owned(),
        Some(found) => match requests::is_open(counter, &found.service, today) {
            Ok(()) => return Some((*found.service).clone()),
            Err(reason) => reason,
        },
    };
    errors.push(("servizio".to_owned(), told));
    None
}

/// Kinds of documents: code and words (D.P.R. 445/2000 art. 35).
pub const DOCUMENTS: [(&str, &str); 4] = [
    ("carta", "Carta d'identità"),
    ("passaporto", "Passaporto"),
    ("patente", "Patente di guida"),
    ("soggiorno", "Permesso di soggiorno"),
];

fn document(form: &FormBody, today: Date, errors: &mut Errors) -> Option<String> {
    let kind = DOCUMENTS
        .iter()
        .find(|(code, _)| *code == form.get("documento"));
    if kind.is_none() {
        let told = "Scegli il documento che hai visto.";
        errors.push(("documento".to_owned(), told.to_owned()));
    }
    let number = text(
        form,
        "documento_numero",
        "Scrivi il numero del documento.",
        errors,
    );
    let issuer = text(
        form,
        "documento_ente",
        "Scrivi chi l'ha rilasciato.",
        errors,
    );
    let expires = day(form, "documento_scadenza", errors)?;
    if expires < today {
        let told = "Il documento è scaduto: ne serve uno valido.";
        errors.push(("documento_scadenza".to_owned(), told.to_owned()));
    }
    Some(format!(
        "{} {}, rilasciato da {}, scade il {}",
        kind?.1,
        number?,
        issuer?,
        expires.italian()
    ))
}
