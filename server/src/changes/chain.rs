//! Each change holds the hash of the one before: none is missing, none was touched.

use super::known::decode;
use crate::{
    store::{
        Store, StoreError,
        service_changes::{self as rows, ChangeRow},
    },
    vault::sha256,
};

/// A change's own hash: over all its fields and the hash before.
pub fn link(row: &ChangeRow) -> Result<String, StoreError> {
    let fields = (
        row.number,
        &row.slug,
        &row.kind,
        &row.value,
        &row.from_day,
        &row.reason,
        &row.made_by,
        row.made_at,
        &row.previous,
    );
    let bytes = serde_json::to_vec(&fields).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    Ok(sha256(&bytes))
}

/// What does not hold, a line each.
pub async fn check_all(store: &Store, found: &mut Vec<String>) -> Result<(), StoreError> {
    let (mut number, mut previous) = (0, String::new());
    for row in rows::all(store).await? {
        let follows = row.number == number + 1 && row.previous == previous;
        if !follows || link(&row)? != row.hash || decode(&row).is_err() {
            found.push(format!(
                "modifica {} dei servizi: la catena è rotta",
                row.number
            ));
        }
        number = row.number;
        previous = row.hash;
    }
    if rows::last(store).await? != (number, previous) {
        found.push("modifiche dei servizi: l'ultima non torna".to_owned());
    }
    Ok(())
}
