//! The time that somebody chose in a form.

use rules::{
    catalogue::{Field, FieldKind, Form},
    form::{Answer, Evaluation},
    slot::Slot,
};

use crate::{state::Counter, store::bookings::Time};

/// A time of an agenda that there is.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The control.
    pub field: String,
    pub agenda: String,
    pub slot: Slot,
}

/// The field that books a time: at most one.
fn field(form: &Form) -> Option<&Field> {
    form.fields()
        .find(|field| field.kind == FieldKind::SlotAppuntamento)
}

/// What was chosen, where it is asked and read well.
pub fn chosen(form: &Form, evaluation: &Evaluation) -> Option<Choice> {
    let field = field(form)?;
    let Some(Answer::Text(text)) = evaluation.answers.0.get(&field.name) else {
        return None;
    };
    Some(Choice {
        field: field.name.clone(),
        agenda: field.list.clone()?,
        slot: Slot::parse(text)?,
    })
}

impl Choice {
    /// `None`: the agenda has no such time now.
    pub fn time(&self, counter: &Counter) -> Option<Time> {
        let agenda = counter.comune.agende.get(&self.agenda)?;
        let known = agenda.times(counter.now_ms()).contains(&self.slot);
        known.then(|| Time {
            agenda: self.agenda.clone(),
            starts: self.slot.to_string(),
            seats: agenda.posti,
        })
    }
}
