//! Every column that names a member is one that a hand-over knows: a new one fails here until somebody says what becomes
//! of it when the member leaves.

use std::collections::BTreeSet;

use relasi_domain::OBJECTS;
use relasi_persistence::personal::{Class, MAP};

use super::super::hand_over::RECORDS;

/// What goes over at once.
const AT_ONCE: [(&str, &str); 5] = [
    ("saved_views", "owner_id"),
    ("price_books", "owner_id"),
    ("quotes", "approver_id"),
    ("call_lists", "owner_id"),
    ("member_places", "manager_id"),
];

/// What stays, and why.
const STAYS: &[(&str, &str)] = &[
    (
        "teams owner_id, pipelines owner_id, stages owner_id, competitors owner_id, tax_rates owner_id, prices owner_id, \
      exchange_rates owner_id, custom_fields owner_id",
        "settings are everybody's; nobody answers for them",
    ),
    (
        "deal_contacts owner_id, deal_competitors owner_id",
        "they go with their deal",
    ),
    (
        "search_documents owner_id, deal_totals owner_id, deal_states owner_id, stage_weeks owner_id, won_stays owner_id",
        "made of records when they are written",
    ),
    (
        "forecast_snapshots owner_id, quotas subject_id, forecast_calls subject_id caller_id",
        "figures of the past stay with whom they are of",
    ),
    (
        "quality_audits owner_id, quality_steps owner_id",
        "an audit is finished by whoever may change settings",
    ),
    (
        "email_messages owner_id",
        "messages of an own account are their own",
    ),
    (
        "lead_hand_offs by_id from_owner_id to_owner_id, lead_checks by_id, lead_conversions by_id, timeline_events actor_id, \
      audit_entries actor_id, stage_changes actor_id, idempotency_keys actor_id",
        "what was done stays with who did it",
    ),
    (
        "activities members, activity_reminders user_id, followers user_id, record_shares to_id user_id, notifications user_id, \
      suggestion_rests user_id, reminder_choices user_id, notification_mutes user_id, call_list_members user_id, work_profiles user_id, calendar_feeds user_id",
        "they concern the person alone",
    ),
    (
        "routing_rules user_ids fallback_id, routing_turns user_id, routing_settings default_user_id",
        "nobody who left gets a lead; the rules go on to others",
    ),
    (
        "booking_page_hosts user_id, booking_desks user_id, booking_hosts user_id",
        "nobody who left is booked",
    ),
    (
        "memberships user_id, member_places membership_id role_id, member_teams membership_id, sessions user_id, \
      sign_ins user_id, sign_in_challenges user_id, known_devices user_id, totp_factors user_id, recovery_codes user_id, \
      passkeys user_id credential_id, api_keys user_id, oauth_app_requests user_id, oauth_grants user_id, oauth_codes user_id, \
      email_accounts user_id, provider_identities user_id, recent_writers user_id",
        "the account of the person",
    ),
    (
        "memberships team_id, member_teams team_id, invitations team_id",
        "teams stay",
    ),
];

#[test]
fn every_column_that_names_a_member_is_known_to_hand_overs() {
    let mut known: BTreeSet<(&str, &str)> = AT_ONCE.into_iter().collect();
    known.extend(RECORDS.iter().map(|(object, _)| (object.table, "owner_id")));
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
            let names = column.ends_with("_id") || column.ends_with("_ids") || column == "members";
            if class == Class::Member && names {
                there.insert((table.name, column));
            }
        }
    }
    // Objects have owners, whatever the map says of them.
    there.extend(OBJECTS.iter().map(|object| (object.table, "owner_id")));
    let unknown: Vec<_> = there.difference(&known).collect();
    assert!(
        unknown.is_empty(),
        "who gets these when a member leaves? {unknown:?}"
    );
    let gone: Vec<_> = known.difference(&there).collect();
    assert!(gone.is_empty(), "there are no such columns: {gone:?}");
}
