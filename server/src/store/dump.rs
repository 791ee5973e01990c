//! Every table as rows of JSON, for backups: read in one snapshot, written back in one
//! transaction. Nothing here knows what the tables mean: a table that a migration adds is in.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use futures::TryStreamExt;
use serde_json::{Map, Value};
use sqlx::{
    AnyConnection, AssertSqlSafe, Column, Connection, Executor, Row as _, ValueRef,
    any::{AnyRow, AnyTypeInfoKind},
};

use super::{Engine, StoreError, configure_sqlite, connect_options, engine_of, migrations, outbox};

/// Columns by name: numbers, texts, bytes as `{"base64": "…"}`. A column that is NULL is left out.
pub type Row = Map<String, Value>;

const BYTES: &str = "base64";

/// The database as it was at one moment, while others go on writing.
pub struct Snapshot {
    engine: Engine,
    connection: AnyConnection,
    /// Outside the snapshot: the database as it is by now.
    now: AnyConnection,
    /// Of the newest migration in it.
    pub schema: i64,
}

impl Snapshot {
    /// Opens a database that is there already; changes nothing in it.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let engine = engine_of(url)?;
        let url = match engine {
            Engine::Sqlite if !url.contains('?') => format!("{url}?mode=rw"),
            Engine::Sqlite | Engine::Postgres => url.to_owned(),
        };
        let mut connection = AnyConnection::connect(&url).await?;
        let now = AnyConnection::connect(&url).await?;
        let begin = match engine {
            Engine::Sqlite => "BEGIN",
            Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        connection.execute(begin).await?;
        // The first thing read fixes the moment, on both.
        let schema = sqlx::query("SELECT COALESCE(MAX(version), 0) FROM migrations")
            .fetch_one(&mut connection)
            .await?
            .try_get(0)?;
        Ok(Self {
            engine,
            connection,
            now,
            schema,
        })
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The tables, each after those that it refers to.
    pub fn tables(&self) -> Vec<&'static str> {
        migrations::tables(self.schema)
    }

    /// Hands over the table's rows one by one, in no order.
    pub async fn each_row<E: From<StoreError>>(
        &mut self,
        table: &str,
        mut each: impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let select = format!("SELECT * FROM {table}");
        let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(&mut self.connection);
        while let Some(row) = rows.try_next().await.map_err(StoreError::from)? {
            each(to_json(&row)?)?;
        }
        Ok(())
    }

    /// Whether a file has its row by now.
    pub async fn has_file(&mut self, id: &str) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT id FROM files WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut self.now)
            .await?;
        Ok(row.is_some())
    }
}

fn to_json(row: &AnyRow) -> Result<Row, StoreError> {
    let mut json = Row::new();
    for (i, column) in row.columns().iter().enumerate() {
        let value = row.try_get_raw(i)?;
        if value.is_null() {
            continue;
        }
        let kind = value.type_info().kind();
        let value = match kind {
            AnyTypeInfoKind::Text => Value::from(row.try_get::<String, _>(i)?),
            AnyTypeInfoKind::Blob => {
                let bytes: Vec<u8> = row.try_get(i)?;
                serde_json::json!({ BYTES: BASE64_STANDARD.encode(bytes) })
            }
            AnyTypeInfoKind::SmallInt | AnyTypeInfoKind::Integer | AnyTypeInfoKind::BigInt => {
                Value::from(row.try_get::<i64, _>(i)?)
            }
            other => {
                let name = column.name();
                return Err(StoreError::Corrupt(format!("column {name} is {other:?}")));
            }
        };
        json.insert(column.name().to_owned(), value);
    }
    Ok(json)
}

/// An empty database that is being filled: nothing of it is there before [`Loader::finish`].
pub struct Loader {
    engine: Engine,
    connection: AnyConnection,
}

impl Loader {
    /// `None`: there are tables already.
    pub async fn open(url: &str, schema: i64) -> Result<Option<Self>, StoreError> {
        sqlx::any::install_default_drivers();
        let engine = engine_of(url)?;
        let options = connect_options(engine, url)?;
        let mut connection = AnyConnection::connect_with(&options).await?;
        if engine == Engine::Sqlite {
            configure_sqlite(&mut connection).await?;
        }
        if tables_of(engine, &mut connection).await? > 0 {
            return Ok(None);
        }
        connection.execute(engine.begin()).await?;
        migrations::apply(engine, &mut connection, schema).await?;
        Ok(Some(Self { engine, connection }))
    }

    pub async fn insert(&mut self, table: &str, row: &Row) -> Result<(), StoreError> {
        // They become SQL: what is no plain name comes from no backup of ours.
        let in_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let plain = |name: &str| name.bytes().all(in_name);
        if !plain(table) || !row.keys().all(|name| plain(name)) {
            return Err(StoreError::Corrupt(format!("a column of {table}")));
        }
        let names: Vec<&str> = row.keys().map(String::as_str).collect();
        let places: Vec<String> = (1..=row.len()).map(|n| format!("${n}")).collect();
        let (names, places) = (names.join(", "), places.join(", "));
        let insert = format!("INSERT INTO {table} ({names}) VALUES ({places})");
        let mut query = sqlx::query(AssertSqlSafe(insert));
        for value in row.values() {
            query = match value {
                Value::String(text) => query.bind(text),
                Value::Number(number) => query.bind(number.as_i64()),
                other => query.bind(bytes(table, other)?),
            };
        }
        query.execute(&mut self.connection).await?;
        Ok(())
    }

    /// Brings the tables up to date, leaves to a person what may have been sent since the backup,
    /// and makes all of it durable; how many deliveries those are.
    pub async fn finish(mut self, reason: &str, now_ms: i64) -> Result<u64, StoreError> {
        migrations::apply(self.engine, &mut self.connection, i64::MAX).await?;
        let doubtful = outbox::doubt(&mut self.connection, reason, now_ms).await?;
        self.connection.execute("COMMIT").await?;
        self.connection.close().await?;
        Ok(doubtful)
    }
}

fn bytes(table: &str, value: &Value) -> Result<Vec<u8>, StoreError> {
    let text = value.get(BYTES).and_then(Value::as_str);
    let decoded = text.and_then(|text| BASE64_STANDARD.decode(text).ok());
    decoded.ok_or_else(|| StoreError::Corrupt(format!("a value of {table}")))
}

/// How many tables there are; the engines keep the list in different places.
async fn tables_of(engine: Engine, connection: &mut AnyConnection) -> Result<i64, StoreError> {
    let count = match engine {
        Engine::Sqlite => "SELECT COUNT(*) FROM sqlite_master",
        Engine::Postgres => {
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema()"
        }
    };
    Ok(sqlx::query(count).fetch_one(connection).await?.try_get(0)?)
}
