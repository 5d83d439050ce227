//! A quote that goes to its person by e-mail: the link in the text, the PDF file beside it.
//!
//! The link is in no message that is stored: a text names the quote where the link is to stand, and the job that sends it
//! puts the link in.

use relasi_domain::{
    commerce::quote::{OBJECT, State},
    fault::Fault,
    identity::access::Action,
    locale::{self, Language},
    people::contact,
    record::Document,
};
use relasi_persistence::{Conn, store::text_of};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    day_words,
    document::{Printed, printed},
    lines,
    lines::Owner,
    quote, version,
    workspace::seller,
};
use crate::{
    interaction::{
        email::{self, Draft, Emails},
        file::{self, Arrived},
    },
    platform::vault::Vault,
    records::{Work, member_id},
    refusal::{Refusal, Result},
};

/// Stands in a text where the link is to be.
pub const LINK: &str = "{link}";

/// What is proposed to be written.
#[derive(Debug, Clone, Serialize)]
pub struct Proposal {
    /// The person's address.
    pub to: Option<String>,
    /// In which language.
    pub language: Language,
    /// One line.
    pub subject: String,
    /// The text, with `{link}` where the link is to stand.
    pub text: String,
}

/// How a quote is to be mailed. What is left out is as proposed.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wish {
    /// The account; the usual one when left out.
    pub account_id: Option<Uuid>,
    /// To whom; the first address of the person when left out.
    pub to: Vec<String>,
    /// Who is to know.
    pub cc: Vec<String>,
    /// One line.
    pub subject: Option<String>,
    /// The text; the link goes to the end where it does not say `{link}`.
    pub text: Option<String>,
    /// The language of what is proposed; that of the quote when left out.
    pub language: Option<String>,
    /// Whether the PDF file goes along.
    pub pdf: bool,
}

impl Default for Wish {
    fn default() -> Self {
        Self {
            account_id: None,
            to: Vec::new(),
            cc: Vec::new(),
            subject: None,
            text: None,
            language: None,
            pdf: true,
        }
    }
}

/// The PDF file that goes along, and what it was made of.
#[derive(Debug, Clone)]
pub struct Enclosed {
    /// What is printed in it.
    pub printed: Printed,
    /// Where it lies.
    pub arrived: Arrived,
}

/// A text with the link in the place of the quote's id.
pub(crate) fn with_link(text: &str, quote: Uuid, token: &str) -> String {
    text.replace(&format!("/q/{quote}"), &format!("/q/{token}"))
}

/// A text as it is read here: the link is for the customer alone.
pub(crate) fn shown(text: &str, quote: Option<Uuid>) -> String {
    quote.map_or_else(|| text.to_owned(), |quote| with_link(text, quote, "…"))
}

/// A text as it is sent; none when the quote has no link.
pub(crate) fn text(
    conn: &mut Conn,
    vault: &Vault,
    (workspace, quote): (Uuid, Uuid),
    text: &str,
) -> Result<Option<String>> {
    let token = version::token_of(conn, vault, (workspace, quote))?;
    Ok(token.map(|token| with_link(text, quote, &token)))
}

/// What is proposed to be written about a quote that the caller sees.
pub fn propose(work: &mut Work<'_>, id: Uuid, language: Option<&str>) -> Result<Proposal> {
    let quote = work.visible(&OBJECT, id)?;
    let seller = seller(work.conn, work.access.workspace_id)?;
    let language = match language {
        Some(tag) => {
            Language::from_tag(tag).ok_or_else(|| Fault::field("language", "not_a_choice"))?
        }
        None => Language::from_tag(&text_of(&quote, "language")).unwrap_or(seller.language),
    };
    let person = match member_id(&quote, "contact_id") {
        Some(id) => seen_person(work, id)?,
        None => None,
    };
    let until = quote.get("valid_until").and_then(Value::as_str);
    let until = until.and_then(|day| day.parse().ok());
    let until = until
        .map(|day| day_words(day, language))
        .unwrap_or_default();
    let name = person.as_ref().map(|one| text_of(one, "full_name"));
    let params = [
        ("number", text_of(&quote, "number")),
        ("name", text_of(&quote, "name")),
        ("seller", seller.name),
        ("person", name.unwrap_or_default()),
        ("until", until.clone()),
        ("link", LINK.to_owned()),
    ];
    let params = params.into_iter().collect();
    let say = |key: &str| {
        let key = format!("quote_mail.{key}");
        locale::format(language, &key, &params).unwrap_or_default()
    };
    let greeting = if person.is_some() {
        "greeting"
    } else {
        "greeting_nobody"
    };
    let mut parts = vec![say(greeting), say("text"), LINK.to_owned()];
    if !until.is_empty() {
        parts.push(say("until"));
    }
    parts.push(say("closing"));
    Ok(Proposal {
        to: person.as_ref().and_then(first_address),
        language,
        subject: say("subject"),
        text: parts.join("\n\n"),
    })
}

fn seen_person(work: &mut Work<'_>, id: Uuid) -> Result<Option<Document>> {
    match work.visible(&contact::OBJECT, id) {
        Ok(found) => Ok(Some(work.access.seen(&contact::OBJECT, found))),
        Err(Refusal::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

fn first_address(person: &Document) -> Option<String> {
    let first = person.get("emails")?.as_array()?.first()?;
    Some(first["value"].as_str()?.to_owned())
}

/// What the customer will get: the version that is out, or the quote as it stands now.
pub fn to_be_sent(work: &mut Work<'_>, id: Uuid) -> Result<Printed> {
    let quote = work.visible(&OBJECT, id)?;
    lines::get(work, Owner::Quote, id)?;
    let workspace = work.access.workspace_id;
    if State::of(&text_of(&quote, "status")) == State::Out {
        return version::document(work.conn, workspace, (id, revision(&quote)));
    }
    let lines = lines::of(work.conn, workspace, Owner::Quote, id)?;
    let seller = seller(work.conn, workspace)?;
    let today = seller.day(work.now);
    printed(work, &quote, &seller, lines, Some(today))
}

fn revision(quote: &Document) -> i64 {
    quote.get("revision").and_then(Value::as_i64).unwrap_or(1)
}

/// Freezes a quote where it is not out yet, and writes to its person. `base` is where links lead.
pub fn send(
    work: &mut Work<'_>,
    (vault, emails): (&Vault, &Emails),
    (id, version): (Uuid, Option<i64>),
    wish: &Wish,
    (enclosed, base): (Option<&Enclosed>, &str),
) -> Result<(Document, Value)> {
    let workspace = work.access.workspace_id;
    let quote = work.open(&OBJECT, id, version, Action::Edit)?;
    let person = member_id(&quote, "contact_id");
    let person = person.ok_or_else(|| Fault::field("contact_id", "required"))?;
    let proposed = propose(work, id, wish.language.as_deref())?;
    let out = State::of(&text_of(&quote, "status")) == State::Out
        && version::token_of(work.conn, vault, (workspace, id))?.is_some();
    // A link that is out stays good.
    let quote = if out {
        quote
    } else {
        quote::send(work, vault, id, version)?
    };
    let mut draft = Draft {
        account_id: wish.account_id,
        to: wish.to.clone(),
        cc: wish.cc.clone(),
        subject: wish.subject.clone().unwrap_or(proposed.subject),
        text: linked(wish.text.as_deref().unwrap_or(&proposed.text), base, id),
        quote_id: Some(id),
        ..Draft::default()
    };
    if let Some(enclosed) = enclosed {
        let sent = version::document(work.conn, workspace, (id, revision(&quote)))?;
        if sent != enclosed.printed {
            // Somebody changed the person or the company while the file was made.
            return Err(Refusal::Stale(Box::new(work.access.seen(&OBJECT, quote))));
        }
        let kept = file::add(work, &contact::OBJECT, person, &enclosed.arrived)?;
        draft.file_ids.push(kept.id());
    }
    let message = email::send(work, emails, (&contact::OBJECT, person), &draft)?;
    Ok((quote, message))
}

/// A text that names the quote where its link is to stand.
fn linked(text: &str, base: &str, id: Uuid) -> String {
    let place = format!("{base}/q/{id}");
    if text.contains(LINK) {
        text.replace(LINK, &place)
    } else {
        format!("{}\n\n{place}", text.trim_end())
    }
}

/// The messages that brought the link of a quote that the caller sees.
pub fn list(work: &mut Work<'_>, id: Uuid) -> Result<Vec<Value>> {
    work.visible(&OBJECT, id)?;
    email::of_quote(work, id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_stands_where_the_text_wants_it() {
        let id = Uuid::from_u128(7);
        let text = linked("See {link}.", "https://crm.example", id);
        assert_eq!(
            with_link(&text, id, "abc"),
            "See https://crm.example/q/abc."
        );
        let text = linked("Hello\n", "https://crm.example", id);
        assert_eq!(
            with_link(&text, id, "…"),
            "Hello\n\nhttps://crm.example/q/…"
        );
        // Another quote's id is no link.
        let other = format!("/q/{}", Uuid::from_u128(8));
        assert_eq!(with_link(&other, id, "abc"), other);
    }
}
