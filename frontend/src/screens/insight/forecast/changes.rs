//! What changed since a day: from then to now, move by move, with the deals behind each.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::model::{Changes, Item, word};
use crate::api::{Reply, use_api};
use crate::i18n::{Day, Key, date_short, k, money, number, today};
use crate::ui::date_input::DateInput;
use crate::ui::feedback::{ErrorState, Skeleton};

const KINDS: [(&str, Key); 14] = [
    ("added", k::forecast::ADDED),
    ("reopened", k::forecast::REOPENED),
    ("moved_in", k::forecast::MOVED_IN),
    ("taken_over", k::forecast::TAKEN_OVER),
    ("counted", k::forecast::COUNTED),
    ("up", k::forecast::UP),
    ("down", k::forecast::DOWN),
    ("category", k::forecast::CATEGORY),
    ("omitted", k::forecast::OMITTED),
    ("handed_over", k::forecast::HANDED_OVER),
    ("moved_out", k::forecast::MOVED_OUT),
    ("removed", k::forecast::REMOVED),
    ("lost", k::forecast::LOST),
    ("won", k::forecast::WON),
];

fn kind_words(kind: &str) -> String {
    let found = KINDS.iter().find(|(code, _)| *code == kind);
    found.map_or_else(String::new, |(_, words)| words.get().to_owned())
}

/// The card.
#[component]
pub fn ChangesCard(
    /// The period as parameters.
    days: Signal<String>,
) -> impl IntoView {
    let api = use_api();
    let since = RwSignal::new(Some(today().plus(-7)));
    let kind = RwSignal::new(String::new());
    let found = RwSignal::new(None::<Result<Changes, String>>);
    let path = Memo::new(move |_| {
        let since = since.get().unwrap_or_else(|| today().plus(-7));
        let kind = kind.get();
        let kind = if kind.is_empty() {
            kind
        } else {
            format!("&kind={kind}")
        };
        format!(
            "/insight/forecast/changes?{}&since={}{kind}",
            days.get(),
            since.iso()
        )
    });
    Effect::new(move |_| {
        let asked = path.get();
        spawn_local(async move {
            let answer = api.get(&asked).await.and_then(Reply::read::<Changes>);
            // An answer that came late is not what is asked any more.
            if path.try_get_untracked().as_ref() == Some(&asked) {
                _ = found.try_set(Some(answer.map_err(|error| error.text())));
            }
        });
    });
    view! {
        <section class="panel forecast-changes" aria-labelledby="forecast-changes">
            <h2 id="forecast-changes">{k::forecast::CHANGES}</h2>
            <div class="insight-questions"><DateInput label=k::forecast::SINCE value=since/></div>
            {move || match found.get() {
                None => view! { <Skeleton lines=6/> }.into_any(),
                Some(Err(text)) => view! { <ErrorState text=text/> }.into_any(),
                Some(Ok(changes)) => view! { <Shown changes kind/> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Shown(changes: Changes, kind: RwSignal<String>) -> impl IntoView {
    let Some(since) = changes.since.as_deref().and_then(Day::parse_iso) else {
        return view! { <p class="hint">{k::forecast::NOTHING_NOTED}</p> }.into_any();
    };
    let currency = StoredValue::new(changes.currency.clone());
    let cash = move |amount: i64| currency.with_value(|currency| money(amount, currency));
    let signed = move |amount: i64| {
        if amount > 0 {
            format!("+{}", cash(amount))
        } else {
            cash(amount)
        }
    };
    let end = move |words: AnyView, n: i64, amount: i64| {
        view! { <tr class="group"><th scope="row">{words}</th><td class="number">{move || number(n)}</td><td class="number">{move || cash(amount)}</td></tr> }
    };
    let lines = changes.moves.into_iter().map(|one| {
        let (code, n, amount) = (one.kind.clone(), one.n, one.amount);
        let (mark, words) = (code.clone(), code.clone());
        let chosen = Memo::new(move |_| kind.get() == mark);
        let choose = move |_| kind.update(|kind| *kind = if *kind == code { String::new() } else { code.clone() });
        view! {
            <tr>
                <th scope="row"><button type="button" class="link" aria-pressed=move || if chosen.get() { "true" } else { "false" } on:click=choose>{move || kind_words(&words)}</button></th>
                <td class="number">{move || number(n)}</td>
                <td class="number">{move || signed(amount)}</td>
            </tr>
        }
    });
    let lines = lines.collect_view();
    let deals = changes
        .items
        .into_iter()
        .map(|item| deal(item, currency))
        .collect_view();
    let then = end(
        view! { {move || k::forecast::then(&date_short(since))} }.into_any(),
        changes.then_n,
        changes.then_amount,
    );
    let now = end(
        view! { {k::forecast::NOW} }.into_any(),
        changes.now_n,
        changes.now_amount,
    );
    let more = changes.more;
    view! {
        <div class="forecast-two">
            <div class="table-wide" tabindex="0" role="group" aria-label=k::forecast::CHANGES>
                <table class="plain-table">
                    <thead><tr><th scope="col">{k::forecast::WHAT}</th><th scope="col" class="number">{k::forecast::DEALS}</th><th scope="col" class="number">{k::forecast::AMOUNT}</th></tr></thead>
                    <tbody>{then}{lines}{now}</tbody>
                </table>
            </div>
            <div>
                <ul class="forecast-deals">{deals}</ul>
                <Show when=move || more><p class="hint">{k::forecast::MORE}</p></Show>
            </div>
        </div>
    }
    .into_any()
}

fn deal(item: Item, currency: StoredValue<String>) -> impl IntoView {
    let href = format!("/app/deals/{}", item.deal_id);
    let amount = item.amount;
    let told = move || {
        let mut parts = vec![kind_words(&item.kind)];
        if amount != 0 {
            let sign = if amount > 0 { "+" } else { "" };
            parts.push(format!(
                "{sign}{}",
                currency.with_value(|currency| money(amount, currency))
            ));
        }
        let category = |code: &Option<String>| code.as_ref().map(|code| word("figure", code));
        match (category(&item.category_then), category(&item.category)) {
            (Some(then), Some(now)) if then != now => parts.push(format!("{then} → {now}")),
            _ => {}
        }
        let day = |text: &Option<String>| text.as_deref().and_then(Day::parse_iso).map(date_short);
        match (day(&item.close_date_then), day(&item.close_date)) {
            (Some(then), Some(now)) if then != now => parts.push(format!("{then} → {now}")),
            _ => {}
        }
        parts.join(" · ")
    };
    view! { <li><a href=href>{item.name}</a><span class="hint">{told}</span></li> }
}
