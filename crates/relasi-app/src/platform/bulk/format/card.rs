//! Contacts as cards of an address book.

use relasi_domain::record::Document;
use serde_json::Value;

use super::{
    super::cell::{Names, text_of_id},
    line,
};

/// The version of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// 3.0, which old address books read.
    Three,
    /// 4.0.
    Four,
}

/// Writes cards.
pub(in crate::platform::bulk) struct Cards(pub(super) Version);

/// The fields that refer to something whose name stands in a card.
pub(super) fn references() -> Vec<&'static str> {
    vec!["company_id", "tags"]
}

impl Cards {
    pub(super) fn write(&self, records: &[Document], names: &Names) -> Vec<u8> {
        let mut out = String::new();
        for record in records {
            self.card(&mut out, record, names);
        }
        out.into_bytes()
    }

    fn card(&self, out: &mut String, record: &Document, names: &Names) {
        let four = self.0 == Version::Four;
        let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
        line::raw(out, "BEGIN", "VCARD");
        line::raw(out, "VERSION", if four { "4.0" } else { "3.0" });
        line::raw(out, "PRODID", "-//Relasi//Relasi//EN");
        let id = text("id");
        line::raw(out, "UID", &format!("urn:uuid:{id}"));
        line::text(out, "FN", text("full_name"));
        let (given, family) = parted(text("full_name"), text("family_name"));
        line::parts(out, "N", &[family, given, "", text("honorific"), ""]);
        line::text(out, "NICKNAME", text("nickname"));
        self.points(out, record);
        line::text(out, "TITLE", text("job_title"));
        line::parts(out, "ORG", &[text_of_id(names, text("company_id"))]);
        let address = ["address", "city", "province", "postal_code", "country"].map(text);
        let [street, city, province, code, country] = address;
        let adr = ["", "", street, city, province, code, country];
        line::parts(out, "ADR;TYPE=work", &adr);
        let day = text("birth_date");
        let day = if four {
            day.replace('-', "")
        } else {
            day.to_owned()
        };
        line::raw(out, "BDAY", &day);
        if four {
            line::text(out, "LANG", text("language"));
        }
        line::text(out, "TZ", text("time_zone"));
        line::text(out, "NOTE", text("description"));
        let tags = record.get("tags").and_then(Value::as_array);
        let tags = tags.into_iter().flatten().filter_map(Value::as_str);
        let tags: Vec<String> = tags.map(|tag| text_of_id(names, tag).to_owned()).collect();
        let tags: Vec<String> = tags.into_iter().filter(|tag| !tag.is_empty()).collect();
        line::list(out, "CATEGORIES", &tags);
        line::raw(out, "REV", &compact(text("updated_at")));
        line::raw(out, "END", "VCARD");
    }

    fn points(&self, out: &mut String, record: &Document) {
        for (field, name) in [("emails", "EMAIL"), ("phones", "TEL")] {
            let all = record.get(field).and_then(Value::as_array);
            for (place, point) in all.into_iter().flatten().enumerate() {
                let value = point["value"].as_str().unwrap_or_default();
                let label = point["label"].as_str().unwrap_or_default();
                let mut head = name.to_owned();
                for kind in kinds(name, label) {
                    head.push_str(";TYPE=");
                    head.push_str(kind);
                }
                match (self.0, place) {
                    (Version::Four, 0) => head.push_str(";PREF=1"),
                    (Version::Three, 0) => head.push_str(";TYPE=pref"),
                    _ => {}
                }
                line::text(out, &head, value);
            }
        }
    }
}

/// What a label is in a card; words of one's own have no place there.
fn kinds(name: &str, label: &str) -> &'static [&'static str] {
    match (label.to_lowercase().as_str(), name) {
        ("work", _) => &["work"],
        ("home", _) => &["home"],
        ("mobile" | "whatsapp", "TEL") => &["cell"],
        ("fax", "TEL") => &["fax"],
        _ => &[],
    }
}

/// The given name is what stands before the family name; a name alone is a given one.
fn parted<'n>(full: &'n str, family: &'n str) -> (&'n str, &'n str) {
    match full.strip_suffix(family).map(str::trim_end) {
        Some(given) if !family.is_empty() && !given.is_empty() => (given, family),
        _ if family.is_empty() => (full, ""),
        _ => ("", family),
    }
}

/// `20261122T081500Z`.
pub(super) fn compact(at: &str) -> String {
    let whole = at
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end_matches('Z');
    let digits: String = whole.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    if digits.is_empty() {
        digits
    } else {
        format!("{digits}Z")
    }
}

#[cfg(test)]
mod tests {
    use calcard::{
        Entry, Parser,
        vcard::{VCardProperty, VCardVersion},
    };
    use relasi_domain::people::contact;
    use serde_json::json;

    use super::*;

    #[test]
    fn another_reader_finds_everything() {
        for field in references() {
            assert!(contact::OBJECT.field(field).is_some());
        }
        let record = json!({
            "id": "0198c0de-0000-7000-8000-000000000001", "full_name": "สมชาย; ใจดี", "family_name": "ใจดี", "company_id": "c",
            "emails": [{"value": "a@kopi.example", "label": "work"}, {"value": "b@kopi.example"}],
            "phones": [{"value": "+62 812", "label": "mobile"}], "birth_date": "1990-08-09", "tags": ["t", "gone"],
            "description": "one\ntwo, three\\", "updated_at": "2026-11-29T18:00:00.123456Z", "city": null,
        });
        let names = [("c", "PT Kopi; Tbk"), ("t", "VIP")]
            .map(|(id, name)| (id.to_owned(), name.to_owned()));
        for (version, parsed) in [
            (Version::Three, VCardVersion::V3_0),
            (Version::Four, VCardVersion::V4_0),
        ] {
            let bytes = Cards(version).write(
                &[record.as_object().unwrap().clone()],
                &names.clone().into(),
            );
            let text = String::from_utf8(bytes).unwrap();
            let Entry::VCard(card) = Parser::new(&text).strict().entry() else {
                panic!("{text}")
            };
            assert_eq!(card.version(), Some(parsed));
            let of = |name: &VCardProperty| {
                card.property(name).unwrap().values[0]
                    .as_text()
                    .unwrap_or_default()
                    .to_owned()
            };
            assert_eq!(of(&VCardProperty::Fn), "สมชาย; ใจดี");
            assert_eq!(of(&VCardProperty::Note), "one\ntwo, three\\");
            assert_eq!(of(&VCardProperty::Org), "PT Kopi; Tbk");
            assert_eq!(of(&VCardProperty::Categories), "VIP");
            assert_eq!(card.properties(&VCardProperty::Email).count(), 2);
            assert!(text.contains("REV:20261129T180000Z\r\n"), "{text}");
        }
        assert_eq!(parted("Siti Rahmawati", "Rahmawati"), ("Siti", "Rahmawati"));
        assert_eq!(
            (parted("Suharto", ""), parted("Siti", "Lain")),
            (("Suharto", ""), ("", "Lain"))
        );
    }
}
