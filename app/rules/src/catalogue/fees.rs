//! What a request costs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Fee, FeeWhen, Service};
use crate::{
    form::{
        Evaluation,
        scope::{Scope, index},
    },
    protocol::ProtocolNumber,
};

/// A fee that these answers bring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeDue {
    pub id: String,
    pub description: String,
    pub when: FeeWhen,
    /// `None`: the comune has not set it, or an answer that it depends on is missing.
    pub cents: Option<i64>,
}

/// Most characters of a remittance text (GPD `description`).
const REMITTANCE_CHARS: usize = 140;

impl Fee {
    /// What the payer reads as the reason of a payment: the definition's text with the request's
    /// number. It goes to banks and lies in receipts: a text that would hold answers is left out
    /// for the fee's own name.
    pub fn remittance(&self, request: ProtocolNumber) -> String {
        let written = self.reason.as_deref().unwrap_or_default();
        let text = written
            .replace("{numero}", &request.to_string())
            .replace("{anno}", &request.year.to_string());
        let text = match text.is_empty() || text.contains('{') {
            true => format!("{} - pratica {request}", self.description),
            false => text,
        };
        text.chars().take(REMITTANCE_CHARS).collect()
    }
}

impl Service {
    /// The fees that are due on these answers, in the definition's order. `tariffs` are
    /// cents by name: `<slug>.<fee id>` replaces the amount of a fee, `<slug>.<name>` or
    /// `<name>` is a formula's `tariffa:<name>`.
    pub fn fees_due(
        &self,
        evaluation: &Evaluation,
        tariffs: &BTreeMap<String, i64>,
    ) -> Vec<FeeDue> {
        let index = index(&self.form);
        let tariff = |name: &str| {
            let own = tariffs.get(&format!("{}.{name}", self.slug));
            own.or_else(|| tariffs.get(name)).copied()
        };
        let scope = Scope {
            index: &index,
            answers: &evaluation.answers.0,
            row: None,
            today: evaluation.today,
            tariff: &tariff,
        };
        let due = self
            .fees
            .iter()
            .filter(|fee| scope.holds_if(fee.due_if.as_ref()));
        due.map(|fee| FeeDue {
            id: fee.id.clone(),
            description: fee.description.clone(),
            when: fee.when,
            cents: self.amount(fee, scope, tariffs),
        })
        .collect()
    }

    /// What must be paid through pagoPA after a positive decision, before the release; a fee whose
    /// amount the comune has not set, or that it does not collect, is left to the office.
    pub fn due_on_acceptance(
        &self,
        evaluation: &Evaluation,
        tariffs: &BTreeMap<String, i64>,
    ) -> Vec<(&Fee, i64)> {
        let due = self.fees_due(evaluation, tariffs);
        due.into_iter()
            .filter(|due| due.when == FeeWhen::Rilascio)
            .filter_map(|due| {
                let cents = due.cents.filter(|cents| *cents > 0)?;
                let fee = self.fees.iter().find(|fee| fee.id == due.id)?;
                let taxonomy = fee.taxonomy.as_deref().unwrap_or_default();
                let is_collected = !taxonomy.is_empty() && fee.kind != "rimborso";
                is_collected.then_some((fee, cents))
            })
            .collect()
    }

    fn amount(&self, fee: &Fee, scope: Scope<'_>, tariffs: &BTreeMap<String, i64>) -> Option<i64> {
        let set = tariffs.get(&format!("{}.{}", self.slug, fee.id)).copied();
        match (set, &fee.formula) {
            (Some(cents), _) => Some(cents),
            (None, Some(formula)) => scope.compute(formula).map(|amount| amount.to_cents()),
            (None, None) => fee.amount,
        }
    }
}
