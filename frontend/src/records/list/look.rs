//! How a list looks: filter, order, columns, layout. What a saved view keeps.

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

/// How the records are laid out.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Arrangement {
    /// `board`, `calendar` or `places`; empty for the table.
    pub layout: String,
    /// The field that the layout goes by; empty for the usual one.
    pub by: String,
    /// `week` of a calendar; empty for the month.
    pub span: String,
    /// What the rows of a table are grouped by, with the unit of times; empty for no groups.
    pub group_by: String,
    /// Fields summed up in groups and columns, by comma.
    pub sums: String,
}

impl Arrangement {
    fn of(view: &Record) -> Self {
        let text = |name: &str| view.text(name).unwrap_or_default().to_owned();
        let unless = |name: &str, usual: &str| {
            let text = text(name);
            if text == usual { String::new() } else { text }
        };
        Self {
            layout: unless("layout", "table"),
            by: text("layout_field"),
            span: unless("span", "month"),
            group_by: text("group_by"),
            sums: text("sums"),
        }
    }

    /// A layout as it is at first.
    pub fn usual(layout: &str) -> Self {
        Self {
            layout: layout.to_owned(),
            ..Self::default()
        }
    }

    /// A board with a column for each stage.
    pub fn is_of_stages(&self) -> bool {
        self.layout == "board" && matches!(self.by.as_str(), "" | "stage_id")
    }

    /// Rows in a table, in groups or not.
    pub fn is_table(&self) -> bool {
        self.layout.is_empty()
    }

    /// Rows in a table without groups.
    pub fn is_plain(&self) -> bool {
        self.is_table() && self.group_by.is_empty()
    }

    /// Its parts load their records themselves: groups of a table, columns of a board.
    pub fn loads_itself(&self) -> bool {
        self.layout == "board" || self.is_table() && !self.group_by.is_empty()
    }
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
    /// Layout and groups.
    pub arrangement: Arrangement,
}

impl Look {
    /// The look that a saved view keeps; a view without columns takes `usual`.
    pub fn of(view: &Record, usual: &[Shown]) -> Self {
        let columns = serde_json::from_value(view.value("columns").clone());
        let columns: Vec<Shown> = columns.unwrap_or_default();
        Self {
            filter: view.text("filter").unwrap_or_default().to_owned(),
            sort: view.text("sort").unwrap_or_default().replace(' ', ""),
            arrangement: Arrangement::of(view),
            columns: if columns.is_empty() {
                usual.to_vec()
            } else {
                columns
            },
        }
    }
}

/// The keys behind the first.
pub fn further_keys(text: &str) -> String {
    text.split_once(',').map_or("", |(_, rest)| rest).to_owned()
}

/// Columns as a link writes them: `full_name.220,city.160`.
pub fn columns_text(columns: &[Shown]) -> String {
    let one = |shown: &Shown| format!("{}.{}", shown.field, shown.width);
    columns.iter().map(one).collect::<Vec<_>>().join(",")
}

/// The other way; what is no column is left out.
pub fn read_columns(text: &str) -> Vec<Shown> {
    let one = |part: &str| {
        let (field, width) = part.rsplit_once('.')?;
        Some(Shown {
            field: field.to_owned(),
            width: width.parse().ok()?,
        })
    };
    text.split(',').filter_map(one).take(60).collect()
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
    use super::{Shown, columns_text, further_keys, read_columns, read_sort, sort_text};

    #[test]
    fn columns_go_both_ways() {
        let text = "full_name.220,custom.tier.160";
        assert_eq!(columns_text(&read_columns(text)), text);
        let width = 160;
        let field = "custom.tier".to_owned();
        assert_eq!(
            read_columns("x,custom.tier.160,y.z"),
            [Shown { field, width }]
        );
        assert_eq!(
            further_keys("-created_at,full_name,-city"),
            "full_name,-city"
        );
    }

    #[test]
    fn orders_go_both_ways() {
        for text in ["-created_at", "full_name"] {
            assert_eq!(sort_text(read_sort(text).as_ref()), text);
        }
        assert_eq!(read_sort(""), None);
    }
}
