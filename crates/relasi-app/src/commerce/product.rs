//! Rules of products.

use relasi_domain::{
    commerce::product::{OBJECT, Product, forms},
    fault::{Fault, Faults},
    record::Document,
};
use relasi_persistence::{Statement, store::text_of};
use serde_json::{Value, json};

use super::workspace::seller;
use crate::{
    records::{Draft, Rules, Work, member_id, typed, validate_as},
    refusal::Result,
};

/// What is special to products.
pub struct ProductRules;

impl Rules for ProductRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        forms(document, faults);
        if faults.0.is_empty() {
            validate_as::<Product>(document, faults);
        }
    }

    /// What is left out is usual: a good, in the currency of the workspace. Codes are given once, and bundles consist of
    /// other things than bundles.
    fn prepare(
        &self,
        work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        before: Option<&Document>,
    ) -> Result<()> {
        let none = |name: &str, draft: &Document| draft.get(name).is_none_or(Value::is_null);
        if none("kind", draft) {
            draft.to_mut().insert("kind".into(), json!("good"));
        }
        let priced = !none("price", draft) || !none("cost", draft);
        if priced && none("currency", draft) {
            let currency = seller(work.conn, work.access.workspace_id)?.currency;
            draft.to_mut().insert("currency".into(), json!(currency));
        }
        let changed = |name: &str, draft: &Document| {
            before.is_none_or(|before| before.get(name) != draft.get(name))
        };
        if changed("code", draft) && !none("code", draft) {
            free_code(work, draft)?;
        }
        if changed("components", draft) {
            check_parts(work, draft)?;
        }
        Ok(())
    }

    fn before_restore(&self, work: &mut Work<'_>, document: &Document) -> Result<()> {
        free_code(work, document)
    }
}

fn free_code(work: &mut Work<'_>, product: &Document) -> Result<()> {
    let key = relasi_domain::text::sort_key(&text_of(product, "code"));
    if key.is_empty() {
        return Ok(());
    }
    let mut statement = Statement::new("SELECT id FROM products WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND code_key = ")
        .bind(key)
        .push(" AND deleted_at IS NULL AND id <> ")
        .bind(text_of(product, "id"))
        .limit(1);
    match work.conn.row(&statement, |row| row.text(0))? {
        Some(_) => Err(Fault::field("code", "code_taken").into()),
        None => Ok(()),
    }
}

fn check_parts(work: &mut Work<'_>, draft: &Document) -> Result<()> {
    let product: Product = typed(draft)?;
    let ids: Vec<String> = product
        .components
        .iter()
        .map(|part| part.product_id.to_string())
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    let own = member_id(draft, "id");
    let found = work.store().find_all(&OBJECT, &ids)?;
    let mut faults = Faults::default();
    for (place, part) in product.components.iter().enumerate() {
        let id = part.product_id.to_string();
        let at = || format!("/components/{place}/product_id");
        let known = found.iter().find(|one| text_of(one, "id") == id);
        let living = known.filter(|one| !crate::records::in_trash(one));
        let bundle = living.is_some_and(|one| text_of(one, "kind") == "bundle");
        if own == Some(part.product_id) || bundle {
            faults.push(Fault::at(at(), "contains_itself"));
        } else {
            faults.wrong(living.is_none(), at, "no_such_record");
        }
    }
    faults.into_result().map_err(Into::into)
}
