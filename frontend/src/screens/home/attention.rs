//! Deals that need attention and contacts without a next step, each with the button that plans one and the menu that puts it off.

use leptos::prelude::*;
use relasi_domain::record::Document;
use relasi_domain::sales::attention::NEEDY;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, use_api};
use crate::i18n::{k, money};
use crate::records::instant;
use crate::records::store::encode;
use crate::screens::settings::items;
use crate::screens::tasks::dialog::Task;
use crate::screens::tasks::new_task;
use crate::ui::button::{Button, Size};
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::toast::{Toasts, use_toasts};

#[derive(Clone, PartialEq, Deserialize)]
struct Reason {
    why: String,
    number: i64,
}

impl Reason {
    /// In words; tracked.
    fn words(&self) -> String {
        match self.why.as_str() {
            "overdue" => k::suggestions::overdue(self.number),
            "rotting" => k::suggestions::rotting(self.number),
            "silent" => k::suggestions::silent(self.number),
            "pushed" => k::suggestions::pushed(self.number),
            "no_next_step" => k::suggestions::NO_NEXT_STEP.get().to_owned(),
            _ => k::suggestions::NO_DECISION_MAKER.get().to_owned(),
        }
    }
}

#[derive(Clone, PartialEq, Deserialize)]
struct Needy {
    id: String,
    name: String,
    amount: Option<i64>,
    currency: String,
    company_id: Option<String>,
    contact_id: Option<String>,
    reasons: Vec<Reason>,
}

#[derive(Clone, PartialEq, Deserialize)]
struct Loose {
    id: String,
    name: String,
    company_id: Option<String>,
    last_activity_at: Option<String>,
    open_deal: bool,
}

/// Entries that are shown.
const SHOWN: usize = 5;

/// What a list works with.
#[derive(Clone, Copy)]
struct Desk {
    api: Api,
    toasts: Toasts,
    form: RwSignal<Option<Task>>,
}

impl Desk {
    fn plan(self, members: &[(&str, Option<&String>)]) {
        let mut given: Document = new_task();
        for (name, id) in members {
            given.insert((*name).to_owned(), json!(id));
        }
        self.form.set(Some(Task::New(given)));
    }

    /// The menu that puts an entry off; `gone` takes it out of the list.
    fn menu(
        self,
        object: &'static str,
        id: &str,
        name: &str,
        gone: Callback<String>,
    ) -> Signal<Vec<MenuItem>> {
        let about = StoredValue::new((id.to_owned(), name.to_owned()));
        let rest = move |days: Option<i64>| {
            move || {
                let (id, name) = about.get_value();
                let body = json!({"object": object, "record_id": id, "days": days});
                spawn_local(async move {
                    match self.api.post("/suggestions/dismiss", &body).await {
                        Ok(_) => {
                            gone.run(id);
                            self.toasts.ok(k::suggestions::put_off(&name));
                        }
                        Err(error) => self.toasts.bad(error.text()),
                    }
                });
            }
        };
        Signal::derive(move || {
            vec![
                MenuItem::new(k::suggestions::SNOOZE, rest(Some(7))).icon(icon::ALARM_CLOCK),
                MenuItem::new(k::suggestions::NEVER, rest(None)).icon(icon::X),
            ]
        })
    }
}

fn desk(form: RwSignal<Option<Task>>) -> Desk {
    Desk {
        api: use_api(),
        toasts: use_toasts(),
        form,
    }
}

/// Own deals that need attention, the most urgent money first.
#[component]
pub fn NeedyDeals(
    /// Opens the form of a task.
    form: RwSignal<Option<Task>>,
) -> impl IntoView {
    let desk = desk(form);
    let found = RwSignal::new(Vec::<Needy>::new());
    spawn_local(async move {
        if let Ok(all) = items(desk.api, "/suggestions/deals").await {
            // The page may have been left.
            let _ = found.try_set(all);
        }
    });
    let gone = Callback::new(move |id: String| {
        let _ = found.try_update(|all| all.retain(|one| one.id != id));
    });
    let line = move |deal: Needy| {
        let menu = desk.menu("deal", &deal.id, &deal.name, gone);
        let href = format!("/app/deals/{}", deal.id);
        let (name, label, currency) = (deal.name.clone(), deal.name.clone(), deal.currency.clone());
        let amount = deal
            .amount
            .map(|minor| view! { <span class="money">{move || money(minor, &currency)}</span> });
        let reasons = deal.reasons.clone();
        let why = move || {
            let words = reasons.iter().map(Reason::words);
            words.collect::<Vec<_>>().join(" · ")
        };
        let plan = move |()| {
            desk.plan(&[
                ("deal_id", Some(&deal.id)),
                ("company_id", deal.company_id.as_ref()),
                ("contact_id", deal.contact_id.as_ref()),
            ]);
        };
        view! {
            <li class="bare-deal">
                <span class="bare-deal-words"><a href=href>{name}</a><span class="secondary">{why}</span></span>
                {amount}
                <Button label=k::suggestions::PLAN size=Size::Small on_press=plan/>
                <Menu label=move || k::suggestions::more_for(&label) items=menu icon_only=true size=Size::Small/>
            </li>
        }
    };
    let all_deals = format!(
        "/app/deals?layout=table&f={}",
        encode(&format!("owner_id = me and {NEEDY}"))
    );
    move || {
        let all = found.get();
        let count = i64::try_from(all.len()).unwrap_or_default();
        (count > 0).then(|| view! {
            <section class="panel" aria-labelledby="needy-deals">
                <header class="row"><h2 id="needy-deals">{k::suggestions::ATTENTION}</h2><a class="count" href=all_deals.clone()>{move || k::home::all_deals(count)}</a></header>
                <ul>{all.into_iter().take(SHOWN).map(line).collect_view()}</ul>
            </section>
        })
    }
}

/// Own contacts without a next step.
#[component]
pub fn LooseContacts(
    /// Opens the form of a task.
    form: RwSignal<Option<Task>>,
) -> impl IntoView {
    let desk = desk(form);
    let found = RwSignal::new(Vec::<Loose>::new());
    spawn_local(async move {
        if let Ok(all) = items(desk.api, "/suggestions/contacts").await {
            let _ = found.try_set(all);
        }
    });
    let gone = Callback::new(move |id: String| {
        let _ = found.try_update(|all| all.retain(|one| one.id != id));
    });
    let line = move |contact: Loose| {
        let menu = desk.menu("contact", &contact.id, &contact.name, gone);
        let href = format!("/app/contacts/{}", contact.id);
        let (name, label) = (contact.name.clone(), contact.name.clone());
        let (last, open) = (contact.last_activity_at.clone(), contact.open_deal);
        let why = move || {
            let deal = open.then(|| k::suggestions::WITH_DEAL.get().to_owned());
            let last = last
                .as_deref()
                .map(|at| k::suggestions::last_contact(&instant::shown(at)));
            deal.into_iter().chain(last).collect::<Vec<_>>().join(" · ")
        };
        let plan = move |()| {
            desk.plan(&[
                ("contact_id", Some(&contact.id)),
                ("company_id", contact.company_id.as_ref()),
            ]);
        };
        view! {
            <li class="bare-deal">
                <span class="bare-deal-words"><a href=href>{name}</a><span class="secondary">{why}</span></span>
                <Button label=k::suggestions::PLAN size=Size::Small on_press=plan/>
                <Menu label=move || k::suggestions::more_for(&label) items=menu icon_only=true size=Size::Small/>
            </li>
        }
    };
    move || {
        let all = found.get();
        let count = all.len();
        (count > 0).then(|| view! {
            <section class="panel" aria-labelledby="loose-contacts">
                <header class="row"><h2 id="loose-contacts">{k::suggestions::CONTACTS}</h2><span class="count">{count}</span></header>
                <ul>{all.into_iter().take(SHOWN).map(line).collect_view()}</ul>
            </section>
        })
    }
}
