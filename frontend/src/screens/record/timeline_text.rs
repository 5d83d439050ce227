//! Events as people read them.

use relasi_domain::commerce::quote;
use relasi_domain::interaction::{activity, mention::plain};
use relasi_domain::people::{contact, relationship};
use relasi_domain::record::Object;
use relasi_domain::sales::{competitor, deal_competitor, deal_contact, stage};

use super::timeline_feed::Event;
use crate::i18n::{k, label, money};
use crate::records::people::use_people;
use crate::records::refs::use_titles;
use crate::records::{Record, changes, instant, labels};
use crate::ui::icon::{self, Icon};
use crate::ui::timeline::Entry;

/// The entry of an event on the timeline of a record of `on`; none for events that another one already tells.
/// Tracked: it follows language and names.
pub fn entry(event: &Event, on: &Object) -> Option<Entry> {
    let (icon, title, detail, body) = match event.kind.as_str() {
        "activity" => activity_words(event)?,
        "email" => letter_words(event)?,
        // The change of stage beside it says more.
        "deal.moved" | "deal.won" | "deal.lost" | "deal.reopened" | "lead.rerouted" => return None,
        "deal.stage_changed" => stage_words(event, on),
        "file.added" => {
            let name = event.data["name"].as_str().unwrap_or_default();
            (
                icon::PAPERCLIP,
                k::files::added(name),
                String::new(),
                String::new(),
            )
        }
        "quote.created" | "quote.sent" | "quote.accepted" | "quote.declined" => quote_words(event),
        "relationship.created" | "relationship.ended" => relation_words(event)?,
        "lead.routed" | "lead.waited" | "lead.form_sent" => routing_words(event),
        "booking.made" | "booking.rescheduled" | "booking.cancelled" => booking_words(event),
        "deal_contact.created" | "deal_competitor.stands" => part_words(event)?,
        kind => record_words(kind, event, on),
    };
    let by = event
        .actor_id
        .as_deref()
        .and_then(|id| use_people().name(id));
    let by = by.map(|name| k::record::by(&name)).unwrap_or_default();
    let by = [detail, by].into_iter().filter(|part| !part.is_empty());
    Some(Entry {
        id: event.id.clone(),
        at: event.at.clone(),
        icon,
        title,
        by: by.collect::<Vec<_>>().join(" · "),
        body,
        pinned: false,
        upcoming: false,
    })
}

/// The entry of a step that is still to be done.
pub fn upcoming(step: &Record) -> Entry {
    let owner = step.text("owner_id").and_then(|id| use_people().name(id));
    let kind = step.text("kind").unwrap_or_default();
    let kind_word = labels::choice(&activity::OBJECT, "kind", kind);
    let by = [Some(kind_word), owner].into_iter().flatten();
    Entry {
        id: step.id().to_owned(),
        at: step.text("due_at").unwrap_or_default().to_owned(),
        icon: activity_icon(kind),
        title: step.title(&activity::OBJECT),
        by: by.collect::<Vec<_>>().join(" · "),
        body: step.text("body").unwrap_or_default().to_owned(),
        pinned: false,
        upcoming: true,
    }
}

/// The drawing of a kind of activity.
pub fn activity_icon(kind: &str) -> Icon {
    match kind {
        "call" => icon::PHONE,
        "meeting" => icon::USERS_ROUND,
        "email" => icon::MAIL,
        "task" => icon::SQUARE_CHECK_BIG,
        _ => icon::STICKY_NOTE,
    }
}

type Words = (Icon, String, String, String);

/// What happened to a quote of the record.
fn quote_words(event: &Event) -> Words {
    let number = event.data["number"].as_str().unwrap_or_default();
    let title = match event.kind.as_str() {
        "quote.created" => k::record::quote_created(number),
        "quote.sent" => k::record::quote_sent(number),
        "quote.accepted" => k::record::quote_accepted(number),
        _ => k::record::quote_declined(number),
    };
    let name = event
        .record
        .as_ref()
        .map(|quote| quote.title(&quote::OBJECT));
    (
        icon::RECEIPT,
        title,
        name.unwrap_or_default(),
        String::new(),
    )
}

/// One line becomes the text below "Call, 12 min"; a subject with a text stands in bold itself.
fn activity_words(event: &Event) -> Option<Words> {
    let record = event.record.as_ref()?;
    let kind = record.text("kind").unwrap_or_default();
    let what = activity_kind(record, kind);
    let subject = record.title(&activity::OBJECT);
    let body = record.text("body").unwrap_or_default();
    let words = if body.is_empty() {
        let shown = if subject == labels::choice(&activity::OBJECT, "kind", kind) {
            String::new()
        } else {
            subject
        };
        (activity_icon(kind), what, String::new(), shown)
    } else if plain(body).starts_with(&subject) {
        (activity_icon(kind), what, String::new(), body.to_owned())
    } else {
        (activity_icon(kind), subject, what, body.to_owned())
    };
    Some(words)
}

/// The subject in bold, "to siti@… · Sent" behind it, the text below.
fn letter_words(event: &Event) -> Option<Words> {
    let letter = event.email.as_ref()?;
    let others = letter.others();
    let others = if letter.direction == "inbound" {
        k::emails::from_whom(&others)
    } else {
        k::emails::to_whom(&others)
    };
    let mut parts = vec![others, letter.state_word().to_owned()];
    parts.extend(letter.why().map(str::to_owned));
    let title = letter.subject.clone();
    let title = title.unwrap_or_else(|| k::emails::HIDDEN.get().to_owned());
    let body = letter.text.clone().unwrap_or_default();
    Some((icon::MAIL, title, parts.join(" · "), body))
}

/// "Call, 12 min, no answer".
fn activity_kind(record: &Record, kind: &str) -> String {
    let object = &activity::OBJECT;
    let mut parts = vec![labels::choice(object, "kind", kind)];
    parts.extend(
        record
            .integer("duration_minutes")
            .filter(|n| *n > 0)
            .map(k::record::minutes_short),
    );
    parts.extend(
        record
            .text("outcome")
            .map(|code| labels::choice(object, "outcome", code)),
    );
    if kind == "email" {
        parts.extend(
            record
                .text("direction")
                .map(|code| labels::choice(object, "direction", code)),
        );
    }
    parts.extend(record.text("location").map(str::to_owned));
    parts.join(", ")
}

fn stage_words(event: &Event, on: &Object) -> Words {
    let titles = use_titles();
    let stage = |name: &str| {
        event.data[name]
            .as_str()
            .and_then(|id| titles.get(&stage::OBJECT, id))
            .unwrap_or_default()
    };
    let (from, to) = (stage("from"), stage("to"));
    let title = match &event.record {
        Some(deal) if on.name != "deal" => {
            k::record::deal_moved(deal.text("name").unwrap_or_default(), &to)
        }
        _ => k::record::moved(&to),
    };
    let days = event.data["since"]
        .as_str()
        .and_then(|since| days_between(since, &event.at));
    let body = match days {
        Some(days) if !from.is_empty() => k::record::was_for(days, &from),
        _ => String::new(),
    };
    (
        icon::GIT_BRANCH,
        title,
        deal_amount(event).unwrap_or_default(),
        body,
    )
}

/// "Siti · Reports to · Rudi", for both of them.
fn relation_words(event: &Event) -> Option<Words> {
    let (record, titles) = (event.record.as_ref()?, use_titles());
    let name = |side: &str| titles.get(&contact::OBJECT, record.text(side)?);
    let (from, to) = (name("from_contact_id"), name("to_contact_id"));
    let kind = record.text("kind").unwrap_or_default();
    let kind = labels::choice(&relationship::OBJECT, "kind", kind);
    let parts = [from, Some(kind), to].into_iter().flatten();
    let said = if event.kind == "relationship.ended" {
        k::record::ENDED
    } else {
        k::record::CREATED
    };
    let title = parts.collect::<Vec<_>>().join(" · ");
    Some((
        icon::USERS_ROUND,
        title,
        said.get().to_owned(),
        String::new(),
    ))
}

/// What was booked, moved or cancelled on a booking page.
fn booking_words(event: &Event) -> Words {
    let page = event.data["page"].as_str().unwrap_or_default();
    let when = instant::shown(event.data["at"].as_str().unwrap_or_default());
    let title = match event.kind.as_str() {
        "booking.made" => k::booking::told(page, &when),
        "booking.rescheduled" => k::booking::told_moved(page, &when),
        _ => k::booking::told_cancelled(page, &when),
    };
    (icon::CALENDAR_DAYS, title, String::new(), String::new())
}

/// By which rule a lead went to whom, how long it waited, and which form was filled in.
fn routing_words(event: &Event) -> Words {
    let of = |name: &str| event.data[name].as_str().unwrap_or_default();
    let plain = |icon, title| (icon, title, String::new(), String::new());
    match event.kind.as_str() {
        "lead.waited" => {
            let minutes = event.data["minutes"].as_i64().unwrap_or_default();
            plain(icon::ALARM_CLOCK, k::routing::waited(minutes))
        }
        "lead.form_sent" => plain(icon::FILE_TEXT, k::routing::form_sent(of("form"))),
        _ => {
            let owner = use_people().name(of("owner_id")).unwrap_or_default();
            let title = match event.data["rule"].as_str() {
                Some(rule) => k::routing::routed_by(&owner, rule),
                None => k::routing::routed(&owner),
            };
            let why = label(&format!("routing.why_{}", of("reason")));
            let why = why.map(|key| key.get().to_owned()).unwrap_or_default();
            (icon::GIT_BRANCH, title, String::new(), why)
        }
    }
}

/// "Siti is decision maker", "Northwind: Lost to them".
fn part_words(event: &Event) -> Option<Words> {
    let (record, titles) = (event.record.as_ref()?, use_titles());
    let code = |name: &str| event.data[name].as_str().unwrap_or_default().to_owned();
    let (icon, title) = if event.object == deal_contact::OBJECT.name {
        let name = titles.get(&contact::OBJECT, record.text("contact_id")?)?;
        let role = labels::choice(&deal_contact::OBJECT, "role", &code("role"));
        (icon::USERS_ROUND, k::deals::got_role(&name, &role))
    } else {
        let name = titles.get(&competitor::OBJECT, record.text("competitor_id")?)?;
        let state = labels::choice(&deal_competitor::OBJECT, "state", &code("state"));
        (icon::FLAG, k::deals::stands(&name, &state))
    };
    Some((icon, title, String::new(), String::new()))
}

fn deal_amount(event: &Event) -> Option<String> {
    let deal = event.record.as_ref().filter(|_| event.object == "deal")?;
    Some(money(deal.integer("amount")?, deal.text("currency")?))
}

fn record_words(kind: &str, event: &Event, on: &Object) -> Words {
    let (object, verb) = kind.split_once('.').unwrap_or((kind, ""));
    let title = event.record.as_ref().and_then(|record| {
        let object = relasi_domain::object(object).filter(|object| object.name != on.name)?;
        Some(format!("{}: {}", labels::one(object), record.title(object)))
    });
    let (icon, own) = match verb {
        "created" => (icon::PLUS, k::record::CREATED.get().to_owned()),
        "trashed" => (icon::TRASH_2, k::record::WAS_TRASHED.get().to_owned()),
        "restored" => (icon::ARCHIVE_RESTORE, k::record::RESTORED.get().to_owned()),
        "merged" => (icon::MERGE, k::record::MERGED.get().to_owned()),
        "unmerged" => (icon::UNDO_2, k::record::UNMERGED.get().to_owned()),
        "handed_off"
        | "accepted"
        | "returned"
        | "marketing_qualified"
        | "sales_qualified"
        | "disqualified"
        | "converted"
        | "conversion_undone"
        | "checked"
        | "unchecked"
            if object == "lead" =>
        {
            (icon::USER_PLUS, changes::action(verb))
        }
        "reverted" => {
            let fields = changed_names(event, on);
            (icon::HISTORY, k::history::fields_set_back(&fields))
        }
        _ => (icon::PENCIL, k::record::changed(&changed_names(event, on))),
    };
    match title {
        Some(title) => (icon, title, deal_amount(event).unwrap_or_default(), own),
        None => (icon, own, String::new(), String::new()),
    }
}

fn changed_names(event: &Event, on: &Object) -> String {
    let names = event.data["fields"].as_array().into_iter().flatten();
    let names: Vec<_> = names
        .filter_map(|name| name.as_str())
        .map(|name| labels::field(on, name))
        .collect();
    names.join(", ")
}

/// Whole days from one instant to another.
pub fn days_between(from: &str, to: &str) -> Option<i64> {
    let of = |instant: &str| crate::i18n::local_day(instant).map(crate::i18n::Day::number);
    Some((of(to)? - of(from)?).max(0))
}
