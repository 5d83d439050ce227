//! Schemas of e-mail.

use serde_json::{Value, json};

use crate::{api::Api, records::schema::reference};

pub(super) fn register(api: &mut Api) {
    api.schema("EmailServer", server());
    api.schema("EmailWarmUp", warm_up());
    api.schema("EmailAccount", account());
    api.schema("EmailAccountPatch", patch());
    api.schema("EmailDomainCheck", domain());
    api.schema("EmailAddress", address());
    api.schema("Email", message());
    api.schema("NewEmail", draft());
    api.schema("EmailSuppression", suppression());
    api.schema("NewEmailSuppression", new_suppression());
}

fn id(about: &str) -> Value {
    json!({"type": "string", "format": "uuid", "description": about})
}

fn some_id(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "uuid", "description": about})
}

fn time(about: &str) -> Value {
    json!({"type": "string", "format": "date-time", "description": about})
}

fn some_time(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "date-time", "description": about})
}

fn text(about: &str) -> Value {
    json!({"type": "string", "description": about})
}

fn some_text(about: &str) -> Value {
    json!({"type": ["string", "null"], "description": about})
}

fn yes(about: &str) -> Value {
    json!({"type": "boolean", "description": about})
}

fn whole(about: &str) -> Value {
    json!({"type": "integer", "format": "int64", "description": about})
}

fn choice(of: &[&str], about: &str) -> Value {
    json!({"type": "string", "enum": of, "description": about})
}

/// All of it required.
fn object(about: &str, properties: Value) -> Value {
    let required: Vec<&String> = properties
        .as_object()
        .into_iter()
        .flat_map(|all| all.keys())
        .collect();
    json!({"type": "object", "description": about, "required": required, "properties": properties})
}

fn tls() -> Value {
    choice(
        &["implicit", "required", "none"],
        "Encrypted from the first byte; by STARTTLS and not without; not at all, for servers in networks that the operator allows.",
    )
}

fn privacy() -> Value {
    choice(
        &["everyone", "metadata", "owner"],
        "What others who see a contact see of its messages: all; from whom, to whom and when; nothing.",
    )
}

fn server() -> Value {
    object(
        "A mail server.",
        json!({
            "host": text("Its name."),
            "port": {"type": "integer", "minimum": 1, "maximum": 65535, "description": "Its port."},
            "tls": tls(),
            "user": text("Who signs in; nobody when empty.")
        }),
    )
}

fn account() -> Value {
    object(
        "An account to write and read e-mail by.",
        json!({
            "id": id("The account."),
            "version": whole("Counts up on every change; the ETag."),
            "address": {"type": "string", "format": "email", "description": "Where messages come from."},
            "sender_name": text("The name beside it."),
            "user_id": some_id("The member whose account it is; null for one of the workspace."),
            "privacy": privacy(),
            "is_default": yes("Taken when nothing else is said."),
            "state": choice(&["active", "paused"], "Whether it sends and fetches."),
            "smtp": reference("EmailServer"),
            "imap": {"oneOf": [reference("EmailServer"), {"type": "null"}], "description": "Where messages are fetched from."},
            "per_minute": whole("Messages in a minute at most."),
            "daily_cap": whole("Messages in a day at most; days are those of UTC."),
            "per_domain": whole("Messages in a minute to one mail domain at most, from all accounts of the workspace together."),
            "warm_up": {"oneOf": [reference("EmailWarmUp"), {"type": "null"}], "description": "The plan by which it has fewer messages a day at first."},
            "cap_today": whole("Messages that may go today, by the plan or `daily_cap`."),
            "sent_today": whole("Messages that went today."),
            "attachment_limit": whole("Bytes that the files of a message may have together."),
            "bounce_address": some_text("The mailbox that bounces come to, as `name+token@domain`; the account's own address when null, without tokens."),
            "dkim": {
                "type": ["object", "null"], "description": "What is to be published of the key that messages are signed with.",
                "required": ["selector", "name", "value"],
                "properties": {"selector": text("The selector."), "name": text("Name of the DNS record."), "value": text("Text of the DNS record, of type TXT.")}
            },
            "stores_unknown": yes("Messages of people who are no contacts make contacts of them; else they are left."),
            "send_error": some_text("Code of what went wrong at sending, unless something was sent since."),
            "send_reply": some_text("What the server said to it."),
            "failed_at": some_time("When that was."),
            "synced_at": some_time("When messages were last fetched."),
            "sync_error": some_text("Code of what went wrong at fetching, unless something was fetched since."),
            "sync_reply": some_text("What the server said to it."),
            "created_at": time("When it was made."),
            "created_by": id("By whom."),
            "updated_at": time("When it was last changed."),
            "may_change": yes("Whether the caller may change it.")
        }),
    )
}

fn warm_up() -> Value {
    object(
        "A plan by which an account has few messages on its first day and more on each next one, up to its `daily_cap`.",
        json!({
            "since": {"type": "string", "format": "date", "description": "The first day; days are those of UTC."},
            "first": whole("Messages on that day."),
            "growth": whole("Percent that each day has more than the one before.")
        }),
    )
}

fn domain() -> Value {
    let code = json!({
        "type": ["string", "null"],
        "description": "Why it is not good: `spf_several` of which none counts, `spf_open` to everybody, `spf_by_others` who may name \
            the server, `spf_without_server`, `dkim_no_key` of the account, `dkim_several`, `dkim_revoked`, `dkim_other_key`, \
            `dmarc_several`, `dmarc_policy` without a good one, `mx_null` takes no messages, `dns_no_answer`.",
    });
    let record = object(
        "What is published, and what should be.",
        json!({
            "kind": choice(&["spf", "dkim", "dmarc", "mx"], "What it is for."),
            "name": text("Name of the record."),
            "type": choice(&["TXT", "MX"], "Its type."),
            "wanted": some_text("What is to be published; null where that can't be said."),
            "found": {"type": "array", "description": "What was found.", "items": text("A record.")},
            "state": choice(&["good", "missing", "wrong", "unclear", "unknown"], "How it stands; `unclear` can't be judged from here, `unknown` got no answer."),
            "code": code
        }),
    );
    object(
        "What the DNS says of the domain of an account.",
        json!({
            "domain": text("The domain."),
            "checked_at": time("When it was asked for."),
            "records": {"type": "array", "description": "SPF, DKIM, DMARC, MX.", "items": record}
        }),
    )
}

fn new_server() -> Value {
    json!({
        "type": "object", "description": "A mail server.", "required": ["host"], "additionalProperties": false,
        "properties": {
            "host": {"type": "string", "maxLength": 253, "description": "Its name. Addresses of private networks are refused unless the operator allows them."},
            "port": {"type": "integer", "minimum": 1, "maximum": 65535, "description": "Its port; the usual one when left out."},
            "tls": tls(),
            "user": {"type": "string", "maxLength": 200, "description": "Who signs in."},
            "password": {"type": "string", "maxLength": 1000, "description": "By which password; the one that is known stays when left out."}
        }
    })
}

fn patch() -> Value {
    let mut imap = new_server();
    imap["type"] = json!(["object", "null"]);
    json!({
        "type": "object", "description": "An account, or what changes of it.", "additionalProperties": false,
        "properties": {
            "personal": yes("One's own, and not one of the workspace; said when it is made."),
            "address": {"type": "string", "format": "email", "description": "Where messages come from."},
            "sender_name": {"type": "string", "maxLength": 200, "description": "The name beside it."},
            "privacy": privacy(),
            "is_default": yes("Taken when nothing else is said."),
            "active": yes("Whether it sends and fetches."),
            "smtp": new_server(),
            "imap": imap,
            "per_minute": {"type": "integer", "minimum": 1, "maximum": 6000, "description": "Messages in a minute at most."},
            "daily_cap": {"type": "integer", "minimum": 1, "maximum": 1_000_000, "description": "Messages in a day at most."},
            "per_domain": {"type": "integer", "minimum": 1, "maximum": 6000, "description": "Messages in a minute to one mail domain at most."},
            "warm_up": {
                "type": ["object", "null"], "additionalProperties": false, "description": "The plan; null for none. What is left out stays, or is usual.",
                "properties": {
                    "since": {"type": "string", "format": "date", "description": "The first day; today when left out."},
                    "first": {"type": "integer", "minimum": 1, "maximum": 1_000_000, "description": "Messages on that day."},
                    "growth": {"type": "integer", "minimum": 10, "maximum": 200, "description": "Percent that each day has more than the one before."}
                }
            },
            "bounce_address": some_text("The mailbox that bounces come to; its server delivers `name+anything@` there."),
            "stores_unknown": yes("Messages of people who are no contacts make contacts of them.")
        }
    })
}

fn address() -> Value {
    object(
        "An address with the name beside it.",
        json!({"address": text("The address."), "name": text("The name; empty without one.")}),
    )
}

fn message() -> Value {
    let some = |about: &str| json!({"type": "array", "description": about, "items": reference("EmailAddress")});
    let properties = json!({
        "id": id("The message."),
        "account_id": id("The account that it went by."),
        "thread_id": id("The conversation."),
        "direction": choice(&["inbound", "outbound"], "Whether it came or went."),
        "state": choice(
            &["queued", "sending", "sent", "failed", "cancelled", "bounced", "received"],
            "Where it stands; `sent` means that the mail server took it.",
        ),
        "privacy": privacy(),
        "readable": yes("Whether the caller reads it; else subject, text and files are left out."),
        "from": reference("EmailAddress"),
        "to": some("To whom."),
        "cc": some("Who is to know."),
        "subject": some_text("One line."),
        "text": some_text("The text."),
        "html": some_text("The page of one that came, without what runs or loads; show it in a sandboxed frame."),
        "attachments": {"type": "array", "description": "Files that came or go with it.", "items": object("A file.", json!({
            "name": text("What it is called."), "size": whole("Bytes."),
            "file_id": some_id("The file that goes, or that it became with the contact; null where it was not kept."),
            "number": {"type": ["integer", "null"], "format": "int64", "description": "The version of the file that goes; null for those that came."}
        }))},
        "attempts": whole("Tries so far."),
        "last_error": some_text("Code of what went wrong last."),
        "last_reply": some_text("What the mail server said to it."),
        "at": time("When it was written."),
        "sent_at": some_time("When the mail server took it."),
        "created_by": some_id("Who wrote it here."),
        "quote_id": some_id("The quote whose link it brings; the text says `…` in the place of its token."),
        "retryable": yes("Whether it can be sent again."),
        "contact_ids": {"type": "array", "description": "Contacts that it concerns, as far as the caller sees them.", "items": id("A contact.")},
        "lead_ids": {"type": "array", "description": "Leads that it concerns, as far as the caller sees them.", "items": id("A lead.")}
    });
    object("A message.", properties)
}

fn draft() -> Value {
    let some = |about: &str| json!({"type": "array", "maxItems": 20, "description": about, "items": {"type": "string"}});
    json!({
        "type": "object", "description": "A message to be sent.", "required": ["subject", "text"], "additionalProperties": false,
        "properties": {
            "account_id": some_id("The account; the default one when left out."),
            "to": some("Addresses, each alone or as `Name <address>`; the first one of the contact when left out."),
            "cc": some("Who is to know."),
            "subject": {"type": "string", "minLength": 1, "maxLength": 250, "description": "One line."},
            "text": {"type": "string", "minLength": 1, "maxLength": 50000, "description": "The text."},
            "reply_to": some_id("The message that it answers."),
            "file_ids": {"type": "array", "maxItems": 20, "description": "Files that go with it, each in its present version: any that the caller sees, `attachment_limit` bytes of the account together. Upload those that are not there to the contact before.", "items": id("A file.")}
        }
    })
}

fn suppression() -> Value {
    object(
        "An address that nothing is sent to.",
        json!({
            "id": id("The entry."),
            "address": text("The address, in lower case."),
            "reason": choice(
                &["hard_bounce", "soft_bounces", "complaint", "unsubscribe", "manual"],
                "Why: it is not there; it was out of reach three times in a row; who reads there complained, or wants nothing more; somebody decided it.",
            ),
            "detail": some_text("What the mail server said, or a note."),
            "email_id": some_id("The message that came back."),
            "created_at": time("Since when."),
            "created_by": some_id("Who added it; nobody when it came about by itself.")
        }),
    )
}

fn new_suppression() -> Value {
    json!({
        "type": "object", "description": "An address to send nothing to.", "required": ["address"], "additionalProperties": false,
        "properties": {
            "address": {"type": "string", "format": "email", "description": "The address."},
            "reason": choice(&["manual", "unsubscribe", "complaint"], "Why."),
            "detail": {"type": ["string", "null"], "maxLength": 500, "description": "More about it."}
        }
    })
}
