//! Names of countries as they stand in files.

use std::{collections::HashMap, sync::LazyLock};

use crate::text::sort_key;

/// Code and names, English first: the region, and those that trade with it most.
const COUNTRIES: &[(&str, &[&str])] = &[
    (
        "AE",
        &[
            "United Arab Emirates",
            "UAE",
            "Uni Emirat Arab",
            "สหรัฐอาหรับเอมิเรตส์",
        ],
    ),
    ("AT", &["Austria", "ออสเตรีย"]),
    ("AU", &["Australia", "ออสเตรเลีย"]),
    ("BD", &["Bangladesh", "บังกลาเทศ"]),
    ("BE", &["Belgium", "Belgia", "เบลเยียม"]),
    ("BN", &["Brunei", "Brunei Darussalam", "บรูไน"]),
    ("BR", &["Brazil", "Brasil", "บราซิล"]),
    ("CA", &["Canada", "Kanada", "แคนาดา"]),
    ("CH", &["Switzerland", "Swiss", "สวิตเซอร์แลนด์"]),
    ("CN", &["China", "Tiongkok", "Cina", "PRC", "จีน"]),
    ("CZ", &["Czechia", "Czech Republic", "Ceko", "เช็ก"]),
    (
        "DE",
        &["Germany", "Jerman", "Deutschland", "เยอรมนี", "เยอรมัน"],
    ),
    ("DK", &["Denmark", "เดนมาร์ก"]),
    ("EG", &["Egypt", "Mesir", "อียิปต์"]),
    ("ES", &["Spain", "Spanyol", "สเปน"]),
    ("FI", &["Finland", "Finlandia", "ฟินแลนด์"]),
    ("FR", &["France", "Prancis", "Perancis", "ฝรั่งเศส"]),
    (
        "GB",
        &[
            "United Kingdom",
            "UK",
            "Great Britain",
            "England",
            "Inggris",
            "Inggris Raya",
            "สหราชอาณาจักร",
            "อังกฤษ",
        ],
    ),
    ("HK", &["Hong Kong", "Hongkong", "ฮ่องกง"]),
    ("ID", &["Indonesia", "Republik Indonesia", "RI", "อินโดนีเซีย"]),
    ("IE", &["Ireland", "Irlandia", "ไอร์แลนด์"]),
    ("IN", &["India", "อินเดีย"]),
    ("IT", &["Italy", "Italia", "อิตาลี"]),
    ("JP", &["Japan", "Jepang", "ญี่ปุ่น"]),
    ("KH", &["Cambodia", "Kamboja", "กัมพูชา"]),
    (
        "KR",
        &[
            "South Korea",
            "Korea",
            "Republic of Korea",
            "Korea Selatan",
            "เกาหลีใต้",
            "เกาหลี",
        ],
    ),
    ("LA", &["Laos", "Lao PDR", "ลาว"]),
    ("LK", &["Sri Lanka", "ศรีลังกา"]),
    ("MM", &["Myanmar", "Burma", "เมียนมา", "พม่า"]),
    ("MO", &["Macao", "Macau", "Makau", "มาเก๊า"]),
    ("MX", &["Mexico", "Meksiko", "เม็กซิโก"]),
    ("MY", &["Malaysia", "มาเลเซีย"]),
    (
        "NL",
        &[
            "Netherlands",
            "The Netherlands",
            "Holland",
            "Belanda",
            "เนเธอร์แลนด์",
        ],
    ),
    ("NO", &["Norway", "Norwegia", "นอร์เวย์"]),
    ("NP", &["Nepal", "เนปาล"]),
    ("NZ", &["New Zealand", "Selandia Baru", "นิวซีแลนด์"]),
    (
        "PH",
        &["Philippines", "The Philippines", "Filipina", "ฟิลิปปินส์"],
    ),
    ("PK", &["Pakistan", "ปากีสถาน"]),
    ("PL", &["Poland", "Polandia", "โปแลนด์"]),
    ("PT", &["Portugal", "โปรตุเกส"]),
    ("QA", &["Qatar", "กาตาร์"]),
    ("RU", &["Russia", "Russian Federation", "Rusia", "รัสเซีย"]),
    ("SA", &["Saudi Arabia", "Arab Saudi", "ซาอุดีอาระเบีย"]),
    ("SE", &["Sweden", "Swedia", "สวีเดน"]),
    ("SG", &["Singapore", "Singapura", "สิงคโปร์"]),
    ("TH", &["Thailand", "Muangthai", "ไทย", "ประเทศไทย"]),
    (
        "TL",
        &["Timor-Leste", "East Timor", "Timor Leste", "ติมอร์-เลสเต"],
    ),
    ("TR", &["Turkey", "Türkiye", "Turki", "ตุรกี"]),
    ("TW", &["Taiwan", "ไต้หวัน"]),
    ("UA", &["Ukraine", "Ukraina", "ยูเครน"]),
    (
        "US",
        &[
            "United States",
            "United States of America",
            "USA",
            "U.S.A.",
            "U.S.",
            "America",
            "Amerika Serikat",
            "AS",
            "Amerika",
            "สหรัฐอเมริกา",
            "สหรัฐ",
            "อเมริกา",
        ],
    ),
    ("VN", &["Vietnam", "Viet Nam", "เวียดนาม"]),
    ("ZA", &["South Africa", "Afrika Selatan", "แอฟริกาใต้"]),
];

static BY_NAME: LazyLock<HashMap<String, &str>> = LazyLock::new(|| {
    let names = COUNTRIES
        .iter()
        .flat_map(|(code, names)| names.iter().map(|name| (sort_key(name), *code)));
    names.collect()
});

/// The ISO 3166-1 code of a country written as code or name; none for names that are not known.
///
/// Two letters are taken for a code as they are, `UK` and `AS` (Indonesian for the United States) excepted.
pub fn parse_country(text: &str) -> Option<String> {
    let key = sort_key(text);
    let code = key.len() == 2 && key.bytes().all(|b| b.is_ascii_lowercase());
    let named = BY_NAME.get(&key).map(|code| (*code).to_owned());
    named.or_else(|| code.then(|| key.to_ascii_uppercase()))
}
