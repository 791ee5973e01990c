//! Roles that were given, and how they were ended: rows are only added.

use rules::{
    civil::Date,
    roles::{End, Held, Period, Role, Scope},
};
use sqlx::{AssertSqlSafe, Row, any::AnyRow};

use super::{Store, StoreError, Tx, identity::PersonRow};

#[derive(Clone, Debug)]
pub struct GrantRow {
    pub id: String,
    pub lookup: String,
    /// The codice fiscale.
    pub sealed: Vec<u8>,
    pub held: Held,
    pub period: Period,
    /// Id of the person who gave it.
    pub granted_by: String,
    pub granted_at: i64,
}

#[derive(Clone, Debug)]
pub struct EndRow {
    pub id: String,
    pub grant: String,
    pub end: End,
    /// Id of the person who ended it.
    pub ended_by: String,
    pub ended_at: i64,
}

/// Role, office, first day, last day, and the earliest end: empty is at once.
const WHAT: &str = "g.role, g.office, g.from_day, g.to_day, \
     (SELECT MIN(COALESCE(e.last_day, '')) FROM role_ends e WHERE e.grant_id = g.id)";

fn day(text: &str) -> Result<Date, StoreError> {
    Date::parse_iso(text).ok_or_else(|| StoreError::Corrupt(format!("day of a role: {text}")))
}

/// [`WHAT`] from column `at` on.
fn what(row: &AnyRow, at: usize) -> Result<(Held, Period), StoreError> {
    let role: String = row.try_get(at)?;
    let office: Option<String> = row.try_get(at + 1)?;
    let from: String = row.try_get(at + 2)?;
    let to: Option<String> = row.try_get(at + 3)?;
    let end: Option<String> = row.try_get(at + 4)?;
    let role = Role::parse(&role)
        .ok_or_else(|| StoreError::Corrupt(format!("there is no role {role}")))?;
    let period = Period {
        from: day(&from)?,
        to: to.as_deref().map(day).transpose()?,
        end: match end.as_deref() {
            None => None,
            Some("") => Some(End::AtOnce),
            Some(text) => Some(End::After(day(text)?)),
        },
    };
    Ok((
        Held::new(role, office.map_or(Scope::Town, Scope::Office)),
        period,
    ))
}

fn grant(row: &AnyRow) -> Result<GrantRow, StoreError> {
    let (held, period) = what(row, 5)?;
    Ok(GrantRow {
        id: row.try_get(0)?,
        lookup: row.try_get(1)?,
        sealed: row.try_get(2)?,
        granted_by: row.try_get(3)?,
        granted_at: row.try_get(4)?,
        held,
        period,
    })
}

fn select(rest: &str) -> String {
    format!(
        "SELECT g.id, g.lookup, g.sealed, g.granted_by, g.granted_at, {WHAT} \
         FROM role_grants g {rest}"
    )
}

/// A person's row and all that she was ever given: asked at every request, so in one query.
pub async fn person_with_roles(
    store: &Store,
    id: &str,
) -> Result<Option<(PersonRow, Vec<(Held, Period)>)>, StoreError> {
    let query = format!(
        "SELECT p.id, p.sealed, {WHAT} \
         FROM people p LEFT JOIN role_grants g ON g.lookup = p.lookup WHERE p.id = $1"
    );
    let rows = sqlx::query(AssertSqlSafe(query))
        .bind(id)
        .fetch_all(&mut *store.read().await?)
        .await?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let person = PersonRow {
        id: first.try_get(0)?,
        sealed: first.try_get(1)?,
    };
    // One row without a role is somebody who was never given any.
    let none = first.try_get::<Option<String>, _>(2)?.is_none();
    let given = match none {
        true => Ok(Vec::new()),
        false => rows.iter().map(|row| what(row, 2)).collect(),
    };
    Ok(Some((person, given?)))
}

/// Everything that was ever given, the newest first.
pub async fn grants(store: &Store) -> Result<Vec<GrantRow>, StoreError> {
    let query = select("ORDER BY g.granted_at DESC, g.id DESC");
    let rows = sqlx::query(AssertSqlSafe(query))
        .fetch_all(&mut *store.read().await?)
        .await?;
    rows.iter().map(grant).collect()
}

/// The same of one person, inside the caller's transaction.
pub async fn grants_of(tx: &mut Tx, lookup: &str) -> Result<Vec<GrantRow>, StoreError> {
    let query = select("WHERE g.lookup = $1 ORDER BY g.granted_at DESC, g.id DESC");
    let rows = sqlx::query(AssertSqlSafe(query))
        .bind(lookup)
        .fetch_all(tx)
        .await?;
    rows.iter().map(grant).collect()
}

pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<GrantRow>, StoreError> {
    let row = sqlx::query(AssertSqlSafe(select("WHERE g.id = $1")))
        .bind(id)
        .fetch_optional(tx)
        .await?;
    row.as_ref().map(grant).transpose()
}

/// Every end, the newest first.
pub async fn ends(store: &Store) -> Result<Vec<EndRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, grant_id, last_day, ended_by, ended_at FROM role_ends \
         ORDER BY ended_at DESC, id DESC",
    )
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter()
        .map(|row| {
            let last: Option<String> = row.try_get(2)?;
            Ok(EndRow {
                id: row.try_get(0)?,
                grant: row.try_get(1)?,
                end: match last {
                    None => End::AtOnce,
                    Some(text) => End::After(day(&text)?),
                },
                ended_by: row.try_get(3)?,
                ended_at: row.try_get(4)?,
            })
        })
        .collect()
}

/// One change of roles after the other: what one has done, the next one sees. Until the end of
/// the transaction.
pub async fn lock(tx: &mut Tx) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO role_changes (name, changes) VALUES ('roles', 1) \
         ON CONFLICT (name) DO UPDATE SET changes = role_changes.changes + 1",
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn insert_grant(tx: &mut Tx, row: &GrantRow) -> Result<(), StoreError> {
    let office = match &row.held.scope {
        Scope::Town => None,
        Scope::Office(id) => Some(id.as_str()),
    };
    sqlx::query(
        "INSERT INTO role_grants \
         (id, lookup, sealed, role, office, from_day, to_day, granted_by, granted_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&row.id)
    .bind(&row.lookup)
    .bind(&row.sealed)
    .bind(row.held.role.code())
    .bind(office)
    .bind(row.period.from.to_string())
    .bind(row.period.to.map(|day| day.to_string()))
    .bind(&row.granted_by)
    .bind(row.granted_at)
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn insert_end(tx: &mut Tx, row: &EndRow) -> Result<(), StoreError> {
    let last = match row.end {
        End::AtOnce => None,
        End::After(day) => Some(day.to_string()),
    };
    sqlx::query(
        "INSERT INTO role_ends (id, grant_id, last_day, ended_by, ended_at) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&row.id)
    .bind(&row.grant)
    .bind(last)
    .bind(&row.ended_by)
    .bind(row.ended_at)
    .execute(tx)
    .await?;
    Ok(())
}
