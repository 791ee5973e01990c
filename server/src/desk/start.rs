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
    send::{discard, end},
};
use crate::{
    changes::{self, Changes},
    clock::rome_day,
    delegations::{family_code_fits, letters},
    forms::FormBody,
    identity::sessions,
    requests::{self, SaveError},
    roles,
    state::{Counter, Person, PersonData},
    store::{
        StoreError,
        desks::{self, DeskRow},
    },
};

/// Longest name, or number of a document.
const CHARS: usize = 80;

/// Fields `codice_fiscale`, `nome`, `cognome`, `data_nascita`, `servizio`, `documento`,
/// `documento_numero`, `documento_ente`, `documento_scadenza`. The place of birth is in the code.
pub async fn start(counter: &Counter, person: &Person, form: &FormBody) -> Result<(), DeskError> {
    roles::check(person, Operation::Assist, Place::Somewhere)?;
    let changes = changes::now(counter).await?;
    let asked = Asked::read(counter, &changes, form)?;
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
    clear(counter, &desk).await?;
    let draft = requests::fresh(counter, &applicant, &desk.slug).await?;
    let draft = draft.ok_or(DeskError::HasDraft)?;
    desk.draft = draft.id.clone();
    // The desk first: a draft without one would hold the citizen up.
    let row = desk.clone();
    let opened = counter.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { desks::insert(tx, &row).await })
    });
    opened.await.map_err(|error| match error.is_conflict() {
        // Two taps: the other one opened it.
        true => DeskError::Open,
        false => error.into(),
    })?;
    if let Err(error) = requests::keep(counter, &applicant, draft).await {
        end(counter, &desk).await?;
        return Err(match error {
            SaveError::Conflict(_) => DeskError::HasDraft,
            other => other.into(),
        });
    }
    tracing::info!(person.id = %person.id, desk.id = %desk.id, "desk opened");
    Ok(())
}

/// What a clerk left open on another day holds nobody up.
async fn clear(counter: &Counter, desk: &DeskRow) -> Result<(), DeskError> {
    let left = desks::open_for(&counter.store, &desk.citizen, &desk.slug).await?;
    match left {
        Some(left) if rome_day(left.started_at) < counter.today() => discard(counter, &left).await,
        Some(_) => Err(DeskError::Taken),
        None => Ok(()),
    }
}

/// The id of her row. Who is known from an identity provider must be called as she is known, or it
/// is a slip, or somebody else's document.
async fn person_of(counter: &Counter, who: PersonData) -> Result<String, DeskError> {
    let (id, known) = sessions::at_desk(counter, who.clone()).await?;
    let same = |typed: &str, known: &str| letters(typed) == letters(known);
    let born = known.birth_date.is_empty() || known.birth_date == who.birth_date;
    let told = "Con questo codice fiscale allo Sportello risulta un'altra persona: controlla il documento.";
    let wrong: Errors = [
        ("nome", same(&who.name, &known.name)),
        ("cognome", same(&who.family_name, &known.family_name)),
        ("data_nascita", born),
    ]
    .into_iter()
    .filter(|(_, fits)| !fits)
    .map(|(field, _)| (field.to_owned(), told.to_owned()))
    .collect();
    match wrong.is_empty() {
        true => Ok(id),
        false => Err(DeskError::Invalid(wrong)),
    }
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
    fn read(counter: &Counter, changes: &Changes, form: &FormBody) -> Result<Self, DeskError> {
        let mut errors = Vec::new();
        let today = counter.today();
        let who = who(form, today, &mut errors);
        let service = service(counter, changes, form, today, &mut errors);
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
    let family_name = family_name?;
    if !family_code_fits(&code.text, &family_name) {
        let told = "Questo codice fiscale non è di chi ha quel cognome: controlla tutti e due.";
        errors.push(("cognome".to_owned(), told.to_owned()));
    }
    Some(PersonData {
        by_hand: true,
        fiscal_code: code.text,
        name: name?,
        family_name,
        birth_date: birth.to_string(),
        birth_place: code.place,
        ..PersonData::default()
    })
}

fn service(
    counter: &Counter,
    changes: &Changes,
    form: &FormBody,
    today: Date,
    errors: &mut Errors,
) -> Option<Service> {
    let found = counter.catalogue.get(form.get("servizio"));
    let told = match found {
        None => "Scegli un servizio.".to_owned(),
        Some(found) => match changes::is_open(&counter.comune, changes, &found.service, today) {
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
