//! Saves what was typed in one step.

use app::api::{ConflictField, ConflictPage, Problem, SaveRequest, Saved, step};
use rules::{
    catalogue::{Field, Form, Origin},
    form::{Answer, Answers},
    language::quoted,
    privacy, t,
};
use thiserror::Error;

use super::{
    draft::{Draft, DraftError},
    open::{OpenError, check_window},
    sent::{Submitted, already},
};
use crate::{
    clock::rome_text,
    error::Refusal,
    state::{Counter, Person},
    store::{StoreError, desks, drafts},
};

/// Most bytes of answers in a draft.
const DRAFT_BYTES: usize = 256 << 10;

#[derive(Debug, Error)]
pub enum SaveError {
    #[error("a newer draft exists")]
    Conflict(Box<ConflictPage>),
    /// The page shows a draft of somebody else: it was filled at the counter.
    #[error("the draft on show is another person's")]
    NotHers,
    #[error("the draft was sent")]
    Sent(Submitted),
    #[error("others are signing the draft")]
    Frozen,
    #[error("the answers are over the limit")]
    TooLarge,
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Draft(#[from] DraftError),
}

impl From<StoreError> for SaveError {
    fn from(error: StoreError) -> Self {
        Self::Draft(error.into())
    }
}

impl Refusal for SaveError {
    fn problem(&self) -> Problem {
        match self {
            Self::Conflict(page) => Problem {
                conflict: Some(page.clone()),
                ..Problem::new(
                    409,
                    t!("La bozza è cambiata"),
                    t!(
                        "L'hai modificata in un'altra finestra o da un altro dispositivo. Scegli quali risposte tenere."
                    ),
                )
            },
            Self::Sent(sent) => sent.problem(),
            Self::Frozen => frozen(),
            Self::NotHers => Problem::new(
                409,
                t!("La bozza non c'è più"),
                t!(
                    "Questa richiesta l'hai inviata o eliminata da un'altra finestra. Ricarica la pagina."
                ),
            ),
            Self::TooLarge => Problem::new(
                413,
                t!("Testo troppo lungo"),
                t!(
                    "Le risposte sono troppo lunghe per essere salvate. Accorcia i testi e riprova."
                ),
            ),
            Self::Open(error) => error.problem(),
            Self::Draft(error) => error.problem(),
        }
    }
}

/// Nothing changes in what others are signing.
pub fn frozen() -> Problem {
    Problem::new(
        409,
        t!("Questa richiesta aspetta le firme"),
        t!(
            "Non puoi cambiarla mentre altre persone la firmano. Se devi correggere qualcosa, vai al riepilogo e premi «Riapri la richiesta»."
        ),
    )
}

/// Autosave: the new version.
pub async fn save(
    counter: &Counter,
    person: &Person,
    slug: &str,
    request: &SaveRequest,
) -> Result<Saved, SaveError> {
    let draft = write(counter, person, slug, request).await?;
    let at = draft.saved_at.unwrap_or_else(|| counter.now_ms());
    Ok(Saved {
        version: draft.version,
        saved_at: rome_text(at),
    })
}

/// A draft with nothing in it but what is known, not stored yet; `None` if there is one already.
pub async fn fresh(
    counter: &Counter,
    person: &Person,
    slug: &str,
) -> Result<Option<Draft>, SaveError> {
    let draft = Draft::load(counter, person, slug).await?;
    check_window(counter, &draft)?;
    Ok(Some(draft).filter(|draft| draft.version == 0))
}

/// Merges the step into the draft and stores it; the draft as stored.
pub async fn write(
    counter: &Counter,
    person: &Person,
    slug: &str,
    request: &SaveRequest,
) -> Result<Draft, SaveError> {
    let stored = Draft::load(counter, person, slug).await?;
    check_window(counter, &stored)?;
    if stored.id != request.bozza
        && let Some(sent) = already(counter, person, &request.bozza).await?
    {
        return Err(SaveError::Sent(sent));
    }
    if stored.id != request.bozza
        && drafts::is_anothers(&counter.store, &request.bozza, &person.id).await?
    {
        return Err(SaveError::NotHers);
    }
    // Who fills for others has several drafts of one service, one after the other.
    let for_another = stored.content.delegation.is_some() || person.evidence.desk.is_some();
    if stored.id != request.bozza && stored.version > 0 && for_another {
        return Err(SaveError::NotHers);
    }
    if stored.frozen {
        return Err(SaveError::Frozen);
    }
    let mut mine = stored.clone();
    mine.content.unread = false;
    merge(&mut mine, request);
    let evaluation = mine.evaluate(counter, person);
    mine.forget_hidden(&evaluation);
    if mine.content == stored.content && stored.version > 0 {
        return Ok(stored);
    }
    if request.versione != stored.version {
        let page = conflict(&stored, &mine, &request.passo);
        // Ticks alone leave nothing to choose: those of this window's step count.
        if !page.fields.is_empty() {
            return Err(SaveError::Conflict(Box::new(page)));
        }
    }
    match store(counter, person, mine).await {
        // Somebody saved in between: compared again, with what is there now.
        Err(SaveError::Conflict(_)) => Box::pin(write(counter, person, slug, request)).await,
        done => done,
    }
}

/// Stores a changed draft over the version it was read at.
pub async fn store(
    counter: &Counter,
    person: &Person,
    mut draft: Draft,
) -> Result<Draft, SaveError> {
    let at_desk = person.evidence.desk.is_some();
    // What she writes herself takes it away from the counter.
    let taken = draft.content.at_desk && !at_desk;
    draft.content.at_desk = at_desk;
    let row = draft.row(counter, person)?;
    if row.sealed.len() > DRAFT_BYTES {
        return Err(SaveError::TooLarge);
    }
    let now = row.updated_at;
    let done = counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                if row.version == 0 {
                    return drafts::insert(tx, &drafts::DraftRow { version: 1, ..row }).await;
                }
                if taken {
                    desks::end_of_draft(tx, &row.id, now).await?;
                }
                drafts::update(tx, &row.id, row.version, &row.sealed, now).await
            })
        })
        .await?;
    if !done {
        let newer = Draft::load(counter, person, &draft.service().slug.clone()).await?;
        if newer.frozen {
            return Err(SaveError::Frozen);
        }
        return Err(SaveError::Conflict(Box::new(conflict(&newer, &draft, ""))));
    }
    draft.version += 1;
    draft.saved_at = Some(now);
    Ok(draft)
}

/// Takes over the answers of the shown step; a field left out was emptied.
pub fn merge(draft: &mut Draft, request: &SaveRequest) {
    if request.passo == step::DECLARATIONS {
        let known = &draft.definition.service.form.declarations;
        let ticked = known
            .iter()
            .filter(|d| request.dichiarazioni.contains(&d.id));
        // A page from before the notice changed tells of another version: that is not ticked.
        let read = draft.notice.starts_with(&request.informativa);
        let ticked = ticked.filter(|d| read || d.id != privacy::DECLARATION);
        let ticked: Vec<String> = ticked.map(|d| d.id.clone()).collect();
        let says = ticked.iter().any(|id| id == privacy::DECLARATION);
        draft.content.privacy = says.then(|| draft.notice.clone());
        draft.content.declarations = ticked;
        draft.unread = !read;
        return;
    }
    let service = std::sync::Arc::clone(&draft.definition.service);
    for field in writable(&service.form, &request.passo) {
        match request
            .risposte
            .0
            .get(&field.name)
            .and_then(|answer| accept(field, answer))
        {
            Some(answer) => draft.content.answers.0.insert(field.name.clone(), answer),
            None => draft.content.answers.0.remove(&field.name),
        };
    }
}

/// Fields of a step that a person may write: not from the identity, not computed.
fn writable<'a>(form: &'a Form, step: &'a str) -> impl Iterator<Item = &'a Field> {
    form.steps
        .iter()
        .filter(move |s| s.id == step)
        .flat_map(|s| &s.sections)
        .flat_map(|section| &section.fields)
        .filter(|field| is_writable(field))
}

pub fn is_writable(field: &Field) -> bool {
    !field.read_only && !matches!(field.origin, Some(Origin::Identita | Origin::Calcolato))
}

/// The answer in the shape its field has; `None` where it has another, or is empty.
pub fn accept(field: &Field, answer: &Answer) -> Option<Answer> {
    use rules::catalogue::FieldKind::{Elenco, SceltaMultipla};
    match (field.kind, answer) {
        (Elenco, Answer::Rows(rows)) => {
            // One row more than allowed is kept, so that the engine can say so.
            let limit = field.max_rows.map_or(100, |max| max as usize + 1);
            let known = |name: &str| {
                field
                    .fields
                    .iter()
                    .any(|f| f.name == name && is_writable(f))
            };
            let rows = rows.iter().take(limit).map(|row| {
                row.iter()
                    .filter(|(name, value)| known(name) && !matches!(value, Answer::Rows(_)))
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect()
            });
            Some(Answer::Rows(rows.collect()))
        }
        (Elenco, _) | (_, Answer::Rows(_)) => None,
        (SceltaMultipla, Answer::Text(one)) if !one.is_empty() => {
            Some(Answer::Many(vec![one.clone()]))
        }
        (SceltaMultipla, Answer::Many(_)) => Some(answer.clone()),
        // A control posted twice counts once: the last value.
        (_, Answer::Many(values)) => values.last().cloned().map(Answer::Text),
        (_, Answer::Text(text)) if text.is_empty() => None,
        (_, Answer::Text(_)) => Some(answer.clone()),
    }
}

/// What differs, field by field.
fn conflict(stored: &Draft, mine: &Draft, step: &str) -> ConflictPage {
    let service = stored.service();
    let fields = super::places::fields(&service.form)
        .filter_map(|field| {
            let (theirs, ours) = (
                stored.content.answers.0.get(&field.name),
                mine.content.answers.0.get(&field.name),
            );
            (theirs != ours).then(|| ConflictField {
                path: field.name.clone(),
                label: field.label.clone(),
                mine: words(field, ours),
                stored: words(field, theirs),
                mine_raw: ours.cloned(),
            })
        })
        .collect();
    ConflictPage {
        slug: service.slug.clone(),
        title: service.title.clone(),
        step: step.to_owned(),
        draft: stored.id.clone(),
        version: stored.version,
        fields,
    }
}

/// An answer for the eye of who chooses.
fn words(field: &Field, answer: Option<&Answer>) -> String {
    let label = |code: &str| {
        let option = field.options.iter().find(|(c, _)| c == code);
        match (option, code) {
            (Some((_, label)), _) => quoted(label),
            (None, "true") => t!("Sì").to_owned(),
            (None, "false") => t!("No").to_owned(),
            (None, other) => other.to_owned(),
        }
    };
    match answer {
        None => t!("(vuoto)").to_owned(),
        Some(Answer::Text(text)) => label(text),
        Some(Answer::Many(codes)) => codes
            .iter()
            .map(|c| label(c))
            .collect::<Vec<_>>()
            .join(", "),
        Some(Answer::Rows(rows)) => rows
            .iter()
            .map(|row| {
                let cells = field.fields.iter().filter_map(|f| {
                    Some(format!(
                        "{}: {}",
                        quoted(&f.label),
                        words(f, Some(row.get(&f.name)?))
                    ))
                });
                cells.collect::<Vec<_>>().join(", ")
            })
            .collect::<Vec<_>>()
            .join("; "),
    }
}

/// Applies the choice made on the conflict page over the stored draft.
pub async fn resolve(
    counter: &Counter,
    person: &Person,
    slug: &str,
    request: &SaveRequest,
    choices: &[(String, Option<Answer>)],
) -> Result<Draft, SaveError> {
    let mut draft = Draft::load(counter, person, slug).await?;
    if draft.id != request.bozza {
        return Err(SaveError::NotHers);
    }
    if draft.frozen {
        return Err(SaveError::Frozen);
    }
    let mut mine = draft.clone();
    let service = std::sync::Arc::clone(&draft.definition.service);
    for (name, answer) in choices {
        let field =
            super::places::fields(&service.form).find(|f| f.name == *name && is_writable(f));
        let Some(field) = field else { continue };
        match answer.as_ref().and_then(|a| accept(field, a)) {
            Some(answer) => mine.content.answers.0.insert(name.clone(), answer),
            None => mine.content.answers.0.remove(name),
        };
    }
    if draft.version != request.versione {
        return Err(SaveError::Conflict(Box::new(conflict(&draft, &mine, ""))));
    }
    let evaluation = mine.evaluate(counter, person);
    mine.forget_hidden(&evaluation);
    std::mem::swap(&mut draft, &mut mine);
    store(counter, person, draft).await
}

/// The answers, for the file of a group's rows.
pub fn rows_mut<'a>(
    answers: &'a mut Answers,
    group: &str,
) -> &'a mut Vec<std::collections::BTreeMap<String, Answer>> {
    let entry = answers
        .0
        .entry(group.to_owned())
        .or_insert_with(|| Answer::Rows(Vec::new()));
    if !matches!(entry, Answer::Rows(_)) {
        *entry = Answer::Rows(Vec::new());
    }
    match entry {
        Answer::Rows(rows) => rows,
        _ => unreachable!("just made rows"),
    }
}
