//! When the person is reminded of an activity, and what holds for new ones.

use std::collections::BTreeMap;

use leptos::prelude::*;
use relasi_domain::interaction::activity::OBJECT;
use relasi_domain::interaction::reminder::{KINDS, MOST, Reminder};
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, ApiError, Reply, Request, use_api};
use crate::i18n::k;
use crate::records::labels;
use crate::screens::settings::saving::{SaveNote, Saving};
use crate::ui::button::{IconButton, Size};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::select::{Choice, Select};

/// Times before that are offered, in minutes.
const OFFERED: [i64; 9] = [0, 5, 10, 15, 30, 60, 120, 1440, 10080];

/// `10 minutes before`.
fn words(minutes: i64) -> String {
    match minutes {
        0 => k::calendar::WHEN_DUE.get().to_owned(),
        days if days % 1440 == 0 => k::calendar::days_before(days / 1440),
        hours if hours % 60 == 0 => k::calendar::hours_before(hours / 60),
        minutes => k::calendar::minutes_before(minutes),
    }
}

/// The reminders of somebody as they are shown.
#[derive(Deserialize)]
struct Own {
    items: Vec<Told>,
}

#[derive(Deserialize)]
struct Told {
    minutes: i64,
    by_mail: bool,
}

/// What the caller is reminded of, by kind.
async fn usual(api: Api) -> Result<BTreeMap<String, Vec<Reminder>>, ApiError> {
    api.get("/reminder-settings").await.and_then(Reply::read)
}

/// The reminders of one activity in a form.
#[derive(Clone, Copy)]
pub struct Reminders {
    /// They are known.
    loaded: RwSignal<bool>,
    list: RwSignal<Vec<Reminder>>,
    start: StoredValue<Vec<Reminder>>,
}

impl Reminders {
    /// Loads those of an activity, or those that a new one of a kind will have.
    pub fn load(api: Api, activity: Option<String>, kind: Signal<String>) -> Self {
        let this = Self {
            loaded: RwSignal::new(false),
            list: RwSignal::default(),
            start: StoredValue::default(),
        };
        let learn = move |found: Vec<Reminder>| {
            // The form may be closed by now.
            this.start
                .try_update_value(|start| start.clone_from(&found));
            this.list.try_set(found);
            this.loaded.try_set(true);
        };
        match activity {
            Some(id) => spawn_local(async move {
                let path = format!("/activities/{id}/reminders");
                if let Ok(own) = api.get(&path).await.and_then(Reply::read::<Own>) {
                    let one = |told: Told| Reminder {
                        minutes: told.minutes,
                        by_mail: told.by_mail,
                    };
                    learn(own.items.into_iter().map(one).collect());
                }
            }),
            None => {
                Effect::new(move |_| {
                    let kind = kind.get();
                    spawn_local(async move {
                        if let Ok(all) = usual(api).await {
                            learn(all.get(&kind).cloned().unwrap_or_default());
                        }
                    });
                });
            }
        }
        this
    }

    /// Stores them, when they were changed.
    pub async fn save(self, api: Api, activity: &str) -> Result<(), ApiError> {
        let list = self.list.try_get_untracked().unwrap_or_default();
        if self.start.try_get_value().as_ref() == Some(&list) {
            return Ok(());
        }
        let path = format!("/activities/{activity}/reminders");
        let body = json!({"items": list});
        Request::put(&path).json(&body).send(api).await.map(drop)
    }
}

/// The reminders of a form.
#[component]
pub fn RemindersInput(
    /// What it holds.
    reminders: Reminders,
) -> impl IntoView {
    view! {
        <Show when=move || reminders.loaded.get()>
            <fieldset class="reminders">
                <legend>{k::calendar::REMIND_ME}</legend>
                <ReminderList list=reminders.list/>
            </fieldset>
        </Show>
    }
}

/// A list of reminders: taking one away, adding one, by e-mail or not.
#[component]
fn ReminderList(
    list: RwSignal<Vec<Reminder>>,
    /// Called after the person changed it.
    #[prop(optional, into)]
    on_change: Option<Callback<()>>,
) -> impl IntoView {
    let changed = move || {
        if let Some(done) = on_change {
            done.run(());
        }
    };
    let line = move |one: Reminder| {
        let minutes = one.minutes;
        let remove = move |()| {
            list.update(|all| all.retain(|other| other.minutes != minutes));
            changed();
        };
        let by_mail = move |event: web_sys::Event| {
            let on = event_target_checked(&event);
            list.update(|all| {
                for other in all.iter_mut().filter(|other| other.minutes == minutes) {
                    other.by_mail = on;
                }
            });
            changed();
        };
        view! {
            <li class="reminder">
                <span>{move || words(minutes)}</span>
                <label class="check-line"><input type="checkbox" prop:checked=one.by_mail on:change=by_mail/>{k::calendar::BY_MAIL}</label>
                <IconButton label=move || k::records::remove_named(&words(minutes)) icon=icon::X size=Size::Small on_press=remove/>
            </li>
        }
    };
    let next = RwSignal::new(String::new());
    let offered = Signal::derive(move || {
        let mut all = vec![Choice::new("", k::calendar::ADD_REMINDER.get())];
        let known = list.get();
        let free = OFFERED
            .into_iter()
            .filter(|minutes| known.iter().all(|one| one.minutes != *minutes));
        all.extend(free.map(|minutes| Choice::new(minutes.to_string(), words(minutes))));
        all
    });
    let add = move |chosen: String| {
        let Ok(minutes) = chosen.parse() else { return };
        list.update(|all| {
            all.push(Reminder {
                minutes,
                by_mail: false,
            });
            all.sort_by_key(|one| -one.minutes);
        });
        next.set(String::new());
        changed();
    };
    view! {
        <ul class="reminder-list">{move || list.get().into_iter().map(line).collect_view()}</ul>
        <Show when=move || list.with(|all| all.len() < MOST)>
            <Select label=k::calendar::ADD_REMINDER value=next choices=offered bare=true on_change=add/>
        </Show>
    }
}

/// In the settings: the reminders of new activities, by kind.
#[component]
pub fn ReminderSettings() -> impl IntoView {
    let api = use_api();
    let found = RwSignal::new(None::<Result<BTreeMap<String, Vec<Reminder>>, String>>);
    let load = move |()| {
        spawn_local(async move {
            let answer = usual(api).await.map_err(|error| error.text());
            // The page may have been left.
            let _ = found.try_set(Some(answer));
        });
    };
    load(());
    let saving = Saving::new();
    let kind = move |(kind, list): (&'static str, Vec<Reminder>)| {
        let list = RwSignal::new(list);
        let store = move |()| {
            let body = json!({kind: list.get_untracked()});
            saving.run(async move {
                Request::put("/reminder-settings")
                    .json(&body)
                    .send(api)
                    .await?;
                Ok(())
            });
        };
        view! {
            <fieldset class="reminders">
                <legend>{move || labels::choice(&OBJECT, "kind", kind)}</legend>
                <ReminderList list on_change=store/>
            </fieldset>
        }
    };
    let form = move || match found.get() {
        None => view! { <Skeleton lines=3/> }.into_any(),
        Some(Err(text)) => view! { <ErrorState text on_retry=load/> }.into_any(),
        Some(Ok(all)) => {
            let of = |name: &'static str| (name, all.get(name).cloned().unwrap_or_default());
            KINDS
                .map(of)
                .map(kind)
                .into_iter()
                .collect_view()
                .into_any()
        }
    };
    view! {
        <h2>{k::calendar::REMINDERS}</h2>
        <p class="secondary">{k::calendar::REMINDERS_TEXT}</p>
        <SaveNote saving/>
        <div class="reminder-kinds">{form}</div>
    }
}
