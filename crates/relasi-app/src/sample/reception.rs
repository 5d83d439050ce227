//! How the leads of the sample are received: hours, a form, a booking page, what gives them points, and a
//! model that was learnt from them. They
//! go with the sample unless somebody has made them their own by a change.

use relasi_domain::{
    locale::Language,
    marketing::{
        booking::{Design, Host, MAX_HOSTS, Makes},
        form::usual,
    },
    sales::score::Happening,
};
use relasi_persistence::Statement;
use uuid::Uuid;

use super::{Owner, answers, duties, visits};
use crate::{
    marketing::{
        booking::{self, NewBookingPage},
        form::{self, NewForm},
    },
    platform::business_hours::{self as hours, NewCalendar},
    records::Work,
    refusal::{Refusal, Result},
    sales::score,
};

const CALENDAR: Uuid = Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0001_0001);
pub(super) const FORM: Uuid = Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0001_0004);

const REFERRED: Uuid = Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0001_0005);
const DECIDES: Uuid = Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0001_0006);
const MET: Uuid = Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0001_0007);
pub(super) const BOOKING: Uuid = Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0001_0008);

const MODEL: Uuid = Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0001_0009);

pub(super) const fn said(language: Language, texts: [&'static str; 3]) -> &'static str {
    texts[language as usize]
}

/// Makes what is not there yet; a workspace that has its own keeps to that.
pub(super) fn furnish(work: &mut Work<'_>, language: Language, owners: &[Owner]) -> Result<()> {
    let name = |texts: [&'static str; 3]| said(language, texts).to_owned();
    if hours::list(work)?.is_empty() {
        let calendar = NewCalendar {
            name: name(["Office", "Kantor", "สำนักงาน"]),
            time_zone: None,
            week: answers::week(),
            holidays: Vec::new(),
            team_ids: Vec::new(),
            is_default: true,
        };
        hours::create_as(work, CALENDAR, &calendar)?;
    }
    duties::furnish(work, language, owners)?;
    points(work, language)?;
    model(work)?;
    if form::find(work, FORM).is_err() {
        let form = NewForm {
            name: name(["Contact form", "Formulir kontak", "แบบฟอร์มติดต่อ"]),
            design: Some(usual()),
            active: true,
        };
        form::create_as(work, FORM, &form)?;
    }
    if booking::find(work, BOOKING).is_err() {
        let host = |owner: &Owner| Host {
            user_id: owner.user_id,
            time_zone: None,
            week: None,
        };
        let page = NewBookingPage {
            name: name(["First talk", "Perkenalan", "พูดคุยครั้งแรก"]),
            design: Design {
                makes: Makes::Call,
                lengths: vec![30, 60],
                room_after: 15,
                ..Design::default()
            },
            hosts: owners.iter().take(MAX_HOSTS).map(host).collect(),
            active: true,
        };
        booking::create_as(work, BOOKING, &page)?;
    }
    Ok(())
}

/// Three rules by which leads get points.
fn points(work: &mut Work<'_>, language: Language) -> Result<()> {
    if !score::list(work)?.is_empty() {
        return Ok(());
    }
    for (id, name, filter, happening, points) in [
        (
            REFERRED,
            ["Somebody sent them", "Direkomendasikan", "มีคนแนะนำมา"],
            "source = Referral",
            None,
            30,
        ),
        (
            DECIDES,
            ["Owns the place", "Pemilik usaha", "เจ้าของกิจการ"],
            "job_title in (Owner, Pemilik, Partner, Direktur, \"เจ้าของ\")",
            None,
            25,
        ),
        (
            MET,
            ["We talked", "Sudah bicara", "ได้คุยกันแล้ว"],
            "",
            Some(Happening::CallHeld),
            20,
        ),
    ] {
        let rule = score::NewRule {
            name: said(language, name).to_owned(),
            filter: filter.to_owned(),
            happening,
            points,
            days: happening.map(|_| 30),
            active: true,
        };
        score::create_rule_as(work, id, &rule)?;
    }
    Ok(())
}

/// A model of the sample's leads, switched on when its test was good enough; a workspace that has its own keeps to that.
fn model(work: &mut Work<'_>) -> Result<()> {
    if !score::models(work)?.is_empty() || !score::learn_at_once(work, MODEL)? {
        return Ok(());
    }
    let version = score::overview(work)?.version();
    let on = score::SettingsPatch {
        model_id: Some(Some(MODEL)),
        ..score::SettingsPatch::default()
    };
    score::change_settings(work, Some(version), &on)?;
    Ok(())
}

/// Takes away what nobody has changed.
pub(super) fn clear(work: &mut Work<'_>) -> Result<()> {
    score::forget_model(work, MODEL)?;
    let untouched = Some(1);
    duties::clear(work)?;
    visits::clear(work)?;
    for rule in [REFERRED, DECIDES, MET] {
        gone(score::delete(work, rule, untouched))?;
    }
    if is_unused(work)? {
        gone(form::delete(work, FORM, untouched))?;
    }
    if is_not_booked(work)? {
        gone(booking::delete(work, BOOKING, untouched))?;
    }
    gone(hours::delete(work, CALENDAR, untouched))
}

/// What is not there any more, was changed or is needed stays as it is.
pub(super) fn gone(outcome: Result<()>) -> Result<()> {
    match outcome {
        Err(Refusal::NotFound | Refusal::Stale(_) | Refusal::Conflict(_)) => Ok(()),
        other => other,
    }
}

/// Whether nobody has sent anything yet.
fn is_unused(work: &mut Work<'_>) -> Result<bool> {
    let mut statement = Statement::new("SELECT 1 FROM form_submissions WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    statement.push(" AND form_id = ").bind(FORM).limit(1);
    Ok(work.conn.row(&statement, |row| row.int(0))?.is_none())
}

/// Whether nobody has booked anything yet.
fn is_not_booked(work: &mut Work<'_>) -> Result<bool> {
    let mut statement = Statement::new("SELECT 1 FROM bookings WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    statement.push(" AND page_id = ").bind(BOOKING).limit(1);
    Ok(work.conn.row(&statement, |row| row.int(0))?.is_none())
}
