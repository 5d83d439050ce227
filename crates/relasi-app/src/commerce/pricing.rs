//! Prices of products as a document needs them: read together, then found by the rule of the domain.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use relasi_domain::{
    commerce::{
        exact::Exact,
        price_book::{self, PriceBook},
        pricing::{self, Tier},
        product::{self, Product, sum_of_parts},
        tax_rate::{self, TaxRate},
    },
    people::company,
    record::Document,
};
use relasi_persistence::{Statement, store::text_of};
use uuid::Uuid;

use crate::{
    platform::exchange_rate::{self, Rates},
    records::{ListRequest, Work, in_trash, member_id, typed},
    refusal::Result,
};

/// For what prices are wanted.
#[derive(Debug, Clone)]
pub(super) struct Wish<'w> {
    /// The book that the document names.
    pub(super) book: Option<Uuid>,
    /// Its currency.
    pub(super) currency: &'w str,
    /// Its company.
    pub(super) company: Option<Uuid>,
    /// The day.
    pub(super) day: NaiveDate,
}

/// The products of a document, their prices, and all taxes.
#[derive(Debug, Default)]
pub(super) struct Prices {
    products: BTreeMap<Uuid, Product>,
    books: Vec<Uuid>,
    tiers: BTreeMap<Uuid, Vec<Tier>>,
    taxes: BTreeMap<Uuid, TaxRate>,
    /// For costs in other currencies.
    rates: Rates,
    currency: String,
}

impl Prices {
    /// Reads what lines with these products need, with a statement for each kind of thing, however many they are.
    pub(super) fn read(work: &mut Work<'_>, products: &[Uuid], wish: &Wish<'_>) -> Result<Self> {
        let mut prices = Self {
            currency: wish.currency.to_owned(),
            ..Self::default()
        };
        prices.taxes = taxes(work)?;
        prices.add_products(work, products)?;
        let parts: Vec<Uuid> = prices
            .products
            .values()
            .flat_map(|product| product.components.iter().map(|part| part.product_id))
            .collect();
        prices.add_products(work, &parts)?;
        if !prices.products.is_empty() {
            prices.books = books(work, wish)?;
            prices.read_tiers(work)?;
        }
        let other = |product: &Product| {
            product.cost.is_some() && product.currency.as_deref() != Some(wish.currency)
        };
        if prices.products.values().any(other) {
            prices.rates = exchange_rate::of_day(work, wish.day)?;
        }
        Ok(prices)
    }

    fn add_products(&mut self, work: &mut Work<'_>, ids: &[Uuid]) -> Result<()> {
        let mut ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(());
        }
        for found in work.store().find_all(&product::OBJECT, &ids)? {
            if let (Some(id), false) = (member_id(&found, "id"), in_trash(&found)) {
                self.products.insert(id, typed(&found)?);
            }
        }
        Ok(())
    }

    fn read_tiers(&mut self, work: &mut Work<'_>) -> Result<()> {
        if self.books.is_empty() {
            return Ok(());
        }
        let mut statement = Statement::new(
            "SELECT product_id, price_book_id, min_quantity, unit_price, unit_cost FROM prices WHERE workspace_id = ",
        );
        statement
            .bind(work.access.workspace_id)
            .push(" AND deleted_at IS NULL AND product_id IN (")
            .bind_all(self.products.keys())
            .push(") AND price_book_id IN (")
            .bind_all(&self.books)
            .push(")");
        let rows = work.conn.rows(statement.uncached(), |row| {
            let from = row.opt_text(2)?;
            let tier = Tier {
                book: row.id(1)?,
                from: from.as_deref().and_then(Exact::parse).unwrap_or_default(),
                price: row.int(3)?,
                cost: row.opt_int(4)?,
            };
            Ok((row.id(0)?, tier))
        })?;
        for (product, tier) in rows {
            self.tiers.entry(product).or_default().push(tier);
        }
        Ok(())
    }

    /// A product that is there.
    pub(super) fn product(&self, id: Uuid) -> Option<&Product> {
        self.products.get(&id)
    }

    /// A tax that is there.
    pub(super) fn tax(&self, id: Uuid) -> Option<&TaxRate> {
        self.taxes.get(&id)
    }

    /// What one of a product costs when so many are bought, options apart.
    pub(super) fn price(&self, id: Uuid, quantity: Exact) -> Option<i64> {
        let product = self.products.get(&id)?;
        let tiers = self.tiers.get(&id).map_or(&[][..], Vec::as_slice);
        if let Some(tier) = pricing::tier(&self.books, tiers, quantity) {
            return Some(tier.price);
        }
        if product.bundle_price.as_deref() == Some("sum") && !product.components.is_empty() {
            let part = |part: &product::Component| {
                let bought = Exact(
                    part.quantity
                        .0
                        .saturating_mul(quantity.0.max(1) / 1_000_000),
                );
                let price = self.price(part.product_id, bought.max(part.quantity));
                (part.quantity, price)
            };
            let parts: Vec<_> = product.components.iter().map(part).collect();
            return sum_of_parts(&parts);
        }
        let same = product.currency.as_deref() == Some(self.currency.as_str());
        product.price.filter(|_| same)
    }
}

impl Prices {
    /// What one of a product costs oneself: as the price that applies says, else as the product or its parts say, in the
    /// document's currency by the rates of the day.
    pub(super) fn cost(&self, id: Uuid, quantity: Exact) -> Option<i64> {
        let product = self.products.get(&id)?;
        let tiers = self.tiers.get(&id).map_or(&[][..], Vec::as_slice);
        let tier = pricing::tier(&self.books, tiers, quantity);
        if let Some(cost) = tier.and_then(|tier| tier.cost) {
            return Some(cost);
        }
        if let Some(cost) = product.cost {
            let currency = product.currency.as_deref()?;
            return self.rates.amount_in(cost, currency, &self.currency);
        }
        if product.components.is_empty() {
            return None;
        }
        let part = |part: &product::Component| {
            let cost = self.cost(part.product_id, part.quantity);
            (part.quantity, cost)
        };
        let parts: Vec<_> = product.components.iter().map(part).collect();
        sum_of_parts(&parts)
    }
}

fn taxes(work: &mut Work<'_>) -> Result<BTreeMap<Uuid, TaxRate>> {
    let mut statement = Statement::new(format!(
        "SELECT id, name, percent, included FROM {} WHERE deleted_at IS NULL AND workspace_id = ",
        tax_rate::OBJECT.table
    ));
    statement.bind(work.access.workspace_id);
    let rows = work.conn.rows(&statement, |row| {
        let tax = TaxRate {
            name: row.text(1)?,
            percent: row.text(2)?,
            included: row.bool(3)?,
        };
        Ok((row.id(0)?, tax))
    })?;
    Ok(rows.into_iter().collect())
}

/// The books that may give a price, in the order in which they are asked.
fn books(work: &mut Work<'_>, wish: &Wish<'_>) -> Result<Vec<Uuid>> {
    if let Some(book) = wish.book {
        return Ok(vec![book]);
    }
    let mut statement =
        Statement::new("SELECT id FROM price_books WHERE deleted_at IS NULL AND workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND currency = ")
        .bind(wish.currency);
    let ids = work.conn.rows(&statement, |row| row.text(0))?;
    let found: Vec<Document> = work.store().find_all(&price_book::OBJECT, &ids)?;
    let mut books = Vec::new();
    for document in found {
        let book: PriceBook = typed(&document)?;
        let id = member_id(&document, "id").unwrap_or_default();
        if pricing::is_valid(&book, wish.currency, wish.day) && is_for(work, &book, wish.company)? {
            books.push((id, book));
        }
    }
    pricing::order(&mut books);
    Ok(books.into_iter().map(|(id, _)| id).collect())
}

/// Whether a book is for a company: every one, or one that its filter takes.
fn is_for(work: &mut Work<'_>, book: &PriceBook, company: Option<Uuid>) -> Result<bool> {
    let Some(segment) = &book.segment else {
        return Ok(true);
    };
    let Some(company) = company else {
        return Ok(false);
    };
    let request = ListRequest {
        filter: Some(format!("id = \"{company}\" and ({segment})")),
        ..ListRequest::default()
    };
    match work.count(&company::OBJECT, &request) {
        Ok((count, _)) => Ok(count > 0),
        // A field that it names is gone by now, or hidden from who works.
        Err(crate::Refusal::Invalid(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// The currency of a price book; none when it is not there.
pub(super) fn currency_of(work: &mut Work<'_>, book: Uuid) -> Result<Option<String>> {
    let found = work.store().find(&price_book::OBJECT, book)?;
    Ok(found.map(|book| text_of(&book, "currency")))
}
