//! Who sees a view, and who changes it.

use leptos::prelude::*;
use relasi_domain::identity::team::OBJECT as TEAM;
use relasi_domain::platform::saved_view::OBJECT as VIEW;
use relasi_domain::record::Document;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::state::ListState;
use super::views::is;
use crate::api::FormErrors;
use crate::i18n::k;
use crate::records::{Query, Record, labels, store};
use crate::ui::select::{Choice, Select};

/// The choice as it is being made.
#[derive(Clone, Copy, Default)]
pub struct Seen {
    who: RwSignal<String>,
    team: RwSignal<String>,
    locked: RwSignal<bool>,
}

impl Seen {
    /// As a view has it.
    pub fn of(view: &Record) -> Self {
        let text = |name: &str| view.text(name).unwrap_or_default().to_owned();
        Self {
            who: RwSignal::new(text("visibility")),
            team: RwSignal::new(text("team_id")),
            locked: RwSignal::new(is(view, "locked")),
        }
    }

    /// A team is named where it has to be.
    pub fn is_whole(self) -> bool {
        self.who.get_untracked() != "team" || !self.team.with_untracked(String::is_empty)
    }

    /// The members of the view.
    pub fn members(self) -> Document {
        let who = self.who.get_untracked();
        let mut members = Document::new();
        if who == "team" {
            let team = self.team.get_untracked();
            let team = if team.is_empty() {
                Value::Null
            } else {
                team.into()
            };
            members.insert("team_id".to_owned(), team);
        }
        let who = if who.is_empty() {
            "private".to_owned()
        } else {
            who
        };
        members.insert("visibility".to_owned(), who.into());
        members.insert("locked".to_owned(), self.locked.get_untracked().into());
        members
    }
}

/// Private, a team or everybody; and whether others may change it.
#[component]
pub fn SeenFields(state: ListState, seen: Seen, errors: FormErrors) -> impl IntoView {
    if seen.who.with_untracked(String::is_empty) {
        seen.who.set("private".to_owned());
    }
    let teams = RwSignal::new(Vec::<Choice>::new());
    spawn_local(async move {
        let query = Query {
            sort: "name".to_owned(),
            limit: 200,
            ..Query::default()
        };
        if let Ok(page) = store::list(state.api, &TEAM, &query).await {
            let choice = |team: &Record| Choice::new(team.id(), team.title(&TEAM));
            let _ = teams.try_set(page.items.iter().map(choice).collect());
        }
    });
    let choices = Signal::derive(|| {
        let field = VIEW.field("visibility");
        field.map_or_else(Vec::new, |field| labels::choices(&VIEW, field))
    });
    let team_choices = Signal::derive(move || {
        let none = Choice::new("", k::lists::CHOOSE_TEAM.get());
        std::iter::once(none).chain(teams.get()).collect::<Vec<_>>()
    });
    let others = move || seen.who.with(|who| who != "private");
    view! {
        <Select label=move || labels::field(&VIEW, "visibility") value=seen.who choices error=errors.of("visibility")/>
        {move || seen.who.with(|who| who == "team").then(|| view! {
            <Select label=k::lists::TEAM value=seen.team choices=team_choices required=true error=errors.of("team_id")/>
        })}
        {move || others().then(|| view! {
            <label class="check-line">
                <input type="checkbox" prop:checked=seen.locked on:change=move |event| seen.locked.set(event_target_checked(&event))/>
                {k::lists::LOCK_VIEW}
            </label>
        })}
    }
}
