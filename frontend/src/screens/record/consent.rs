//! What a person agreed to, by purpose and channel, and what was noted.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::consent_form::ConsentForm;
use super::live::Live;
use super::related::Section;
use crate::api::Reply;
use crate::i18n::{Key, k};
use crate::records::instant;
use crate::records::privacy::word;
use crate::ui::accordion::Accordion;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::dialog::Modal;
use crate::ui::tag::{Tag, Tone};

/// A purpose as far as it is shown here.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Purpose {
    id: String,
    name: String,
    wording: String,
    retired: bool,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Current {
    purpose_id: String,
    channel: String,
    state: String,
    since: Option<String>,
    allowed: bool,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Entry {
    purpose_id: String,
    channel: String,
    state: String,
    at: String,
    source: String,
    proof: Option<String>,
    note: Option<String>,
}

/// How everything stands.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Consents {
    purposes: Vec<Purpose>,
    current: Vec<Current>,
    history: Vec<Entry>,
    asked_to_be_erased: bool,
}

/// What a consent is noted for.
#[derive(Clone, PartialEq, Eq)]
pub struct Asked {
    pub(super) purpose_id: String,
    pub(super) purpose: String,
    pub(super) wording: String,
    pub(super) channel: String,
}

type Found = RwSignal<Option<Consents>>;

/// The card on the page of a person.
#[component]
pub fn ConsentCard(
    /// The person.
    live: Live,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
) -> impl IntoView {
    let found: Found = RwSignal::new(None);
    Effect::new(move |_| {
        live.news();
        let path = format!("/{}/{}/consents", live.object.plural, live.id());
        spawn_local(async move {
            // What can't be read stays as it was.
            if let Ok(read) = live.api.get(&path).await.and_then(Reply::read::<Consents>) {
                let _ = found.try_set(Some(read));
            }
        });
    });
    let asked = RwSignal::new(None::<Asked>);
    let open = RwSignal::new(false);
    let ask = Callback::new(move |one: Asked| {
        asked.set(Some(one));
        open.set(true);
    });
    let count = Signal::derive(move || {
        let purposes = |all: &Consents| i64::try_from(all.purposes.len()).unwrap_or(i64::MAX);
        found.with(|found| found.as_ref().map(purposes))
    });
    let cards = move || {
        let all = found.get().unwrap_or_default();
        let Consents {
            purposes, current, ..
        } = all;
        let cards = purposes.into_iter().map(|purpose| {
            let own: Vec<Current> = current
                .iter()
                .filter(|one| one.purpose_id == purpose.id)
                .cloned()
                .collect();
            view! { <PurposeCard live purpose own may_edit found ask/> }
        });
        cards.collect_view()
    };
    let erased =
        move || found.with(|found| found.as_ref().is_some_and(|all| all.asked_to_be_erased));
    view! {
        <Show when=erased><Banner text=k::privacy::ASKED_ERASED tone=Tone::Warn/></Show>
        <Section title=k::privacy::CONSENT count empty=k::privacy::NO_CONSENT>
            <ul class="cards consents">{cards}</ul>
            <History found/>
        </Section>
        <Modal open title=k::privacy::GIVE>
            {move || asked.get().map(|asked| view! { <ConsentForm live asked found open/> })}
        </Modal>
    }
}

const fn stands(state: &str) -> (Key, Tone) {
    match state.as_bytes() {
        b"given" => (k::privacy::GIVEN, Tone::Ok),
        b"withdrawn" => (k::privacy::WITHDRAWN, Tone::Bad),
        _ => (k::privacy::NEVER_ASKED, Tone::Neutral),
    }
}

#[component]
fn PurposeCard(
    live: Live,
    purpose: Purpose,
    own: Vec<Current>,
    may_edit: Signal<bool>,
    found: Found,
    ask: Callback<Asked>,
) -> impl IntoView {
    let lines = own.into_iter().map(|one| {
        let asked = Asked {
            purpose_id: purpose.id.clone(),
            purpose: purpose.name.clone(),
            wording: purpose.wording.clone(),
            channel: one.channel.clone(),
        };
        let retired = purpose.retired;
        view! { <ChannelLine live one asked retired may_edit found ask/> }
    });
    let lines = lines.collect_view();
    view! {
        <li class="related-card">
            <div class="related-card-head">
                <strong>{purpose.name}</strong>
                {purpose.retired.then(|| view! { <Tag label=k::privacy::RETIRED/> })}
            </div>
            <ul class="consent-lines">{lines}</ul>
        </li>
    }
}

#[component]
fn ChannelLine(
    live: Live,
    one: Current,
    asked: Asked,
    retired: bool,
    may_edit: Signal<bool>,
    found: Found,
    ask: Callback<Asked>,
) -> impl IntoView {
    let (state, tone) = stands(&one.state);
    let may = if one.allowed {
        k::privacy::MAY
    } else {
        k::privacy::MAY_NOT
    };
    let channel = one.channel.clone();
    let since = one.since;
    let about = move || {
        let since = since
            .as_deref()
            .map(|since| format!(" · {}", instant::shown(since)));
        format!("{}{}", may.get(), since.unwrap_or_default())
    };
    let given = one.state == "given";
    let asked = StoredValue::new(asked);
    let busy = RwSignal::new(false);
    // Taking back asks for nothing more: one press, as easy as giving.
    let take_back = move |()| {
        let asked = asked.get_value();
        busy.set(true);
        spawn_local(async move {
            let body = json!({"purpose_id": asked.purpose_id, "channels": [asked.channel], "state": "withdrawn", "source": "in_person"});
            note(live, &body, found).await;
            let _ = busy.try_set(false);
        });
    };
    let named = move |say: fn(&str, &str) -> String| {
        asked.with_value(|asked| say(&word("channel", &asked.channel), &asked.purpose))
    };
    let button = move || {
        if given {
            view! {
                <span title=move || named(k::privacy::take_back_for)>
                    <Button label=k::privacy::TAKE_BACK size=Size::Small variant=Variant::Quiet busy on_press=take_back/>
                </span>
            }
            .into_any()
        } else if retired {
            ().into_any()
        } else {
            view! {
                <span title=move || named(k::privacy::give_for)>
                    <Button label=k::privacy::GIVE size=Size::Small variant=Variant::Quiet on_press=move |()| ask.run(asked.get_value())/>
                </span>
            }
            .into_any()
        }
    };
    view! {
        <li class="consent-line">
            <span class="consent-words"><span>{move || word("channel", &channel)}</span><span class="hint">{about}</span></span>
            <Tag label=state tone/>
            <Show when=move || may_edit.get()>{button}</Show>
        </li>
    }
}

/// Notes something and shows how it stands then; whether it went well.
pub(super) async fn note(
    live: Live,
    body: &serde_json::Value,
    found: Found,
) -> Option<crate::api::ApiError> {
    let path = format!("/{}/{}/consents", live.object.plural, live.id());
    match live
        .api
        .post(&path, body)
        .await
        .and_then(Reply::read::<Consents>)
    {
        Ok(read) => {
            let _ = found.try_set(Some(read));
            live.toasts.ok(k::privacy::NOTED.get());
            None
        }
        Err(error) => {
            live.toasts.bad(error.text());
            Some(error)
        }
    }
}

/// What was noted, folded.
#[component]
fn History(found: Found) -> impl IntoView {
    let any = move || found.with(|found| found.as_ref().is_some_and(|all| !all.history.is_empty()));
    let lines = move || {
        let all = found.get().unwrap_or_default();
        let name = |id: &str| {
            let named = all.purposes.iter().find(|purpose| purpose.id == id);
            named
                .map(|purpose| purpose.name.clone())
                .unwrap_or_default()
        };
        let lines = all.history.iter().map(|note| {
            let (state, _) = stands(&note.state);
            let purpose = name(&note.purpose_id);
            let note = note.clone();
            view! {
                <li>
                    <strong>{state}</strong>" "{purpose}" · "{word("channel", &note.channel)}
                    <p class="hint">{instant::shown(&note.at)}" · "{word("source", &note.source)}</p>
                    {note.proof.map(|text| view! { <p class="hint consent-proof">{text}</p> })}
                    {note.note.map(|text| view! { <p class="hint">{text}</p> })}
                </li>
            }
        });
        lines.collect_view()
    };
    view! { <Show when=any><Accordion title=k::privacy::HISTORY><ul class="consent-history">{lines}</ul></Accordion></Show> }
}
