//! Rules of price books.

use relasi_domain::{
    commerce::price_book::PriceBook,
    fault::{Fault, Faults},
    people::company,
    record::Document,
};
use relasi_persistence::{Statement, store::text_of};
use serde_json::Value;

use crate::{
    records::{Draft, ListRequest, Rules, Work, validate_as},
    refusal::{Refusal, Result},
};

/// What is special to price books.
pub struct PriceBookRules;

impl Rules for PriceBookRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<PriceBook>(document, faults);
    }

    /// The segment is a filter of companies; prices stay in their currency.
    fn prepare(
        &self,
        work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        before: Option<&Document>,
    ) -> Result<()> {
        let changed = |name: &str| before.is_none_or(|before| before.get(name) != draft.get(name));
        let segment = draft.get("segment").and_then(Value::as_str);
        if let (Some(segment), true) = (segment, changed("segment")) {
            let request = ListRequest {
                filter: Some(segment.to_owned()),
                ..ListRequest::default()
            };
            work.check_list(&company::OBJECT, &request)
                .map_err(|refusal| refusal.pointing(|_| "/segment".to_owned()))?;
        }
        if before.is_some() && changed("currency") && has_prices(work, draft)? {
            return Err(Fault::field("currency", "currency_has_lines").into());
        }
        Ok(())
    }
}

fn has_prices(work: &mut Work<'_>, book: &Document) -> Result<bool> {
    let mut statement = Statement::new("SELECT 1 FROM prices WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND price_book_id = ")
        .bind(text_of(book, "id"))
        .push(" AND deleted_at IS NULL")
        .limit(1);
    let found = work.conn.row(&statement, |_| Ok(()))?;
    Ok::<_, Refusal>(found.is_some())
}
