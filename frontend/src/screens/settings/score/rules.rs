//! The rules in their order.

use leptos::prelude::*;
use relasi_domain::sales::lead;
use serde_json::json;

use super::model::{Desk, Rule, happening};
use super::rule_form::RuleForm;
use crate::i18n::{k, number};
use crate::records::filter_input;
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
            Some(rule) => k::scores::edit(&rule.name),
            None => k::scores::ADD.get().to_owned(),
        })
    };
    view! {
        <p class="hint">{k::scores::RULES_HINT}</p>
        {move || match desk.rules.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| desk.load()/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::scores::NONE}</p> }.into_any(),
            Some(Ok(all)) => {
                let count = all.len();
                let lines = all.into_iter().enumerate();
                let lines = lines.map(|(place, rule)| view! { <Line rule desk place count/> });
                view! { <ol class="settings-lines score-rules">{lines.collect_view()}</ol> }.into_any()
            }
        }}
        <div class="row"><Button label=k::scores::ADD variant=Variant::Primary icon=icon::PLUS on_press=add/></div>
        <Sheet open=desk.editing title><RuleForm desk/></Sheet>
    }
}

/// Points with their sign.
pub fn signed(points: i64) -> String {
    if points > 0 {
        format!("+{}", number(points))
    } else {
        number(points)
    }
}

#[component]
fn Line(rule: Rule, desk: Desk, place: usize, count: usize) -> impl IntoView {
    let one = StoredValue::new(rule.clone());
    let to = move |position: usize| {
        move || one.with_value(|rule| desk.patch(rule, json!({"position": position})))
    };
    let turn = move |active: bool| {
        move || one.with_value(|rule| desk.patch(rule, json!({"active": active})))
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
            menu.push(MenuItem::new(k::scores::UP, to(place - 1)).icon(icon::ARROW_UP));
        }
        if place + 1 < count {
            menu.push(MenuItem::new(k::scores::DOWN, to(place + 1)).icon(icon::ARROW_DOWN));
        }
        menu.push(if active {
            MenuItem::new(k::scores::SWITCH_OFF, turn(false)).icon(icon::FLAG)
        } else {
            MenuItem::new(k::scores::SWITCH_ON, turn(true)).icon(icon::CIRCLE_CHECK)
        });
        menu.push(
            MenuItem::new(k::common::REMOVE, delete)
                .icon(icon::TRASH_2)
                .danger(),
        );
        menu
    });
    let (label, tone) = if active {
        (k::scores::ON, Tone::Ok)
    } else {
        (k::scores::OFF, Tone::Neutral)
    };
    let (name, points) = (rule.name.clone(), rule.points);
    let what = rule
        .happening
        .map(|one| view! { <p class="hint">{happening(one)}</p> });
    let filter = (!rule.filter.is_empty()).then(
        || view! { <p class="hint">{move || filter_input::words(&lead::OBJECT, &rule.filter)}</p> },
    );
    let days = rule.days.map(|days| {
        view! { <p class="hint">{k::scores::DAYS}{": "}{move || number(days)}</p> }
    });
    view! {
        <li class="settings-line">
            <div class="settings-line-text"><strong>{rule.name}</strong>{what}{filter}{days}</div>
            <strong class="number">{move || signed(points)}</strong>
            <Tag label tone/>
            <Menu label=move || k::scores::more(&name) items=menu icon_only=true size=Size::Small/>
        </li>
    }
}
