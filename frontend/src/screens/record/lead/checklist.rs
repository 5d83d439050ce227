//! What is asked of a lead, and how it stands.

use leptos::prelude::*;
use relasi_domain::sales::checklist::Stage;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::super::live::Live;
use super::super::related::Section;
use super::verbs::{act, words};
use crate::api::Reply;
use crate::i18n::k;
use crate::ui::button::{Button, Size};
use crate::ui::icon::{self, Glyph};
use crate::ui::tag::{Tag, Tone};

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Item {
    id: String,
    stage: Stage,
    label: String,
    required: bool,
    filter: Option<String>,
    done: bool,
}

#[derive(Deserialize)]
struct Items {
    items: Vec<Item>,
}

type Found = RwSignal<Option<Vec<Item>>>;

/// The card on the page of a lead.
#[component]
pub fn ChecklistCard(live: Live, may_work: Signal<bool>) -> impl IntoView {
    let found: Found = RwSignal::new(None);
    Effect::new(move |_| {
        live.news();
        // What an item goes by may have changed.
        live.with(|_| ());
        let path = format!("/leads/{}/checklist", live.id());
        spawn_local(async move {
            // What can't be read stays as it was.
            if let Ok(read) = live.api.get(&path).await.and_then(Reply::read::<Items>) {
                let _ = found.try_set(Some(read.items));
            }
        });
    });
    let count = Signal::derive(move || {
        found.with(|all| all.as_ref().and_then(|all| i64::try_from(all.len()).ok()))
    });
    view! {
        <Section title=k::leads::CHECKLIST count empty=k::leads::CHECKLIST_EMPTY>
            <ul class="cards">
                {Stage::ALL.map(|stage| view! { <StageCard live stage found may_work/> }).collect_view()}
            </ul>
        </Section>
        // A lead can be called qualified though nothing is asked.
        {move || (count.get() == Some(0)).then(|| view! { <div class="row">{Stage::ALL.map(|stage| view! { <Qualify live stage may_work/> }).collect_view()}</div> })}
    }
}

#[component]
fn StageCard(live: Live, stage: Stage, found: Found, may_work: Signal<bool>) -> impl IntoView {
    let own = move || {
        let all = found.get().unwrap_or_default().into_iter();
        all.filter(|item| item.stage == stage).collect::<Vec<_>>()
    };
    let title = match stage {
        Stage::Mql => k::leads::FOR_MQL,
        Stage::Sql => k::leads::FOR_SQL,
    };
    view! {
        <li class="related-card">
            <div class="related-card-head"><strong>{title}</strong></div>
            <ul class="consent-lines">{move || own().into_iter().map(|item| view! { <Line live item found may_work/> }).collect_view()}</ul>
            <Qualify live stage may_work/>
        </li>
    }
}

/// The button that calls the lead qualified; a mark once it is.
#[component]
fn Qualify(live: Live, stage: Stage, may_work: Signal<bool>) -> impl IntoView {
    let since = Memo::new(move |_| live.with(|lead| lead.text(stage.field()).is_some()));
    let (label, said) = match stage {
        Stage::Mql => (k::leads::QUALIFY_MQL, k::leads::QUALIFIED_MQL),
        Stage::Sql => (k::leads::QUALIFY_SQL, k::leads::QUALIFIED_SQL),
    };
    let press = move |()| act(live, "qualify", json!({"stage": stage.code()}), said);
    move || {
        if since.get() {
            view! { <p><Tag label=said tone=Tone::Ok/></p> }.into_any()
        } else {
            view! {
                <Show when=move || may_work.get()><p><Button label size=Size::Small on_press=press/></p></Show>
            }
            .into_any()
        }
    }
}

#[component]
fn Line(live: Live, item: Item, found: Found, may_work: Signal<bool>) -> impl IntoView {
    let by_hand = item.filter.is_none();
    let (id, done) = (item.id.clone(), item.done);
    let tick = move |done: bool| {
        let path = format!("/leads/{}/tick", live.id());
        let body = json!({"item_id": id, "done": done});
        spawn_local(async move {
            let sent = live.api.post(&path, &body).await;
            match sent.and_then(Reply::read::<Items>) {
                Ok(read) => {
                    let _ = found.try_set(Some(read.items));
                }
                Err(error) => {
                    live.toasts.bad(words(&error));
                    // The box shows again what holds.
                    let _ = found.try_update(|_| ());
                }
            }
        });
    };
    let state = if done {
        k::leads::DONE
    } else {
        k::leads::STILL_OPEN
    };
    let label = item.label.clone();
    let control = if by_hand {
        view! {
            <label class="check-line">
                <input type="checkbox" prop:checked=done disabled=move || !may_work.get()
                    on:change=move |event| tick(event_target_checked(&event))/>
                <span>{label}</span>
            </label>
        }
        .into_any()
    } else {
        let drawing = if done {
            icon::CIRCLE_CHECK
        } else {
            icon::CIRCLE
        };
        view! {
            <span class="check-line"><Glyph icon=drawing/><span>{label}</span><span class="hidden-visually">{state}</span>
                <span class="hint">{k::leads::BY_FILTER}</span></span>
        }
        .into_any()
    };
    view! {
        <li class="consent-line">
            {control}
            {item.required.then(|| view! { <Tag label=k::leads::REQUIRED tone=Tone::Neutral/> })}
        </li>
    }
}
