//! The log as a CSV file: one line for each changed field.

use relasi_persistence::store::Related;
use serde_json::Value;

use crate::platform::spreadsheet::{self, harmless};

/// What stands above the columns, in their order: when, who, what was done, to what kind of thing, to which one, what
/// that is called, the field, its old and its new value, what was behind it, the entry.
pub type Headings = [&'static str; 11];

/// Some entries as lines, below the headings when there are any.
///
/// # Errors
/// None in memory; the form is that of the writer.
pub fn lines(
    headings: Option<Headings>,
    entries: &[Value],
    names: &[(String, Vec<Related>)],
) -> std::io::Result<Vec<u8>> {
    let mut writer = spreadsheet::piece(&mut csv::WriterBuilder::new(), headings.is_some());
    if let Some(headings) = headings {
        writer.write_record(headings)?;
    }
    for entry in entries {
        let changes = entry["changes"].as_array().map_or(&[][..], Vec::as_slice);
        for change in changes {
            writer.write_record(cells(entry, change, names))?;
        }
        if changes.is_empty() {
            writer.write_record(cells(entry, &Value::Null, names))?;
        }
    }
    spreadsheet::bytes(writer)
}

fn cells(entry: &Value, change: &Value, names: &[(String, Vec<Related>)]) -> [String; 11] {
    let of = |plural: &str, id: &Value| {
        let all = names.iter().find(|(name, _)| name == plural);
        let one = all.and_then(|(_, all)| all.iter().find(|one| *id == one.id));
        Value::String(one.map(|one| one.title.clone()).unwrap_or_default())
    };
    let object = entry["object"].as_str().and_then(relasi_domain::object);
    let plural = object.map_or("users", |object| object.plural);
    [
        text(&entry["at"]),
        text(&of("users", &entry["actor_id"])),
        text(&entry["action"]),
        text(&entry["object"]),
        text(&entry["record_id"]),
        text(&of(plural, &entry["record_id"])),
        text(&change["field"]),
        text(&change["old"]),
        text(&change["new"]),
        text(&entry["cause"]),
        text(&entry["id"]),
    ]
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => harmless(text),
        other => harmless(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_changed_field_has_a_line_that_is_no_formula() {
        let entry = json!({
            "id": "e", "at": "2026-11-22T08:15:00Z", "action": "updated", "object": "contact", "record_id": "r",
            "actor_id": "u", "cause": null,
            "changes": [
                {"field": "full_name", "old": "=1+1", "new": "Siti, \"Bu\""},
                {"field": "tags", "old": [], "new": ["t"]},
            ],
        });
        let bare = json!({"id": "f", "at": "2026-11-22T08:14:00Z", "action": "created", "object": "contact", "record_id": "r", "actor_id": null, "changes": []});
        let related = |id: &str, title: &str| Related {
            id: id.to_owned(),
            title: title.to_owned(),
        };
        let names = [
            ("contacts".to_owned(), vec![related("r", "+Siti")]),
            ("users".to_owned(), vec![related("u", "Dewi")]),
        ];
        let headings = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];
        let bytes = lines(Some(headings), &[entry, bare], &names).unwrap();
        let wanted = "\u{feff}a,b,c,d,e,f,g,h,i,j,k\r\n\
            2026-11-22T08:15:00Z,Dewi,updated,contact,r,'+Siti,full_name,'=1+1,\"Siti, \"\"Bu\"\"\",,e\r\n\
            2026-11-22T08:15:00Z,Dewi,updated,contact,r,'+Siti,tags,[],\"[\"\"t\"\"]\",,e\r\n\
            2026-11-22T08:14:00Z,,created,contact,r,'+Siti,,,,,f\r\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), wanted);
    }
}
