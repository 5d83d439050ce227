//! Where a lead stands between marketing and sales, and what it became, in one line below the bar.

use leptos::prelude::*;
use relasi_domain::sales::lead::CONVERTED;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::super::live::Live;
use super::reason::Ending;
use super::verbs::{act, words};
use super::{Asking, main_button};
use crate::api::{Reply, Request};
use crate::i18n::k;
use crate::records::people::use_people;
use crate::records::{Record, instant};
use crate::ui::banner::Banner;
use crate::ui::button::Button;
use crate::ui::tag::Tone;

/// What matters of the lead for the line.
#[derive(Clone, PartialEq, Eq)]
enum Stand {
    Waits { by: String, at: String },
    Back { reason: String },
    Unfit { reason: String },
    Contact { id: String, at: String },
}

fn stand(lead: &Record) -> Option<Stand> {
    let text = |name: &str| lead.text(name).map(str::to_owned);
    if lead.text("status") == Some(CONVERTED) {
        return Some(Stand::Contact {
            id: text("contact_id")?,
            at: text("converted_at").unwrap_or_default(),
        });
    }
    if lead.text("status") == Some("unqualified") {
        let reason = text("unqualified_reason").unwrap_or_default();
        return Some(Stand::Unfit { reason });
    }
    let at = text("handed_off_at")?;
    if text("returned_at").is_some() {
        let reason = text("return_reason").unwrap_or_default();
        return Some(Stand::Back { reason });
    }
    let by = text("handed_off_by").unwrap_or_default();
    text("accepted_at")
        .is_none()
        .then_some(Stand::Waits { by, at })
}

/// The line; nothing while there is nothing to say.
#[component]
pub fn Standing(live: Live, may_edit: Signal<bool>, asking: Asking) -> impl IntoView {
    let people = use_people();
    let now = Memo::new(move |_| live.with(stand));
    move || match now.get()? {
        Stand::Waits { by, at } => {
            let text = move || {
                let name = people.name(&by).unwrap_or_default();
                k::leads::waits(&name, &instant::shown(&at))
            };
            let accept = move || act(live, "accept", json!({}), k::leads::ACCEPTED);
            let back = move |()| asking.ending.set(Some(Ending::Return));
            Some(
                view! {
                    <Banner text=text tone=Tone::Info>
                        <Show when=move || may_edit.get()>
                            {main_button(k::leads::ACCEPT, accept)}
                            <Button label=k::leads::RETURN_LEAD on_press=back/>
                        </Show>
                    </Banner>
                }
                .into_any(),
            )
        }
        Stand::Back { reason } => Some(
            view! { <Banner text=move || k::leads::came_back(&reason) tone=Tone::Warn/> }
                .into_any(),
        ),
        Stand::Unfit { reason } => Some(
            view! { <Banner text=move || k::leads::not_fit(&reason) tone=Tone::Neutral/> }
                .into_any(),
        ),
        Stand::Contact { id, at } => {
            let href = format!("/app/contacts/{id}");
            let text = move || k::leads::is_contact(&instant::shown(&at));
            Some(
                view! {
                    <Banner text=text tone=Tone::Ok>
                        <a class="btn plain medium" href=href><span class="btn-label">{k::leads::OPEN_CONTACT}</span></a>
                        <Show when=move || may_edit.get()>
                            <Button label=k::leads::UNDO on_press=move |()| undo(live, live.id())/>
                        </Show>
                    </Banner>
                }
                .into_any(),
            )
        }
    }
}

#[derive(Deserialize)]
struct Left {
    title: String,
}

#[derive(Deserialize)]
struct Undone {
    lead: Record,
    left: Vec<Left>,
}

/// Takes the conversion back and names what stays.
pub fn undo(live: Live, id: String) {
    spawn_local(async move {
        let now = crate::records::store::get(live.api, live.object, &id).await;
        let undone = match now {
            Ok(now) => {
                let path = format!("/leads/{id}/undo-conversion");
                let request = Request::post(&path).json(&json!({})).version(now.version());
                request.send(live.api).await.and_then(Reply::read::<Undone>)
            }
            Err(error) => Err(error),
        };
        match undone {
            Ok(undone) => {
                live.take(undone.lead);
                let _ = live.news.try_update(|n| *n += 1);
                let names: Vec<String> = undone.left.into_iter().map(|left| left.title).collect();
                live.toasts.ok(if names.is_empty() {
                    k::leads::UNDONE.get().to_owned()
                } else {
                    k::leads::left(&names.join(", "))
                });
            }
            Err(error) => live.toasts.bad(words(&error)),
        }
    });
}
