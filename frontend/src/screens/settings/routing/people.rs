//! How members work.

use leptos::prelude::*;

use super::model::Working;
use super::profile_form::ProfileForm;
use crate::api::use_api;
use crate::i18n::{k, number};
use crate::records::instant;
use crate::records::people::use_people;
use crate::screens::settings::listed::listed;
use crate::ui::button::IconButton;
use crate::ui::dialog::Sheet;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::{Tag, Tone};

/// The members with what they said, or only oneself.
#[component]
pub fn Profiles(only_own: bool) -> impl IntoView {
    let (api, people) = (use_api(), use_people());
    let (found, load) = listed::<Working>(api, "/work-profiles");
    load();
    let me = api
        .session()
        .with_untracked(|session| session.as_ref().map(|s| s.user.id.clone()));
    let chosen = RwSignal::new(None::<Working>);
    let editing = RwSignal::new(false);
    let title = move || {
        let name = chosen.with(|one| one.as_ref().and_then(|one| people.name(&one.user_id)));
        k::routing::works(&name.unwrap_or_default())
    };
    let line = move |one: Working| {
        let kept = StoredValue::new(one.clone());
        let id = one.user_id.clone();
        let name = move || people.name(&id).unwrap_or_default();
        let label = name.clone();
        let edit = move |()| {
            chosen.set(Some(kept.get_value()));
            editing.set(true);
        };
        let away = one.profile.away_until.map(|until| until.to_rfc3339());
        let away = away.filter(|until| !instant::is_past(until));
        view! {
            <li class="settings-line">
                <div class="settings-line-text">
                    <strong>{name}</strong>
                    <p class="hint">{move || about(&one)}</p>
                </div>
                {away.map(|until| view! { <Tag label=move || k::routing::away(&instant::shown(&until)) tone=Tone::Warn/> })}
                <IconButton label=move || k::routing::works(&label()) icon=icon::PENCIL on_press=edit/>
            </li>
        }
    };
    view! {
        <p class="hint">{k::routing::PEOPLE_HINT}</p>
        {move || match found.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
            Some(Ok(all)) => {
                let shown = all.into_iter().filter(|one| !only_own || Some(&one.user_id) == me.as_ref());
                view! { <ul class="settings-lines profiles">{shown.map(line).collect_view()}</ul> }.into_any()
            }
        }}
        <Sheet open=editing title><ProfileForm chosen open=editing load=Callback::new(move |()| load())/></Sheet>
    }
}

/// "id, th · mesin · ID · 20 open at most"; tracked.
fn about(one: &Working) -> String {
    let profile = &one.profile;
    let lists = [&profile.languages, &profile.skills, &profile.territories];
    let lists = lists.into_iter().filter(|list| !list.is_empty());
    let mut parts: Vec<String> = lists.map(|list| list.join(", ")).collect();
    parts.extend(
        profile
            .max_open
            .map(|n| k::routing::open_at_most(&number(n))),
    );
    parts.extend(
        profile
            .max_per_day
            .map(|n| k::routing::day_at_most(&number(n))),
    );
    if parts.is_empty() {
        return k::routing::TAKES_ALL.get().to_owned();
    }
    parts.join(" · ")
}
