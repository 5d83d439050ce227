//! Start and routes.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::hooks::use_navigate;
use leptos_router::path;

use crate::api::Api;
use crate::frame::PageBar;
use crate::i18n::k;
use crate::screens::session::{
    ConfirmEmail, Forgot, Gate, Invite, Login, ProviderBack, ResetPassword, Setup,
};
use crate::ui::feedback::EmptyState;
use crate::ui::icon;
use crate::ui::toast::Toasts;
use crate::{keys, lazy, records, theme};

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    theme::start();
    keys::start();
    Toasts::provide();
    Api::provide();
    records::provide();
    lazy::fetch_the_rest();
    view! {
        <Router>
            <Routes fallback=Elsewhere>
                <Route path=path!("/login") view=Login/>
                <Route path=path!("/forgot-password") view=Forgot/>
                <Route path=path!("/reset-password/:token") view=ResetPassword/>
                <Route path=path!("/confirm-email/:token") view=ConfirmEmail/>
                <Route path=path!("/setup") view=Setup/>
                <Route path=path!("/sign-in/callback") view=ProviderBack/>
                <Route path=path!("/oauth/authorize") view=lazy::consent/>
                <Route path=path!("/invite/:token") view=Invite/>
                <ParentRoute path=path!("/app") view=Gate>
                    <Route path=path!("") view=lazy::home/>
                    <Route path=path!("tasks") view=lazy::tasks/>
                    <Route path=path!("activities") view=lazy::activities/>
                    <Route path=path!("calendar") view=lazy::calendar/>
                    <Route path=path!("call-lists") view=lazy::call_lists/>
                    <Route path=path!("call-lists/:id") view=lazy::call_list/>
                    <Route path=path!("notifications") view=lazy::notifications/>
                    <Route path=path!("leads") view=lazy::leads/>
                    <Route path=path!("deals") view=lazy::deals/>
                    <Route path=path!("contacts") view=lazy::contacts/>
                    <Route path=path!("companies") view=lazy::companies/>
                    <Route path=path!("quotes") view=lazy::quotes/>
                    <Route path=path!("quotes/:id") view=lazy::quote/>
                    <Route path=path!("products") view=lazy::products/>
                    <Route path=path!("products/:id") view=lazy::product/>
                    <Route path=path!("trash") view=lazy::trash/>
                    <Route path=path!("contacts/:id") view=lazy::contact/>
                    <Route path=path!("companies/:id") view=lazy::company/>
                    <Route path=path!("leads/:id") view=lazy::lead/>
                    <Route path=path!("deals/:id") view=lazy::deal/>
                    <Route path=path!("history/:object/:id") view=lazy::past/>
                    <Route path=path!("analytics/sales") view=lazy::sales_figures/>
                    <Route path=path!("analytics/forecast") view=lazy::forecast/>
                    <Route path=path!("analytics/sales/rows") view=lazy::sales_rows/>
                    <Route path=path!("speed-to-lead") view=lazy::speed_to_lead/>
                    <Route path=path!("quality") view=lazy::quality/>
                    <Route path=path!("quality/duplicates") view=lazy::duplicates/>
                    <Route path=path!("quality/work/:object/:queue") view=lazy::quality_work/>
                    <Route path=path!("quality/audits/:id") view=lazy::quality_audit/>
                    <Route path=path!("quality/merge/:object/:left/:right") view=lazy::merge/>
                    <Route path=path!("import") view=lazy::import_start/>
                    <Route path=path!("import/:id") view=lazy::import/>
                    <Route path=path!("jobs") view=lazy::jobs/>
                    <Route path=path!("settings") view=lazy::settings/>
                    <Route path=path!("settings/:page") view=lazy::settings/>
                    <Route path=path!("dev/ui") view=Stories/>
                    <Route path=path!("*any") view=NotFound/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Every other address, `/` first of all, leads into the app. Not before it has been drawn: the router still reads where
/// it is until then, and may not be told to go elsewhere.
#[component]
fn Elsewhere() -> impl IntoView {
    let navigate = use_navigate();
    Effect::new(move |_| {
        let options = NavigateOptions {
            replace: true,
            ..NavigateOptions::default()
        };
        navigate("/app", options);
    });
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
