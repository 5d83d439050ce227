//! Objects and actions, with how far each reaches.

use leptos::prelude::*;
use relasi_domain::OBJECTS;
use relasi_domain::identity::access::{Action, RecordScope};
use relasi_domain::identity::rights::is_guarded;
use relasi_domain::record::Object;

use super::known::Rights;
use crate::i18n::{Key, k};
use crate::records::labels;
use crate::ui::select::{Choice, Select};

/// What an action is called.
pub const fn action_label(action: Action) -> Key {
    match action {
        Action::See => k::roles::SEE,
        Action::Add => k::roles::ADD,
        Action::Edit => k::roles::EDIT,
        Action::Delete => k::roles::DELETE,
        Action::Export => k::roles::EXPORT,
        Action::Import => k::roles::IMPORT,
        Action::Settings => k::roles::SETTINGS,
        Action::Members => k::roles::MEMBERS,
        Action::Audit => k::roles::AUDIT,
        Action::Erase => k::roles::ERASE,
    }
}

const fn scope_label(scope: RecordScope) -> Key {
    match scope {
        RecordScope::None => k::roles::NONE,
        RecordScope::Own => k::roles::OWN,
        RecordScope::Team => k::roles::TEAM,
        RecordScope::Tree => k::roles::TREE,
        RecordScope::All => k::roles::ALL,
    }
}

fn label_of(code: &str) -> Key {
    let scope = RecordScope::ALL
        .into_iter()
        .find(|scope| scope.code() == code);
    scope_label(scope.unwrap_or_default())
}

/// The table. The first row is for all objects; those below say what differs.
#[component]
pub fn ScopeTable(rights: RwSignal<Rights>, looks: bool) -> impl IntoView {
    let guarded = OBJECTS.iter().copied().filter(|object| is_guarded(object));
    let rows = std::iter::once(None).chain(guarded.map(Some));
    view! {
        <div class="settings-table scopes" role="table" aria-label=k::roles::TABLE>
            <div class="settings-row head" role="row">
                <span role="columnheader">{k::roles::OBJECT}</span>
                {Action::OF_RECORDS.map(|action| view! { <span role="columnheader">{action_label(action)}</span> }).into_iter().collect_view()}
            </div>
            {rows.map(|object| view! { <ObjectRow object rights looks/> }).collect_view()}
        </div>
    }
}

#[component]
fn ObjectRow(
    object: Option<&'static Object>,
    rights: RwSignal<Rights>,
    looks: bool,
) -> impl IntoView {
    let name = move || object.map_or_else(|| k::roles::EVERYTHING.get().to_owned(), labels::many);
    let cell = move |action: Action| {
        let label = move || format!("{}: {}", name(), action_label(action).get());
        view! {
            <span role="cell" class="scope">
                <span class="scope-action" aria-hidden="true">{action_label(action)}</span>
                <Scope object action rights looks label/>
            </span>
        }
    };
    view! {
        <div class="settings-row" role="row">
            <strong role="rowheader">{name}</strong>
            {Action::OF_RECORDS.map(cell).into_iter().collect_view()}
        </div>
    }
}

/// The scope of one action: chosen, or where only looked at, said.
#[component]
fn Scope<L>(
    object: Option<&'static Object>,
    action: Action,
    rights: RwSignal<Rights>,
    looks: bool,
    label: L,
) -> impl IntoView
where
    L: Fn() -> String + Copy + Send + Sync + 'static,
{
    let all = move || {
        rights
            .with(|rights| rights.records.get(action.code()).cloned())
            .unwrap_or_default()
    };
    let own = move || {
        let object = object?.name;
        rights.with(|rights| rights.objects.get(object)?.get(action.code()).cloned())
    };
    let now = move || own().unwrap_or_else(all);
    if looks {
        return view! { <span>{move || label_of(&now()).get()}</span> }.into_any();
    }
    // Objects that say the same as all others follow them.
    let shown = move || match object {
        None => all(),
        Some(_) => own().filter(|own| *own != all()).unwrap_or_default(),
    };
    let value = RwSignal::new(untrack(shown));
    let choices = Signal::derive(move || {
        let as_all = object.map(|_| Choice::new("", k::roles::as_all(label_of(&all()).get())));
        let scopes = RecordScope::ALL.into_iter();
        let scopes = scopes.map(|scope| Choice::new(scope.code(), scope_label(scope).get()));
        as_all.into_iter().chain(scopes).collect()
    });
    let choose = move |scope: String| {
        rights.update(|rights| set(rights, object, action, scope));
    };
    view! { <Select label value choices bare=true on_change=choose/> }.into_any()
}

fn set(rights: &mut Rights, object: Option<&'static Object>, action: Action, scope: String) {
    let code = action.code().to_owned();
    match object {
        None => {
            let old = rights.records.insert(code.clone(), scope);
            // What followed it follows on.
            for own in rights.objects.values_mut() {
                if own.get(&code) == old.as_ref() {
                    own.remove(&code);
                }
            }
        }
        Some(object) if scope.is_empty() => {
            if let Some(own) = rights.objects.get_mut(object.name) {
                own.remove(&code);
            }
        }
        Some(object) => {
            let own = rights.objects.entry(object.name.to_owned()).or_default();
            own.insert(code, scope);
        }
    }
    rights.objects.retain(|_, own| !own.is_empty());
}
