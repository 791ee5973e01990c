//! The form of who entered with another country's identity (eIDAS): what that does not tell, she
//! does. She may have no codice fiscale at all.

use std::sync::Arc;

use rules::catalogue::{FieldKind, Form, Origin, Required};

use super::draft::identity;
use crate::{catalogue::Definition, state::Person};

/// Opens the fields of the identity that have no value; for everybody else nothing changes.
pub fn adapt(mut definition: Definition, person: &Person) -> Definition {
    if !person.identity.fiscal_code.is_empty() {
        return definition;
    }
    let known = identity(&definition.service, person);
    let service = Arc::make_mut(&mut definition.service);
    open(&mut service.form, |name| known.0.contains_key(name));
    definition
}

fn open(form: &mut Form, is_known: impl Fn(&str) -> bool) {
    let sections = form.steps.iter_mut().flat_map(|step| &mut step.sections);
    for field in sections.flat_map(|section| &mut section.fields) {
        if field.origin != Some(Origin::Identita) || is_known(&field.name) {
            continue;
        }
        field.origin = None;
        field.read_only = false;
        if field.kind == FieldKind::CodiceFiscale {
            field.required = Required::Never;
        }
    }
}
