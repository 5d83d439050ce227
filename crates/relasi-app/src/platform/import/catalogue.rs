//! Products, prices and exchange rates of files: what no two of them have in common, and what their rows name.
//!
//! A product is known by its code, a price by its book, its product and its quantity, a rate by its currency and its
//! day. The database lets nobody have the same twice, so a row either changes what is there or is refused.

use std::collections::{BTreeSet, HashMap};

use relasi_domain::{
    commerce::{exact::Exact, price, price_book, product},
    fault::{Fault, Faults},
    field::{Field, Kind},
    platform::exchange_rate,
    record::{Document, Object},
    text::sort_key,
};
use relasi_persistence::{Conn, Statement, StoreError};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Mark, Options, candidate::Candidate, options::Matching};
use crate::refusal::Result;

/// Keys looked for with one statement.
const TOGETHER: usize = 500;

/// Divides the parts of a key; a control character is in none of them.
const PART: char = '\u{1f}';

/// The objects, by the order in which they are offered.
static OBJECTS: [&Object; 3] = [&product::OBJECT, &price::OBJECT, &exchange_rate::OBJECT];

/// Whether rows become what is known by a key.
pub(super) fn has_key(object: &Object) -> bool {
    OBJECTS.iter().any(|known| known.name == object.name)
}

/// How files of such records are read when nobody says otherwise: rates are written with a point by most who publish them.
pub(super) fn usual(object: &Object, options: &mut Options) {
    if !has_key(object) {
        return;
    }
    options.matching = Matching::Key;
    if object.name == exchange_rate::OBJECT.name {
        options.decimal_mark.get_or_insert(Mark::Point);
    }
}

/// What says that there is such a record already.
pub(super) fn taken(object: &Object) -> Fault {
    match object.name {
        "price" => Fault::field("min_quantity", "taken_tier"),
        "exchange_rate" => Fault::field("day", "taken_day"),
        _ => Fault::field("code", "code_taken"),
    }
}

/// The currency of each price book, by its id and by the key of its name.
pub(super) fn books(
    conn: &mut Conn,
    workspace: Uuid,
    object: &Object,
) -> std::result::Result<HashMap<String, String>, StoreError> {
    let mut all = HashMap::new();
    if object.name == price::OBJECT.name {
        let mut statement = Statement::new(format!(
            "SELECT id, name_key, currency FROM {} WHERE deleted_at IS NULL AND workspace_id = ",
            price_book::OBJECT.table
        ));
        statement.bind(workspace);
        let rows = conn.rows(&statement, |row| {
            Ok((row.text(0)?, row.text(1)?, row.text(2)?))
        })?;
        for (id, key, currency) in rows {
            all.insert(id, currency.clone());
            all.insert(key, currency);
        }
    }
    Ok(all)
}

/// A row as far as forms go: records that it only names are there for now.
pub(super) fn with_named(
    object: &Object,
    record: &Document,
    named: impl Fn(&str) -> bool,
) -> Document {
    let mut whole = record.clone();
    for field in object.fields {
        if field.required && matches!(field.kind, Kind::Reference(_)) && named(&field.name) {
            field.set(&mut whole, json!(Uuid::nil()));
        }
    }
    whole
}

/// Built-in fields of the object by which its rows name other records; those of people and companies have rules of
/// their own.
pub(super) fn naming(object: &'static Object) -> impl Iterator<Item = &'static Field> {
    let all = object.fields.iter().filter(move |_| has_key(object));
    all.filter(|field| matches!(field.kind, Kind::Reference(_)))
}

/// Products by the keys of their codes.
pub(super) fn coded(
    conn: &mut Conn,
    workspace: Uuid,
    keys: &[String],
) -> std::result::Result<Vec<(String, Uuid)>, StoreError> {
    let mut found = Vec::new();
    for keys in keys.chunks(TOGETHER) {
        let mut statement = Statement::new(
            "SELECT code_key, id FROM products WHERE code_key <> '' AND deleted_at IS NULL AND workspace_id = ",
        );
        statement.bind(workspace).push(" AND code_key IN (");
        statement.bind_all(keys).push(")");
        found.extend(conn.rows(statement.uncached(), |row| Ok((row.text(0)?, row.id(1)?)))?);
    }
    Ok(found)
}

/// What nobody else has, of a row whose references are looked up by `find`; none where it has no such thing.
pub(super) fn key(
    object: &Object,
    body: &Document,
    find: impl Fn(&str) -> Option<Uuid>,
) -> Option<String> {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    match object.name {
        "product" => Some(sort_key(text("code")?)).filter(|key| !key.is_empty()),
        "price" => {
            let quantity = text("min_quantity").and_then(Exact::parse);
            let quantity = quantity.filter(|from| from.0 > 0).unwrap_or_default();
            let (book, product) = (find("price_book_id")?, find("product_id")?);
            Some(format!("{book}{PART}{product}{PART}{}", quantity.text()))
        }
        "exchange_rate" => Some(format!("{}{PART}{}", text("currency")?, text("day")?)),
        _ => None,
    }
}

/// Living records by their keys, of those that are wanted.
pub(super) fn known(
    conn: &mut Conn,
    workspace: Uuid,
    object: &Object,
    keys: &BTreeSet<String>,
) -> std::result::Result<Vec<(String, Uuid)>, StoreError> {
    if object.name == product::OBJECT.name {
        let keys: Vec<String> = keys.iter().cloned().collect();
        return coded(conn, workspace, &keys);
    }
    // By one part of the key the rows are found, by all of it they are told.
    let (columns, by, part) = if object.name == price::OBJECT.name {
        (
            "price_book_id, product_id, coalesce(min_quantity, '0')",
            "product_id",
            1,
        )
    } else {
        ("currency, day, ''", "day", 1)
    };
    let parts = keys.iter().filter_map(|key| key.split(PART).nth(part));
    let parts: BTreeSet<&str> = parts.collect();
    let parts: Vec<String> = parts.into_iter().map(str::to_owned).collect();
    let mut found = Vec::new();
    for parts in parts.chunks(TOGETHER) {
        let mut statement = Statement::new(format!(
            "SELECT {columns}, id FROM {} WHERE deleted_at IS NULL AND workspace_id = ",
            object.table
        ));
        statement.bind(workspace).push(&format!(" AND {by} IN ("));
        statement.bind_all(parts).push(")");
        let rows = conn.rows(statement.uncached(), |row| {
            Ok(([row.text(0)?, row.text(1)?, row.text(2)?], row.id(3)?))
        })?;
        let whole = rows.into_iter().map(|(parts, id)| {
            let parts: Vec<&str> = parts
                .iter()
                .map(String::as_str)
                .filter(|p| !p.is_empty())
                .collect();
            (parts.join(&PART.to_string()), id)
        });
        found.extend(whole.filter(|(key, _)| keys.contains(key)));
    }
    Ok(found)
}

/// Places of rows with a rate of the workspace's own currency, which there is none of.
pub(super) fn of_own_currency(
    conn: &mut Conn,
    workspace: Uuid,
    object: &Object,
    chunk: &[Candidate],
) -> Result<BTreeSet<usize>> {
    if object.name != exchange_rate::OBJECT.name {
        return Ok(BTreeSet::new());
    }
    let (_, own) = super::run::customs(conn, workspace)?;
    let of = |candidate: &Candidate| {
        let made = candidate.made.as_ref().ok()?;
        made.body
            .get("currency")
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let places = chunk.iter().enumerate();
    Ok(places
        .filter(|(_, candidate)| of(candidate).is_some_and(|currency| currency == own))
        .map(|(place, _)| place)
        .collect())
}

/// Refuses a row with a rate of the workspace's own currency.
pub(super) fn refused() -> Faults {
    Fault::field("currency", "rate_of_own_currency").into()
}
