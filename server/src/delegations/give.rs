//! "Delega": who is logged in lets another person act for her.

use rules::{
    catalogue::FieldKind,
    civil::Date,
    fields::{self, fiscal_code},
    language::Language,
    t,
};
use thiserror::Error;

use super::{Content, Delegation, DelegationError, Name, Scope, context, family_code_fits, lookup};
use crate::{
    cases::{self, LoadError},
    forms::FormBody,
    state::{Counter, Person},
    store::{
        StoreError,
        delegations::{self, DelegationRow},
    },
    vault::VaultError,
};

/// Delegations of one person that hold, or will hold, at the same time.
const MOST: usize = 10;
/// New ones in a day: more are a mistake, or a machine.
const MOST_A_DAY: usize = 20;
const DAY_MS: i64 = 86_400_000;
/// How far ahead the first day may be.
const AHEAD_DAYS: i64 = 90;
/// Longest time, from the first day to the last.
const MONTHS: i32 = 12;
const NAME_CHARS: usize = 60;

/// What she confirms; kept with the delegation.
pub fn meaning() -> &'static str {
    t!(
        "Ho capito: questa persona può fare richieste a mio nome, rispondere all'ufficio, leggere i documenti e pagare. Quello che fa vale come se l'avessi fatto io. Posso revocare la delega quando voglio."
    )
}

#[derive(Debug, Error)]
pub enum GiveError {
    /// What is missing or wrong, by field.
    #[error("missing or wrong values")]
    Invalid(Vec<(String, String)>),
    #[error("too many delegations hold already")]
    TooMany,
    #[error("too many delegations in a day")]
    TooFast,
    #[error("the same was given already")]
    Twice,
    #[error(transparent)]
    Delegation(#[from] DelegationError),
}

impl From<StoreError> for GiveError {
    fn from(error: StoreError) -> Self {
        Self::Delegation(error.into())
    }
}

impl From<VaultError> for GiveError {
    fn from(error: VaultError) -> Self {
        Self::Delegation(error.into())
    }
}

impl GiveError {
    /// What the page says, by field; what is no fault of hers stays an error.
    pub fn told(self) -> Result<Vec<(String, String)>, DelegationError> {
        let message = match self {
            Self::Invalid(errors) => return Ok(errors),
            Self::Delegation(error) => return Err(error),
            Self::TooMany => t!(
                "Hai già 10 deleghe che valgono: revocane una che non ti serve più, poi riprova."
            ),
            Self::TooFast => {
                t!("Oggi hai dato troppe deleghe. Riprova domani, oppure vieni allo sportello.")
            }
            Self::Twice => {
                t!("Questa persona ha già una delega uguale in quei giorni: la trovi nell'elenco.")
            }
        };
        Ok(vec![(String::new(), message.to_owned())])
    }
}

/// What was typed, checked.
struct Wanted {
    delegate: Name,
    scope: Scope,
    from: Date,
    to: Date,
}

/// Gives a delegation; its id. Fields: `codice_fiscale`, `nome`, `cognome`, `ambito`, `servizio`,
/// `pratica`, `dal`, `al`, `conferma`.
pub async fn give(
    counter: &Counter,
    person: &Person,
    form: &FormBody,
) -> Result<String, GiveError> {
    let wanted = read(counter, person, form).await?;
    let row = seal(counter, person, wanted)?;
    let (id, today) = (row.id.clone(), counter.today());
    counter
        .store
        .write::<_, GiveError, _>(move |tx| {
            Box::pin(async move {
                delegations::lock_giver(tx, &row.giver).await?;
                let before = delegations::given_in(tx, &row.giver).await?;
                check_room(&before, &row, today)?;
                Ok(delegations::insert(tx, &row).await?)
            })
        })
        .await?;
    Ok(id)
}

fn check_room(before: &[DelegationRow], new: &DelegationRow, today: Date) -> Result<(), GiveError> {
    let today = today.to_string();
    let standing = || {
        let own = before.iter();
        own.filter(|row| row.revoked_at.is_none() && row.to_day >= today)
    };
    let same = |row: &DelegationRow| {
        (&row.delegate, &row.scope, &row.target) == (&new.delegate, &new.scope, &new.target)
            && row.from_day <= new.to_day
            && new.from_day <= row.to_day
    };
    if standing().any(same) {
        return Err(GiveError::Twice);
    }
    if standing().count() >= MOST {
        return Err(GiveError::TooMany);
    }
    let recent = |row: &&DelegationRow| row.created_at > new.created_at - DAY_MS;
    if before.iter().filter(recent).count() >= MOST_A_DAY {
        return Err(GiveError::TooFast);
    }
    Ok(())
}

fn seal(counter: &Counter, person: &Person, wanted: Wanted) -> Result<DelegationRow, GiveError> {
    let (scope, target) = wanted.scope.columns();
    let mut row = DelegationRow {
        id: counter.new_id(),
        giver: person.id.clone(),
        delegate: lookup(counter, &wanted.delegate.fiscal_code),
        scope: scope.to_owned(),
        target: target.to_owned(),
        from_day: wanted.from.to_string(),
        to_day: wanted.to.to_string(),
        sealed: Vec::new(),
        created_at: counter.now_ms(),
        revoked_at: None,
    };
    let content = Content {
        giver: Name::of(person),
        delegate: wanted.delegate,
        evidence: person.evidence.clone(),
        // Kept in Italian, whoever reads.
        text: Language::Italian.speak(meaning).to_owned(),
    };
    let plain =
        serde_json::to_vec(&content).map_err(|e| DelegationError::Corrupt(e.to_string()))?;
    let master = counter.vault.master();
    row.sealed = master.seal(&*counter.rng, &context(&row), &plain)?;
    Ok(row)
}

async fn read(counter: &Counter, person: &Person, form: &FormBody) -> Result<Wanted, GiveError> {
    let mut errors = Vec::new();
    let delegate = delegate(counter, person, form, &mut errors);
    let scope = scope(counter, person, form, &mut errors).await?;
    let days = days(counter, form, &mut errors);
    if form.get("conferma") != "si" {
        let message = t!("Leggi che cosa vuol dire e segna la casella.");
        errors.push(("conferma".to_owned(), message.to_owned()));
    }
    match (errors.is_empty(), scope, days) {
        (true, Some(scope), Some((from, to))) => Ok(Wanted {
            delegate,
            scope,
            from,
            to,
        }),
        _ => Err(GiveError::Invalid(errors)),
    }
}

type Errors = Vec<(String, String)>;

/// The code must be of somebody else, of age, and of somebody who is called like that.
fn delegate(counter: &Counter, person: &Person, form: &FormBody, errors: &mut Errors) -> Name {
    let mut wrong = |field: &str, message: String| errors.push((field.to_owned(), message));
    let mut line =
        |field: &str| match fields::read(FieldKind::Testo, form.get(field), counter.today()) {
            Ok(valid) if valid.value.chars().count() <= NAME_CHARS && !valid.value.is_empty() => {
                valid.value
            }
            _ => {
                let message = t!("Scrivilo come sulla tessera sanitaria.");
                wrong(field, message.to_owned());
                String::new()
            }
        };
    let (name, family_name) = (line("nome"), line("cognome"));
    let field = "codice_fiscale";
    let fiscal_code = match fiscal_code::read(form.get(field), counter.today()) {
        Ok(code) => {
            let today = counter.today();
            let born = fiscal_code::birth(&code.text, today);
            let grown = born.is_some_and(|born| born.age_on(today) >= 18);
            if code.text.eq_ignore_ascii_case(&person.identity.fiscal_code) {
                let message = t!(
                    "Questo è il tuo codice fiscale: scrivi quello della persona che vuoi delegare."
                );
                wrong(field, message.to_owned());
            } else if !grown {
                let message = t!("Questa persona non ha ancora 18 anni: non può agire per te.");
                wrong(field, message.to_owned());
            } else if !family_name.is_empty() && !family_code_fits(&code.text, &family_name) {
                let message = t!(
                    "Questo codice fiscale non è di chi ha quel cognome: controlla tutti e due sulla tessera sanitaria."
                );
                wrong(field, message.to_owned());
            }
            code.text
        }
        Err(refusal) => {
            wrong(field, refusal);
            String::new()
        }
    };
    Name {
        name,
        family_name,
        fiscal_code,
    }
}

async fn scope(
    counter: &Counter,
    person: &Person,
    form: &FormBody,
    errors: &mut Errors,
) -> Result<Option<Scope>, GiveError> {
    if person.identity.fiscal_code.is_empty() && form.get("ambito") != "pratica" {
        // A request for her would need the code that she has not.
        let told = t!(
            "Non hai un codice fiscale italiano: puoi delegare una pratica che hai già inviato."
        );
        errors.push(("ambito".to_owned(), told.to_owned()));
        return Ok(None);
    }
    let (scope, field, message) = match form.get("ambito") {
        "tutti" => return Ok(Some(Scope::Tutti)),
        "servizio" => {
            let slug = form.get("servizio");
            let scope = admits(counter, slug).then(|| Scope::Servizio(slug.to_owned()));
            (scope, "servizio", t!("Scegli un servizio dell'elenco."))
        }
        "pratica" => {
            let id = form.get("pratica");
            let own = cases::is_own(counter, person, id).await;
            let own = own.map_err(|error| match error {
                LoadError::Store(error) => error.into(),
                other => DelegationError::Corrupt(other.to_string()),
            })?;
            let scope = own.then(|| Scope::Pratica(id.to_owned()));
            (scope, "pratica", t!("Scegli una tua pratica dell'elenco."))
        }
        _ => (None, "ambito", t!("Scegli per che cosa vale la delega.")),
    };
    if scope.is_none() {
        errors.push((field.to_owned(), message.to_owned()));
    }
    Ok(scope)
}

/// Whether the service may be asked for by a delegate.
pub fn admits(counter: &Counter, slug: &str) -> bool {
    let known = counter.catalogue.get(slug);
    known.is_some_and(|definition| {
        let admitted = &definition.service.audience.on_behalf_of;
        admitted.iter().any(|capacity| capacity == "delegato")
    })
}

fn days(counter: &Counter, form: &FormBody, errors: &mut Errors) -> Option<(Date, Date)> {
    let today = counter.today();
    let mut wrong = |field: &str, message: String| errors.push((field.to_owned(), message));
    let mut day = |field: &str| {
        let read = fields::read(FieldKind::Data, form.get(field), today);
        let day = read.ok().and_then(|valid| Date::parse_iso(&valid.value));
        if day.is_none() {
            let message = t!("Scrivi la data come giorno/mese/anno.");
            wrong(field, message.to_owned());
        }
        day
    };
    let (from, to) = (day("dal"), day("al"));
    let (from, to) = (from?, to?);
    let last = from.plus_months(MONTHS);
    if from < today || from > today.plus_days(AHEAD_DAYS) {
        let message = t!("La delega comincia da oggi, o al più tardi tra 90 giorni.");
        wrong("dal", message.to_owned());
    }
    if to < from || to > last {
        let message = t!(
            "La delega dura al massimo un anno: l'ultimo giorno va dal {from} al {last}.",
            from = from.italian(),
            last = last.italian()
        );
        wrong("al", message);
    }
    Some((from, to))
}

impl Delegation {
    /// "Maria Rossi, LVSMRA88C54A893I"
    pub fn delegate_line(&self) -> String {
        let delegate = &self.content.delegate;
        format!("{}, {}", delegate.full(), delegate.fiscal_code)
    }
}
