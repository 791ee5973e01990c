//! `controlli`: the typed form of a rule.

use serde::Deserialize;

use super::{Cond, Formula};
use crate::catalogue::{Check, Comparison, Day, Expression, Part, Rule, Severity, Span};

/// One typed rule. Exactly one of the checks; in a field's `controlli` the field itself is
/// what is checked, in `modulo.controlli` it is `campo`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// Told to the citizen; without it, the words of `regola`.
    pub messaggio: Option<String>,
    #[serde(default)]
    pub gravita: Severity,
    pub se: Option<Cond>,
    pub campo: Option<String>,
    pub confronta: Option<CompareFile>,
    pub eta: Option<AgeFile>,
    pub distanza: Option<DistanceFile>,
    pub righe_distinte: Option<Vec<String>>,
    pub coerente: Option<CoherentFile>,
    pub diverso_da: Option<Vec<String>>,
    pub deve: Option<Cond>,
    /// Left in words: the office checks it.
    pub ufficio: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompareFile {
    /// Without it, the field.
    pub valore: Option<Formula>,
    pub uguale: Option<Formula>,
    pub diverso: Option<Formula>,
    pub minore: Option<Formula>,
    pub minore_o_uguale: Option<Formula>,
    pub maggiore: Option<Formula>,
    pub maggiore_o_uguale: Option<Formula>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeFile {
    pub al: Option<String>,
    pub min: Option<SpanFile>,
    pub max: Option<SpanFile>,
    pub sotto: Option<SpanFile>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DistanceFile {
    pub da: Option<String>,
    pub a: Option<String>,
    pub min: Option<SpanFile>,
    pub max: Option<SpanFile>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoherentFile {
    /// Without it, the field.
    pub codice_fiscale: Option<String>,
    /// Without any of these, the field is the date of birth.
    pub data_nascita: Option<String>,
    pub cognome: Option<String>,
    pub nome: Option<String>,
    pub nome_e_cognome: Option<String>,
    pub luogo_nascita: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanFile {
    Giorni(u16),
    Mesi(u16),
    Anni(u16),
}

impl SpanFile {
    fn span(self) -> Span {
        match self {
            Self::Giorni(n) => Span::Days(n),
            Self::Mesi(n) => Span::Months(n),
            Self::Anni(n) => Span::Years(n),
        }
    }
}

/// `oggi` or a field; without a name, the field of the rule.
fn day(name: Option<String>, owner: &str) -> Day {
    match name.as_deref() {
        Some("oggi") => Day::Today,
        Some(name) => Day::Field(name.to_owned()),
        None => Day::Field(owner.to_owned()),
    }
}

impl Control {
    /// The rule of the field `owner`; `words` are its `regola`.
    pub fn rule(self, owner: &str, words: Option<&str>) -> Result<Rule, String> {
        let text = self
            .messaggio
            .or(self.ufficio.clone())
            .or(words.map(str::to_owned));
        let text = text.ok_or("manca «messaggio»: che cosa si dice al cittadino")?;
        let found: Vec<Check> = [
            self.confronta.map(|c| c.check(owner)).transpose()?,
            self.eta.map(|a| a.check(owner)).transpose()?,
            self.distanza.map(|d| d.check(owner)).transpose()?,
            self.righe_distinte.map(|columns| Check::DistinctRows {
                group: owner.to_owned(),
                columns,
            }),
            self.coerente.map(|c| c.check(owner)).transpose()?,
            self.diverso_da.map(|others| Check::DifferentFrom {
                of: owner.to_owned(),
                others,
            }),
            self.deve.map(|condition| Check::Holds(condition.0)),
        ]
        .into_iter()
        .flatten()
        .collect();
        let check = match (found.len(), self.ufficio.is_some()) {
            (1, false) => found.into_iter().next(),
            (0, true) => None,
            (n, _) => {
                return Err(format!(
                    "un controllo ha uno solo tra confronta, eta, distanza, righe_distinte, \
                     coerente, diverso_da, deve, ufficio: qui sono {}",
                    n + usize::from(self.ufficio.is_some())
                ));
            }
        };
        let (when, severity) = (self.se.map(|c| c.0), self.gravita);
        Ok(Rule {
            text,
            check,
            severity,
            when,
            field: None,
        })
    }
}

impl CompareFile {
    fn check(self, owner: &str) -> Result<Check, String> {
        let left = self
            .valore
            .map_or_else(|| Expression::Field(owner.to_owned()), |f| f.0);
        let found: Vec<(Comparison, Formula)> = [
            (Comparison::Equal, self.uguale),
            (Comparison::Different, self.diverso),
            (Comparison::Less, self.minore),
            (Comparison::LessOrEqual, self.minore_o_uguale),
            (Comparison::Greater, self.maggiore),
            (Comparison::GreaterOrEqual, self.maggiore_o_uguale),
        ]
        .into_iter()
        .filter_map(|(comparison, value)| value.map(|value| (comparison, value)))
        .collect();
        let [(compare, right)] = <[_; 1]>::try_from(found)
            .map_err(|found: Vec<_>| format!("un confronto solo, qui sono {}", found.len()))?;
        Ok(Check::Compare {
            left,
            compare,
            right: right.0,
        })
    }
}

impl AgeFile {
    fn check(self, owner: &str) -> Result<Check, String> {
        if self.min.is_none() && self.max.is_none() && self.sotto.is_none() {
            return Err("«eta» ha almeno uno tra min, max, sotto".into());
        }
        let span = |file: Option<SpanFile>| file.map(SpanFile::span);
        Ok(Check::Age {
            of: owner.to_owned(),
            on: self.al.map_or(Day::Today, |name| day(Some(name), owner)),
            min: span(self.min),
            max: span(self.max),
            under: span(self.sotto),
        })
    }
}

impl CoherentFile {
    fn check(self, owner: &str) -> Result<Check, String> {
        let named = [
            (Part::Surname, self.cognome),
            (Part::GivenName, self.nome),
            (Part::FullName, self.nome_e_cognome),
            (Part::Place, self.luogo_nascita),
        ];
        let with: Vec<_> = named
            .into_iter()
            .filter_map(|(part, name)| Some((part, name?)))
            .collect();
        let mut date = self.data_nascita;
        if date.is_none() && with.is_empty() {
            if self.codice_fiscale.is_none() {
                return Err("«coerente» dice con che cosa, per esempio «nome»".into());
            }
            date = Some(owner.to_owned());
        }
        let code = self.codice_fiscale.unwrap_or_else(|| owner.to_owned());
        Ok(Check::Coherent { code, date, with })
    }
}

impl DistanceFile {
    fn check(self, owner: &str) -> Result<Check, String> {
        if self.min.is_none() && self.max.is_none() {
            return Err("«distanza» ha almeno uno tra min e max".into());
        }
        if self.da.is_none() && self.a.is_none() {
            return Err("«distanza» ha «da» o «a»: l'altro giorno è il campo".into());
        }
        Ok(Check::Distance {
            from: day(self.da, owner),
            to: day(self.a, owner),
            min: self.min.map(SpanFile::span),
            max: self.max.map(SpanFile::span),
        })
    }
}
