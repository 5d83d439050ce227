//! With whom the record is shared, and sharing it.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::{Teams, team_name};
use crate::api::{FormErrors, Reply, Request, use_api};
use crate::i18n::{Day, k};
use crate::records::instant;
use crate::records::people::use_people;
use crate::screens::record::live::Live;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, IconButton, Variant};
use crate::ui::combobox::{Combobox, finder};
use crate::ui::date_input::DateInput;
use crate::ui::icon;
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::toast::use_toasts;

/// The most matches that are offered.
const OFFERED: usize = 50;

#[derive(Clone, PartialEq, Deserialize)]
struct Share {
    id: String,
    user_id: Option<String>,
    team_id: Option<String>,
    may_edit: bool,
    until: Option<String>,
    created_by: String,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Share>,
    may_share: bool,
}

/// The form, for who may share, and the list.
#[component]
pub fn Shares(live: Live, teams: Teams, shared: RwSignal<u32>) -> impl IntoView {
    let api = use_api();
    let items = RwSignal::new(Vec::<Share>::new());
    let may = RwSignal::new(false);
    Effect::new(move |_| {
        shared.track();
        let path = format!("/{}/{}/shares", live.object.plural, live.id());
        spawn_local(async move {
            match api.get(&path).await.and_then(Reply::read::<Page>) {
                Ok(page) => {
                    let _ = items.try_set(page.items);
                    let _ = may.try_set(page.may_share);
                }
                Err(error) => live.toasts.bad(error.text()),
            }
        });
    });
    let lines = move || {
        let all = items.get();
        let none = all.is_empty();
        view! {
            {none.then(|| view! { <li class="hint">{k::access::NONE}</li> })}
            {all.into_iter().map(|share| view! { <Line share teams shared may/> }).collect_view()}
        }
    };
    view! {
        <Show when=move || may.get()><ShareForm live teams shared/></Show>
        <section class="stack">
            <h3>{k::access::SHARED_WITH}</h3>
            <ul class="access-lines">{lines}</ul>
        </section>
    }
}

#[component]
fn Line(share: Share, teams: Teams, shared: RwSignal<u32>, may: RwSignal<bool>) -> impl IntoView {
    let (api, toasts, people) = (use_api(), use_toasts(), use_people());
    let (user, team) = (share.user_id.clone(), share.team_id.clone());
    let name = Signal::derive(move || match (&user, &team) {
        (Some(user), _) => people.name(user).unwrap_or_default(),
        (None, Some(team)) => k::access::team_named(&team_name(teams, team).unwrap_or_default()),
        (None, None) => String::new(),
    });
    let (edits, until, by) = (share.may_edit, share.until, share.created_by);
    let about = move || {
        let may = if edits {
            k::access::MAY_EDIT
        } else {
            k::access::MAY_SEE
        };
        let until = until
            .as_deref()
            .map(|until| k::access::until_day(&instant::shown(until)));
        let by = people.name(&by).map(|name| k::access::by(&name));
        let parts = [Some(may.get().to_owned()), until, by];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let own = share.user_id;
    let mine = Signal::derive(move || {
        let me = api
            .session()
            .with(|s| s.as_ref().map(|s| s.user.id.clone()));
        may.get() || (own.is_some() && own == me)
    });
    let path = format!("/shares/{}", share.id);
    let take = move |()| {
        let (path, name) = (path.clone(), name.get_untracked());
        spawn_local(async move {
            match Request::delete(&path).send(api).await {
                Ok(_) => toasts.ok(k::access::taken(&name)),
                Err(error) => toasts.bad(error.text()),
            }
            let _ = shared.try_update(|n| *n += 1);
        });
    };
    view! {
        <li class="access-line">
            <span class="access-words"><strong>{name}</strong><span class="hint">{about}</span></span>
            <Show when=move || mine.get()>
                {
                    let take = take.clone();
                    view! { <IconButton label=move || k::access::take(&name.get()) icon=icon::X on_press=take/> }
                }
            </Show>
        </li>
    }
}

#[component]
fn ShareForm(live: Live, teams: Teams, shared: RwSignal<u32>) -> impl IntoView {
    let (api, toasts, people) = (use_api(), use_toasts(), use_people());
    let errors = FormErrors::default();
    let with = RwSignal::new(None::<Choice>);
    let may = RwSignal::new("see".to_owned());
    let until = RwSignal::new(None::<Day>);
    let busy = RwSignal::new(false);
    let find = finder(move |text: String| {
        let wanted = text.to_lowercase();
        let mut found = untrack(|| {
            let persons = people.choices().into_iter();
            let persons = persons.map(|one| Choice::new(format!("user:{}", one.value), one.label));
            let groups = teams.get().into_iter();
            let groups = groups
                .map(|(id, name)| Choice::new(format!("team:{id}"), k::access::team_named(&name)));
            persons.chain(groups).collect::<Vec<_>>()
        });
        found.retain(|choice| choice.label.to_lowercase().contains(&wanted));
        found.truncate(OFFERED);
        async move { found }
    });
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let chosen = with.get_untracked();
        let (value, name) = chosen.map(|one| (one.value, one.label)).unwrap_or_default();
        let (kind, id) = value.split_once(':').unwrap_or(("user", ""));
        let id = Some(id).filter(|id| !id.is_empty());
        // The last moment of a day is the first of the next one.
        let end = until
            .get_untracked()
            .map(|day| instant::of_local(day.plus(1), "00:00"));
        let edits = may.with_untracked(|may| may == "edit");
        let body = json!({
            "user_id": id.filter(|_| kind == "user"), "team_id": id.filter(|_| kind == "team"), "may_edit": edits, "until": end,
        });
        let path = format!("/{}/{}/shares", live.object.plural, live.id());
        spawn_local(async move {
            let sent = api.post(&path, &body).await;
            let _ = busy.try_set(false);
            match sent {
                Ok(_) => {
                    toasts.ok(k::access::given(&name));
                    let _ = with.try_set(None);
                    let _ = until.try_set(None);
                    let _ = shared.try_update(|n| *n += 1);
                    live.refresh();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let choices = Signal::derive(|| {
        vec![
            Choice::new("see", k::access::MAY_SEE.get()),
            Choice::new("edit", k::access::MAY_EDIT.get()),
        ]
    });
    let (user, team) = (errors.of("user_id"), errors.of("team_id"));
    let wrong = Signal::derive(move || user.get().or_else(|| team.get()));
    view! {
        <form class="stack" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <Combobox label=k::access::WITH value=with find required=true error=wrong hint=k::access::WITH_HINT/>
            <div class="access-form">
                <Select label=k::access::MAY value=may choices/>
                <DateInput label=k::access::UNTIL value=until error=errors.of("until")/>
            </div>
            <div class="row-end"><Button label=k::access::GIVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
