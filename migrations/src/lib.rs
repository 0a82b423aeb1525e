//! The database schema of Upheld: one change per file, the same on SQLite and PostgreSQL.
//!
//! A migration never imports an entity: entities follow the newest schema, a migration is history.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{DatabaseBackend, DbErr};

mod m01_people;
mod m02_values_and_venues;
mod m03_incidents;
mod m04_decisions;
mod m05_what_is_public;
mod m06_sessions;
mod m07_audit;
mod m08_accounts;
mod m09_organisation;
mod m10_readings;
mod m11_retention;
mod m12_topics;
mod m13_meetings;

/// All migrations, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m01_people::Migration),
            Box::new(m02_values_and_venues::Migration),
            Box::new(m03_incidents::Migration),
            Box::new(m04_decisions::Migration),
            Box::new(m05_what_is_public::Migration),
            Box::new(m06_sessions::Migration),
            Box::new(m07_audit::Migration),
            Box::new(m08_accounts::Migration),
            Box::new(m09_organisation::Migration),
            Box::new(m10_readings::Migration),
            Box::new(m11_retention::Migration),
            Box::new(m12_topics::Migration),
            Box::new(m13_meetings::Migration),
        ]
    }
}

#[expect(clippy::disallowed_methods, reason = "a migration is SQL text, and it reads nothing for anybody")]
/// Runs statements written once for both databases: `{id}`, `{time}` and `{day}` stand for the types that differ.
async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    let sqlite = manager.get_database_backend() == DatabaseBackend::Sqlite;
    let (id, time, day) = if sqlite { ("BLOB", "TEXT", "TEXT") } else { ("UUID", "TIMESTAMPTZ", "DATE") };
    let sql = statements.replace("{id}", id).replace("{time}", time).replace("{day}", day);
    manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
}

/// Declares a migration that runs [`run`] on its statements, then on those of one database alone. There is no way
/// down: a backup is.
macro_rules! migration {
    ($both:expr, sqlite: $sqlite:expr, postgres: $postgres:expr) => {
        #[derive(sea_orm_migration::prelude::DeriveMigrationName)]
        pub(crate) struct Migration;

        #[sea_orm_migration::async_trait::async_trait]
        impl sea_orm_migration::MigrationTrait for Migration {
            async fn up(
                &self,
                manager: &sea_orm_migration::SchemaManager,
            ) -> Result<(), sea_orm_migration::sea_orm::DbErr> {
                let sqlite =
                    manager.get_database_backend() == sea_orm_migration::sea_orm::DatabaseBackend::Sqlite;
                $crate::run(manager, $both).await?;
                let own: &str = if sqlite { $sqlite } else { $postgres };
                if own.is_empty() { Ok(()) } else { $crate::run(manager, own).await }
            }
        }
    };
}
pub(crate) use migration;
