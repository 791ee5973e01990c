//! The small typed languages inside a definition: values, conditions, formulas.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::{
    catalogue::{Comparison, Condition, Expression, Operator, Test},
    number::Number,
};

/// A text, a number or a boolean, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar(pub String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ScalarVisitor;
        impl Visitor<'_> for ScalarVisitor {
            type Value = Scalar;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("un testo, un numero o true/false")
            }
            fn visit_str<E: de::Error>(self, v: &str) -> Result<Scalar, E> {
                Ok(Scalar(v.to_owned()))
            }
            fn visit_bool<E: de::Error>(self, v: bool) -> Result<Scalar, E> {
                Ok(Scalar(v.to_string()))
            }
            fn visit_i64<E: de::Error>(self, v: i64) -> Result<Scalar, E> {
                Ok(Scalar(v.to_string()))
            }
            fn visit_u64<E: de::Error>(self, v: u64) -> Result<Scalar, E> {
                Ok(Scalar(v.to_string()))
            }
            fn visit_f64<E: de::Error>(self, v: f64) -> Result<Scalar, E> {
                Ok(Scalar(v.to_string()))
            }
        }
        deserializer.deserialize_any(ScalarVisitor)
    }
}

/// `opzioni`: code and label, in the file's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options(pub Vec<(String, String)>);

impl<'de> Deserialize<'de> for Options {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OptionsVisitor;
        impl<'de> Visitor<'de> for OptionsVisitor {
            type Value = Options;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("le scelte, come {codice: \"Testo\"}")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Options, A::Error> {
                let mut options = Vec::new();
                while let Some(option) = map.next_entry()? {
                    options.push(option);
                }
                Ok(Options(options))
            }
        }
        deserializer.deserialize_map(OptionsVisitor)
    }
}

/// A condition, as `{campo: X, op: v}`, `{tutte: […]}`, `{almeno_una: […]}`, `{nessuna: […]}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "ConditionFile")]
pub struct Cond(pub Condition);

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConditionFile {
    tutte: Option<Vec<Cond>>,
    almeno_una: Option<Vec<Cond>>,
    nessuna: Option<Vec<Cond>>,
    campo: Option<String>,
    uguale: Option<Scalar>,
    diverso: Option<Scalar>,
    #[serde(rename = "in")]
    one_of: Option<Vec<Scalar>>,
    vero: Option<bool>,
    contiene: Option<Scalar>,
    non_vuoto: Option<bool>,
    non_italiana: Option<bool>,
    contiene_maggiorenni: Option<bool>,
    contiene_minorenni: Option<bool>,
    somma_campo: Option<String>,
    maggiore: Option<Scalar>,
    minore: Option<Scalar>,
    almeno: Option<Scalar>,
    al_massimo: Option<Scalar>,
}

impl TryFrom<ConditionFile> for Cond {
    type Error = String;

    fn try_from(mut file: ConditionFile) -> Result<Self, String> {
        let list = |list: Vec<Cond>| list.into_iter().map(|c| c.0).collect::<Vec<_>>();
        let lists = [
            file.tutte.take().map(|l| Condition::All(list(l))),
            file.almeno_una.take().map(|l| Condition::Any(list(l))),
            file.nessuna.take().map(|l| Condition::None(list(l))),
        ];
        let lists: Vec<Condition> = lists.into_iter().flatten().collect();
        let field = file.campo.take();
        match (field, <[Condition; 1]>::try_from(lists)) {
            (None, Ok([condition])) => match file.operators()?.is_empty() {
                true => Ok(Self(condition)),
                false => Err("un operatore senza campo".into()),
            },
            (Some(field), Err(lists)) if lists.is_empty() => {
                let operators = file.operators()?;
                match <[Operator; 1]>::try_from(operators) {
                    Ok([is]) => Ok(Self(Condition::Field(Test { field, is }))),
                    Err(operators) => Err(format!(
                        "dopo «campo: {field}» va un operatore solo, qui sono {}",
                        operators.len()
                    )),
                }
            }
            _ => Err(
                "una condizione ha «campo» con un operatore, oppure una lista sola tra \
                tutte, almeno_una, nessuna"
                    .into(),
            ),
        }
    }
}

impl ConditionFile {
    fn operators(self) -> Result<Vec<Operator>, String> {
        let comparisons = [
            (Comparison::Greater, self.maggiore),
            (Comparison::Less, self.minore),
            (Comparison::GreaterOrEqual, self.almeno),
            (Comparison::LessOrEqual, self.al_massimo),
        ];
        let mut numbers = Vec::new();
        for (comparison, value) in comparisons {
            if let Some(value) = value {
                numbers.push((comparison, number(&value.0)?));
            }
        }
        if let Some(column) = self.somma_campo {
            if let Some(value) = self.uguale {
                numbers.push((Comparison::Equal, number(&value.0)?));
            }
            let [(compare, value)] = numbers[..] else {
                return Err("dopo «somma_campo» va un solo confronto".into());
            };
            return Ok(vec![Operator::Sum {
                column,
                compare,
                value,
            }]);
        }
        let mut operators: Vec<Operator> = numbers
            .into_iter()
            .map(|(c, n)| Operator::Number(c, n))
            .collect();
        operators.extend(self.uguale.map(|v| Operator::Equal(v.0)));
        operators.extend(self.diverso.map(|v| Operator::Different(v.0)));
        operators.extend(
            self.one_of
                .map(|list| Operator::In(list.into_iter().map(|v| v.0).collect())),
        );
        operators.extend(self.vero.map(Operator::True));
        operators.extend(self.contiene.map(|v| Operator::Contains(v.0)));
        for (flag, name, operator) in [
            (self.non_vuoto, "non_vuoto", Operator::NotEmpty),
            (self.non_italiana, "non_italiana", Operator::Foreign),
            (
                self.contiene_maggiorenni,
                "contiene_maggiorenni",
                Operator::HasAdults,
            ),
            (
                self.contiene_minorenni,
                "contiene_minorenni",
                Operator::HasMinors,
            ),
        ] {
            match flag {
                Some(true) => operators.push(operator),
                Some(false) => return Err(format!("«{name}» si usa solo con true")),
                None => {}
            }
        }
        Ok(operators)
    }
}

fn number(text: &str) -> Result<Number, String> {
    Number::parse_plain(text).ok_or_else(|| format!("«{text}» non è un numero"))
}

/// `calcolo`: a field's name, a number, `tariffa:<name>`, or one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula(pub Expression);

impl<'de> Deserialize<'de> for Formula {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FormulaVisitor;
        impl<'de> Visitor<'de> for FormulaVisitor {
            type Value = Formula;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("un campo, un numero, tariffa:nome o un'operazione")
            }
            fn visit_str<E: de::Error>(self, v: &str) -> Result<Formula, E> {
                Ok(Formula(match v.strip_prefix("tariffa:") {
                    Some(name) => Expression::Tariff(name.trim().to_owned()),
                    None => Expression::Field(v.to_owned()),
                }))
            }
            fn visit_i64<E: de::Error>(self, v: i64) -> Result<Formula, E> {
                number(&v.to_string())
                    .map(|n| Formula(Expression::Number(n)))
                    .map_err(E::custom)
            }
            fn visit_u64<E: de::Error>(self, v: u64) -> Result<Formula, E> {
                number(&v.to_string())
                    .map(|n| Formula(Expression::Number(n)))
                    .map_err(E::custom)
            }
            fn visit_f64<E: de::Error>(self, v: f64) -> Result<Formula, E> {
                number(&v.to_string())
                    .map(|n| Formula(Expression::Number(n)))
                    .map_err(E::custom)
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Formula, A::Error> {
                let file = OperationFile::deserialize(MapAccessDeserializer::new(map))?;
                file.expression().map(Formula).map_err(de::Error::custom)
            }
        }
        deserializer.deserialize_any(FormulaVisitor)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OperationFile {
    piu: Option<Vec<Formula>>,
    meno: Option<Vec<Formula>>,
    per: Option<Vec<Formula>>,
    diviso: Option<Vec<Formula>>,
    somma: Option<SumFile>,
    righe: Option<String>,
    arrotonda_su: Option<Box<Formula>>,
    giorni: Option<[String; 2]>,
    se: Option<Cond>,
    allora: Option<Box<Formula>>,
    altrimenti: Option<Box<Formula>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SumFile {
    elenco: String,
    di: Box<Formula>,
}

impl OperationFile {
    fn expression(self) -> Result<Expression, String> {
        let list = |list: Vec<Formula>| list.into_iter().map(|f| f.0).collect::<Vec<_>>();
        let choice = match (self.se, self.allora, self.altrimenti) {
            (None, None, None) => None,
            (Some(condition), Some(then), Some(otherwise)) => Some(Expression::If {
                condition: Box::new(condition.0),
                then: Box::new(then.0),
                otherwise: Box::new(otherwise.0),
            }),
            _ => return Err("«se», «allora» e «altrimenti» vanno insieme".into()),
        };
        let found: Vec<Expression> = [
            choice,
            self.piu.map(|l| Expression::Plus(list(l))),
            self.meno.map(|l| Expression::Minus(list(l))),
            self.per.map(|l| Expression::Times(list(l))),
            self.diviso.map(|l| Expression::Divided(list(l))),
            self.somma.map(|s| Expression::Sum {
                group: s.elenco,
                of: Box::new(s.di.0),
            }),
            self.righe.map(Expression::Rows),
            self.arrotonda_su
                .map(|of| Expression::RoundUp(Box::new(of.0))),
            self.giorni.map(|[from, to]| Expression::Days(from, to)),
        ]
        .into_iter()
        .flatten()
        .collect();
        let [expression] = <[Expression; 1]>::try_from(found).map_err(|found| {
            format!(
                "una formula ha un'operazione sola, qui sono {}",
                found.len()
            )
        })?;
        match &expression {
            Expression::Plus(l)
            | Expression::Minus(l)
            | Expression::Times(l)
            | Expression::Divided(l)
                if l.len() < 2 =>
            {
                Err("un'operazione ha almeno due valori".into())
            }
            _ => Ok(expression),
        }
    }
}
