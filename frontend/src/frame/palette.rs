//! Find or do, from anywhere: Ctrl K.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::KeyboardEvent;

use super::palette_commands::commands;
use super::palette_search::recent_lines;
use crate::i18n::{Key, k};
use crate::keys;
use crate::lazy;
use crate::ui::icon::{Glyph, Icon};

/// A line of the palette.
#[derive(Clone)]
pub struct Line {
    /// Heading it stands under.
    pub group: Key,
    /// Bold part.
    pub label: String,
    /// Grey part.
    pub detail: String,
    /// Its drawing.
    pub icon: Icon,
    /// Keys that do the same.
    pub keys: Option<&'static str>,
    /// What it does.
    pub action: Callback<()>,
    /// For a record: opens it to write down a call (`L`) or a note (`N`), or to plan a task (`T`).
    pub write: Option<Callback<&'static str>>,
}

/// What can be written about a record from the palette: after Tab, one letter.
const WRITES: [(&str, &str, Key); 3] = [
    ("L", "call", k::palette::LOG_CALL),
    ("N", "note", k::record::WRITE_NOTE),
    ("T", "task", k::record::PLAN_STEP),
];

/// Searches the server for records; given as a context by whoever has the API.
#[derive(Clone)]
pub struct Search(Arc<dyn Fn(String) -> Found + Send + Sync>);

type Found = Pin<Box<dyn Future<Output = Vec<Line>>>>;

impl Search {
    /// Makes one of an async function of the text.
    pub fn new<F, R>(search: F) -> Self
    where
        F: Fn(String) -> R + Send + Sync + 'static,
        R: Future<Output = Vec<Line>> + 'static,
    {
        Self(Arc::new(move |text| Box::pin(search(text))))
    }
}

const PAUSE: Duration = Duration::from_millis(90);

/// The dialog. Records first, then what can be done, then places.
#[component]
pub fn Palette(open: RwSignal<bool>) -> impl IntoView {
    let node = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move |_| {
        let now = open.get();
        let Some(dialog) = node.get() else { return };
        if now && !dialog.open() {
            // Throws only for a dialog that is open or detached.
            let _ = dialog.show_modal();
        } else if !now && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog node_ref=node class="palette" aria-label=k::place::FIND on:close=move |_| open.set(false)
            on:click=move |event| if event.target() == event.current_target() { open.set(false) }>
            <Show when=move || open.get()>
                {lazy::palette(open)}
            </Show>
        </dialog>
    }
}

/// What the dialog holds.
#[component]
pub fn PaletteContent(open: RwSignal<bool>) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let active = RwSignal::new(0_usize);
    let records = RwSignal::new(Vec::<Line>::new());
    let fixed = StoredValue::new(commands());
    let recent = recent_lines();
    let input = NodeRef::<leptos::html::Input>::new();
    crate::ui::text_input::focus_when_mounted(input);
    look_up(text, records);
    let lines = Memo::new_with_compare(
        move |_| {
            let typed = text.get();
            let wanted = typed.trim().trim_start_matches('>').trim().to_lowercase();
            let mut lines = match typed.trim() {
                "" => recent(),
                typed if typed.starts_with('>') => Vec::new(),
                _ => records.get(),
            };
            let fits = |line: &&Line| line.label.to_lowercase().contains(&wanted);
            fixed.with_value(|fixed| lines.extend(fixed.iter().filter(fits).cloned()));
            lines
        },
        |_, _| true,
    );
    let run = move |at: usize| {
        if let Some(line) = lines.with_untracked(|lines| lines.get(at).cloned()) {
            open.set(false);
            line.action.run(());
        }
    };
    // The record that something is to be written about, after Tab.
    let writing = RwSignal::new(None::<Line>);
    let write = move |kind: &'static str| {
        if let Some(write) = writing.get_untracked().and_then(|line| line.write) {
            open.set(false);
            write.run(kind);
        }
    };
    let keydown = move |event: KeyboardEvent| {
        if writing.with_untracked(Option::is_some) {
            let pressed = keys::pressed(&event);
            match WRITES.into_iter().find(|(key, ..)| *key == pressed) {
                Some((_, kind, _)) => write(kind),
                None => writing.set(None),
            }
            return event.prevent_default();
        }
        let count = lines.with_untracked(Vec::len).max(1);
        match event.key().as_str() {
            "ArrowDown" => active.update(|at| *at = (*at + 1) % count),
            "ArrowUp" => active.update(|at| *at = (*at + count - 1) % count),
            "Enter" if !event.is_composing() => run(active.get_untracked()),
            "Tab" if !event.shift_key() => {
                let line = lines.with_untracked(|lines| lines.get(active.get_untracked()).cloned());
                match line.filter(|line| line.write.is_some()) {
                    Some(line) => writing.set(Some(line)),
                    None => return,
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let list = move || {
        let mut group = None;
        lines.get().into_iter().enumerate().map(|(at, line)| {
            let head = (group != Some(line.group)).then(|| view! { <div class="palette-group" role="presentation">{line.group}</div> });
            group = Some(line.group);
            view! {
                {head}
                <div id=format!("palette-{at}") role="option" class="palette-line" class:active=move || active.get() == at
                    aria-selected=move || if active.get() == at { "true" } else { "false" }
                    on:pointermove=move |_| active.set(at) on:click=move |_| run(at)>
                    <Glyph icon=line.icon/><span>{line.label}</span><span class="secondary">{line.detail}</span>
                    <span class="spacer"></span>{line.keys.and_then(keys::shown).map(|keys| view! { <kbd>{keys}</kbd> })}
                </div>
            }
        }).collect_view()
    };
    view! {
        <input node_ref=input class="palette-input" type="text" role="combobox" autocomplete="off" aria-expanded="true"
            aria-controls="palette-list" aria-label=k::place::FIND placeholder=k::place::FIND
            aria-activedescendant=move || format!("palette-{}", active.get())
            prop:value=text on:input=move |event| { text.set(event_target_value(&event)); active.set(0); } on:keydown=keydown/>
        {move || writing.get().map(|line| {
            let choices = WRITES.map(|(key, kind, name)| view! {
                <button type="button" class="btn plain small" on:click=move |_| write(kind)><span class="btn-label">{name}</span><kbd aria-hidden="true">{key}</kbd></button>
            });
            view! { <div class="palette-write" role="status"><strong>{line.label}</strong>{choices}</div> }
        })}
        <div id="palette-list" class="palette-list" role="listbox" aria-label=k::place::FIND>
            {list}
            <Show when=move || lines.with(Vec::is_empty)><p class="empty">{k::ui::NO_MATCH}</p></Show>
        </div>
    }
}

/// Asks the server after a short pause; a newer text makes older answers void.
fn look_up(text: RwSignal<String>, records: RwSignal<Vec<Line>>) {
    let Some(Search(search)) = use_context::<Search>() else {
        return;
    };
    let asked = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let wanted = text.get().trim().to_owned();
        asked.update_value(|n| *n += 1);
        let mine = asked.get_value();
        if wanted.is_empty() || wanted.starts_with('>') {
            return records.set(Vec::new());
        }
        let search = Arc::clone(&search);
        spawn_local(async move {
            gloo_timers::future::sleep(PAUSE).await;
            if asked.try_get_value() != Some(mine) {
                return;
            }
            let found = search(wanted).await;
            if asked.try_get_value() == Some(mine) {
                records.set(found);
            }
        });
    });
}
