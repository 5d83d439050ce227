//! The test support itself.

use relasi_tests::postgres;

#[test]
fn the_private_cluster_understands_thai_and_has_an_ordinary_role() {
    let database = postgres::empty_database();
    let rows =
        database.sql("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = 'relasi'");
    assert_eq!(rows, "f");
    database.sql("CREATE EXTENSION pg_trgm");
    assert_eq!(
        database.sql("SELECT cardinality(show_trgm('สมชาย')) > 0"),
        "t"
    );
    assert!(database.url.starts_with("postgres://relasi@127.0.0.1:"));
}
