//! How a list looks: filter, order, columns. What a saved view keeps.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::records::Record;
use crate::ui::table::Sort;

/// A column shown, and its width in CSS pixels.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shown {
    /// Field name.
    pub field: String,
    /// Width.
    #[serde(default = "usual_width")]
    pub width: u32,
}

const fn usual_width() -> u32 {
    160
}

/// What a view keeps.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Look {
    /// In the filter grammar.
    pub filter: String,
    /// For example `-created_at`.
    pub sort: String,
    /// The columns in order.
    pub columns: Vec<Shown>,
}

impl Look {
    /// The look that a saved view keeps; a view without columns takes `usual`.
    pub fn of(view: &Record, usual: &[Shown]) -> Self {
        let columns = serde_json::from_value(view.value("columns").clone());
        let columns: Vec<Shown> = columns.unwrap_or_default();
        Self {
            filter: view.text("filter").unwrap_or_default().to_owned(),
            // The table shows one key; a view that says more must not look changed for that.
            sort: sort_text(read_sort(view.text("sort").unwrap_or_default()).as_ref()),
            columns: if columns.is_empty() {
                usual.to_vec()
            } else {
                columns
            },
        }
    }
}

/// `-created_at` as the table's order; only the first key shows.
pub fn read_sort(text: &str) -> Option<Sort> {
    let first = text.split(',').next()?.trim();
    let column = first.strip_prefix('-').unwrap_or(first);
    (!column.is_empty()).then(|| Sort {
        column: column.to_owned(),
        descending: first.starts_with('-'),
    })
}

/// The table's order as `-created_at`; empty for none.
pub fn sort_text(sort: Option<&Sort>) -> String {
    sort.map_or_else(String::new, |sort| {
        format!("{}{}", if sort.descending { "-" } else { "" }, sort.column)
    })
}

/// The columns with the widths the person gave them.
pub fn with_widths(columns: &[Shown], widths: &BTreeMap<String, u32>) -> Vec<Shown> {
    let given = |shown: &Shown| Shown {
        field: shown.field.clone(),
        width: widths.get(&shown.field).copied().unwrap_or(shown.width),
    };
    columns.iter().map(given).collect()
}

#[cfg(test)]
mod tests {
    use super::{read_sort, sort_text};

    #[test]
    fn orders_go_both_ways() {
        for text in ["-created_at", "full_name"] {
            assert_eq!(sort_text(read_sort(text).as_ref()), text);
        }
        assert_eq!(read_sort(""), None);
    }
}
