//! "Accogli": the decision, with one of the definition's positive outcomes.

use rules::{
    case::{Actor, Command},
    roles::Operation,
};

use super::{
    CommandError,
    act::kind,
    change::{self, Change},
    timeline::remedies,
};
use crate::{
    payments,
    state::{Counter, Person},
};

/// `outcome`: its code; may be left out where only one is positive. `note` is for the citizen.
pub async fn accept(
    counter: &Counter,
    person: &Person,
    id: &str,
    seen: i64,
    outcome: &str,
    note: &str,
) -> Result<i64, CommandError> {
    let case = change::operated(counter, person, Operation::Accept, id).await?;
    let positive: Vec<_> = case
        .definition
        .service
        .outcomes
        .iter()
        .filter(|outcome| outcome.positive)
        .collect();
    let chosen = match (outcome, positive.as_slice()) {
        ("", [only]) => Some(*only),
        (code, all) => all.iter().copied().find(|outcome| outcome.code == code),
    };
    let chosen =
        chosen.ok_or_else(|| CommandError::invalid("esito", "Scegli un esito dall'elenco."))?;
    let now = counter.now_ms();
    let mut act = change::blank_act(counter, &case, kind::DECISION, person, now);
    act.to = super::original::addressee(&case)?;
    act.text = change::text("motivo", note, false)?;
    act.outcome = Some((
        chosen.code.clone(),
        chosen.title.clone(),
        chosen.text.clone(),
    ));
    act.remedies = remedies(&case.definition.service);
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
