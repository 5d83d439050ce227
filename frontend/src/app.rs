//! Start and routes.

use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::path;

use crate::api::Api;
use crate::frame::PageBar;
use crate::i18n::{self, k};
use crate::screens::home::HomePage;
use crate::screens::notifications::NotificationsPage;
use crate::screens::people::{CompanyList, ContactList, DuplicatesPage, MergePage};
use crate::screens::platform::import::{ImportPage, ImportStart};
use crate::screens::platform::jobs::JobsPage;
use crate::screens::record::{CompanyPage, ContactPage, DealPage};
use crate::screens::sales::DealsPage;
use crate::screens::session::{Gate, Invite, Login, Setup};
use crate::screens::settings::Settings;
use crate::screens::tasks::TasksPage;
use crate::screens::trash::Trash;
use crate::ui::feedback::EmptyState;
use crate::ui::icon;
use crate::ui::toast::Toasts;
use crate::{keys, records, theme};

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    i18n::start();
    theme::start();
    keys::start();
    Toasts::provide();
    Api::provide();
    records::provide();
    view! {
        <Router>
            <Routes fallback=|| view! { <Redirect path="/app"/> }>
                <Route path=path!("/login") view=Login/>
                <Route path=path!("/setup") view=Setup/>
                <Route path=path!("/invite/:token") view=Invite/>
                <ParentRoute path=path!("/app") view=Gate>
                    <Route path=path!("") view=HomePage/>
                    <Route path=path!("tasks") view=TasksPage/>
                    <Route path=path!("notifications") view=NotificationsPage/>
                    <Route path=path!("deals") view=DealsPage/>
                    <Route path=path!("contacts") view=ContactList/>
                    <Route path=path!("companies") view=CompanyList/>
                    <Route path=path!("trash") view=Trash/>
                    <Route path=path!("contacts/:id") view=ContactPage/>
                    <Route path=path!("companies/:id") view=CompanyPage/>
                    <Route path=path!("deals/:id") view=DealPage/>
                    <Route path=path!("quality") view=DuplicatesPage/>
                    <Route path=path!("quality/merge/:object/:left/:right") view=MergePage/>
                    <Route path=path!("import") view=ImportStart/>
                    <Route path=path!("import/:id") view=ImportPage/>
                    <Route path=path!("jobs") view=JobsPage/>
                    <Route path=path!("settings") view=Settings/>
                    <Route path=path!("settings/:page") view=Settings/>
                    <Route path=path!("dev/ui") view=Stories/>
                    <Route path=path!("*any") view=NotFound/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

#[component]
fn NotFound() -> impl IntoView {
    view! {
        <PageBar title=k::place::NOT_FOUND/>
        <EmptyState text=k::place::NOT_FOUND_TEXT icon=icon::SEARCH>
            <a class="btn plain medium" href="/app">{k::place::HOME}</a>
        </EmptyState>
    }
}

/// The component stories; only debug builds carry them.
#[component]
fn Stories() -> impl IntoView {
    #[cfg(debug_assertions)]
    return view! { <crate::stories::StoryPage/> };
    #[cfg(not(debug_assertions))]
    return view! { <NotFound/> };
}
