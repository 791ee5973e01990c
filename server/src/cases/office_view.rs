//! `/ufficio/pratiche/{id}`: the case for the office that handles it.

use app::api::OfficeCasePage;
use rules::form::IssueKind;

use super::{access, load, original, represented, view};
use crate::{
    clock::rome_text,
    deliveries,
    payments::{self, PaymentError},
    state::{Counter, Person},
};

pub async fn office_view(
    counter: &Counter,
    person: &Person,
    id: &str,
) -> Result<OfficeCasePage, PaymentError> {
    let case = load::of_office(counter, person, id).await?;
    let original = original::read(&case)?;
    let service = &case.definition.service;
    let evaluation = original::evaluate(&case, &original);
    let mut warnings = payments::stamp_warnings(counter, &case, &original.answers).await?;
    let told = evaluation.issues.iter();
    warnings.extend(
        told.filter(|issue| issue.kind == IssueKind::Warning)
            .map(|issue| format!("{}: {}", issue.label, issue.message)),
    );
    // Who asked for it herself may look, and leaves it to a colleague.
    let own = access::is_party(counter, person, &case.row, case.represented.as_ref()).await?;
    let commands = match own {
        true => Vec::new(),
        false => case.state.office_commands(),
    };
    Ok(OfficeCasePage {
        case: view::page(counter, &case, &original).await?,
        applicant: original::name(&original.applicant),
        applicant_fiscal_code: original.applicant.fiscal_code.clone(),
        acting: represented::evidence(&case, &original),
        identity: format!(
            "SPID livello {}, {}, accesso del {}",
            original.evidence.level,
            original.evidence.provider,
            rome_text(original.evidence.at)
        ),
        checks: service.checks.clone(),
        office_rules: service.form.office_rules(),
        warnings,
        doubts: service.doubts.clone(),
        commands: commands.into_iter().map(str::to_owned).collect(),
        outcomes: service
            .outcomes
            .iter()
            .filter(|outcome| outcome.positive)
            .map(|outcome| (outcome.code.clone(), outcome.title.clone()))
            .collect(),
        deliveries: deliveries::of_case(counter, &case.row.id, &case.protocol().to_string())
            .await?,
        typed: Vec::new(),
    })
}
