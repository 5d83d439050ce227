//! Every operation of the API document by every role: what is not allowed is refused, and nothing else is.
//!
//! What a role is given stands in one table and what an operation asks for in another one; both are written down here
//! and not asked of the code. An operation without a row fails.

use relasi_domain::{OBJECTS, record::Guard};
use relasi_tests::{Member, Method, TestApp, on_both};
use serde_json::{Value, json};

use super::{member_with, targets::Targets};
use crate::mail::Mailing;

/// What a role is given on records of others, of the own, and in the workspace.
#[derive(Clone, Copy)]
struct Given {
    role: &'static str,
    /// Records of somebody else: see, edit, delete, export.
    others: [bool; 4],
    /// Whether it adds records at all.
    add: bool,
    /// Whether it takes out any record.
    export: bool,
    import: bool,
    settings: bool,
    members: bool,
    audit: bool,
}

#[rustfmt::skip]
const ROLES: [Given; 7] = [
    Given { role: "owner", others: [true; 4], add: true, export: true, import: true, settings: true, members: true, audit: true },
    Given { role: "admin", others: [true; 4], add: true, export: true, import: true, settings: true, members: true, audit: true },
    Given { role: "manager", others: [true, false, false, true], add: true, export: true, import: true, settings: false, members: false, audit: false },
    Given { role: "member", others: [true, false, false, false], add: true, export: true, import: false, settings: false, members: false, audit: false },
    Given { role: "read_only", others: [true, false, false, false], add: false, export: false, import: false, settings: false, members: false, audit: false },
    Given { role: "own records only", others: [false; 4], add: true, export: true, import: false, settings: false, members: false, audit: false },
    Given { role: "no export", others: [true, true, true, false], add: true, export: false, import: true, settings: true, members: true, audit: true },
];

fn rights(role: &str) -> Option<Value> {
    match role {
        "own records only" => Some(
            json!({"records": {"see": "own", "add": "own", "edit": "own", "delete": "own", "export": "own"}}),
        ),
        "no export" => Some(json!({
            "records": {"see": "all", "add": "all", "edit": "all", "delete": "all"}, "workspace": ["import", "settings", "members", "audit"],
        })),
        _ => None,
    }
}

/// What an operation asks for. Those on a record are tried on one of somebody else.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asks {
    /// Nothing: without a session, or whoever is signed in, for what is one's own.
    Nothing,
    See,
    Edit,
    Delete,
    /// To take out this record.
    Export,
    Add,
    /// To say something about a record that one sees.
    Comment,
    /// To take out any record.
    ExportSome,
    Import,
    Settings,
    Members,
    Audit,
    /// To see every record.
    SeeAll,
    /// To be an owner.
    Owner,
    /// The settings and every record.
    Overview,
    /// The settings, every record, and to take out every record.
    Everything,
    /// To see every record and to add some.
    Reception,
    /// The maker of it, or who may do everything.
    Maker,
    /// The maker of it, or who manages members.
    Keeper,
    /// The maker of it alone, of whom others know nothing.
    OnlyMaker,
    /// The same, and to be the maker of it.
    OwnFile,
    /// The same for a copy that needs no settings.
    OwnCopy,
    /// The writer of it alone.
    Writer,
    /// To work on it, or to change the settings.
    Joined,
}
use Asks::{
    Add, Audit, Comment, Delete, Edit, Everything, Export, ExportSome, Import, Joined, Keeper,
    Maker, Members, Nothing, OnlyMaker, Overview, OwnCopy, OwnFile, Owner, Reception, See, SeeAll,
    Settings, Writer,
};

impl Asks {
    /// The refusal to expect: 403 for what is known of, 404 for what is not even seen; none for what is allowed.
    fn refusal(self, given: &Given) -> Option<u16> {
        let [see, edit, delete, export] = given.others;
        let on_record = |allowed: bool| match (see, allowed) {
            (false, _) => Some(404),
            (true, allowed) => (!allowed).then_some(403),
        };
        let plain = |allowed: bool| (!allowed).then_some(403);
        match self {
            Nothing => None,
            See => on_record(true),
            Edit => on_record(edit),
            Delete => on_record(delete),
            Export => on_record(export),
            Comment => on_record(given.add),
            Add => plain(given.add),
            ExportSome => plain(given.export),
            Import => plain(given.import),
            Settings => plain(given.settings),
            Owner => plain(given.role == "owner"),
            Members => plain(given.members),
            Audit => plain(given.audit),
            SeeAll => plain(see),
            Reception => plain(see && given.add),
            Writer => on_record(false),
            Joined => (!given.settings).then_some(404),
            Keeper => (!given.members).then_some(404),
            OnlyMaker => Some(404),
            OwnFile => plain(given.settings && see && export).or(Some(404)),
            OwnCopy => plain(see && export).or(Some(404)),
            Overview => plain(given.settings && see),
            Everything => plain(given.settings && see && export),
            Maker => (!(given.settings && see)).then_some(404),
        }
    }
}

/// The row of an operation of one object: `list_contacts`, `get_contact`, `comment_on_contact`.
#[expect(clippy::match_same_arms, reason = "the order of the arms decides")]
fn of_object(name: &str, guard: Guard) -> Option<Asks> {
    let verb = [
        "comments_on",
        "comment_on",
        "files_of",
        "attach_file_to",
        "followers_of",
        "shares_of",
        "access_to",
        "history_of",
        "timeline_of",
        "find_duplicates_of",
    ]
    .into_iter()
    .find(|verb| name.starts_with(verb))
    .or_else(|| name.ends_with("_as_of").then_some("as_of"))
    .or_else(|| name.split('_').next())?;
    let settings = guard == Guard::Settings;
    // Views are one's own: those of others are not there, and everybody who adds something makes some.
    let personal = guard == Guard::Personal;
    Some(match verb {
        "list" | "count" | "group" | "find_duplicates_of" => Nothing,
        "get" | "as_of" | "history_of" | "timeline_of" | "comments_on" | "files_of"
        | "followers_of" | "follow" | "unfollow" | "shares_of" | "access_to"
            if !settings && !personal =>
        {
            See
        }
        "get" | "as_of" | "history_of" | "timeline_of" => Nothing,
        "create" | "replace" | "update" | "restore" | "revert" | "delete" if settings => Settings,
        "create" => Add,
        "replace" | "update" | "restore" | "revert" | "delete" if personal => return None,
        "attach_file_to" | "share" | "replace" | "update" | "restore" | "revert" | "merge" => Edit,
        "comment_on" => Comment,
        "delete" => Delete,
        _ => return None,
    })
}

/// The rows of all other operations.
#[rustfmt::skip]
#[expect(clippy::match_same_arms, reason = "the rows of one subject stand together")]
fn row(operation: &str) -> Option<Asks> {
    Some(match operation {
        // Without a session, or about one's own.
        "get_setup" | "set_up" | "sign_in" | "finish_sign_in" | "begin_passkey_sign_in" | "finish_passkey_sign_in" | "refresh_session" | "sign_out" | "switch_workspace" | "list_sessions" | "end_session"
        | "get_me" | "update_me" | "change_password" | "list_workspaces" | "preview_invitation" | "accept_invitation" | "send_to_inbound_hook"
        | "ask_password_reset" | "get_password_reset" | "reset_password" | "change_email" | "get_email_change" | "confirm_email"
        | "get_file_content" | "list_notifications" | "read_notification" | "read_all_notifications" | "snooze_notifications"
        | "get_notification_settings" | "set_notification_settings" | "list_api_keys" | "create_api_key"
        | "list_connected_apps" | "list_connected_app_requests" | "get_app_request" | "decide_on_app_request" => Nothing,
        "get_security" | "begin_totp" | "confirm_totp" | "remove_totp" | "make_recovery_codes" | "begin_passkey" | "add_passkey"
        | "rename_passkey" | "remove_passkey" | "list_sign_ins" | "list_sign_in_links" | "begin_sign_in_link" | "add_sign_in_link"
        | "remove_sign_in_link" => Nothing,
        // Everybody in the workspace, as far as they see.
        "get_schema" | "get_workspace" | "list_members" | "get_member" | "list_roles" | "get_role" | "search" | "get_home"
        | "list_duplicates" | "count_duplicates" | "get_duplicate_settings" | "list_merges" | "list_jobs" | "list_bulk_operations"
        | "totals_of_pipeline" | "rates_of_pipeline" | "get_sales_report" | "get_sales_report_csv" | "list_sales_report_rows" | "get_forecast" | "get_forecast_csv"
        | "get_forecast_changes" | "get_forecast_accuracy" | "get_quotas" | "get_sales_board" | "list_forecast_calls" | "get_sample_data" | "list_events" | "stream_events" => Nothing,
        "list_business_calendars" | "get_business_calendar" | "list_work_profiles" | "get_speed_to_lead" => Nothing,
        "create_business_calendar" | "update_business_calendar" | "delete_business_calendar" | "list_routing_rules" | "create_routing_rule"
        | "get_routing_rule" | "update_routing_rule" | "delete_routing_rule" | "get_routing_settings" | "update_routing_settings"
        | "list_score_rules" | "create_score_rule" | "get_score_rule" | "update_score_rule" | "delete_score_rule" | "get_lead_score"
        | "update_lead_score" | "list_score_models" | "learn_score_model" | "examine_score_model" 
         | "try_routing" | "set_quotas" | "say_forecast_call" | "set_work_profile" | "create_form" | "update_form" | "delete_form" => Settings,
        "create_booking_page" | "update_booking_page" | "delete_booking_page" => Settings,
        "list_booking_pages" | "get_booking_page" | "list_slots" | "list_bookings" => Nothing,
        "create_call_list" => Add,
        "list_call_lists" => Nothing,
        "get_call_list" | "update_call_list" | "delete_call_list" | "list_call_list_entries" | "take_next_of_call_list" | "log_call_of_entry"
        | "move_call_list_entry" | "delete_call_list_entry" => Joined,
        "get_calendar_feed" | "set_calendar_feed" | "renew_calendar_feed" => Nothing,
        "list_forms" | "get_form" | "list_submissions" | "release_submission" | "discard_submission" => Reception,
        "export_speed_to_lead" => ExportSome,
        "route_lead" => Edit,
        "explain_lead_score" | "suggest_deal_products" | "suggest_company_products" => See,
        "list_needy_deals" | "list_loose_contacts" => Nothing,
        "dismiss_suggestion" => See,
        "get_quality" | "get_quality_settings" | "list_quality_scores" | "list_quality_audits" | "get_quality_audit" => SeeAll,
        // One's own views and what is shown; another one's is not there.
        "replace_saved_view" | "update_saved_view" | "restore_saved_view" | "revert_saved_view" | "delete_saved_view" => Nothing,
        "get_contact_card" | "copy_contact" | "copy_lead" => Export,
        "get_person_copy_file" => OwnCopy,
        "preview_erasure_of_contact" | "erase_contact" | "preview_erasure_of_lead" | "erase_lead" | "list_erasures" => Everything,
        "list_consent_purposes" => Nothing,
        "create_consent_purpose" | "update_consent_purpose" => Settings,
        "list_retention_rules" | "create_retention_rule" | "update_retention_rule" | "delete_retention_rule" | "preview_retention_rule"
        | "list_retention_holds" | "hold_contact" | "release_contact" | "hold_lead" | "release_lead" => Settings,
        "list_processing_entries" | "create_processing_entry" | "update_processing_entry" | "delete_processing_entry"
        | "draft_processing_entries" | "export_processing_entries" => Settings,
        "get_quote_settings" | "rates_of_day" => Nothing,
        "set_quote_settings" => Settings,
        "get_lines_of_deal" | "get_lines_of_quote" | "list_versions_of_quote" | "propose_letter_of_quote" | "list_emails_of_quote" | "get_document_of_quote" | "get_pdf_of_quote" => See,
        "set_lines_of_deal" | "set_lines_of_quote" | "copy_lines_to_quote" | "send_quote" | "mail_quote" | "request_approval_of_quote" => Edit,
        // Who may decide is told once there is something to decide on.
        "approve_quote" | "reject_quote" => See,
        "get_consents_of_contact" | "may_contact" | "get_consents_of_lead" | "may_contact_lead" | "get_checklist_of_lead" | "list_matches_of_lead" => See,
        "note_consent_of_contact" | "note_consent_of_lead" => Edit,
        "move_lead" | "qualify_lead" | "disqualify_lead" | "reopen_lead" | "hand_off_lead" | "accept_lead" | "return_lead" | "convert_lead"
        | "undo_conversion_of_lead" | "tick_lead" => Edit,
        "get_lead_checklist" | "get_hand_off_report" | "list_hand_offs" | "get_activity_outcomes" => Nothing,
        "set_lead_checklist" | "set_activity_outcomes" => Settings,
        "get_activity_calendar" => Export,
        "get_reporting_line_of_contact" | "get_family_of_company" | "get_file" => See,
        "list_reminders_of_activity" | "set_reminders_of_activity" => See,
        "get_reminder_settings" | "set_reminder_settings" => Nothing,
        "repeat_activity" | "preview_repeat_of_activity" | "change_series_of_activity" => Edit,
        "end_series_of_activity" => Delete,
        "complete_activity" | "reopen_activity" | "move_deal" | "win_deal" | "lose_deal" | "reopen_deal" => Edit,
        "contacts_of_deal" | "competitors_of_deal" | "stages_of_deal" => See,
        "merge_reasons_of_pipeline" => Settings,
        "edit_comment" => Writer,
        "delete_comment" | "restore_comment" => Delete,
        "unshare" => Edit,
        "rename_file" | "delete_file" | "restore_file" | "add_file_version" => Edit,
        "get_duplicate" | "get_merge" => See,
        "decide_not_same" | "reopen_duplicate" | "undo_merge" => Edit,
        "start_bulk_operation" | "preview_bulk_operation" => ExportSome,
        "get_bulk_operation" | "get_refused_records" | "undo_bulk_operation" | "get_job" | "cancel_job" => Maker,
        "requeue_job" | "drop_job" | "update_job_schedule" | "run_job_schedule" => Maker,
        "get_exported_file" | "disconnect_app" => OnlyMaker,
        "list_imports" | "upload_import" | "get_import" | "change_import" | "check_import" | "run_import" | "import_another_sheet" | "get_rejected_rows"
        | "undo_import" | "scan_duplicates" | "measure_quality" | "create_quality_audit" => Import,
        "update_quality_audit" | "finish_quality_audit" | "update_quality_step" | "create_quality_finding" | "update_quality_finding" => Import,
        "update_workspace" | "get_mail" | "list_mail_messages" | "retry_mail_message" | "send_test_mail" | "get_security_policy" | "set_security_policy" | "set_duplicate_settings" | "set_quality_settings" | "load_sample_data" | "remove_sample_data" => Settings,
        "list_webhook_endpoints" | "create_webhook_endpoint" | "get_webhook_endpoint" | "update_webhook_endpoint" | "delete_webhook_endpoint"
        | "list_webhook_deliveries" | "replay_webhook_endpoint" | "resend_webhook_delivery" | "rotate_webhook_secret"
        | "test_webhook_endpoint" | "list_inbound_hooks" | "create_inbound_hook" | "get_inbound_hook" | "update_inbound_hook"
        | "delete_inbound_hook" | "rotate_inbound_token" | "list_inbound_requests" | "try_inbound_hook" | "replay_inbound_request" => Settings,
        "list_email_accounts" | "get_email_account" | "check_email_domain" => Nothing,
        "create_email_account" | "update_email_account" | "delete_email_account" | "test_email_account" | "sync_email_account"
        | "make_email_key" | "list_email_suppressions" | "suppress_email" | "lift_email_suppression" => Settings,
        "write_email_to_contact" | "write_email_to_lead" | "retry_email" => Edit,
        "get_email" => See,
        "list_apps" | "create_app" | "get_app" | "list_app_requests" | "update_app" | "delete_app" | "rotate_app_secret" => Settings,
        "get_sign_in_provider" => Settings,
        "set_sign_in_provider" | "remove_sign_in_provider" => Owner,
        "find_sign_in_providers" | "begin_provider_sign_in" | "finish_provider_sign_in" => Nothing,
        "revoke_api_key" | "list_api_key_requests" => Keeper,
        "export_workspace" => Everything,
        "get_background_work" | "pause_background_work" | "resume_background_work" | "requeue_jobs" | "list_job_schedules" => Overview,
        "get_workspace_export_file" => OwnFile,
        "get_belongings" | "hand_over" | "list_left" | "invite" | "resend_invitation" | "list_invitations" | "revoke_invitation" | "update_member" | "create_role" | "copy_role" | "update_role" | "delete_role"
        | "list_member_sign_ins" | "end_member_sessions" | "remove_member_factors" => Members,
        "list_audit_entries" | "export_audit_entries" => Audit,
        _ => return None,
    })
}

fn asks(operation: &str, path: &str) -> Asks {
    let plural = path
        .trim_start_matches("/api/v1/")
        .split('/')
        .next()
        .unwrap_or_default();
    let object = OBJECTS.iter().find(|object| object.plural == plural);
    let of_object = || of_object(operation, object?.guard);
    row(operation)
        .or_else(of_object)
        .unwrap_or_else(|| panic!("{operation}: no row in the matrix of roles"))
}

/// Operations that say who comes, so that no role stands behind them, and the one that ends the session of the caller.
const OPEN: [&str; 3] = ["sign_out", "switch_workspace", "refresh_session"];

fn actors(app: &TestApp) -> Vec<(Given, Member)> {
    let actor = |given: Given| {
        let member = match (given.role, rights(given.role)) {
            ("owner", _) => app.owner.clone(),
            (_, Some(rights)) => member_with(app, &rights, None),
            (role, None) => app.member(role),
        };
        (given, member)
    };
    ROLES.map(actor).into()
}

on_both! {
    fn every_operation_obeys_the_rights_of_every_role(at: Mailing) {
        let Mailing { app, sink: _sink } = at;
        let mut targets = Targets::of(&app);
        let actors = actors(&app);
        let document = app.anonymous().get("/api/openapi.json").ok(200);
        let (mut asked, mut wrong) = (0, Vec::new());
        for (path, operations) in document["paths"].as_object().unwrap() {
            for (method, described) in operations.as_object().unwrap() {
                let operation = described["operationId"].as_str().unwrap();
                let asks = asks(operation, path);
                let public = described["security"].as_array().is_some_and(|all| all.iter().any(|one| one == &json!({})));
                if public || described["security"] == json!([]) || OPEN.contains(&operation) {
                    continue;
                }
                let method: Method = method.to_uppercase().parse().unwrap();
                for (given, actor) in &actors {
                    let reply = targets.ask(actor, operation, &method, path);
                    let fits = match asks.refusal(given) {
                        Some(refusal) => reply.status == refusal,
                        // What is one's own is tried on what is another's.
                        None if asks == Nothing => !matches!(reply.status, 401 | 403 | 500..),
                        None => !matches!(reply.status, 401 | 403 | 404 | 500..),
                    };
                    if !fits {
                        wrong.push(format!("{} {operation} {asks:?}: {} {}", given.role, reply.status, reply.text()));
                    }
                    asked += 1;
                }
            }
        }
        assert!(asked > 1_000, "{asked}");
        assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
    }
}
