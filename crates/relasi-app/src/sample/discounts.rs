//! How far members of the sample firm go with discounts before somebody has to approve, and the terms of its quotes.

use std::collections::BTreeMap;

use relasi_domain::{
    commerce::exact::Exact,
    identity::role::{MemberRole, Role},
};
use relasi_persistence::Statement;

use super::{Setting, reception::said};
use crate::{commerce::settings, records::Work, refusal::Result};

const TERMS: [&str; 3] = [
    "Half on order, the rest within 14 days of delivery.",
    "Setengah saat pesan, sisanya 14 hari setelah kiriman.",
    "ชำระครึ่งหนึ่งเมื่อสั่งซื้อ ส่วนที่เหลือภายใน 14 วันหลังส่งของ",
];

/// How far discounts go without approval, and the terms of new quotes.
pub(super) fn usual(setting: &Setting<'_>) -> settings::Settings {
    let limit = |role: Role, percent| (MemberRole::Built(role).to_string(), Exact::whole(percent));
    settings::Settings {
        terms: Some(said(setting.language, TERMS).to_owned()),
        discount_limits: BTreeMap::from([limit(Role::Member, 10), limit(Role::Manager, 20)]),
        ..settings::Settings::default()
    }
}

/// Sets them, unless the workspace has set some.
pub(super) fn furnish(work: &mut Work<'_>, setting: &Setting<'_>) -> Result<()> {
    if settings::get(work)? == settings::Settings::default() {
        settings::set(work, &usual(setting))?;
    }
    Ok(())
}

/// Takes them back, unless somebody has changed them.
pub(super) fn clear(work: &mut Work<'_>) -> Result<()> {
    let known = settings::get(work)?;
    let given = TERMS
        .iter()
        .any(|terms| known.terms.as_deref() == Some(*terms));
    if given {
        let mut statement =
            Statement::new("DELETE FROM commerce_settings WHERE version = 1 AND workspace_id = ");
        statement.bind(work.access.workspace_id);
        work.conn.execute(&statement)?;
    }
    Ok(())
}
