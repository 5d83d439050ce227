//! The tables, those that refer to others before them.

use super::{
    Class::{Contact, Link, Member, Plain, Text},
    Erase, Mapped, person, rest,
};

/// Every table of the database.
#[rustfmt::skip]
pub static MAP: &[Mapped] = &[
    // What was made of records, and can go first.
    person("field_index", &["record_id"], Erase::Rows, &[(Contact, "value title"), (Link, "record_id"), (Plain, "workspace_id object field")]),
    person("unique_values", &["record_id"], Erase::Rows, &[(Contact, "value"), (Link, "record_id"), (Plain, "workspace_id field")]),
    person("search_documents", &["record_id"], Erase::Rows, &[
        (Contact, "title title_key text"), (Link, "record_id"), (Member, "owner_id"), (Plain, "workspace_id object team_id")]),
    person("duplicate_pairs", &["left_id", "right_id"], Erase::Rows, &[
        (Contact, "reasons"), (Link, "left_id right_id"), (Member, "decided_by"),
        (Plain, "workspace_id id object score state scan_id found_at decided_at")]),
    person("merge_moves", &["record_id"], Erase::Rows, &[(Link, "record_id former"), (Plain, "workspace_id merge_id object field")]),
    person("merge_attachments", &["id"], Erase::Rows, &[(Link, "id"), (Plain, "workspace_id merge_id kind")]),
    rest("merge_events", &[(Plain, "workspace_id merge_id event_id at")]),
    person("merges", &["survivor_id", "loser_id"], Erase::Rows, &[
        (Contact, "changes"), (Link, "survivor_id loser_id"), (Member, "merged_by undone_by"),
        (Plain, "workspace_id id object merged_at undone_at")]),
    person("followers", &["record_id"], Erase::Rows, &[(Link, "record_id"), (Member, "user_id"), (Plain, "workspace_id object since")]),
    person("record_shares", &["record_id"], Erase::Rows, &[
        (Link, "record_id"), (Member, "to_id user_id created_by"),
        (Plain, "workspace_id id object team_id may_edit until_at created_at")]),
    person("import_changes", &["record_id"], Erase::Rows, &[(Link, "record_id"), (Plain, "workspace_id import_id")]),
    person("quality_findings", &["record_id"], Erase::Rows, &[
        (Text, "text"), (Link, "record_id"), (Member, "created_by"),
        (Plain, "workspace_id id step_id version created_at updated_at severity object queue resolved_at")]),
    // What others were told.
    person("notifications", &["record_id"], Erase::Rows, &[
        (Contact, "data"), (Link, "record_id"), (Member, "user_id"),
        (Plain, "workspace_id id kind object created_at read_at topic shows_at")]),
    person("timeline_events", &["subject_id", "record_id"], Erase::Rows, &[
        (Contact, "data"), (Link, "subject_id record_id"), (Member, "actor_id"),
        (Plain, "workspace_id at id subject_object kind object")]),
    person("webhook_deliveries", &["record_id"], Erase::Rows, &[
        (Text, "payload response error"), (Link, "record_id"),
        (Plain, "workspace_id endpoint_id id at kind object state attempts due_at lease_token attempted_at status duration_ms")]),
    person("inbound_requests", &["record_id"], Erase::Naming, &[
        (Text, "sender_key body faults error"), (Link, "record_id"), (Plain, "workspace_id hook_id id received_at state attempted_at"),
    ]),
    person("form_submissions", &["lead_id"], Erase::Naming, &[
        (Text, "answers consents referrer"), (Contact, "ip_hash"), (Link, "lead_id"), (Member, "decided_by"),
        (Plain, "workspace_id form_id id version received_at page state reason language decided_at"),
    ]),
    person("bookings", &["contact_id", "lead_id"], Erase::Naming, &[
        (Contact, "name email ip_hash"), (Text, "answers"), (Link, "contact_id lead_id activity_id"),
        (Plain, "workspace_id id version page_id page state start_at end_at room_before room_after language time_zone moves \
                 cancelled_by created_at updated_at"),
    ]),
    person("outbox_events", &["record_id"], Erase::Rows, &[(Text, "payload"), (Link, "record_id"), (Plain, "workspace_id seq id at kind object")]),
    // What belongs to a person.
    person("consents", &["contact_id"], Erase::Rows, &[
        (Contact, "state at source proof note ip"), (Link, "contact_id file_id"), (Member, "recorded_by"),
        (Plain, "workspace_id id purpose_id channel proof_version recorded_at"),
    ]),
    person("score_marks", &["lead_id"], Erase::Rows, &[(Contact, "points since until counted"), (Link, "lead_id"), (Plain, "workspace_id rule_id")]),
    person("call_list_entries", &["record_id"], Erase::Rows, &[
        (Contact, "state call_at calls"), (Link, "record_id activity_id"), (Member, "taken_by worked_by"), (Plain, "workspace_id id list_id place taken_until worked_at"),
    ]),
    person("suggestion_rests", &["record_id"], Erase::Rows, &[(Link, "record_id"), (Member, "user_id"), (Plain, "workspace_id kind about_id until made_at")]),
    person("lead_consents", &["lead_id"], Erase::Rows, &[
        (Contact, "state at source proof note ip"), (Link, "lead_id file_id"), (Member, "recorded_by"),
        (Plain, "workspace_id id purpose_id channel proof_version recorded_at"),
    ]),
    person("lead_hand_offs", &["lead_id"], Erase::Rows, &[
        (Contact, "note return_reason"), (Link, "lead_id"),
        (Member, "by_id from_owner_id to_owner_id accepted_by returned_by"),
        (Plain, "workspace_id id at from_team_id to_team_id accepted_at returned_at replaced_at"),
    ]),
    person("lead_checks", &["lead_id"], Erase::Rows, &[(Link, "lead_id"), (Member, "by_id"), (Plain, "workspace_id item_id at")]),
    person("lead_conversions", &["lead_id", "contact_id"], Erase::Rows, &[
        (Contact, "former moved"), (Link, "lead_id contact_id"), (Member, "by_id undone_by"), (Plain, "workspace_id id at undone_at"),
    ]),
    // Messages with others stay with them, without the person's addresses.
    person("email_suppressions", &["email_id"], Erase::Naming, &[
        (Contact, "address"), (Text, "detail"), (Link, "email_id"), (Member, "created_by"), (Plain, "workspace_id id reason created_at"),
    ]),
    person("email_soft_bounces", &[], Erase::Naming, &[(Contact, "address"), (Plain, "workspace_id times last_at")]),
    person("email_links", &["contact_id"], Erase::Rows, &[(Link, "contact_id email_id"), (Plain, "workspace_id at")]),
    person("email_messages", &["id"], Erase::Rows, &[
        (Contact, "sender sender_name recipients subject subject_key body html attachments"), (Text, "last_error last_reply"),
        (Link, "id thread_id in_reply_to"), (Member, "owner_id created_by"),
        (Plain, "workspace_id account_id direction state privacy message_id attempts at sent_at quote_id"),
    ]),
    person("comments", &["record_id"], Erase::Rows, &[
        (Contact, "body"), (Link, "record_id"), (Member, "created_by"),
        (Plain, "workspace_id id version object created_at edited_at deleted_at"),
    ]),
    person("file_versions", &["file_id"], Erase::Rows, &[
        (Contact, "content_type size sha256"), (Link, "file_id content_id"), (Member, "created_by"),
        (Plain, "workspace_id number created_at"),
    ]),
    person("files", &["record_id"], Erase::Rows, &[
        (Contact, "name"), (Link, "record_id"), (Member, "created_by"),
        (Plain, "workspace_id id version object number created_at deleted_at"),
    ]),
    person("contact_roles", &["contact_id"], Erase::Rows, &[
        (Contact, "role role_key from_date to_date custom"), (Link, "contact_id company_id import_id"),
        (Member, "created_by updated_by owner_id"), (Plain, "workspace_id id version created_at updated_at team_id deleted_at"),
    ]),
    person("relationships", &["from_contact_id", "to_contact_id"], Erase::Rows, &[
        (Contact, "kind from_date to_date note note_key custom"), (Link, "from_contact_id to_contact_id import_id"),
        (Member, "created_by updated_by owner_id"), (Plain, "workspace_id id version created_at updated_at team_id deleted_at"),
    ]),
    person("deal_contacts", &["contact_id"], Erase::Rows, &[
        (Contact, "role note note_key custom"), (Link, "contact_id deal_id import_id"),
        (Member, "created_by updated_by owner_id"), (Plain, "workspace_id id version created_at updated_at team_id deleted_at"),
    ]),
    person("activity_reminders", &["activity_id"], Erase::Rows, &[
        (Link, "activity_id"), (Member, "user_id"), (Plain, "workspace_id minutes by_mail remind_at sent_at"),
    ]),
    person("activities", &["contact_id", "lead_id"], Erase::Activities, &[
        (Contact, "subject subject_key body outcome location custom"), (Link, "contact_id company_id deal_id lead_id import_id attendees"),
        (Member, "created_by updated_by owner_id members"),
        (Plain, "workspace_id id version created_at updated_at team_id deleted_at kind due_at done_at direction duration_minutes priority \
                 all_day recurrence series_id"),
    ]),
    // A lead is the person as they came to us.
    person("leads", &["id"], Erase::Rows, &[
        (Contact, "name name_key company_name company_name_key job_title emails phones language country city city_key website source \
                   campaign source_detail first_touch_at score grade chance return_reason unqualified_reason description tags problems custom \
                   next_step_at last_activity_at"),
        (Link, "id contact_id company_id deal_id import_id"), (Member, "created_by updated_by owner_id handed_off_by accepted_by"),
        (Plain, "workspace_id version created_at updated_at team_id deleted_at status mql_at sql_at handed_off_at accepted_at \
                 returned_at first_response_at response_due_at converted_at"),
    ]),
    person("deals", &["contact_id"], Erase::Loose, &[
        (Text, "name name_key lost_reason won_reason closed_note next_step description custom"), (Link, "contact_id company_id import_id"),
        (Member, "created_by updated_by owner_id"),
        (Plain, "workspace_id id version created_at updated_at team_id deleted_at pipeline_id stage_id status amount amount_follows_lines currency \
                 close_date stage_since closed_at source campaign tags next_step_at last_activity_at probability forecast_category lost_to_id \
                 contact_roles competitors quiet_at"),
    ]),
    // Quotes stay for their figures, without the person; what was sent to them and what they signed goes with them.
    person("quote_versions", &["contact_id"], Erase::Rows, &[
        (Contact, "document viewed_at outcome decided_at signer comment address_hash"), (Link, "contact_id"), (Member, "sent_by"),
        (Plain, "workspace_id quote_id number digest sent_at valid_until token_hash"),
    ]),
    person("quotes", &["contact_id"], Erase::Loose, &[
        (Text, "name name_key terms reason custom"), (Link, "contact_id company_id import_id"),
        (Member, "created_by updated_by owner_id approver_id asked_by"),
        (Plain, "workspace_id id version created_at updated_at team_id deleted_at number revision status deal_id currency \
                 price_book_id language valid_until subtotal discount tax total sent_at viewed_at decided_at"),
    ]),
    person("line_items", &[], Erase::Loose, &[
        (Text, "name description"),
        (Plain, "workspace_id id deal_id quote_id position product_id unit options quantity unit_price list_price \
                 discount_percent discount_amount tax_rate_id tax_name tax_percent tax_included gross discount net unit_cost"),
    ]),
    person("audit_entries", &["record_id"], Erase::Emptied, &[
        (Contact, "changes"), (Link, "record_id"), (Member, "actor_id"), (Plain, "workspace_id id at action object cause erased"),
    ]),
    person("retention_holds", &["contact_id"], Erase::Rows, &[
        (Contact, "reason"), (Link, "contact_id"), (Member, "created_by"), (Plain, "workspace_id created_at"),
    ]),
    person("lead_holds", &["lead_id"], Erase::Rows, &[
        (Contact, "reason"), (Link, "lead_id"), (Member, "created_by"), (Plain, "workspace_id created_at"),
    ]),
    person("contacts", &["id"], Erase::Rows, &[
        (Contact, "full_name full_name_key family_name family_name_key nickname honorific emails phones job_title \
                   lifecycle_stage source campaign first_touch_at language time_zone preferred_channel birth_date address city city_key province \
                   postal_code country description tags problems custom next_step_at last_activity_at"),
        (Link, "id company_id import_id"), (Member, "created_by updated_by owner_id"),
        (Plain, "workspace_id version created_at updated_at team_id deleted_at"),
    ]),
    // What machines keep for a while: it goes when it names the person.
    person("idempotency_keys", &[], Erase::Naming, &[
        (Text, "body location route"), (Member, "actor_id"), (Plain, "workspace_id key body_hash status version created_at"),
    ]),
    person("jobs", &[], Erase::Naming, &[
        (Text, "payload result checkpoint last_error dedupe_key"), (Member, "created_by"),
        (Plain, "workspace_id id queue kind state due_at lease_token attempts max_attempts cancel_requested progress_done \
                 progress_total created_at started_at finished_at"),
    ]),
    person("bulk_operations", &[], Erase::Naming, &[
        (Text, "target task error"), (Member, "created_by"),
        (Plain, "workspace_id id object state counts undo_counts job_id created_at updated_at finished_at"),
    ]),
    person("mail_messages", &[], Erase::Naming, &[
        (Contact, "recipient"), (Text, "sealed last_reply last_error"),
        (Plain, "workspace_id id purpose language message_id state attempts created_at sent_at expires_at"),
    ]),
    person("api_key_requests", &[], Erase::Naming, &[
        (Text, "route"), (Member, "ip"), (Plain, "workspace_id key_id id at method status micros request_id"),
    ]),
    person("oauth_app_requests", &[], Erase::Naming, &[
        (Text, "route"), (Member, "user_id ip"), (Plain, "workspace_id app_id id at method status micros request_id"),
    ]),
    // Texts of others: addresses and numbers of the person are taken out of them.
    person("imports", &[], Erase::Loose, &[
        (Text, "file_name columns preview options error"), (Member, "created_by"),
        (Plain, "workspace_id id object state file_size file_rows file_sha256 encoding delimiter counts job_id created_at \
                 updated_at finished_at source"),
    ]),
    person("companies", &[], Erase::Loose, &[
        (Text, "emails phones address description custom"), (Link, "import_id"), (Member, "created_by updated_by owner_id"),
        (Plain, "workspace_id id version created_at updated_at team_id deleted_at name name_key domain industry industry_key \
                 employees tax_id website city city_key province postal_code country lifecycle_stage parent_id tags \
                 next_step_at last_activity_at problems"),
    ]),
    person("saved_views", &[], Erase::Loose, &[
        (Text, "name name_key filter"), (Member, "created_by updated_by owner_id"),
        (Plain, "workspace_id id version created_at updated_at team_id deleted_at import_id custom object sort columns layout \
                 pinned position layout_field span group_by sums visibility locked"),
    ]),
    person("retention_rules", &[], Erase::Loose, &[
        (Text, "name filter"), (Member, "run_as"),
        (Plain, "workspace_id id version object months action active last_run_at last_result created_at updated_at"),
    ]),
    person("quality_steps", &[], Erase::Loose, &[
        (Text, "reason"), (Member, "owner_id"), (Plain, "workspace_id id audit_id number version updated_at state due_date"),
    ]),
    person("erasures", &[], Erase::Loose, &[
        (Text, "reason"), (Link, "contact_id"), (Member, "created_by"),
        (Plain, "workspace_id id object state counts job_id created_at finished_at"),
    ]),
    // Nothing about contacts.
    rest("erasure_marks", &[(Plain, "workspace_id mark kind erasure_id created_at")]),
    rest("consent_purposes", &[
        (Member, "created_by"),
        (Plain, "workspace_id id version name name_key description legal_basis channels wording wording_version retired_at created_at updated_at"),
    ]),
    rest("activity_outcomes", &[(Member, "updated_by"), (Plain, "workspace_id version items updated_at")]),
    rest("lead_checklists", &[(Member, "updated_by"), (Plain, "workspace_id version items updated_at")]),
    rest("processing_entries", &[(Member, "updated_by"), (Plain, "workspace_id id version entry created_at updated_at")]),
    rest("workspaces", &[(Plain, "id version created_at updated_at name language currency time_zone fields_version hides_companies")]),
    rest("users", &[(Member, "id email email_key full_name language password_hash password_changed_at"), (Plain, "version created_at updated_at")]),
    rest("memberships", &[(Member, "id user_id role team_id active last_seen_at"), (Plain, "workspace_id version created_at updated_at")]),
    rest("member_places", &[(Member, "membership_id manager_id role_id"), (Plain, "workspace_id")]),
    rest("member_teams", &[(Member, "membership_id team_id"), (Plain, "workspace_id")]),
    rest("invitations", &[
        (Member, "email email_key role team_id invited_by accepted_by"),
        (Plain, "workspace_id id token_hash created_at expires_at accepted_at revoked_at"),
    ]),
    rest("sessions", &[(Member, "user_id user_agent ip last_seen_at"), (Plain, "workspace_id id created_at expires_at ended_at end_reason by_provider")]),
    rest("refresh_tokens", &[(Plain, "workspace_id token_hash session_id issued_at used_at")]),
    rest("sign_ins", &[(Member, "user_id at method result ip user_agent"), (Plain, "workspace_id id")]),
    rest("sign_in_attempts", &[(Member, "subject failures last_failed_at blocked_until"), (Plain, "kind")]),
    rest("sign_in_challenges", &[(Member, "user_id state"), (Plain, "token_hash kind expires_at")]),
    rest("known_devices", &[(Member, "user_id device_hash last_seen_at")]),
    rest("totp_factors", &[(Member, "user_id id secret created_at confirmed_at last_step")]),
    rest("recovery_codes", &[(Member, "user_id code_hash created_at used_at")]),
    rest("passkeys", &[(Member, "user_id id credential_id credential name created_at last_used_at")]),
    rest("api_keys", &[
        (Member, "user_id name last_used_at last_used_ip"),
        (Plain, "workspace_id id token_hash hint scopes created_at expires_at revoked_at"),
    ]),
    rest("reminder_choices", &[(Member, "user_id kind reminders"), (Plain, "workspace_id")]),
    rest("activity_series", &[(Plain, "workspace_id id rule time_zone starts_at made_through ended_at")]),
    rest("notification_mutes", &[(Member, "user_id occasion"), (Plain, "workspace_id")]),
    rest("security_policies", &[(Plain, "workspace_id version updated_at require_second_factor session_minutes session_idle_minutes allowed_networks")]),
    rest("signing_keys", &[(Plain, "kid private_key public_key created_at")]),
    rest("setups", &[(Plain, "id at workspace_id")]),
    rest("roles", &[(Plain, "workspace_id id version created_at updated_at name name_key description rights")]),
    rest("teams", &[
        (Member, "created_by updated_by owner_id"),
        (Plain, "workspace_id id version created_at updated_at team_id deleted_at import_id custom name name_key"),
    ]),
    rest("tags", &[
        (Member, "created_by updated_by owner_id"),
        (Plain, "workspace_id id version created_at updated_at team_id deleted_at import_id custom name name_key colour"),
    ]),
    rest("pipelines", &[
        (Member, "created_by updated_by owner_id"),
        (Plain, "workspace_id id version created_at updated_at team_id deleted_at import_id custom name name_key position currency \
                 next_step_required win_reason_required lost_reasons won_reasons"),
    ]),
    rest("competitors", &[
        (Member, "created_by updated_by owner_id"), (Text, "strengths weaknesses"),
        (Plain, "workspace_id id version created_at updated_at team_id deleted_at import_id custom name name_key website"),
    ]),
    rest("deal_competitors", &[
        (Member, "created_by updated_by owner_id"), (Text, "note note_key"),
        (Plain, "workspace_id id version created_at updated_at team_id deleted_at import_id custom deal_id competitor_id state"),
    ]),
    rest("stages", &[
        (Member, "created_by updated_by owner_id"),
        (Plain, "workspace_id id version created_at updated_at team_id deleted_at import_id custom pipeline_id name name_key position probability kind \
                 required_fields rotting_days guidance colour forecast_category"),
    ]),
    rest("tax_rates", &[
        (Member, "created_by updated_by owner_id"), (Plain, "workspace_id id version created_at updated_at team_id deleted_at import_id custom name name_key percent included"),
    ]),
    rest("products", &[
        (Member, "created_by updated_by owner_id"),
        (Plain, "workspace_id id version created_at updated_at team_id deleted_at import_id custom name name_key code code_key kind category \
                 category_key unit price cost currency tax_rate_id options components bundle_price discontinued description"),
    ]),
    rest("price_books", &[
        (Member, "created_by updated_by owner_id"),
        (Plain, "workspace_id id version created_at updated_at team_id deleted_at import_id custom name name_key currency segment valid_from \
                 valid_to priority inactive"),
    ]),
    rest("prices", &[
        (Member, "created_by updated_by owner_id"),
        (Plain, "workspace_id id version created_at updated_at team_id deleted_at import_id custom price_book_id product_id unit_price \
                 unit_cost currency min_quantity note note_key"),
    ]),
    rest("exchange_rates", &[
        (Member, "created_by updated_by owner_id"),
        (Plain, "workspace_id id version created_at updated_at team_id deleted_at import_id custom currency day rate note note_key"),
    ]),
    rest("number_series", &[(Plain, "workspace_id name last")]),
    rest("commerce_settings", &[(Plain, "workspace_id settings version updated_at")]),
    rest("stage_changes", &[(Member, "actor_id"), (Plain, "workspace_id id deal_id from_stage_id to_stage_id at first_at further")]),
    rest("quotas", &[(Member, "subject_id updated_by"), (Plain, "workspace_id kind measure month value version updated_at")]),
    rest("forecast_calls", &[(Text, "note"), (Member, "caller_id subject_id"), (Plain, "workspace_id id month months amount created_at")]),
    rest("forecast_days", &[(Plain, "workspace_id day taken_at deals")]),
    rest("forecast_snapshots", &[
        (Member, "owner_id"), (Plain, "workspace_id day close_month team_id stage_id category currency deals amount weighted by_history"),
    ]),
    rest("deal_states", &[
        (Member, "owner_id"), (Plain, "workspace_id deal_id from_day to_day team_id stage_id category chance currency amount close_date"),
    ]),
    rest("stage_outcomes", &[(Plain, "workspace_id stage_id day closed won")]),
    rest("deal_totals", &[(Member, "owner_id"), (Plain, "workspace_id pipeline_id stage_id currency team_id count amount own_amount own_weighted")]),
    rest("stage_weeks", &[(Member, "owner_id"), (Plain, "workspace_id stage_id week currency team_id entered further closed won \
                                                         count amount own_amount own_weighted")]),
    rest("won_stays", &[(Member, "owner_id"), (Plain, "workspace_id pipeline_id closed_at deal_id team_id stays")]),
    rest("custom_fields", &[
        (Member, "created_by updated_by owner_id"),
        (Plain, "workspace_id id version created_at updated_at team_id deleted_at import_id custom label label_key object name kind \
                 labels help options target currency required is_unique private marks_duplicates default_value position \
                 storage_key former"),
    ]),
    rest("duplicate_settings", &[(Plain, "workspace_id review sure")]),
    rest("quality_settings", &[(Plain, "workspace_id settings")]),
    rest("quality_scores", &[(Plain, "workspace_id object day measured_at records complete valid uniq fresh score queues")]),
    rest("quality_audits", &[
        (Member, "created_by owner_id finished_by"),
        (Plain, "workspace_id id version created_at updated_at name due_date finished_at scores reaudit_date reminded_at"),
    ]),
    rest("inbound_hooks", &[
        (Member, "created_by"), (Plain, "workspace_id id version name object mapping options state token_hash token created_at updated_at"),
    ]),
    rest("business_calendars", &[
        (Member, "created_by"), (Plain, "workspace_id id version name time_zone week holidays is_default created_at updated_at"),
    ]),
    rest("team_calendars", &[(Plain, "workspace_id team_id calendar_id")]),
    rest("work_profiles", &[
        (Member, "user_id languages skills territories max_open max_per_day away_until alerts_by_mail"), (Plain, "workspace_id version updated_at"),
    ]),
    rest("routing_rules", &[
        (Member, "user_ids fallback_id created_by"),
        (Plain, "workspace_id id version position name filter method team_id needs active created_at updated_at"),
    ]),
    rest("routing_turns", &[(Member, "user_id"), (Plain, "workspace_id rule_id turn")]),
    rest("routing_settings", &[(Member, "default_user_id"), (Plain, "workspace_id version turn clocks updated_at")]),
    rest("score_rules", &[
        (Member, "created_by"), (Plain, "workspace_id id version position name filter happening points days active created_at updated_at"),
    ]),
    rest("score_settings", &[(Plain, "workspace_id version revision bands least_auc model_id updated_at")]),
    rest("score_models", &[(Member, "learned_by"), (Plain, "workspace_id id number learned_at newest_at counts test")]),
    rest("score_examinations", &[(Plain, "workspace_id id model_id at verdict test")]),
    rest("product_pairs", &[(Plain, "workspace_id product_id other_id together with_product with_other purchases")]),
    rest("forms", &[(Member, "created_by"), (Plain, "workspace_id id version name slug design active created_at updated_at")]),
    rest("booking_pages", &[(Member, "created_by"), (Plain, "workspace_id id version name slug design active created_at updated_at")]),
    rest("booking_page_hosts", &[(Member, "user_id time_zone week"), (Plain, "workspace_id page_id place")]),
    rest("booking_desks", &[(Member, "user_id booked"), (Plain, "workspace_id")]),
    rest("booking_hosts", &[(Member, "user_id"), (Plain, "workspace_id booking_id place")]),
    rest("booking_links", &[(Plain, "workspace_id token_hash booking_id")]),
    rest("call_lists", &[(Member, "owner_id created_by"), (Plain, "workspace_id id version name object script team_id places created_at updated_at")]),
    rest("call_list_members", &[(Member, "user_id"), (Plain, "workspace_id list_id")]),
    rest("calendar_feeds", &[(Member, "user_id"), (Plain, "workspace_id token_hash busy_only created_at")]),
    rest("email_accounts", &[
        (Member, "address sender_name user_id smtp_user bounce_address imap_user created_by"),
        (Plain, "workspace_id id version privacy is_default state smtp_host smtp_port smtp_tls per_minute daily_cap per_domain warm_up_since \
                 warm_up_first warm_up_growth dkim_selector \
                 dkim_public imap_host imap_port imap_tls stores_unknown sealed send_error send_reply failed_at uid_validity \
                 last_uid watched_by watched_until synced_at sync_error sync_reply created_at updated_at deleted_at"),
    ]),
    rest("oauth_apps", &[(Member, "created_by"),
        (Plain, "workspace_id id version created_at updated_at name confidential secret_hash secret_hint redirect_uris scopes active"),
    ]),
    rest("oauth_grants", &[(Member, "user_id last_used_at last_used_ip"), (Plain, "workspace_id id app_id scopes created_at expires_at ended_at end_reason")]),
    rest("oauth_codes", &[(Member, "user_id"), (Plain, "workspace_id code_hash app_id redirect_uri challenge scopes expires_at used_at grant_id")]),
    rest("oauth_tokens", &[(Plain, "workspace_id token_hash grant_id kind scopes expires_at used_at")]),
    rest("sign_in_providers", &[
        (Plain, "workspace_id version created_at updated_at label issuer client_id secret domains join_role proves_second_factor active"),
    ]),
    rest("provider_identities", &[(Member, "subject user_id linked_at"), (Plain, "workspace_id issuer")]),
    rest("webhook_endpoints", &[
        (Member, "created_by"),
        (Plain, "workspace_id id version url description kinds state reason secret former_secret former_until failing_since \
                 place_seq place_id created_at updated_at"),
    ]),
    rest("audit_seals", &[(Plain, "workspace_id number at last_id entries digest chain scheme")]),
    rest("job_lanes", &[(Plain, "workspace_id queue served_at")]),
    rest("job_kinds", &[(Plain, "kind served_at")]),
    rest("job_pauses", &[(Member, "paused_by"), (Plain, "workspace_id scope name paused_at")]),
    rest("job_schedules", &[(Plain, "workspace_id name id version cron time_zone paused next_at last_at last_job_id updated_at")]),
    rest("recent_writers", &[(Member, "user_id"), (Plain, "workspace_id wrote_at")]),
    rest("rate_buckets", &[(Plain, "workspace_id name free_at refusals")]),
    rest("upkeep", &[(Plain, "name due_at")]),
];
