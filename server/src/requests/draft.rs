//! A draft in memory: what was typed, and the definition it belongs to.

use std::{collections::BTreeMap, sync::Arc};

use app::api::step;
use rules::{
    catalogue::{Origin, Service},
    form::{Answer, Answers, Context, Evaluation},
    privacy,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{acting, foreign::adapt, places};
use crate::{
    catalogue::Definition,
    changes::{self, Changes},
    delegations::{Acting, DelegationError},
    error::{Refusal, internal},
    profile,
    state::{Counter, Person},
    store::{StoreError, cosignatures, definitions, drafts},
    vault::VaultError,
};

/// The sealed part of the row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// As typed.
    pub answers: Answers,
    pub declarations: Vec<String>,
    /// Id of the delegation by which it is somebody else's request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<String>,
    /// Last written by a clerk at the counter, not by herself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_desk: bool,
    /// Nothing was typed in it yet: what is known fills it, and it opens at its first step.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
    /// Protocol number of the request whose answers were copied into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copied: Option<String>,
    /// Hash of the privacy notice that she says she read, while that is ticked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy: Option<String>,
}

impl Content {
    /// Takes back that she read the notice, where it was not the one in force; whether it did.
    fn forget_unread(&mut self, in_force: &str) -> bool {
        if self.privacy.as_deref() == Some(in_force) {
            return false;
        }
        let ticked = self.declarations.len();
        self.declarations.retain(|id| id != privacy::DECLARATION);
        self.privacy = None;
        self.declarations.len() < ticked
    }
}

#[derive(Clone, Debug)]
pub struct Draft {
    pub id: String,
    pub definition: Definition,
    /// 0: never saved.
    pub version: i64,
    pub content: Content,
    pub saved_at: Option<i64>,
    /// The delegation, while it holds.
    pub acting: Option<Acting>,
    /// It waits for signatures: nothing in it changes.
    pub frozen: bool,
    /// Hash of the privacy notice in force.
    pub notice: String,
    /// She read another one: the declaration is to be ticked again.
    pub unread: bool,
    /// Of the services, when it was loaded.
    pub changes: Arc<Changes>,
}

#[derive(Debug, Error)]
pub enum DraftError {
    #[error("no such service")]
    UnknownService,
    #[error(transparent)]
    Delegation(#[from] DelegationError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error("stored draft or definition cannot be read: {0}")]
    Corrupt(String),
}

impl Refusal for DraftError {
    fn problem(&self) -> app::api::Problem {
        match self {
            Self::UnknownService => crate::error::not_found(),
            Self::Store(error) => error.problem(),
            Self::Delegation(error) => error.problem(),
            Self::Vault(_) | Self::Corrupt(_) => internal(),
        }
    }
}

/// The context of a draft's sealed bytes.
pub fn context(id: &str) -> String {
    format!("drafts/{id}")
}

impl Draft {
    /// The person's draft of this service, or a new one with what is already known.
    pub async fn load(counter: &Counter, person: &Person, slug: &str) -> Result<Self, DraftError> {
        let in_force = counter
            .catalogue
            .get(slug)
            .ok_or(DraftError::UnknownService)?;
        let changes = changes::now(counter).await?;
        let Some(row) = drafts::get(&counter.store, &person.id, slug).await? else {
            let definition = adapt(in_force.clone(), person);
            return Ok(Self::fresh(counter, person, definition, changes));
        };
        let mut content = content(counter, &row)?;
        let notice = notice(counter, slug);
        let unread = content.forget_unread(&notice);
        let acting = acting::resume(counter, person, slug, &content).await?;
        let definition = if row.definition == in_force.hash {
            in_force.clone()
        } else {
            older(counter, &row.definition).await?
        };
        let signature = &definition.service.signature;
        let awaits = !signature.cosigners.is_empty() || signature.is_digital();
        Ok(Self {
            frozen: awaits
                && cosignatures::frozen(&counter.store, &row.id)
                    .await?
                    .is_some(),
            id: row.id,
            definition: match acting {
                Some(_) => acting::bind(&adapt(definition, person)),
                None => adapt(definition, person),
            },
            acting,
            version: row.version,
            content,
            saved_at: Some(row.updated_at),
            notice,
            unread,
            changes,
        })
    }

    /// A new one with what is known of her; not stored yet.
    pub fn fresh(
        counter: &Counter,
        person: &Person,
        definition: Definition,
        changes: Arc<Changes>,
    ) -> Self {
        let answers = initial(&definition.service, person);
        let notice = notice(counter, &definition.service.slug);
        Self {
            id: counter.new_id(),
            definition,
            version: 0,
            content: Content {
                answers,
                unread: true,
                ..Content::default()
            },
            saved_at: None,
            acting: None,
            frozen: false,
            notice,
            unread: false,
            changes,
        }
    }

    /// A new one for who gave the delegation; nothing else of hers is known to it.
    pub fn begun(
        counter: &Counter,
        person: &Person,
        definition: Definition,
        acting: Acting,
        changes: Arc<Changes>,
    ) -> Self {
        let mut draft = Self::fresh(counter, person, definition, changes);
        draft.content.delegation = Some(acting.delegation.clone());
        draft.definition = acting::bind(&draft.definition);
        draft.acting = Some(acting);
        draft
    }

    pub fn service(&self) -> &Service {
        &self.definition.service
    }

    /// What the engine says of the draft today.
    pub fn evaluate(&self, counter: &Counter, person: &Person) -> Evaluation {
        let form = &self.service().form;
        let answers = places::resolve(form, &self.content.answers, &counter.catalogue.lists);
        let identity = self.identity(person);
        let context = Context {
            today: counter.today(),
            identity: &identity,
            lists: &counter.catalogue.lists,
        };
        form.evaluate(&answers, &context)
    }

    /// Values that nobody may type.
    pub fn identity(&self, person: &Person) -> Answers {
        let mut known = identity(self.service(), person);
        let represented = self.acting.iter().flat_map(Acting::answers);
        known
            .0
            .extend(represented.map(|(name, answer)| (name.to_owned(), answer)));
        known
    }

    /// All steps in order: the form's visible ones, then those that every form gets.
    pub fn steps(evaluation: &Evaluation) -> Vec<String> {
        let mut steps = evaluation.steps.clone();
        if !evaluation.attachments.is_empty() {
            steps.push(step::ATTACHMENTS.to_owned());
        }
        if !evaluation.declarations.is_empty() {
            steps.push(step::DECLARATIONS.to_owned());
        }
        steps.push(step::SUMMARY.to_owned());
        steps
    }

    /// Drops what is hidden: it is never required and never kept.
    pub fn forget_hidden(&mut self, evaluation: &Evaluation) {
        self.content
            .answers
            .0
            .retain(|name, _| evaluation.is_visible(name));
        for (name, answer) in &mut self.content.answers.0 {
            if let Answer::Rows(rows) = answer {
                for (n, row) in rows.iter_mut().enumerate() {
                    row.retain(|field, _| evaluation.is_visible(&format!("{name}.{n}.{field}")));
                }
            }
        }
    }

    /// Proposes what is known for a step that has no answer yet: fields that were hidden when
    /// the draft began come with their default too.
    pub fn propose(&mut self, person: &Person, step: &str) {
        let service = Arc::clone(&self.definition.service);
        let Some(step) = service.form.steps.iter().find(|s| s.id == step) else {
            return;
        };
        let fields = || step.sections.iter().flat_map(|section| &section.fields);
        if fields().any(|field| self.content.answers.0.contains_key(&field.name)) {
            return;
        }
        let known = initial(&service, person);
        for field in fields() {
            if let Some(answer) = known.0.get(&field.name) {
                self.content
                    .answers
                    .0
                    .insert(field.name.clone(), answer.clone());
            }
        }
    }

    pub fn seal(&self, counter: &Counter) -> Result<Vec<u8>, DraftError> {
        seal(counter, &self.id, &self.content)
    }

    /// Its row at its version.
    pub fn row(&self, counter: &Counter, person: &Person) -> Result<drafts::DraftRow, DraftError> {
        let now = counter.now_ms();
        Ok(drafts::DraftRow {
            id: self.id.clone(),
            person: person.id.clone(),
            slug: self.service().slug.clone(),
            definition: self.definition.hash.clone(),
            version: self.version,
            sealed: self.seal(counter)?,
            created_at: now,
            updated_at: now,
        })
    }
}

/// What lies in the row of the draft of this id.
pub fn seal(counter: &Counter, id: &str, content: &Content) -> Result<Vec<u8>, DraftError> {
    let plain = serde_json::to_vec(content).map_err(|e| DraftError::Corrupt(e.to_string()))?;
    let master = counter.vault.master();
    Ok(master.seal(&*counter.rng, &context(id), &plain)?)
}

/// What lies sealed in a draft's row.
pub fn content(counter: &Counter, row: &drafts::DraftRow) -> Result<Content, DraftError> {
    let master = counter.vault.master();
    let plain = master.open(&context(&row.id), &row.sealed)?;
    serde_json::from_slice(&plain).map_err(|e| DraftError::Corrupt(e.to_string()))
}

/// Every service in force has one.
fn notice(counter: &Counter, slug: &str) -> String {
    let found = counter.catalogue.notice(slug);
    found.map_or_else(String::new, |found| found.hash.clone())
}

async fn older(counter: &Counter, hash: &str) -> Result<Definition, DraftError> {
    let body = definitions::body(&counter.store, hash)
        .await?
        .ok_or_else(|| DraftError::Corrupt(format!("definition {hash} is missing")))?;
    let service = serde_json::from_slice(&body).map_err(|e| DraftError::Corrupt(e.to_string()))?;
    Ok(Definition {
        hash: hash.to_owned(),
        service: Arc::new(service),
    })
}

/// Values of the identity, by the names of the shared block `richiedente`.
pub fn identity(service: &Service, person: &Person) -> Answers {
    let data = &person.identity;
    let known: BTreeMap<&str, &str> = [
        ("nome", data.name.as_str()),
        ("cognome", &data.family_name),
        ("codice_fiscale", &data.fiscal_code),
        ("data_nascita", &data.birth_date),
        ("luogo_nascita", &data.birth_place),
    ]
    .into();
    let fields = places::fields(&service.form).filter(|f| f.origin == Some(Origin::Identita));
    let values = fields.filter_map(|field| {
        let value = known.get(field.name.as_str()).filter(|v| !v.is_empty())?;
        Some((field.name.clone(), Answer::Text((*value).to_owned())))
    });
    Answers(values.collect())
}

/// Defaults of the definition, and what the profile already says.
fn initial(service: &Service, person: &Person) -> Answers {
    let values = places::fields(&service.form).filter_map(|field| {
        let profile = (field.origin == Some(Origin::Profilo))
            .then(|| profile::value(&person.identity, &field.name))
            .flatten();
        let value = profile.or_else(|| field.default.clone())?;
        Some((field.name.clone(), Answer::Text(value)))
    });
    Answers(values.collect())
}
