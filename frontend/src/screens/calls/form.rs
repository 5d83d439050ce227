//! The form of a call list: its name, what to say, and who works on it.

use leptos::prelude::*;
use relasi_domain::identity::team;
use relasi_domain::record::Document;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::list::Desk;
use super::model::{CallList, PATH};
use crate::api::{FormErrors, use_api};
use crate::i18n::k;
use crate::keys;
use crate::records::Draft;
use crate::records::people::use_people;
use crate::records::people_input::SeveralInput;
use crate::records::refs::{reference_finder, use_titles};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::combobox::Combobox;
use crate::ui::dialog::{Modal, Width};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::{TextArea, TextInput};

/// What the form is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Form {
    /// A new list.
    New,
    /// One to change.
    Of(Box<CallList>),
}

/// Shown while the desk has something in its form.
#[component]
pub fn FormDialog(desk: Desk) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(desk.form.with(Option::is_some)));
    let title = TextProp::from(move || match desk.form.get() {
        Some(Form::Of(list)) => k::calls::edit(&list.name),
        _ => k::calls::ADD.get().to_owned(),
    });
    view! {
        <Modal open title width=Width::Medium on_close=move |()| desk.form.set(None)>
            {move || desk.form.get_untracked().map(|of| view! { <Inputs desk of open/> })}
        </Modal>
    }
}

#[component]
fn Inputs(desk: Desk, of: Form, open: RwSignal<bool>) -> impl IntoView {
    let (people, titles, api) = (use_people(), use_titles(), use_api());
    let list = match of {
        Form::New => None,
        Form::Of(list) => Some(*list),
    };
    let text = |read: fn(&CallList) -> Option<String>| {
        RwSignal::new(list.as_ref().and_then(read).unwrap_or_default())
    };
    let name = text(|list| Some(list.name.clone()));
    let script = text(|list| list.script.clone());
    let object = RwSignal::new("contact".to_owned());
    let owner = list.as_ref().map(|list| list.owner_id.clone());
    let owner = owner.or_else(|| api.user_id()).unwrap_or_default();
    let owner = RwSignal::new(Some(Choice::new(
        owner.clone(),
        people.name(&owner).unwrap_or_default(),
    )));
    let team = list.as_ref().and_then(|list| list.team_id.clone());
    let team = RwSignal::new(team.map(|id| {
        let label = titles.get(&team::OBJECT, &id).unwrap_or_default();
        Choice::new(id, label)
    }));
    let members = list.as_ref().map(|list| json!(list.members));
    let members = [("members".to_owned(), members.unwrap_or_else(|| json!([])))];
    let draft = Draft::new(members.into_iter().collect::<Document>());
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let is_new = list.is_none();
    let list = StoredValue::new(list);
    let save = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let chosen = |value: RwSignal<Option<Choice>>| value.get_untracked().map(|one| one.value);
        let script = Some(script.get_untracked()).filter(|text| !text.trim().is_empty());
        let mut body = json!({
            "name": name.get_untracked(), "script": script, "team_id": chosen(team),
            "members": untrack(|| draft.value("members")),
        });
        if let Some(owner) = chosen(owner) {
            body["owner_id"] = owner.into();
        }
        if is_new {
            body["object"] = object.get_untracked().into();
        }
        spawn_local(async move {
            let saved = send(desk, list.get_value(), &body).await;
            // The form may be closed by now.
            if busy.try_set(false).is_some() {
                return;
            }
            match saved {
                Ok(()) => {
                    desk.toasts.ok(k::calls::saved(&name.get_untracked()));
                    open.set(false);
                    desk.load(false);
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    keys::bind(keys::Scope::Dialog, "Ctrl Enter", k::common::SAVE, save);
    let kinds = Signal::derive(|| {
        vec![
            Choice::new("contact", k::place::CONTACTS.get()),
            Choice::new("lead", k::place::LEADS.get()),
        ]
    });
    view! {
        <form class="stack" novalidate=true on:submit=move |event| { event.prevent_default(); save(); }>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::calls::NAME value=name error=errors.of("name") required=true autofocus=true/>
            {is_new.then(|| view! { <Select label=k::calls::OF value=object choices=kinds error=errors.of("object")/> })}
            <TextArea label=k::calls::SCRIPT value=script hint=k::calls::SCRIPT_HINT rows=5 error=errors.of("script")/>
            <Combobox label=k::calls::OWNER value=owner find=people.finder() error=errors.of("owner_id")/>
            <Combobox label=k::calls::TEAM value=team find=reference_finder(api, &team::OBJECT) error=errors.of("team_id")/>
            <SeveralInput label=k::calls::MEMBERS.into() name="members" draft error=errors.of("members")/>
            <div class="row-end">
                <Button label=k::common::CANCEL on_press=move |()| open.set(false)/>
                <Button label=k::common::SAVE variant=Variant::Primary submit=true busy key_hint="Ctrl Enter"/>
            </div>
        </form>
    }
}

async fn send(
    desk: Desk,
    list: Option<CallList>,
    body: &Value,
) -> Result<(), crate::api::ApiError> {
    match list {
        Some(list) => desk.api.patch(&list.path(), list.version, body).await,
        None => desk.api.post(PATH, body).await,
    }
    .map(drop)
}
