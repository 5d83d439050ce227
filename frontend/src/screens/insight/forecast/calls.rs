//! What those who lead others say will be won: their own numbers, with the form for one's own.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::model::{Call, CallSubject, Calls};
use crate::api::{FormErrors, Reply, use_api};
use crate::i18n::{k, money};
use crate::records::instant;
use crate::records::store::encode;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::money::MoneyInput;
use crate::ui::select::{Choice, Select};
use crate::ui::text_input::TextInput;
use crate::ui::toast::use_toasts;

type Found = RwSignal<Option<Result<Calls, String>>>;

/// The card; only for periods of which something can be said.
#[component]
pub fn CallsCard(
    /// The name of the period: `2026-Q4`; none for another one.
    #[prop(into)]
    period: Signal<Option<String>>,
    /// The forecast is asked anew.
    #[prop(into)]
    on_said: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let found: Found = RwSignal::new(None);
    let load = Callback::new(move |asked: String| {
        spawn_local(async move {
            let path = format!("/forecast-calls?period={}", encode(&asked));
            let answer = api.get(&path).await.and_then(Reply::read::<Calls>);
            // An answer that came late is not what is asked any more.
            if period.try_get_untracked().flatten().as_ref() == Some(&asked) {
                _ = found.try_set(Some(answer.map_err(|error| error.text())));
            }
        });
    });
    Effect::new(move |_| {
        if let Some(asked) = period.get() {
            load.run(asked);
        }
    });
    let said = Callback::new(move |()| {
        if let Some(asked) = period.get_untracked() {
            load.run(asked);
        }
        on_said.run(());
    });
    // Who neither leads nor sees what others say is not told of it.
    let concerns = move || {
        found.with(|found| match found {
            Some(Ok(calls)) => !calls.subjects.is_empty() || !calls.items.is_empty(),
            _ => true,
        })
    };
    view! {
        <Show when=concerns>
            <section class="panel stack calls" aria-labelledby="forecast-calls">
                <h2 id="forecast-calls">{k::forecast::CALLS}</h2>
                {move || match (period.get(), found.get()) {
                    (None, _) => view! { <p class="hint">{k::forecast::CALL_NO_PERIOD}</p> }.into_any(),
                    (_, None) => view! { <Skeleton lines=3/> }.into_any(),
                    (_, Some(Err(text))) => view! { <ErrorState text=text/> }.into_any(),
                    (_, Some(Ok(calls))) => view! { <Shown calls said/> }.into_any(),
                }}
            </section>
        </Show>
    }
}

#[component]
fn Shown(calls: Calls, said: Callback<()>) -> impl IntoView {
    let currency = StoredValue::new(calls.currency.clone());
    let mut known: Vec<(String, String)> = Vec::new();
    let (mut held, mut earlier) = (Vec::new(), Vec::new());
    for call in calls.items.clone() {
        let key = (call.caller_id.clone(), call.subject_id.clone());
        let is_newest = !known.contains(&key);
        known.push(key);
        if is_newest && call.amount.is_some() {
            held.push(call);
        } else {
            earlier.push(call);
        }
    }
    let none = held.is_empty();
    let list = move |all: Vec<Call>| {
        let lines = all.into_iter().map(|call| line(call, currency));
        view! { <ul class="calls-list">{lines.collect_view()}</ul> }
    };
    let speaks = !calls.subjects.is_empty();
    view! {
        {speaks.then(|| view! { <p class="secondary">{k::forecast::CALLS_TEXT}</p> })}
        {none.then(|| view! { <p class="hint">{k::forecast::CALL_NONE}</p> })}
        {list(held)}
        {speaks.then(|| view! { <SayForm calls said/> })}
        {(!earlier.is_empty()).then(|| view! {
            <details><summary>{k::forecast::CALL_HISTORY}</summary>{list(earlier)}</details>
        })}
    }
}

/// Who a number is for; tracked.
fn subject(kind: &str, label: &str) -> String {
    if kind == "workspace" {
        k::forecast::CALL_EVERYBODY.get().to_owned()
    } else {
        label.to_owned()
    }
}

fn line(call: Call, currency: StoredValue<String>) -> impl IntoView {
    let amount = call.amount;
    let amount = move || match amount {
        Some(minor) => currency.with_value(|currency| money(minor, currency)),
        None => k::forecast::CALL_TAKEN_BACK.get().to_owned(),
    };
    let (who, kind, of) = (call.caller, call.kind, call.subject);
    let words = move || k::forecast::call_said(&who, &subject(&kind, &of));
    let at = move || instant::shown(&call.created_at);
    view! {
        <li>
            <strong>{amount}</strong><span>{words}</span>
            {call.note.map(|note| view! { <span class="call-note">{note}</span> })}
            <span class="hint">{at}</span>
        </li>
    }
}

#[component]
fn SayForm(calls: Calls, said: Callback<()>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let of = calls.subjects.first().map(|one| one.id.clone());
    let whom = RwSignal::new(of.unwrap_or_default());
    let (amount, note) = (RwSignal::new(None::<i64>), RwSignal::new(String::new()));
    let (busy, errors) = (RwSignal::new(false), FormErrors::default());
    let subjects = StoredValue::new(calls.subjects);
    let currency = StoredValue::new(calls.currency);
    let period = StoredValue::new(calls.period);
    let choices = move || {
        subjects.with_value(|all| {
            let choice = |one: &CallSubject| Choice::new(&*one.id, subject(&one.kind, &one.label));
            all.iter().map(choice).collect::<Vec<_>>()
        })
    };
    let chosen = move || {
        let id = whom.get_untracked();
        subjects.with_value(|all| all.iter().find(|one| one.id == id).cloned())
    };
    let say = move |minor: Option<i64>| {
        let Some(one) = chosen().filter(|_| !busy.get_untracked()) else {
            return;
        };
        let words = Some(note.get_untracked()).filter(|note| !note.trim().is_empty());
        let id = (one.kind == "person").then(|| one.id.clone());
        let body = json!({
            "period": period.get_value(), "kind": one.kind, "id": id, "amount": minor, "note": words,
        });
        busy.set(true);
        errors.clear();
        spawn_local(async move {
            let answer = api.post("/forecast-calls", &body).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(_) => {
                    let of = untrack(|| subject(&one.kind, &one.label));
                    let shown = minor.map(|minor| {
                        untrack(|| currency.with_value(|currency| money(minor, currency)))
                    });
                    let taken = || untrack(|| k::forecast::CALL_TAKEN_BACK.get().to_owned());
                    toasts.ok(k::forecast::call_saved(&shown.unwrap_or_else(taken), &of));
                    said.run(());
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let general = errors.general();
    view! {
        <form class="calls-form" on:submit=move |event| {
            event.prevent_default();
            if amount.with_untracked(Option::is_some) { say(amount.get_untracked()) }
        }>
            <Select label=k::forecast::CALL_FOR value=whom choices=Signal::derive(choices)/>
            <MoneyInput label=k::forecast::CALL_AMOUNT value=amount currency=Signal::derive(move || currency.get_value()) error=errors.of("amount")/>
            <TextInput label=k::forecast::CALL_NOTE value=note error=errors.of("note")/>
            <div class="row-end">
                <Button label=k::forecast::CALL_TAKE_BACK variant=Variant::Quiet on_press=move |()| say(None)/>
                <Button label=k::forecast::CALL_SAVE variant=Variant::Primary submit=true busy/>
            </div>
        </form>
        {move || general.get().map(|text| view! { <ErrorState text=text/> })}
    }
}
