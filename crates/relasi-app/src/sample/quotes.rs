//! Quotes of the sample, each through the verbs that everybody uses, by the clock of its day: accepted with the deals that
//! were won, declined with some that were lost, out in one or two versions, waiting for approval, and being written.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{
    commerce::{exact::Exact, line::NewLine, quote::OBJECT},
    identity::{
        access::Access,
        role::{MemberRole, Role},
    },
    people::contact,
    record::Document,
    sales::deal,
};
use relasi_persistence::{Statement, store::text_of};
use serde_json::json;
use uuid::Uuid;

use super::{
    Setting,
    adopt::of_sample,
    catalogue::whole,
    discounts,
    document::{members, stamped},
    money::price,
    random::Random,
    reception::said,
};
use crate::{
    commerce::{
        lines::{self, Owner},
        link::{self, Said},
        quote, request, settings, version,
    },
    identity::{Secret, access_of},
    platform::vault::Vault,
    records::{Batch, Work, member_id},
    refusal::{Refusal, Result},
};

/// Quotes that were accepted, that were declined with their deal, and that belong to open deals.
const ACCEPTED: u32 = 9;
const DECLINED: u32 = 3;
const OPEN: u32 = 10;

/// What customers said, in the order of languages; a deal without a comment now and then.
const COMMENTS: [[&str; 3]; 3] = [
    [
        "Agreed. Please deliver before the end of the month.",
        "Setuju. Tolong dikirim sebelum akhir bulan.",
        "ตกลงตามนี้ รบกวนส่งก่อนสิ้นเดือน",
    ],
    [
        "Approved by our director. Invoice to the head office, please.",
        "Sudah disetujui direktur. Faktur ke kantor pusat, ya.",
        "ผู้บริหารอนุมัติแล้ว ขอให้ออกใบแจ้งหนี้ถึงสำนักงานใหญ่",
    ],
    [
        "Thank you for the better terms.",
        "Terima kasih atas harga barunya.",
        "ขอบคุณสำหรับราคาใหม่",
    ],
];
const REFUSED: [[&str; 3]; 3] = [
    [
        "Another offer was lower.",
        "Ada penawaran lain yang lebih rendah.",
        "มีข้อเสนออื่นที่ถูกกว่า",
    ],
    [
        "We put the renovation off.",
        "Renovasi kami tunda dulu.",
        "เราเลื่อนการปรับปรุงออกไปก่อน",
    ],
    [
        "Too much at once for us.",
        "Terlalu besar untuk kami saat ini.",
        "มากเกินไปสำหรับเราในตอนนี้",
    ],
];

/// In whose name and with what quotes are made.
struct Desk<'d> {
    setting: &'d Setting<'d>,
    vault: &'d Vault,
    products: &'d [Document],
    batch: Batch,
    random: Random,
    count: usize,
}

/// Writes them; deals, what was bought with them, and products have to be there.
pub(super) fn write(
    work: &mut Work<'_>,
    (setting, vault): (&Setting<'_>, &Vault),
    products: &[Document],
    batch: Batch,
) -> Result<()> {
    discounts::furnish(work, setting)?;
    let mut desk = Desk {
        setting,
        vault,
        products,
        batch,
        random: Random::new(setting, 31),
        count: 0,
    };
    let lines = "AND EXISTS (SELECT 1 FROM line_items i WHERE i.workspace_id = deals.workspace_id AND i.deal_id = deals.id)";
    let won = format!("status = 'won' {lines}");
    for (place, deal) in deals(work, &won, "closed_at DESC", ACCEPTED)?
        .iter()
        .rev()
        .enumerate()
    {
        desk.accepted(work, place, deal)?;
    }
    let lost = "status = 'lost' AND amount > 0";
    for (place, deal) in deals(work, lost, "closed_at DESC", DECLINED)?
        .iter()
        .enumerate()
    {
        desk.declined(work, place, deal)?;
    }
    let old = (work.now - TimeDelta::days(35)).timestamp_micros();
    let open = format!("status = 'open' AND created_at < {old}");
    for (place, deal) in deals(work, &open, "stage_since DESC", OPEN)?
        .iter()
        .enumerate()
    {
        desk.open(work, place, deal)?;
    }
    desk.waiting(work)?;
    seen(work)
}

/// Deals of the sample with somebody to write to.
fn deals(work: &mut Work<'_>, like: &str, order: &str, most: u32) -> Result<Vec<Document>> {
    let mut statement = Statement::new("SELECT id FROM deals WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    of_sample(&mut statement);
    statement.push(&format!(
        " AND company_id IS NOT NULL AND contact_id IS NOT NULL AND {like} ORDER BY {order}, id"
    ));
    let ids = work.conn.rows(statement.limit(most), |row| row.text(0))?;
    let found = work.store().find_all(&deal::OBJECT, &ids)?;
    // In the order that was asked for.
    let place = |id: &String| found.iter().find(|deal| text_of(deal, "id") == *id);
    Ok(ids.iter().filter_map(place).cloned().collect())
}

/// The same work on another day.
fn on<T>(
    work: &mut Work<'_>,
    at: DateTime<Utc>,
    task: impl FnOnce(&mut Work<'_>) -> Result<T>,
) -> Result<T> {
    task(&mut Work {
        conn: &mut *work.conn,
        access: work.access,
        now: at,
        cause: None,
    })
}

/// The version that a quote is at as a record.
fn now_at(work: &mut Work<'_>, id: Uuid) -> Result<Option<i64>> {
    let found = work.store().find(&OBJECT, id)?.unwrap_or_default();
    Ok(found.get("version").and_then(serde_json::Value::as_i64))
}

/// Writes the lines of a quote on a day.
fn fill(work: &mut Work<'_>, id: Uuid, at: DateTime<Utc>, new: &[NewLine]) -> Result<()> {
    let version = now_at(work, id)?;
    on(work, at, |work| {
        lines::set(work, Owner::Quote, id, version, new)
    })
    .map(drop)
}

fn moment(deal: &Document, name: &str) -> Option<DateTime<Utc>> {
    text_of(deal, name).parse().ok()
}

impl Desk<'_> {
    /// A new quote of a deal.
    fn begin(&mut self, work: &mut Work<'_>, deal: &Document, at: DateTime<Utc>) -> Result<Uuid> {
        let id = self.random.id(at);
        self.count += 1;
        let mut quote = stamped(id, at, self.setting.owners[0]);
        quote.extend(members([
            ("name", json!(deal.get("name"))),
            // Own numbers go on without a gap.
            ("number", json!(format!("S-{:05}", self.count))),
            ("deal_id", json!(deal.get("id"))),
            ("currency", json!(deal.get("currency"))),
            ("owner_id", json!(deal.get("owner_id"))),
            ("team_id", json!(deal.get("team_id"))),
        ]));
        let batch = self.batch;
        on(work, at, |work| {
            work.create_many(&OBJECT, vec![quote], batch)
        })?;
        Ok(id)
    }

    fn send(&self, work: &mut Work<'_>, id: Uuid, at: DateTime<Utc>) -> Result<()> {
        let version = now_at(work, id)?;
        on(work, at, |work| quote::send(work, self.vault, id, version)).map(drop)
    }

    /// What the customer does with the link.
    fn link(&self, work: &mut Work<'_>, id: Uuid) -> Result<Secret> {
        let token = version::token(work, self.vault, id)?;
        Secret::parse(&token).ok_or(Refusal::NotFound)
    }

    fn view(&self, work: &mut Work<'_>, id: Uuid, at: DateTime<Utc>) -> Result<()> {
        let link = self.link(work, id)?;
        link::view(work.conn, &link, at).map(drop)
    }

    fn answer(&self, work: &mut Work<'_>, id: Uuid, what: &Said, at: DateTime<Utc>) -> Result<()> {
        let link = self.link(work, id)?;
        link::answer(work.conn, &link, what, "", at).map(drop)
    }

    /// The quote that a deal was won with, some after a dearer version.
    fn accepted(&mut self, work: &mut Work<'_>, place: usize, deal: &Document) -> Result<()> {
        let made = moment(deal, "created_at").zip(moment(deal, "closed_at"));
        let Some((made, closed)) = made else {
            return Ok(());
        };
        let step = ((closed - made) / 6).min(TimeDelta::days(3));
        let begun = closed - step * 4;
        let id = self.begin(work, deal, begun)?;
        if place % 3 == 1 {
            let amount = deal.get("amount").and_then(serde_json::Value::as_i64);
            let dearer = amount.unwrap_or(0) / 10 * 11;
            fill(work, id, begun, &whole(self.products, place, dearer))?;
            self.send(work, id, closed - step * 3)?;
        }
        let version = now_at(work, id)?;
        on(work, closed - step * 5 / 2, |work| {
            lines::copy_from_deal(work, id, version)
        })?;
        self.send(work, id, closed - step * 2)?;
        self.view(work, id, closed - step)?;
        let contact = member_id(deal, "contact_id").unwrap_or_default();
        let person = work.store().find(&contact::OBJECT, contact)?;
        let signer = text_of(&person.unwrap_or_default(), "full_name");
        let comment = COMMENTS.get(place % (COMMENTS.len() + 1));
        let comment = comment.map(|texts| said(self.setting.language, *texts).to_owned());
        self.answer(work, id, &Said::Yes(signer, comment), closed)
    }

    /// The quote of a deal that was lost.
    fn declined(&mut self, work: &mut Work<'_>, place: usize, deal: &Document) -> Result<()> {
        let made = moment(deal, "created_at").zip(moment(deal, "closed_at"));
        let Some((made, closed)) = made else {
            return Ok(());
        };
        let step = ((closed - made) / 6).min(TimeDelta::days(3));
        let amount = deal.get("amount").and_then(serde_json::Value::as_i64);
        let id = self.begin(work, deal, closed - step * 3)?;
        let lines = whole(self.products, place, amount.unwrap_or(0));
        fill(work, id, closed - step * 3, &lines)?;
        self.send(work, id, closed - step * 2)?;
        self.view(work, id, closed - step)?;
        let reason = said(self.setting.language, REFUSED[place % REFUSED.len()]);
        self.answer(work, id, &Said::No(reason.to_owned()), closed)
    }

    /// The quote of a deal that goes on: sent, looked at, in its second version, declined and being written anew, or not
    /// sent yet.
    fn open(&mut self, work: &mut Work<'_>, place: usize, deal: &Document) -> Result<()> {
        let ago = |days: usize, hours: i64| {
            let days = TimeDelta::days(i64::try_from(days).unwrap_or(0));
            work_day(self.setting, days) + TimeDelta::hours(hours)
        };
        let [begun, sent, seen, again] = [
            ago(6 + place * 2, 9),
            ago(5 + place * 2, 10),
            ago(4 + place * 2, 14),
            ago(2 + place, 11),
        ];
        let id = self.begin(work, deal, begun)?;
        let lines = self.listed(place, deal, 5);
        fill(work, id, begun, &lines)?;
        match place {
            0 | 2 => self.send(work, id, sent),
            1 | 3 => {
                self.send(work, id, sent)?;
                self.view(work, id, seen)
            }
            4 => {
                self.send(work, id, sent)?;
                self.view(work, id, seen)?;
                fill(work, id, again, &self.listed(place, deal, 8))?;
                self.send(work, id, again + TimeDelta::hours(1))
            }
            5 => {
                self.send(work, id, sent)?;
                let reason = said(self.setting.language, REFUSED[0]);
                self.answer(work, id, &Said::No(reason.to_owned()), seen)?;
                fill(work, id, again, &self.listed(place, deal, 8))
            }
            _ => Ok(()),
        }
    }

    /// A member's quote with a discount above what they may give.
    fn waiting(&mut self, work: &mut Work<'_>) -> Result<()> {
        if settings::get(work)? != discounts::usual(self.setting) {
            return Ok(());
        }
        let Some((access, deal)) = self.member_with_deal(work)? else {
            return Ok(());
        };
        let at = work_day(self.setting, TimeDelta::days(1)) + TimeDelta::hours(15);
        let id = self.begin(work, &deal, at)?;
        fill(work, id, at, &self.listed(1, &deal, 15))?;
        let version = now_at(work, id)?;
        let mut theirs = Work {
            conn: &mut *work.conn,
            access: &access,
            now: at,
            cause: None,
        };
        request(&mut theirs, id, version).map(drop)
    }

    /// Somebody who asks for large discounts, and an open deal of theirs in the currency of the products.
    fn member_with_deal(&self, work: &mut Work<'_>) -> Result<Option<(Access, Document)>> {
        for owner in self.setting.owners {
            let access = access_of(work.conn, work.access.workspace_id, owner.user_id)?;
            let member = MemberRole::Built(Role::Member);
            let Some(access) = access.filter(|access| access.role == member) else {
                continue;
            };
            let like = format!(
                "status = 'open' AND owner_id = '{}' AND currency = '{}'",
                owner.user_id, self.setting.currency
            );
            let deals = deals(work, &like, "created_at", 1)?;
            if let Some(deal) = deals.into_iter().next() {
                return Ok(Some((access, deal)));
            }
        }
        Ok(None)
    }

    /// Two or three products at their prices, the first with a discount.
    fn listed(&self, place: usize, deal: &Document, percent: i64) -> Vec<NewLine> {
        let currency = text_of(deal, "currency");
        let chosen = self.products.iter().cycle().skip(place * 3);
        let line = |(at, product): (usize, &Document)| {
            let known = product.get("price").and_then(serde_json::Value::as_i64);
            // In another currency than that of the products something has to be said.
            let other = (currency != self.setting.currency).then(|| price(500, &currency));
            let discount = at == 0 && (place.is_multiple_of(2) || percent > 5);
            NewLine {
                product_id: member_id(product, "id"),
                quantity: Exact::whole(2 + i64::try_from(place + at).unwrap_or(0) % 5),
                unit_price: other.or(known),
                discount_percent: discount.then(|| Exact::whole(percent)),
                ..NewLine::default()
            }
        };
        chosen.take(2 + place % 2).enumerate().map(line).collect()
    }
}

/// The beginning of a day before today.
fn work_day(setting: &Setting<'_>, before: TimeDelta) -> DateTime<Utc> {
    let day = (setting.now - before)
        .with_timezone(&setting.zone)
        .date_naive();
    super::calendar::at(day, setting.zone, 0)
}

/// What quotes told long ago is read by now.
fn seen(work: &mut Work<'_>) -> Result<()> {
    let mut statement = Statement::new(
        "UPDATE notifications SET read_at = created_at WHERE read_at IS NULL AND object = 'quote' AND created_at < ",
    );
    statement.bind(work.now - TimeDelta::days(7));
    statement
        .push(" AND workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND record_id IN (SELECT id FROM quotes WHERE workspace_id = ")
        .bind(work.access.workspace_id);
    of_sample(&mut statement);
    work.conn.execute(statement.push(")"))?;
    Ok(())
}
