//! What the other currencies of the sample firm's deals are worth, quarter by quarter.

use chrono::{Datelike, Months, NaiveDate};
use relasi_domain::{platform::exchange_rate::OBJECT, record::Document};
use relasi_persistence::Statement;
use serde_json::json;
use uuid::Uuid;

use super::{
    Setting,
    document::{members, stamped},
    money::rate,
};
use crate::{
    records::{Batch, Work},
    refusal::Result,
};

/// Those that firms abroad buy in.
const CURRENCIES: [&str; 4] = ["IDR", "SGD", "THB", "USD"];

/// As many quarters back as deals go.
const QUARTERS: u32 = 9;

/// By how many parts of a thousand a quarter's rate differs from the usual one.
const DRIFT: [i64; 5] = [0, 12, -8, 21, -15];

/// Writes rates, unless the workspace has some of its own.
pub(super) fn write(work: &mut Work<'_>, setting: &Setting<'_>, batch: Batch) -> Result<()> {
    let mut any = Statement::new("SELECT 1 FROM exchange_rates WHERE workspace_id = ");
    any.bind(work.access.workspace_id).limit(1);
    if work.conn.row(&any, |_| Ok(()))?.is_some() {
        return Ok(());
    }
    let others = CURRENCIES
        .into_iter()
        .filter(|one| *one != setting.currency);
    let rates = others.flat_map(|currency| {
        let quarters = quarters(setting.now.with_timezone(&setting.zone).date_naive());
        let drift = DRIFT.iter().cycle();
        quarters
            .zip(drift)
            .map(move |(day, drift)| document(setting, currency, day, *drift))
    });
    work.create_many(&OBJECT, rates.collect(), batch)?;
    Ok(())
}

/// The first days of the quarter of a day and of those before it.
fn quarters(today: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let into = Months::new(today.month0() % 3);
    let first = today
        .with_day(1)
        .and_then(|day| day.checked_sub_months(into));
    (0..QUARTERS).filter_map(move |back| first?.checked_sub_months(Months::new(back * 3)))
}

fn document(setting: &Setting<'_>, currency: &str, day: NaiveDate, drift: i64) -> Document {
    let mut document = stamped(Uuid::now_v7(), setting.now, setting.owners[0]);
    // Settings belong to everybody.
    document.remove("owner_id");
    document.remove("team_id");
    document.extend(members([
        ("currency", json!(currency)),
        ("day", json!(day)),
        ("rate", json!(worth(currency, setting.currency, drift))),
        (
            "note",
            json!(format!(
                "{currency} Q{} {}",
                day.month0() / 3 + 1,
                day.year()
            )),
        ),
    ]));
    document
}

/// What one of a currency is worth in another one, as plain decimal text.
fn worth(currency: &str, own: &str, drift: i64) -> String {
    const PART: i64 = 100_000_000;
    let parts = rate(own) * PART / rate(currency) / 1000 * (1000 + drift);
    let text = format!("{}.{:08}", parts / PART, parts % PART);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use relasi_domain::commerce::money::Rate;

    use super::{CURRENCIES, DRIFT, QUARTERS, quarters, worth};

    #[test]
    fn each_currency_is_worth_something_in_each_other_one() {
        for own in ["IDR", "THB", "USD", "JPY", "VND"] {
            for currency in CURRENCIES {
                for drift in DRIFT {
                    let text = worth(currency, own, drift);
                    assert!(Rate::parse(&text).is_some(), "{currency} {own}: {text}");
                }
            }
        }
        assert_eq!(worth("USD", "IDR", 0), "16000");
        assert_eq!(worth("SGD", "THB", 12), "26.23703104");
    }

    #[test]
    fn quarters_begin_with_their_first_month() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let all: Vec<NaiveDate> = quarters(day("2026-12-31")).collect();
        assert_eq!(all.len(), QUARTERS as usize);
        assert_eq!(all[..2], [day("2026-10-01"), day("2026-07-01")]);
    }
}
