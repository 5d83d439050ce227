//! What came by the web: forms that were filled in by leads of the sample, one that looks like a machine's, and talks that
//! were booked, held and cancelled. Rows of the sample have their own id as their page.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{
    interaction::{activity, outcome},
    record::{Document, Object},
    sales::lead,
};
use relasi_persistence::{Statement, sql::Value as Sql, store::text_of};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Owner, Setting,
    adopt::of_sample,
    calendar::{self, Calendar},
    document::{instant, members, stamped},
    random::Random,
    reception::{BOOKING, FORM, said},
};
use crate::{
    marketing::{booking, form},
    records::{Batch, Work, member_id},
    refusal::Result,
};

/// What of a lead they wrote into the form.
const ANSWERS: [&str; 3] = ["name", "emails", "description"];

/// What they wrote, in the order of languages.
const WISHES: [[&str; 3]; 3] = [
    [
        "How much is a two-group machine with installation?",
        "Berapa harga mesin dua group beserta pemasangannya?",
        "เครื่องสองหัวพร้อมติดตั้งราคาเท่าไร",
    ],
    [
        "We need 40 kg of beans a month. Can we taste some?",
        "Kami butuh 40 kg biji per bulan. Boleh minta contoh?",
        "ต้องการเมล็ดเดือนละ 40 กก. ขอชิมตัวอย่างได้ไหม",
    ],
    [
        "Please call me about the office package.",
        "Tolong telepon saya soal paket kantor.",
        "รบกวนโทรกลับเรื่องแพ็กเกจสำนักงาน",
    ],
];

/// Writes them, if the form and the booking page of the sample are there.
pub(super) fn furnish(work: &mut Work<'_>, setting: &Setting<'_>, batch: Batch) -> Result<()> {
    let mut random = Random::new(setting, 41);
    if form::find(work, FORM).is_ok() {
        sent(work, setting, &mut random)?;
    }
    if booking::find(work, BOOKING).is_ok() {
        booked(work, setting, batch, &mut random)?;
    }
    Ok(())
}

fn records(
    work: &mut Work<'_>,
    object: &'static Object,
    like: &str,
    most: u32,
) -> Result<Vec<Document>> {
    let mut statement = Statement::new(format!(
        "SELECT id FROM {} WHERE workspace_id = ",
        object.table
    ));
    statement.bind(work.access.workspace_id);
    of_sample(&mut statement);
    statement.push(&format!(" AND {like}, id"));
    let ids = work.conn.rows(statement.limit(most), |row| row.text(0))?;
    let found = work.store().find_all(object, &ids)?;
    let place = |id: &String| found.iter().find(|one| text_of(one, "id") == *id);
    Ok(ids.iter().filter_map(place).cloned().collect())
}

fn insert(work: &mut Work<'_>, table: &str, rows: Vec<Vec<(&'static str, Sql)>>) -> Result<()> {
    let columns: Vec<&str> = rows
        .first()
        .into_iter()
        .flatten()
        .map(|(name, _)| *name)
        .collect();
    let rows = rows
        .into_iter()
        .map(|row| row.into_iter().map(|(_, value)| value).collect());
    let rows: Vec<Vec<Sql>> = rows.collect();
    Ok(work.store().insert_rows(table, &columns, &rows)?)
}

/// Forms of leads from the website, and one that waits for somebody to look at it.
fn sent(work: &mut Work<'_>, setting: &Setting<'_>, random: &mut Random) -> Result<()> {
    let like =
        "source = 'Website' AND status <> 'converted' AND emails <> '[]' ORDER BY created_at DESC";
    let leads = records(work, &lead::OBJECT, like, 12)?;
    let workspace = work.access.workspace_id;
    let row = |random: &mut Random,
               at: DateTime<Utc>,
               (state, reason): (&'static str, Option<&'static str>),
               answers: &Document,
               lead: Option<Uuid>,
               language: &str| {
        let id = random.id(at);
        vec![
            ("workspace_id", workspace.into()),
            ("form_id", FORM.into()),
            ("id", id.into()),
            ("version", 1_i64.into()),
            ("received_at", at.into()),
            ("page", id.into()),
            ("state", state.into()),
            ("reason", reason.into()),
            ("answers", json!(answers).to_string().into()),
            ("consents", "[]".into()),
            ("language", language.into()),
            ("referrer", "https://kopi.example/kontak".into()),
            ("lead_id", lead.into()),
        ]
    };
    let mut rows: Vec<Vec<(&'static str, Sql)>> = Vec::new();
    for (place, lead) in leads.iter().enumerate() {
        let language = relasi_domain::locale::Language::from_tag(&text_of(lead, "language"))
            .unwrap_or_default();
        let mut answers: Document = ANSWERS
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), lead.get(*name)?.clone())))
            .collect();
        answers.insert(
            "description".to_owned(),
            json!(said(language, WISHES[place % WISHES.len()])),
        );
        let at = text_of(lead, "created_at").parse().unwrap_or(work.now);
        rows.push(row(
            random,
            at,
            ("taken", None),
            &answers,
            member_id(lead, "id"),
            language.tag(),
        ));
    }
    let at = setting.now - TimeDelta::days(1);
    let machine = members([
        ("name", json!("Best SEO Agency")),
        ("emails", json!([{"value": "rank@seo.example"}])),
        (
            "description",
            json!("http://a.example http://b.example http://c.example http://d.example"),
        ),
    ]);
    rows.push(row(
        random,
        at,
        ("held", Some("links")),
        &machine,
        None,
        "en",
    ));
    insert(work, "form_submissions", rows)
}

/// Days from today, minute of the day, and how it stands.
const TALKS: [(i64, i64, &str); 9] = [
    (-24, 600, "booked"),
    (-17, 840, "booked"),
    (-12, 660, "cancelled"),
    (-9, 600, "booked"),
    (-4, 900, "booked"),
    (1, 600, "booked"),
    (2, 840, "booked"),
    (4, 660, "booked"),
    (7, 600, "cancelled"),
];

/// Talks with leads that are open, each host in turn.
fn booked(
    work: &mut Work<'_>,
    setting: &Setting<'_>,
    batch: Batch,
    random: &mut Random,
) -> Result<()> {
    let like = "status IN ('new', 'working', 'nurturing', 'qualified') AND emails <> '[]' ORDER BY created_at";
    let count = u32::try_from(TALKS.len()).unwrap_or(0);
    let leads = records(work, &lead::OBJECT, like, count)?;
    let page = booking::find(work, BOOKING)?;
    let today = Calendar::new(setting.now, setting.zone);
    let workspace = work.access.workspace_id;
    let (mut bookings, mut hosts, mut talks) = (Vec::new(), Vec::new(), Vec::new());
    for (place, (lead, (days, minute, state))) in leads.iter().zip(TALKS).enumerate() {
        let mut day = today.ago(-days);
        while !calendar::is_working_day(day, "") {
            day += TimeDelta::days(days.signum());
        }
        let start = calendar::at(day, setting.zone, minute);
        let known = text_of(lead, "created_at").parse().unwrap_or(setting.now);
        // Nobody books before they are known.
        let made = (start - TimeDelta::days(3)).min(today.start).max(known);
        if made > start {
            continue;
        }
        let owner = setting.owners[place % setting.owners.len()];
        let off = state == "cancelled";
        let (id, activity) = (random.id(made), random.id(made));
        let mut talk = stamped(activity, made, owner);
        let done = (days < 0 && !off).then(|| instant(start + TimeDelta::minutes(30)));
        let outcome = match (off, &done) {
            (true, _) => Some(outcome::CANCELLED),
            (false, Some(_)) => Some("reached"),
            (false, None) => None,
        };
        talk.extend(members([
            ("kind", json!("call")),
            (
                "subject",
                json!(format!("{}: {}", page.name, text_of(lead, "name"))),
            ),
            ("lead_id", json!(lead.get("id"))),
            ("due_at", json!(instant(start))),
            ("duration_minutes", json!(30)),
            ("done_at", json!(done.or(off.then(|| instant(made))))),
            ("outcome", json!(outcome)),
            ("direction", json!("outbound")),
        ]));
        talks.push(talk);
        talks.extend(answer(setting, lead, owner, random));
        let answers = members([
            ("name", json!(text_of(lead, "name"))),
            ("emails", json!(lead.get("emails"))),
        ]);
        let email = lead["emails"][0]["value"].as_str().unwrap_or_default();
        bookings.push(vec![
            ("workspace_id", workspace.into()),
            ("id", id.into()),
            ("version", 1_i64.into()),
            ("page_id", BOOKING.into()),
            ("page", id.into()),
            ("state", state.into()),
            ("start_at", start.into()),
            ("end_at", (start + TimeDelta::minutes(30)).into()),
            ("room_before", 0_i64.into()),
            ("room_after", 15_i64.into()),
            ("name", text_of(lead, "name").into()),
            ("email", email.into()),
            ("answers", Value::Object(answers).to_string().into()),
            ("language", text_of(lead, "language").into()),
            ("time_zone", setting.zone.name().into()),
            ("lead_id", member_id(lead, "id").into()),
            ("activity_id", activity.into()),
            ("moves", i64::from(place % 4 == 3).into()),
            ("cancelled_by", Some("visitor").filter(|_| off).into()),
            ("created_at", made.into()),
            ("updated_at", made.into()),
        ]);
        hosts.push(vec![
            ("workspace_id", workspace.into()),
            ("booking_id", id.into()),
            ("user_id", owner.user_id.into()),
            ("place", 0_i64.into()),
        ]);
    }
    work.create_many(&activity::OBJECT, talks, batch)?;
    insert(work, "bookings", bookings)?;
    insert(work, "booking_hosts", hosts)
}

/// The call by which a lead was answered: how soon that was is worked out anew from what was done with it.
fn answer(
    setting: &Setting<'_>,
    lead: &Document,
    owner: Owner,
    random: &mut Random,
) -> Option<Document> {
    let at: DateTime<Utc> = text_of(lead, "first_response_at").parse().ok()?;
    let subject = said(
        setting.language,
        ["First call", "Telepon pertama", "โทรครั้งแรก"],
    );
    let mut call = stamped(random.id(at), at, owner);
    call.extend(members([
        ("kind", json!("call")),
        (
            "subject",
            json!(format!("{subject}: {}", text_of(lead, "name"))),
        ),
        ("lead_id", json!(lead.get("id"))),
        ("duration_minutes", json!(6)),
        ("done_at", json!(instant(at))),
        ("outcome", json!("reached")),
        ("direction", json!("outbound")),
    ]));
    Some(call)
}

/// Takes away what the sample brought; what people sent and booked stays.
pub(super) fn clear(work: &mut Work<'_>) -> Result<()> {
    for (table, column, id) in [
        ("form_submissions", "form_id", FORM),
        ("bookings", "page_id", BOOKING),
    ] {
        let mut statement = Statement::new(format!(
            "DELETE FROM {table} WHERE page = id AND workspace_id = "
        ));
        statement.bind(work.access.workspace_id);
        statement.push(&format!(" AND {column} = ")).bind(id);
        work.conn.execute(&statement)?;
    }
    Ok(())
}
