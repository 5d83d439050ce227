//! Leads of the past that came to nothing: enough of them that a model has something to learn from.

use chrono::TimeDelta;
use relasi_domain::record::Document;
use serde_json::json;

use super::{
    Setting, answers,
    calendar::Calendar,
    document::{instant, members, stamped},
    random::Random,
    words::Words,
};

/// Country, language, what numbers begin with, given names, family names, cities, kinds of business, words that name one.
type Place = (
    &'static str,
    &'static str,
    &'static str,
    [&'static [&'static str]; 5],
);

#[rustfmt::skip]
const PLACES: [Place; 2] = [
    ("ID", "id", "+62 812-5550", [
        &["Andi", "Ratna", "Joko", "Fitri", "Hendra", "Wulan", "Rizky", "Ayu", "Bagus", "Intan", "Surya", "Nadia"],
        &["Kurniawan", "Saputra", "Anggraini", "Susanto", "Puspita", "Gunawan", "Rahayu", "Firmansyah", "Utami"],
        &["Medan", "Makassar", "Bogor", "Palembang", "Solo", "Tangerang", "Bekasi", "Manado"],
        &["Kedai", "Warung", "Toko", "Katering", "Salon", "Bengkel"],
        &["Kenanga", "Sinar Pagi", "Rejeki", "Anugerah", "Cempaka", "Merpati", "Nusa", "Bahagia"],
    ]),
    ("TH", "th", "+66 2 555", [
        &["กิตติ", "มาลี", "สมหญิง", "ประเสริฐ", "วิภา", "ชัยวัฒน์", "อรุณี", "ธนกร", "พิมพ์ใจ", "เกรียงไกร"],
        &["สายทอง", "บุญมา", "รุ่งเรือง", "แก้วใส", "พึ่งพา", "ศรีวิไล", "มั่นคง", "ทองคำ"],
        &["ชลบุรี", "สงขลา", "อุดรธานี", "นครราชสีมา", "ภูเก็ต", "ระยอง"],
        &["ร้าน", "ร้านอาหาร", "ครัว", "ร้านเสริมสวย"],
        &["ดาวเรือง", "ริมทาง", "สุขใจ", "ใบบัว", "ตะวัน", "น้ำผึ้ง"],
    ]),
];

/// How many there are, and the days before today in which they came: fewer in later times, as one learns whom to ask.
const COUNT: [(usize, i64, i64); 2] = [(80, 420, 700), (6, 60, 290)];

/// Weights of the places in the list of sources: those who come by themselves.
const SOURCES: [i64; 7] = [6, 34, 8, 30, 10, 6, 6];

/// Jobs of who asks and does not decide.
const JOBS: [&[&str]; 2] = [
    &["Staf", "Asisten", "Admin", "Mahasiswa", "Pemilik"],
    &["พนักงาน", "ผู้ช่วย", "ธุรการ", "นักศึกษา", "เจ้าของ"],
];

const REASONS: [[&str; 3]; 3] = [
    ["Only looking", "Hanya melihat-lihat", "แค่ดูก่อน"],
    ["Not our field", "Bukan bidang kami", "ไม่ใช่สิ่งที่เราทำ"],
    ["Too far away", "Terlalu jauh", "อยู่ไกลเกินไป"],
];

/// Their documents, the oldest first.
pub(super) fn past(setting: &Setting<'_>, calendar: &Calendar) -> Vec<Document> {
    let mut random = Random::new(setting, 22);
    let mut all = Vec::new();
    let mut seen = Vec::new();
    for (count, last, first) in COUNT {
        let more = all.len() + count;
        while all.len() < more {
            let place = random.weighted(&[7, 3]);
            let [given, family, ..] = PLACES[place].3;
            let name = (place, random.place(given.len()), random.place(family.len()));
            if seen.contains(&name) {
                continue;
            }
            seen.push(name);
            let ago = random.between(last, first);
            all.push(lead(setting, calendar, &mut random, (name, ago, all.len())));
        }
    }
    all
}

fn lead(
    setting: &Setting<'_>,
    calendar: &Calendar,
    random: &mut Random,
    ((place, given, family), ago, number): ((usize, usize, usize), i64, usize),
) -> Document {
    let (country, language, prefix, [given_names, family_names, cities, kinds, names]) =
        PLACES[place];
    let made = calendar.done(calendar.ago(ago), setting.zone, country, random);
    let owner = setting.owners[number % setting.owners.len()];
    let mut document = stamped(random.id(made), made, owner);
    let words =
        |random: &mut Random, all: &'static [&'static str]| random.pick(all).unwrap_or_default();
    let firm = random.chance(45).then(|| {
        let (kind, name) = (words(random, kinds), words(random, names));
        if language == "th" {
            format!("{kind}{name}")
        } else {
            format!("{kind} {name}")
        }
    });
    let phone = random
        .chance(50)
        .then(|| json!([{"value": format!("{prefix} {:04}", 8_000 + number)}]));
    let mail = random
        .chance(60)
        .then(|| json!([{"value": format!("tanya{number:02}@prospek.example")}]));
    let reason = random.pick(&REASONS).unwrap_or_default();
    let source = setting.language.lines("source");
    let closed = made + TimeDelta::days(random.between(9, 16));
    // Whoever had to wait bought elsewhere.
    let answered = random
        .chance(70)
        .then(|| made + TimeDelta::hours(random.between(3, 60)));
    let answered = answered.map(|late| match number % 3 {
        0 => answers::answered(setting, calendar, made, number / 3),
        _ => late,
    });
    let answered = answered.map(instant);
    document.extend(members([
        (
            "name",
            json!(format!("{} {}", given_names[given], family_names[family])),
        ),
        ("company_name", json!(firm)),
        (
            "job_title",
            json!(random.chance(60).then(|| words(random, JOBS[place]))),
        ),
        ("country", json!(country)),
        ("city", json!(words(random, cities))),
        ("language", json!(language)),
        ("source", json!(source.get(random.weighted(&SOURCES)))),
        ("emails", mail.unwrap_or_else(|| json!([]))),
        ("phones", phone.unwrap_or_else(|| json!([]))),
        ("tags", json!([])),
        ("first_touch_at", json!(instant(made - TimeDelta::hours(1)))),
        ("first_response_at", json!(answered)),
        ("last_activity_at", json!(answered)),
        ("status", json!("unqualified")),
        (
            "unqualified_reason",
            json!(reason[setting.language as usize]),
        ),
        ("updated_at", json!(instant(closed))),
    ]));
    document
}
