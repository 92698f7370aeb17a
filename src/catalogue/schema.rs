//! The database's tables, as numbered migrations compiled into the program.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Number of the newest migration.
pub(super) const NEWEST: i64 = 22;

/// Number, name and text of each. One that was released is never changed, only followed by
/// another; numbers may have gaps.
const ALL: [(i64, &str, &str); 5] = [
    (1, "catalogue", include_str!("migrations/0001_catalogue.sql")),
    (2, "staff", include_str!("migrations/0002_staff.sql")),
    (3, "nomenclatures", include_str!("migrations/0003_nomenclatures.sql")),
    (12, "sources", include_str!("migrations/0012_sources.sql")),
    (22, "erasures", include_str!("migrations/0022_erasures.sql")),
];

/// Returns all migrations.
pub(super) fn migrations() -> Migrator {
    let of = |(number, name, text): (i64, &'static str, &'static str)| {
        Migration::new(number, name.into(), MigrationType::Simple, text.into_sql_str(), false)
    };
    Migrator::with_migrations(ALL.into_iter().map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_migration_is_the_last() {
        assert_eq!(migrations().iter().map(|migration| migration.version).max(), Some(NEWEST));
    }
}
