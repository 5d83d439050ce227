//! Somebody who is called from a list: how to reach them, what was agreed to, what happened, what is open.

use leptos::prelude::*;
use relasi_domain::record::Object;
use wasm_bindgen::JsCast;

use super::consent::ConsentCard;
use super::deals_of;
use super::figures::{LastContact, NextDue};
use super::live::Live;
use super::marks::digits;
use super::page::may_edit;
use super::person_head::head;
use super::related::{DealCards, Section};
use super::timeline_feed::Feed;
use super::timeline_text;
use crate::i18n::k;
use crate::keys::{self, Scope};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon::{self, Glyph};
use crate::ui::timeline::Timeline;

/// A person and, beside them, a form.
#[component]
pub fn Called(
    /// What they are: a contact or a lead.
    object: &'static Object,
    /// Which one.
    id: String,
    /// What is written about the call.
    #[prop(into)]
    form: ViewFn,
    /// Somebody was called before: who is next is read from their name on.
    follows: bool,
) -> impl IntoView {
    let shown = NodeRef::<leptos::html::Section>::new();
    Effect::new(move |_| {
        let Some(section) = shown.get().filter(|_| follows) else {
            return;
        };
        // As soon as the one before is gone; nobody is taken away from what they are at.
        request_animation_frame(move || {
            let body = document().body().map(JsCast::unchecked_into);
            if document().active_element() == body {
                // Only fails for detached elements.
                let _ = section.focus();
            }
        });
    });
    let page = format!("/app/{}/{id}", object.plural);
    let live = Live::open(object, id);
    let is_contact = object.name == "contact";
    let deals = is_contact.then(|| deals_of(live));
    let may_edit = may_edit(live.object);
    let head = if is_contact {
        head(live, "job_title", Some(("company", "company_id")))
    } else {
        head(live, "company_name", None)
    };
    let name = move || live.with(|record| record.title(object));
    let deals = move || {
        deals.map(|deals| {
            view! {
                <Section title=k::place::DEALS count=Signal::derive(move || deals.count()) empty=k::record::NO_DEALS>
                    <DealCards deals/>
                </Section>
            }
        })
    };
    let body = move || {
        view! {
            <section node_ref=shown class="called" id="called" tabindex="-1" aria-label=name>
                {head.run()}
                <Numbers live/>
                <div class="kpis"><LastContact live/><NextDue live/></div>
                <a href=page.clone()>{k::calls::OPEN}</a>
            </section>
            <section class="called-form">{form.run()}</section>
            <section class="called-more">
                {deals()}
                <ConsentCard live may_edit/>
                <h2>{k::record::TIMELINE}</h2>
                <Past live/>
            </section>
        }
    };
    move || match live.failure() {
        Some(error) => {
            let (text, error_id) = (error.text(), error.id().unwrap_or_default());
            view! { <ErrorState text error_id on_retry=move |()| live.refresh()/> }.into_any()
        }
        None => view! { <div class="call-person">{body.clone()()}</div> }.into_any(),
    }
}

/// Every number, to call and to write to; `C` calls the first.
#[component]
fn Numbers(live: Live) -> impl IntoView {
    let numbers = Memo::new(move |_| {
        live.with(|record| {
            let all = record.items("phones").iter();
            let values = all.filter_map(|entry| entry["value"].as_str());
            values.map(str::to_owned).collect::<Vec<_>>()
        })
    });
    keys::bind(Scope::Page, "C", k::record::CALL, move || {
        let first = numbers.with_untracked(|all| all.first().cloned());
        if let Some(number) = first {
            // Fails for addresses that can't be parsed; then nothing opens.
            let _ = window()
                .location()
                .set_href(&format!("tel:{}", digits(&number, true)));
        }
    });
    let line = |number: String| {
        let (tel, chat) = (digits(&number, true), digits(&number, false));
        let named = number.clone();
        view! {
            <li class="called-number">
                <a class="btn primary medium" href=format!("tel:{tel}") aria-label=move || k::calls::call_number(&number)>
                    <Glyph icon=icon::PHONE/><span class="btn-label">{named.clone()}</span>
                </a>
                <a class="btn plain medium" href=format!("https://wa.me/{chat}") target="_blank" rel="noopener noreferrer">
                    <Glyph icon=icon::MESSAGE_CIRCLE/><span class="btn-label">"WhatsApp"</span>
                </a>
            </li>
        }
    };
    let mail = move || {
        live.with(|record| {
            let first = record.items("emails").first();
            first
                .and_then(|entry| entry["value"].as_str())
                .map(str::to_owned)
        })
    };
    view! {
        <ul class="called-numbers">{move || numbers.get().into_iter().map(line).collect_view()}</ul>
        {move || (live.record().is_some() && numbers.with(Vec::is_empty)).then(|| view! { <p class="hint">{k::calls::NO_NUMBER}</p> })}
        {move || mail().map(|to| view! { <a href=format!("mailto:{to}")>{to.clone()}</a> })}
    }
}

/// What happened with them, the newest first.
#[component]
fn Past(live: Live) -> impl IntoView {
    let feed = Feed::of(live);
    let entries = Signal::derive(move || {
        let past = feed.events();
        let past = past.iter();
        past.filter_map(|event| timeline_text::entry(event, live.object))
            .collect::<Vec<_>>()
    });
    let older = Signal::derive(move || {
        feed.has_older()
            .then(|| Callback::new(move |()| feed.older()))
    });
    view! {
        <Show when=move || feed.is_loaded() fallback=|| view! { <Skeleton lines=4/> }>
            <Show when=move || !entries.with(Vec::is_empty) fallback=|| view! { <p class="hint">{k::record::NOTHING_YET}</p> }>
                <Timeline entries on_older=older/>
            </Show>
        </Show>
    }
}
