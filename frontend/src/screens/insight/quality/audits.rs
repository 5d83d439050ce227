//! The reviews: what they came to, side by side, and a new one.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use relasi_domain::identity::access::Action;
use relasi_domain::insight::quality::OBJECTS;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::model::{Audit, shown};
use crate::api::{FormErrors, Reply, Request, use_api};
use crate::i18n::{Day, date_short, k, local_day, today};
use crate::records::fields::is_shown;
use crate::records::labels;
use crate::records::people::use_people;
use crate::screens::settings::rights::may;
use crate::ui::button::{Button, Variant};
use crate::ui::combobox::Combobox;
use crate::ui::date_input::DateInput;
use crate::ui::dialog::Modal;
use crate::ui::icon;
use crate::ui::select::Choice;
use crate::ui::tag::{Tag, Tone};
use crate::ui::text_input::TextInput;

#[derive(Deserialize)]
struct List {
    items: Vec<Audit>,
}

/// The reviews of the workspace.
#[component]
pub fn Audits() -> impl IntoView {
    let api = use_api();
    let audits = RwSignal::new(Vec::<Audit>::new());
    spawn_local(async move {
        // Without an answer the page still says how things are.
        if let Ok(found) = api
            .get("/quality-audits")
            .await
            .and_then(Reply::read::<List>)
        {
            _ = audits.try_set(found.items);
        }
    });
    let allowed = may(Action::Import);
    let open = RwSignal::new(false);
    let objects = || OBJECTS.into_iter().filter(|object| is_shown(object));
    let head = move || {
        objects()
            .map(|object| view! { <th scope="col" class="number">{labels::many(object)}</th> })
            .collect_view()
    };
    let row = move |audit: Audit| {
        let scores = audit.scores.clone();
        let cells = objects().map(|object| {
            let point = scores.as_ref().and_then(|scores| scores.get(object.name));
            let score = point.and_then(|point| point.score);
            view! { <td class="number">{move || shown(score)}</td> }
        });
        let cells = cells.collect_view();
        view! { <tr><th scope="row"><a href=format!("/app/quality/audits/{}", audit.id)>{audit.name.clone()}</a></th><td><Stand audit/></td>{cells}</tr> }
    };
    view! {
        <section class="panel quality-audits" aria-labelledby="quality-audits">
            <div class="row">
                <h2 id="quality-audits">{k::quality::AUDITS}</h2>
                <span class="spacer"></span>
                <Show when=move || allowed.get()>
                    <Button label=k::quality::BEGIN icon=icon::PLUS on_press=move |()| open.set(true)/>
                </Show>
            </div>
            <p class="secondary">{k::quality::AUDITS_TEXT}</p>
            <Show when=move || audits.with(|all| !all.is_empty())>
                <div class="table-wide" tabindex="0" role="group" aria-labelledby="quality-audits">
                    <table class="plain-table">
                        <thead><tr><th scope="col">{k::quality::AUDIT}</th><th scope="col">{k::quality::STAND}</th>{head}</tr></thead>
                        <tbody>{move || audits.get().into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </Show>
        </section>
        <Modal open title=k::quality::BEGIN><NewAudit/></Modal>
    }
}

/// Until when it is open, or since when it is finished and when the next one is due.
#[component]
fn Stand(audit: Audit) -> impl IntoView {
    let due = audit.due_date.as_deref().and_then(Day::parse_iso);
    let again = audit.reaudit_date.as_deref().and_then(Day::parse_iso);
    let finished = audit.finished_at.as_deref().and_then(local_day);
    let late = |day: Option<Day>| day.is_some_and(|day| day < today());
    let (tone, word) = match finished {
        Some(_) if late(again) => (Tone::Warn, k::quality::AGAIN_DUE),
        Some(_) => (Tone::Ok, k::quality::FINISHED),
        None if late(due) => (Tone::Warn, k::quality::LATE),
        None => (Tone::Info, k::quality::OPEN),
    };
    let line = move || match (finished, again, due) {
        (Some(_), Some(again), _) => k::quality::again_on(&date_short(again)),
        (Some(day), None, _) => date_short(day),
        (None, _, Some(due)) => k::quality::due_on(&date_short(due)),
        (None, _, None) => String::new(),
    };
    view! { <Tag label=word tone/>" "<span class="secondary">{line}</span> }
}

#[component]
fn NewAudit() -> impl IntoView {
    let (api, people, navigate) = (
        use_api(),
        use_people(),
        StoredValue::new_local(use_navigate()),
    );
    let own = api
        .session()
        .get_untracked()
        .map(|s| Choice::new(s.user.id, s.user.full_name));
    let name = RwSignal::new(untrack(|| k::quality::name_of(&today().iso()[..4])));
    let owner = RwSignal::new(own);
    let due = RwSignal::new(None::<Day>);
    let errors = FormErrors::default();
    let busy = RwSignal::new(false);
    let save = move || {
        let body = json!({
            "name": name.get_untracked(), "owner_id": owner.get_untracked().map(|one| one.value),
            "due_date": due.get_untracked().map(Day::iso),
        });
        errors.clear();
        busy.set(true);
        spawn_local(async move {
            let answer = Request::post("/quality-audits").json(&body).send(api).await;
            busy.try_set(false);
            match answer.and_then(Reply::read::<Audit>) {
                Ok(audit) => {
                    let path = format!("/app/quality/audits/{}", audit.id);
                    _ = navigate.try_with_value(|go| go(&path, NavigateOptions::default()));
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" novalidate=true on:submit=move |event| { event.prevent_default(); save(); }>
            <TextInput label=k::quality::NAME value=name required=true autofocus=true error=errors.of("name")/>
            <Combobox label=k::quality::OWNER value=owner find=people.finder() error=errors.of("owner_id")/>
            <DateInput label=k::quality::DUE value=due error=errors.of("due_date")/>
            <div class="row-end"><Button label=k::quality::BEGIN variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
