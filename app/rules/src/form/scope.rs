//! Reading answers: the values that conditions, expressions and checks look at.

use std::collections::BTreeMap;

use super::Answer;
use crate::{
    catalogue::{
        Check, Comparison, Condition, Day, Expression, Field, FieldKind, Form, Operator, Part,
        Span, Test,
    },
    civil::Date,
    fields::{
        self,
        fiscal_code::{self, FiscalCode},
    },
    number::Number,
};

/// Codes of Italy as a citizenship or a state: ours, and those of ANPR and ISO 3166.
pub const ITALY: [&str; 5] = ["Z000", "100", "IT", "ITA", "ITALIA"];

/// Top-level fields by name.
/// The fields of a form by name, in order: a map of its own would weigh on the browser's program.
#[derive(Default)]
pub(crate) struct Index<'a>(Vec<(&'a str, &'a Field)>);

impl<'a> Index<'a> {
    pub fn get(&self, name: &str) -> Option<&'a Field> {
        let at = self.place(name).ok()?;
        Some(self.0.get(at)?.1)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| (*known).cmp(name))
    }
}

pub(crate) fn index(form: &Form) -> Index<'_> {
    let mut index = Index::default();
    for field in form.fields() {
        if let Err(at) = index.place(&field.name) {
            index.0.insert(at, (&field.name, field));
        }
    }
    index
}

/// Clean answers (hidden ones are absent), and the row that is being looked at, if any.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub index: &'a Index<'a>,
    pub answers: &'a BTreeMap<String, Answer>,
    pub row: Option<(&'a Field, &'a BTreeMap<String, Answer>)>,
    pub today: Date,
    /// Amounts of comune.toml by name, in cents.
    pub tariff: &'a dyn Fn(&str) -> Option<i64>,
}

/// A value that can be compared with others of its sort.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Number(Number),
    Date(Date),
    /// A time (`09:30`) or a date and time: they sort as text.
    Time(String),
    Text(String),
}

impl Value {
    /// `None` if the two are of different sorts.
    fn compare(&self, comparison: Comparison, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => Some(comparison.holds(a, b)),
            (Self::Date(a), Self::Date(b)) => Some(comparison.holds(a, b)),
            (Self::Time(a), Self::Time(b)) | (Self::Text(a), Self::Text(b)) => {
                Some(comparison.holds(a, b))
            }
            _ => None,
        }
    }
}

impl<'a> Scope<'a> {
    /// The same answers, seen from a row.
    pub fn in_row(self, group: &'a Field, row: &'a BTreeMap<String, Answer>) -> Self {
        Self {
            row: Some((group, row)),
            ..self
        }
    }

    /// The field and its answers: one, or one for each row.
    fn find(self, name: &str) -> (Option<&'a Field>, Vec<&'a Answer>) {
        if let Some((group, row)) = self.row
            && let Some(field) = group.column(name)
        {
            return (Some(field), row.get(name).into_iter().collect());
        }
        if let Some((group, column)) = name.split_once('.') {
            let field = self.index.get(group).and_then(|group| group.column(column));
            let answers = self
                .rows(group)
                .iter()
                .filter_map(|row| row.get(column))
                .collect();
            return (field, answers);
        }
        (
            self.index.get(name),
            self.answers.get(name).into_iter().collect(),
        )
    }

    /// The chosen codes or the texts of a field.
    fn texts(self, name: &str) -> (Option<&'a Field>, Vec<&'a str>) {
        let (field, answers) = self.find(name);
        let mut texts = Vec::new();
        for answer in answers {
            match answer {
                Answer::Text(text) => texts.push(text.as_str()),
                Answer::Many(codes) => texts.extend(codes.iter().map(String::as_str)),
                Answer::Rows(_) => {}
            }
        }
        if let Some(field) = field
            && !field.options.is_empty()
        {
            // A code outside the list is not an answer.
            texts.retain(|text| field.options.iter().any(|(code, _)| code == text));
        }
        (field, texts)
    }

    fn text(self, name: &str) -> Option<&'a str> {
        self.texts(name).1.first().copied()
    }

    fn rows(self, group: &str) -> &'a [BTreeMap<String, Answer>] {
        match self.answers.get(group) {
            Some(Answer::Rows(rows)) => rows,
            _ => &[],
        }
    }

    fn number(self, name: &str) -> Option<Number> {
        self.text(name).and_then(Number::parse_plain)
    }

    fn date(self, name: &str) -> Option<Date> {
        self.text(name).and_then(Date::parse_iso)
    }

    fn day(self, day: &Day) -> Option<Date> {
        match day {
            Day::Today => Some(self.today),
            Day::Field(name) => self.date(name),
        }
    }

    fn value(self, name: &str) -> Option<Value> {
        use FieldKind as K;
        let (field, texts) = self.texts(name);
        let text = *texts.first()?;
        match field?.kind {
            K::Intero | K::Decimale | K::Importo | K::Percentuale => {
                Number::parse_plain(text).map(Value::Number)
            }
            K::Data => Date::parse_iso(text).map(Value::Date),
            kind @ (K::Ora | K::DataOra) => fields::read(kind, text, self.today)
                .ok()
                .map(|valid| Value::Time(valid.value)),
            _ => Some(Value::Text(text.to_owned())),
        }
    }

    /// Possible dates of birth, from a codice fiscale or a date. A code leaves the century open:
    /// who would be older than anybody counts as the younger one.
    fn births(self, name: &str) -> Vec<Date> {
        let Some(text) = self.text(name) else {
            return Vec::new();
        };
        match Date::parse_iso(text) {
            Some(date) => vec![date],
            None => {
                let code = fiscal_code::parse(text, self.today);
                let mut births = code.map(|code| code.births).unwrap_or_default();
                let latest = births.first().copied();
                births.retain(|birth| Some(*birth) == latest || birth.age_on(self.today) <= OLDEST);
                births
            }
        }
    }

    pub fn holds(self, condition: &Condition) -> bool {
        match condition {
            Condition::All(list) => list.iter().all(|c| self.holds(c)),
            Condition::Any(list) => list.iter().any(|c| self.holds(c)),
            Condition::None(list) => !list.iter().any(|c| self.holds(c)),
            Condition::Field(test) => self.passes(test),
        }
    }

    /// Whether an optional condition holds; none always does.
    pub fn holds_if(self, condition: Option<&Condition>) -> bool {
        condition.is_none_or(|condition| self.holds(condition))
    }

    fn passes(self, test: &Test) -> bool {
        let name = test.field.as_str();
        let (field, texts) = self.texts(name);
        let same = |text: &str, wanted: &str| same_value(field, text, wanted);
        match &test.is {
            Operator::Equal(wanted) => texts.iter().any(|t| same(t, wanted)),
            Operator::Different(other) => texts.iter().any(|t| !same(t, other)),
            Operator::In(list) => texts
                .iter()
                .any(|t| list.iter().any(|wanted| same(t, wanted))),
            Operator::True(wanted) => texts.contains(&if *wanted { "true" } else { "false" }),
            Operator::Contains(code) => texts.contains(&code.as_str()),
            Operator::NotEmpty => !texts.is_empty() || !self.rows(name).is_empty(),
            Operator::Foreign => texts.iter().any(|code| !ITALY.contains(code)),
            Operator::HasAdults => self.has_ages(name, |age| age >= 18),
            Operator::HasMinors => self.has_ages(name, |age| age < 18),
            Operator::Number(comparison, limit) => texts
                .iter()
                .filter_map(|text| Number::parse_plain(text))
                .any(|number| comparison.holds(&number, limit)),
            Operator::Sum {
                column,
                compare,
                value,
            } => self
                .column_sum(name, column)
                .is_some_and(|sum| compare.holds(&sum, value)),
        }
    }

    /// `None` if no row has a number in the column.
    fn column_sum(self, group: &str, column: &str) -> Option<Number> {
        let (_, texts) = self.texts(&format!("{group}.{column}"));
        let mut numbers = texts.into_iter().filter_map(Number::parse_plain);
        let first = numbers.next()?;
        numbers.try_fold(first, Number::plus)
    }

    /// Whether a row has a codice fiscale with such an age (or the field itself has).
    fn has_ages(self, name: &str, wanted: impl Fn(i32) -> bool) -> bool {
        let codes: Vec<&str> = match self.index.get(name).filter(|f| f.kind == FieldKind::Elenco) {
            Some(group) => group
                .fields
                .iter()
                .filter(|column| column.kind == FieldKind::CodiceFiscale)
                .flat_map(|column| self.texts(&format!("{name}.{}", column.name)).1)
                .collect(),
            None => self.texts(name).1,
        };
        codes
            .into_iter()
            .filter_map(|code| fiscal_code::birth(code, self.today))
            .any(|birth| wanted(birth.age_on(self.today)))
    }

    /// `None` if something that it needs is missing, or the result is out of range.
    pub fn compute(self, expression: &Expression) -> Option<Number> {
        let parts = |list: &[Expression], combine: fn(Number, Number) -> Option<Number>| {
            let mut values = list.iter().map(|part| self.compute(part));
            let first = values.next()??;
            values.try_fold(first, |sum, value| combine(sum, value?))
        };
        match expression {
            Expression::Field(name) => self.number(name),
            Expression::Number(number) => Some(*number),
            Expression::Tariff(name) => Number::from_cents((self.tariff)(name)?),
            Expression::Plus(list) => parts(list, Number::plus),
            Expression::Minus(list) => parts(list, Number::minus),
            Expression::Times(list) => parts(list, Number::times),
            Expression::Divided(list) => parts(list, Number::divided_by),
            Expression::Sum { group, of } => {
                let field = self.index.get(group.as_str())?;
                self.rows(group)
                    .iter()
                    .filter_map(|row| self.in_row(field, row).compute(of))
                    .try_fold(Number::ZERO, Number::plus)
            }
            Expression::Rows(group) => {
                Number::from_integer(i64::try_from(self.rows(group).len()).ok()?)
            }
            Expression::RoundUp(of) => self.compute(of)?.rounded_up(),
            Expression::Days(from, to) => {
                Number::from_integer(self.date(from)?.days_until(self.date(to)?) + 1)
            }
            Expression::If {
                condition,
                then,
                otherwise,
            } => self.compute(if self.holds(condition) {
                then
            } else {
                otherwise
            }),
        }
    }

    fn compared(self, expression: &Expression) -> Option<Value> {
        match expression {
            Expression::Field(name) => self.value(name),
            other => self.compute(other).map(Value::Number),
        }
    }

    /// Whether a check passes; it does when an answer that it needs is missing or unreadable.
    pub fn satisfies(self, check: &Check) -> bool {
        self.verdict(check).unwrap_or(true)
    }

    fn verdict(self, check: &Check) -> Option<bool> {
        Some(match check {
            Check::Compare {
                left,
                compare,
                right,
            } => self
                .compared(left)?
                .compare(*compare, &self.compared(right)?)?,
            Check::Age {
                of,
                on,
                min,
                max,
                under,
            } => {
                let on = self.day(on)?;
                let births = self.births(of);
                let fits = |birth: &Date| {
                    min.is_none_or(|span| after(*birth, span) <= on)
                        && max.is_none_or(|span| on <= after(*birth, span))
                        && under.is_none_or(|span| on < after(*birth, span))
                };
                births.is_empty() || births.iter().any(fits)
            }
            Check::Distance { from, to, min, max } => {
                let (from, to) = (self.day(from)?, self.day(to)?);
                min.is_none_or(|span| after(from, span) <= to)
                    && max.is_none_or(|span| to <= after(from, span))
            }
            Check::DistinctRows { group, columns } => self.repeated_row(group, columns).is_none(),
            Check::Coherent { code, date, with } => {
                let code = fiscal_code::parse(self.text(code)?, self.today).ok()?;
                let birth = date.as_deref().and_then(|name| self.date(name));
                birth.is_none_or(|birth| code.births.contains(&birth))
                    && with.iter().all(|(part, name)| {
                        let said = self.text(name);
                        said.is_none_or(|said| agrees(&code, *part, said))
                    })
            }
            Check::DifferentFrom { of, others } => {
                let (field, own) = self.texts(of);
                let others = others.iter().flat_map(|name| self.texts(name).1);
                let same = |other: &str| own.iter().any(|own| same_value(field, own, other));
                !others.into_iter().any(same)
            }
            // While it cannot be told, nothing is wrong: the missing answer speaks for itself.
            Check::Holds(condition) => self.holds(condition) || !self.answered(condition),
        })
    }

    fn answered(self, condition: &Condition) -> bool {
        let mut all = true;
        condition.each_test(&mut |test| {
            all &= !self.find(&test.field).1.is_empty();
        });
        all
    }

    /// The first row that repeats an earlier one in all these columns (rows with a column
    /// not answered do not count).
    pub fn repeated_row(self, group: &str, columns: &[String]) -> Option<usize> {
        let mut seen: Vec<Vec<&Answer>> = Vec::new();
        for (i, row) in self.rows(group).iter().enumerate() {
            let key: Option<Vec<&Answer>> = columns.iter().map(|column| row.get(column)).collect();
            let Some(key) = key else { continue };
            if seen.contains(&key) {
                return Some(i);
            }
            seen.push(key);
        }
        None
    }
}

/// Whether a code says of a person what this answer says.
fn agrees(code: &FiscalCode, part: Part, said: &str) -> bool {
    match part {
        Part::Surname => code.has_surname(said),
        Part::GivenName => code.has_given_name(said),
        Part::FullName => code.has_full_name(said),
        Part::Place => code.place == said,
    }
}

/// Years: nobody in Italy is much older.
const OLDEST: i32 = 110;

fn after(day: Date, span: Span) -> Date {
    match span {
        Span::Days(n) => day.plus_days(i64::from(n)),
        Span::Months(n) => day.plus_months(i32::from(n)),
        Span::Years(n) => day.plus_months(i32::from(n) * 12),
    }
}

/// Numbers are the same by value (`0` and `0.00`), the rest by text.
fn same_value(field: Option<&Field>, text: &str, wanted: &str) -> bool {
    let numeric = field.is_some_and(|field| field.kind.is_number());
    if numeric && let (Some(a), Some(b)) = (Number::parse_plain(text), Number::parse_plain(wanted))
    {
        return a == b;
    }
    text == wanted
}
