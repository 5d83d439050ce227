//! Rows into records.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::{
    Mapping, Target, cell,
    column::Column,
    values::{add_points, refer},
};
use crate::{
    fault::{Fault, Faults},
    field::{Field, Item, Kind, Point, written},
    locale::{
        DateOrder, DecimalMark, minor_digits, parse_country, parse_date, parse_date_time,
        parse_number,
    },
    record::{Document, Object},
    text::sort_key,
};

/// The field of prices that says in which currency they are.
const BOOK: &str = "price_book_id";

/// How the cells of a file are to be read.
#[derive(Debug, Clone)]
pub struct Options {
    /// Order of dates written in numbers.
    pub date_order: DateOrder,
    /// Mark before fractions, for numbers that can be read in two ways.
    pub decimal_mark: Option<DecimalMark>,
    /// Zone of times without one.
    pub zone: Tz,
    /// ISO 4217 code of amounts in rows that name no currency.
    pub currency: String,
    /// Currencies of price books, by their ids and by the keys of their names: a price is in that of its book.
    pub books: HashMap<String, String>,
}

/// What became of a row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Converted {
    /// The fields that the row has a value for, in their JSON form. Empty cells leave their field out.
    pub record: Document,
    /// Names to look up, by target: `company_id`, `company.domain`, `owner_id`, `tags` and the like. Cells that
    /// hold an id are in the record already.
    pub names: BTreeMap<String, Vec<String>>,
    /// By which channels the person may be contacted or not, as far as the row says; no channel means all of them.
    pub consents: Vec<(Option<&'static str>, bool)>,
    /// When they said so.
    pub consent_at: Option<String>,
    /// What to call a new record whose row has no name of its own: nickname, e-mail address or phone number.
    pub title_if_new: Option<String>,
    /// Cells that can't be taken; the pointer begins with the field's name.
    pub faults: Faults,
}

/// Makes records of rows by a mapping of columns.
#[derive(Debug)]
pub struct Converter {
    object: &'static Object,
    columns: Vec<(usize, Column)>,
    options: Options,
}

impl Converter {
    /// A converter for files with these columns, in their order.
    ///
    /// # Errors
    /// `column_mapped_twice` for each target with one value that several columns mean.
    pub fn new<'a, M: Into<Mapping<'a>>>(
        object: &'static Object,
        columns: impl IntoIterator<Item = M>,
        options: Options,
    ) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut known: Vec<(usize, Column)> = Vec::new();
        for (index, column) in columns.into_iter().enumerate() {
            let Some(column) = Column::new(object, column.into()) else {
                continue;
            };
            let target = &column.target;
            let twice =
                known.iter().any(|(_, other)| other.target == *target) && !target.takes_several();
            faults.check(twice, target.name(), "column_mapped_twice");
            known.push((index, column));
        }
        // The currency decides how amounts are read, so it comes first.
        known.sort_by_key(|(_, column)| !matches!(column.target.name(), "currency" | BOOK));
        faults.into_result()?;
        Ok(Self {
            object,
            columns: known,
            options,
        })
    }

    /// The record that a row of cells makes; cells that the row lacks are empty.
    pub fn convert<S: AsRef<str>>(&self, cells: &[S]) -> Converted {
        let mut row = Converted::default();
        let (mut given, mut family) = (None, None);
        for (index, column) in &self.columns {
            let text = column.word(cells.get(*index).map_or("", AsRef::as_ref));
            if cell::is_blank(text) {
                continue;
            }
            match &column.target {
                Target::GivenName => given = Some(cell::clean(text, false)),
                Target::FamilyName => family = Some(cell::clean(text, false)),
                Target::Consent(channel) => match cell::boolean(text) {
                    Some(given) => row.consents.push((*channel, given)),
                    None => row.refuse(&column.target, "not_boolean", text),
                },
                Target::ConsentAt => match self.instant(text) {
                    Some(at) => row.consent_at = Some(at),
                    None => row.refuse(&column.target, "not_instant", text),
                },
                Target::CompanyDomain => {
                    row.names
                        .entry(column.target.name().to_owned())
                        .or_default()
                        .push(cell::clean(text, false));
                }
                Target::Field(field) => {
                    let label = column.label_in(cells);
                    self.take(&mut row, field, column, (text, label));
                }
            }
        }
        self.name(&mut row, given, family);
        row
    }

    fn take(
        &self,
        row: &mut Converted,
        field: &Field,
        column: &Column,
        (text, label): (&str, Option<&str>),
    ) {
        let name = field.name.as_ref();
        match &field.kind {
            Kind::Many(Item::Reference(_)) => cell::items(text)
                .iter()
                .map(|item| column.word(item))
                .filter(|item| !item.is_empty())
                .for_each(|item| refer(row, field, item.to_owned(), true)),
            Kind::Many(Item::Choice(_)) => {
                let items = cell::items(text);
                let codes: Vec<&str> = items.iter().map(|item| column.code(item)).collect();
                put(row, field, json!(codes));
            }
            Kind::Many(item) => add_points(row, name, item, label, text),
            // A day without its year, as address books write it, is none.
            Kind::Date if text.trim_start().starts_with("--") => {}
            Kind::Reference(_) | Kind::Person => refer(row, field, cell::clean(text, false), false),
            _ => match self.value(row, field, column, text) {
                Ok(value) => put(row, field, value),
                Err(code) => row
                    .faults
                    .push(Fault::at(field.pointer(), code).with("found", text)),
            },
        }
    }

    fn value(
        &self,
        row: &Converted,
        field: &Field,
        column: &Column,
        text: &str,
    ) -> Result<Value, &'static str> {
        let number = || parse_number(text, self.options.decimal_mark).ok_or("not_number");
        let order = self.options.date_order;
        Ok(match &field.kind {
            Kind::LongText { .. } => json!(cell::clean(text, true)),
            Kind::Text { .. } if field.name == "country" => {
                json!(parse_country(text).ok_or("not_country")?)
            }
            Kind::Text { .. } if is_decimal_text(self.object, &field.name) => {
                json!(number()?.text())
            }
            Kind::Text { .. } if field.name == "currency" => {
                json!(cell::clean(text, false).to_uppercase())
            }
            Kind::Text { .. } if field.name == "website" => {
                json!(web_address(cell::clean(text, false)))
            }
            Kind::Integer => json!(number()?.whole().ok_or("not_whole_number")?),
            Kind::Number => {
                let number = number()?;
                let millionths = number.minor_units(6).ok_or("too_many_decimals")?;
                json_number(millionths)
            }
            Kind::Point(Point::Link) => json!(web_address(cell::clean(text, false))),
            Kind::Point(Point::Email) => json!(cell::bare_email(&cell::clean(text, false))),
            Kind::Money { currency } => {
                let member = |name: &str| row.record.get(name).and_then(Value::as_str);
                let stated = currency.of(member).or_else(|| self.currency_of_book(row));
                let digits = minor_digits(stated.unwrap_or(&self.options.currency));
                json!(number()?.minor_units(digits).ok_or("too_few_decimals")?)
            }
            Kind::Boolean => json!(cell::boolean(text).ok_or("not_boolean")?),
            Kind::Date => json!(parse_date(text, order).ok_or("not_date")?.to_string()),
            Kind::Instant => json!(self.instant(text).ok_or("not_instant")?),
            // A word that is no label comes to `Field::check`, which says what there is to choose from.
            Kind::Choice(_) => json!(column.code(text)),
            _ => json!(cell::clean(text, false)),
        })
    }

    /// The currency of the price book that a row names.
    fn currency_of_book(&self, row: &Converted) -> Option<&str> {
        let id = row.record.get(BOOK).and_then(Value::as_str);
        let name = || Some(sort_key(row.names.get(BOOK)?.first()?));
        let key = id.map(str::to_owned).or_else(name)?;
        self.options.books.get(&key).map(String::as_str)
    }

    /// RFC 3339 as it is, other times in the file's zone; the later of two where clocks went back.
    fn instant(&self, text: &str) -> Option<String> {
        let utc = if let Ok(instant) = DateTime::parse_from_rfc3339(text.trim()) {
            instant.with_timezone(&Utc)
        } else {
            let local = parse_date_time(text, self.options.date_order)?;
            self.options
                .zone
                .from_local_datetime(&local)
                .latest()?
                .with_timezone(&Utc)
        };
        Some(utc.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }

    /// Puts the full name together, and finds what to call a record that has none.
    fn name(&self, row: &mut Converted, given: Option<String>, family: Option<String>) {
        let text = |row: &Converted, name: &str| {
            row.record
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let title = self.object.title;
        if !row.record.contains_key(title) {
            let family = family.or_else(|| text(row, "family_name"));
            let parts: Vec<String> = given.into_iter().chain(family).collect();
            if !parts.is_empty() {
                row.record.insert(title.to_owned(), json!(parts.join(" ")));
            }
        }
        if !row.record.contains_key(title) {
            let point = |name: &str| {
                row.record
                    .get(name)
                    .and_then(|all| Some(all.get(0)?.get("value")?.as_str()?.to_owned()))
            };
            row.title_if_new = text(row, "nickname")
                .or_else(|| point("emails"))
                .or_else(|| point("phones"))
                .or_else(|| text(row, "company_name"));
        }
    }
}

/// Whether a text is a number that has more digits than numbers of the product have.
pub fn is_decimal_text(object: &Object, field: &str) -> bool {
    matches!(
        (object.name, field),
        ("exchange_rate", "rate") | ("price", "min_quantity")
    )
}

impl Converted {
    /// A cell of a column that is no field can't be read.
    fn refuse(&mut self, target: &Target, code: &'static str, text: &str) {
        let fault = Fault::at(format!("/{}", target.name()), code);
        self.faults.push(fault.with("found", text));
    }
}

/// Takes a value that has the form of its field.
fn put(row: &mut Converted, field: &Field, value: Value) {
    let before = row.faults.0.len();
    field.check(&value, &mut row.faults);
    if row.faults.0.len() == before {
        field.set(&mut row.record, value);
    }
}

/// Millionths as a JSON number.
fn json_number(millionths: i64) -> Value {
    written(millionths)
        .parse()
        .map_or(Value::Null, Value::Number)
}

/// People leave the scheme away.
fn web_address(text: String) -> String {
    if text.contains("://") {
        text
    } else {
        format!("https://{text}")
    }
}
