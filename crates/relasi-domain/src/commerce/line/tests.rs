use proptest::prelude::*;

use super::*;

fn line(quantity: Exact, unit_price: i64) -> Line {
    Line {
        id: Uuid::nil(),
        product_id: None,
        name: "Gayo 1 kg".into(),
        description: None,
        unit: None,
        options: Chosen::new(),
        quantity,
        unit_price,
        list_price: None,
        discount_percent: None,
        discount_amount: None,
        tax: None,
        gross: 0,
        discount: 0,
        net: 0,
        unit_cost: None,
    }
}

fn tax(id: u128, percent: i64, included: bool) -> Tax {
    Tax {
        id: Uuid::from_u128(id),
        name: format!("{percent} %"),
        percent: Exact(percent),
        included,
    }
}

#[track_caller]
fn computed(mut line: Line) -> Line {
    let mut faults = Faults::default();
    line.compute("", &mut faults);
    assert_eq!(faults.0, []);
    line
}

fn found(mut line: Line) -> Vec<(String, &'static str)> {
    let mut faults = Faults::default();
    line.compute("/lines/0", &mut faults);
    let found = faults.0.into_iter();
    found.map(|fault| (fault.pointer, fault.code)).collect()
}

#[test]
fn a_line_of_the_example() {
    let made = computed(Line {
        discount_percent: Some(Exact::whole(5)),
        tax: Some(tax(1, 7 * ONE, false)),
        ..line(Exact::whole(120), 42_000)
    });
    assert_eq!(
        (made.gross, made.discount, made.net),
        (5_040_000, 252_000, 4_788_000)
    );
    let totals = totals(&[made]).unwrap();
    assert_eq!((totals.tax, totals.total), (335_160, 5_123_160));
}

#[test]
fn included_tax_is_part_of_the_price() {
    let made = computed(Line {
        tax: Some(tax(1, 11 * ONE, true)),
        ..line(Exact::whole(1), 111_000)
    });
    let totals = totals(&[made]).unwrap();
    assert_eq!(
        (totals.total, totals.tax, totals.taxes[0].base),
        (111_000, 11_000, 100_000)
    );
}

#[test]
fn taxes_are_worked_out_of_sums() {
    // Three times 0.5 of a minor unit would be 3, of their sum it is 2.
    let one = computed(Line {
        tax: Some(tax(1, 10 * ONE, false)),
        ..line(Exact::whole(1), 5)
    });
    let all = totals(&[one.clone(), one.clone(), one]).unwrap();
    assert_eq!((all.tax, all.total), (2, 17));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let at = |name: &str| format!("/lines/0/{name}");
    let good = || line(Exact::whole(1), 100);
    assert_eq!(
        found(line(Exact(0), 100)),
        [(at("quantity"), "not_positive")]
    );
    assert_eq!(
        found(Line {
            discount_amount: Some(101),
            ..good()
        }),
        [(at("discount_amount"), "discount_beyond_price")]
    );
    assert_eq!(
        found(Line {
            discount_percent: Some(Exact::whole(101)),
            ..good()
        }),
        [(at("discount_percent"), "out_of_range")]
    );
    assert_eq!(
        found(Line {
            discount_percent: Some(Exact::whole(1)),
            discount_amount: Some(1),
            ..good()
        }),
        [(at("discount_amount"), "one_discount")]
    );
    assert_eq!(
        found(line(Exact::whole(100_000), MAX_AMOUNT)),
        [(at("quantity"), "out_of_range")]
    );
}

#[test]
fn a_lower_price_is_a_discount() {
    let share = |line: Line| computed(line).discount_share();
    let listed = |price: i64| Line {
        list_price: Some(100_000),
        ..line(Exact::whole(3), price)
    };
    assert_eq!(share(listed(100_000)), Exact(0));
    assert_eq!(share(listed(120_000)), Exact(0));
    assert_eq!(share(listed(90_000)), Exact::whole(10));
    let both = Line {
        discount_percent: Some(Exact::whole(10)),
        ..listed(90_000)
    };
    assert_eq!(share(both), Exact::whole(19));
    let rounded = Line {
        discount_percent: Some(Exact::whole(10)),
        ..line(Exact::whole(1), 5)
    };
    assert_eq!(share(rounded), Exact::whole(10));
}

proptest! {
    #[test]
    fn sums_of_lines_are_the_totals(
        lines in prop::collection::vec(
            (1..=10_000_000_000_i64, 0..=1_000_000_000_i64, 0..=100_000_000_i64, 0..=3_u128, 0..=30_000_000_i64, any::<bool>()),
            0..20,
        ),
    ) {
        let lines: Vec<Line> = lines.into_iter().map(|(quantity, price, off, id, percent, included)| {
            let mut made = Line {
                discount_percent: Some(Exact(off)),
                tax: (id > 0).then(|| tax(id, percent, included)),
                ..line(Exact(quantity), price)
            };
            let mut faults = Faults::default();
            made.compute("", &mut faults);
            assert!(faults.0.is_empty());
            made
        }).collect();
        for line in &lines {
            prop_assert!(line.discount >= 0 && line.net >= 0 && line.gross - line.discount == line.net);
            prop_assert!(line.discount_share().0 <= WHOLE);
        }
        if let Ok(all) = totals(&lines) {
            let net: i64 = lines.iter().map(|line| line.net).sum();
            prop_assert_eq!(all.subtotal - all.discount, net);
            prop_assert_eq!(all.taxes.iter().map(|tax| tax.amount).sum::<i64>(), all.tax);
            let on_top: i64 = all.taxes.iter().filter(|tax| !tax.tax.included).map(|tax| tax.amount).sum();
            prop_assert_eq!(all.total, net + on_top);
            prop_assert!(all.taxes.iter().all(|tax| tax.amount >= 0 && tax.base >= 0));
        }
    }
}
