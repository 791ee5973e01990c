//! The protocol register (D.P.R. 445/2000 arts 53, 57): one gapless sequence a calendar year,
//! each entry chained to the one before by hash.

use rules::protocol::ProtocolNumber;

use crate::{
    clock::rome_day,
    store::{
        StoreError, Tx,
        register::{self, RegisterRow},
    },
    vault::sha256,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    In,
    Out,
}

impl Direction {
    fn code(self) -> &'static str {
        match self {
            Self::In => "entrata",
            Self::Out => "uscita",
        }
    }
}

/// What is registered (art. 53 c. 1).
#[derive(Clone, Debug)]
pub struct Entry {
    /// When it came or goes, milliseconds; its day in Europe/Rome decides the year.
    pub at_ms: i64,
    pub direction: Direction,
    pub case_id: String,
    /// Id of the person, not her name.
    pub correspondent: String,
    /// Title of the service.
    pub subject: String,
    /// SHA-256 of the document, hex.
    pub document_hash: String,
}

/// Registers a document: the number exists only if the caller's transaction does.
pub async fn allot(tx: &mut Tx, entry: Entry) -> Result<ProtocolNumber, StoreError> {
    let day = rome_day(entry.at_ms);
    let (number, previous) = register::next(tx, day.year().into()).await?;
    let mut row = RegisterRow {
        year: day.year().into(),
        number,
        at: entry.at_ms,
        day: day.to_string(),
        direction: entry.direction.code().to_owned(),
        case_id: entry.case_id,
        correspondent: entry.correspondent,
        subject: entry.subject,
        document_hash: entry.document_hash,
        previous,
        hash: String::new(),
    };
    row.hash = link(&row)?;
    register::insert(tx, &row).await?;
    Ok(ProtocolNumber {
        year: day.year(),
        number,
    })
}

/// The entry's own hash: over all its fields and the hash before.
pub fn link(row: &RegisterRow) -> Result<String, StoreError> {
    let fields = (
        row.year,
        row.number,
        row.at,
        &row.day,
        &row.direction,
        &row.case_id,
        &row.correspondent,
        &row.subject,
        &row.document_hash,
        &row.previous,
    );
    let bytes = serde_json::to_vec(&fields).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    Ok(sha256(&bytes))
}
