//! Cases, their keys, events and documents, and the projection for lists.

use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Tx, listen};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    pub id: String,
    pub draft: String,
    pub person: String,
    pub slug: String,
    /// Hash of the definition.
    pub definition: String,
    /// Id of the office.
    pub office: String,
    pub year: i32,
    pub number: i64,
    pub created_at: i64,
}

fn case(row: &AnyRow) -> Result<CaseRow, StoreError> {
    let year: i64 = row.try_get(6)?;
    Ok(CaseRow {
        id: row.try_get(0)?,
        draft: row.try_get(1)?,
        person: row.try_get(2)?,
        slug: row.try_get(3)?,
        definition: row.try_get(4)?,
        office: row.try_get(5)?,
        year: i32::try_from(year).map_err(|e| StoreError::Corrupt(e.to_string()))?,
        number: row.try_get(7)?,
        created_at: row.try_get(8)?,
    })
}

pub async fn insert(tx: &mut Tx, row: &CaseRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO cases (id, draft, person, slug, definition, office, year, number, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&row.id)
    .bind(&row.draft)
    .bind(&row.person)
    .bind(&row.slug)
    .bind(&row.definition)
    .bind(&row.office)
    .bind(i64::from(row.year))
    .bind(row.number)
    .bind(row.created_at)
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn get(store: &Store, id: &str) -> Result<Option<CaseRow>, StoreError> {
    get_in(&mut *store.read().await?, id).await
}

pub async fn get_in(tx: &mut Tx, id: &str) -> Result<Option<CaseRow>, StoreError> {
    let row = sqlx::query(
        "SELECT id, draft, person, slug, definition, office, year, number, created_at \
         FROM cases WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(tx)
    .await?;
    row.as_ref().map(case).transpose()
}

/// The case that a draft became.
pub async fn by_draft(store: &Store, draft: &str) -> Result<Option<CaseRow>, StoreError> {
    let row = sqlx::query(
        "SELECT id, draft, person, slug, definition, office, year, number, created_at \
         FROM cases WHERE draft = $1",
    )
    .bind(draft)
    .fetch_optional(&mut *store.read().await?)
    .await?;
    row.as_ref().map(case).transpose()
}

/// All cases; for `server verify`.
pub async fn all(store: &Store) -> Result<Vec<CaseRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, draft, person, slug, definition, office, year, number, created_at \
         FROM cases ORDER BY id",
    )
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(case).collect()
}

/// Holds the case until this transaction ends: who adds an event meanwhile waits.
pub async fn lock(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE cases SET year = year WHERE id = $1")
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn put_key(tx: &mut Tx, case_id: &str, wrapped: &[u8]) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO case_keys (case_id, wrapped) VALUES ($1, $2)")
        .bind(case_id)
        .bind(wrapped)
        .execute(tx)
        .await?;
    Ok(())
}

/// The wrapped data key; `None` once it was erased.
pub async fn key(store: &Store, case_id: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let row = sqlx::query("SELECT wrapped FROM case_keys WHERE case_id = $1")
        .bind(case_id)
        .fetch_optional(&mut *store.read().await?)
        .await?;
    row.map(|row| row.try_get(0).map_err(StoreError::from))
        .transpose()
}

/// An event as stored: texts, so that its hash is taken over what lies there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    pub case_id: String,
    pub seq: i64,
    pub at: i64,
    pub day: String,
    pub actor: String,
    pub body: String,
    pub previous: String,
    pub hash: String,
}

fn event(row: &AnyRow) -> Result<EventRow, StoreError> {
    Ok(EventRow {
        case_id: row.try_get(0)?,
        seq: row.try_get(1)?,
        at: row.try_get(2)?,
        day: row.try_get(3)?,
        actor: row.try_get(4)?,
        body: row.try_get(5)?,
        previous: row.try_get(6)?,
        hash: row.try_get(7)?,
    })
}

/// A conflict if the case has an event with this number.
pub async fn insert_event(tx: &mut Tx, row: &EventRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO case_events (case_id, seq, at, day, actor, body, previous, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&row.case_id)
    .bind(row.seq)
    .bind(row.at)
    .bind(&row.day)
    .bind(&row.actor)
    .bind(&row.body)
    .bind(&row.previous)
    .bind(&row.hash)
    .execute(&mut *tx)
    .await?;
    listen::tell(tx, &row.case_id, row.seq).await
}

/// In order.
pub async fn events(store: &Store, case_id: &str) -> Result<Vec<EventRow>, StoreError> {
    events_in(&mut *store.read().await?, case_id).await
}

pub async fn events_in(tx: &mut Tx, case_id: &str) -> Result<Vec<EventRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT case_id, seq, at, day, actor, body, previous, hash \
         FROM case_events WHERE case_id = $1 ORDER BY seq",
    )
    .bind(case_id)
    .fetch_all(tx)
    .await?;
    rows.iter().map(event).collect()
}

/// Numbers of the events after `seq`, in order.
pub async fn seqs_after(store: &Store, case_id: &str, seq: i64) -> Result<Vec<i64>, StoreError> {
    let rows =
        sqlx::query("SELECT seq FROM case_events WHERE case_id = $1 AND seq > $2 ORDER BY seq")
            .bind(case_id)
            .bind(seq)
            .fetch_all(&mut *store.read().await?)
            .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// A document of a case; its content is sealed under the case's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentRow {
    pub id: String,
    pub case_id: String,
    /// Of the event that it belongs to.
    pub seq: i64,
    /// `originale`, `richiesta_integrazione`, …
    pub kind: String,
    pub salt: String,
    /// SHA-256 of the content, as in the register.
    pub hash: String,
    pub sealed: Vec<u8>,
}

fn document(row: &AnyRow) -> Result<DocumentRow, StoreError> {
    Ok(DocumentRow {
        id: row.try_get(0)?,
        case_id: row.try_get(1)?,
        seq: row.try_get(2)?,
        kind: row.try_get(3)?,
        salt: row.try_get(4)?,
        hash: row.try_get(5)?,
        sealed: row.try_get(6)?,
    })
}

pub async fn insert_document(tx: &mut Tx, row: &DocumentRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO case_documents (id, case_id, seq, kind, salt, hash, sealed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&row.id)
    .bind(&row.case_id)
    .bind(row.seq)
    .bind(&row.kind)
    .bind(&row.salt)
    .bind(&row.hash)
    .bind(&row.sealed)
    .execute(tx)
    .await?;
    Ok(())
}

/// In the order of their events.
pub async fn documents(store: &Store, case_id: &str) -> Result<Vec<DocumentRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, case_id, seq, kind, salt, hash, sealed \
         FROM case_documents WHERE case_id = $1 ORDER BY seq, id",
    )
    .bind(case_id)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(document).collect()
}

/// The projection of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexRow {
    pub case_id: String,
    pub office: String,
    pub state: String,
    /// Last day for the decision, while the case is open.
    pub due: Option<String>,
    /// Last day for the citizen's answer, while one is awaited.
    pub answer_by: Option<String>,
    /// `operatore`, `cittadino`, `nessuno`
    pub must_act: String,
    pub operator: Option<String>,
    pub title: String,
    pub seq: i64,
}

fn index(row: &AnyRow) -> Result<IndexRow, StoreError> {
    Ok(IndexRow {
        case_id: row.try_get(0)?,
        office: row.try_get(1)?,
        state: row.try_get(2)?,
        due: row.try_get(3)?,
        answer_by: row.try_get(4)?,
        must_act: row.try_get(5)?,
        operator: row.try_get(6)?,
        title: row.try_get(7)?,
        seq: row.try_get(8)?,
    })
}

pub async fn put_index(tx: &mut Tx, row: &IndexRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO case_index \
         (case_id, office, state, due, answer_by, must_act, operator, title, seq) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (case_id) DO UPDATE SET office = excluded.office, state = excluded.state, \
         due = excluded.due, answer_by = excluded.answer_by, must_act = excluded.must_act, \
         operator = excluded.operator, title = excluded.title, seq = excluded.seq",
    )
    .bind(&row.case_id)
    .bind(&row.office)
    .bind(&row.state)
    .bind(&row.due)
    .bind(&row.answer_by)
    .bind(&row.must_act)
    .bind(&row.operator)
    .bind(&row.title)
    .bind(row.seq)
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn all_indexes(store: &Store) -> Result<Vec<IndexRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT case_id, office, state, due, answer_by, must_act, operator, title, seq \
         FROM case_index ORDER BY case_id",
    )
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(index).collect()
}

/// A case in a list.
#[derive(Clone, Debug)]
pub struct ListRow {
    pub index: IndexRow,
    pub person: String,
    pub year: i32,
    pub number: i64,
    pub created_at: i64,
}

fn listed(row: &AnyRow) -> Result<ListRow, StoreError> {
    let year: i64 = row.try_get(10)?;
    Ok(ListRow {
        index: index(row)?,
        person: row.try_get(9)?,
        year: i32::try_from(year).map_err(|e| StoreError::Corrupt(e.to_string()))?,
        number: row.try_get(11)?,
        created_at: row.try_get(12)?,
    })
}

/// Most rows of a list.
const ROWS: i64 = 500;

/// An office's cases by who must act (empty: all); the nearest deadline first.
pub async fn of_office(
    store: &Store,
    office: &str,
    must_act: &str,
) -> Result<Vec<ListRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT i.case_id, i.office, i.state, i.due, i.answer_by, i.must_act, i.operator, i.title, \
         i.seq, c.person, c.year, c.number, c.created_at \
         FROM case_index i JOIN cases c ON c.id = i.case_id \
         WHERE i.office = $1 AND ($2 = '' OR i.must_act = $2) \
         ORDER BY COALESCE(i.due, '9'), c.created_at DESC LIMIT $3",
    )
    .bind(office)
    .bind(must_act)
    .bind(ROWS)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(listed).collect()
}

/// Who must act, and in how many of the office's cases.
pub async fn counts(store: &Store, office: &str) -> Result<Vec<(String, i64)>, StoreError> {
    let rows = sqlx::query(
        "SELECT must_act, COUNT(*) FROM case_index WHERE office = $1 GROUP BY must_act",
    )
    .bind(office)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}

/// By which a person's cases are found.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Id of her row.
    pub person: String,
    /// HMAC of her codice fiscale.
    pub proven: String,
    /// HMAC of her codice fiscale and family name, as others type them.
    pub named: String,
}

/// A case in a person's list.
#[derive(Clone, Debug)]
pub struct OwnRow {
    pub row: ListRow,
    /// Sent by her for herself, or about her: nothing else needs to be asked.
    pub is_own: bool,
}

/// The cases that a person sent, those about her, and those of which she was made a delegate;
/// newest first. Whether a delegate may still see hers is asked elsewhere.
pub async fn of_person(store: &Store, reader: &Reader) -> Result<Vec<OwnRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT i.case_id, i.office, i.state, i.due, i.answer_by, i.must_act, i.operator, i.title, \
         i.seq, c.person, c.year, c.number, c.created_at, COALESCE(r.lookup, '') \
         FROM cases c JOIN case_index i ON c.id = i.case_id \
         LEFT JOIN representations r ON r.case_id = c.id \
         WHERE c.id IN (SELECT id FROM cases WHERE person = $1 \
         UNION SELECT case_id FROM representations WHERE lookup IN ($2, $3) \
         UNION SELECT target FROM delegations WHERE delegate = $2 AND scope = 'pratica') \
         ORDER BY c.created_at DESC LIMIT $4",
    )
    .bind(&reader.person)
    .bind(&reader.proven)
    .bind(&reader.named)
    .bind(ROWS)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter()
        .map(|row| {
            let of: String = row.try_get(13)?;
            let row = listed(row)?;
            let about_her = of == reader.proven || of == reader.named;
            let for_herself = of.is_empty() && row.person == reader.person;
            Ok(OwnRow {
                row,
                is_own: about_her || for_herself,
            })
        })
        .collect()
}

/// Cases that waited for an answer until before `today` (`AAAA-MM-GG`).
pub async fn unanswered(store: &Store, today: &str) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query("SELECT case_id FROM case_index WHERE answer_by < $1")
        .bind(today)
        .fetch_all(&mut *store.read().await?)
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Hash and canonical JSON of every definition that cases may refer to; for `server verify`.
pub async fn all_definitions(store: &Store) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let rows = sqlx::query("SELECT hash, body FROM definitions ORDER BY hash")
        .fetch_all(&mut *store.read().await?)
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}
