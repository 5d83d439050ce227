//! The options of the second step.

use leptos::prelude::*;
use relasi_domain::record::Object;

use super::agreed::{Clocks, PurposeChoice};
use super::mapping::Draft;
use super::model::{Import, Options};
use super::objects::has_key;
use super::preview::read_date;
use super::watch::Watched;
use crate::i18n::{Key, k};
use crate::records::fields::{added, people_only};
use crate::records::labels;
use crate::ui::select::{Choice, Select};

/// Dates, matching, companies, delimiter and encoding.
#[component]
pub fn Reading(watched: Watched, draft: Draft, target: &'static Object) -> impl IntoView {
    let contacts = target.name == "contact";
    let keyed = has_key(target);
    let matching = match target.name {
        "company" => k::import::MATCH_BY_COMPANY,
        _ if keyed => k::import::MATCH_BY_KEY,
        _ => k::import::MATCH_BY,
    };
    let marking = move || {
        let marks = added(target).filter(|field| {
            let custom = field.custom.as_ref();
            custom.is_some_and(|custom| custom.marks_duplicates)
        });
        let names: Vec<String> = marks
            .map(|field| labels::field(target, &field.name))
            .collect();
        if names.is_empty() {
            String::new()
        } else {
            k::import::match_also(&names.join(", "))
        }
    };
    let of_file = move |read: fn(&Import) -> String| {
        watched
            .import
            .with(|i| i.as_ref().map(read))
            .unwrap_or_default()
    };
    let of_text = of_file(|i| i.source.format.clone()) == "csv";
    let date_hint = move || {
        watched
            .import
            .with(|i| i.as_ref().and_then(read_date))
            .unwrap_or_default()
    };
    view! {
        <section class="stack">
            <h2>{k::import::OPTIONS}</h2>
            <div class="import-options">
                <OptionSelect draft label=matching choices=matchings(target) hint=marking
                    read=|o| o.matching.clone() write=|o, value| o.matching = value/>
                <OptionSelect draft label=k::import::ON_MATCH choices=on_match(keyed)
                    read=|o| o.on_match.clone() write=|o, value| o.on_match = value/>
                {(contacts && !people_only()).then(|| view! {
                    <OptionSelect draft label=k::import::COMPANY choices=COMPANY.to_vec() hint=k::import::COMPANY_HINT
                        read=|o| o.company.clone() write=|o, value| o.company = value/>
                })}
                <OptionSelect draft label=k::import::DATE_ORDER choices=DATE_ORDER.to_vec() hint=date_hint
                    read=|o| o.date_order.clone().unwrap_or_else(|| "dmy".to_owned()) write=|o, value| o.date_order = Some(value)/>
                {keyed.then(|| view! {
                    <OptionSelect draft label=k::import::DECIMAL_MARK choices=DECIMAL_MARK.to_vec()
                        read=|o| o.decimal_mark.clone().unwrap_or_else(|| "point".to_owned()) write=|o, value| o.decimal_mark = Some(value)/>
                })}
                {of_text.then(|| view! {
                    <FileSelect draft member="delimiter" label=k::import::DELIMITER
                        value=Signal::derive(move || of_file(|i| i.delimiter.clone())) choices=delimiters/>
                    <FileSelect draft member="encoding" label=k::import::ENCODING
                        value=Signal::derive(move || of_file(|i| i.encoding.clone())) choices=encodings/>
                })}
                <PurposeChoice draft/>
            </div>
            {(target.name == "lead").then(|| view! { <Clocks draft/> })}
        </section>
    }
}

const DECIMAL_MARK: [(&str, Key); 2] = [
    ("point", k::import::MARK_POINT),
    ("comma", k::import::MARK_COMMA),
];
const DATE_ORDER: [(&str, Key); 3] = [
    ("dmy", k::import::DATE_DMY),
    ("mdy", k::import::DATE_MDY),
    ("ymd", k::import::DATE_YMD),
];
const ON_MATCH: [(&str, Key); 3] = [
    ("update", k::import::ON_MATCH_UPDATE),
    ("skip", k::import::ON_MATCH_SKIP),
    ("create", k::import::ON_MATCH_CREATE),
];
/// What is known by a key is there once: a row that matches makes no other one.
fn on_match(keyed: bool) -> Vec<(&'static str, Key)> {
    let all = ON_MATCH.into_iter();
    all.filter(|(code, _)| !(keyed && *code == "create"))
        .collect()
}

const COMPANY: [(&str, Key); 3] = [
    ("domain", k::import::COMPANY_DOMAIN),
    ("name", k::import::COMPANY_NAME),
    ("none", k::import::COMPANY_NONE),
];

fn matchings(target: &Object) -> Vec<(&'static str, Key)> {
    match target.name {
        "product" => return vec![("key", k::import::MATCH_CODE)],
        "price" => return vec![("key", k::import::MATCH_PRICE)],
        "exchange_rate" => return vec![("key", k::import::MATCH_RATE)],
        _ => {}
    }
    let mut all = vec![
        ("email", k::import::MATCH_EMAIL),
        ("phone", k::import::MATCH_PHONE),
    ];
    if target.name == "company" {
        all.extend([
            ("domain", k::import::MATCH_DOMAIN),
            ("name", k::import::MATCH_NAME),
        ]);
    }
    all.push(("none", k::import::MATCH_NONE));
    all
}

fn delimiters(now: &str) -> Vec<Choice> {
    let known = [
        (",", k::import::DELIMITER_COMMA),
        (";", k::import::DELIMITER_SEMICOLON),
        ("\t", k::import::DELIMITER_TAB),
        ("|", k::import::DELIMITER_PIPE),
    ];
    let all = known
        .map(|(mark, name)| Choice::new(mark, name.get()))
        .to_vec();
    with_present(all, now)
}

fn encodings(now: &str) -> Vec<Choice> {
    let known = ["UTF-8", "UTF-16LE", "windows-874", "windows-1252"];
    with_present(known.map(|name| Choice::new(name, name)).to_vec(), now)
}

/// What was found is offered even if it is a rare one.
fn with_present(mut all: Vec<Choice>, now: &str) -> Vec<Choice> {
    if !now.is_empty() && all.iter().all(|choice| choice.value != now) {
        all.push(Choice::new(now, now));
    }
    all
}

/// A select that is one of the options.
#[component]
fn OptionSelect(
    draft: Draft,
    label: Key,
    choices: Vec<(&'static str, Key)>,
    read: fn(&Options) -> String,
    write: fn(&mut Options, String),
    #[prop(optional, into)] hint: Option<TextProp>,
) -> impl IntoView {
    let value = RwSignal::new(draft.options.with_untracked(read));
    Effect::new(move |_| value.set(draft.options.with(read)));
    let choices = Signal::derive(move || {
        choices
            .iter()
            .map(|(code, name)| Choice::new(*code, name.get()))
            .collect()
    });
    let on_change = move |code: String| draft.set(|options| write(options, code));
    view! { <Select label value choices on_change hint=hint.unwrap_or_default()/> }
}

/// A select that has the file read anew.
#[component]
fn FileSelect(
    draft: Draft,
    member: &'static str,
    label: Key,
    value: Signal<String>,
    choices: fn(&str) -> Vec<Choice>,
) -> impl IntoView {
    let chosen = RwSignal::new(value.get_untracked());
    Effect::new(move |_| chosen.set(value.get()));
    let choices = Signal::derive(move || choices(&value.get()));
    let on_change = move |code: String| draft.reread(member, code);
    view! { <Select label value=chosen choices on_change/> }
}
