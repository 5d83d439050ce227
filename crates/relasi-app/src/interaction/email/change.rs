//! Accounts made, changed and removed: those of the workspace by whom settings are given to, one's own by oneself.

use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Action,
};
use relasi_persistence::{Statement, sql::Value as Sql};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    Emails,
    account::{self, Account, MAX_ACCOUNTS, Server, Tls, by_id, mine},
    dkim::DkimKey,
    pace::NewPlan,
    privacy::Privacy,
    secrets::Secrets,
    values::Values,
};
use crate::{
    audit,
    records::Work,
    refusal::{Refusal, Result},
    versioned::{differences, same_version, update},
};

const MAX_PASSWORD: usize = 1_000;

/// A mail server as people name it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewServer {
    /// Its name.
    pub host: String,
    /// Its port; the usual one when left out.
    #[serde(default)]
    pub port: Option<u16>,
    /// How the line is kept private.
    #[serde(default)]
    pub tls: Tls,
    /// Who signs in.
    #[serde(default)]
    pub user: String,
    /// By which password; the one that is known stays when left out.
    #[serde(default)]
    pub password: Option<String>,
}

/// What makes or changes an account; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccountPatch {
    /// One's own, and not one of the workspace; said when it is made.
    pub personal: Option<bool>,
    /// The address that messages come from.
    pub address: Option<String>,
    /// The name beside it.
    pub sender_name: Option<String>,
    /// What others see of its messages.
    pub privacy: Option<Privacy>,
    /// Taken when nothing else is said.
    pub is_default: Option<bool>,
    /// Whether it sends and fetches.
    pub active: Option<bool>,
    /// Where messages are sent by.
    pub smtp: Option<NewServer>,
    /// Where messages are fetched from; null for nowhere.
    #[serde(deserialize_with = "some")]
    pub imap: Option<Option<NewServer>>,
    /// Messages in a minute at most.
    pub per_minute: Option<i64>,
    /// Messages in a day at most.
    pub daily_cap: Option<i64>,
    /// Messages in a minute to one mail domain at most.
    pub per_domain: Option<i64>,
    /// The plan by which it has fewer messages a day at first; null for none.
    #[serde(deserialize_with = "some")]
    pub warm_up: Option<Option<NewPlan>>,
    /// The mailbox that bounces come to; null for the account's own address.
    #[serde(deserialize_with = "some")]
    pub bounce_address: Option<Option<String>>,
    /// Messages of people who are no contacts make contacts of them.
    pub stores_unknown: Option<bool>,
}

/// Tells null from what was left out.
#[expect(
    clippy::option_option,
    reason = "left out, null and a value mean three things"
)]
fn some<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> std::result::Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// The passwords that come with a change, into the secrets of the account.
fn take_passwords(patch: &AccountPatch, secrets: &mut Secrets) -> Result<()> {
    let mut faults = Faults::default();
    let imap = patch.imap.as_ref().and_then(Option::as_ref);
    let both = [
        ("smtp", patch.smtp.as_ref(), &mut secrets.smtp_password),
        ("imap", imap, &mut secrets.imap_password),
    ];
    for (at, server, kept) in both {
        let Some(new) = server.and_then(|server| server.password.as_ref()) else {
            continue;
        };
        let long = new.len() > MAX_PASSWORD;
        faults.wrong(long, || format!("/{at}/password"), "too_long");
        kept.clone_from(new);
    }
    Ok(faults.into_result()?)
}

fn is_own(work: &Work<'_>, personal: bool) -> Result<Option<Uuid>> {
    if personal {
        Ok(Some(work.access.user_id))
    } else if work.access.may(Action::Settings) {
        Ok(None)
    } else {
        Err(Refusal::Forbidden)
    }
}

/// Makes an account.
pub fn create(work: &mut Work<'_>, emails: &Emails, new: &AccountPatch) -> Result<Account> {
    let personal = new.personal.unwrap_or_default();
    let user = is_own(work, personal)?;
    let values = Values::of(None, new, work.now.date_naive());
    values.check(emails, personal)?;
    let mut secrets = Secrets::default();
    take_passwords(new, &mut secrets)?;
    let (workspace, id) = (work.access.workspace_id, Uuid::now_v7());
    if account::usable(work)?.len() >= MAX_ACCOUNTS as usize {
        return Err(Refusal::Conflict("too_many_email_accounts"));
    }
    let mut row: Vec<(&str, Sql)> = vec![
        ("workspace_id", workspace.into()),
        ("id", id.into()),
        ("version", 1_i64.into()),
        ("user_id", user.into()),
        (
            "sealed",
            secrets.seal(&emails.0.vault, workspace, id).into(),
        ),
        ("last_uid", 0_i64.into()),
        ("created_at", work.now.into()),
        ("created_by", work.access.user_id.into()),
        ("updated_at", work.now.into()),
    ];
    row.extend(values.columns());
    let (columns, row): (Vec<&str>, Vec<Sql>) = row.into_iter().unzip();
    work.store()
        .insert_rows("email_accounts", &columns, &[row])?;
    only_default(work, id, user, values.is_default)?;
    audit::note(work, "created", "email_account", id, json!([]))?;
    by_id(work.conn, workspace, id)?.ok_or(Refusal::NotFound)
}

/// Of the workspace's accounts, and of each member's, one is the default.
fn only_default(work: &mut Work<'_>, id: Uuid, user: Option<Uuid>, is_default: bool) -> Result<()> {
    if !is_default {
        return Ok(());
    }
    let mut others =
        Statement::new("UPDATE email_accounts SET version = version + 1, is_default = ");
    others.bind(false).push(" WHERE workspace_id = ");
    others.bind(work.access.workspace_id);
    match user {
        Some(user) => others.push(" AND user_id = ").bind(user),
        None => others.push(" AND user_id IS NULL"),
    };
    others.push(" AND is_default = ").bind(true);
    others.push(" AND id <> ").bind(id);
    work.conn.execute(&others)?;
    Ok(())
}

fn open(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<Account> {
    let found = mine(work, id)?;
    same_version(version, found.version, &found)?;
    Ok(found)
}

/// Changes an account. What others see of its messages holds for those that are there as well.
pub fn change(
    work: &mut Work<'_>,
    emails: &Emails,
    id: Uuid,
    version: Option<i64>,
    patch: &AccountPatch,
) -> Result<Account> {
    let before = open(work, id, version)?;
    let other = patch
        .personal
        .is_some_and(|personal| personal != before.user_id.is_some());
    if other {
        return Err(Fault::field("personal", "read_only_member").into());
    }
    let values = Values::of(Some(&before), patch, work.now.date_naive());
    values.check(emails, before.user_id.is_some())?;
    let mut secrets = before.secrets(emails)?;
    let known = [secrets.smtp_password.clone(), secrets.imap_password.clone()];
    take_passwords(patch, &mut secrets)?;
    // A password goes to the server it was given for, and to no other one.
    let moved = |old: Option<&Server>, new: Option<&Server>| {
        old.zip(new)
            .is_some_and(|(old, new)| old.host != new.host || old.user != new.user)
    };
    if moved(Some(&before.smtp), Some(&values.smtp)) && secrets.smtp_password == known[0] {
        secrets.smtp_password.clear();
    }
    if moved(before.imap.as_ref(), values.imap.as_ref()) && secrets.imap_password == known[1] {
        secrets.imap_password.clear();
    }
    let mut columns = values.columns();
    let sealed = secrets.seal(&emails.0.vault, work.access.workspace_id, id);
    columns.push(("sealed", sealed.into()));
    if before.imap.as_ref().map(|imap| (&imap.host, &imap.user))
        != values.imap.as_ref().map(|imap| (&imap.host, &imap.user))
    {
        // Another mailbox counts by numbers of its own.
        columns.push(("uid_validity", Sql::NULL_INTEGER));
        columns.push(("last_uid", 0_i64.into()));
        columns.push(("synced_at", Sql::NULL_INTEGER));
    }
    write(work, &before, &columns)?;
    if values.privacy != before.privacy {
        let mut all = Statement::new("UPDATE email_messages SET privacy = ");
        all.bind(values.privacy.code())
            .push(" WHERE workspace_id = ");
        all.bind(work.access.workspace_id);
        all.push(" AND account_id = ").bind(id);
        work.conn.execute(&all)?;
    }
    only_default(work, id, before.user_id, values.is_default)?;
    let mut changes = differences(&json!(before), &values.shown());
    let news = [
        ("smtp_password", secrets.smtp_password != known[0]),
        ("imap_password", secrets.imap_password != known[1]),
    ];
    // That it changed is told, and not what it is.
    let news = news.into_iter().filter(|(_, changed)| *changed);
    changes.extend(news.map(|(field, _)| json!({"field": field, "old": null, "new": null})));
    audit::note(work, "updated", "email_account", id, json!(changes))?;
    account::find(work, id)
}

/// Signs messages with a key from now on, by a selector of its own.
pub fn use_dkim(
    work: &mut Work<'_>,
    emails: &Emails,
    id: Uuid,
    version: Option<i64>,
    key: &DkimKey,
) -> Result<Account> {
    let before = open(work, id, version)?;
    let mut secrets = before.secrets(emails)?;
    secrets.dkim_key = Some(key.private.clone());
    // A name that says when it was made; the record before can stay until nothing signed by it is under way.
    let selector = format!("relasi{}", work.now.format("%Y%m%d%H%M%S"));
    let sealed = secrets.seal(&emails.0.vault, work.access.workspace_id, id);
    let columns = [
        ("dkim_selector", selector.as_str().into()),
        ("dkim_public", key.public.as_str().into()),
        ("sealed", sealed.into()),
    ];
    write(work, &before, &columns)?;
    let old = before.dkim.map(|dkim| dkim.selector);
    let changes = json!([{"field": "dkim_selector", "old": old, "new": selector}]);
    audit::note(work, "updated", "email_account", id, changes)?;
    account::find(work, id)
}

/// Removes an account with its secrets; the messages that went by it stay.
pub fn remove(work: &mut Work<'_>, emails: &Emails, id: Uuid, version: Option<i64>) -> Result<()> {
    let before = open(work, id, version)?;
    let nothing = Secrets::default().seal(&emails.0.vault, work.access.workspace_id, id);
    let columns = [
        ("deleted_at", work.now.into()),
        ("is_default", false.into()),
        ("sealed", nothing.into()),
    ];
    write(work, &before, &columns)?;
    let was = json!([{"field": "address", "old": before.address, "new": null}]);
    audit::note(work, "deleted", "email_account", id, was)
}

fn write(work: &mut Work<'_>, before: &Account, columns: &[(&str, Sql)]) -> Result<()> {
    let at = (before.id, before.version);
    let mut columns = columns.to_vec();
    columns.push(("updated_at", work.now.into()));
    update(work, "email_accounts", at, &columns)
}
