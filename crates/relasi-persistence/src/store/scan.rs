//! Search text without the search rows: for the trash, whose records have none, and for objects that never have any.

use relasi_domain::{
    field::{Item, Kind},
    record::Object,
    text::key_fragments,
};

use super::{
    condition::{close, contains, push_joined},
    fragments::needles,
};
use crate::{Dialect, sql::Statement};

/// `AND …` for records `t` whose title, an e-mail address or a phone number contains the text; by their titles alone where
/// nothing else may be searched.
///
/// Looks at every record that the rest of the statement leaves over.
pub(super) fn push_found(
    object: &'static Object,
    needle: &str,
    by_name: bool,
    dialect: Dialect,
    statement: &mut Statement,
) {
    let title = object
        .field(object.title)
        .map_or(object.title.into(), |field| field.key_column());
    let mut either: Vec<Statement> = key_fragments(needle)
        .iter()
        .map(|fragment| contains(&format!("t.{title}"), fragment, dialect))
        .collect();
    either.extend(in_values(object, needle, dialect).filter(|_| !by_name));
    statement.push(" AND ");
    push_joined(either, " OR ", "1 = 0", statement);
}

/// A test of the value index; none when the object has no addresses or numbers that are searched.
fn in_values(object: &'static Object, needle: &str, dialect: Dialect) -> Option<Statement> {
    let fields: Vec<String> = object
        .fields
        .iter()
        .filter(|field| {
            field.searched && matches!(field.kind, Kind::Many(Item::Email | Item::Phone))
        })
        .map(|field| format!("'{}'", field.name))
        .collect();
    if fields.is_empty() {
        return None;
    }
    let mut statement = Statement::new(format!(
        "EXISTS (SELECT 1 FROM field_index i WHERE i.workspace_id = t.workspace_id AND i.record_id = t.id AND i.object = '{}' AND i.field IN ({}) AND ",
        object.name,
        fields.join(", ")
    ));
    let parts = needles(needle)
        .iter()
        .map(|needle| contains("i.value", needle, dialect))
        .collect();
    push_joined(parts, " OR ", "1 = 0", &mut statement);
    statement.push(close(dialect));
    Some(statement)
}
