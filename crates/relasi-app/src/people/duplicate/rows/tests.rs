//! Every column that leads to a record is one that a merge knows: a new one fails here until somebody says what becomes
//! of it.

use std::collections::BTreeSet;

use relasi_domain::{OBJECTS, field::Field, record::Object};
use relasi_persistence::personal::{Class, MAP};

use super::{super::leads::ATTACHED, FOLLOWING};

/// What [`super::super::moves`] moves.
const MOVED: [(&str, &str); 7] = [
    ("timeline_events", "subject_id"),
    ("comments", "record_id"),
    ("files", "record_id"),
    ("followers", "record_id"),
    ("record_shares", "record_id"),
    ("call_list_entries", "record_id"),
    ("email_links", "contact_id"),
];

/// What stays, and why.
const STAYS: &[(&str, &str)] = &[
    (
        "field_index record_id, unique_values record_id, search_documents record_id",
        "made of each record when it is written",
    ),
    (
        "duplicate_pairs left_id right_id",
        "a pair is over when the two are one",
    ),
    (
        "merges survivor_id loser_id, merge_moves record_id former, merge_attachments id",
        "what an undo needs",
    ),
    (
        "audit_entries record_id, outbox_events record_id, webhook_deliveries record_id, timeline_events record_id",
        "what happened stays as it was",
    ),
    (
        "notifications record_id, inbound_requests record_id, import_changes record_id",
        "what was told and what came in stays as it was",
    ),
    (
        "quality_findings record_id, suggestion_rests record_id",
        "found anew for the one who stays",
    ),
    (
        "consents contact_id, lead_consents lead_id",
        "read with those of everybody who became the person",
    ),
    (
        "consents file_id, lead_consents file_id, file_versions file_id content_id",
        "files keep their ids",
    ),
    ("erasures contact_id", "of nobody who could still be merged"),
    ("score_marks lead_id", "worked out anew for both"),
    (
        "lead_checks lead_id",
        "what was done for the one is done for the other; what was done twice stays with both",
    ),
    (
        "lead_conversions lead_id",
        "what became a contact is not merged",
    ),
    (
        "lead_conversions contact_id",
        "an undo takes back what the conversion made, which then lies in the trash",
    ),
    (
        "line_items deal_id, stage_changes deal_id, deal_states deal_id, won_stays deal_id",
        "deals are not merged",
    ),
    (
        "email_messages id thread_id in_reply_to, email_links email_id, email_suppressions email_id, bookings activity_id, \
      activity_reminders activity_id, call_list_entries activity_id",
        "messages and activities are not merged",
    ),
    (
        "quotas subject_id, forecast_calls subject_id",
        "teams and members are not merged",
    ),
];

fn object(table: &str) -> Option<&'static Object> {
    OBJECTS.iter().find(|object| object.table == table).copied()
}

/// References of objects are found by their fields, whatever they are called.
fn is_field(table: &str, column: &str) -> bool {
    let refers = |field: &&Field| field.name == column && field.target().is_some();
    object(table).is_some_and(|object| {
        column == "id" || column == "import_id" || object.fields.iter().any(|field| refers(&field))
    })
}

fn leads_somewhere(column: &str) -> bool {
    let ends = [
        "contact_id",
        "company_id",
        "lead_id",
        "deal_id",
        "record_id",
        "subject_id",
    ];
    ends.iter().any(|end| column.ends_with(end))
}

#[test]
fn every_column_that_leads_to_a_record_is_known_to_merges() {
    let mut known: BTreeSet<(&str, &str)> = MOVED.into_iter().collect();
    known.extend(ATTACHED.iter().map(|(table, column, _)| (*table, *column)));
    known.extend(FOLLOWING.iter().map(|one| (one.table, one.column)));
    for (columns, _) in STAYS {
        for of_table in columns.split(", ") {
            let mut words = of_table.split(' ').filter(|word| !word.is_empty());
            let table = words.next().unwrap_or_default();
            known.extend(words.map(|column| (table, column)));
        }
    }
    let mut there = BTreeSet::new();
    for table in MAP {
        for (column, class) in table.columns() {
            let leads = class == Class::Link || leads_somewhere(column);
            if leads && !is_field(table.name, column) {
                there.insert((table.name, column));
            }
        }
    }
    let unknown: Vec<_> = there.difference(&known).collect();
    assert!(
        unknown.is_empty(),
        "what becomes of these in a merge? {unknown:?}"
    );
    let gone: Vec<_> = known.difference(&there).collect();
    assert!(gone.is_empty(), "there are no such columns: {gone:?}");
}
