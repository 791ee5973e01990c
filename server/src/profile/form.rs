//! The fields of the profile as a form: those of the shared block, none of them required.

use rules::{
    catalogue::{Field, Form, Required, Section, Step},
    form::{Answers, Context, Evaluation},
};

use super::{FIELDS, known::is_kept};
use crate::{requests::resolve, state::Counter};

/// The block `richiedente` as the first definition that has it takes it over; without fields where
/// none does.
pub fn form(counter: &Counter) -> Form {
    let definitions = counter.catalogue.all();
    let steps = definitions.iter().flat_map(|d| &d.service.form.steps);
    let whole = |section: &&Section| {
        let has = |name: &&str| section.fields.iter().any(|field| field.name == **name);
        FIELDS.iter().all(has)
    };
    let section = steps.flat_map(|step| &step.sections).find(whole);
    let fields = section.into_iter().flat_map(|section| &section.fields);
    let fields = fields.filter(|field| is_kept(field)).map(|field| Field {
        required: Required::Never,
        visible_if: None,
        ..field.clone()
    });
    let section = Section {
        title: None,
        fields: fields.collect(),
    };
    Form {
        steps: vec![Step {
            id: "profilo".to_owned(),
            title: String::new(),
            visible_if: None,
            sections: vec![section],
        }],
        attachments: Vec::new(),
        declarations: Vec::new(),
        rules: Vec::new(),
    }
}

/// What the form's engine makes of values of the profile.
pub fn read(counter: &Counter, form: &Form, typed: &Answers) -> Evaluation {
    let lists = &counter.catalogue.lists;
    let context = Context {
        today: counter.today(),
        identity: &Answers::default(),
        lists,
    };
    form.evaluate(&resolve(form, typed, lists), &context)
}
