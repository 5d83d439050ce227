//! What will be won: by person or team, what changed, and how good forecasts were.

mod accuracy;
mod calls;
mod changes;
mod model;
mod table;
mod totals;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use relasi_domain::identity::access::Action;
use wasm_bindgen_futures::spawn_local;

use self::accuracy::AccuracyCard;
use self::calls::CallsCard;
use self::changes::ChangesCard;
use self::model::Forecast;
use self::table::RowTable;
use self::totals::Totals;
pub use self::{model::Row, totals::Progress};
use super::sales::{AHEAD, Period};
use crate::api::{Reply, use_api};
use crate::download::save_csv;
use crate::frame::PageBar;
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::Button;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::toast::use_toasts;

/// What the address asks.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Asked {
    name: String,
    by: String,
}

impl Asked {
    /// `from=…&to=…`
    fn days(&self) -> String {
        let (from, to) = Period::ahead(&self.name).days();
        format!("from={}&to={}", from.iso(), to.iso())
    }

    fn parameters(&self) -> String {
        format!("?{}&by={}", self.days(), self.by)
    }
}

/// `/app/analytics/forecast`.
#[component]
pub fn ForecastPage() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (address, navigate) = (use_query_map(), use_navigate());
    let asked = Memo::new(move |_| {
        address.with(|address| {
            let of = |name: &str, usual: &str| {
                address
                    .get(name)
                    .filter(|text| !text.is_empty())
                    .unwrap_or_else(|| usual.to_owned())
            };
            Asked {
                name: of("period", "quarter"),
                by: of("by", "person"),
            }
        })
    });
    let found = RwSignal::new(None::<Result<Forecast, String>>);
    let anew = RwSignal::new(());
    Effect::new(move |_| {
        anew.track();
        let now = asked.get();
        let path = format!("/insight/forecast{}", now.parameters());
        spawn_local(async move {
            let answer = api.get(&path).await.and_then(Reply::read::<Forecast>);
            // An answer that came late is not what is asked any more.
            if asked.try_get_untracked().as_ref() == Some(&now) {
                _ = found.try_set(Some(answer.map_err(|error| error.text())));
            }
        });
    });
    let (period, by) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // Back and forward change the address alone.
    Effect::new(move |_| {
        let now = asked.get();
        period.set(now.name);
        by.set(now.by);
    });
    let go = Callback::new(move |_: String| {
        let (period, by) = (period.get_untracked(), by.get_untracked());
        navigate(
            &format!("/app/analytics/forecast?period={period}&by={by}"),
            NavigateOptions::default(),
        );
    });
    let save = move |()| {
        let path = format!(
            "/insight/forecast/csv{}",
            asked.get_untracked().parameters()
        );
        spawn_local(async move {
            match api.get(&path).await {
                // A browser that refuses says so itself.
                Ok(reply) => drop(save_csv(
                    "forecast.csv",
                    reply.body.as_str().unwrap_or_default(),
                )),
                Err(error) => toasts.bad(error.text()),
            }
        });
    };
    let periods = || {
        AHEAD
            .iter()
            .map(|(_, name, words)| Choice::new(*name, words.get()))
            .collect::<Vec<_>>()
    };
    let ways = || {
        vec![
            Choice::new("person", k::forecast::BY_PERSON.get()),
            Choice::new("team", k::forecast::BY_TEAM.get()),
        ]
    };
    let period_name = Memo::new(move |_| {
        found.with(|found| match found {
            Some(Ok(forecast)) => forecast.call_period.clone(),
            _ => None,
        })
    });
    let sets = move || {
        api.session().with(|session| {
            session
                .as_ref()
                .is_some_and(|session| session.may(Action::Settings))
        })
    };
    view! {
        <PageBar title=k::forecast::TITLE>
            <a class="btn quiet" href="/app/analytics/sales"><span class="btn-label">{k::insight::SALES}</span></a>
            <Show when=sets>
                <a class="btn quiet" href="/app/settings/quotas"><span class="btn-label">{k::forecast::QUOTAS}</span></a>
            </Show>
            <Button label=k::insight::CSV icon=icon::DOWNLOAD on_press=save/>
        </PageBar>
        <div class="page-body insight forecast">
            <div class="insight-questions">
                <Select label=k::insight::PERIOD value=period choices=Signal::derive(periods) on_change=go/>
                <Select label=k::forecast::BY value=by choices=Signal::derive(ways) on_change=go/>
            </div>
            {move || match found.get() {
                None => view! { <Skeleton lines=10/> }.into_any(),
                Some(Err(text)) => view! { <ErrorState text=text/> }.into_any(),
                Some(Ok(forecast)) => view! { <Shown forecast/> }.into_any(),
            }}
            <CallsCard period=period_name on_said=move |()| anew.set(())/>
            <ChangesCard days=Signal::derive(move || asked.get().days())/>
            <AccuracyCard days=Signal::derive(move || asked.get().days())/>
        </div>
    }
}

#[component]
fn Shown(forecast: Forecast) -> impl IntoView {
    let lacking = forecast.lacking.join(", ");
    let lacks_rates = !lacking.is_empty();
    let lacks_history = forecast.total.history_lacks.is_some();
    let formulas = forecast.formulas.clone();
    let means = move || {
        let names = table::NAMES.iter().chain(&["attainment", "omitted"]);
        let line = |name: &&'static str| {
            let (name, formula) = (*name, formulas.get(*name).cloned().unwrap_or_default());
            view! { <dt>{move || model::word("figure", name)}</dt><dd>{formula}</dd> }
        };
        names.map(line).collect_view()
    };
    view! {
        <Show when=move || lacks_rates>
            <Banner text=k::forecast::lacking(&lacking) tone=Tone::Warn/>
        </Show>
        <Totals forecast=forecast.clone()/>
        <Show when=move || lacks_history><p class="hint">{k::forecast::TOO_LITTLE}</p></Show>
        <RowTable forecast/>
        <details class="panel forecast-means"><summary>{k::forecast::MEANS}</summary><dl>{means()}</dl></details>
    }
}
