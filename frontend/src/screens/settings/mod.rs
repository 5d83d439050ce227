//! Settings: a list of pages at the left, the page beside it.

mod api_keys;
mod apps;
mod audit;
mod audit_filters;
mod background;
mod booking;
mod calendar_feed;
mod competitors;
mod data;
mod duplicates;
mod email;
mod email_accounts;
mod everything;
mod fields;
mod hand_over;
mod hours;
mod inbound;
mod invitations;
mod lead_checklist;
mod letters;
mod listed;
mod mail;
mod member_line;
mod member_place;
mod member_security;
mod members;
mod notifications;
mod older;
mod once;
mod outcomes;
mod password;
mod pipeline_card;
mod pipeline_rules;
mod pipelines;
mod policy;
mod prices;
mod privacy;
mod profile;
mod provider;
mod quality;
mod quotas;
mod quotes;
mod rates;
mod reason_merge;
mod record_lines;
pub mod rights;
mod roles;
mod routing;
mod sales_pages;
pub(crate) mod saving;
mod score;
mod security;
mod sessions;
mod stage_leave;
mod stage_rules;
mod stages;
mod teams;
mod web_forms;
mod webhooks;
mod workspace;
mod workspaces;

pub use apps::Consent;
pub use listed::{items, listed};
pub use security::SecondFactorFirst;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use self::sales_pages::SALES;
use crate::frame::PageBar;
use crate::i18n::{Key, k};
use crate::ui::feedback::EmptyState;
use crate::ui::icon::{self, Glyph, Icon};
use crate::ui::text_input::SearchInput;

/// One page of the settings.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Page {
    /// Last part of its address.
    id: &'static str,
    /// Its name.
    label: Key,
    /// Other words that lead to it.
    words: Key,
    /// Its drawing.
    icon: Icon,
}

const fn page(id: &'static str, label: Key, words: Key, icon: Icon) -> Page {
    Page {
        id,
        label,
        words,
        icon,
    }
}

const YOU: [Page; 8] = [
    page(
        "profile",
        k::settings::PROFILE,
        k::settings::PROFILE_WORDS,
        icon::USER,
    ),
    page(
        "notifications",
        k::notifications::SETTINGS,
        k::notifications::SETTINGS_WORDS,
        icon::BELL,
    ),
    page(
        "password",
        k::settings::PASSWORD,
        k::settings::PASSWORD_WORDS,
        icon::KEY_ROUND,
    ),
    page(
        "security",
        k::security::TITLE,
        k::security::WORDS,
        icon::SHIELD,
    ),
    page(
        "api-keys",
        k::api_keys::TITLE,
        k::api_keys::WORDS,
        icon::LINK,
    ),
    page(
        "email-accounts",
        k::emails::TITLE,
        k::emails::WORDS,
        icon::MAIL,
    ),
    page(
        "calendar-feed",
        k::booking::FEED,
        k::booking::FEED_WORDS,
        icon::CALENDAR,
    ),
    page(
        "workspaces",
        k::settings::WORKSPACES,
        k::settings::WORKSPACES_WORDS,
        icon::BUILDING_2,
    ),
];
const TEAM: [Page; 4] = [
    page(
        "members",
        k::settings::MEMBERS,
        k::settings::MEMBERS_WORDS,
        icon::USERS,
    ),
    page("roles", k::roles::TITLE, k::roles::WORDS, icon::KEY_ROUND),
    page(
        "teams",
        k::settings::TEAMS,
        k::settings::TEAMS_WORDS,
        icon::USERS_ROUND,
    ),
    page("hours", k::hours::TITLE, k::hours::WORDS, icon::CLOCK),
];
const WORKSPACE: [Page; 13] = [
    page(
        "workspace",
        k::settings::WORKSPACE,
        k::settings::WORKSPACE_WORDS,
        icon::GLOBE,
    ),
    page(
        "security-policy",
        k::security::POLICY,
        k::security::POLICY_WORDS,
        icon::LOCK,
    ),
    page(
        "sign-in",
        k::provider::TITLE,
        k::provider::WORDS,
        icon::KEY_ROUND,
    ),
    page(
        "fields",
        k::fields::TITLE,
        k::fields::WORDS,
        icon::SLIDERS_HORIZONTAL,
    ),
    page(
        "data",
        k::settings::DATA,
        k::settings::DATA_WORDS,
        icon::DATABASE,
    ),
    page(
        "privacy",
        k::privacy::TITLE,
        k::privacy::WORDS,
        icon::SHIELD,
    ),
    page(
        "quality",
        k::quality::TITLE,
        k::quality::SETTINGS_WORDS,
        icon::CIRCLE_CHECK,
    ),
    page("mail", k::mail::TITLE, k::mail::WORDS, icon::MAIL),
    page(
        "webhooks",
        k::webhooks::TITLE,
        k::webhooks::WORDS,
        icon::ZAP,
    ),
    page("apps", k::apps::TITLE, k::apps::WORDS, icon::LINK),
    page(
        "inbound-hooks",
        k::inbound::TITLE,
        k::inbound::WORDS,
        icon::INBOX,
    ),
    page(
        "background-work",
        k::background::TITLE,
        k::background::WORDS,
        icon::REFRESH_CW,
    ),
    page(
        "audit",
        k::history::LOG,
        k::history::LOG_WORDS,
        icon::HISTORY,
    ),
];

fn groups() -> [(Key, &'static [Page]); 4] {
    [
        (k::settings::GROUP_YOU, &YOU),
        (k::settings::GROUP_TEAM, &TEAM),
        (k::settings::GROUP_SALES, &SALES),
        (k::settings::GROUP_WORKSPACE, &WORKSPACE),
    ]
}

fn find(id: &str) -> Option<Page> {
    groups()
        .into_iter()
        .flat_map(|(_, pages)| pages)
        .find(|page| page.id == id)
        .copied()
}

/// `/app/settings` and `/app/settings/:page`. Phones show the list or the page, wide screens both.
#[component]
pub fn Settings() -> impl IntoView {
    let params = use_params_map();
    let asked = Memo::new(move |_| params.with(|p| p.get("page")));
    let named = Memo::new(move |_| asked.get().and_then(|id| find(&id)));
    let unknown = Memo::new(move |_| asked.with(Option::is_some) && named.get().is_none());
    let shown = Memo::new(move |_| named.get().unwrap_or(YOU[0]));
    view! {
        {move || match named.get() {
            Some(page) => view! { <PageBar title=page.label trail=(k::settings::TITLE.into(), "/app/settings")/> }.into_any(),
            None if unknown.get() => view! { <PageBar title=k::place::NOT_FOUND trail=(k::settings::TITLE.into(), "/app/settings")/> }.into_any(),
            None => view! { <PageBar title=k::settings::TITLE/> }.into_any(),
        }}
        <div class="settings" class:at-list=move || asked.with(Option::is_none)>
            <PageList current=named unknown/>
            <div class="settings-page">{move || if unknown.get() { view! { <Nowhere/> }.into_any() } else { draw(shown.get().id) }}</div>
        </div>
    }
}

/// Below an address that is none of the pages.
#[component]
fn Nowhere() -> impl IntoView {
    view! {
        <EmptyState text=k::settings::NO_SUCH_PAGE icon=icon::SEARCH>
            <a class="btn plain medium" href="/app/settings">{k::settings::TO_SETTINGS}</a>
        </EmptyState>
    }
}

fn draw(id: &str) -> AnyView {
    match id {
        "notifications" => view! { <notifications::NotificationChoices/> }.into_any(),
        "password" => view! { <password::Password/> }.into_any(),
        "security" => view! { <security::Security/> }.into_any(),
        "sign-in" => view! { <provider::SignInProvider/> }.into_any(),
        "security-policy" => view! { <policy::SecurityPolicy/> }.into_any(),
        "api-keys" => view! { <api_keys::ApiKeys/> }.into_any(),
        "workspaces" => view! { <workspaces::Workspaces/> }.into_any(),
        "email-accounts" => view! { <email_accounts::EmailAccounts/> }.into_any(),
        "members" => view! { <members::Members/> }.into_any(),
        "roles" => view! { <roles::Roles/> }.into_any(),
        "teams" => view! { <teams::Teams/> }.into_any(),
        "hours" => view! { <hours::Hours/> }.into_any(),
        "outcomes" => view! { <outcomes::OutcomeSettings/> }.into_any(),
        "lead-score" => view! { <score::LeadScore/> }.into_any(),
        "lead-routing" => view! { <routing::Routing/> }.into_any(),
        "booking-pages" => view! { <booking::BookingPages/> }.into_any(),
        "calendar-feed" => view! { <calendar_feed::CalendarFeed/> }.into_any(),
        "forms" => view! { <web_forms::WebForms/> }.into_any(),
        "pipelines" => view! { <pipelines::Pipelines/> }.into_any(),
        "lead-qualification" => view! { <lead_checklist::LeadChecklist/> }.into_any(),
        "competitors" => view! { <competitors::Competitors/> }.into_any(),
        "prices" => view! { <prices::PriceSettings/> }.into_any(),
        "quotas" => view! { <quotas::Quotas/> }.into_any(),
        "quotes" => view! { <quotes::QuoteSettings/> }.into_any(),
        "exchange-rates" => view! { <rates::RateSettings/> }.into_any(),
        "workspace" => view! { <workspace::Workspace/> }.into_any(),
        "fields" => view! { <fields::Fields/> }.into_any(),
        "data" => view! { <data::Data/> }.into_any(),
        "privacy" => view! { <privacy::Privacy/> }.into_any(),
        "quality" => view! { <quality::QualitySettings/> }.into_any(),
        "mail" => view! { <mail::Mail/> }.into_any(),
        "inbound-hooks" => view! { <inbound::InboundHooks/> }.into_any(),
        "webhooks" => view! { <webhooks::Webhooks/> }.into_any(),
        "apps" => view! { <apps::Apps/> }.into_any(),
        "background-work" => view! { <background::BackgroundWork/> }.into_any(),
        "audit" => view! { <audit::Audit/> }.into_any(),
        _ => view! { <profile::Profile/> }.into_any(),
    }
}

#[component]
fn PageList(current: Memo<Option<Page>>, unknown: Memo<bool>) -> impl IntoView {
    let wanted = RwSignal::new(String::new());
    let fits = move |page: &Page| {
        let wanted = wanted.with(|text| text.trim().to_lowercase());
        let words = format!("{} {}", page.label.get(), page.words.get()).to_lowercase();
        wanted.split_whitespace().all(|word| words.contains(word))
    };
    let found = move || {
        let groups = groups().into_iter();
        let found = groups.map(|(label, pages)| {
            (
                label,
                pages
                    .iter()
                    .filter(|page| fits(page))
                    .copied()
                    .collect::<Vec<_>>(),
            )
        });
        found
            .filter(|(_, pages)| !pages.is_empty())
            .collect::<Vec<_>>()
    };
    let link = move |page: Page| {
        let here = move || !unknown.get() && current.get().unwrap_or(YOU[0]) == page;
        view! {
            <li><a class="side-link" href=format!("/app/settings/{}", page.id) aria-current=move || here().then_some("page")>
                <Glyph icon=page.icon/><span>{page.label}</span>
            </a></li>
        }
    };
    view! {
        <nav class="settings-list" aria-label=k::settings::LIST>
            <SearchInput label=k::settings::FIND value=wanted/>
            {move || {
                let found = found();
                if found.is_empty() {
                    return view! { <p class="hint">{k::settings::NONE_FOUND}</p> }.into_any();
                }
                let group = |(label, pages): (Key, Vec<Page>)| view! {
                    <h2>{label}</h2>
                    <ul>{pages.into_iter().map(link).collect_view()}</ul>
                };
                found.into_iter().map(group).collect_view().into_any()
            }}
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::{find, groups};

    #[test]
    fn pages_have_addresses_of_their_own() {
        let all: Vec<_> = groups().into_iter().flat_map(|(_, pages)| pages).collect();
        assert!(all.iter().all(|page| find(page.id) == Some(**page)));
        assert!(find("nowhere").is_none());
    }
}
