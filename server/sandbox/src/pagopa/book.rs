//! Positions and carts, kept in a file to which every change is appended: both outlive a crash.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::lines::Lines;
use crate::pagopa::cart::Cart;
use crate::pagopa::position::Position;

pub struct Book {
    lines: Lines,
    /// By creditor and IUPD.
    positions: BTreeMap<(String, String), Position>,
    carts: BTreeMap<String, Cart>,
}

/// A line of the file; the last one about a thing holds.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Record {
    Position(Box<Position>),
    Deleted { organization: String, iupd: String },
    Cart(Box<Cart>),
}

impl Book {
    pub fn open(path: PathBuf) -> anyhow::Result<Self> {
        let lines = Lines::open(path)?;
        let records: Vec<Record> = lines.read().context("pagoPA's book")?;
        let mut book = Self {
            lines,
            positions: BTreeMap::new(),
            carts: BTreeMap::new(),
        };
        for record in records {
            book.apply(record);
        }
        Ok(book)
    }

    fn apply(&mut self, record: Record) {
        match record {
            Record::Position(position) => {
                let key = (position.organization.clone(), position.iupd().to_owned());
                self.positions.insert(key, *position);
            }
            Record::Deleted { organization, iupd } => {
                self.positions.remove(&(organization, iupd));
            }
            Record::Cart(cart) => {
                self.carts.insert(cart.id.clone(), *cart);
            }
        }
    }

    /// Written first, then known.
    fn keep(&mut self, record: Record) -> anyhow::Result<()> {
        self.lines.add(&record).context("pagoPA's book")?;
        self.apply(record);
        Ok(())
    }

    pub fn put(&mut self, position: Position) -> anyhow::Result<()> {
        self.keep(Record::Position(Box::new(position)))
    }

    pub fn delete(&mut self, organization: &str, iupd: &str) -> anyhow::Result<()> {
        let (organization, iupd) = (organization.to_owned(), iupd.to_owned());
        self.keep(Record::Deleted { organization, iupd })
    }

    pub fn put_cart(&mut self, cart: Cart) -> anyhow::Result<()> {
        self.keep(Record::Cart(Box::new(cart)))
    }

    pub fn get(&self, organization: &str, iupd: &str) -> Option<&Position> {
        self.positions
            .get(&(organization.to_owned(), iupd.to_owned()))
    }

    pub fn cart(&self, id: &str) -> Option<&Cart> {
        self.carts.get(id)
    }

    pub fn all(&self) -> impl Iterator<Item = &Position> {
        self.positions.values()
    }

    pub fn of(&self, organization: &str) -> impl Iterator<Item = &Position> {
        self.all()
            .filter(move |position| position.organization == organization)
    }

    /// The position that has this notice number or IUV.
    pub fn by_number(&self, organization: &str, number: &str) -> Option<&Position> {
        self.of(organization)
            .find(|position| position.option(number).is_some())
    }
}
