//! `/ufficio/pratiche/{id}`: the case for the office that handles it.

use app::api::{OfficeCasePage, OutcomePaper};
use rules::{
    catalogue::Outcome,
    form::IssueKind,
    roles::{Operation, Place},
};

use super::{access, load, original, represented, view};
use crate::{
    clock::rome_text,
    deliveries,
    payments::{self, PaymentError},
    requests,
    state::{Counter, Evidence, Person},
};

pub async fn office_view(
    counter: &Counter,
    person: &Person,
    id: &str,
) -> Result<OfficeCasePage, PaymentError> {
    let case = load::of_office(counter, person, Operation::SeeCase, id).await?;
    let original = original::read(&case)?;
    let service = &case.definition.service;
    let evaluation = original::evaluate(&case, &original, &counter.catalogue.lists);
    let mut warnings = payments::stamp_warnings(counter, &case, &original.answers).await?;
    let told = evaluation.issues.iter();
    warnings.extend(
        told.filter(|issue| issue.kind == IssueKind::Warning)
            .map(|issue| format!("{}: {}", issue.label, issue.message)),
    );
    // Who asked for it herself may look, and leaves it to a colleague.
    let own = access::is_party(counter, person, &case.row, case.represented.as_ref()).await?;
    let possible = match own {
        true => Vec::new(),
        false => case.state.office_commands(),
    };
    let place = Place::Office(&case.row.office);
    let may = |code: &&str| Operation::of_command(code).is_some_and(|o| person.may(o, place));
    let (commands, others): (Vec<_>, Vec<_>) = possible.into_iter().partition(may);
    Ok(OfficeCasePage {
        case: view::page(counter, &case, &original).await?,
        points: requests::points(counter, &service.form, &evaluation),
        applicant: original::name(&original.applicant),
        applicant_fiscal_code: original.applicant.code().to_owned(),
        acting: represented::evidence(&case, &original),
        identity: identity(counter, &original.evidence),
        checks: service.checks.clone(),
        office_rules: service.form.office_rules(),
        warnings,
        doubts: service.doubts.clone(),
        commands: commands.into_iter().map(str::to_owned).collect(),
        others: !others.is_empty(),
        outcomes: service
            .outcomes
            .iter()
            .filter(|outcome| outcome.positive)
            .map(|outcome| (outcome.code.clone(), outcome.title.clone()))
            .collect(),
        papers: service.outcomes.iter().filter_map(paper).collect(),
        deliveries: deliveries::of_case(counter, &case.row.id, &case.protocol().to_string())
            .await?,
        typed: Vec::new(),
    })
}

/// What the office writes in an outcome's paper.
fn paper(outcome: &Outcome) -> Option<OutcomePaper> {
    let document = outcome.document.as_ref()?;
    Some(OutcomePaper {
        outcome: outcome.code.clone(),
        title: document.title.clone(),
        fields: document.fields.clone(),
    })
}

/// How the applicant was identified.
fn identity(counter: &Counter, evidence: &Evidence) -> String {
    let at = rome_text(evidence.at);
    match &evidence.desk {
        None => format!(
            "{} livello {}, {}, accesso del {at}",
            counter.identity.kind(&evidence.provider).name(),
            evidence.level,
            evidence.provider
        ),
        Some(desk) => format!(
            "Firmata su carta allo sportello (art. 65, c. 1, lett. c, CAD) davanti a {}, richiesta cominciata il {at}. Documento: {}",
            desk.operator_name, desk.document
        ),
    }
}
