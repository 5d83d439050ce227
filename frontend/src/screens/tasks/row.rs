//! One task: tick, what, about whom, when, later.

use leptos::prelude::*;
use relasi_domain::interaction::activity::OBJECT;
use relasi_domain::people::{company, contact};
use relasi_domain::record::Object;
use relasi_domain::sales::{deal, lead};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::actions::{Later, Tasks};
use super::due::DueMark;
use crate::i18n::k;
use crate::keys;
use crate::records::fields::whole;
use crate::records::refs::{page_path, use_titles};
use crate::records::{Record, instant, labels};
use crate::ui::button::{Button, IconButton, Size, Variant};
use crate::ui::icon::{self, Glyph, Icon};
use crate::ui::popover::{Menu, MenuItem};

/// The drawing of a kind of activity.
pub fn kind_icon(kind: &str) -> Icon {
    match kind {
        "call" => icon::PHONE,
        "meeting" => icon::USERS,
        "email" => icon::MAIL,
        "note" => icon::STICKY_NOTE,
        _ => icon::SQUARE_CHECK_BIG,
    }
}

/// A task as a line of a list. On the focused line: `D` done, `1` today, `2` a day later, `3` a week later,
/// Enter changes it, `J` and `K` walk.
#[component]
pub fn TaskRow(
    /// Its id.
    id: String,
    /// The list it is in.
    tasks: Tasks,
    /// Opens the form.
    on_edit: Callback<Record>,
) -> impl IntoView {
    let id = StoredValue::new(id);
    let found = Memo::new(move |_| {
        tasks.rows.with(|rows| {
            rows.iter()
                .find(|row| id.with_value(|id| row.id() == id))
                .cloned()
        })
    });
    let task = move || found.get().unwrap_or_default();
    let now = move || found.get_untracked().unwrap_or_default();
    let later = move |to: Later| tasks.put_off(&now(), to);
    let edit = move || on_edit.run(now());
    let keydown = move |event: KeyboardEvent| {
        if keys::is_typing(&event) || event.target() != event.current_target() {
            return;
        }
        match keys::pressed(&event).as_str() {
            "D" | "X" => tasks.toggle(now()),
            "1" => later(Later::Today),
            "2" => later(Later::Day),
            "3" => later(Later::Week),
            "Enter" => edit(),
            "J" | "ArrowDown" => walk(&event, true),
            "K" | "ArrowUp" => walk(&event, false),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let done = move || {
        found.with(|task| {
            task.as_ref()
                .is_some_and(|task| task.text("done_at").is_some())
        })
    };
    let subject = move || task().title(&OBJECT);
    let kind = move || task().text("kind").unwrap_or("task").to_owned();
    let tick = move || {
        if done() {
            k::tasks::reopen_named(&subject())
        } else {
            k::tasks::finish_named(&subject())
        }
    };
    let due = Signal::derive(move || task().text("due_at").map(str::to_owned));
    let choices = Signal::derive(move || {
        vec![
            MenuItem::new(k::common::TODAY, move || later(Later::Today)).key("1"),
            MenuItem::new(k::tasks::DAY_LATER, move || later(Later::Day)).key("2"),
            MenuItem::new(k::tasks::WEEK_LATER, move || later(Later::Week)).key("3"),
            MenuItem::new(k::common::EDIT, edit)
                .icon(icon::PENCIL)
                .key("Enter"),
        ]
    });
    view! {
        <li class="task" tabindex="0" data-task=id.get_value() class:done=done on:keydown=keydown>
            <input type="checkbox" class="task-tick" aria-label=tick prop:checked=done on:change=move |_| tasks.toggle(now())/>
            <span class="task-kind" title=move || labels::choice(&OBJECT, "kind", &kind())>{move || view! { <Glyph icon=kind_icon(&kind())/> }}</span>
            <div class="task-words">
                <button type="button" class="task-subject" tabindex="-1" on:click=move |_| edit()>
                    {subject}
                    {move || (task().text("priority") == Some("high")).then(|| view! { <span class="task-high">{k::tasks::HIGH}</span> })}
                </button>
                {move || view! { <About task=task()/> }}
            </div>
            <span class="task-due">{move || if done() {
                task().text("done_at").map(|at| view! { <span class="secondary">{instant::shown(at)}</span> }).into_any()
            } else {
                view! { <DueMark due/> }.into_any()
            }}</span>
            <Show when=move || !done()>
                <span class="task-later" role="group" aria-label=k::tasks::LATER>
                    <Button label=k::common::TODAY size=Size::Small variant=Variant::Quiet on_press=move |()| later(Later::Today)/>
                    <Button label=k::tasks::PLUS_DAY size=Size::Small variant=Variant::Quiet on_press=move |()| later(Later::Day)/>
                    <Button label=k::tasks::PLUS_WEEK size=Size::Small variant=Variant::Quiet on_press=move |()| later(Later::Week)/>
                    <IconButton label=k::common::EDIT icon=Signal::stored(icon::PENCIL) size=Size::Small on_press=move |()| edit()/>
                </span>
                <span class="task-menu"><Menu label=k::common::MORE_ACTIONS items=choices icon_only=true size=Size::Small variant=Variant::Quiet/></span>
            </Show>
        </li>
    }
}

/// Links to what a task is about.
#[component]
fn About(task: Record) -> impl IntoView {
    let titles = use_titles();
    let objects: [&'static Object; 4] = [
        &contact::OBJECT,
        &company::OBJECT,
        &lead::OBJECT,
        &deal::OBJECT,
    ];
    let link = |object: &'static Object| {
        // Those that are hidden are no field of it.
        let field = format!("{}_id", object.name);
        whole(&relasi_domain::interaction::activity::OBJECT).field(&field)?;
        let id = task.text(&field)?.to_owned();
        let href = page_path(object, &id);
        Some(
            view! { <a href=href tabindex="-1">{move || titles.get(object, &id).unwrap_or_default()}</a> },
        )
    };
    let links: Vec<_> = objects.into_iter().filter_map(link).collect();
    (!links.is_empty()).then(|| view! { <span class="task-about">{links}</span> })
}

/// Gives the focus to the first task on the page.
pub fn enter() {
    let first = document().query_selector("[data-task]").ok().flatten();
    if let Some(first) = first.and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        // Only fails for detached elements.
        let _ = first.focus();
    }
}

fn walk(event: &KeyboardEvent, down: bool) {
    let Some(row) = event
        .current_target()
        .and_then(|t| t.dyn_into::<HtmlElement>().ok())
    else {
        return;
    };
    let Ok(all) = document().query_selector_all("[data-task]") else {
        return;
    };
    let mut rows = (0..all.length()).filter_map(|at| all.item(at)?.dyn_into::<HtmlElement>().ok());
    let to = if down {
        rows.by_ref().find(|other| *other == row);
        rows.next()
    } else {
        rows.take_while(|other| *other != row).last()
    };
    if let Some(to) = to {
        // Only fails for detached elements.
        let _ = to.focus();
    }
}
