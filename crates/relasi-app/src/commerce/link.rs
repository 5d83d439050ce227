//! The page behind a quote's link: looked at, accepted, declined by whoever has the link.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use relasi_domain::{
    commerce::quote::{OBJECT, State},
    fault::{Fault, Faults},
    identity::access::Access,
    record::Document,
    sales::deal,
};
use relasi_persistence::{
    Conn, Statement,
    store::{Store, instant_text, text_of},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{document::Printed, lines, quote::members, workspace::seller};
use crate::{
    identity::{Secret, acting_for},
    platform::notification::{Topic, notify},
    records::{Work, member_id},
    refusal::{Refusal, Result},
    sales::verbs,
};

const MAX_NAME: usize = 120;
const MAX_COMMENT: usize = 2_000;

/// How a version stands for who has its link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It can be accepted.
    Open,
    /// It was accepted, by whom and when.
    Accepted(String, DateTime<Utc>),
    /// It was declined, when.
    Declined(DateTime<Utc>),
    /// There is a newer version, or it is being written.
    Outdated,
    /// It was valid until this day.
    Expired(NaiveDate),
}

/// A version as its link shows it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// What was sent.
    pub printed: Printed,
    /// How it stands.
    pub standing: Standing,
    /// By whose clocks it is said when it was decided.
    pub zone: Tz,
}

/// What is found behind a link.
struct Found {
    quote: Document,
    number: i64,
    printed: Printed,
    viewed: bool,
    standing: Standing,
    zone: Tz,
}

impl Found {
    fn shown(self) -> Shown {
        Shown {
            printed: self.printed,
            standing: self.standing,
            zone: self.zone,
        }
    }
}

/// What somebody says to a quote.
#[derive(Debug, Clone)]
pub enum Said {
    /// Yes: by whom, and with which comment.
    Yes(String, Option<String>),
    /// No: why.
    No(String),
}

impl Said {
    fn check(&self) -> Result<()> {
        let mut faults = Faults::default();
        let mut text = |name: &str, text: &str, max: usize, needed: bool| {
            let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
            if needed && text.trim().is_empty() {
                faults.push(Fault::field(name, "required"));
            } else if text.chars().count() > max {
                faults.push(Fault::field(name, "too_long").with("max", max));
            } else if text.chars().any(control) {
                faults.push(Fault::field(name, "control_character"));
            }
        };
        match self {
            Self::Yes(name, comment) => {
                text("name", name, MAX_NAME, true);
                text(
                    "comment",
                    comment.as_deref().unwrap_or_default(),
                    MAX_COMMENT,
                    false,
                );
            }
            Self::No(reason) => text("reason", reason, MAX_COMMENT, true),
        }
        Ok(faults.into_result()?)
    }
}

fn find(conn: &mut Conn, token: &Secret, now: DateTime<Utc>) -> Result<Found> {
    let workspace = token.workspace_id();
    let mut statement = Statement::new(
        "SELECT quote_id, number, document, viewed_at, outcome, decided_at, signer FROM quote_versions \
         WHERE workspace_id = ",
    );
    statement
        .bind(workspace)
        .push(" AND token_hash = ")
        .bind(token.hash());
    let row = conn.row(&statement, |row| {
        let decided = row.opt_text(4)?.zip(row.opt_at(5)?);
        let signer = row.opt_text(6)?;
        let printed: Printed = row.json(2)?;
        let viewed = row.opt_int(3)?.is_some();
        Ok((row.id(0)?, row.int(1)?, printed, viewed, decided, signer))
    })?;
    let (id, number, printed, viewed, decided, signer) = row.ok_or(Refusal::NotFound)?;
    let quote = Store::of_workspace(conn, workspace).find(&OBJECT, id)?;
    let quote = quote.filter(|quote| !crate::records::in_trash(quote));
    let quote = quote.ok_or(Refusal::NotFound)?;
    let current = quote.get("revision").and_then(Value::as_i64) == Some(number);
    let out = State::of(&text_of(&quote, "status")) == State::Out;
    let seller = seller(conn, workspace)?;
    let today = seller.day(now);
    let standing = match (decided, printed.valid_until) {
        (Some((outcome, at)), _) if outcome == "accepted" => {
            Standing::Accepted(signer.unwrap_or_default(), at)
        }
        (Some((_, at)), _) => Standing::Declined(at),
        _ if !current => Standing::Outdated,
        (_, Some(until)) if until < today => Standing::Expired(until),
        _ if !out => Standing::Outdated,
        _ => Standing::Open,
    };
    Ok(Found {
        quote,
        number,
        printed,
        viewed,
        standing,
        zone: seller.zone,
    })
}

/// The same while others who write to the quote wait: two clicks at once are one answer.
fn alone(conn: &mut Conn, token: &Secret, now: DateTime<Utc>) -> Result<Found> {
    let found = find(conn, token, now)?;
    let id = member_id(&found.quote, "id").unwrap_or_default();
    Store::of_workspace(conn, token.workspace_id()).lock(&OBJECT, id)?;
    find(conn, token, now)
}

/// What a link shows, without noting that somebody looked.
pub fn read(conn: &mut Conn, token: &Secret, now: DateTime<Utc>) -> Result<Shown> {
    Ok(find(conn, token, now)?.shown())
}

/// What a link shows; the first look is noted, and told to whoever answers for the quote.
pub fn view(conn: &mut Conn, token: &Secret, now: DateTime<Utc>) -> Result<Shown> {
    let mut found = find(conn, token, now)?;
    if !found.viewed && found.standing == Standing::Open {
        found = alone(conn, token, now)?;
    }
    if !found.viewed && found.standing == Standing::Open {
        note_view(conn, token, &found, now)?;
    }
    Ok(found.shown())
}

fn note_view(conn: &mut Conn, token: &Secret, found: &Found, now: DateTime<Utc>) -> Result<()> {
    let workspace = token.workspace_id();
    let Some(access) = on_behalf(conn, workspace, &found.quote)? else {
        return Ok(());
    };
    let id = member_id(&found.quote, "id").unwrap_or_default();
    set(
        conn,
        workspace,
        (id, found.number),
        &[("viewed_at", now.into())],
    )?;
    let mut work = behind_link(conn, &access, now);
    tell(&mut work, &found.quote, "quote_viewed", &Value::Null)?;
    let version = found.quote.get("version").and_then(Value::as_i64);
    work.decide(&OBJECT, id, version, "viewed", |work, _| {
        Ok(members(&[
            ("status", json!("viewed")),
            ("viewed_at", json!(instant_text(work.micros()))),
        ]))
    })?;
    Ok(())
}

/// Accepts or declines the version behind a link. What was said once stands: saying it again changes nothing.
///
/// An accepted quote gives its deal the lines that were agreed on and wins it by the same rules as anybody who wins it; where
/// those say no the quote is accepted all the same, and who answers for it is told.
pub fn answer(
    conn: &mut Conn,
    token: &Secret,
    said: &Said,
    address_hash: &str,
    now: DateTime<Utc>,
) -> Result<Shown> {
    said.check()?;
    let workspace = token.workspace_id();
    let found = alone(conn, token, now)?;
    if found.standing != Standing::Open {
        return Ok(found.shown());
    }
    let id = member_id(&found.quote, "id").unwrap_or_default();
    let access = on_behalf(conn, workspace, &found.quote)?.ok_or(Refusal::NotFound)?;
    let (outcome, signer, comment) = match said {
        Said::Yes(name, comment) => ("accepted", Some(name.trim()), comment.as_deref()),
        Said::No(reason) => ("declined", None, Some(reason.trim())),
    };
    let comment = comment.map(str::trim).filter(|text| !text.is_empty());
    let values = [
        ("outcome", outcome.into()),
        ("decided_at", now.into()),
        ("signer", signer.into()),
        ("comment", comment.into()),
        ("address_hash", address_hash.into()),
    ];
    set(conn, workspace, (id, found.number), &values)?;
    let mut work = behind_link(conn, &access, now);
    let version = found.quote.get("version").and_then(Value::as_i64);
    let reason = comment.filter(|_| outcome == "declined");
    // A field takes less than the page does; the whole text is with the version.
    let reason: Option<String> = reason.map(|text| text.chars().take(1_000).collect());
    let decided = work.decide(&OBJECT, id, version, outcome, |work, _| {
        Ok(members(&[
            ("status", json!(outcome)),
            ("decided_at", json!(instant_text(work.micros()))),
            ("reason", json!(reason)),
        ]))
    })?;
    let kind = format!("quote_{outcome}");
    let data = json!({"name": signer, "text": comment});
    tell(&mut work, &decided, &kind, &data)?;
    if outcome == "accepted" {
        win(&mut work, &decided)?;
    }
    let standing = match said {
        Said::Yes(name, _) => Standing::Accepted(name.trim().to_owned(), now),
        Said::No(_) => Standing::Declined(now),
    };
    Ok(Found { standing, ..found }.shown())
}

/// Wins the deal of an accepted quote for what was agreed on, if it is open.
fn win(work: &mut Work<'_>, quote: &Document) -> Result<()> {
    let Some(id) = member_id(quote, "deal_id") else {
        return Ok(());
    };
    let Some(found) = work.store().find(&deal::OBJECT, id)? else {
        return Ok(());
    };
    if crate::records::in_trash(&found) || text_of(&found, "status") != "open" {
        return Ok(());
    }
    let agreed = member_id(quote, "id").unwrap_or_default();
    let won = lines::give_to_deal(work, agreed, &found).and_then(|deal| {
        let version = deal.get("version").and_then(Value::as_i64);
        verbs::win(
            work,
            (id, version),
            &verbs::End::default(),
            &verbs::Along::default(),
        )
    });
    match won {
        Ok(_) => Ok(()),
        Err(Refusal::Store(error)) => Err(error.into()),
        Err(refusal) => {
            log::info!("the deal {id} is not won by its quote: {refusal}");
            tell(work, quote, "quote_deal_open", &Value::Null)
        }
    }
}

fn behind_link<'a>(conn: &'a mut Conn, access: &'a Access, now: DateTime<Utc>) -> Work<'a> {
    Work {
        conn,
        access,
        now,
        cause: Some("quote_link".to_owned()),
    }
}

/// Who acts for the customer: whoever answers for the quote, else the first owner of the workspace; with every right, so
/// that what the customer said does not depend on theirs.
pub(super) fn on_behalf(
    conn: &mut Conn,
    workspace: Uuid,
    quote: &Document,
) -> Result<Option<Access>> {
    acting_for(conn, workspace, member_id(quote, "owner_id"))
}

/// Tells whoever answers for a quote what happened to it.
fn tell(work: &mut Work<'_>, quote: &Document, kind: &str, more: &Value) -> Result<()> {
    let owner = member_id(quote, "owner_id").unwrap_or(work.access.user_id);
    let title = format!("{} {}", text_of(quote, "number"), text_of(quote, "name"));
    let mut data = json!({"title": title});
    if let (Some(all), Some(more)) = (data.as_object_mut(), more.as_object()) {
        all.extend(more.clone());
    }
    let id = member_id(quote, "id").unwrap_or_default();
    notify(
        work,
        owner,
        Topic::You,
        kind,
        Some((OBJECT.name, id)),
        &data,
    )
}

fn set(
    conn: &mut Conn,
    workspace: Uuid,
    (id, number): (Uuid, i64),
    values: &[(&str, relasi_persistence::sql::Value)],
) -> Result<()> {
    let mut statement = Statement::new("UPDATE quote_versions SET ");
    for (place, (name, value)) in values.iter().enumerate() {
        statement.push(if place > 0 { ", " } else { "" });
        statement.push(name).push(" = ").bind(value);
    }
    statement
        .push(" WHERE workspace_id = ")
        .bind(workspace)
        .push(" AND quote_id = ")
        .bind(id)
        .push(" AND number = ")
        .bind(number);
    conn.execute(&statement)?;
    Ok(())
}
