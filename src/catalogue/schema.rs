//! The database's tables, as numbered migrations compiled into the program.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Number of the newest migration.
pub(super) const NEWEST: i64 = 1;

/// Returns all migrations. One that was released is never changed, only followed by another.
pub(super) fn migrations() -> Migrator {
    let catalogue = include_str!("migrations/0001_catalogue.sql");
    Migrator::with_migrations(vec![Migration::new(
        1,
        "catalogue".into(),
        MigrationType::Simple,
        catalogue.into_sql_str(),
        false,
    )])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_migration_is_the_last() {
        assert_eq!(migrations().iter().map(|migration| migration.version).max(), Some(NEWEST));
    }
}
