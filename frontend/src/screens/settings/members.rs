//! Who belongs to the workspace.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use relasi_domain::identity::team;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::hand_over::LeftBehind;
use super::invitations::{InviteButton, OpenInvitations};
use super::listed::items;
use super::member_line::MemberLine;
use super::rights::may;
use super::roles::known::provide_roles;
use crate::api::{Api, use_api};
use crate::i18n::k;
use crate::records::store::{self, Query};
use crate::ui::banner::Banner;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::select::Choice;
use crate::ui::tag::Tone;

/// A member as the settings need them.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Member {
    /// The membership.
    pub id: String,
    /// The person.
    pub user_id: String,
    /// Full name.
    pub full_name: String,
    /// Address for signing in.
    pub email: String,
    /// Code of the role.
    pub role: String,
    /// The team that new records of the member go to.
    pub team_id: Option<String>,
    /// Further teams.
    pub more_team_ids: Vec<String>,
    /// The membership that this one reports to.
    pub manager_id: Option<String>,
    /// May sign in.
    pub active: bool,
    /// Last sign-in or refresh.
    pub last_seen_at: Option<String>,
    /// For `If-Match`.
    pub version: i64,
}

/// All members, the deactivated too.
pub async fn list(api: Api) -> Result<Vec<Member>, crate::api::ApiError> {
    items(api, "/members").await
}

/// Teams as choices, none first; tracked.
pub fn team_choices(teams: &[(String, String)]) -> Vec<Choice> {
    let mut all = vec![Choice::new("", k::settings::NO_TEAM.get())];
    all.extend(
        teams
            .iter()
            .map(|(id, name)| Choice::new(id.clone(), name.clone())),
    );
    all
}

/// Id and name of each team.
pub async fn teams(api: Api) -> Vec<(String, String)> {
    let query = Query {
        sort: "name".to_owned(),
        limit: 200,
        ..Query::default()
    };
    // Without the teams, members are shown without them.
    let page = store::list(api, &team::OBJECT, &query).await;
    let named = |record: &store::Record| (record.id().to_owned(), record.title(&team::OBJECT));
    page.map(|page| page.items.iter().map(named).collect())
        .unwrap_or_default()
}

/// The page.
#[component]
pub fn Members() -> impl IntoView {
    let api = use_api();
    let allowed = may(Action::Members);
    let found = RwSignal::new(None::<Result<(), String>>);
    let members = RwSignal::new(Vec::<Member>::new());
    let named_teams = RwSignal::new(Vec::new());
    let invited = RwSignal::new(0_u32);
    provide_roles(api);
    let load = move || {
        spawn_local(async move {
            let of_teams = teams(api).await;
            let answer = list(api).await;
            let _ = named_teams.try_set(of_teams);
            let _ = found.try_set(Some(match answer {
                Ok(all) => {
                    let _ = members.try_set(all);
                    Ok(())
                }
                Err(error) => Err(error.text()),
            }));
        });
    };
    load();
    view! {
        <div class="row">
            <p class="secondary settings-about">{k::settings::ROLES_TEXT}</p>
            <span class="spacer"></span>
            <Show when=move || allowed.get()><InviteButton teams=named_teams on_invited=move |()| invited.update(|n| *n += 1)/></Show>
        </div>
        <Show when=move || !allowed.get()><Banner text=k::settings::READ_ONLY tone=Tone::Info/></Show>
        <Show when=move || allowed.get()><LeftBehind members/></Show>
        {move || match found.get() {
            None => view! { <Skeleton lines=5/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
            Some(Ok(())) => view! { <MemberTable members teams=named_teams/> }.into_any(),
        }}
        <Show when=move || allowed.get()><OpenInvitations invited/></Show>
    }
}

#[component]
fn MemberTable(
    members: RwSignal<Vec<Member>>,
    teams: RwSignal<Vec<(String, String)>>,
) -> impl IntoView {
    let ids = Memo::new(move |_| {
        members.with(|all| all.iter().map(|m| m.id.clone()).collect::<Vec<_>>())
    });
    view! {
        <div class="settings-table members" role="table" aria-label=k::settings::MEMBERS>
            <div class="settings-row head" role="row">
                <span role="columnheader">{k::settings::MEMBER}</span><span role="columnheader">{k::settings::ROLE}</span>
                <span role="columnheader">{k::settings::TEAM}</span><span role="columnheader">{k::settings::LAST_SEEN}</span>
                <span role="columnheader"><span class="hidden-visually">{k::common::MORE_ACTIONS}</span></span>
            </div>
            {move || ids.get().into_iter().map(|id| view! { <MemberLine id members teams/> }).collect_view()}
        </div>
    }
}
