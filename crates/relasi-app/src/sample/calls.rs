//! A call list of the sample: people who were called lately, with their calls, and some who wait.

use chrono::{Days, NaiveTime, TimeDelta};
use relasi_domain::{
    interaction::call_list::State, locale::Language, people::contact, sales::lead,
};
use relasi_persistence::Statement;
use uuid::Uuid;

use super::{
    IMPORT_ID,
    reception::{gone, said},
};
use crate::{
    interaction::call_list::{self, NewCallList},
    records::Work,
    refusal::Result,
};

const CALLS: Uuid = Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0001_0009);

/// How many were called.
const CALLED: u32 = 6;
/// How many are still to be called.
const LEFT: u32 = 9;

/// Makes the list, unless it is there.
pub(super) fn furnish(work: &mut Work<'_>, language: Language) -> Result<()> {
    if call_list::find(work, CALLS).is_ok() {
        return Ok(());
    }
    let text = |texts| said(language, texts).to_owned();
    let list = NewCallList {
        name: text([
            "New harvest: call regulars",
            "Panen baru: telepon pelanggan tetap",
            "ผลผลิตใหม่: โทรหาลูกค้าประจำ",
        ]),
        object: contact::OBJECT.name.to_owned(),
        script: Some(text([
            "The new harvest is in. Ask how the last delivery was, and offer a sample.",
            "Panen baru sudah datang. Tanyakan kiriman terakhir, lalu tawarkan contoh.",
            "ผลผลิตใหม่มาแล้ว ถามถึงการส่งครั้งล่าสุด แล้วเสนอตัวอย่าง",
        ])),
        ..NewCallList::default()
    };
    call_list::create_as(work, CALLS, &list)?;
    for (person, call) in called(work)? {
        call_list::add(work, CALLS, person)?;
        call_list::settle(work, (CALLS, person), State::Done, Some(call), None)?;
    }
    for (place, person) in left(work)?.into_iter().enumerate() {
        call_list::add(work, CALLS, person)?;
        // Ten in the morning in Jakarta.
        let tomorrow = (work.now + Days::new(1))
            .date_naive()
            .and_time(NaiveTime::MIN);
        let tomorrow = tomorrow.and_utc() + TimeDelta::hours(3);
        match place {
            0 => call_list::settle(work, (CALLS, person), State::Later, None, Some(tomorrow))?,
            1 => call_list::settle(work, (CALLS, person), State::Skipped, None, None)?,
            _ => {}
        }
    }
    Ok(())
}

/// People of the sample who were called last, each with that call.
fn called(work: &mut Work<'_>) -> Result<Vec<(Uuid, Uuid)>> {
    let mut statement = Statement::new(
        "SELECT a.contact_id, a.id FROM activities a WHERE a.kind = 'call' AND a.outcome IS NOT NULL AND a.contact_id IS NOT NULL \
         AND a.workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND a.import_id = ")
        .bind(IMPORT_ID)
        .push(" ORDER BY a.done_at DESC, a.id")
        .limit(CALLED * 5);
    let calls = work
        .conn
        .rows(&statement, |row| Ok((row.id(0)?, row.id(1)?)))?;
    let mut found: Vec<(Uuid, Uuid)> = Vec::new();
    for (person, call) in calls {
        let known = found.iter().any(|(other, _)| *other == person);
        if !known && found.len() < CALLED as usize {
            found.push((person, call));
        }
    }
    Ok(found)
}

/// People of the sample with a number with whom there was no contact for the longest time.
fn left(work: &mut Work<'_>) -> Result<Vec<Uuid>> {
    let mut statement = Statement::new(
        "SELECT c.id FROM contacts c WHERE c.phones <> '[]' AND c.last_activity_at IS NOT NULL AND c.workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND c.import_id = ")
        .bind(IMPORT_ID)
        .push(" ORDER BY c.last_activity_at, c.id")
        .limit(LEFT);
    Ok(work.conn.rows(&statement, |row| row.id(0))?)
}

/// Takes the list away unless somebody has changed it, and the people of the sample off all others.
pub(super) fn clear(work: &mut Work<'_>) -> Result<()> {
    gone(call_list::delete(work, CALLS, Some(1)))?;
    for object in [&contact::OBJECT, &lead::OBJECT] {
        let workspace = work.access.workspace_id;
        let mut statement = Statement::new("DELETE FROM call_list_entries WHERE workspace_id = ");
        statement.bind(workspace).push(&format!(
            " AND record_id IN (SELECT id FROM {} WHERE workspace_id = ",
            object.table
        ));
        statement.bind(workspace).push(" AND import_id = ");
        statement.bind(IMPORT_ID).push(")");
        work.conn.execute(&statement)?;
    }
    Ok(())
}
