//! Rules by which records go.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::rule_form::{RuleForm, people};
use super::rule_switch::SwitchOn;
use crate::api::{Api, use_api};
use crate::i18n::{k, number};
use crate::records::filter_input;
use crate::records::privacy::word;
use crate::screens::settings::listed::items;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::dialog::{Modal, Sheet};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::tag::{Tag, Tone};
use crate::ui::toast::{Toasts, use_toasts};

pub(super) const PATH: &str = "/retention-rules";

/// A rule.
#[derive(Clone, PartialEq, Deserialize)]
pub struct Rule {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) object: String,
    pub(super) months: i64,
    pub(super) filter: String,
    pub(super) action: String,
    pub(super) active: bool,
    last_run_at: Option<String>,
    last_result: Option<Value>,
}

impl Rule {
    /// What it does; tracked.
    fn about(&self) -> String {
        let (what, action) = (word("object", &self.object), word("action", &self.action));
        k::privacy::rule_about(&action, &self.months.to_string(), &what)
    }

    fn last(&self) -> Option<String> {
        self.last_run_at.as_ref()?;
        let result = self.last_result.as_ref()?;
        let figure = |name: &str| number(result[name].as_i64().unwrap_or_default());
        Some(k::privacy::last_run(&figure("done"), &figure("found")))
    }
}

/// The rules, and what a dialog is about.
#[derive(Clone, Copy)]
pub struct Desk {
    pub(super) api: Api,
    pub(super) toasts: Toasts,
    found: RwSignal<Option<Result<Vec<Rule>, String>>>,
    /// None for a new one.
    pub(super) chosen: RwSignal<Option<Rule>>,
    pub(super) editing: RwSignal<bool>,
    /// It is to be switched on: what it reaches is shown first.
    pub(super) switching: RwSignal<bool>,
}

impl Desk {
    pub(super) fn load(self) {
        spawn_local(async move {
            let found = items(self.api, PATH).await.map_err(|error| error.text());
            // The page may be gone by now.
            let _ = self.found.try_set(Some(found));
        });
    }

    fn open(self, rule: Option<Rule>, which: RwSignal<bool>) {
        self.chosen.set(rule);
        which.set(true);
    }

    /// Switches a rule on or off.
    pub(super) fn set_active(self, rule: &Rule, active: bool) {
        let (path, version) = (format!("{PATH}/{}", rule.id), rule.version);
        let said = if active {
            k::privacy::switched_on(&rule.name)
        } else {
            k::privacy::switched_off(&rule.name)
        };
        spawn_local(async move {
            match self
                .api
                .patch(&path, version, &json!({"active": active}))
                .await
            {
                Ok(_) => self.toasts.ok(said),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }

    fn delete(self, rule: &Rule) {
        let (path, version) = (format!("{PATH}/{}", rule.id), rule.version);
        let said = k::privacy::entry_removed(&rule.name);
        spawn_local(async move {
            match self.api.delete(&path, Some(version)).await {
                Ok(_) => self.toasts.ok(said),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }

    fn name(self) -> String {
        self.chosen.with(|one| {
            one.as_ref()
                .map(|rule| rule.name.clone())
                .unwrap_or_default()
        })
    }
}

/// The list with its dialogs.
#[component]
pub fn Rules() -> impl IntoView {
    let desk = Desk {
        api: use_api(),
        toasts: use_toasts(),
        found: RwSignal::new(None),
        chosen: RwSignal::new(None),
        editing: RwSignal::new(false),
        switching: RwSignal::new(false),
    };
    desk.load();
    let title = move || {
        if desk.chosen.with(Option::is_some) {
            k::privacy::edit_rule(&desk.name())
        } else {
            k::privacy::ADD_RULE.get().to_owned()
        }
    };
    view! {
        <div class="row"><Button label=k::privacy::ADD_RULE icon=icon::PLUS on_press=move |()| desk.open(None, desk.editing)/></div>
        {move || match desk.found.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| desk.load()/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::privacy::NO_RULES}</p> }.into_any(),
            Some(Ok(all)) => {
                let lines = all.into_iter().map(|rule| view! { <Line rule desk/> });
                view! { <ul class="settings-lines rules">{lines.collect_view()}</ul> }.into_any()
            }
        }}
        <Sheet open=desk.editing title><RuleForm desk/></Sheet>
        <Modal open=desk.switching title=move || k::privacy::switch_on_title(&desk.name())><SwitchOn desk/></Modal>
    }
}

#[component]
fn Line(rule: Rule, desk: Desk) -> impl IntoView {
    let one = StoredValue::new(rule.clone());
    let menu = Signal::derive(move || {
        let mut menu = vec![
            MenuItem::new(k::common::EDIT, move || {
                desk.open(Some(one.get_value()), desk.editing);
            })
            .icon(icon::PENCIL),
        ];
        if one.with_value(|rule| rule.active) {
            let off = move || one.with_value(|rule| desk.set_active(rule, false));
            menu.push(MenuItem::new(k::privacy::SWITCH_OFF, off).icon(icon::FLAG));
        }
        let delete = move || one.with_value(|rule| desk.delete(rule));
        menu.push(
            MenuItem::new(k::common::REMOVE, delete)
                .icon(icon::TRASH_2)
                .danger(),
        );
        menu
    });
    let (told, last, name) = (rule.clone(), rule.clone(), rule.name.clone());
    let (label, tone) = if rule.active {
        (k::privacy::ON, Tone::Ok)
    } else {
        (k::privacy::OFF, Tone::Neutral)
    };
    let filter = (!rule.filter.is_empty()).then(|| rule.filter.clone());
    let filter = people(&rule.object).zip(filter);
    view! {
        <li class="settings-line">
            <div class="settings-line-text">
                <strong>{rule.name}</strong>
                <p class="hint">{move || told.about()}</p>
                {filter.map(|(object, filter)| view! { <p class="hint">{move || filter_input::words(object, &filter)}</p> })}
                {move || last.last().map(|text| view! { <p class="hint">{text}</p> })}
            </div>
            <Tag label tone/>
            {(!rule.active).then(|| view! {
                <Button label=k::privacy::SWITCH_ON size=Size::Small variant=Variant::Quiet
                    on_press=move |()| desk.open(Some(one.get_value()), desk.switching)/>
            })}
            <Menu label=move || k::privacy::more_purpose(&name) items=menu icon_only=true size=Size::Small/>
        </li>
    }
}
