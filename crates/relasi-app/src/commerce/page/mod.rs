//! The page behind a quote's link: made by the server, without scripts, in three languages.

use std::{collections::BTreeMap, sync::OnceLock};

use base64::{Engine, engine::general_purpose::STANDARD};
use minijinja::{AutoEscape, Environment, value::Serde};
use relasi_domain::{
    commerce::line::Line,
    fault::Faults,
    locale::{self, Language},
};
use relasi_persistence::StoreError;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{
    document::Printed,
    link::{Shown, Standing},
    pdf::words::{Amounts, day, filled, moment, number, word},
};
use crate::refusal::Result;

const STYLE: &str = include_str!("quote.css");

/// Steps that a page may take: two hundred lines need about a tenth.
const FUEL: u64 = 1_000_000;

/// What a browser may do on the page: nothing but show it and send its forms.
pub fn policy() -> String {
    // What is between the tags is the style with nothing around it.
    let digest = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'self' 'sha256-{digest}'; font-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

/// What somebody typed that was not taken, and why.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// By the names of the fields.
    pub values: BTreeMap<&'static str, String>,
    /// What is wrong.
    pub faults: Faults,
}

/// The page of a version, below the address `base`.
pub fn render(shown: &Shown, language: Language, base: &str, typed: &Typed) -> Result<String> {
    let printed = &shown.printed;
    let open = shown.standing == Standing::Open;
    let mut context = common(
        language,
        &format!("{} – {}", printed.number, printed.seller),
    );
    let version = [("n", printed.revision.to_string())];
    context["w"]["version"] = json!(filled(language, "quote_document.version", &version));
    let amount = word(language, "quote_document.amount");
    context["w"]["amount"] = json!(format!("{amount} ({})", printed.currency));
    context["q"] = quote(printed, language);
    context["open"] = json!(open);
    context["base"] = json!(base);
    context["notice"] = notice(shown, language);
    context["typed"] = json!(typed.values);
    context["faults"] = faults(&typed.faults, language);
    made(&context)
}

/// The page of a link that leads nowhere.
pub fn gone(language: Language) -> Result<String> {
    let mut context = common(language, &word(language, "quote_page.gone"));
    context["gone"] = json!(true);
    made(&context)
}

fn made(context: &Value) -> Result<String> {
    static MADE: OnceLock<Environment<'static>> = OnceLock::new();
    let environment = MADE.get_or_init(|| {
        let mut made = Environment::new();
        made.set_fuel(Some(FUEL));
        made.set_auto_escape_callback(|_| AutoEscape::Html);
        made.add_template("quote.html", include_str!("quote.html"))
            .expect("the page is a template");
        made
    });
    let page = environment.get_template("quote.html");
    let page = page.and_then(|page| page.render(Serde(context)));
    page.map_err(|error| StoreError::Other(format!("page: {error:#}")).into())
}

fn common(language: Language, title: &str) -> Value {
    let names = ["English", "Indonesia", "ไทย"];
    let languages = Language::ALL.iter().zip(names);
    let languages: Vec<Value> = languages
        .map(|(one, name)| json!({"tag": one.tag(), "name": name}))
        .collect();
    let mut words = Map::new();
    for key in [
        "title",
        "number",
        "date",
        "valid_until",
        "to",
        "from",
        "item",
        "quantity",
        "price",
        "discount",
        "tax",
        "total",
        "terms",
    ] {
        let text = word(language, &format!("quote_document.{key}"));
        words.insert(key.to_owned(), json!(text));
    }
    for key in [
        "download",
        "accept",
        "accept_hint",
        "name",
        "comment",
        "optional",
        "decline",
        "decline_title",
        "reason",
        "gone",
        "gone_text",
    ] {
        let text = word(language, &format!("quote_page.{key}"));
        words.insert(key.to_owned(), json!(text));
    }
    let own = locale::text(language, "field.contact.language").unwrap_or_default();
    words.insert("language".to_owned(), json!(own));
    json!({
        "lang": language.tag(), "title": title, "style": STYLE, "languages": languages, "w": words,
        "gone": false, "open": false, "typed": {}, "faults": {},
    })
}

fn quote(printed: &Printed, language: Language) -> Value {
    let totals = &printed.totals;
    let lines = printed.lines.iter();
    let all = lines.flat_map(|line| [line.unit_price, line.net]).chain([
        totals.subtotal,
        totals.discount,
        totals.tax,
        totals.total,
    ]);
    let amounts = Amounts::new(language, &printed.currency, all);
    let row = |line: &Line| line_of(line, &amounts, language);
    let mut sums = vec![json!([
        word(language, "quote_document.subtotal"),
        amounts.text(totals.subtotal)
    ])];
    if totals.discount > 0 {
        let label = word(language, "quote_document.discount");
        sums.push(json!([label, amounts.text(-totals.discount)]));
    }
    for tax in &totals.taxes {
        let percent = number(tax.tax.percent, language);
        let name = if tax.tax.name.contains('%') {
            tax.tax.name.clone()
        } else {
            format!("{} {percent}%", tax.tax.name)
        };
        let label = if tax.tax.included {
            filled(language, "quote_document.included", &[("tax", name)])
        } else {
            name
        };
        sums.push(json!([label, amounts.text(tax.amount)]));
    }
    json!({
        "seller": printed.seller, "name": printed.name, "lang": printed.language.tag(), "number": printed.number,
        "day": printed.day.map(|on| day(on, language)),
        "until": printed.valid_until.map(|on| day(on, language)),
        "buyer": printed.buyer.name, "person": printed.buyer.person, "contact": printed.contact,
        "lines": printed.lines.iter().map(row).collect::<Vec<_>>(),
        "sums": sums,
        "total": format!("{} {}", printed.currency, amounts.text(totals.total)),
        "terms": printed.terms,
    })
}

fn line_of(line: &Line, amounts: &Amounts, language: Language) -> Value {
    let options = line.options.iter();
    let options: Vec<String> = options
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let parts = [
        options.join(", "),
        line.description.clone().unwrap_or_default(),
    ];
    let more: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let quantity = number(line.quantity, language);
    let quantity = match &line.unit {
        Some(unit) => format!("{quantity} {unit}"),
        None => quantity,
    };
    let discount = match (line.discount_percent, line.discount) {
        (_, 0) => String::new(),
        (Some(percent), _) => format!("{}%", number(percent, language)),
        (None, amount) => amounts.text(amount),
    };
    let tax = line.tax.as_ref();
    let tax = tax.map(|tax| format!("{}%", number(tax.percent, language)));
    json!({
        "name": line.name, "more": more.join("\n"), "quantity": quantity, "price": amounts.text(line.unit_price),
        "discount": discount, "tax": tax.unwrap_or_default(), "net": amounts.text(line.net),
    })
}

fn notice(shown: &Shown, language: Language) -> Value {
    let text = |key: &str, params: &[(&str, String)]| {
        filled(language, &format!("quote_page.{key}"), params)
    };
    let said_at = |at| moment(at, shown.zone, language);
    let (tone, text) = match &shown.standing {
        Standing::Open => return Value::Null,
        Standing::Accepted(name, at) => {
            let params = [("name", name.clone()), ("at", said_at(*at))];
            ("ok", text("accepted", &params))
        }
        Standing::Declined(at) => ("warn", text("declined", &[("at", said_at(*at))])),
        Standing::Outdated => ("warn", text("outdated", &[])),
        Standing::Expired(until) => ("warn", text("expired", &[("day", day(*until, language))])),
    };
    json!({"tone": tone, "text": text})
}

/// What is wrong with each field, in words.
fn faults(faults: &Faults, language: Language) -> Value {
    let mut told = Map::new();
    for fault in &faults.0 {
        let name = fault.pointer.trim_start_matches('/');
        let text = match (name, fault.code) {
            ("name", "required") => word(language, "quote_page.name_needed"),
            ("reason", "required") => word(language, "quote_page.reason_needed"),
            _ => word(language, "quote_page.too_long"),
        };
        told.insert(name.to_owned(), json!(text));
    }
    Value::Object(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commerce::pdf::tests::sample;

    fn page(standing: Standing, language: Language, count: usize) -> String {
        let mut printed = sample(language, count);
        printed.name = "<script>alert(1)</script>".into();
        let zone = chrono_tz::Asia::Jakarta;
        let shown = Shown {
            printed,
            standing,
            zone,
        };
        render(&shown, language, "/q/token", &Typed::default()).unwrap()
    }

    #[test]
    fn pages_are_small_and_without_scripts() {
        for language in Language::ALL {
            let page = page(Standing::Open, language, 50);
            assert!(page.len() < 60_000, "{} bytes", page.len());
            assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
            assert!(page.contains("accept?lang=") && page.contains("decline?lang="));
            assert!(
                page.contains("2,561,580") || page.contains("2.561.580"),
                "{page}"
            );
            if let Some(folder) = std::env::var_os("RELASI_PDF_DIR") {
                let name = format!("quote-{}.html", language.tag());
                std::fs::write(std::path::PathBuf::from(folder).join(name), page).unwrap();
            }
        }
    }

    #[test]
    fn the_time_of_signing_is_by_the_clocks_of_the_workspace() {
        let at = chrono::DateTime::from_timestamp(1_796_000_000, 0).unwrap();
        for (language, said) in [
            (Language::En, "30 November 2026 07:53 (Asia/Jakarta)"),
            (Language::Id, "30 November 2026 07.53 (Asia/Jakarta)"),
        ] {
            let page = page(Standing::Accepted("Malee".into(), at), language, 1);
            let page = page.replace("&#x2f;", "/");
            assert!(page.contains(said), "{page}");
        }
    }

    #[test]
    fn what_is_decided_has_no_form() {
        let at = chrono::DateTime::from_timestamp_micros(0).unwrap();
        for standing in [
            Standing::Accepted("Malee <b>".into(), at),
            Standing::Declined(at),
            Standing::Outdated,
            Standing::Expired(at.date_naive()),
        ] {
            let page = page(standing, Language::En, 1);
            assert!(!page.contains("<form") && page.contains("role=\"status\""));
            assert!(!page.contains("<b>"));
        }
        assert!(gone(Language::Th).unwrap().contains("ลิงก์นี้ใช้ไม่ได้"));
    }

    #[test]
    fn the_policy_names_the_style_of_the_page() {
        assert!(policy().contains("style-src 'self' 'sha256-"));
        let page = page(Standing::Open, Language::En, 1);
        let style = page.split("<style>").nth(1).unwrap();
        assert_eq!(style.split("</style>").next(), Some(STYLE));
    }
}
