//! A service is closed, opened again, costs something else, takes requests at other times; a change
//! that has not begun is taken back.

use std::sync::Arc;

use rules::{
    catalogue::Service,
    changes::{Change, Period, What, closing, standing},
    civil::Date,
    fields::plain,
    number::Number,
    roles::{Operation, Place},
};

use super::{
    ChangeError, Changes,
    amounts::{Amount, amounts},
    chain::link,
    known::{self, decode},
    window::window,
    words::period_of,
};
use crate::{
    config::Comune,
    forms::FormBody,
    roles::check,
    state::{Counter, Person},
    store::{
        StoreError, Tx,
        service_changes::{self as rows, ChangeRow},
    },
};

/// Longest reason, characters.
const REASON_CHARS: usize = 300;
/// Largest amount, cents: one more zero than any of them needs.
const MOST_CENTS: i64 = 10_000_000;
/// How far ahead a change may be planned.
const AHEAD_DAYS: i64 = 2 * 366;

/// Presses `azione`: `chiudi_servizio` (fields `dal`, `al`, `motivo`), `riapri_servizio` (`dal`),
/// `cambia_costo` (`costo`, `importo`, `dal`), `cambia_periodo` (`periodo`, `periodo_dal`,
/// `periodo_al`, `motivo`, `dal`), `ritira_modifica` (`numero`).
pub async fn make(
    counter: &Counter,
    person: &Person,
    slug: &str,
    form: &FormBody,
) -> Result<(), ChangeError> {
    let found = counter.catalogue.get(slug);
    let service = Arc::clone(&found.ok_or(ChangeError::UnknownService)?.service);
    let office = Place::Office(&service.office.id);
    check(person, Operation::ChangeSettings, office)?;
    let asked = Asked::read(counter, &service, form)?;
    let (inner, by, now) = (counter.clone(), person.id.clone(), counter.now_ms());
    let number = counter
        .store
        .write::<_, ChangeError, _>(move |tx| {
            Box::pin(async move {
                let (number, previous) = rows::next(tx).await?;
                let change = asked.against(&inner.comune, tx, &service, number).await?;
                let (kind, value) = written(&change.what)?;
                let mut row = ChangeRow {
                    number,
                    slug: service.slug.clone(),
                    kind,
                    value,
                    from_day: change.from.to_string(),
                    reason: change.reason,
                    made_by: by,
                    made_at: now,
                    previous,
                    hash: String::new(),
                };
                row.hash = link(&row)?;
                rows::insert(tx, &row).await?;
                Ok(number)
            })
        })
        .await?;
    // This node's pages show it at once.
    known::now(counter).await?;
    tracing::info!(person.id = %person.id, change = number, "a service was changed");
    Ok(())
}

/// `kind` and `value` of the row.
fn written(what: &What) -> Result<(String, String), ChangeError> {
    let corrupt = |e: serde_json::Error| StoreError::Corrupt(e.to_string());
    let json = serde_json::to_value(what).map_err(corrupt)?;
    let kind = json["kind"].as_str().unwrap_or_default().to_owned();
    Ok((kind, json["value"].to_string()))
}

/// What was typed, sound by itself.
struct Asked {
    wish: Wish,
    from: Date,
    today: Date,
}

enum Wish {
    Close {
        until: Option<Date>,
        reason: String,
    },
    Reopen,
    Fee {
        amount: Amount,
        cents: i64,
    },
    Window {
        period: Period,
        reason: String,
    },
    /// The change of this number.
    TakeBack(i64),
}

/// Field, and what is wrong with it.
type Fault = (&'static str, String);

fn fault<T>(field: &'static str, told: &str) -> Result<T, Fault> {
    Err((field, told.to_owned()))
}

/// What is wrong, told together.
#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn take<T>(&mut self, read: Result<T, Fault>) -> Option<T> {
        read.map_err(|fault| self.0.push(fault)).ok()
    }
}

impl Asked {
    fn read(counter: &Counter, service: &Service, form: &FormBody) -> Result<Self, ChangeError> {
        let today = counter.today();
        let mut faults = Faults::default();
        // From tomorrow where it costs: who fills a form today pays what she was shown.
        let earliest = match form.get("azione") {
            "cambia_costo" | "cambia_periodo" => today.plus_days(1),
            _ => today,
        };
        let from = match form.get("azione") {
            "ritira_modifica" => Some(today),
            _ => faults.take(first_day(form, today, earliest)),
        };
        let wish = match form.get("azione") {
            "chiudi_servizio" => close(form, from, &mut faults),
            "riapri_servizio" => Some(Wish::Reopen),
            "cambia_costo" => fee(&counter.comune, service, form, &mut faults),
            "cambia_periodo" => window_wish(form, &mut faults),
            "ritira_modifica" => {
                let number = form.get("numero").parse();
                Some(Wish::TakeBack(number.map_err(|_| ChangeError::Gone)?))
            }
            _ => return Err(ChangeError::UnknownCommand),
        };
        match (from, wish) {
            (Some(from), Some(wish)) if faults.0.is_empty() => Ok(Self { wish, from, today }),
            _ => {
                let faults = faults.0.into_iter();
                Err(ChangeError::Invalid(
                    faults.map(|(at, told)| (at.to_owned(), told)).collect(),
                ))
            }
        }
    }

    /// As a change of what there is now, inside the transaction that makes it.
    async fn against(
        self,
        comune: &Comune,
        tx: &mut Tx,
        service: &Service,
        number: i64,
    ) -> Result<Change, ChangeError> {
        let before = rows::of_service(tx, &service.slug).await?;
        let before: Vec<Change> = before.iter().map(decode).collect::<Result<_, _>>()?;
        let mut why = String::new();
        let what = match self.wish {
            Wish::Close { until, reason } => {
                why = reason;
                What::Closing { until }
            }
            Wish::Reopen => match closing(&before, self.from) {
                Some(_) => What::Reopening {},
                None => return Err(ChangeError::Nothing(OPEN_ALREADY)),
            },
            Wish::Fee { amount, cents } => {
                let all = Changes::of_one(&service.slug, before);
                let was = amount.on(comune, &all, service, self.from);
                if was == Some(cents) {
                    return Err(ChangeError::Nothing(COSTS_ALREADY));
                }
                let name = amount.name;
                What::Fee { name, cents, was }
            }
            Wish::Window { period, reason } => {
                why = reason;
                let was = window(comune, &before, service, self.from);
                let was = period_of(was.as_ref());
                if was == period {
                    return Err(ChangeError::Nothing(PERIOD_ALREADY));
                }
                What::Window { period, was }
            }
            Wish::TakeBack(number) => {
                let known = standing(&before).find(|change| change.number == number);
                match known.filter(|change| change.from > self.today) {
                    Some(_) => What::Withdrawal { number },
                    None => return Err(ChangeError::Gone),
                }
            }
        };
        Ok(Change {
            number,
            from: self.from,
            what,
            reason: why,
        })
    }
}

const OPEN_ALREADY: &str = "In quel giorno il servizio non è chiuso: non c'è niente da riaprire.";
const COSTS_ALREADY: &str = "Da quel giorno costa già così: scrivi un altro importo.";
const PERIOD_ALREADY: &str = "Da quel giorno il periodo è già questo: scegline un altro.";

fn day(form: &FormBody, field: &'static str) -> Result<Option<Date>, Fault> {
    let typed = form.get(field).trim();
    if typed.is_empty() {
        return Ok(None);
    }
    match plain::date(typed) {
        Ok(_) => Ok(Date::parse(typed)),
        Err(refusal) => Err((field, refusal)),
    }
}

/// "vale dal": from `earliest` on, which is also what an empty one means.
fn first_day(form: &FormBody, today: Date, earliest: Date) -> Result<Date, Fault> {
    let from = day(form, "dal")?.unwrap_or(earliest);
    if from < earliest {
        return Err((
            "dal",
            format!(
                "Niente vale all'indietro: scrivi il {} o un giorno che viene dopo.",
                earliest.italian()
            ),
        ));
    }
    if from > today.plus_days(AHEAD_DAYS) {
        return fault("dal", "È troppo lontano: scrivi un giorno entro due anni.");
    }
    Ok(from)
}

fn last_day(form: &FormBody, from: Option<Date>) -> Result<Option<Date>, Fault> {
    let last = day(form, "al")?;
    match (from, last) {
        (Some(from), Some(last)) if last < from => fault("al", BACKWARDS),
        _ => Ok(last),
    }
}

fn close(form: &FormBody, from: Option<Date>, faults: &mut Faults) -> Option<Wish> {
    let until = faults.take(last_day(form, from));
    let reason = faults.take(reason(form));
    Some(Wish::Close {
        until: until?,
        reason: reason?,
    })
}

fn reason(form: &FormBody) -> Result<String, Fault> {
    match words(form)? {
        none if none.is_empty() => fault(
            "motivo",
            "Scrivi perché: chi cerca il servizio legge queste parole.",
        ),
        words => Ok(words),
    }
}

/// What citizens are told; may be empty.
fn words(form: &FormBody) -> Result<String, Fault> {
    let typed = plain::line(form.get("motivo"));
    let text = typed.map_err(|refusal| ("motivo", refusal))?.value;
    match text.chars().count() {
        n if n > REASON_CHARS => fault("motivo", "È troppo lungo: al massimo 300 caratteri."),
        _ => Ok(text),
    }
}

fn fee(comune: &Comune, service: &Service, form: &FormBody, faults: &mut Faults) -> Option<Wish> {
    let mut known = amounts(comune, service).into_iter();
    let chosen = known.find(|amount| amount.name == form.get("costo"));
    let chosen = chosen.ok_or(("costo", "Scegli quale costo cambia.".to_owned()));
    let chosen = faults.take(chosen);
    let cents = faults.take(cents(form));
    Some(Wish::Fee {
        amount: chosen?,
        cents: cents?,
    })
}

fn cents(form: &FormBody) -> Result<i64, Fault> {
    let typed = plain::amount(form.get("importo"));
    let amount = typed.map_err(|refusal| ("importo", refusal))?;
    match Number::parse_plain(&amount.value).map(Number::to_cents) {
        Some(cents) if cents <= MOST_CENTS => Ok(cents),
        _ => fault("importo", "È troppo: al massimo 100.000,00 €."),
    }
}

fn window_wish(form: &FormBody, faults: &mut Faults) -> Option<Wish> {
    let period = window_typed(form, faults);
    let reason = faults.take(words(form));
    Some(Wish::Window {
        period: period?,
        reason: reason?,
    })
}

/// `sempre`, `ogni_anno`, `una_volta`.
fn window_typed(form: &FormBody, faults: &mut Faults) -> Option<Period> {
    let read: fn(&FormBody, &'static str) -> Result<String, Fault> = match form.get("periodo") {
        "sempre" => return Some(Period::Always),
        "ogni_anno" => of_year,
        "una_volta" => dated,
        _ => {
            let told = "Scegli quando si può fare la richiesta.";
            return faults.take(fault("periodo", told));
        }
    };
    let from = faults.take(read(form, "periodo_dal"));
    let to = faults.take(read(form, "periodo_al"));
    let (from, to) = (from?, to?);
    // A period of every year may cross the new year.
    if from.len() > OF_YEAR && to < from {
        return faults.take(fault("periodo_al", BACKWARDS));
    }
    Some(Period::Between { from, to })
}

/// Length of `MM-GG`.
const OF_YEAR: usize = 5;
const BACKWARDS: &str = "L'ultimo giorno viene prima del primo: correggi una delle due date.";

/// `gg/mm` as `MM-GG`. 29 February is no day of every year.
fn of_year(form: &FormBody, field: &'static str) -> Result<String, Fault> {
    let typed = form.get(field).trim();
    let date = Date::parse_italian(&format!("{typed}/2025"));
    match date {
        Some(date) => Ok(format!("{:02}-{:02}", date.month(), date.day())),
        None => fault(field, "Scrivi giorno e mese, per esempio 01/04."),
    }
}

fn dated(form: &FormBody, field: &'static str) -> Result<String, Fault> {
    match day(form, field)? {
        Some(date) => Ok(date.to_string()),
        None => fault(field, "Scrivi il giorno, per esempio 01/04/2027."),
    }
}
