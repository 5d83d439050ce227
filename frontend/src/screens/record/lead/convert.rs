//! Making a contact of a lead: who it is, which company, and a deal.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::super::live::Live;
use super::deal_fields::{DealDraft, DealFields};
use super::standing::undo;
use super::verbs::run;
use crate::api::{FormErrors, Reply};
use crate::i18n::k;
use crate::records::fields::people_only;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::{Modal, Width};
use crate::ui::feedback::Skeleton;
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;

/// What stands for a new one in the choice of contact or company.
const NEW: &str = "new";
/// What stands for no company.
const NONE: &str = "none";

#[derive(Clone, Deserialize)]
struct Alike {
    id: String,
    title: String,
    score: i64,
    sure: bool,
}

#[derive(Clone, Default, Deserialize)]
struct Matches {
    contacts: Vec<Alike>,
    companies: Vec<Alike>,
}

/// The dialog.
#[component]
pub fn ConvertDialog(live: Live, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Modal open title=k::leads::CONVERT_TITLE width=Width::Medium><Looking live open/></Modal>
    }
}

/// Looks first whom the lead looks like.
#[component]
fn Looking(live: Live, open: RwSignal<bool>) -> impl IntoView {
    let found = RwSignal::new(None::<Matches>);
    spawn_local(async move {
        let path = format!("/leads/{}/matches", live.id());
        let read = live.api.get(&path).await.and_then(Reply::read::<Matches>);
        // Without an answer everything is new; the server refuses what is there.
        let _ = found.try_set(Some(read.unwrap_or_default()));
    });
    move || match found.get() {
        None => view! { <Skeleton lines=4/> }.into_any(),
        Some(matches) => view! { <ConvertForm live open matches/> }.into_any(),
    }
}

fn sure(all: &[Alike]) -> Option<&Alike> {
    all.first().filter(|first| first.sure)
}

fn choices(all: Vec<Alike>, first: Vec<Choice>) -> Vec<Choice> {
    let alike = all
        .into_iter()
        .map(|one| Choice::new(one.id, k::leads::alike(&one.score.to_string(), &one.title)));
    first.into_iter().chain(alike).collect()
}

#[component]
fn ConvertForm(live: Live, open: RwSignal<bool>, matches: Matches) -> impl IntoView {
    let text = |name: &'static str| {
        untrack(|| live.with(|lead| lead.text(name).unwrap_or_default().to_owned()))
    };
    let (name, firm) = (text("name"), text("company_name"));
    let chosen = sure(&matches.contacts).map_or(NEW, |one| one.id.as_str());
    let contact = RwSignal::new(chosen.to_owned());
    let usual = if firm.is_empty() { NONE } else { NEW };
    let chosen = sure(&matches.companies).map_or(usual, |one| one.id.as_str());
    let company = RwSignal::new(chosen.to_owned());
    let is_alike = !matches.contacts.is_empty();
    let deal = DealDraft::new(live, if firm.is_empty() { &name } else { &firm });
    let errors = FormErrors::default();
    let busy = RwSignal::new(false);
    let navigate = StoredValue::new_local(use_navigate());
    let people = {
        let (all, name) = (matches.contacts, name.clone());
        Signal::derive(move || {
            let new = Choice::new(NEW, k::leads::new_contact(&name));
            choices(all.clone(), vec![new])
        })
    };
    let firms = {
        let all = matches.companies;
        Signal::derive(move || {
            let mut first = vec![Choice::new(NONE, k::leads::NO_COMPANY.get())];
            if !firm.is_empty() {
                first.push(Choice::new(NEW, k::leads::new_contact(&firm)));
            }
            choices(all.clone(), first)
        })
    };
    let save = move || {
        let mut body = json!({"allow_duplicates": true});
        body["contact"] = which(&contact.get_untracked());
        let chosen = company.get_untracked();
        if chosen != NONE {
            body["company"] = which(&chosen);
        }
        if let Some(deal) = deal.body() {
            body["deal"] = deal;
        }
        errors.clear();
        busy.set(true);
        let name = name.clone();
        spawn_local(async move {
            let done = run(live, "convert", &body).await;
            let _ = busy.try_set(false);
            match done {
                Ok(()) => {
                    let id = untrack(|| {
                        live.with(|lead| lead.text("contact_id").unwrap_or_default().to_owned())
                    });
                    let _ = open.try_set(false);
                    let lead = live.id();
                    live.toasts.undoable(k::leads::converted(&name), move || {
                        undo(live, lead.clone());
                    });
                    let path = format!("/app/contacts/{id}");
                    let _ = navigate.try_with_value(|go| go(&path, NavigateOptions::default()));
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); save(); }>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            {is_alike.then(|| view! { <p class="hint">{k::leads::ALIKE_TEXT}</p> })}
            <Select label=k::leads::CONTACT value=contact choices=people error=errors.of("contact")/>
            {(!people_only()).then(|| view! { <Select label=k::leads::COMPANY value=company choices=firms error=errors.of("company")/> })}
            <DealFields deal error=errors.of("deal")/>
            <div class="row-end"><Button label=k::leads::CONVERT_SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}

/// The chosen one, or nothing for a new one.
fn which(chosen: &str) -> Value {
    if chosen == NEW {
        json!({})
    } else {
        json!({ "id": chosen })
    }
}
