//! Takes the sample data away and leaves everything else as it is.

use std::collections::BTreeSet;

use relasi_domain::{
    commerce::{price, price_book, product, quote, tax_rate},
    field::{Field, Kind},
    identity::access::Action,
    interaction::activity,
    people::{company, contact, contact_role, relationship, tag},
    platform::{exchange_rate, saved_view},
    record::{Document, Object},
    sales::{competitor, deal, deal_competitor, deal_contact, lead, pipeline, stage},
};
use relasi_persistence::{sql::Statement, store::text_of};
use serde_json::Value;

use super::{
    adopt::{self, not_of_sample, of_sample, sample_ids},
    calls, checklist, consents, discounts,
    load::IMPORT_ID,
    patience, reception,
};
use crate::{
    audit,
    insight::forecast::clear_sample,
    outbox,
    records::{Change, Draft, Work, member_id, rules},
    refusal::{Refusal, Result},
    sales::weeks,
    timeline,
};

/// Objects in the order in which they can go: who refers before who is referred to.
static LEAVING: [&Object; 20] = [
    &activity::OBJECT,
    &lead::OBJECT,
    &quote::OBJECT,
    &price::OBJECT,
    &price_book::OBJECT,
    &product::OBJECT,
    &tax_rate::OBJECT,
    &relationship::OBJECT,
    &contact_role::OBJECT,
    &deal_contact::OBJECT,
    &deal_competitor::OBJECT,
    &deal::OBJECT,
    &competitor::OBJECT,
    &contact::OBJECT,
    &company::OBJECT,
    &stage::OBJECT,
    &pipeline::OBJECT,
    &tag::OBJECT,
    &saved_view::OBJECT,
    &exchange_rate::OBJECT,
];

/// Audit entry of a removal.
pub(super) const REMOVED: &str = "sample_data_removed";

/// Records read and erased with one statement.
const CHUNK: usize = 200;

/// Erases every sample record, for good.
///
/// Own records live on: where they referred to a sample record the reference becomes empty, and a role at a sample
/// company or of a sample person, or a relationship with one, goes with it. Sample tags that own records wear, and sample pipelines that own deals
/// or stages are in, stay as one's own.
///
/// # Errors
/// [`Refusal::Forbidden`] without the right to change settings, [`Refusal::NotFound`] when there is none.
pub fn remove(work: &mut Work<'_>) -> Result<()> {
    if !work.access.may(Action::Settings) {
        return Err(Refusal::Forbidden);
    }
    if !super::is_present(work)? {
        return Err(Refusal::NotFound);
    }
    reception::clear(work)?;
    patience::clear(work)?;
    calls::clear(work)?;
    consents::forget(work)?;
    discounts::clear(work)?;
    clear_sample(work, IMPORT_ID)?;
    adopt::pipelines(work)?;
    adopt::tags(work)?;
    for object in relasi_domain::OBJECTS {
        for field in object.fields.iter().filter(|field| !field.required) {
            if let Kind::Reference(target) = &field.kind {
                release(work, object, field, target)?;
            }
        }
    }
    forget_parents(work)?;
    forget_products(work)?;
    let prices = tied(
        work,
        &price::OBJECT,
        [("product_id", "products"), ("price_book_id", "price_books")],
    )?;
    erase(work, &price::OBJECT, prices)?;
    let roles = tied(
        work,
        &contact_role::OBJECT,
        [("contact_id", "contacts"), ("company_id", "companies")],
    )?;
    erase(work, &contact_role::OBJECT, roles)?;
    let both = ["from_contact_id", "to_contact_id"].map(|side| (side, "contacts"));
    let relationships = tied(work, &relationship::OBJECT, both)?;
    erase(work, &relationship::OBJECT, relationships)?;
    for (object, other) in [
        (&deal_contact::OBJECT, ("contact_id", "contacts")),
        (&deal_competitor::OBJECT, ("competitor_id", "competitors")),
    ] {
        let parts = tied(work, object, [("deal_id", "deals"), other])?;
        erase(work, object, parts)?;
    }
    for object in LEAVING {
        let ids = sample_ids(work, object)?;
        erase(work, object, ids)?;
    }
    let workspace = work.access.workspace_id;
    checklist::clear(work)?;
    consents::clear(work)?;
    end_series(work)?;
    audit::note(
        work,
        REMOVED,
        "workspace",
        workspace,
        Value::Array(Vec::new()),
    )
}

/// Empties a reference of own records to sample records: by the record layer, and silently in the trash.
fn release(
    work: &mut Work<'_>,
    object: &'static Object,
    field: &'static Field,
    target: &str,
) -> Result<()> {
    let Some(target) = relasi_domain::object(target) else {
        return Ok(());
    };
    let mut statement = Statement::new(format!(
        "SELECT id, version, deleted_at FROM {} WHERE workspace_id = ",
        object.table
    ));
    statement
        .bind(work.access.workspace_id)
        .push(" AND ")
        .push(&field.name)
        .push(" IN (SELECT id FROM ")
        .push(target.table);
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id);
    of_sample(&mut statement);
    statement.push(")");
    not_of_sample(&mut statement, object.table);
    let tied = work.conn.rows(&statement, |row| {
        Ok((row.text(0)?, row.int(1)?, row.opt_int(2)?))
    })?;
    for (id, version, deleted) in tied {
        let Ok(id) = uuid::Uuid::try_parse(&id) else {
            continue;
        };
        if deleted.is_some() {
            let null = relasi_persistence::sql::Value::from(None::<&str>);
            work.store()
                .maintain(object, id, &[(field.name.as_ref(), null)])?;
        } else {
            let patch: Document = [(field.name.to_string(), Value::Null)]
                .into_iter()
                .collect();
            work.change(object, id, Some(version), "updated", |_, _| Ok(patch))?;
        }
    }
    Ok(())
}

/// What comes again comes no more when nothing of it is left.
fn end_series(work: &mut Work<'_>) -> Result<()> {
    let mut statement = Statement::new("DELETE FROM activity_series WHERE workspace_id = ");
    statement.bind(work.access.workspace_id).push(
        " AND NOT EXISTS (SELECT 1 FROM activities a WHERE a.workspace_id = activity_series.workspace_id \
         AND a.series_id = activity_series.id)",
    );
    work.conn.execute(&statement)?;
    Ok(())
}

/// Sample companies let go of each other, so that they can leave in any order.
fn forget_parents(work: &mut Work<'_>) -> Result<()> {
    let mut statement =
        Statement::new("UPDATE companies SET parent_id = NULL WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    of_sample(&mut statement);
    work.conn.execute(&statement)?;
    Ok(())
}

/// Own lines let go of sample products and taxes: they keep name, price and tax as they were written.
fn forget_products(work: &mut Work<'_>) -> Result<()> {
    for (column, table) in [("product_id", "products"), ("tax_rate_id", "tax_rates")] {
        let mut statement = Statement::new(format!(
            "UPDATE line_items SET {column} = NULL WHERE workspace_id = "
        ));
        statement
            .bind(work.access.workspace_id)
            .push(&format!(
                " AND {column} IN (SELECT id FROM {table} WHERE workspace_id = "
            ))
            .bind(work.access.workspace_id);
        of_sample(&mut statement);
        work.conn.execute(statement.push(")"))?;
    }
    Ok(())
}

/// Own records between two others of which one belongs to the sample: there is nothing left of them to keep.
fn tied(
    work: &mut Work<'_>,
    object: &'static Object,
    ends: [(&str, &str); 2],
) -> Result<Vec<String>> {
    let (workspace, own) = (work.access.workspace_id, object.table);
    let mut statement = Statement::new(format!("SELECT id FROM {own} WHERE workspace_id = "));
    statement.bind(workspace);
    not_of_sample(&mut statement, own);
    for (word, (column, table)) in ["AND (", "OR"].into_iter().zip(ends) {
        statement
            .push(&format!(
                " {word} {column} IN (SELECT id FROM {table} WHERE workspace_id = "
            ))
            .bind(workspace);
        of_sample(&mut statement);
        statement.push(")");
    }
    statement.push(")");
    Ok(work.conn.rows(&statement, |row| row.text(0))?)
}

/// Erases records with all that hangs on them, and tells those who listen.
fn erase(work: &mut Work<'_>, object: &'static Object, ids: Vec<String>) -> Result<()> {
    for ids in ids.chunks(CHUNK) {
        let documents = work.store().find_all(object, ids)?;
        let gone = documents.into_iter().filter_map(|before| {
            let id = member_id(&before, "id")?;
            let mut after = before.clone();
            after.insert(
                "deleted_at".into(),
                Value::from(relasi_persistence::store::instant_text(
                    work.now.timestamp_micros(),
                )),
            );
            Some(Change {
                id,
                before: Some(before),
                after: Draft::Owned(after),
            })
        });
        let gone: Vec<Change<'_>> = gone.collect();
        if object.name == deal::OBJECT.name {
            // While their moves are there.
            weeks::follow(work, &gone, &BTreeSet::new())?;
            delete(work, "stage_changes", "deal_id", ids)?;
        }
        outbox::record(work, object, "erased", &gone)?;
        for change in &gone {
            if object.searchable {
                work.store().unlist(object, &text_of(&change.after, "id"))?;
            }
            work.store().unindex(object, &change.after)?;
            timeline::remove_about(work, change.id)?;
        }
        for (table, column) in [
            ("timeline_events", "subject_id"),
            ("notifications", "record_id"),
        ] {
            delete(work, table, column, ids)?;
        }
        delete(work, object.table, "id", ids)?;
        // Totals, next steps and last contacts of those who stay.
        rules(object).written(work, &gone)?;
    }
    Ok(())
}

fn delete(work: &mut Work<'_>, table: &str, column: &str, ids: &[String]) -> Result<()> {
    let mut statement = Statement::new(format!("DELETE FROM {table} WHERE workspace_id = "));
    statement
        .bind(work.access.workspace_id)
        .push(" AND ")
        .push(column)
        .push(" IN (");
    statement.bind_all(ids.iter().map(String::as_str)).push(")");
    work.conn.execute(statement.uncached())?;
    Ok(())
}
