//! What the two case pages post: which command, with which values.

use app::api::{CasePage, Page, Problem};
use rules::roles::Operation;

use super::{
    CommandError, Decided, Upload, accept, answer_integration,
    ask_integration::{Asked, ask_integration},
    office_view, preview, refuse_admission, reschedule, send_away, take_charge, view, withdraw,
};
use crate::{
    error::{Refusal, Refused},
    forms::FormBody,
    http::Outcome,
    requests::{self, Replace, RestartError},
    state::{Counter, Person},
};

/// `POST /pratiche/{id}`: `azione` is `rispondi`, `ritira`, `sposta`, `togli_delega` or `ricomincia`.
pub async fn citizen_action(
    counter: &Counter,
    person: &Person,
    id: &str,
    form: &FormBody,
) -> Result<Outcome, Refused> {
    let done = match form.get("azione") {
        "ricomincia" => return begin_again(counter, person, id, form).await,
        "rispondi" => {
            let (seen, text) = (seen(form), form.get("testo"));
            answer_integration(counter, person, id, seen, text, &uploads(form)).await
        }
        "ritira" => withdraw(counter, person, id, seen(form)).await,
        "sposta" => reschedule(counter, person, id, seen(form), form.get("slot")).await,
        "togli_delega" => send_away(counter, person, id).await,
        _ => Err(CommandError::Unknown),
    };
    match done {
        Ok(_) => Ok(Outcome::Done {
            path: format!("/pratiche/{id}"),
        }),
        Err(CommandError::Invalid(errors)) => {
            let mut page = view(counter, person, id).await?;
            page.errors = errors;
            if let Some(integration) = &mut page.integration {
                integration.text = form.get("testo").to_owned();
            }
            Ok(Outcome::Again(Box::new(Page::Case(Box::new(page)))))
        }
        Err(error @ (CommandError::Changed | CommandError::Refused(_))) => {
            let mut page = view(counter, person, id).await?;
            let text = form.get("testo").to_owned();
            match &mut page.integration {
                Some(integration) => integration.text = text,
                None => page.unsent = some(text),
            }
            let problem = went_on(&mut page, &error);
            Ok(Outcome::Overtaken(
                Box::new(Page::Case(Box::new(page))),
                problem,
            ))
        }
        Err(error) => Err(error.into()),
    }
}

/// A new draft from an old request; `bozza` and `versione` are those of the draft that she gives
/// up for it.
async fn begin_again(
    counter: &Counter,
    person: &Person,
    id: &str,
    form: &FormBody,
) -> Result<Outcome, Refused> {
    let version = form.get("versione").parse();
    let replace = version.ok().map(|version| Replace {
        draft: form.get("bozza").to_owned(),
        version,
    });
    let path = match requests::restart(counter, person, id, replace).await {
        Ok(path) => path,
        Err(RestartError::Busy) => format!("/pratiche/{id}/ricomincia"),
        Err(error) => {
            let closed = error.closed().map_err(Refused::from)?;
            return Ok(Outcome::Again(Box::new(closed)));
        }
    };
    Ok(Outcome::Done { path })
}

/// `POST /ufficio/pratiche/{id}`: `azione` is one of the page's commands.
pub async fn office_action(
    counter: &Counter,
    person: &Person,
    id: &str,
    form: &FormBody,
) -> Result<Outcome, Refused> {
    let seen = seen(form);
    let reason = form.get("motivo");
    let done = match Operation::of_command(form.get("azione")) {
        Some(Operation::TakeCharge) => take_charge(counter, person, id, seen).await,
        Some(Operation::AskIntegration) => {
            let asked = Asked {
                reason,
                documents: form.get("documenti"),
                days: form.get("giorni"),
            };
            ask_integration(counter, person, id, seen, asked).await
        }
        Some(Operation::Accept) => accept(counter, person, id, seen, decided(form)).await,
        Some(Operation::RefuseAdmission) => {
            refuse_admission(counter, person, id, seen, reason).await
        }
        _ => Err(CommandError::Unknown),
    };
    match done {
        Ok(_) => Ok(Outcome::Done {
            path: format!("/ufficio/pratiche/{id}"),
        }),
        Err(CommandError::Invalid(errors)) => {
            let mut page = office_view(counter, person, id).await?;
            page.case.errors = errors;
            page.typed = typed(form);
            Ok(Outcome::Again(Box::new(Page::OfficeCase(Box::new(page)))))
        }
        Err(error @ (CommandError::Changed | CommandError::Refused(_))) => {
            let mut page = office_view(counter, person, id).await?;
            page.typed = typed(form);
            if !page.commands.iter().any(|code| code == form.get("azione")) {
                let texts = [form.get("documenti"), form.get("motivo")];
                page.case.unsent = some(texts.join("\n").trim().to_owned());
            }
            let problem = went_on(&mut page.case, &error);
            Ok(Outcome::Overtaken(
                Box::new(Page::OfficeCase(Box::new(page))),
                problem,
            ))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /ufficio/pratiche/{id}/anteprima`: the paper of a decision before it is one, as a PDF.
pub async fn office_preview(
    counter: &Counter,
    person: &Person,
    id: &str,
    form: &FormBody,
) -> Result<Vec<u8>, Refused> {
    Ok(preview(counter, person, id, decided(form)).await?)
}

fn decided(form: &FormBody) -> Decided<'_> {
    Decided {
        outcome: form.get("esito"),
        note: form.get("motivo"),
        stated: stated(form)
            .map(|(path, value)| (path.to_owned(), value.replace("\r\n", "\n")))
            .collect(),
    }
}

/// What was written in papers: `<outcome>.<field>` and value.
fn stated(form: &FormBody) -> impl Iterator<Item = (&str, &str)> {
    let fields = form.fields.iter();
    fields.filter_map(|(name, value)| Some((name.strip_prefix("documento.")?, value.as_str())))
}

fn typed(form: &FormBody) -> Vec<(String, String)> {
    let names = ["azione", "motivo", "documenti", "giorni", "esito"];
    let mut typed: Vec<_> = names
        .map(|name| (name.to_owned(), form.get(name).to_owned()))
        .into();
    typed.extend(stated(form).map(|(path, value)| {
        let name = format!("documento.{path}");
        (name, value.to_owned())
    }));
    typed
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// The page as it is now, with the new number of its last event, says why nothing was done.
fn went_on(page: &mut CasePage, error: &CommandError) -> Problem {
    let problem = error.problem();
    page.errors = vec![(String::new(), problem.detail.clone())];
    problem
}

/// The event that the page showed last; what cannot be read was never seen.
fn seen(form: &FormBody) -> i64 {
    form.get("seq").parse().unwrap_or_default()
}

/// Files of the controls `allegati.richiesta_<n>`.
fn uploads(form: &FormBody) -> Vec<Upload<'_>> {
    form.files
        .iter()
        .filter_map(|file| {
            let place = file.field.strip_prefix("allegati.richiesta_")?;
            Some(Upload {
                document: place.parse().ok()?,
                name: &file.name,
                bytes: &file.bytes,
            })
        })
        .collect()
}
