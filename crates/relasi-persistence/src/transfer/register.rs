//! Which tables belong to a workspace and how they travel. A test compares it with the database.

/// A table that travels.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Columns, besides the workspace, that tell its rows apart, in the order in which they are read.
    pub key: &'static [&'static str],
    /// Columns that refer to rows that may come later: of the same table, or of one further down.
    pub later: &'static [&'static str],
    /// Columns that stay behind.
    pub secret: &'static [&'static str],
}

const fn of(name: &'static str, key: &'static [&'static str]) -> Table {
    Table {
        name,
        key,
        later: &[],
        secret: &[],
    }
}

const fn later(table: Table, later: &'static [&'static str]) -> Table {
    Table { later, ..table }
}

const fn without(table: Table, secret: &'static [&'static str]) -> Table {
    Table { secret, ..table }
}

const ID: &[&str] = &["id"];

/// The workspace itself, and the people who are its members: told by more than a column.
pub const WORKSPACES: Table = of("workspaces", ID);
/// See [`WORKSPACES`]. Who they are travels; what they sign in with does not.
pub const USERS: Table = without(of("users", ID), &["password_hash", "password_changed_at"]);

/// Tables in an order in which each refers to those before it, but for its `later` columns.
pub static TABLES: &[Table] = &[
    WORKSPACES,
    USERS,
    later(of("teams", ID), &["owner_id"]),
    of("memberships", ID),
    of("roles", ID),
    of("member_places", &["membership_id"]),
    of("member_teams", &["membership_id", "team_id"]),
    of("tags", ID),
    of("pipelines", ID),
    of("stages", ID),
    of("custom_fields", ID),
    later(of("companies", ID), &["parent_id"]),
    of("contacts", ID),
    of("consent_purposes", ID),
    of("consents", &["contact_id", "id"]),
    of("retention_rules", ID),
    of("retention_holds", &["contact_id"]),
    of("processing_entries", ID),
    of("contact_roles", ID),
    of("relationships", ID),
    of("competitors", ID),
    of("deals", ID),
    of("leads", ID),
    of("lead_hand_offs", ID),
    of("lead_holds", &["lead_id"]),
    of("lead_checklists", &["workspace_id"]),
    of("activity_outcomes", &["workspace_id"]),
    of("lead_checks", &["lead_id", "item_id"]),
    of("lead_conversions", ID),
    of("lead_consents", &["lead_id", "id"]),
    of("deal_contacts", ID),
    of("deal_competitors", ID),
    of("tax_rates", ID),
    of("products", ID),
    of("price_books", ID),
    of("prices", ID),
    of("exchange_rates", ID),
    of("quotes", ID),
    of("line_items", ID),
    // Links lead to the former address.
    without(
        of("quote_versions", &["quote_id", "number"]),
        &["token_hash"],
    ),
    of("number_series", &["name"]),
    of("commerce_settings", &["workspace_id"]),
    of("activity_series", ID),
    of("activities", ID),
    of("activity_reminders", &["activity_id", "user_id", "minutes"]),
    of("reminder_choices", &["user_id", "kind"]),
    of("call_lists", ID),
    of("call_list_members", &["list_id", "user_id"]),
    of("call_list_entries", ID),
    of("saved_views", ID),
    of("business_calendars", ID),
    of("team_calendars", &["team_id"]),
    of("work_profiles", &["user_id"]),
    of("routing_rules", ID),
    of("routing_turns", &["rule_id", "user_id"]),
    of("routing_settings", &["workspace_id"]),
    of("score_rules", ID),
    of("score_marks", &["lead_id", "rule_id"]),
    of("score_models", ID),
    of("score_examinations", ID),
    of("score_settings", &["workspace_id"]),
    of("product_pairs", &["product_id", "other_id"]),
    of(
        "suggestion_rests",
        &["kind", "record_id", "about_id", "user_id"],
    ),
    of("forms", ID),
    of("form_submissions", &["form_id", "id"]),
    of("booking_pages", ID),
    of("booking_page_hosts", &["page_id", "user_id"]),
    of("bookings", ID),
    of("booking_hosts", &["booking_id", "user_id"]),
    of("stage_changes", ID),
    of("quotas", &["measure", "month", "kind", "subject_id"]),
    of("forecast_calls", ID),
    of("forecast_days", &["day"]),
    of(
        "forecast_snapshots",
        &[
            "day",
            "close_month",
            "owner_id",
            "team_id",
            "stage_id",
            "category",
            "currency",
        ],
    ),
    of("deal_states", &["deal_id", "from_day"]),
    of("stage_outcomes", &["stage_id"]),
    of("audit_entries", &["record_id", "id"]),
    of("timeline_events", &["subject_id", "at", "id"]),
    of("outbox_events", &["seq", "id"]),
    of("notifications", ID),
    of("notification_mutes", &["user_id", "occasion"]),
    of("duplicate_settings", &["workspace_id"]),
    of("duplicate_pairs", ID),
    of("merges", ID),
    of("merge_moves", &["merge_id", "object", "record_id", "field"]),
    of("merge_events", &["merge_id", "event_id"]),
    of("comments", ID),
    of("followers", &["record_id", "user_id"]),
    of("record_shares", &["record_id", "to_id"]),
    of("files", ID),
    of("file_versions", &["file_id", "number"]),
    of("merge_attachments", &["merge_id", "kind", "id"]),
    of("erasures", ID),
    of("quality_settings", &["workspace_id"]),
    of("quality_scores", &["object", "day"]),
    of("quality_audits", ID),
    of("quality_steps", ID),
    of("quality_findings", ID),
    // Kept up to date with each write; they travel as they are, so that nothing has to be made anew.
    of("field_index", &["object", "field", "value", "record_id"]),
    of("unique_values", &["field", "value"]),
    of(
        "deal_totals",
        &["pipeline_id", "stage_id", "currency", "owner_id", "team_id"],
    ),
    of("search_documents", &["record_id"]),
];

/// Tables of a workspace that stay behind, each with the reason.
pub static LEFT_OUT: &[(&str, &str)] = &[
    ("sessions", "who is signed in at the former address"),
    ("refresh_tokens", "who is signed in at the former address"),
    ("sign_ins", "who signed in at the former address"),
    (
        "security_policies",
        "networks and times of the former address, which could shut everybody out",
    ),
    ("invitations", "links to the former address"),
    ("booking_links", "links to the former address"),
    ("calendar_feeds", "calendars know the former address"),
    ("stage_weeks", "counted anew where the moves arrive"),
    ("won_stays", "counted anew where the moves arrive"),
    ("booking_desks", "rows that others wait at; they come again"),
    (
        "mail_messages",
        "links in them lead to the former address, and their texts are encrypted",
    ),
    ("api_keys", "keys to the former address"),
    ("api_key_requests", "keys to the former address"),
    ("oauth_apps", "apps know the former address"),
    ("oauth_app_requests", "apps know the former address"),
    ("oauth_grants", "apps know the former address"),
    ("oauth_codes", "apps know the former address"),
    ("oauth_tokens", "apps know the former address"),
    (
        "sign_in_providers",
        "services know the former address, and secrets do not travel",
    ),
    (
        "provider_identities",
        "services know the former address, and secrets do not travel",
    ),
    ("idempotency_keys", "answers to requests of the last day"),
    (
        "audit_seals",
        "they prove what the former database held; the log is sealed anew where it arrives",
    ),
    (
        "erasure_marks",
        "digests by a key that stays with the former server; what is imported there is told again from then on",
    ),
    ("jobs", "work of the former server"),
    ("job_lanes", "work of the former server"),
    ("job_pauses", "work of the former server"),
    ("job_schedules", "work of the former server"),
    ("rate_buckets", "work of the former server"),
    ("recent_writers", "work of the former server"),
    (
        "imports",
        "their files stay; what they wrote is in the records and their history",
    ),
    (
        "import_changes",
        "their files stay; what they wrote is in the records and their history",
    ),
    (
        "bulk_operations",
        "their files stay; what they wrote is in the records and their history",
    ),
    (
        "webhook_endpoints",
        "receivers know the former address, and secrets do not travel",
    ),
    (
        "webhook_deliveries",
        "receivers know the former address, and secrets do not travel",
    ),
    (
        "inbound_hooks",
        "senders know the former address, and secrets do not travel",
    ),
    (
        "inbound_requests",
        "senders know the former address, and secrets do not travel",
    ),
    (
        "email_accounts",
        "mail servers know the former server, and secrets do not travel",
    ),
    (
        "email_messages",
        "they belong to accounts that stay; mailboxes hold them",
    ),
    (
        "email_links",
        "they belong to accounts that stay; mailboxes hold them",
    ),
    (
        "email_suppressions",
        "they belong to accounts that stay; mailboxes hold them",
    ),
    (
        "email_soft_bounces",
        "they belong to accounts that stay; mailboxes hold them",
    ),
    (
        "setups",
        "that the installation was set up, which the other one notes for itself",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_table_is_named_once() {
        let all = TABLES.iter().map(|table| table.name);
        let all: Vec<&str> = all.chain(LEFT_OUT.iter().map(|(name, _)| *name)).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    }
}
