//! How calls, meetings and tasks can end.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use relasi_domain::interaction::activity::OBJECT;
use relasi_domain::interaction::outcome::{self, KINDS, Outcome};
use relasi_domain::locale::{Language, choice_label};
use relasi_domain::people::contact;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::rights::may;
use crate::api::{ApiError, Reply, Request, use_api};
use crate::i18n::{k, number};
use crate::records::{fields, labels};
use crate::ui::accordion::Accordion;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, IconButton, Variant};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::{Tag, Tone};
use crate::ui::text_input::TextInput;
use crate::ui::toast::{Toasts, use_toasts};

const PATH: &str = "/activity-outcomes";

#[derive(Clone, Deserialize)]
struct Outcomes {
    version: i64,
    items: Vec<Outcome>,
}

/// An outcome while it is being written.
#[derive(Clone)]
struct Row {
    /// Tells the rows of the page apart.
    key: usize,
    /// As it was stored; none for a new one.
    stored: Option<Outcome>,
    label: RwSignal<String>,
    languages: [RwSignal<String>; 3],
    kinds: [RwSignal<bool>; 3],
    success: RwSignal<bool>,
    retired: RwSignal<bool>,
    fault: RwSignal<Option<String>>,
}

impl Row {
    fn new(key: usize, stored: Option<Outcome>) -> Self {
        let one = stored.clone().unwrap_or_else(|| Outcome {
            kinds: vec!["call".to_owned()],
            ..Outcome::default()
        });
        let usual = untrack(|| usual(one.code(), labels::shown()));
        let label = one.label.unwrap_or_else(|| usual.unwrap_or_default());
        let language = |tag: Language| one.labels.get(tag.tag()).cloned().unwrap_or_default();
        Self {
            key,
            label: RwSignal::new(label),
            languages: Language::ALL.map(|tag| RwSignal::new(language(tag))),
            kinds: KINDS.map(|kind| RwSignal::new(one.kinds.iter().any(|known| known == kind))),
            success: RwSignal::new(one.success),
            retired: RwSignal::new(one.retired),
            fault: RwSignal::new(None),
            stored,
        }
    }

    fn code(&self) -> Option<&str> {
        self.stored.as_ref().map(Outcome::code)
    }

    /// Whether it comes with the product, under this name in some language.
    fn is_built_in(&self) -> bool {
        let code = self.code().unwrap_or_default();
        let usual = outcome::Outcomes::default();
        usual.0.iter().any(|one| one.code() == code)
    }

    /// The name of one of the product is none of the workspace's own, in whichever language it stands.
    fn outcome(&self) -> Outcome {
        let label = self.label.get_untracked().trim().to_owned();
        let same = |language| {
            let usual = self.code().and_then(|code| usual(code, language));
            usual.as_ref() == Some(&label)
        };
        let label = (!label.is_empty() && !Language::ALL.into_iter().any(same)).then_some(label);
        let texts = Language::ALL.into_iter().zip(self.languages);
        let texts = texts.map(|(tag, text)| (tag.tag().to_owned(), text.get_untracked()));
        let texts = texts.filter(|(_, text)| label.is_some() && !text.trim().is_empty());
        let kinds = KINDS.into_iter().zip(self.kinds);
        let kinds = kinds.filter(|(_, on)| on.get_untracked());
        Outcome {
            code: self.code().map(str::to_owned),
            labels: texts.collect(),
            label,
            kinds: kinds.map(|(kind, _)| kind.to_owned()).collect(),
            success: self.success.get_untracked(),
            retired: self.retired.get_untracked(),
        }
    }
}

/// What the product calls an outcome; none for those of the workspace.
fn usual(code: &str, language: Language) -> Option<String> {
    choice_label(language, OBJECT.name, "outcome", code).map(str::to_owned)
}

/// The page.
#[component]
pub fn OutcomeSettings() -> impl IntoView {
    let api = use_api();
    let allowed = may(Action::Settings);
    let found = RwSignal::new(None::<Result<Outcomes, String>>);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let read = api.get(PATH).await.and_then(Reply::read::<Outcomes>);
            let _ = found.try_set(Some(read.map_err(|error| error.text())));
        });
    });
    load.run(());
    view! {
        <p class="secondary">{k::outcomes::TEXT}</p>
        <Show when=move || !allowed.get()><Banner text=k::settings::READ_ONLY tone=Tone::Info/></Show>
        {move || match found.get() {
            None => view! { <Skeleton lines=8/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=load/> }.into_any(),
            Some(Ok(outcomes)) => view! { <Form outcomes found allowed/> }.into_any(),
        }}
    }
}

/// The rows being worked on.
#[derive(Clone, Copy)]
struct Desk {
    rows: RwSignal<Vec<Row>>,
    allowed: Signal<bool>,
    /// Said aloud after a move.
    said: RwSignal<String>,
}

impl Desk {
    /// Where a row stands; tracked.
    fn place(self, key: usize) -> usize {
        let place = self
            .rows
            .with(|rows| rows.iter().position(|row| row.key == key));
        place.unwrap_or_default()
    }

    fn shift(self, key: usize, to: usize) {
        let from = untrack(|| self.place(key));
        if from == to || to >= self.rows.with_untracked(Vec::len) {
            return;
        }
        let name = self.rows.try_update(|rows| {
            let row = rows.remove(from);
            let name = row.label.get_untracked();
            rows.insert(to, row);
            name
        });
        let place = number(i64::try_from(to + 1).unwrap_or_default());
        self.said
            .set(k::outcomes::moved(&place, &name.unwrap_or_default()));
    }
}

#[component]
fn Form(
    outcomes: Outcomes,
    found: RwSignal<Option<Result<Outcomes, String>>>,
    allowed: Signal<bool>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let version = outcomes.version;
    let next = StoredValue::new(outcomes.items.len());
    let rows = outcomes.items.into_iter().enumerate();
    let rows: Vec<Row> = rows.map(|(key, one)| Row::new(key, Some(one))).collect();
    let desk = Desk {
        rows: RwSignal::new(rows),
        allowed,
        said: RwSignal::default(),
    };
    let busy = RwSignal::new(false);
    let save = move || {
        let all = desk.rows.get_untracked();
        let items: Vec<Outcome> = all.iter().map(Row::outcome).collect();
        busy.set(true);
        spawn_local(async move {
            let request = Request::put(PATH)
                .json(&json!({ "items": items }))
                .version(version);
            let saved = request.send(api).await.and_then(Reply::read::<Outcomes>);
            if saved.is_ok() {
                fields::reload(api).await;
            }
            let _ = busy.try_set(false);
            match saved {
                Ok(outcomes) => {
                    toasts.ok(k::outcomes::SAVED.get());
                    let _ = found.try_set(Some(Ok(outcomes)));
                }
                Err(error) => show(&all, &error, toasts),
            }
        });
    };
    let owner = Owner::current();
    let add = move |()| {
        let key = next.get_value();
        next.set_value(key + 1);
        let make = || Row::new(key, None);
        // Their signals live as long as the form.
        let row = owner.as_ref().map_or_else(make, |owner| owner.with(make));
        desk.rows.update(|rows| rows.push(row));
    };
    view! {
        <form class="stack outcome-settings" on:submit=move |event| { event.prevent_default(); save(); }>
            <ul class="outcome-rows"><For each=move || desk.rows.get() key=|row| row.key let:row><RowFields row desk/></For></ul>
            <p class="hidden-visually" role="status">{desk.said}</p>
            <Show when=move || allowed.get()>
                <div class="row">
                    <Button label=k::outcomes::ADD icon=icon::PLUS on_press=add.clone()/>
                    <span class="spacer"></span>
                    <Button label=k::outcomes::SAVE variant=Variant::Primary submit=true busy/>
                </div>
            </Show>
        </form>
    }
}

/// Puts each fault below its row.
fn show(rows: &[Row], error: &ApiError, toasts: Toasts) {
    for row in rows {
        row.fault.set(None);
    }
    let problem = error.problem();
    let faults = problem.map(|problem| problem.errors.as_slice());
    let mut placed = false;
    for fault in faults.unwrap_or_default() {
        let place = fault.pointer.strip_prefix("/items/");
        let place = place.and_then(|rest| rest.split('/').next());
        let row = place.and_then(|index| index.parse::<usize>().ok());
        match row.and_then(|index| rows.get(index)) {
            Some(row) => {
                row.fault.set(Some(fault.detail.clone()));
                placed = true;
            }
            None => toasts.bad(fault.detail.clone()),
        }
    }
    if !placed && faults.is_none_or(<[_]>::is_empty) {
        toasts.bad(error.text());
    }
}

#[component]
fn RowFields(row: Row, desk: Desk) -> impl IntoView {
    let read_only = Signal::derive(move || !desk.allowed.get());
    let place = Memo::new({
        let key = row.key;
        move |_| desk.place(key)
    });
    let label =
        move || k::outcomes::name(&number(i64::try_from(place.get() + 1).unwrap_or_default()));
    let kinds = KINDS.into_iter().zip(row.kinds).map(move |(kind, on)| {
        let word = move || labels::choice(&OBJECT, "kind", kind);
        view! { <Check label=Signal::derive(word) on read_only/> }
    });
    let texts = Language::ALL.into_iter().zip(row.languages);
    let texts = texts.map(move |(tag, value)| {
        let name = move || labels::choice(&contact::OBJECT, "language", tag.tag());
        view! { <TextInput label=name value read_only/> }
    });
    let (retired, built_in) = (row.retired, row.is_built_in());
    let actions = row.clone();
    view! {
        <li class="outcome-row" class:gone=move || retired.get()>
            <div class="outcome-name">
                <TextInput label value=row.label error=row.fault read_only required=true/>
                <Show when=move || desk.allowed.get()><RowActions row=actions.clone() desk place/></Show>
            </div>
            <fieldset class="row outcome-kinds">
                <legend class="hidden-visually">{k::outcomes::KINDS}</legend>
                {kinds.collect_view()}
                <Check label=Signal::derive(|| k::outcomes::SUCCESS.get().to_owned()) on=row.success read_only/>
                <Show when=move || retired.get()><span title=k::outcomes::RETIRED_HINT><Tag label=k::outcomes::RETIRED/></span></Show>
            </fieldset>
            {(!built_in).then(|| view! {
                <Accordion title=k::outcomes::LANGUAGES><div class="stack">{texts.collect_view()}</div></Accordion>
            })}
        </li>
    }
}

#[component]
fn Check(label: Signal<String>, on: RwSignal<bool>, read_only: Signal<bool>) -> impl IntoView {
    view! {
        <label class="check-line">
            <input type="checkbox" prop:checked=move || on.get() disabled=move || read_only.get()
                on:change=move |event| on.set(event_target_checked(&event))/>
            {label}
        </label>
    }
}

#[component]
fn RowActions(row: Row, desk: Desk, place: Memo<usize>) -> impl IntoView {
    let (key, name, retired) = (row.key, row.label, row.retired);
    let own = !row.is_built_in();
    let up = move |()| {
        if let Some(to) = place.get_untracked().checked_sub(1) {
            desk.shift(key, to);
        }
    };
    let down = move |()| desk.shift(key, place.get_untracked() + 1);
    let remove = move |()| desk.rows.update(|rows| rows.retain(|row| row.key != key));
    let turn = move || {
        let name = name.get();
        if retired.get() {
            k::outcomes::offer(&name)
        } else {
            k::outcomes::retire(&name)
        }
    };
    let sign = move || {
        if retired.get() {
            view! { <IconButton label=turn icon=icon::EYE on_press=move |()| retired.set(false)/> }
                .into_any()
        } else {
            view! { <IconButton label=turn icon=icon::EYE_OFF on_press=move |()| retired.set(true)/> }
                .into_any()
        }
    };
    view! {
        <span class="outcome-actions">
            <IconButton label=move || k::outcomes::move_up(&name.get()) icon=icon::ARROW_UP on_press=up/>
            <IconButton label=move || k::outcomes::move_down(&name.get()) icon=icon::ARROW_DOWN on_press=down/>
            {row.stored.is_some().then_some(sign)}
            {own.then(|| view! { <IconButton label=move || k::outcomes::remove(&name.get()) icon=icon::TRASH_2 on_press=remove/> })}
        </span>
    }
}
