//! A saved view: a list as somebody likes to see it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    fault::{Fault, Faults},
    field::{Field, Kind},
    filter::{parse, parse_sort},
    grouping::{self, Grouping, parse_sums},
    record::{Guard, Object, Record},
    shape::Shape,
};

/// Filter, columns, sort, groups and layout of a list.
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
    /// table, board, calendar or places.
    pub layout: Option<String>,
    /// What the layout goes by: the field whose values are the columns of a board, the days of a calendar.
    pub layout_field: Option<String>,
    /// How much a calendar shows: month or week.
    pub span: Option<String>,
    /// Rows of the table in groups: `city`, `close_date:month`.
    pub group_by: Option<String>,
    /// Fields summed up in groups and columns, by comma.
    pub sums: Option<String>,
    /// private, team (the one in `team_id`) or everyone.
    pub visibility: Option<String>,
    /// Only its owner, and owners and administrators of the workspace, change it.
    pub locked: bool,
    /// Stays in front of the others.
    pub pinned: bool,
    /// Place among the tabs.
    pub position: i64,
}

static LAYOUTS: &[Cow<'static, str>] = &[
    Cow::Borrowed("table"),
    Cow::Borrowed("board"),
    Cow::Borrowed("calendar"),
    Cow::Borrowed("places"),
];

static SPANS: &[Cow<'static, str>] = &[Cow::Borrowed("month"), Cow::Borrowed("week")];

static VISIBILITIES: &[Cow<'static, str>] = &[
    Cow::Borrowed("private"),
    Cow::Borrowed("team"),
    Cow::Borrowed("everyone"),
];

static FIELDS: &[Field] = &[
    Field::text("name", 80).required().sortable().keyed(),
    Field::text("object", 60).required().on_create(),
    Field::long_text("filter", 4_000),
    Field::text("sort", 500),
    Field::new("columns", Kind::Json),
    Field::choice("layout", LAYOUTS),
    Field::text("layout_field", 120),
    Field::choice("span", SPANS),
    Field::text("group_by", 120),
    Field::text("sums", 500),
    Field::choice("visibility", VISIBILITIES),
    Field::new("locked", Kind::Boolean),
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
    extensible: false,
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
        let mut check = |member: &str, result: Result<(), Fault>| {
            if let Err(fault) = result {
                faults.push(Fault {
                    pointer: format!("/{member}"),
                    ..fault
                });
            }
        };
        let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if let Some(text) = said(&self.group_by) {
            check("group_by", Grouping::parse(&text, shape).map(drop));
        }
        if let Some(text) = said(&self.sums) {
            check("sums", parse_sums(&text, shape).map(drop));
        }
        if let Some(name) = said(&self.layout_field) {
            check("layout_field", self.goes_by(&name, shape));
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

    /// Whether the layout can go by a field.
    fn goes_by(&self, name: &str, shape: Shape<'_>) -> Result<(), Fault> {
        let fault = |code| Err(Fault::at("", code).with("field", name));
        let Some(field) = shape.field(name) else {
            return fault("unknown_field");
        };
        let fits = match self.layout.as_deref() {
            Some("board") => grouping::makes_columns(&field),
            Some("calendar") => grouping::is_time(&field.kind),
            Some("places") => matches!(field.kind, Kind::Text { .. }),
            _ => true,
        };
        if fits {
            Ok(())
        } else {
            fault("not_for_layout")
        }
    }
}
