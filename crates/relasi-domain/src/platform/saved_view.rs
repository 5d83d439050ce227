//! A saved view: a list as somebody likes to see it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    fault::{Fault, Faults},
    field::{Field, Kind},
    filter::{parse, parse_sort},
    record::{Guard, Object, Record},
    shape::Shape,
};

/// Filter, columns, sort and layout of a list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedView {
    /// Its name on the tab.
    pub name: String,
    /// Object that it lists, for example `contact`.
    pub object: String,
    /// Filter in the filter grammar; empty shows all.
    pub filter: Option<String>,
    /// Sort keys, for example `-created_at,full_name`.
    pub sort: Option<String>,
    /// `[{"field": "full_name", "width": 220}]`.
    pub columns: Value,
    /// table or board.
    pub layout: Option<String>,
    /// Shown to the whole workspace.
    pub shared: bool,
    /// Stays in front of the others.
    pub pinned: bool,
    /// Place among the tabs.
    pub position: i64,
}

static LAYOUTS: &[Cow<'static, str>] = &[Cow::Borrowed("table"), Cow::Borrowed("board")];

static FIELDS: &[Field] = &[
    Field::text("name", 80).required().sortable().keyed(),
    Field::text("object", 60).required().on_create(),
    Field::long_text("filter", 4_000),
    Field::text("sort", 500),
    Field::new("columns", Kind::Json),
    Field::choice("layout", LAYOUTS),
    Field::new("shared", Kind::Boolean),
    Field::new("pinned", Kind::Boolean),
    Field::new("position", Kind::Integer).sortable(),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "saved_view",
    plural: "saved-views",
    table: "saved_views",
    title: "name",
    fields: FIELDS,
    searchable: false,
    guard: Guard::Personal,
};

impl Record for SavedView {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "saved_view";

    fn validate(&self, faults: &mut Faults) {
        let known = crate::object(&self.object).is_some();
        faults.check(!known, "object", "not_a_choice");
        let columns = self.columns.as_array();
        let fits = self.columns.is_null() || columns.is_some_and(|columns| columns.len() <= 60);
        faults.check(!fits, "columns", "not_list");
    }
}

impl SavedView {
    /// Whether filter, sort and columns are those of the object as its workspace knows it.
    pub fn fit(&self, shape: Shape<'_>, faults: &mut Faults) {
        if let Some(text) = self.filter.as_deref().filter(|text| !text.is_empty())
            && let Err(fault) = parse(text, shape)
        {
            faults.push(Fault {
                pointer: "/filter".to_owned(),
                ..fault
            });
        }
        if let Err(fault) = parse_sort(self.sort.as_deref().unwrap_or_default(), shape) {
            faults.push(Fault {
                pointer: "/sort".to_owned(),
                ..fault
            });
        }
        let columns = self.columns.as_array().into_iter().flatten();
        for (index, column) in columns.enumerate() {
            let known = column["field"]
                .as_str()
                .is_some_and(|name| shape.field(name).is_some());
            if !known {
                faults.push(Fault::at(
                    format!("/columns/{index}/field"),
                    "unknown_field",
                ));
            }
        }
    }
}
