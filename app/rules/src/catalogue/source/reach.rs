//! Contradictions: what no answers ever ask for. A step, a field, an attachment, a declaration, a fee
//! or a rule whose conditions exclude each other is a mistake of who wrote them.
//!
//! Conditions are followed along every way that makes them true (their disjunctive normal form), with
//! what each field must be on it. What cannot be told for certain counts as possible.

use std::collections::{BTreeMap, BTreeSet};

use super::DefinitionError;
use crate::{
    catalogue::{
        Comparison, Condition, Field, FieldKind, Operator, Required, Rule, Service, Step, Test,
    },
    form::scope::Index,
    number::Number,
};

/// More ways than that are not followed: then all is held possible.
const MOST_WAYS: usize = 2_000;

/// What a field must be on one way.
#[derive(Clone, Debug, Default, PartialEq)]
struct Bounds {
    /// Something is answered; else nothing is known of it.
    answered: bool,
    empty: bool,
    /// One of these, if that is known.
    one_of: Option<BTreeSet<String>>,
    /// None of these, if anything.
    none_of: BTreeSet<String>,
    at_least: Option<Number>,
    at_most: Option<Number>,
}

impl Bounds {
    fn and(mut self, other: &Self) -> Self {
        self.answered |= other.answered;
        self.empty |= other.empty;
        self.one_of = match (self.one_of, &other.one_of) {
            (Some(ours), Some(theirs)) => Some(ours.intersection(theirs).cloned().collect()),
            (ours, theirs) => ours.or_else(|| theirs.clone()),
        };
        self.none_of.extend(other.none_of.iter().cloned());
        self.at_least = self.at_least.max(other.at_least);
        self.at_most = match (self.at_most, other.at_most) {
            (Some(ours), Some(theirs)) => Some(ours.min(theirs)),
            (ours, theirs) => ours.or(theirs),
        };
        self
    }

    fn is_possible(&self) -> bool {
        if !self.answered {
            return true;
        }
        let left = |codes: &BTreeSet<String>| codes.difference(&self.none_of).next().is_some();
        let within = match (self.at_least, self.at_most) {
            (Some(low), Some(high)) => low <= high,
            _ => true,
        };
        !self.empty && within && self.one_of.as_ref().is_none_or(left)
    }
}

/// What must hold together, by field.
type Way = BTreeMap<String, Bounds>;

struct Reach<'a, 'e> {
    index: &'a Index<'a>,
    /// The step of each field.
    steps: BTreeMap<&'a str, &'a Step>,
    errors: &'e mut Vec<DefinitionError>,
}

pub(super) fn check<'a>(
    service: &'a Service,
    index: &'a Index<'a>,
    errors: &mut Vec<DefinitionError>,
) {
    let steps = service.form.steps.iter();
    let steps = steps.flat_map(|step| step.fields().map(move |field| (field.name.as_str(), step)));
    let mut reach = Reach {
        index,
        steps: steps.collect(),
        errors,
    };
    for step in &service.form.steps {
        reach.step(step);
    }
    reach.rules(
        &service.form.rules,
        &[],
        None,
        "modulo.controlli",
        "controlli:",
    );
    reach.others(service);
}

impl<'a> Reach<'a, '_> {
    /// Says it where the conditions exclude each other; whether they do.
    fn never(
        &mut self,
        conditions: &[&'a Condition],
        group: Option<&'a Field>,
        (key, anchor): (&str, &str),
        what: &str,
    ) -> bool {
        let ways = self.ways(conditions, group, &mut Vec::new());
        let never = ways.is_some_and(|ways| ways.is_empty());
        if never {
            self.errors.push(DefinitionError {
                key: key.to_owned(),
                anchor: anchor.to_owned(),
                message: format!("{what}: le condizioni si escludono"),
            });
        }
        never
    }

    fn step(&mut self, step: &'a Step) {
        let key = format!("modulo.passi.{}.visibile_se", step.id);
        let anchor = format!("id: {}", step.id);
        let conditions: Vec<&Condition> = step.visible_if.iter().collect();
        if self.never(&conditions, None, (&key, &anchor), "non si vede mai") {
            return;
        }
        for field in step.fields() {
            self.field(field, &conditions, None);
        }
    }

    fn field(&mut self, field: &'a Field, around: &[&'a Condition], group: Option<&'a Field>) {
        let key = match group {
            Some(group) => format!("modulo.{}.{}", group.name, field.name),
            None => format!("modulo.{}", field.name),
        };
        let anchor = format!("nome: {}", field.name);
        let mut seen = around.to_vec();
        seen.extend(&field.visible_if);
        let at = format!("{key}.visibile_se");
        if self.never(&seen, group, (&at, &anchor), "non si vede mai") {
            return;
        }
        if let Required::If(condition) = &field.required {
            let wanted = [seen.as_slice(), &[condition]].concat();
            let at = format!("{key}.obbligatorio_se");
            self.never(&wanted, group, (&at, &anchor), "non è mai obbligatorio");
        }
        self.rules(
            &field.rules,
            &seen,
            group,
            &format!("{key}.controlli"),
            &anchor,
        );
        for column in &field.fields {
            self.field(column, &seen, Some(field));
        }
    }

    fn rules(
        &mut self,
        rules: &'a [Rule],
        around: &[&'a Condition],
        group: Option<&'a Field>,
        key: &str,
        anchor: &str,
    ) {
        for condition in rules.iter().filter_map(|rule| rule.when.as_ref()) {
            let wanted = [around, &[condition]].concat();
            self.never(&wanted, group, (key, anchor), "il controllo non vale mai");
        }
    }

    fn others(&mut self, service: &'a Service) {
        for attachment in &service.form.attachments {
            let mut wanted: Vec<&Condition> = attachment.visible_if.iter().collect();
            if let Required::If(condition) = &attachment.required {
                wanted.push(condition);
            }
            let (key, anchor) = named("allegati", &attachment.id);
            self.never(&wanted, None, (&key, &anchor), "non si chiede mai");
        }
        for declaration in &service.form.declarations {
            let wanted: Vec<&Condition> = declaration.visible_if.iter().collect();
            let (key, anchor) = named("dichiarazioni", &declaration.id);
            self.never(&wanted, None, (&key, &anchor), "non si chiede mai");
        }
        for fee in &service.fees {
            let wanted: Vec<&Condition> = fee.due_if.iter().collect();
            let (key, anchor) = named("costi", &fee.id);
            self.never(&wanted, None, (&key, &anchor), "non si paga mai");
        }
    }

    /// The ways on which all of them hold; `None` where there are too many.
    fn ways(
        &self,
        conditions: &[&'a Condition],
        group: Option<&'a Field>,
        open: &mut Vec<&'a str>,
    ) -> Option<Vec<Way>> {
        let parts = conditions.iter();
        product(parts.map(|condition| self.of(condition, true, group, open)))
    }

    /// Of one condition, or of its contrary.
    fn of(
        &self,
        condition: &'a Condition,
        holds: bool,
        group: Option<&'a Field>,
        open: &mut Vec<&'a str>,
    ) -> Option<Vec<Way>> {
        let (list, each, all) = match condition {
            Condition::Field(test) if holds => return self.passed(test, group, open),
            Condition::Field(test) => return Some(vec![self.failed(test, group)]),
            Condition::All(list) => (list, holds, holds),
            Condition::Any(list) => (list, holds, !holds),
            Condition::None(list) => (list, !holds, holds),
        };
        let parts = list.iter().map(|part| self.of(part, each, group, open));
        match all {
            true => product(parts),
            false => {
                let parts = parts.collect::<Option<Vec<_>>>()?;
                Some(parts.concat()).filter(|ways| ways.len() <= MOST_WAYS)
            }
        }
    }

    /// A test that passes: the field is seen, and is what the test wants.
    fn passed(
        &self,
        test: &'a Test,
        group: Option<&'a Field>,
        open: &mut Vec<&'a str>,
    ) -> Option<Vec<Way>> {
        let name = test.field.as_str();
        let own = group.and_then(|group| Some((group, group.column(name)?)));
        let bounds = match (own, name.split_once('.')) {
            (Some((_, column)), _) => wanted(column, &test.is),
            // Each such test may be another row's.
            (None, Some((of, column))) => {
                let column = self.index.get(of).and_then(|of| of.column(column));
                let alone = column.map(|column| wanted(column, &test.is));
                if alone.is_some_and(|bounds| !bounds.is_possible()) {
                    return Some(Vec::new());
                }
                Bounds::default()
            }
            (None, None) => match self.index.get(name) {
                Some(field) => wanted(field, &test.is),
                None => Bounds::default(),
            },
        };
        let node = match own {
            Some((group, _)) => format!("{}.{name}", group.name),
            None => name.to_owned(),
        };
        let here = Some(vec![Way::from([(node, bounds)])]);
        let seen = match own {
            // Inside its row, whose group is seen.
            Some(_) => Some(vec![Way::new()]),
            None => self.seen(name.split('.').next().unwrap_or(name), open),
        };
        product([here, seen].into_iter())
    }

    /// On which ways a field is seen. One that is asked about already adds nothing.
    fn seen(&self, name: &'a str, open: &mut Vec<&'a str>) -> Option<Vec<Way>> {
        let Some(field) = self.index.get(name).filter(|_| !open.contains(&name)) else {
            return Some(vec![Way::new()]);
        };
        let step = self
            .steps
            .get(name)
            .and_then(|step| step.visible_if.as_ref());
        let conditions: Vec<&Condition> = step.into_iter().chain(&field.visible_if).collect();
        open.push(name);
        let ways = self.ways(&conditions, None, open);
        open.pop();
        ways
    }

    /// A test that fails, for what can be said of that: the field may be hidden as well.
    fn failed(&self, test: &Test, group: Option<&Field>) -> Way {
        let name = test.field.as_str();
        let node = match group.filter(|group| group.column(name).is_some()) {
            Some(group) => format!("{}.{name}", group.name),
            // Of no row: that is not followed.
            None if name.contains('.') => return Way::new(),
            None => name.to_owned(),
        };
        let mut bounds = Bounds::default();
        match &test.is {
            Operator::Equal(code) => bounds.none_of = BTreeSet::from([code.clone()]),
            Operator::In(codes) => bounds.none_of = codes.iter().cloned().collect(),
            Operator::True(is) => bounds.none_of = BTreeSet::from([is.to_string()]),
            Operator::NotEmpty => bounds.empty = true,
            _ => return Way::new(),
        }
        Way::from([(node, bounds)])
    }
}

fn named(what: &str, id: &str) -> (String, String) {
    (format!("{what}.{id}"), format!("id: {id}"))
}

/// What a test that passes says of its field.
fn wanted(field: &Field, is: &Operator) -> Bounds {
    let set = |codes: &[&String]| Some(codes.iter().map(|code| (*code).clone()).collect());
    let limit = |limit: Option<f64>| Number::parse_plain(&limit?.to_string());
    let one = matches!(field.kind, FieldKind::Scelta | FieldKind::SiNo);
    let mut bounds = Bounds {
        answered: true,
        ..Bounds::default()
    };
    if field.kind == FieldKind::Scelta {
        let codes: Vec<&String> = field.options.iter().map(|(code, _)| code).collect();
        bounds.one_of = set(&codes);
    }
    if field.kind.is_number() {
        (bounds.at_least, bounds.at_most) = (limit(field.min), limit(field.max));
    }
    let told = match is {
        Operator::Equal(code) if one => Bounds {
            one_of: set(&[code]),
            ..Bounds::default()
        },
        Operator::In(codes) if one => Bounds {
            one_of: set(&codes.iter().collect::<Vec<_>>()),
            ..Bounds::default()
        },
        Operator::Different(code) if one => Bounds {
            none_of: BTreeSet::from([code.clone()]),
            ..Bounds::default()
        },
        Operator::True(is) => Bounds {
            one_of: set(&[&is.to_string()]),
            ..Bounds::default()
        },
        Operator::Number(comparison, number) => numbers(*comparison, *number),
        _ => Bounds::default(),
    };
    bounds.and(&told)
}

/// "Less than" reaches the limit here: what lies between is not told apart.
fn numbers(comparison: Comparison, number: Number) -> Bounds {
    let (at_least, at_most) = match comparison {
        Comparison::Equal => (Some(number), Some(number)),
        Comparison::Less | Comparison::LessOrEqual => (None, Some(number)),
        Comparison::Greater | Comparison::GreaterOrEqual => (Some(number), None),
        Comparison::Different => (None, None),
    };
    Bounds {
        at_least,
        at_most,
        ..Bounds::default()
    }
}

/// The ways of several conditions at once, without those that cannot be.
fn product(parts: impl Iterator<Item = Option<Vec<Way>>>) -> Option<Vec<Way>> {
    let mut all = vec![Way::new()];
    for part in parts {
        let part = part?;
        let mut next = Vec::new();
        for (ours, theirs) in all
            .iter()
            .flat_map(|way| part.iter().map(move |p| (way, p)))
        {
            next.extend(both(ours, theirs));
            if next.len() > MOST_WAYS {
                return None;
            }
        }
        all = next;
    }
    Some(all)
}

fn both(ours: &Way, theirs: &Way) -> Option<Way> {
    let mut way = ours.clone();
    for (node, bounds) in theirs {
        let merged = way.remove(node).unwrap_or_default().and(bounds);
        if !merged.is_possible() {
            return None;
        }
        way.insert(node.clone(), merged);
    }
    Some(way)
}
