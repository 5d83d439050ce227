//! From first contact to a won deal.

pub mod attention;
pub mod checklist;
pub mod competitor;
pub mod deal;
pub mod deal_competitor;
pub mod deal_contact;
pub mod facts;
pub mod lead;
pub mod pipeline;
pub mod routing;
pub mod score;
pub mod speed;
pub mod stage;
pub mod stay;
pub mod way;

use serde_json::Value;

use crate::fault::{Fault, Faults};

/// The most entries of a list in the settings of pipelines and stages.
const MOST_LISTED: usize = 60;

/// Checks a list of texts in the settings: each once, none empty, none longer than `max` characters.
fn listed(value: &Value, field: &str, max: usize, faults: &mut Faults) {
    let Some(all) = value.as_array() else {
        faults.check(!value.is_null(), field, "not_list");
        return;
    };
    if all.len() > MOST_LISTED {
        faults.push(Fault::field(field, "too_many").with("max", MOST_LISTED));
        return;
    }
    for (index, one) in all.iter().enumerate() {
        let at = || format!("/{field}/{index}");
        match one.as_str() {
            None => faults.push(Fault::at(at(), "not_text")),
            Some(text) if text.trim().is_empty() || text.trim() != text => {
                faults.push(Fault::at(at(), "required"));
            }
            Some(text) if text.chars().count() > max => {
                faults.push(Fault::at(at(), "too_long").with("max", max));
            }
            Some(_) => faults.wrong(all[..index].contains(one), at, "listed_twice"),
        }
    }
}

/// The texts of a list in the settings of a pipeline or stage; none when there is no list.
pub fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let all = value.and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str)
}
