//! How soon leads are answered: figures, a curve, and who or what makes the difference.

mod curve;
mod groups;
mod model;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use wasm_bindgen_futures::spawn_local;

use self::curve::Curve;
use self::groups::Groups;
use self::model::{Report, Speeds, lasting, share};
use crate::api::{ApiError, Reply, Request, use_api};
use crate::download::save_file;
use crate::frame::PageBar;
use crate::i18n::{Day, date_short, k, number};
use crate::records::store::encode;
use crate::ui::button::Button;
use crate::ui::date_input::DateInput;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::kpi::Kpi;
use crate::ui::select::{Choice, Select};
use crate::ui::tabs::{Segmented, Tab};
use crate::ui::toast::use_toasts;

/// What the page asks for; it stands in the address.
#[derive(Clone, Copy)]
struct Wanted {
    from: RwSignal<Option<Day>>,
    to: RwSignal<Option<Day>>,
    by: RwSignal<String>,
}

impl Wanted {
    fn of_address() -> Self {
        let query = use_query_map().get_untracked();
        let day = |name: &str| query.get(name).and_then(|text| Day::parse_iso(&text));
        Self {
            from: RwSignal::new(day("from")),
            to: RwSignal::new(day("to")),
            by: RwSignal::new(query.get("by").unwrap_or_else(|| "owner".to_owned())),
        }
    }

    /// `from=2026-11-01&to=2026-12-01`; tracked.
    fn days(self) -> String {
        let days = [("from", self.from), ("to", self.to)];
        let days = days.map(|(name, day)| day.get().map(|day| format!("{name}={}", day.iso())));
        days.into_iter().flatten().collect::<Vec<_>>().join("&")
    }
}

/// `/app/speed-to-lead`.
#[component]
pub fn SpeedPage() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let wanted = Wanted::of_address();
    let business = RwSignal::new("business".to_owned());
    let found = RwSignal::new(None::<Result<Report, ApiError>>);
    let navigate = use_navigate();
    Effect::new(move |_| {
        let query = format!("by={}&{}", wanted.by.get(), wanted.days());
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&format!("/app/speed-to-lead?{query}"), options);
        spawn_local(async move {
            let answer = api.get(&format!("/reports/speed-to-lead?{query}")).await;
            let _ = found.try_set(Some(answer.and_then(Reply::read)));
        });
    });
    let export = move |()| {
        let path = format!("/reports/speed-to-lead/file?{}", untrack(|| wanted.days()));
        spawn_local(async move {
            let saved = match Request::get(&path).file_of(api).await {
                Ok(file) => save_file("speed-to-lead.csv", &file).map_err(|_| None),
                Err(error) => Err(Some(error.text())),
            };
            if let Err(said) = saved {
                toasts.bad(said.unwrap_or_else(|| k::error::OFFLINE.get().to_owned()));
            }
        });
    };
    let parts = Signal::derive(|| {
        vec![
            Choice::new("owner", k::speed::BY_OWNER.get()),
            Choice::new("source", k::speed::BY_SOURCE.get()),
        ]
    });
    let clocks = Signal::derive(|| {
        vec![
            Tab::new("business", k::speed::BUSINESS),
            Tab::new("wall", k::speed::WALL),
        ]
    });
    let body = move || match found.get() {
        None => view! { <Skeleton lines=8/> }.into_any(),
        Some(Err(error)) => {
            let again = move |()| wanted.by.notify();
            view! { <ErrorState text=error.text() on_retry=again/> }.into_any()
        }
        Some(Ok(report)) => {
            let in_business = business.get() == "business";
            view! { <Figures report in_business/> }.into_any()
        }
    };
    view! {
        <PageBar title=k::speed::TITLE>
            <Button label=k::speed::EXPORT icon=icon::DOWNLOAD on_press=export/>
        </PageBar>
        <div class="page-body speed">
            <p class="secondary">{k::speed::TEXT}</p>
            <div class="field-row">
                <DateInput label=k::speed::FROM value=wanted.from/>
                <DateInput label=k::speed::TO value=wanted.to/>
                <Select label=k::speed::BY value=wanted.by choices=parts/>
            </div>
            <div class="row">
                <Segmented label=k::speed::CLOCK items=clocks current=Signal::derive(move || business.get())
                    on_choose=move |id: String| business.set(id)/>
            </div>
            {body}
        </div>
    }
}

#[component]
fn Figures(report: Report, in_business: bool) -> impl IntoView {
    let speeds: Speeds = report.speeds(in_business).clone();
    let rows = format!("/app/leads?layout=table&f={}", encode(&report.filter));
    let (n, answered) = (speeds.n, speeds.answered);
    let (median, p90) = (speeds.median, speeds.p90);
    let within = speeds.within.into_iter().map(|one| {
        let (minutes, part, n) = (one.minutes, one.share, one.n);
        view! {
            <Kpi label=move || k::speed::within(&lasting(minutes * 60)) value=move || share(part) note=move || k::speed::of_n(&number(n))/>
        }
    });
    let day = |text: &str| Day::parse_iso(text);
    let (from, to, zone) = (day(&report.from), day(&report.to), report.time_zone.clone());
    let period = move || {
        let from = from.map(date_short).unwrap_or_default();
        let to = to.map(date_short).unwrap_or_default();
        k::speed::note(&number(n), &from, &to, &zone)
    };
    let shown = move |seconds: Option<i64>| seconds.map_or_else(|| "–".to_owned(), lasting);
    let curve = report.curve(in_business).to_vec();
    let limits = report.limits.clone();
    let few = n < 10;
    view! {
        <div class="kpis speed-kpis" class:few=few>
            <Kpi label=k::speed::LEADS value=move || number(n) note=move || k::speed::answered(&number(answered)) href=rows/>
            <Kpi label=k::speed::MEDIAN value=move || shown(median)/>
            <Kpi label=k::speed::P90 value=move || shown(p90)/>
            {within.collect_view()}
        </div>
        <Curve points=curve limits note=period/>
        <Groups groups=report.groups by=report.by in_business/>
    }
}
