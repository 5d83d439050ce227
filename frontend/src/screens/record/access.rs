//! Sharing a record, and who can see it and why.

mod share;
mod who;

use leptos::prelude::*;
use relasi_domain::identity::team;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use crate::api::Api;
use crate::i18n::k;
use crate::records::store::{self, Query};
use crate::ui::button::IconButton;
use crate::ui::dialog::{Modal, Width};
use crate::ui::icon;
use share::Shares;
use who::Who;

/// Teams by their ids.
type Teams = RwSignal<Vec<(String, String)>>;

/// The button of a record page and its dialog.
#[component]
pub fn AccessButton(
    /// The record.
    live: Live,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let title = move || k::access::title(&live.with(|record| record.title(live.object)));
    view! {
        <IconButton label=k::access::BUTTON icon=icon::USERS_ROUND on_press=move |()| open.set(true)/>
        <Modal open title width=Width::Medium><Access live/></Modal>
    }
}

#[component]
fn Access(live: Live) -> impl IntoView {
    let teams: Teams = RwSignal::default();
    read_teams(live.api, teams);
    // What is shared anew changes who sees it.
    let shared = RwSignal::new(0_u32);
    view! {
        <div class="stack access">
            <Shares live teams shared/>
            <Who live teams shared/>
        </div>
    }
}

/// Pages of teams that are read at most.
const PAGES: usize = 5;

fn read_teams(api: Api, into: Teams) {
    spawn_local(async move {
        let mut query = Query {
            sort: "name".to_owned(),
            fields: "id,name".to_owned(),
            limit: 200,
            ..Query::default()
        };
        for _ in 0..PAGES {
            // Without the teams, people can still be chosen.
            let Ok(page) = store::list(api, &team::OBJECT, &query).await else {
                return;
            };
            let named = page.items.iter();
            let named = named.map(|one| (one.id().to_owned(), one.title(&team::OBJECT)));
            let named: Vec<_> = named.collect();
            if into.try_update(|all| all.extend(named)).is_none() || page.next_cursor.is_none() {
                return;
            }
            query.cursor = page.next_cursor;
        }
    });
}

/// The name of a team; tracked.
fn team_name(teams: Teams, id: &str) -> Option<String> {
    teams.with(|all| {
        let found = all.iter().find(|(team, _)| team == id);
        found.map(|(_, name)| name.clone())
    })
}
