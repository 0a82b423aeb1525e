//! The databases of the twins, opened while no server has them. Nothing else of the tests may do that.

use std::collections::BTreeMap;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, QueryResult, Statement,
    Value,
};
use uuid::Uuid;

use crate::harness::Place;

/// One database, through one connection.
pub(crate) struct Db(DatabaseConnection);

impl Db {
    pub(crate) async fn open(place: &Place) -> Self {
        let url = place
            .url()
            .unwrap_or_else(|| format!("sqlite://{}?mode=rw", place.folder().join("upheld.db").display()));
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).min_connections(1).sqlx_logging(false);
        Self(Database::connect(options).await.unwrap_or_else(|e| panic!("the database does not open: {e}")))
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.0.get_database_backend() == DatabaseBackend::Sqlite
    }

    /// Closes it; a copy can be made or a server started then.
    pub(crate) async fn close(self) {
        self.0.close().await.unwrap();
    }

    pub(crate) async fn run(&self, sql: &str, values: impl IntoIterator<Item = Value>) {
        let statement = Statement::from_sql_and_values(self.0.get_database_backend(), sql, values);
        self.0.execute_raw(statement).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    }

    pub(crate) async fn rows(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Vec<QueryResult> {
        let statement = Statement::from_sql_and_values(self.0.get_database_backend(), sql, values);
        self.0.query_all_raw(statement).await.unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// The first column of a statement, as ids.
    pub(crate) async fn ids(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Vec<Uuid> {
        self.rows(sql, values).await.iter().map(|r| r.try_get_by_index(0).unwrap()).collect()
    }

    /// The first column of a statement, as texts.
    pub(crate) async fn texts(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Vec<String> {
        self.rows(sql, values).await.iter().map(|r| r.try_get_by_index(0).unwrap()).collect()
    }

    /// Sets some columns of the row with this id; of one that is given twice the last counts.
    pub(crate) async fn set(&self, table: &str, id: Uuid, columns: Vec<(&str, Value)>) {
        let columns: BTreeMap<&str, Value> = columns.into_iter().collect();
        if columns.is_empty() {
            return;
        }
        let list: Vec<String> =
            columns.iter().enumerate().map(|(n, (c, _))| format!("{c} = ${}", n + 2)).collect();
        let sql = format!("UPDATE {table} SET {} WHERE id = $1", list.join(", "));
        self.run(&sql, std::iter::once(id.into()).chain(columns.into_values())).await;
    }

    /// Every table with its columns, those of the full-text index aside.
    pub(crate) async fn tables(&self) -> BTreeMap<String, Vec<String>> {
        let sql = if self.is_sqlite() {
            "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '%_search_%'"
        } else {
            "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'"
        };
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in self.rows(sql, []).await {
            let (table, column): (String, String) =
                (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap());
            tables.entry(table).or_default().push(column);
        }
        tables
    }
}
