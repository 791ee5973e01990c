//! What a request costs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Fee, FeeWhen, Service};
use crate::form::{
    Evaluation,
    scope::{Scope, index},
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

    fn amount(&self, fee: &Fee, scope: Scope<'_>, tariffs: &BTreeMap<String, i64>) -> Option<i64> {
        let set = tariffs.get(&format!("{}.{}", self.slug, fee.id)).copied();
        match (set, &fee.formula) {
            (Some(cents), _) => Some(cents),
            (None, Some(formula)) => scope.compute(formula).map(|amount| amount.to_cents()),
            (None, None) => fee.amount,
        }
    }
}
