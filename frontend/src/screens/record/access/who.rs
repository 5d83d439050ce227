//! Who can see the record, and why.

use leptos::prelude::*;
use relasi_domain::record::Object;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::{Teams, team_name};
use crate::api::{Reply, use_api};
use crate::i18n::{Key, k};
use crate::records::people::use_people;
use crate::records::{instant, labels};
use crate::screens::record::live::Live;
use crate::ui::button::Button;

#[derive(Clone, Deserialize)]
struct Seer {
    full_name: String,
    role: String,
    role_name: Option<String>,
    may: Vec<String>,
    reasons: Vec<Reason>,
    fields: Vec<Closed>,
}

/// A field that their role closes to them.
#[derive(Clone, Deserialize)]
struct Closed {
    field: String,
    right: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Reason {
    kind: String,
    team_id: Option<String>,
    user_id: Option<String>,
    by: Option<String>,
    until: Option<String>,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Seer>,
    next_cursor: Option<String>,
}

/// The list, page by page.
#[component]
pub fn Who(live: Live, teams: Teams, shared: RwSignal<u32>) -> impl IntoView {
    let api = use_api();
    let items = RwSignal::new(Vec::<Seer>::new());
    let next = RwSignal::new(None::<String>);
    let read = move |cursor: Option<String>| {
        let more = cursor.as_deref().map(|cursor| format!("&cursor={cursor}"));
        let more = more.unwrap_or_default();
        let path = format!(
            "/{}/{}/access?limit=20{more}",
            live.object.plural,
            live.id()
        );
        spawn_local(async move {
            match api.get(&path).await.and_then(Reply::read::<Page>) {
                Ok(page) => {
                    let _ = items.try_update(|items| {
                        if cursor.is_none() {
                            items.clear();
                        }
                        items.extend(page.items);
                    });
                    let _ = next.try_set(page.next_cursor);
                }
                Err(error) => live.toasts.bad(error.text()),
            }
        });
    };
    Effect::new(move |_| {
        shared.track();
        read(None);
    });
    let lines = move || {
        let line = |seer: Seer| view! { <Line seer teams object=live.object/> };
        items.get().into_iter().map(line).collect_view()
    };
    view! {
        <section class="stack">
            <h3>{k::access::WHO}</h3>
            <ul class="access-lines">{lines}</ul>
            <Show when=move || next.with(Option::is_some)>
                <Button label=k::access::MORE on_press=move |()| read(next.get_untracked())/>
            </Show>
        </section>
    }
}

#[component]
fn Line(seer: Seer, teams: Teams, object: &'static Object) -> impl IntoView {
    let why = {
        let seer = seer.clone();
        move || {
            let words = seer.reasons.iter().map(|reason| why(reason, &seer, teams));
            words.collect::<Vec<_>>().join(" · ")
        }
    };
    let limits = {
        let seer = seer.clone();
        let told = move |right: &'static str, words: fn(&str, &str) -> String| {
            let seer = seer.clone();
            let named = seer.fields.iter().any(|closed| closed.right == right);
            let text = move || {
                let fields = seer.fields.iter().filter(|closed| closed.right == right);
                let fields = fields.map(|closed| labels::field(object, &closed.field));
                words(&fields.collect::<Vec<_>>().join(", "), &role(&seer))
            };
            named.then(|| view! { <span class="hint">{text}</span> })
        };
        [
            told("hidden", k::access::fields_hidden),
            told("see", k::access::fields_locked),
        ]
    };
    let may = seer.may.clone();
    let does = move || {
        let done = may.iter().filter_map(|action| does(action));
        done.map(Key::get).collect::<Vec<_>>().join(", ")
    };
    view! {
        <li class="access-line">
            <span class="access-words"><strong>{seer.full_name}</strong><span class="hint">{why}</span>{limits}</span>
            <span class="secondary access-does">{does}</span>
        </li>
    }
}

fn does(action: &str) -> Option<Key> {
    match action {
        "see" => Some(k::access::DOES_SEE),
        "edit" => Some(k::access::DOES_EDIT),
        "delete" => Some(k::access::DOES_DELETE),
        "export" => Some(k::access::DOES_EXPORT),
        _ => None,
    }
}

/// A reason in words; tracked.
fn why(reason: &Reason, seer: &Seer, teams: Teams) -> String {
    let people = use_people();
    let person = |id: &Option<String>| {
        id.as_deref()
            .and_then(|id| people.name(id))
            .unwrap_or_default()
    };
    let team = reason
        .team_id
        .as_deref()
        .map(|id| team_name(teams, id).unwrap_or_default());
    match (reason.kind.as_str(), team) {
        ("owner", _) => k::access::WHY_OWNER.get().to_owned(),
        ("team", Some(team)) if !team.is_empty() => k::access::why_team(&team),
        ("team", _) => k::access::WHY_TEAM_SOME.get().to_owned(),
        ("reports", _) => k::access::why_reports(&person(&reason.user_id)),
        ("share", team) => {
            let by = person(&reason.by);
            let given = match team {
                Some(team) => k::access::why_share_team(&by, &team),
                None => k::access::why_share(&by),
            };
            match &reason.until {
                Some(until) => {
                    format!("{given} {}", k::access::until_day(&instant::shown(until)))
                }
                None => given,
            }
        }
        _ => k::access::why_role(&role(seer)),
    }
}

/// What their role is called; tracked.
fn role(seer: &Seer) -> String {
    let built_in = || labels::text(&format!("role.{}", seer.role));
    let role = seer.role_name.as_deref().or_else(built_in);
    role.unwrap_or_default().to_owned()
}
