//! The figures of the home screen, each a link to the rows behind it.

use leptos::prelude::*;

use super::model::{Home, Sum};
use crate::i18n::{k, number};
use crate::records::store::encode;
use crate::screens::sales::board::Sums;
use crate::ui::kpi::Kpi;
use crate::ui::tag::Tone;

fn sums(all: &[Sum], read: fn(&Sum) -> Option<i64>, currency: &str) -> Sums {
    Sums::seen(
        all.iter().map(|sum| (sum.currency.clone(), read(sum))),
        currency,
    )
}

fn count(all: &[Sum]) -> i64 {
    all.iter().map(|sum| sum.count).sum()
}

/// Whose the sums of deals are, in words; tracked.
fn whose_words(home: &Home) -> String {
    let label = home.whose.label.clone().unwrap_or_default();
    match (home.whose.kind.as_str(), home.audience.as_str()) {
        ("person", "lead") => k::home::WHOSE_PEOPLE.get().to_owned(),
        ("person", _) => k::home::WHOSE_OWN.get().to_owned(),
        ("team", _) => k::home::whose_team(&label),
        _ => k::home::WHOSE_ALL.get().to_owned(),
    }
}

fn deals(filter: &str) -> String {
    format!("/app/deals?layout=table&f={}", encode(filter))
}

/// Won this month, open, weighted, without a next step, late.
#[component]
pub fn Figures(
    /// The figures.
    home: Home,
    /// The workspace's currency.
    currency: String,
) -> impl IntoView {
    let won = sums(&home.won_this_month, |sum| sum.amount, &currency);
    let open = sums(&home.open, |sum| sum.amount, &currency);
    let weighted = sums(&home.open, |sum| sum.weighted, &currency);
    let (won_count, open_count) = (count(&home.won_this_month), count(&home.open));
    let (bare, late) = (home.deals_without_next_step, home.overdue);
    let (won_exact, open_exact, weighted_exact) = (won.clone(), open.clone(), weighted.clone());
    let (won_more, open_more, weighted_more) = (won.others(), open.others(), weighted.others());
    let with = |words: String, more: &str| {
        if more.is_empty() {
            words
        } else {
            format!("{words} {more}")
        }
    };
    let whose = StoredValue::new(home.clone());
    let of_whom = move |words: String| format!("{words} · {}", whose.with_value(whose_words));
    let theirs = |filter: &str| match home.whose.filter.as_str() {
        "" => filter.to_owned(),
        whose => format!("{whose} and {filter}"),
    };
    let (won_rows, open_rows) = (
        deals(&theirs("status = won and closed_at >= this_month")),
        deals(&theirs("status = open")),
    );
    let weighted_rows = match home.whose.filter.as_str() {
        "" => "/app/deals?layout=board".to_owned(),
        whose => format!("/app/deals?layout=board&f={}", encode(whose)),
    };
    // Who may not see amounts is told how many deals there are.
    let or_count = |sums: Sums, count: i64| {
        move || {
            if sums.is_empty() {
                number(count)
            } else {
                sums.first()
            }
        }
    };
    let shown = !weighted.is_empty();
    let tone = |n: i64, tone| if n > 0 { tone } else { Tone::Ok };
    view! {
        <section class="kpis" aria-label=k::home::FIGURES>
            <Kpi label=k::home::WON value=or_count(won, won_count) exact=move || won_exact.exact()
                note=move || of_whom(with(k::home::deals(won_count), &won_more)) href=won_rows/>
            <Kpi label=k::home::OPEN value=or_count(open, open_count) exact=move || open_exact.exact()
                note=move || of_whom(with(k::home::deals(open_count), &open_more)) href=open_rows/>
            {shown.then(|| view! { <Kpi label=k::home::WEIGHTED value=move || weighted.first() exact=move || weighted_exact.exact()
                note=move || if weighted_more.is_empty() { k::home::WEIGHTED_NOTE.get().to_owned() } else { weighted_more.clone() } href=weighted_rows.clone()/> })}
            <Kpi label=k::home::BARE value=move || number(bare) note=k::home::BARE_NOTE
                tone=Signal::stored(tone(bare, Tone::Warn)) href=deals("owner_id = me and status = open and next_step_at is empty")/>
            <Kpi label=k::home::LATE value=move || number(late) note=k::home::LATE_NOTE
                tone=Signal::stored(tone(late, Tone::Bad)) href="/app/tasks?tab=overdue"/>
        </section>
    }
}
