//! The composer of a record page, with the fields of each kind.

use leptos::prelude::*;
use relasi_domain::interaction::activity;

use super::log::Log;
use super::mail::MailFields;
use crate::i18n::{date_long, k, local_day, time};
use crate::records::fields::{added, has_outcomes, outcomes, with_required};
use crate::records::people::use_people;
use crate::records::{RecordForm, labels};
use crate::ui::composer::Composer;
use crate::ui::select::{Choice, Select};
use crate::ui::tabs::Tab;
use crate::ui::text_input::TextInput;

const KINDS: [&str; 5] = ["note", "call", "meeting", "email", "task"];

/// The composer with the fields of the kind chosen.
#[component]
pub fn LogBox(
    /// What is being written.
    log: Log,
) -> impl IntoView {
    let kinds = move || {
        KINDS
            .map(|kind| Tab::new(kind, labels::choice(&activity::OBJECT, "kind", kind)))
            .to_vec()
    };
    Effect::new(move |before: Option<(String, u32)>| {
        let now = (log.kind.get(), log.saved.get());
        if before.as_ref() != Some(&now) {
            log.prefill();
        }
        now
    });
    let draft = format!("{}:{}", log.live.object.name, log.live.id());
    view! {
        <Composer
            kinds=Signal::derive(kinds)
            kind=log.kind
            draft
            people=use_people().finder()
            on_save=move |text: String| log.save(&text)
            busy=log.busy
            saved=log.saved
            node=log.node
            save_as=move || if log.sends() { k::emails::SEND.get() } else { k::common::SAVE.get() }
            allow_empty=Signal::derive(move || log.kind.with(|kind| matches!(kind.as_str(), "call" | "meeting" | "email")))
        >
            {move || log.kind.with(|kind| kind == "email").then(|| view! { <MailFields log/> })}
            <KindFields log/>
            <OwnFields log/>
        </Composer>
    }
}

#[component]
fn KindFields(log: Log) -> impl IntoView {
    let inputs = log.inputs.get_value();
    move || {
        let kind = log.kind.get();
        (kind != "note" && !log.sends()).then(|| {
            view! {
                <div class="log-fields">
                    <WhenInput log due={kind == "task"}/>
                    {(activity::lasts(&kind) && has_outcomes(&kind)).then(|| view! { <CodeSelect name="outcome" value=inputs.outcome codes=outcomes(&kind)/> })}
                    {matches!(kind.as_str(), "call" | "email").then(|| view! { <CodeSelect name="direction" value=inputs.direction/> })}
                    {matches!(kind.as_str(), "call" | "meeting").then(|| view! {
                        <TextInput label=move || labels::field(&activity::OBJECT, "duration_minutes") value=inputs.minutes kind="number"/>
                    })}
                    {(kind == "meeting").then(|| view! {
                        <TextInput label=move || labels::field(&activity::OBJECT, "location") value=inputs.location/>
                    })}
                </div>
            }
        })
    }
}

/// The fields that the workspace has added; in a note, which is written quickly, only those that it must have.
#[component]
fn OwnFields(log: Log) -> impl IntoView {
    let is_note = Memo::new(move |_| log.kind.with(|kind| kind == "note"));
    move || {
        let names: Vec<&'static str> = if is_note.get() {
            with_required(&activity::OBJECT, &[])
        } else {
            let all = added(&activity::OBJECT);
            all.map(|field| field.name.as_ref()).collect()
        };
        (!names.is_empty()).then(|| {
            view! { <RecordForm object=&activity::OBJECT fields=names draft=log.own errors=log.errors/> }
        })
    }
}

#[component]
fn WhenInput(log: Log, due: bool) -> impl IntoView {
    let echo = move || match log.moment() {
        Ok(Some(at)) => {
            let day = local_day(&at).map(date_long).unwrap_or_default();
            format!("{day} {}", time(&at))
        }
        Ok(None) if due => k::record::WHEN_HINT.get().to_owned(),
        Ok(None) => k::record::WHEN_NOW.get().to_owned(),
        Err(()) => String::new(),
    };
    let error = Signal::derive(move || {
        log.moment()
            .is_err()
            .then(|| k::record::WHEN_MISREAD.get().to_owned())
    });
    let label = if due { k::record::DUE } else { k::record::WHEN };
    view! { <div class="log-when"><TextInput label value=log.inputs.get_value().when hint=echo error/></div> }
}

#[component]
fn CodeSelect(
    name: &'static str,
    value: RwSignal<String>,
    /// These, where not all suit or the workspace has its own.
    #[prop(optional)]
    codes: Vec<String>,
) -> impl IntoView {
    let choices = Signal::derive(move || {
        let mut all = vec![Choice::new("", k::common::NONE.get())];
        let chosen = codes.iter();
        all.extend(
            chosen.map(|code| Choice::new(code, labels::choice(&activity::OBJECT, name, code))),
        );
        let field = activity::OBJECT.field(name).filter(|_| codes.is_empty());
        all.extend(
            field
                .into_iter()
                .flat_map(|field| labels::choices(&activity::OBJECT, field)),
        );
        all
    });
    view! { <Select label=move || labels::field(&activity::OBJECT, name) value choices/> }
}
