//! What is earned with lines: what they bring without taxes, less what they cost oneself.
//!
//! Each line is rounded once, and sums are sums of lines. A line whose cost is not known counts in neither sum.

use serde::{Deserialize, Serialize};

use super::{
    exact::{Exact, ONE},
    line::{Line, WHOLE},
    money::share,
};

/// What a line earns, in minor units of the document's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineMargin {
    /// What one costs oneself.
    pub unit_cost: i64,
    /// What all of them cost.
    pub cost: i64,
    /// What is left of the net without taxes.
    pub margin: i64,
    /// The same in per cent of the net without taxes; none where that is nothing.
    pub share: Option<Exact>,
}

/// What lines earn.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Margins {
    /// Line by line; none where the cost is not known.
    pub lines: Vec<Option<LineMargin>>,
    /// What those lines cost whose cost is known.
    pub cost: i64,
    /// What is left of their net without taxes.
    pub margin: i64,
    /// The same in per cent of their net without taxes.
    pub share: Option<Exact>,
    /// The cost of every line is known.
    pub complete: bool,
}

/// What a line brings without a tax that its price contains.
fn net(line: &Line) -> Option<i64> {
    match &line.tax {
        Some(tax) if tax.included => share(line.net, WHOLE, WHOLE + tax.percent.0),
        _ => Some(line.net),
    }
}

fn of(line: &Line) -> Option<(i64, LineMargin)> {
    let unit_cost = line.unit_cost?;
    let cost = share(unit_cost, line.quantity.0, ONE)?;
    let net = net(line)?;
    let margin = net.checked_sub(cost)?;
    let made = LineMargin {
        unit_cost,
        cost,
        margin,
        share: share(margin, WHOLE, net).map(Exact),
    };
    Some((net, made))
}

/// What lines earn, each and together.
pub fn margins(lines: &[Line]) -> Margins {
    let mut all = Margins {
        complete: true,
        ..Margins::default()
    };
    let mut nets = 0_i64;
    for line in lines {
        let made = of(line);
        all.complete &= made.is_some();
        if let Some((net, made)) = made {
            nets = nets.saturating_add(net);
            all.cost = all.cost.saturating_add(made.cost);
            all.margin = all.margin.saturating_add(made.margin);
        }
        all.lines.push(made.map(|(_, made)| made));
    }
    all.share = share(all.margin, WHOLE, nets).map(Exact);
    all
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::commerce::line::{Chosen, Tax};

    fn line(quantity: Exact, net: i64, unit_cost: Option<i64>, included: Option<i64>) -> Line {
        Line {
            id: Uuid::nil(),
            product_id: None,
            name: "Gayo".into(),
            description: None,
            unit: None,
            options: Chosen::new(),
            quantity,
            unit_price: 0,
            list_price: None,
            discount_percent: None,
            discount_amount: None,
            tax: included.map(|percent| Tax {
                id: Uuid::nil(),
                name: "VAT".into(),
                percent: Exact::whole(percent),
                included: true,
            }),
            gross: net,
            discount: 0,
            net,
            unit_cost,
        }
    }

    #[test]
    fn a_tax_that_a_price_contains_is_not_earned() {
        let made = margins(&[line(Exact::whole(2), 21_400, Some(8_000), Some(7))]);
        let one = made.lines[0].unwrap();
        assert_eq!((one.cost, one.margin), (16_000, 4_000));
        assert_eq!(one.share, Some(Exact::whole(20)));
        assert_eq!(
            (made.cost, made.margin, made.complete),
            (16_000, 4_000, true)
        );
    }

    #[test]
    fn what_is_not_known_counts_nowhere() {
        let known = line(Exact(1_500_000), 1_000, Some(333), None);
        let unknown = line(Exact::whole(1), 9_999, None, None);
        let made = margins(&[known, unknown]);
        assert_eq!((made.cost, made.margin, made.complete), (500, 500, false));
        assert_eq!((made.lines[1], made.share), (None, Some(Exact::whole(50))));
        assert_eq!(margins(&[]).share, None);
        // Given away: all of the cost is lost, and there is nothing to take a share of.
        let gift = margins(&[line(Exact::whole(1), 0, Some(70), None)]);
        assert_eq!((gift.margin, gift.share), (-70, None));
    }

    #[test]
    fn no_line_tells_its_cost() {
        let told = serde_json::to_string(&line(Exact::whole(1), 5, Some(123_456), None)).unwrap();
        assert!(!told.contains("cost") && !told.contains("123456"), "{told}");
    }
}
