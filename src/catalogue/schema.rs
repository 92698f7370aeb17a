//! The database's tables, as numbered migrations compiled into the program.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Number of the newest migration.
pub(super) const NEWEST: i64 = 2;

/// Returns all migrations. One that was released is never changed, only followed by another.
pub(super) fn migrations() -> Migrator {
    let simple = |version, name: &'static str, sql: &'static str| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(vec![
        simple(1, "catalogue", include_str!("migrations/0001_catalogue.sql")),
        simple(2, "nomenclatures", include_str!("migrations/0002_nomenclatures.sql")),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_migration_is_the_last() {
        assert_eq!(migrations().iter().map(|migration| migration.version).max(), Some(NEWEST));
    }
}
