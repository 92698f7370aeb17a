//! The database's tables, as numbered migrations compiled into the program.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Number of the newest migration.
pub(super) const NEWEST: i64 = 2;

/// Returns all migrations. One that was released is never changed, only followed by another.
pub(super) fn migrations() -> Migrator {
    let all = [
        (1, "catalogue", include_str!("migrations/0001_catalogue.sql")),
        (2, "staff", include_str!("migrations/0002_staff.sql")),
    ];
    let migration = |(number, name, text): (i64, &'static str, &'static str)| {
        let kind = MigrationType::Simple;
        Migration::new(number, name.into(), kind, text.into_sql_str(), false)
    };
    Migrator::with_migrations(all.map(migration).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_migration_is_the_last() {
        assert_eq!(migrations().iter().map(|migration| migration.version).max(), Some(NEWEST));
    }
}
