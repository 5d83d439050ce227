//! Rules of single objects, found by the generic layer.

use relasi_domain::{
    commerce::{
        price::Price, price_book::PriceBook, product::Product, quote::Quote, tax_rate::TaxRate,
    },
    fault::{Fault, Faults},
    identity::team::Team,
    interaction::activity::Activity,
    people::{
        company::Company, contact::Contact, contact_role::ContactRole, relationship::Relationship,
        tag::Tag,
    },
    platform::{custom_field::CustomField, exchange_rate::ExchangeRate, saved_view::SavedView},
    record::{Document, Object, Record},
    sales::{
        competitor::Competitor, deal::Deal, deal_competitor::DealCompetitor,
        deal_contact::DealContact, lead::Lead, pipeline::Pipeline, stage::Stage,
    },
};
use serde_json::Value;

use super::{Change, Draft, Work};
use crate::refusal::Result;

/// What is special to an object. The defaults suit one that has nothing special.
pub trait Rules: Sync {
    /// Rules over the whole record; every fault at once.
    fn validate(&self, document: &Document, faults: &mut Faults);

    /// What is there already and looks like the same; asked before a single record is made.
    fn duplicates(&self, _work: &mut Work<'_>, _draft: &Document) -> Result<Faults> {
        Ok(Faults::default())
    }

    /// Whether the rules find an owner for new records that come without one.
    fn finds_owner(&self) -> bool {
        false
    }

    /// Looks at new records together, before each of them is prepared.
    fn welcome(&self, _work: &mut Work<'_>, _drafts: &mut [Draft<'_>]) -> Result<()> {
        Ok(())
    }

    /// Fills in what follows from the rest, and refuses what only the database can tell.
    fn prepare(
        &self,
        _work: &mut Work<'_>,
        _draft: &mut Draft<'_>,
        _before: Option<&Document>,
    ) -> Result<()> {
        Ok(())
    }

    /// Refuses to trash what others still need.
    fn before_trash(&self, _work: &mut Work<'_>, _document: &Document) -> Result<()> {
        Ok(())
    }

    /// Refuses to take out of the trash what no longer fits with the rest.
    fn before_restore(&self, _work: &mut Work<'_>, _document: &Document) -> Result<()> {
        Ok(())
    }

    /// Keeps totals, histories and timelines that follow from the change. Trash and restore come here as well,
    /// as a change of `deleted_at`.
    fn written(&self, _work: &mut Work<'_>, _changes: &[Change<'_>]) -> Result<()> {
        Ok(())
    }
}

/// The record of a document.
///
/// # Errors
/// A fault for the body when its members do not have the record's types.
pub fn typed<R: Record>(document: &Document) -> std::result::Result<R, Faults> {
    serde_json::from_value(Value::Object(own_members(R::OBJECT, document)))
        .map_err(|error| Fault::at("", "malformed").with("error", error).into())
}

/// Own members that have a value: the others take the record's defaults.
fn own_members(object: &'static Object, document: &Document) -> Document {
    let own = object.fields.iter().filter_map(|field| {
        let value = document
            .get(field.name.as_ref())
            .filter(|value| !value.is_null())?;
        Some((field.name.to_string(), value.clone()))
    });
    own.collect()
}

/// Validation by the domain record alone.
pub(crate) fn validate_as<R: Record>(document: &Document, faults: &mut Faults) {
    match typed::<R>(document) {
        Ok(record) => record.validate(faults),
        Err(found) => faults.0.extend(found.0),
    }
}

/// An object without rules beyond its record's.
struct Plain<R>(std::marker::PhantomData<fn() -> R>);

impl<R: Record> Rules for Plain<R> {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<R>(document, faults);
    }
}

const fn plain<R>() -> Plain<R> {
    Plain(std::marker::PhantomData)
}

static CONTACT_ROLE: Plain<ContactRole> = plain();
static COMPETITOR: Plain<Competitor> = plain();
static TAG: Plain<Tag> = plain();
static TEAM: Plain<Team> = plain();

/// The rules of an object.
pub fn rules(object: &'static Object) -> &'static dyn Rules {
    match object.name {
        Activity::NAME => &crate::interaction::activity::ActivityRules,
        Deal::NAME => &crate::sales::deal::DealRules,
        Lead::NAME => &crate::sales::lead::LeadRules,
        DealContact::NAME => &crate::sales::parts::DealContactRules,
        DealCompetitor::NAME => &crate::sales::parts::DealCompetitorRules,
        Competitor::NAME => &COMPETITOR,
        Stage::NAME => &crate::sales::stage::StageRules,
        Contact::NAME => &crate::people::contact::ContactRules,
        Company::NAME => &crate::people::company::CompanyRules,
        ContactRole::NAME => &CONTACT_ROLE,
        Relationship::NAME => &crate::people::relationship::RelationshipRules,
        Tag::NAME => &TAG,
        Pipeline::NAME => &crate::sales::pipeline::PipelineRules,
        Product::NAME => &crate::commerce::product::ProductRules,
        TaxRate::NAME => &crate::commerce::tax_rate::TaxRateRules,
        PriceBook::NAME => &crate::commerce::price_book::PriceBookRules,
        Price::NAME => &crate::commerce::price::PriceRules,
        Quote::NAME => &crate::commerce::quote::QuoteRules,
        ExchangeRate::NAME => &crate::platform::exchange_rate::ExchangeRateRules,
        SavedView::NAME => &crate::platform::saved_view::SavedViewRules,
        CustomField::NAME => &crate::platform::custom_field::CustomFieldRules,
        Team::NAME => &TEAM,
        // `OBJECTS` and this list are held equal by a test.
        other => unreachable!("the object {other} has no rules"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_object_has_rules() {
        for object in relasi_domain::OBJECTS {
            super::rules(object);
        }
    }
}
