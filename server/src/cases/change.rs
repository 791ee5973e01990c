//! The one way in which a case changes.

use app::api::Problem;
use rules::{
    case::{self, Actor, Command, Due, Registered, Terms, decide, fold, still_as_seen},
    catalogue::Service,
    form::{Issue, IssueKind},
    roles::Operation,
    t,
};
use thiserror::Error;

use super::{
    LoadError, LoadedCase, access,
    act::{self, Act, Sealed},
    chain, index_row, paper_ended, represented,
};
use crate::{
    clock::{rfc3339, rome_day},
    delegations::{self, Ended},
    documents,
    error::{Refusal, internal},
    events::CaseChanged,
    files::FileError,
    messages,
    payments::{Minted, NewDue, mint, record},
    register::{self, Direction, Entry},
    scan::Infected,
    state::{Counter, Person},
    store::{
        StoreError, Tx,
        bookings::{self, Time},
        cases,
        outbox::{self, NewRow},
        payments::{self, ReceiptRow},
        representations,
    },
    vault::VaultError,
};

/// Why a command was not carried out.
#[derive(Debug, Error)]
pub enum CommandError {
    /// What is missing or wrong, by field.
    #[error("missing or wrong values")]
    Invalid(Vec<(String, String)>),
    #[error("the case changed meanwhile")]
    Changed,
    #[error(transparent)]
    Refused(#[from] case::Refusal),
    #[error("an operator may not handle a request of her own (L. 241/1990 art. 6-bis)")]
    OwnCase,
    #[error("no such command")]
    Unknown,
    /// Revoked between the page and the command.
    #[error(transparent)]
    Ended(#[from] Ended),
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Infected(#[from] Infected),
    #[error("an act cannot be written: {0}")]
    Act(#[from] serde_json::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CommandError {
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![(field.to_owned(), message.into())])
    }

    /// The time that was chosen is somebody else's, or past.
    pub fn taken() -> Self {
        Self::invalid(
            "slot",
            t!("Questo orario non è più libero. Scegline un altro."),
        )
    }
}

impl Refusal for CommandError {
    fn problem(&self) -> Problem {
        match self {
            Self::Invalid(errors) => invalid(errors),
            Self::Infected(infected) => infected.problem(),
            Self::Changed | Self::Refused(_) => Problem::new(
                409,
                t!("La pratica è cambiata"),
                t!(
                    "Nel frattempo la pratica è andata avanti: il comando non è stato eseguito. Guarda a che punto è, poi decidi."
                ),
            ),
            Self::OwnCase => Problem::new(
                403,
                t!("Questa richiesta è tua"),
                t!(
                    "Non puoi occuparti di una richiesta che hai presentato tu o che ti riguarda: passala a un collega."
                ),
            ),
            Self::Unknown => Problem::new(
                400,
                t!("Comando sconosciuto"),
                t!("Il pulsante premuto non esiste. Ricarica la pagina e riprova."),
            ),
            Self::Ended(ended) => ended.problem(),
            Self::Load(error) => error.problem(),
            Self::Store(error) => error.problem(),
            Self::Vault(_) | Self::File(_) | Self::Act(_) => internal(),
        }
    }
}

fn invalid(errors: &[(String, String)]) -> Problem {
    let issue = |(field, message): &(String, String)| Issue {
        path: field.clone(),
        step: String::new(),
        label: field.clone(),
        kind: IssueKind::Wrong,
        message: message.clone(),
        from_definition: false,
    };
    Problem {
        errors: errors.iter().map(issue).collect(),
        ..Problem::new(
            422,
            t!("Ci sono alcune informazioni mancanti o errate"),
            t!("Correggi i campi indicati e riprova."),
        )
    }
}

/// What is to be done.
pub enum Change {
    Plain(Command),
    /// An act is registered first, then the command refers to it.
    Act {
        act: Box<Act>,
        direction: Direction,
        command: Box<dyn FnOnce(Registered) -> Command + Send>,
        /// Message to the citizen.
        template: Option<&'static str>,
    },
    /// The final act, and what is to be paid on it: the numbers to pay by are minted with it.
    Decision {
        act: Box<Act>,
        dues: Vec<NewDue>,
        command: Box<dyn FnOnce(Registered, Vec<Due>) -> Command + Send>,
        template: String,
    },
    /// A place in an agenda is taken, and the one before given back.
    Appointment {
        command: Command,
        time: Time,
        outgoing: Outgoing,
    },
    /// A receipt is kept with the event that it proves.
    Receipt {
        command: Command,
        receipt: Box<ReceiptRow>,
        outgoing: Outgoing,
    },
}

/// What an event causes elsewhere: rows of the outbox, but for the event's number.
#[derive(Default)]
pub struct Outgoing(Vec<NewRow>);

impl Outgoing {
    /// A message to the citizen by every channel; only templates that the definition names are sent.
    pub fn message(counter: &Counter, service: &Service, template: &str) -> Self {
        if !service.io.messages.iter().any(|name| name == template) {
            return Self::default();
        }
        Self::default()
            .and(counter, "io", template)
            .and(counter, "email", template)
    }

    /// The PDFs of a registered document.
    #[must_use]
    pub fn documents(self, counter: &Counter, document: &str) -> Self {
        let kinds = documents::kinds_of(document).iter();
        kinds.fold(self, |rows, kind| {
            rows.and(counter, documents::CHANNEL, kind)
        })
    }

    /// The represented person is written to on IO as well, unless the service reveals special
    /// data.
    #[must_use]
    pub fn also_to_represented(mut self, counter: &Counter, service: &Service) -> Self {
        if messages::is_sensitive(service) {
            return self;
        }
        let own = self.0.iter().filter(|row| row.channel == "io");
        let twins: Vec<NewRow> = own
            .map(|row| NewRow {
                id: counter.new_id(),
                template: messages::to_represented(&row.template),
                ..row.clone()
            })
            .collect();
        self.0.extend(twins);
        self
    }

    /// The same for a case whose people are known: only by a delegation in the counter are both
    /// codici fiscali proven.
    #[must_use]
    pub fn to_people_of(self, counter: &Counter, case: &LoadedCase) -> Self {
        let of = case.represented.as_ref();
        match of.is_some_and(|of| of.delegation.is_some()) {
            true => self.also_to_represented(counter, &case.definition.service),
            false => self,
        }
    }

    /// These and those.
    #[must_use]
    pub fn plus(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// One more row.
    #[must_use]
    pub fn and(mut self, counter: &Counter, channel: &str, template: &str) -> Self {
        self.0.push(NewRow {
            id: counter.new_id(),
            case_id: String::new(),
            seq: 0,
            channel: channel.to_owned(),
            template: template.to_owned(),
            priority: outbox::CASE,
        });
        self
    }
}

/// Nothing is sent here: workers take it from the table.
pub async fn queue(
    tx: &mut Tx,
    case_id: &str,
    seq: i64,
    now_ms: i64,
    outgoing: Outgoing,
) -> Result<(), StoreError> {
    let of_case = |row| NewRow {
        case_id: case_id.to_owned(),
        seq,
        ..row
    };
    let rows: Vec<NewRow> = outgoing.0.into_iter().map(of_case).collect();
    outbox::queue(tx, &rows, now_ms).await
}

/// The change with everything sealed, ready for the transaction.
struct Prepared {
    case_id: String,
    office: String,
    title: String,
    terms: Terms,
    seen: i64,
    actor: Actor,
    now_ms: i64,
    /// Of what comes in, and of what goes out.
    correspondents: (String, String),
    change: Step,
    outgoing: Outgoing,
}

enum Step {
    Plain(Command),
    Act {
        sealed: Sealed,
        direction: Direction,
        dues: Vec<NewDue>,
        command: Box<dyn FnOnce(Registered, Vec<Due>) -> Command + Send>,
    },
    Appointment {
        command: Command,
        time: Time,
    },
    Receipt {
        command: Command,
        receipt: Box<ReceiptRow>,
    },
}

/// Carries out a change on the case as it was at event `seen`; the number of its last event.
pub async fn run(
    counter: &Counter,
    case: &LoadedCase,
    seen: i64,
    actor: Actor,
    now_ms: i64,
    change: Change,
) -> Result<i64, CommandError> {
    let service = &case.definition.service;
    let (change, outgoing) = match change {
        Change::Plain(command) => (Step::Plain(command), Outgoing::default()),
        Change::Act {
            act,
            direction,
            command,
            template,
        } => {
            let bytes = serde_json_canonicalizer::to_vec(&act)?;
            let sealed = act::seal(counter, &case.key, &case.row.id, &act.kind, &bytes)?;
            let outgoing = template.map(|t| Outgoing::message(counter, service, t));
            let outgoing = outgoing.unwrap_or_default().documents(counter, &act.kind);
            let step = Step::Act {
                sealed,
                direction,
                dues: Vec::new(),
                command: Box::new(move |act, _| command(act)),
            };
            (step, outgoing)
        }
        Change::Decision {
            act,
            dues,
            command,
            template,
        } => {
            let bytes = serde_json_canonicalizer::to_vec(&act)?;
            let sealed = act::seal(counter, &case.key, &case.row.id, &act.kind, &bytes)?;
            let step = Step::Act {
                sealed,
                direction: Direction::Out,
                dues,
                command,
            };
            let outgoing = Outgoing::message(counter, service, &template);
            (step, outgoing.documents(counter, &act.kind))
        }
        Change::Appointment {
            command,
            time,
            outgoing,
        } => (Step::Appointment { command, time }, outgoing),
        Change::Receipt {
            command,
            receipt,
            outgoing,
        } => (Step::Receipt { command, receipt }, outgoing),
    };
    let outgoing = outgoing.to_people_of(counter, case);
    let prepared = Prepared {
        case_id: case.row.id.clone(),
        office: case.row.office.clone(),
        title: service.title.clone(),
        terms: Terms::from(&service.term),
        seen,
        actor,
        now_ms,
        correspondents: (
            represented::sender(&case.row.person, case.represented.as_ref()),
            represented::recipient(&case.row.person, case.represented.as_ref()),
        ),
        change,
        outgoing,
    };
    let written = counter
        .store
        .write::<_, CommandError, _>(move |tx| Box::pin(write(tx, prepared)))
        .await;
    let seq = match written {
        // Somebody added the same number at the same time.
        Err(CommandError::Store(error)) if error.is_conflict() => {
            return Err(CommandError::Changed);
        }
        other => other?,
    };
    counter.announce(CaseChanged {
        case: case.row.id.clone(),
        seq,
    });
    Ok(seq)
}

async fn write(tx: &mut Tx, change: Prepared) -> Result<i64, CommandError> {
    let id = change.case_id;
    cases::lock(tx, &id).await?;
    if let Some(ended) = still_acts(tx, &id, &change.actor, change.now_ms).await? {
        return Err(ended.into());
    }
    let rows = cases::events_in(tx, &id).await?;
    let mut events = chain::read(&rows)?;
    let last = rows.last().filter(|_| still_as_seen(&events, change.seen));
    let last = last.ok_or(CommandError::Changed)?;
    let state = fold(&events, &change.terms).map_err(LoadError::from)?;
    let had_appointment = state.appointment.is_some();
    let mut minted = Vec::new();
    let command = match change.change {
        Step::Plain(command) => command,
        Step::Appointment { command, time } => {
            if !bookings::move_to(tx, &time, &id, change.now_ms).await? {
                return Err(CommandError::taken());
            }
            command
        }
        Step::Receipt { command, receipt } => {
            if !payments::insert_receipt(tx, &receipt).await? {
                return Err(case::Refusal::NotDue.into());
            }
            payments::settle(tx, &receipt.payment).await?;
            command
        }
        Step::Act {
            sealed,
            direction,
            dues,
            command,
        } => {
            let entry = Entry {
                at_ms: change.now_ms,
                direction,
                case_id: id.clone(),
                correspondent: match direction {
                    Direction::In => change.correspondents.0,
                    Direction::Out => change.correspondents.1,
                },
                subject: change.title.clone(),
                document_hash: sealed.row.hash.clone(),
            };
            let protocol = register::allot(tx, entry).await?;
            for due in dues {
                minted.push(mint(tx, due).await?);
            }
            let act = Registered {
                protocol,
                document: sealed.reference.clone(),
            };
            let command = command(act, minted.iter().map(Minted::due).collect());
            let seq = act_seq(&state, &command, &sealed)?;
            let row = cases::DocumentRow { seq, ..sealed.row };
            cases::insert_document(tx, &row).await?;
            command
        }
    };
    let bodies = decide(&state, command)?;
    let added = chain::append(tx, &id, Some(last), &change.actor, change.now_ms, bodies).await?;
    let act = added.iter().find(|event| event.body.act().is_some());
    let cause = act.or(added.last()).map(|event| event.seq);
    events.extend(added);
    record(tx, &events, minted, change.now_ms).await?;
    let state = fold(&events, &change.terms).map_err(LoadError::from)?;
    cases::put_index(tx, &index_row(&id, &change.office, &change.title, &state)).await?;
    if had_appointment && state.appointment.is_none() {
        bookings::free(tx, &id).await?;
    }
    // What is told of an act belongs to its event.
    let cause = cause.unwrap_or(state.seq);
    queue(tx, &id, cause, change.now_ms, change.outgoing).await?;
    Ok(state.seq)
}

/// Why who acts for another may not any more: asked once more in the transaction.
async fn still_acts(
    tx: &mut Tx,
    case: &str,
    actor: &Actor,
    now_ms: i64,
) -> Result<Option<Ended>, StoreError> {
    let Actor::Cittadino(person) = actor else {
        return match actor.delegation() {
            Some(delegation) => delegations::check_in(tx, delegation, now_ms).await,
            None => Ok(None),
        };
    };
    let Some(of) = representations::get_in(tx, case).await? else {
        return Ok(None);
    };
    let ended = paper_ended(&of, rome_day(now_ms));
    let is_sender = cases::get_in(tx, case)
        .await?
        .is_some_and(|row| row.person == *person);
    Ok(ended.filter(|_| is_sender))
}

/// The number of the event that will hold the act.
fn act_seq(
    state: &case::CaseState,
    command: &Command,
    sealed: &Sealed,
) -> Result<i64, CommandError> {
    let bodies = decide(state, command.clone())?;
    let place = (state.seq + 1..)
        .zip(&bodies)
        .find(|(_, body)| {
            body.act()
                .is_some_and(|act| act.document == sealed.reference)
        })
        .map(|(seq, _)| seq);
    place.ok_or(CommandError::Unknown)
}

/// An act with what all acts have.
pub fn blank_act(
    counter: &Counter,
    case: &LoadedCase,
    kind: &str,
    author: &Person,
    now_ms: i64,
) -> Act {
    let service = &case.definition.service;
    Act {
        schema: 1,
        kind: kind.to_owned(),
        case: case.row.id.clone(),
        request: case.protocol().to_string(),
        subject: service.title.clone(),
        office: counter
            .catalogue
            .office_name(&case.row.office)
            .unwrap_or_else(|| service.office.name.clone()),
        author: represented::author(&case.side, author),
        at: rfc3339(now_ms),
        ..Act::default()
    }
}

/// The case for who may do this with it at its office, unless it is her own request.
pub async fn operated(
    counter: &Counter,
    person: &Person,
    operation: Operation,
    id: &str,
) -> Result<LoadedCase, CommandError> {
    let case = super::load::of_office(counter, person, operation, id).await?;
    if access::is_party(counter, person, &case.row, case.represented.as_ref()).await? {
        return Err(CommandError::OwnCase);
    }
    Ok(case)
}

/// Longest text of a reason or a note.
const TEXT_CHARS: usize = 5_000;

/// A text as typed: trimmed, without control characters; refused when too long, or missing.
pub fn text(field: &str, typed: &str, required: bool) -> Result<String, CommandError> {
    let clean: String = typed
        .replace("\r\n", "\n")
        .chars()
        .filter(|c| !c.is_control() || *c == '\n' || *c == '\t')
        .collect();
    let clean = clean.trim().to_owned();
    if required && clean.is_empty() {
        return Err(CommandError::invalid(field, t!("Scrivi il motivo.")));
    }
    if clean.chars().count() > TEXT_CHARS {
        return Err(CommandError::invalid(
            field,
            t!("Il testo è troppo lungo: al massimo 5.000 caratteri. Accorcialo."),
        ));
    }
    Ok(clean)
}
