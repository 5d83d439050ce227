//! Leads in every state, and those that some of the deals came from.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::record::Document;
use relasi_persistence::store::text_of;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Owner, SamplePlan, Setting, answers,
    calendar::Calendar,
    document::{instant, members, stamped},
    past_leads,
    random::Random,
};

/// Name, company, job, country, city, language, source, campaign, state, days since they came.
type Row = [&'static str; 9];

/// Those that are still leads, the oldest first; the last column is how many days ago they came.
#[rustfmt::skip]
const ROWS: [(Row, i64); 16] = [
    (["Bambang Wicaksono", "Toko Roti Melati", "Pemilik", "ID", "Yogyakarta", "id", "Trade fair", "Kopi Expo", "unqualified"], 58),
    (["นิภาพร แสงจันทร์", "ร้านกาแฟบ้านสวน", "เจ้าของ", "TH", "เชียงราย", "th", "Website", "Cold brew", "unqualified"], 52),
    (["Hannah Lindqvist", "Nordlys Cafe", "Buyer", "SE", "Malmö", "en", "Website", "", "nurturing"], 47),
    (["Rina Kusumawati", "Hotel Puri Asri", "F&B Manager", "ID", "Denpasar", "id", "Referral", "", "nurturing"], 41),
    (["ธีรเดช วัฒนกุล", "โรงแรมริมน้ำ", "ผู้จัดการ", "TH", "พระนครศรีอยุธยา", "th", "Trade fair", "Thaifex", "nurturing"], 36),
    (["Agus Prasetyo", "Kantor Bersama Kita", "Office Manager", "ID", "Bandung", "id", "Website", "Paket kantor", "qualified"], 29),
    (["Mei Ling Tan", "Harbour Roasters", "Owner", "SG", "Singapore", "en", "Referral", "", "qualified"], 26),
    (["วราภรณ์ ทองดี", "คาเฟ่หน้าบ้าน", "เจ้าของ", "TH", "ขอนแก่น", "th", "Chat", "Cold brew", "qualified"], 22),
    (["Yusuf Maulana", "Warung Pojok", "Pemilik", "ID", "Malang", "id", "Chat", "Paket warung", "working"], 18),
    (["Olivia Grant", "Grant & Sons Deli", "Partner", "AU", "Perth", "en", "Website", "Paket kantor", "working"], 15),
    (["Dian Permata", "Sekolah Tunas Muda", "Kepala Tata Usaha", "ID", "Surabaya", "id", "Phone", "", "working"], 11),
    (["ปกรณ์ ศรีสุข", "ออฟฟิศพลัส", "ฝ่ายจัดซื้อ", "TH", "กรุงเทพมหานคร", "th", "Website", "Paket kantor", "working"], 8),
    (["Lestari Handayani", "Klinik Sehat Ibu", "Direktur", "ID", "Semarang", "id", "Website", "Paket kantor", "new"], 3),
    (["Thomas Becker", "Becker Feinkost", "Einkauf", "DE", "Bremen", "en", "Trade fair", "Kopi Expo", "new"], 2),
    (["สุดารัตน์ ใจงาม", "ร้านขนมคุณยาย", "เจ้าของ", "TH", "นครปฐม", "th", "Chat", "", "new"], 1),
    (["Fajar Nugroho", "Studio Kreatif Senja", "Produser", "ID", "Jakarta", "id", "Website", "Cold brew", "new"], 1),
];

/// Why leads came back and why others were none of ours, in the order of languages.
const RETURNED: [[&str; 3]; 3] = [
    ["No budget yet", "Belum ada anggaran", "ยังไม่มีงบประมาณ"],
    ["Cannot be reached", "Tidak bisa dihubungi", "ติดต่อไม่ได้"],
    ["Only next year", "Baru tahun depan", "รอปีหน้า"],
];
const NOT_OURS: [&str; 3] = ["Not our field", "Bukan bidang kami", "ไม่ใช่สิ่งที่เราทำ"];

/// Minutes until somebody took a lead on, one after the other.
const TAKEN: [i64; 6] = [20, 95, 180, 40, 420, 1_560];

/// Of open deals every ninth came from a lead; of those that are over, each whose person was new.
const OF_OPEN: usize = 9;

/// The leads of a plan whose other records are made.
pub(super) fn leads(
    setting: &Setting<'_>,
    calendar: &Calendar,
    plan: &SamplePlan,
) -> Vec<Document> {
    let mut random = Random::new(setting, 21);
    let mut all = past_leads::past(setting, calendar);
    for (place, (row, ago)) in ROWS.iter().enumerate() {
        let country = if row[3] == "TH" { "TH" } else { "ID" };
        let made = calendar.done(calendar.ago(*ago), setting.zone, country, &mut random);
        let owner = setting.owners[place % setting.owners.len()];
        all.push(lead(
            setting,
            calendar,
            (place, row, made, owner),
            random.id(made),
        ));
    }
    let (open, over): (Vec<&Document>, Vec<&Document>) =
        plan.deals.iter().partition(|deal| deal["status"] == "open");
    let mut seen = BTreeSet::new();
    for deal in over.into_iter().chain(open.into_iter().step_by(OF_OPEN)) {
        let contact = text_of(deal, "contact_id");
        if contact.is_empty() || !seen.insert(contact.clone()) {
            continue;
        }
        let person = plan
            .contacts
            .iter()
            .find(|one| text_of(one, "id") == contact);
        let firm = text_of(deal, "company_id");
        let firm = plan.companies.iter().find(|one| text_of(one, "id") == firm);
        if let (Some(person), Some(firm)) = (person, firm) {
            let place = all.len();
            let records = (deal, person, firm);
            all.extend(converted(&mut random, (setting, calendar), place, records));
        }
    }
    all.sort_by_key(|lead| text_of(lead, "created_at"));
    all
}

/// A moment after another one, but not after the last day.
fn after(at: DateTime<Utc>, hours: i64, calendar: &Calendar) -> DateTime<Utc> {
    (at + TimeDelta::hours(hours)).min(calendar.start)
}

fn lead(
    setting: &Setting<'_>,
    calendar: &Calendar,
    (place, row, made, owner): (usize, &Row, DateTime<Utc>, Owner),
    id: Uuid,
) -> Document {
    let [
        name,
        firm,
        job,
        country,
        city,
        language,
        source,
        campaign,
        status,
    ] = *row;
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let prefix = if country == "TH" {
        "+66 2 555"
    } else {
        "+62 812-5550"
    };
    let mut document = stamped(id, made, owner);
    document.extend(members([
        ("name", json!(name)),
        ("company_name", json!(firm)),
        ("job_title", json!(job)),
        ("country", json!(country)),
        ("city", json!(city)),
        ("language", json!(language)),
        ("source", json!(source)),
        ("campaign", json!(filled(campaign))),
        (
            "emails",
            json!([{"value": format!("lead{:02}@prospek.example", place + 1)}]),
        ),
        (
            "phones",
            json!([{"value": format!("{prefix} {:04}", 7_100 + place)}]),
        ),
        ("tags", json!([])),
        ("first_touch_at", json!(instant(made - TimeDelta::hours(5)))),
        ("status", json!(status)),
    ]));
    // Of those who were none of ours one was never answered.
    if status != "new" && place != 1 {
        let answered = answers::answered(setting, calendar, made, place);
        document.insert("first_response_at".into(), json!(instant(answered)));
        document.insert("last_activity_at".into(), json!(instant(answered)));
    }
    let handed = after(made, 20, calendar);
    let taken = handed + TimeDelta::minutes(TAKEN[place % TAKEN.len()]);
    let language_place = setting.language as usize;
    let told = members([
        ("mql_at", json!(instant(after(made, 18, calendar)))),
        ("handed_off_at", json!(instant(handed))),
        ("handed_off_by", json!(setting.owners[0].user_id)),
    ]);
    match status {
        "qualified" => {
            document.extend(told);
            document.extend(members([
                ("accepted_at", json!(instant(taken))),
                ("accepted_by", json!(owner.user_id)),
                ("sql_at", json!(instant(after(handed, 40, calendar)))),
            ]));
        }
        "nurturing" => {
            document.extend(told);
            document.extend(members([
                ("returned_at", json!(instant(after(handed, 26, calendar)))),
                (
                    "return_reason",
                    json!(RETURNED[place % RETURNED.len()][language_place]),
                ),
            ]));
        }
        // One of them waits for somebody to accept it.
        "working" if place % 2 == 0 => document.extend(told),
        "unqualified" => {
            document.insert("unqualified_reason".into(), json!(NOT_OURS[language_place]));
        }
        _ => {}
    }
    document
}

/// The lead that a person was before a deal with them.
fn converted(
    random: &mut Random,
    (setting, calendar): (&Setting<'_>, &Calendar),
    place: usize,
    (deal, person, firm): (&Document, &Document, &Document),
) -> Option<Document> {
    let at: DateTime<Utc> = text_of(deal, "created_at").parse().ok()?;
    let made = at - TimeDelta::days(4);
    let owner = setting.owners[0];
    let mut document = stamped(random.id(made), made, owner);
    for name in ["owner_id", "team_id", "source"] {
        document.insert(name.into(), deal.get(name).cloned().unwrap_or(Value::Null));
    }
    for name in [
        "emails",
        "phones",
        "job_title",
        "language",
        "country",
        "city",
    ] {
        document.insert(
            name.into(),
            person.get(name).cloned().unwrap_or(Value::Null),
        );
    }
    let moment = |hours: i64| json!(instant(made + TimeDelta::hours(hours)));
    let answered = answers::answered(setting, calendar, made, place);
    let answered = answered.min(made + TimeDelta::hours(19));
    let taken = made + TimeDelta::hours(21) + TimeDelta::minutes(TAKEN[place % TAKEN.len()]);
    document.extend(members([
        ("name", json!(text_of(person, "full_name"))),
        ("company_name", json!(text_of(firm, "name"))),
        ("tags", json!([])),
        ("first_touch_at", moment(-30)),
        ("status", json!("converted")),
        ("first_response_at", json!(instant(answered))),
        ("last_activity_at", moment(70)),
        ("mql_at", moment(20)),
        ("handed_off_at", moment(21)),
        ("handed_off_by", json!(owner.user_id)),
        ("accepted_at", json!(instant(taken))),
        ("accepted_by", json!(owner.user_id)),
        ("sql_at", moment(72)),
        ("converted_at", json!(text_of(deal, "created_at"))),
        ("contact_id", person["id"].clone()),
        ("company_id", firm["id"].clone()),
        ("deal_id", deal["id"].clone()),
    ]));
    Some(document)
}
