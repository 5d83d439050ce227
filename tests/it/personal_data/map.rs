//! The data map and the schema agree.

use std::collections::BTreeSet;

use relasi_persistence::personal::{MAP, mapped};
use relasi_tests::on_both;

use crate::schema::Bare;

on_both! {
    fn p1_each_column_of_each_table_is_classified(bare: Bare) {
        let tables = bare.tables();
        for table in &tables {
            let mapped = mapped(table).unwrap_or_else(|| panic!("{table} is not in the data map"));
            let mut columns = bare.columns(table);
            columns.remove("rid");
            let known: BTreeSet<String> = mapped.columns().map(|(name, _)| name.to_owned()).collect();
            assert_eq!(known, columns, "{table}");
        }
        for table in MAP {
            assert!(tables.contains(table.name), "{} is in the data map and not in the database", table.name);
        }
    }
}
