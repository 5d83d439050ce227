//! The page of a form as HTML: no script, nothing of others, everything escaped.

use std::{collections::BTreeMap, fmt::Write as _};

use relasi_app::marketing::form::Shown;
use relasi_domain::{
    fault::{Fault, Faults},
    field::{Field, FieldRef, Item, Kind, Point},
    locale::{self, Language},
    marketing::form::{Design, Question, Sent},
    sales::lead,
    shape::Shape,
};

use crate::problem::fault_text;

/// How the page looks, with the fonts and colours of `/public.css`; its digest stands in the policy.
pub(super) const STYLE: &str = include_str!("form.css");

/// Text between tags and in quoted attributes.
pub(super) struct Safe<'t>(pub(super) &'t str);

impl std::fmt::Display for Safe<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// A text of the product.
fn said(language: Language, key: &str) -> &'static str {
    locale::text(language, &format!("form_page.{key}")).unwrap_or_default()
}

/// What stands around every page.
pub(super) fn frame(language: Language, title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, \
         initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>{}</title><link rel=\"stylesheet\" href=\"/public.css\"><style>{STYLE}</style></head>\
         <body><main>{body}</main></body></html>",
        language.tag(),
        Safe(title)
    )
}

/// A page that only says something.
pub(super) fn notice(language: Language, title: &str, text: &str) -> String {
    let paragraphs = lines(text);
    frame(
        language,
        title,
        &format!(
            "<h1>{}</h1><div role=\"status\">{paragraphs}</div>",
            Safe(title)
        ),
    )
}

/// Text in paragraphs.
pub(super) fn lines(text: &str) -> String {
    let mut html = String::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let _ = write!(html, "<p>{}</p>", Safe(line));
    }
    html
}

/// The page that says that something is not there.
pub(super) fn missing(language: Language) -> String {
    notice(
        language,
        said(language, "missing_title"),
        said(language, "missing"),
    )
}

/// The page that says that too much came.
pub(super) fn throttled(language: Language) -> String {
    notice(
        language,
        said(language, "throttled_title"),
        said(language, "throttled"),
    )
}

/// The page after what was sent has been taken.
pub(super) fn thanks(shown: &Shown, language: Language) -> String {
    let text = shown.form.design.thanks.of(language);
    notice(
        language,
        said(language, "thanks_title"),
        text.unwrap_or(said(language, "thanks")),
    )
}

/// What a form is shown with.
pub(super) struct Filled<'f> {
    pub(super) language: Language,
    /// What was sent before.
    pub(super) sent: &'f Sent,
    pub(super) faults: &'f Faults,
    /// The page was too old.
    pub(super) is_old: bool,
    /// The seal of this page.
    pub(super) page: &'f str,
    /// The page that led here, sealed by nothing: it only tells where people come from.
    pub(super) referrer: &'f str,
}

/// The form itself.
pub(super) fn form(shown: &Shown, filled: &Filled<'_>) -> String {
    let (language, design) = (filled.language, &shown.form.design);
    let title = design.title.of(language).unwrap_or_default();
    let mut body = languages(language, "");
    let _ = write!(body, "<h1>{}</h1>", Safe(title));
    body.push_str(&lines(design.intro.of(language).unwrap_or_default()));
    let shape = Shape::new(&lead::OBJECT, &shown.customs);
    body.push_str(&summary(design, shape, filled));
    let _ = write!(
        body,
        "<form method=\"post\" action=\"?lang={}\" novalidate>\
         <input type=\"hidden\" name=\"page\" value=\"{}\"><input type=\"hidden\" name=\"from\" value=\"{}\">\
         <div class=\"trap\" aria-hidden=\"true\"><label for=\"url\">{}</label>\
         <input id=\"url\" name=\"url\" tabindex=\"-1\" autocomplete=\"off\"></div>",
        language.tag(),
        Safe(filled.page),
        Safe(filled.referrer),
        said(language, "trap"),
    );
    body.push_str(&rows(design, shape, filled));
    let button = design.button.of(language);
    let _ = write!(
        body,
        "<button type=\"submit\">{}</button></form>",
        Safe(button.unwrap_or(said(language, "send")))
    );
    frame(language, title, &body)
}

/// The questions and what one may agree to.
pub(super) fn rows(design: &Design, shape: Shape<'_>, filled: &Filled<'_>) -> String {
    let language = filled.language;
    let mut body = String::new();
    let asked: Vec<(&Question, FieldRef)> = design.asked(shape).collect();
    for (place, (question, field)) in asked.iter().enumerate() {
        body.push_str(&row(question, field, place, filled));
    }
    for (place, asked) in design.consents.iter().enumerate() {
        let name = format!("c.{}", asked.purpose_id);
        let text = asked.text.of(language).unwrap_or_default();
        let (error, marks) = fault(&name, &format!("c{place}"), filled);
        let ticked = if filled.sent.contains_key(&name) {
            " checked"
        } else {
            ""
        };
        let needed = if asked.required { " required" } else { "" };
        let star = if asked.required {
            " <b aria-hidden=\"true\">*</b>"
        } else {
            ""
        };
        let _ = write!(
            body,
            "<div class=\"row tick\"><input type=\"checkbox\" id=\"c{place}\" name=\"{name}\" value=\"yes\"{ticked}{needed}{marks}>\
             <label for=\"c{place}\">{}{star}</label>{error}</div>",
            Safe(text)
        );
    }
    body
}

/// The other languages of the page; `more` is what else its address says.
pub(super) fn languages(language: Language, more: &str) -> String {
    let mut html = format!("<nav aria-label=\"{}\">", said(language, "language"));
    for (other, name) in Language::ALL
        .into_iter()
        .zip(["English", "Indonesia", "ไทย"])
    {
        let tag = other.tag();
        let here = if other == language {
            " aria-current=\"true\""
        } else {
            ""
        };
        let _ = write!(
            html,
            "<a href=\"?lang={tag}{}\" lang=\"{tag}\" hreflang=\"{tag}\"{here}>{name}</a>",
            Safe(more)
        );
    }
    html.push_str("</nav>");
    html
}

/// All that is wrong, on top of the form, each leading to its field.
pub(super) fn summary(design: &Design, shape: Shape<'_>, filled: &Filled<'_>) -> String {
    let language = filled.language;
    let asked: Vec<(&Question, FieldRef)> = design.asked(shape).collect();
    if filled.is_old {
        return format!(
            "<div class=\"errors\" role=\"alert\" tabindex=\"-1\" autofocus><p>{}</p></div>",
            said(language, "old")
        );
    }
    if filled.faults.0.is_empty() {
        return String::new();
    }
    let mut html = format!(
        "<div class=\"errors\" role=\"alert\" tabindex=\"-1\" autofocus><h2>{}</h2><ul>",
        said(language, "errors")
    );
    let questions = asked.iter().enumerate().map(|(place, (question, field))| {
        let name = format!("q.{}", question.field);
        (name, format!("q{place}"), label(question, field, language))
    });
    let consents = design.consents.iter().enumerate();
    let consents = consents.map(|(place, asked)| {
        let text = asked.text.of(language).unwrap_or_default().to_owned();
        (format!("c.{}", asked.purpose_id), format!("c{place}"), text)
    });
    for (name, id, label) in questions.chain(consents) {
        if let Some(text) = text_of_fault(&name, filled) {
            let _ = write!(
                html,
                "<li><a href=\"#{id}\">{}: {}</a></li>",
                Safe(&label),
                Safe(&text)
            );
        }
    }
    html.push_str("</ul></div>");
    html
}

fn text_of_fault(name: &str, filled: &Filled<'_>) -> Option<String> {
    let mine = |fault: &&Fault| fault.pointer.strip_prefix('/') == Some(name);
    let fault = filled.faults.0.iter().find(mine)?;
    let params: BTreeMap<&str, String> = fault
        .params
        .iter()
        .map(|(name, value)| (*name, value.clone()))
        .collect();
    Some(fault_text(filled.language, fault.code, &params))
}

/// What is wrong with a field, and what the field says of that.
fn fault(name: &str, id: &str, filled: &Filled<'_>) -> (String, String) {
    match text_of_fault(name, filled) {
        None => Default::default(),
        Some(text) => (
            format!("<p class=\"error\" id=\"{id}e\">{}</p>", Safe(&text)),
            format!(" aria-invalid=\"true\" aria-describedby=\"{id}e\""),
        ),
    }
}

fn label(question: &Question, field: &Field, language: Language) -> String {
    if let Some(label) = question.label.of(language) {
        return label.to_owned();
    }
    match &field.custom {
        Some(custom) => custom.label.of(language).to_owned(),
        None => locale::field_label(language, lead::OBJECT.name, &field.name)
            .unwrap_or_default()
            .to_owned(),
    }
}

fn choice(field: &Field, code: &str, language: Language) -> String {
    let label = field.choice_label(language, lead::OBJECT.name, code);
    label.unwrap_or(code).to_owned()
}

/// A question with its field, its help and what is wrong with the answer.
fn row(question: &Question, field: &Field, place: usize, filled: &Filled<'_>) -> String {
    let language = filled.language;
    let (id, name) = (format!("q{place}"), format!("q.{}", question.field));
    let text = label(question, field, language);
    let (error, marks) = fault(&name, &id, filled);
    let value = filled.sent.get(&name).map_or("", String::as_str);
    let needed = if question.required { " required" } else { "" };
    let star = if question.required {
        " <b aria-hidden=\"true\">*</b>"
    } else {
        ""
    };
    let help = question.help.of(language).map_or_else(String::new, |help| {
        format!("<p class=\"help\">{}</p>", Safe(help))
    });
    let common = format!(" id=\"{id}\" name=\"{}\"{needed}{marks}", Safe(&name));
    if field.kind == Kind::Boolean {
        let ticked = if value.is_empty() { "" } else { " checked" };
        return format!(
            "<div class=\"row tick\"><input type=\"checkbox\" value=\"true\"{ticked}{common}><label for=\"{id}\">{}{star}</label>\
             {help}{error}</div>",
            Safe(&text)
        );
    }
    let control = control(field, &common, value, language);
    format!(
        "<div class=\"row\"><label for=\"{id}\">{}{star}</label>{help}{control}{error}</div>",
        Safe(&text)
    )
}

fn control(field: &Field, common: &str, value: &str, language: Language) -> String {
    let input = |kind: &str, more: &str| {
        format!(
            "<input type=\"{kind}\"{more}{common} value=\"{}\">",
            Safe(value)
        )
    };
    let fill = |what: &str| format!(" autocomplete=\"{what}\"");
    match &field.kind {
        Kind::LongText { .. } => {
            format!("<textarea rows=\"5\"{common}>{}</textarea>", Safe(value))
        }
        Kind::Choice(codes) | Kind::Many(Item::Choice(codes)) => {
            let mut html = format!("<select{common}><option value=\"\"></option>");
            for code in codes.iter() {
                let chosen = if value == code { " selected" } else { "" };
                let _ = write!(
                    html,
                    "<option value=\"{}\"{chosen}>{}</option>",
                    Safe(code),
                    Safe(&choice(field, code, language))
                );
            }
            html.push_str("</select>");
            html
        }
        Kind::Integer | Kind::Number => input("text", " inputmode=\"decimal\""),
        Kind::Date => input("date", ""),
        Kind::Many(Item::Email) | Kind::Point(Point::Email) => input("email", &fill("email")),
        Kind::Many(Item::Phone) | Kind::Point(Point::Phone) => input("tel", &fill("tel")),
        Kind::Point(Point::Link) => input("url", &fill("url")),
        _ => {
            let known = [
                ("name", "name"),
                ("company_name", "organization"),
                ("job_title", "organization-title"),
                ("city", "address-level2"),
                ("country", "country"),
            ];
            let what = known.iter().find(|(name, _)| *name == field.name);
            input(
                "text",
                &what.map_or_else(String::new, |(_, what)| fill(what)),
            )
        }
    }
}
