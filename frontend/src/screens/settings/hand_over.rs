//! What a member who leaves has, and who gets it.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use wasm_bindgen_futures::spawn_local;

use super::listed::items;
use super::member_line::Change;
use super::members::Member;
use crate::api::{FormErrors, Reply, use_api};
use crate::i18n::{k, number};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, IconButton, Variant};
use crate::ui::combobox::{Combobox, Finder, local_finder};
use crate::ui::dialog::Modal;
use crate::ui::icon;
use crate::ui::select::Choice;
use crate::ui::tag::Tone;
use crate::ui::toast::use_toasts;

#[derive(Clone, Deserialize)]
struct Belongings {
    records: BTreeMap<String, i64>,
    reports: i64,
}

#[derive(Clone, Deserialize)]
struct Left {
    full_name: String,
    records: i64,
}

/// That members who left still own records.
#[component]
pub fn LeftBehind(members: RwSignal<Vec<Member>>) -> impl IntoView {
    let api = use_api();
    let left = RwSignal::new(Vec::<Left>::new());
    let gone = Memo::new(move |_| members.with(|all| all.iter().filter(|m| !m.active).count()));
    Effect::new(move |_| {
        let _ = gone.get();
        spawn_local(async move {
            // Who may not manage members is told nothing.
            if let Ok(found) = items::<Left>(api, "/hand-overs").await {
                let _ = left.try_set(found);
            }
        });
    });
    move || {
        let all = left.get();
        let total: i64 = all.iter().map(|one| one.records).sum();
        let lines = all
            .iter()
            .map(|one| k::hand_over::left_line(one.records, &one.full_name));
        let lines = lines.collect::<Vec<_>>().join(" · ");
        (total > 0).then(|| {
            view! { <Banner text=format!("{} {lines}", k::hand_over::left(total)) tone=Tone::Info/> }
        })
    }
}

/// The button beside a member, and its dialog.
#[component]
pub fn HandOverButton(
    member: Memo<Option<Member>>,
    members: RwSignal<Vec<Member>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let name = move || member.get().map(|m| m.full_name).unwrap_or_default();
    view! {
        <IconButton label=move || k::hand_over::button_named(&name()) icon=icon::SEND on_press=move |()| open.set(true)/>
        <HandOverDialog open member members/>
    }
}

/// The dialog; with `leave` the member is deactivated first.
#[component]
pub fn HandOverDialog(
    open: RwSignal<bool>,
    member: Memo<Option<Member>>,
    members: RwSignal<Vec<Member>>,
    #[prop(optional)] leave: Option<Change>,
) -> impl IntoView {
    let title = move || {
        let name = member.get().map(|m| m.full_name).unwrap_or_default();
        if leave.is_some() {
            k::hand_over::title_leaving(&name)
        } else {
            k::hand_over::title(&name)
        }
    };
    view! { <Modal open title><HandOver open member members leave/></Modal> }
}

#[component]
fn HandOver(
    open: RwSignal<bool>,
    member: Memo<Option<Member>>,
    members: RwSignal<Vec<Member>>,
    leave: Option<Change>,
) -> impl IntoView {
    let api = use_api();
    let found = RwSignal::new(None::<Result<Belongings, String>>);
    let Some(now) = member.get_untracked() else {
        return ().into_any();
    };
    let path = format!("/members/{}/belongings", now.id);
    spawn_local(async move {
        let read = api.get(&path).await.and_then(Reply::read::<Belongings>);
        let _ = found.try_set(Some(read.map_err(|error| error.text())));
    });
    let form = move || {
        let now = now.clone();
        match found.get()? {
            Ok(belongings) => {
                Some(view! { <HandOverForm belongings now members open leave/> }.into_any())
            }
            Err(text) => Some(view! { <Banner text tone=Tone::Bad/> }.into_any()),
        }
    };
    view! { {form} }.into_any()
}

/// Who gets a part: the chosen one, or whoever gets everything.
#[derive(Clone, Copy)]
struct Part {
    name: &'static str,
    count: i64,
    to: RwSignal<Option<Choice>>,
}

fn label(name: &str, count: i64) -> String {
    let count = number(count);
    match name {
        "contact" => k::hand_over::contacts(&count),
        "company" => k::hand_over::companies(&count),
        "lead" => k::hand_over::leads(&count),
        "deal" => k::hand_over::deals(&count),
        "product" => k::hand_over::products(&count),
        "quote" => k::hand_over::quotes(&count),
        "price_book" => k::hand_over::books(&count),
        "quote_approval" => k::hand_over::approvals(&count),
        "call_list" => k::hand_over::call_lists(&count),
        "activity" => k::hand_over::tasks(&count),
        "contact_role" => k::hand_over::roles(&count),
        "relationship" => k::hand_over::relationships(&count),
        "tag" => k::hand_over::tags(&count),
        "saved_view" => k::hand_over::views(&count),
        _ => k::hand_over::reports(&count),
    }
}

const PARTS: [&str; 15] = [
    "contact",
    "company",
    "lead",
    "deal",
    "product",
    "quote",
    "activity",
    "contact_role",
    "relationship",
    "tag",
    "saved_view",
    "price_book",
    "quote_approval",
    "call_list",
    "reports",
];

/// Members who can take something over, by what the API names them by.
fn heirs(members: &[Member], leaving: &str) -> Vec<Choice> {
    let others = members.iter().filter(|m| m.active && m.id != leaving);
    // Both ids are needed: records name the person, people name the membership that they report to.
    others
        .map(|m| Choice::new(format!("{} {}", m.user_id, m.id), m.full_name.clone()))
        .collect()
}

/// The order as the API takes it; none when nobody is chosen.
fn order(parts: &[Part]) -> Option<Value> {
    let (mut to, mut manager) = (Map::new(), Value::Null);
    for part in parts {
        let Some(choice) = part.to.get_untracked() else {
            continue;
        };
        let (user, membership) = choice.value.split_once(' ')?;
        if part.name == "reports" {
            manager = json!(membership);
        } else {
            to.insert(part.name.to_owned(), json!(user));
        }
    }
    (!to.is_empty() || !manager.is_null()).then(|| json!({"to": to, "manager_id": manager}))
}

#[component]
fn HandOverForm(
    belongings: Belongings,
    now: Member,
    members: RwSignal<Vec<Member>>,
    open: RwSignal<bool>,
    leave: Option<Change>,
) -> impl IntoView {
    let (api, toasts, errors) = (use_api(), use_toasts(), FormErrors::default());
    let heirs = members.with_untracked(|all| heirs(all, &now.id));
    let part = |name: &'static str| {
        let count = match name {
            "reports" => belongings.reports,
            _ => belongings.records.get(name).copied().unwrap_or(0),
        };
        Part {
            name,
            count,
            to: RwSignal::new(None),
        }
    };
    let parts: Vec<Part> = PARTS
        .into_iter()
        .map(part)
        .filter(|part| part.count > 0)
        .collect();
    let nothing = parts.is_empty();
    let all_to = RwSignal::new(None::<Choice>);
    let spread = {
        let parts = parts.clone();
        move |choice: Option<Choice>| {
            for part in &parts {
                part.to.set(choice.clone());
            }
        }
    };
    let busy = RwSignal::new(false);
    let name = now.full_name.clone();
    let deactivated = k::settings::deactivated(&name);
    let alone = {
        let deactivated = deactivated.clone();
        move |()| {
            if let Some(leave) = leave {
                leave.run((json!({ "active": false }), deactivated.clone()));
            }
            open.set(false);
        }
    };
    let path = format!("/members/{}/hand-over", now.id);
    let ordered = parts.clone();
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(body) = order(&ordered).filter(|_| !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        errors.clear();
        let (path, name, deactivated) = (path.clone(), name.clone(), deactivated.clone());
        spawn_local(async move {
            let sent = api.post(&path, &body).await;
            let _ = busy.try_set(false);
            match sent {
                Ok(_) => {
                    toasts.ok(k::hand_over::begun(&name));
                    if let Some(leave) = leave {
                        leave.run((json!({ "active": false }), deactivated));
                    }
                    let _ = open.try_set(false);
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let to = errors.of("to");
    let wrong = move || to.get().or_else(|| errors.general().get());
    let find: Finder = local_finder(heirs);
    let (first, rest) = (find.clone(), find);
    let line = move |part: Part| {
        let find = rest.clone();
        let label = move || label(part.name, part.count);
        view! { <Combobox label value=part.to find/> }
    };
    view! {
        <form class="stack" on:submit=save novalidate=true>
            {move || wrong().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            {if nothing {
                view! { <p>{k::hand_over::NOTHING}</p> }.into_any()
            } else {
                view! {
                    <p class="hint">{k::hand_over::TEXT}</p>
                    <Combobox label=k::hand_over::ALL_TO value=all_to find=first on_change=spread/>
                    {parts.into_iter().map(line).collect_view()}
                }.into_any()
            }}
            <div class="row-end">
                {leave.is_some().then(|| view! { <Button label=k::hand_over::DEACTIVATE_ONLY on_press=alone/> })}
                {(!nothing).then(|| {
                    let label = if leave.is_some() { k::hand_over::DEACTIVATE_GIVE } else { k::hand_over::GIVE };
                    view! { <Button label variant=Variant::Primary submit=true busy/> }
                })}
            </div>
        </form>
    }
}
