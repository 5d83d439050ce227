//! What a workspace asks of a lead before marketing or sales call it qualified.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    fault::{Fault, Faults},
    filter,
    shape::Shape,
};

/// Who finds a lead qualified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Marketing.
    Mql,
    /// Sales.
    Sql,
}

impl Stage {
    /// Both, in the order in which a lead goes through them.
    pub const ALL: [Self; 2] = [Self::Mql, Self::Sql];

    /// Its code in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mql => "mql",
            Self::Sql => "sql",
        }
    }

    /// The field of a lead that says since when.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Mql => "mql_at",
            Self::Sql => "sql_at",
        }
    }
}

/// One thing that is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its id, by which leads know that it was ticked off.
    pub id: Uuid,
    /// For whom it is asked.
    pub stage: Stage,
    /// What it is called.
    pub label: String,
    /// Whether nobody is qualified without it.
    #[serde(default)]
    pub required: bool,
    /// What a lead must be like; none for what somebody ticks off.
    #[serde(default)]
    pub filter: Option<String>,
}

/// Items at most.
pub const MAX_ITEMS: usize = 40;
/// Characters of a label at most.
pub const MAX_LABEL: usize = 120;

/// Items as they are kept: labels without white space around them, no empty filters.
pub fn tidy(items: &mut [Item]) {
    for item in items {
        item.label = item.label.trim().to_owned();
        item.filter = item
            .filter
            .take()
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty());
    }
}

/// What is wrong with the items of a workspace; faults point to `/items/<index>/<member>`.
pub fn check(items: &[Item], shape: Shape<'_>, faults: &mut Faults) {
    if items.len() > MAX_ITEMS {
        faults.push(Fault::at("/items", "too_many").with("max", MAX_ITEMS));
    }
    let mut ids = BTreeSet::new();
    for (index, item) in items.iter().enumerate() {
        let at = |member: &str| format!("/items/{index}/{member}");
        faults.wrong(!ids.insert(item.id), || at("id"), "named_twice");
        faults.wrong(item.label.is_empty(), || at("label"), "required");
        if item.label.chars().count() > MAX_LABEL {
            faults.push(Fault::at(at("label"), "too_long").with("max", MAX_LABEL));
        }
        if let Some(text) = &item.filter
            && let Err(mut fault) = filter::parse(text, shape)
        {
            fault.pointer = at("filter");
            faults.push(fault);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sales::lead::OBJECT;

    fn item(label: &str, filter: Option<&str>) -> Item {
        Item {
            id: Uuid::from_u128(label.bytes().fold(7, |all: u128, byte| {
                all.wrapping_mul(31).wrapping_add(u128::from(byte))
            })),
            stage: Stage::Mql,
            label: label.to_owned(),
            required: true,
            filter: filter.map(str::to_owned),
        }
    }

    fn codes(items: &mut [Item]) -> Vec<(String, &'static str)> {
        let mut faults = Faults::default();
        tidy(items);
        check(items, Shape::from(&OBJECT), &mut faults);
        let faults = faults.0.into_iter();
        faults.map(|fault| (fault.pointer, fault.code)).collect()
    }

    #[test]
    fn items_have_a_label_and_a_filter_that_can_be_read() {
        let mut good = [
            item(" Has a budget ", None),
            item("Has an address", Some("emails is not empty")),
            item("By hand", Some("  ")),
        ];
        assert_eq!(codes(&mut good), []);
        assert_eq!(good[0].label, "Has a budget");
        assert_eq!(good[2].filter, None);
        let mut bad = [
            item(" ", None),
            item(&"x".repeat(MAX_LABEL + 1), None),
            item("Colour", Some("colour = red")),
        ];
        let found = codes(&mut bad);
        assert_eq!(found[0], ("/items/0/label".to_owned(), "required"));
        assert_eq!(found[1], ("/items/1/label".to_owned(), "too_long"));
        assert_eq!(found[2].0, "/items/2/filter");
    }

    #[test]
    fn each_item_is_there_once_and_there_are_not_too_many() {
        let one = item("Once", None);
        let mut twice = [one.clone(), one];
        assert_eq!(
            codes(&mut twice),
            [("/items/1/id".to_owned(), "named_twice")]
        );
        let mut many: Vec<Item> = (0..=MAX_ITEMS)
            .map(|n| item(&n.to_string(), None))
            .collect();
        assert_eq!(codes(&mut many), [("/items".to_owned(), "too_many")]);
    }
}
