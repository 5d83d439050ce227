//! Lines as somebody writes them, with what the products and the price rules add.

use relasi_domain::{
    commerce::{
        exact::Exact,
        line::{Line, NewLine, Tax},
    },
    fault::{Fault, Faults},
    record::Document,
};
use relasi_persistence::store::text_of;
use uuid::Uuid;

use super::{
    pricing::{Prices, Wish},
    workspace::seller,
};
use crate::{
    records::{Work, member_id},
    refusal::Result,
};

/// Lines as they will be stored; every fault at once.
pub(super) fn priced(work: &mut Work<'_>, record: &Document, new: &[NewLine]) -> Result<Vec<Line>> {
    let seller = seller(work.conn, work.access.workspace_id)?;
    let currency = text_of(record, "currency");
    let wish = Wish {
        book: member_id(record, "price_book_id"),
        currency: &currency,
        company: member_id(record, "company_id"),
        day: seller.day(work.now),
    };
    let products: Vec<Uuid> = new.iter().filter_map(|line| line.product_id).collect();
    let prices = Prices::read(work, &products, &wish)?;
    let mut faults = Faults::default();
    let mut lines = Vec::with_capacity(new.len());
    for (place, new) in new.iter().enumerate() {
        let at = format!("/lines/{place}");
        let mut line = line(&prices, new, &at, &mut faults);
        line.check_texts(&at, &mut faults);
        line.compute(&at, &mut faults);
        lines.push(line);
    }
    faults.into_result()?;
    Ok(lines)
}

fn line(prices: &Prices, new: &NewLine, at: &str, faults: &mut Faults) -> Line {
    let text = |text: &Option<String>| {
        let text = text.as_deref().map(str::trim).filter(|t| !t.is_empty());
        text.map(str::to_owned)
    };
    let product = new.product_id.and_then(|id| prices.product(id));
    faults.wrong(
        new.product_id.is_some() && product.is_none(),
        || format!("{at}/product_id"),
        "no_such_record",
    );
    let surcharge = match product {
        Some(product) => product.surcharge(&new.options, &format!("{at}/options")),
        None if new.options.is_empty() => Ok(0),
        None => Err(Fault::at(format!("{at}/options"), "no_such_option").into()),
    };
    let surcharge = surcharge.unwrap_or_else(|found| {
        faults.0.extend(found.0);
        0
    });
    let listed = new.product_id.and_then(|id| prices.price(id, new.quantity));
    let list_price = listed.map(|price| price.saturating_add(surcharge).max(0));
    let unit_cost = new.product_id.and_then(|id| prices.cost(id, new.quantity));
    let unit_price = new.unit_price.or(list_price);
    faults.wrong(
        unit_price.is_none(),
        || format!("{at}/unit_price"),
        "no_price",
    );
    let tax = match new.tax_rate_id {
        Some(chosen) => chosen,
        None => product.and_then(|product| product.tax_rate_id),
    };
    let rate = tax.and_then(|id| Some((id, prices.tax(id)?)));
    faults.wrong(
        new.tax_rate_id.flatten().is_some() && rate.is_none(),
        || format!("{at}/tax_rate_id"),
        "no_such_record",
    );
    let named = || product.map(|product| product.name.clone());
    Line {
        id: Uuid::now_v7(),
        product_id: new.product_id,
        name: text(&new.name).or_else(named).unwrap_or_default(),
        description: text(&new.description),
        unit: text(&new.unit).or_else(|| product.and_then(|product| product.unit.clone())),
        options: new.options.clone(),
        quantity: new.quantity,
        unit_price: unit_price.unwrap_or_default(),
        list_price,
        discount_percent: new.discount_percent.filter(|percent| percent.0 != 0),
        discount_amount: new.discount_amount.filter(|amount| *amount != 0),
        tax: rate.map(|(id, rate)| Tax {
            id,
            name: rate.name.clone(),
            percent: Exact::parse(&rate.percent).unwrap_or_default(),
            included: rate.included,
        }),
        gross: 0,
        discount: 0,
        net: 0,
        unit_cost,
    }
}
