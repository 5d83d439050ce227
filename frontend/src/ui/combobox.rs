//! A text field with a list of matches that may come from the server.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::KeyboardEvent;

use super::field::Field;
use super::icon::{self, Glyph};
use super::popup;
use super::select::Choice;
use crate::i18n::k;

/// Finds the matches of a text; the empty text asks for the recent ones.
pub type Finder = Arc<dyn Fn(String) -> Pin<Box<dyn Future<Output = Vec<Choice>>>> + Send + Sync>;

/// Makes a [`Finder`] of an async function.
pub fn finder<F, R>(find: F) -> Finder
where
    F: Fn(String) -> R + Send + Sync + 'static,
    R: Future<Output = Vec<Choice>> + 'static,
{
    Arc::new(move |text| Box::pin(find(text)))
}

/// A [`Finder`] over a fixed list.
pub fn local_finder(choices: Vec<Choice>) -> Finder {
    finder(move |text| {
        let wanted = text.to_lowercase();
        let found = choices
            .iter()
            .filter(|c| c.label.to_lowercase().contains(&wanted))
            .take(50)
            .cloned()
            .collect();
        async move { found }
    })
}

/// Milliseconds without a key before the list is asked for.
const PAUSE: Duration = Duration::from_millis(120);

/// Type to filter, arrows and Enter to choose, Esc to restore. Shows at most 50 matches.
#[component]
pub fn Combobox(
    /// Words above it.
    #[prop(into)]
    label: TextProp,
    /// The choice; `None` while nothing is chosen.
    value: RwSignal<Option<Choice>>,
    /// Where matches come from.
    find: Finder,
    /// Offers "Make '<text>'" last and is called with the text.
    #[prop(optional, into)]
    on_create: Option<Callback<String>>,
    /// Called after the person chose or cleared.
    #[prop(optional, into)]
    on_change: Option<Callback<Option<Choice>>>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Said below it.
    #[prop(optional, into)]
    hint: Option<TextProp>,
    /// Must be chosen.
    #[prop(optional)]
    required: bool,
    /// Label for screen readers only.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    let list_id = super::ids::fresh("list");
    let text = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    let found = RwSignal::new(Vec::<Choice>::new());
    let active = RwSignal::new(0_usize);
    let asked = StoredValue::new(0_u32);
    let input = NodeRef::<leptos::html::Input>::new();
    let list = NodeRef::<leptos::html::Div>::new();

    Effect::new(move |_| text.set(value.get().map(|choice| choice.label).unwrap_or_default()));

    let ask = move |wanted: String| {
        asked.update_value(|n| *n += 1);
        let mine = asked.get_value();
        let find = find.clone();
        spawn_local(async move {
            gloo_timers::future::sleep(PAUSE).await;
            if asked.get_value() != mine {
                return;
            }
            let matches = find(wanted).await;
            if asked.get_value() == mine {
                found.set(matches);
                active.set(0);
            }
        });
    };
    let show = {
        let ask = ask.clone();
        move |wanted: String| {
            ask(wanted);
            if let (Some(list), Some(input)) = (list.get_untracked(), input.get_untracked()) {
                popup::show_at(&list, &input);
                open.set(true);
            }
        }
    };
    let hide = move || {
        if let Some(list) = list.get_untracked() {
            popup::hide(&list);
        }
        open.set(false);
    };
    let choose = move |choice: Option<Choice>| {
        text.set(choice.as_ref().map(|c| c.label.clone()).unwrap_or_default());
        value.set(choice.clone());
        hide();
        if let Some(done) = on_change {
            done.run(choice);
        }
    };
    let creatable = move || on_create.is_some() && text.with(|t| !t.trim().is_empty());
    let pick_active = move || {
        let at = active.get_untracked();
        match found.with_untracked(|f| f.get(at).cloned()) {
            Some(choice) => choose(Some(choice)),
            None if untrack(creatable) => {
                hide();
                if let Some(create) = on_create {
                    create.run(text.get_untracked().trim().to_owned());
                }
            }
            None => hide(),
        }
    };
    let restore = move || {
        text.set(value.get_untracked().map(|c| c.label).unwrap_or_default());
        hide();
    };
    let show_on_key = show.clone();
    let keys = move |event: KeyboardEvent| {
        let last = found.with_untracked(Vec::len) + usize::from(untrack(creatable));
        match event.key().as_str() {
            "ArrowDown" if !open.get_untracked() => show_on_key(String::new()),
            "ArrowDown" => active.update(|at| *at = (*at + 1) % last.max(1)),
            "ArrowUp" => active.update(|at| *at = (*at + last.max(1) - 1) % last.max(1)),
            "Home" if open.get_untracked() => active.set(0),
            "End" if open.get_untracked() => active.set(last.saturating_sub(1)),
            "Enter" if open.get_untracked() => pick_active(),
            "Escape" if open.get_untracked() => restore(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let option_id = {
        let list_id = list_id.clone();
        move |at: usize| format!("{list_id}-{at}")
    };
    let active_id = {
        let option_id = option_id.clone();
        move || open.get().then(|| option_id(active.get()))
    };
    let line = move |at: usize, words: String, is_new: bool, press: Callback<()>| {
        view! {
            <div id=option_id(at) role="option" class="option" class:active=move || active.get() == at
                aria-selected=move || if active.get() == at { "true" } else { "false" }
                on:pointerdown=move |event: web_sys::PointerEvent| { event.prevent_default(); press.run(()); }>
                {is_new.then(|| view! { <Glyph icon=icon::PLUS/> })}{words}
            </div>
        }
    };
    let lines = move || {
        let matches = found.get();
        let count = matches.len();
        let none = count == 0 && !creatable();
        let create = on_create.filter(|_| creatable()).map(|create| {
            let words = text.get().trim().to_owned();
            let press = Callback::new(move |()| {
                hide();
                create.run(text.get_untracked().trim().to_owned());
            });
            line.clone()(count, k::ui::make_named(&words), true, press)
        });
        let lines = matches
            .into_iter()
            .enumerate()
            .map(|(at, choice)| {
                let picked = choice.clone();
                line.clone()(
                    at,
                    choice.label,
                    false,
                    Callback::new(move |()| choose(Some(picked.clone()))),
                )
            })
            .collect_view();
        view! { {lines}{create}{none.then(|| view! { <div class="option none">{k::ui::NO_MATCH}</div> })} }
    };
    let controls = list_id.clone();
    let show_on_input = show.clone();
    view! {
        <Field label error hint=hint.unwrap_or_default() required bare control=move |ids| view! {
            <div class="control combobox">
                <input
                    node_ref=input
                    id=ids.control
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    aria-describedby=ids.described
                    aria-autocomplete="list"
                    aria-controls=controls
                    aria-expanded=move || if open.get() { "true" } else { "false" }
                    aria-activedescendant=active_id
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-required=required.then_some("true")
                    prop:value=text
                    on:input=move |event| { let now = event_target_value(&event); text.set(now.clone()); show_on_input(now); }
                    on:click=move |_| show(String::new())
                    on:keydown=keys
                    on:blur=move |_| if open.try_get_untracked() == Some(true) { restore() }
                />
                <Show when=move || value.with(Option::is_some)>
                    <button type="button" class="control-clear" aria-label=k::common::CLEAR on:click=move |_| choose(None)>
                        <Glyph icon=icon::X/>
                    </button>
                </Show>
                <div node_ref=list id=list_id class="popover options" popover="manual" role="listbox">{lines}</div>
            </div>
        }/>
    }
}
