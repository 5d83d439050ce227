//! Rules of prices.

use relasi_domain::{
    commerce::{exact::Exact, price::Price, price_book},
    fault::{Fault, Faults},
    record::Document,
};
use relasi_persistence::{Statement, store::text_of};
use serde_json::{Value, json};

use crate::{
    records::{Draft, Rules, Work, member_id, validate_as},
    refusal::Result,
};

/// What is special to prices.
pub struct PriceRules;

impl Rules for PriceRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<Price>(document, faults);
    }

    /// The currency is that of the book, and each quantity has one price.
    fn prepare(
        &self,
        work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        _before: Option<&Document>,
    ) -> Result<()> {
        let quantity = draft.get("min_quantity").and_then(Value::as_str);
        let quantity = quantity.and_then(Exact::parse).filter(|from| from.0 > 0);
        let book = member_id(draft, "price_book_id").unwrap_or_default();
        let book = work.store().find(&price_book::OBJECT, book)?;
        let currency = book.map(|book| text_of(&book, "currency"));
        draft.to_mut().extend([
            ("min_quantity".to_owned(), json!(quantity.map(Exact::text))),
            ("currency".to_owned(), json!(currency)),
        ]);
        alone(work, draft)
    }

    fn before_restore(&self, work: &mut Work<'_>, document: &Document) -> Result<()> {
        alone(work, document)
    }
}

fn alone(work: &mut Work<'_>, price: &Document) -> Result<()> {
    let from = price.get("min_quantity").and_then(Value::as_str);
    let mut statement = Statement::new("SELECT id FROM prices WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND price_book_id = ")
        .bind(text_of(price, "price_book_id"))
        .push(" AND product_id = ")
        .bind(text_of(price, "product_id"))
        .push(" AND coalesce(min_quantity, '0') = ")
        .bind(from.unwrap_or("0"))
        .push(" AND deleted_at IS NULL AND id <> ")
        .bind(text_of(price, "id"))
        .limit(1);
    match work.conn.row(&statement, |row| row.text(0))? {
        Some(_) => Err(Fault::field("min_quantity", "taken_tier").into()),
        None => Ok(()),
    }
}
