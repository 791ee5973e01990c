//! Arithmetic over answers: computed fields and fees.

use serde::{Deserialize, Serialize};

use super::Condition;
use crate::number::Number;

/// An exact decimal result, or none when something that it needs is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expression {
    /// A field's name. Amounts are in euro.
    Field(String),
    Number(Number),
    /// `tariffa:<name>`, in euro: from comune.toml.
    Tariff(String),
    /// `piu`
    Plus(Vec<Expression>),
    /// `meno`: the first minus all the others
    Minus(Vec<Expression>),
    /// `per`
    Times(Vec<Expression>),
    /// `diviso`: the first by each of the others
    Divided(Vec<Expression>),
    /// `somma`: over the rows of a group; a row that is not complete yet counts nothing
    Sum {
        group: String,
        of: Box<Expression>,
    },
    /// `righe`: how many rows a group has
    Rows(String),
    /// `arrotonda_su`: up to the next whole number
    RoundUp(Box<Expression>),
    /// `giorni`: days from one date to another, both included
    Days(String, String),
    /// `se` … `allora` … `altrimenti`
    If {
        condition: Box<Condition>,
        then: Box<Expression>,
        otherwise: Box<Expression>,
    },
}

/// What an expression or a check looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference<'a> {
    Field(&'a str),
    Group(&'a str),
    Tariff(&'a str),
    Condition(&'a Condition),
}

impl Expression {
    /// Calls `visit` with everything the expression refers to; the name in a group's sum
    /// may be one of the group's columns, given as second argument.
    pub fn each_reference<'a>(
        &'a self,
        group: Option<&'a str>,
        visit: &mut dyn FnMut(Reference<'a>, Option<&'a str>),
    ) {
        match self {
            Self::Field(name) => visit(Reference::Field(name), group),
            Self::Number(_) => {}
            Self::Tariff(name) => visit(Reference::Tariff(name), group),
            Self::Plus(list) | Self::Minus(list) | Self::Times(list) | Self::Divided(list) => {
                for part in list {
                    part.each_reference(group, visit);
                }
            }
            Self::Sum { group, of } => {
                visit(Reference::Group(group), None);
                of.each_reference(Some(group), visit);
            }
            Self::Rows(group) => visit(Reference::Group(group), None),
            Self::RoundUp(of) => of.each_reference(group, visit),
            Self::Days(from, to) => {
                visit(Reference::Field(from), group);
                visit(Reference::Field(to), group);
            }
            Self::If {
                condition,
                then,
                otherwise,
            } => {
                visit(Reference::Condition(condition), group);
                then.each_reference(group, visit);
                otherwise.each_reference(group, visit);
            }
        }
    }
}
