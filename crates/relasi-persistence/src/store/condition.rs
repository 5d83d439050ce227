//! Conditions as SQL, the one place where they become text.

use relasi_domain::{
    field::{Field, Kind},
    filter::{Check, Condition, Path, Value as Operand},
};

use super::custom;
use crate::{
    Dialect,
    sql::{Statement, Value},
};

/// The greatest character: everything that begins with a text lies below the text followed by it.
const LAST: char = '\u{10FFFF}';

/// A condition over the records of `alias`.
pub(super) fn push_condition(
    condition: &Condition,
    alias: &str,
    dialect: Dialect,
    statement: &mut Statement,
) {
    match condition {
        Condition::All(all) => {
            push_joined(compiled(all, alias, dialect), " AND ", "1 = 1", statement);
        }
        Condition::Any(any) => {
            push_joined(compiled(any, alias, dialect), " OR ", "1 = 0", statement);
        }
        Condition::Test {
            path,
            negated,
            check,
        } => push_test(path, *negated, check, alias, dialect, statement),
    }
}

fn compiled(conditions: &[Condition], alias: &str, dialect: Dialect) -> Vec<Statement> {
    let compile = |condition| {
        let mut part = Statement::new("");
        push_condition(condition, alias, dialect, &mut part);
        part
    };
    conditions.iter().map(compile).collect()
}

pub(super) fn push_joined(
    parts: Vec<Statement>,
    with: &str,
    none: &str,
    statement: &mut Statement,
) {
    if parts.is_empty() {
        statement.push(none);
        return;
    }
    for (index, part) in parts.iter().enumerate() {
        statement
            .push(if index == 0 { "(" } else { with })
            .append(part);
    }
    statement.push(")");
}

/// Follows the references as nested EXISTS; what lies behind a missing record is empty.
fn push_test(
    path: &Path,
    negated: bool,
    check: &Check,
    alias: &str,
    dialect: Dialect,
    statement: &mut Statement,
) {
    let Some(last) = path.hops.len().checked_sub(1) else {
        push_check(path, negated, check, alias, dialect, statement);
        return;
    };
    let empty = matches!(check, Check::Empty);
    statement.push(if negated == empty {
        "EXISTS ("
    } else {
        "NOT EXISTS ("
    });
    let mut outer = alias.to_owned();
    for (depth, hop) in path.hops.iter().enumerate() {
        let inner = format!("{alias}{depth}");
        if depth > 0 {
            statement.push(" AND EXISTS (");
        }
        statement.push(&format!(
            "SELECT 1 FROM {} {inner} WHERE {inner}.workspace_id = {outer}.workspace_id AND {inner}.id = {outer}.{}",
            hop.object.table, hop.field.name
        ));
        outer = inner;
    }
    statement.push(" AND ");
    // Inside, the check itself for most; for `is empty`, that there is something.
    push_check(path, empty, check, &outer, dialect, statement);
    statement.push(&close(dialect).repeat(last + 1));
}

/// The end of an EXISTS that is to be asked row by row, by primary key.
///
/// Without OFFSET, PostgreSQL makes joins of them. Before it has statistics of a table, those of several hops compare
/// each record with each: minutes for a few hundred.
pub(super) fn close(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => ")",
        Dialect::Postgres => " OFFSET 0)",
    }
}

fn push_check(
    path: &Path,
    negated: bool,
    check: &Check,
    alias: &str,
    dialect: Dialect,
    statement: &mut Statement,
) {
    let field = &*path.field;
    if field.custom.is_some() {
        custom::push_check(path, negated, check, alias, dialect, statement);
        return;
    }
    if let Kind::Many(_) = field.kind {
        push_many(path, negated, check, alias, dialect, statement);
        return;
    }
    let column = format!("{alias}.{}", field.key_column());
    if matches!(check, Check::Empty) {
        push_empty(field, &column, negated, statement);
        return;
    }
    let mut part = Statement::new("");
    if field.keyed && matches!(check, Check::Below(_) | Check::AtMost(_)) {
        // The key of empty text lies below every other.
        part.push(&format!("({column} <> '' AND "));
        push_comparison(check, &column, dialect, &mut part);
        part.push(")");
    } else {
        push_comparison(check, &column, dialect, &mut part);
    }
    if negated {
        // An empty field makes the check false, and its negation true.
        statement
            .push(&format!("({column} IS NULL OR NOT "))
            .append(&part)
            .push(")");
    } else {
        statement.append(&part);
    }
}

fn push_empty(field: &Field, column: &str, negated: bool, statement: &mut Statement) {
    let text = match (field.keyed, &field.kind) {
        (true, _) => format!("{column} = ''"),
        (_, Kind::Text { .. } | Kind::LongText { .. } | Kind::Choice(_)) => {
            format!("({column} IS NULL OR {column} = '')")
        }
        (_, Kind::Json) => format!("({column} IS NULL OR {column} IN ('[]', '{{}}', 'null'))"),
        _ => format!("{column} IS NULL"),
    };
    statement
        .push(if negated { "NOT " } else { "" })
        .push(&text);
}

pub(super) fn push_comparison(
    check: &Check,
    column: &str,
    dialect: Dialect,
    statement: &mut Statement,
) {
    let mut compare = |operator: &str, value: &Operand| {
        statement
            .push(&format!("({column} {operator} "))
            .bind(bound(value))
            .push(")");
    };
    match check {
        Check::Below(value) => compare("<", value),
        Check::AtMost(value) => compare("<=", value),
        Check::Above(value) => compare(">", value),
        Check::AtLeast(value) => compare(">=", value),
        Check::Has(value) => compare("=", value),
        Check::Is(values) => match values.as_slice() {
            [] => drop(statement.push("(1 = 0)")),
            [value] => compare("=", value),
            values => {
                statement.push(&format!("({column} IN ("));
                statement.bind_all(values.iter().map(bound)).push("))");
            }
        },
        Check::Contains(fragments) => {
            let parts = fragments
                .iter()
                .map(|fragment| contains(column, fragment, dialect));
            push_joined(parts.collect(), " OR ", "1 = 0", statement);
        }
        Check::StartsWith(starts) => {
            let parts = starts.iter().map(|start| {
                let mut part = Statement::new(format!("({column} >= "));
                part.bind(start.as_str())
                    .push(&format!(" AND {column} < "))
                    .bind(format!("{start}{LAST}"));
                part.push(")");
                part
            });
            push_joined(parts.collect(), " OR ", "1 = 0", statement);
        }
        // Handled with its field, which knows what empty means.
        Check::Empty => drop(statement.push(&format!("({column} IS NULL)"))),
    }
}

pub(super) fn contains(column: &str, fragment: &str, dialect: Dialect) -> Statement {
    let function = match dialect {
        Dialect::Sqlite => "instr",
        Dialect::Postgres => "strpos",
    };
    let mut part = Statement::new(format!("{function}({column}, "));
    part.bind(fragment).push(") > 0");
    part
}

/// Fields with several values are checked in the value index.
fn push_many(
    path: &Path,
    negated: bool,
    check: &Check,
    alias: &str,
    dialect: Dialect,
    statement: &mut Statement,
) {
    let name = &path.field.name;
    if matches!(check, Check::Empty) {
        statement.push(&format!(
            "{alias}.{name} {} '[]'",
            if negated { "<>" } else { "=" }
        ));
        return;
    }
    statement.push(if negated { "NOT " } else { "" });
    statement.push(&format!(
        "EXISTS (SELECT 1 FROM field_index {alias}i WHERE {alias}i.workspace_id = {alias}.workspace_id AND {alias}i.object = '{}' AND {alias}i.field = '{name}' AND {alias}i.record_id = {alias}.id AND ",
        path.object().name
    ));
    push_comparison(check, &format!("{alias}i.value"), dialect, statement);
    // Of the listed records, few have a certain value: a join begins with those.
    let few = path.hops.is_empty() && matches!(check, Check::Has(_));
    statement.push(if few { ")" } else { close(dialect) });
}

fn bound(value: &Operand) -> Value {
    match value {
        Operand::Text(text) => text.into(),
        Operand::Integer(number) | Operand::Number(number) => (*number).into(),
        Operand::Boolean(truth) => (*truth).into(),
        Operand::Date(date) => (*date).into(),
        Operand::Instant(instant) => (*instant).into(),
        Operand::Id(id) => id.into(),
    }
}
