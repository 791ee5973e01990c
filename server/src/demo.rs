//! Demo data: requests in every phase, made by the counter's own operations on the days that
//! `data/demo.toml` tells, so that the office of the demo is not empty.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::{Context, bail};
use axum::body::Bytes;
use rules::form::{Answer, Answers};
use saml::Scheme;
use serde::Deserialize;

use crate::{
    cases,
    clock::{Clock as _, ManualClock, SystemClock, rome_day},
    config::Settings,
    error::Refused,
    forms::{FormBody, PostedFile},
    http::Outcome,
    identity::sessions::{self, Login},
    messages, profile, program, requests, roles,
    state::{Actor, Counter, Evidence, Person, PersonData},
    store::{self, identity::SessionName},
    worker::Lane,
};

const DAY_MS: i64 = 86_400_000;
/// 08:00 UTC: office hours in Rome, in summer and in winter.
const MORNING_MS: i64 = 8 * 3_600_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Demo {
    people: BTreeMap<String, Who>,
    requests: Vec<Request>,
    roles: Vec<GivenRole>,
}

/// A role given on the office's page, and ended there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenRole {
    by: String,
    days_ago: i64,
    form: BTreeMap<String, String>,
    #[serde(default)]
    ended_days_ago: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Who {
    fiscal_code: String,
    name: String,
    family_name: String,
    birth_date: String,
    birth_place: String,
    email: String,
    mobile: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    person: String,
    service: String,
    days_ago: i64,
    /// After eight in the morning (UTC).
    minute: i64,
    steps: Vec<Step>,
    #[serde(default)]
    files: Vec<DemoFile>,
    #[serde(default)]
    acts: Vec<Act>,
    /// Left unsent.
    #[serde(default)]
    draft: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    step: String,
    answers: BTreeMap<String, String>,
    #[serde(default)]
    rows: BTreeMap<String, Vec<BTreeMap<String, String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoFile {
    attachment: String,
    name: String,
}

/// What a case's page posts, without its `seq`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Act {
    by: String,
    days_ago: i64,
    form: BTreeMap<String, String>,
    #[serde(default)]
    file: Option<String>,
}

/// Fills an empty counter; one that was used stays as it is.
pub async fn fill(settings: &Settings) -> anyhow::Result<()> {
    fill_at(settings, SystemClock.now_ms()).await
}

async fn fill_at(settings: &Settings, now: i64) -> anyhow::Result<()> {
    let clock = ManualClock::at(now);
    let counter = program::build_at(settings.clone(), Arc::new(clock.clone())).await?;
    let used = !store::cases::all_indexes(&counter.store).await?.is_empty();
    if !used {
        let demo: Demo = toml::from_str(include_str!("../data/demo.toml"))?;
        let channels = messages::channels(&counter.settings)?;
        let lanes = channels.into_iter().map(|c| Lane::new(&counter, c));
        let telling = Telling {
            counter: &counter,
            clock,
            now,
            people: &demo.people,
            lanes: lanes.collect(),
        };
        for role in &demo.roles {
            telling.give(role).await.context("demo: a role")?;
        }
        telling.tell(&demo.requests).await?;
    }
    counter.store.close().await;
    Ok(())
}

/// One thing that happens, at its moment.
struct Moment<'a> {
    at: i64,
    request: usize,
    act: Option<&'a Act>,
}

struct Telling<'a> {
    counter: &'a Counter,
    clock: ManualClock,
    now: i64,
    people: &'a BTreeMap<String, Who>,
    /// Messages leave on the day of their event: a week later they would be too old.
    lanes: Vec<Lane>,
}

impl Telling<'_> {
    /// All requests together, in the order of time: numbers of the register follow the days.
    async fn tell(&self, requests: &[Request]) -> anyhow::Result<()> {
        let mut moments: Vec<Moment<'_>> = Vec::new();
        for (request, of) in requests.iter().enumerate() {
            let at = |days_ago| self.morning(days_ago) + of.minute * 60_000;
            moments.push(Moment {
                at: at(of.days_ago),
                request,
                act: None,
            });
            moments.extend(of.acts.iter().map(|act| Moment {
                at: at(act.days_ago),
                request,
                act: Some(act),
            }));
        }
        moments.sort_by_key(|moment| moment.at);
        let mut cases = BTreeMap::new();
        for moment in moments {
            self.clock.set(moment.at);
            let request = &requests[moment.request];
            let told = match moment.act {
                None => self.ask(request).await.map(|id| {
                    cases.insert(moment.request, id);
                }),
                Some(act) => self.act(&cases[&moment.request], act).await,
            };
            told.with_context(|| format!("demo: {} of {}", request.service, request.person))?;
            for lane in &self.lanes {
                lane.drain().await?;
            }
        }
        Ok(())
    }

    async fn give(&self, role: &GivenRole) -> anyhow::Result<()> {
        self.clock.set(self.morning(role.days_ago));
        let mut form = role.form.clone();
        form.insert("azione".into(), "dai_ruolo".into());
        self.change_roles(&role.by, form).await?;
        let Some(days_ago) = role.ended_days_ago else {
            return Ok(());
        };
        let given = store::roles::grants(&self.counter.store).await?;
        let given = given.first().context("nothing was given")?.id.clone();
        self.clock.set(self.morning(days_ago));
        let form = [("azione", "togli_ruolo"), ("id", given.as_str())];
        let form = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.change_roles(&role.by, form.into()).await
    }

    async fn change_roles(&self, by: &str, form: BTreeMap<String, String>) -> anyhow::Result<()> {
        let person = self.log_in(by).await?;
        let form = FormBody {
            fields: form.into_iter().collect(),
            files: Vec::new(),
        };
        finished(roles::action(self.counter, &person, &form).await)
    }

    fn morning(&self, days_ago: i64) -> i64 {
        (self.now / DAY_MS - days_ago) * DAY_MS + MORNING_MS
    }

    async fn log_in(&self, name: &str) -> anyhow::Result<Arc<Person>> {
        let who = self.people.get(name).context("an unknown person")?;
        let data = PersonData {
            fiscal_code: who.fiscal_code.clone(),
            foreign_code: String::new(),
            name: who.name.clone(),
            family_name: who.family_name.clone(),
            birth_date: who.birth_date.clone(),
            birth_place: who.birth_place.clone(),
            email: who.email.clone(),
            mobile: who.mobile.clone(),
            profile: BTreeMap::new(),
            told_at: profile::told_at(&who.email, &who.mobile, self.counter.now_ms()),
            by_hand: false,
        };
        let evidence = Evidence {
            provider: format!("{}/spid", self.counter.settings.sandbox_url()),
            level: 2,
            assertion: format!("_{}", self.counter.new_id()),
            at: self.counter.now_ms(),
            desk: None,
        };
        // Nobody posted an answer: there is none to keep.
        let login = Login {
            request: String::new(),
            scheme: Scheme::Spid,
            name: SessionName::default(),
            response: String::new(),
            sealed_response: Vec::new(),
            evidence,
        };
        let token = sessions::begin(self.counter, data, login).await?;
        match sessions::resume(self.counter, &token).await? {
            Actor::Person(person) => Ok(person),
            _ => bail!("no session"),
        }
    }

    /// Fills the form step by step and sends it; the case's id, empty for a draft.
    async fn ask(&self, request: &Request) -> anyhow::Result<String> {
        let person = self.log_in(&request.person).await?;
        for step in &request.steps {
            self.press(&person, request, "avanti", Some(step)).await?;
        }
        for file in &request.files {
            let slug = &request.service;
            let bytes = sample(&file.name);
            requests::attach(
                self.counter,
                &person,
                slug,
                "",
                &file.attachment,
                &file.name,
                bytes,
            )
            .await
            .map_err(told)?;
        }
        if request.draft {
            return Ok(String::new());
        }
        self.press(&person, request, "avanti", None).await?;
        let path = self.press(&person, request, "invia", None).await?;
        let id = path.strip_prefix("/pratiche/").and_then(|rest| {
            let (id, _) = rest.split_once('/')?;
            Some(id.to_owned())
        });
        id.context("not sent")
    }

    /// Presses a button of the form; without a step, on the declarations, all ticked.
    async fn press(
        &self,
        person: &Person,
        request: &Request,
        azione: &str,
        step: Option<&Step>,
    ) -> anyhow::Result<String> {
        let slug = &request.service;
        let page = requests::open(self.counter, person, slug, None)
            .await
            .map_err(told)?;
        let ticked = page.form.declarations.iter().map(|d| d.id.clone());
        // What the page shows already chosen is posted too.
        let mut answers = page.draft.answers.clone();
        answers
            .0
            .extend(step.iter().flat_map(|step| self.answers(step).0));
        let save = app::api::SaveRequest {
            azione: azione.to_owned(),
            passo: step.map_or(app::api::step::DECLARATIONS.to_owned(), |s| s.step.clone()),
            versione: page.draft.version,
            risposte: answers,
            dichiarazioni: ticked.collect(),
            bozza: page.draft.draft_id,
            informativa: String::new(),
        };
        let form = FormBody::default();
        match requests::act(self.counter, person, slug, &save, &form).await {
            Ok(done) => Ok(done.path),
            Err(requests::ActError::Invalid(page)) => bail!("{:?}", page.issues),
            Err(error) => Err(told(error)),
        }
    }

    fn answers(&self, step: &Step) -> Answers {
        let texts = |texts: &BTreeMap<String, String>| -> BTreeMap<String, Answer> {
            texts
                .iter()
                .map(|(name, value)| (name.clone(), Answer::Text(self.day_in(value))))
                .collect()
        };
        let mut answers = texts(&step.answers);
        answers.extend(
            step.rows
                .iter()
                .map(|(name, rows)| (name.clone(), Answer::Rows(rows.iter().map(texts).collect()))),
        );
        Answers(answers)
    }

    /// `{+60}` and `{-18}` as days from the day of the demo: that of its mornings, since at midnight
    /// in Rome it is still yesterday by UTC.
    fn day_in(&self, value: &str) -> String {
        let days = value
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
            .and_then(|days| days.parse::<i64>().ok());
        match days {
            Some(days) => rome_day(self.morning(0)).plus_days(days).italian(),
            None => value.to_owned(),
        }
    }

    async fn act(&self, id: &str, act: &Act) -> anyhow::Result<()> {
        let person = self.log_in(&act.by).await?;
        let events = store::cases::events(&self.counter.store, id).await?;
        let seq = events.last().map_or(0, |event| event.seq).to_string();
        let mut fields: Vec<_> = act.form.clone().into_iter().collect();
        fields.push(("seq".into(), seq));
        let files = act.file.iter().map(|name| PostedFile {
            field: "allegati.richiesta_0".into(),
            name: name.clone(),
            bytes: sample(name),
        });
        let form = FormBody {
            fields,
            files: files.collect(),
        };
        let done = if !person.is_staff() {
            cases::citizen_action(self.counter, &person, id, &form).await
        } else {
            cases::office_action(self.counter, &person, id, &form).await
        };
        finished(done)
    }
}

fn finished(done: Result<Outcome, Refused>) -> anyhow::Result<()> {
    match done.map_err(refused)? {
        Outcome::Done { .. } | Outcome::Away { .. } | Outcome::Shown(_) => Ok(()),
        Outcome::Again(page) | Outcome::Overtaken(page, _) => bail!("{page:?}"),
    }
}

/// A file of the right kind; its content is nobody's.
fn sample(name: &str) -> Bytes {
    Bytes::from_static(if name.ends_with(".pdf") {
        include_bytes!("../data/demo/documento.pdf")
    } else {
        include_bytes!("../data/demo/foto.png")
    })
}

fn told(error: impl Into<Refused>) -> anyhow::Error {
    refused(error.into())
}

fn refused(refused: Refused) -> anyhow::Error {
    let problem = refused.report(String::new);
    anyhow::anyhow!("{}: {}", problem.title, problem.detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{testing, verify};

    fn empty() -> Settings {
        let settings = testing::settings();
        std::fs::create_dir_all(&settings.site).unwrap();
        let none = r#"{"js":"","wasm":"","css":""}"#;
        std::fs::write(settings.site.join("manifest.json"), none).unwrap();
        settings
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_demo_can_be_begun_at_any_hour() {
        let midnight = SystemClock.now_ms() / DAY_MS * DAY_MS;
        for hour in [-1, 0] {
            fill_at(&empty(), midnight + hour * 3_600_000 + 60_000)
                .await
                .unwrap();
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_demo_has_a_case_in_every_phase_and_is_whole() {
        let settings = empty();
        fill(&settings).await.unwrap();
        // A second start adds nothing.
        fill(&settings).await.unwrap();
        let clock = Arc::new(SystemClock);
        let counter = program::build_at(settings, clock).await.unwrap();
        let cases = store::cases::all_indexes(&counter.store).await.unwrap();
        let mut states: Vec<_> = cases.iter().map(|case| case.state.as_str()).collect();
        states.sort_unstable();
        assert_eq!(
            states,
            [
                "accolta",
                "attesa_integrazione",
                "attesa_pagamento_rilascio",
                "istruttoria",
                "protocollata"
            ]
        );
        assert_eq!(
            verify::verify(&counter).await.unwrap(),
            Vec::<String>::new()
        );
    }
}
