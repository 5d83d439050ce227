//! What people of the sample agreed to: two purposes, with notes of contacts and of leads that are open.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::locale::Language;
use relasi_persistence::Statement;
use uuid::Uuid;

use super::{adopt::of_sample, reception::said};
use crate::{
    people::consent::{self, NewNote, NewPurpose, Subject},
    records::Work,
    refusal::Result,
};

const OFFERS: Uuid = Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0001_0010);
const CALLS: Uuid = Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0001_0011);

/// Makes both, unless the workspace has purposes of its own, and notes who agreed.
pub(super) fn furnish(work: &mut Work<'_>, language: Language) -> Result<()> {
    if !consent::list(work)?.is_empty() {
        return Ok(());
    }
    for (id, name, description, wording, channels) in [
        (
            OFFERS,
            ["News and offers", "Kabar dan penawaran", "ข่าวสารและข้อเสนอ"],
            [
                "A letter a month about the harvest and prices.",
                "Surat bulanan tentang panen dan harga.",
                "จดหมายข่าวรายเดือนเรื่องผลผลิตและราคา",
            ],
            [
                "You may send me news and offers. I can take this back at any time.",
                "Saya bersedia dikirimi kabar dan penawaran. Persetujuan ini dapat saya tarik kapan saja.",
                "ยินดีรับข่าวสารและข้อเสนอ และถอนความยินยอมได้ทุกเมื่อ",
            ],
            &["email", "whatsapp"][..],
        ),
        (
            CALLS,
            [
                "Advice by phone",
                "Konsultasi lewat telepon",
                "ให้คำปรึกษาทางโทรศัพท์",
            ],
            [
                "We call about orders and machines.",
                "Kami menelepon soal pesanan dan mesin.",
                "เราโทรเรื่องคำสั่งซื้อและเครื่อง",
            ],
            [
                "You may call me about what I asked for.",
                "Saya bersedia ditelepon tentang permintaan saya.",
                "ยินดีให้โทรหาเรื่องที่สอบถาม",
            ],
            &["phone"][..],
        ),
    ] {
        let text = |texts| said(language, texts).to_owned();
        let purpose = NewPurpose {
            name: text(name),
            description: text(description),
            legal_basis: "consent".to_owned(),
            channels: channels.iter().map(|one| (*one).to_owned()).collect(),
            wording: text(wording),
        };
        consent::create_as(work, id, &purpose)?;
    }
    for (of, like, most) in [
        (consent::CONTACT, "true", 45),
        (
            consent::LEAD,
            "status IN ('new', 'working', 'nurturing', 'qualified')",
            20,
        ),
    ] {
        for (place, (id, made)) in people(work, of, like, most)?.into_iter().enumerate() {
            agree(work, (of, id), place, made)?;
        }
    }
    Ok(())
}

/// People of the sample, the newest first, and since when they are known.
fn people(
    work: &mut Work<'_>,
    of: Subject,
    like: &str,
    most: u32,
) -> Result<Vec<(Uuid, DateTime<Utc>)>> {
    let mut statement = Statement::new(format!(
        "SELECT id, created_at FROM {} WHERE {like} AND workspace_id = ",
        of.object.table
    ));
    statement.bind(work.access.workspace_id);
    of_sample(&mut statement);
    statement.push(" ORDER BY created_at DESC, id").limit(most);
    Ok(work
        .conn
        .rows(&statement, |row| Ok((row.id(0)?, row.at(1)?)))?)
}

/// Three of four agreed to something, some took it back, and the others were never asked.
fn agree(
    work: &mut Work<'_>,
    (of, id): (Subject, Uuid),
    place: usize,
    made: DateTime<Utc>,
) -> Result<()> {
    let mut note = |purpose, state: &str, source: &str, days| {
        let at = (made + TimeDelta::days(days)).min(work.now);
        let note = NewNote {
            purpose_id: Some(purpose),
            state: state.to_owned(),
            at: Some(at),
            source: Some(source.to_owned()),
            ..NewNote::default()
        };
        consent::note(work, of, id, &note)
    };
    match place % 8 {
        0 | 4 => note(OFFERS, "given", "form", 0),
        1 | 5 => note(CALLS, "given", "phone", 1),
        2 => {
            note(OFFERS, "given", "in_person", 0)?;
            note(CALLS, "given", "in_person", 0)
        }
        3 => {
            note(OFFERS, "given", "form", 0)?;
            note(OFFERS, "withdrawn", "email", 20)
        }
        _ => Ok(()),
    }
}

/// Takes notes of the sample's people away, before these go.
pub(super) fn forget(work: &mut Work<'_>) -> Result<()> {
    let workspace = work.access.workspace_id;
    for (table, column, of) in [
        ("consents", "contact_id", "contacts"),
        ("lead_consents", "lead_id", "leads"),
    ] {
        let mut statement = Statement::new(format!("DELETE FROM {table} WHERE workspace_id = "));
        statement.bind(workspace).push(&format!(
            " AND {column} IN (SELECT id FROM {of} WHERE workspace_id = "
        ));
        statement.bind(workspace);
        of_sample(&mut statement);
        work.conn.execute(statement.push(")"))?;
    }
    Ok(())
}

/// Takes away the purposes that nobody has changed and nobody else has agreed to.
pub(super) fn clear(work: &mut Work<'_>) -> Result<()> {
    let workspace = work.access.workspace_id;
    let mut statement =
        Statement::new("DELETE FROM consent_purposes WHERE version = 1 AND workspace_id = ");
    statement.bind(workspace).push(" AND id IN (");
    statement.bind_all([OFFERS, CALLS]).push(")");
    for table in ["consents", "lead_consents"] {
        statement.push(&format!(
            " AND id NOT IN (SELECT purpose_id FROM {table} WHERE workspace_id = "
        ));
        statement.bind(workspace).push(")");
    }
    work.conn.execute(&statement)?;
    Ok(())
}
