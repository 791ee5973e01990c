//! "Accogli": the decision, with one of the definition's positive outcomes; where the outcome has a
//! paper of its own, with what the office writes in it, and a look at it before.

use app::api::{Problem, SummarySection};
use rules::{
    case::{Actor, Command},
    catalogue::{Outcome, OutcomeDocument},
    form::{Answer, Answers, Context, IssueKind},
    roles::Operation,
};
use thiserror::Error;

use super::{
    CommandError, LoadedCase,
    act::{Act, Issued, kind},
    change::{self, Change},
    original,
    timeline::remedies,
};
use crate::{
    documents::{self, Bounds, PrintError},
    error::{Refusal, unavailable},
    payments, requests,
    state::{Counter, Person},
};

/// What the office decides.
pub struct Decided<'a> {
    /// The outcome's code; may be left out where only one is positive.
    pub outcome: &'a str,
    /// For the citizen.
    pub note: &'a str,
    /// What it writes in papers: `<code of the outcome>.<field>` and value; only the chosen
    /// outcome's counts.
    pub stated: Vec<(String, String)>,
}

#[cfg(test)]
impl<'a> Decided<'a> {
    /// An outcome without a paper.
    pub fn plain(outcome: &'a str, note: &'a str) -> Self {
        Self {
            outcome,
            note,
            stated: Vec::new(),
        }
    }
}

pub async fn accept(
    counter: &Counter,
    person: &Person,
    id: &str,
    seen: i64,
    decided: Decided<'_>,
) -> Result<i64, CommandError> {
    let case = change::operated(counter, person, Operation::Accept, id).await?;
    let now = counter.now_ms();
    let (chosen, act) = decision(counter, person, &case, &decided, now)?;
    let own = chosen.message.clone();
    let own = own.filter(|name| counter.templates.get(name).is_some());
    let esito = chosen.code.clone();
    let change = Change::Decision {
        act: Box::new(act),
        dues: payments::prepare(counter, &case).await?,
        command: Box::new(move |act, dovuti| Command::Accogli { act, esito, dovuti }),
        template: own.unwrap_or_else(|| "pratica-accolta".to_owned()),
    };
    let actor = Actor::Operatore(person.id.clone());
    change::run(counter, &case, seen, actor, now, change).await
}

/// The outcome and the act, not yet registered.
fn decision<'a>(
    counter: &Counter,
    person: &Person,
    case: &'a LoadedCase,
    decided: &Decided<'_>,
    now_ms: i64,
) -> Result<(&'a Outcome, Act), CommandError> {
    let service = &case.definition.service;
    let positive: Vec<_> = service.outcomes.iter().filter(|o| o.positive).collect();
    let chosen = match (decided.outcome, positive.as_slice()) {
        ("", [only]) => Some(*only),
        (code, all) => all.iter().copied().find(|outcome| outcome.code == code),
    };
    let chosen =
        chosen.ok_or_else(|| CommandError::invalid("esito", "Scegli un esito dall'elenco."))?;
    let mut act = change::blank_act(counter, case, kind::DECISION, person, now_ms);
    act.to = original::addressee(case)?;
    act.text = change::text("motivo", decided.note, false)?;
    act.outcome = Some((
        chosen.code.clone(),
        chosen.title.clone(),
        chosen.text.clone(),
    ));
    act.remedies = remedies(service);
    if let Some(document) = &chosen.document {
        act.issued = Some(issued(counter, case, chosen, document, decided)?);
    }
    Ok((chosen, act))
}

/// What stands in the paper, or what is missing of it.
fn issued(
    counter: &Counter,
    case: &LoadedCase,
    outcome: &Outcome,
    document: &OutcomeDocument,
    decided: &Decided<'_>,
) -> Result<Issued, CommandError> {
    let context = Context {
        today: counter.today(),
        identity: &Answers::default(),
        lists: &counter.catalogue.lists,
    };
    let form = document.form();
    let prefix = format!("{}.", outcome.code);
    let typed = decided.stated.iter().filter_map(|(path, value)| {
        let name = path.strip_prefix(&prefix)?;
        Some((name.to_owned(), Answer::Text(value.clone())))
    });
    let stated = form.evaluate(&Answers(typed.collect()), &context);
    let wrong = stated
        .issues
        .iter()
        .filter(|i| i.kind != IssueKind::Warning);
    let wrong: Vec<_> = wrong
        .map(|issue| {
            let field = format!("documento.{}.{}", outcome.code, issue.path);
            (field, format!("{}: {}", issue.label, issue.message))
        })
        .collect();
    if !wrong.is_empty() {
        return Err(CommandError::Invalid(wrong));
    }
    let lines = |sections: Vec<SummarySection>| {
        let lines = sections.into_iter().flat_map(|section| section.lines);
        lines.collect::<Vec<_>>()
    };
    Ok(Issued {
        title: document.title.clone(),
        stated: lines(requests::describe(counter, &form, &stated)),
        asked: lines(original::answers_of(counter, case, &document.answers)?),
    })
}

/// The paper as it would be handed out, unregistered: a PDF.
pub async fn preview(
    counter: &Counter,
    person: &Person,
    id: &str,
    decided: Decided<'_>,
) -> Result<Vec<u8>, PreviewError> {
    let case = change::operated(counter, person, Operation::Accept, id).await?;
    let now = counter.now_ms();
    let (_, act) = decision(counter, person, &case, &decided, now)?;
    let job = documents::preview(counter, &case, act, now).await;
    let job = job.ok_or(CommandError::Unknown)?;
    let program = counter.settings.renderer();
    Ok(documents::print(&program, &job, Bounds::default()).await?)
}

#[derive(Debug, Error)]
pub enum PreviewError {
    #[error(transparent)]
    Command(#[from] CommandError),
    #[error(transparent)]
    Print(#[from] PrintError),
}

impl Refusal for PreviewError {
    fn problem(&self) -> Problem {
        match self {
            Self::Command(error) => error.problem(),
            Self::Print(_) => unavailable(),
        }
    }
}
