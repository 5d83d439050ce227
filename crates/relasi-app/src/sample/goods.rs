//! What deals are about.

use super::{random::Random, words};

/// What a deal is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Goods {
    /// Code of the product.
    pub(super) code: &'static str,
    /// machine, supply, project or service.
    pub(super) kind: &'static str,
    /// How many, kilograms a month or square metres.
    pub(super) quantity: i64,
}

/// What a trade buys.
fn wanted(industry: &str) -> &'static [&'static str] {
    match industry {
        "cafe" => &["espresso", "beans", "grinder", "blend", "bar", "chiller"],
        "roaster" => &["roaster", "packaging", "racks", "grinder"],
        "hotel" | "resort" => &["espresso", "beans", "dishwasher", "ice", "bar"],
        "restaurant" => &["kitchen", "ice", "dishwasher", "coldroom", "coldbrew"],
        "bakery" => &["oven", "coldroom", "chiller", "beans"],
        "catering" => &["kitchen", "coldroom", "racks", "dishwasher"],
        "supermarket" => &["chiller", "coldroom", "racks", "beans"],
        "hospital" => &["kitchen", "dishwasher", "coldroom", "water"],
        "university" => &["espresso", "kitchen", "dishwasher", "water"],
        "food_maker" => &["coldroom", "racks", "packaging", "oven"],
        "distributor" => &["beans", "racks", "coldroom", "blend"],
        _ => &["espresso", "blend", "water", "bar"],
    }
}

/// A product that suits a trade, and how much of it.
pub(super) fn goods(industry: &str, service: bool, random: &mut Random) -> (Goods, i64) {
    let code = if service {
        "service"
    } else {
        random.pick(wanted(industry)).unwrap_or("beans")
    };
    let row = words::products()
        .into_iter()
        .find(|row| row[0] == code)
        .unwrap_or([code, "service", "480", "4", "18"]);
    let number = |text: &str| text.parse::<i64>().unwrap_or(1);
    let mut quantity = random.between(number(row[3]), number(row[4]));
    if row[1] == "supply" || row[1] == "project" {
        quantity = quantity / 5 * 5;
    }
    // A supply contract runs for a year of months.
    let months = if row[1] == "supply" { 12 } else { 1 };
    let dollars = number(row[2]) * quantity * months * random.between(90, 115) / 100;
    (
        Goods {
            code,
            kind: row[1],
            quantity,
        },
        dollars,
    )
}
