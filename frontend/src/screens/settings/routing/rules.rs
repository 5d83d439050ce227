//! The rules in their order.

use leptos::prelude::*;
use relasi_domain::sales::lead;
use serde_json::json;

use super::model::{Desk, Rule, method};
use super::rule_form::RuleForm;
use crate::i18n::k;
use crate::records::filter_input;
use crate::records::people::use_people;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::dialog::Sheet;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::tag::{Tag, Tone};

/// The list with its form.
#[component]
pub fn Rules(desk: Desk) -> impl IntoView {
    let add = move |()| {
        desk.chosen.set(None);
        desk.editing.set(true);
    };
    let title = move || {
        desk.chosen.with(|one| match one {
            Some(rule) => k::routing::edit(&rule.name),
            None => k::routing::ADD.get().to_owned(),
        })
    };
    view! {
        <p class="hint">{k::routing::RULES_HINT}</p>
        {move || match desk.rules.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| desk.load()/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::routing::NONE}</p> }.into_any(),
            Some(Ok(all)) => {
                let count = all.len();
                let lines = all.into_iter().enumerate();
                let lines = lines.map(|(place, rule)| view! { <Line rule desk place count/> });
                view! { <ol class="settings-lines routing-rules">{lines.collect_view()}</ol> }.into_any()
            }
        }}
        <div class="row"><Button label=k::routing::ADD variant=Variant::Primary icon=icon::PLUS on_press=add/></div>
        <Sheet open=desk.editing title><RuleForm desk/></Sheet>
    }
}

#[component]
fn Line(rule: Rule, desk: Desk, place: usize, count: usize) -> impl IntoView {
    let people = use_people();
    let one = StoredValue::new(rule.clone());
    let to = move |position: usize| {
        move || {
            one.with_value(|rule| {
                let said = k::routing::moved(&rule.name);
                desk.patch(rule, json!({"position": position}), said);
            });
        }
    };
    let turn = move |active: bool| {
        move || {
            one.with_value(|rule| {
                let said = if active {
                    k::routing::switched_on(&rule.name)
                } else {
                    k::routing::switched_off(&rule.name)
                };
                desk.patch(rule, json!({"active": active}), said);
            });
        }
    };
    let active = rule.active;
    let menu = Signal::derive(move || {
        let edit = move || {
            desk.chosen.set(Some(one.get_value()));
            desk.editing.set(true);
        };
        let delete = move || one.with_value(|rule| desk.delete(rule));
        let mut menu = vec![MenuItem::new(k::common::EDIT, edit).icon(icon::PENCIL)];
        if place > 0 {
            menu.push(MenuItem::new(k::routing::UP, to(place - 1)).icon(icon::ARROW_UP));
        }
        if place + 1 < count {
            menu.push(MenuItem::new(k::routing::DOWN, to(place + 1)).icon(icon::ARROW_DOWN));
        }
        menu.push(if active {
            MenuItem::new(k::routing::SWITCH_OFF, turn(false)).icon(icon::FLAG)
        } else {
            MenuItem::new(k::routing::SWITCH_ON, turn(true)).icon(icon::CIRCLE_CHECK)
        });
        menu.push(
            MenuItem::new(k::common::REMOVE, delete)
                .icon(icon::TRASH_2)
                .danger(),
        );
        menu
    });
    let who = move || {
        let names = one.with_value(|rule| {
            let names = rule.user_ids.iter();
            names
                .map(|id| people.name(id).unwrap_or_else(|| "?".to_owned()))
                .collect::<Vec<_>>()
        });
        let team = one.with_value(|rule| rule.team_id.is_some());
        let team = team.then(|| k::routing::A_TEAM.get().to_owned());
        names.into_iter().chain(team).collect::<Vec<_>>().join(", ")
    };
    let how = rule.method;
    let (label, tone) = if active {
        (k::routing::ON, Tone::Ok)
    } else {
        (k::routing::OFF, Tone::Neutral)
    };
    let (name, filter) = (rule.name.clone(), rule.filter.clone());
    view! {
        <li class="settings-line">
            <div class="settings-line-text">
                <strong>{rule.name}</strong>
                <p class="hint">{move || method(how).get()}{": "}{who}</p>
                <p class="hint">{if filter.is_empty() { (move || k::routing::EVERY_LEAD.get()).into_any() } else { (move || filter_input::words(&lead::OBJECT, &filter)).into_any() }}</p>
            </div>
            <Tag label tone/>
            <Menu label=move || k::routing::more(&name) items=menu icon_only=true size=Size::Small/>
        </li>
    }
}
