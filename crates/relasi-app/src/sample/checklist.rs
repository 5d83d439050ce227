//! What the sample firm asks of a lead before marketing and sales call it qualified, and what of it is ticked off.

use relasi_domain::{
    locale::Language,
    sales::checklist::{Item, Stage},
};
use relasi_persistence::Statement;
use uuid::Uuid;

use super::{adopt::of_sample, reception::said};
use crate::{records::Work, refusal::Result, sales::lead::checklist};

const fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0003_0000 + number)
}

/// For whom, what it is called in the order of languages, whether nobody is qualified without it, and the filter of what is
/// seen by itself.
type Row = (Stage, [&'static str; 3], bool, Option<&'static str>);

const ROWS: [Row; 6] = [
    (
        Stage::Mql,
        ["Can be reached", "Bisa dihubungi", "ติดต่อได้"],
        true,
        Some("emails is not empty or phones is not empty"),
    ),
    (
        Stage::Mql,
        ["Company is known", "Nama usaha diketahui", "ทราบชื่อกิจการ"],
        false,
        Some("company_name is not empty"),
    ),
    (
        Stage::Mql,
        [
            "Needs coffee or equipment",
            "Butuh kopi atau peralatan",
            "ต้องการกาแฟหรืออุปกรณ์",
        ],
        true,
        None,
    ),
    (
        Stage::Sql,
        ["Budget is there", "Anggaran tersedia", "มีงบประมาณ"],
        true,
        None,
    ),
    (
        Stage::Sql,
        [
            "Spoke with who decides",
            "Sudah bicara dengan pengambil keputusan",
            "ได้คุยกับผู้ตัดสินใจ",
        ],
        true,
        None,
    ),
    (
        Stage::Sql,
        [
            "Wants it within half a year",
            "Dibutuhkan dalam enam bulan",
            "ต้องการภายในหกเดือน",
        ],
        false,
        None,
    ),
];

fn items(language: Language) -> Vec<Item> {
    let rows = (1..).zip(ROWS);
    rows.map(|(number, (stage, label, required, filter))| Item {
        id: id(number),
        stage,
        label: said(language, label).to_owned(),
        required,
        filter: filter.map(str::to_owned),
    })
    .collect()
}

/// Asks it, unless the workspace asks something of its own, and ticks off what leads have shown.
pub(super) fn furnish(work: &mut Work<'_>, language: Language) -> Result<()> {
    let items = items(language);
    if !checklist::begin(work, &items)? {
        return Ok(());
    }
    for (status, stages) in [
        ("working", &[Stage::Mql][..]),
        ("nurturing", &[Stage::Mql]),
        ("qualified", &Stage::ALL),
    ] {
        let mut leads = Statement::new("SELECT id FROM leads WHERE workspace_id = ");
        leads.bind(work.access.workspace_id);
        of_sample(&mut leads);
        leads.push(" AND status = ").bind(status);
        let leads: Vec<Uuid> = work
            .conn
            .rows(leads.push(" ORDER BY created_at, id"), |row| row.id(0))?;
        for lead in leads {
            let asked = items.iter().filter(|item| item.filter.is_none());
            for item in asked.filter(|item| stages.contains(&item.stage)) {
                checklist::tick(work, lead, item.id, true, None)?;
            }
        }
    }
    Ok(())
}

/// Asks it no more, unless somebody has changed it or ticked something off for a lead that stays.
pub(super) fn clear(work: &mut Work<'_>) -> Result<()> {
    let known = checklist::read(work)?;
    if known.version != 1 || known.items.first().map(|item| item.id) != Some(id(1)) {
        return Ok(());
    }
    let workspace = work.access.workspace_id;
    let mut statement = Statement::new("DELETE FROM lead_checklists WHERE workspace_id = ");
    statement
        .bind(workspace)
        .push(" AND NOT EXISTS (SELECT 1 FROM lead_checks WHERE workspace_id = ")
        .bind(workspace);
    work.conn.execute(statement.push(")"))?;
    Ok(())
}
