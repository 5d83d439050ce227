//! One line that makes a task: "Telepon Siti Jum 10.00".

use leptos::prelude::*;
use relasi_domain::interaction::activity::OBJECT;
use relasi_domain::record::Document;
use wasm_bindgen_futures::spawn_local;

use super::due::due_words;
use crate::api::use_api;
use crate::i18n::{era, k, today};
use crate::records::{Record, instant, labels, store};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant, shortcut};
use crate::ui::date_find;
use crate::ui::icon::{self, Glyph};
use crate::ui::tag::Tone;
use crate::ui::toast::use_toasts;

const CALLS: [&str; 6] = ["call", "phone", "telepon", "telp", "hubungi", "โทร"];
const MEETINGS: [&str; 8] = [
    "meet",
    "meeting",
    "visit",
    "rapat",
    "temui",
    "kunjungi",
    "นัด",
    "ประชุม",
];
const EMAILS: [&str; 4] = ["email", "e-mail", "mail", "อีเมล"];

/// What a typed line means.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Meaning {
    kind: &'static str,
    subject: String,
    due: Option<String>,
}

fn read(line: &str) -> Meaning {
    let found = date_find::find(line, today(), era());
    let due = found
        .day
        .map(|day| instant::of_local(day, found.clock.as_deref().unwrap_or("09:00")));
    Meaning {
        kind: kind_of(&found.rest),
        subject: found.rest,
        due,
    }
}

/// The kind that the first word tells.
fn kind_of(subject: &str) -> &'static str {
    let first = subject
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_lowercase();
    // Thai runs words together.
    let is = |words: &[&str]| {
        words
            .iter()
            .any(|word| first == *word || (!word.is_ascii() && first.starts_with(word)))
    };
    if is(&CALLS) {
        "call"
    } else if is(&MEETINGS) {
        "meeting"
    } else if is(&EMAILS) {
        "email"
    } else {
        "task"
    }
}

/// The line, and below it what it understood.
#[component]
pub fn QuickAdd(
    /// Called with the new task.
    on_added: Callback<Record>,
    /// The input, for the key that jumps there.
    #[prop(optional)]
    node: NodeRef<leptos::html::Input>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let line = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let fault = RwSignal::new(None::<String>);
    let meaning = Memo::new(move |_| read(line.get().trim()));
    let add = move || {
        let wanted = meaning.get_untracked();
        if wanted.subject.is_empty() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        fault.set(None);
        spawn_local(async move {
            let mut body = Document::new();
            body.insert("kind".to_owned(), wanted.kind.into());
            body.insert("subject".to_owned(), wanted.subject.clone().into());
            body.insert("due_at".to_owned(), wanted.due.into());
            let made = store::create(api, &OBJECT, body).await;
            // The screen may have been left meanwhile.
            if busy.try_set(false).is_some() {
                return;
            }
            match made {
                Ok(task) => {
                    line.set(String::new());
                    toasts.ok(k::tasks::added(&wanted.subject));
                    on_added.run(task);
                }
                Err(error) => fault.set(Some(error.text())),
            }
        });
    };
    let understood = move || {
        let meaning = meaning.get();
        (!line.with(|line| line.trim().is_empty())).then(|| {
            let when = meaning.due.as_deref().map_or_else(|| k::tasks::NO_DATE.get().to_owned(), |due| due_words(due).0);
            let kind = labels::choice(&OBJECT, "kind", meaning.kind);
            view! { <Glyph icon=super::row::kind_icon(meaning.kind)/><strong>{kind}</strong><span>{meaning.subject}</span><Glyph icon=icon::CLOCK/><span>{when}</span> }
        })
    };
    view! {
        <form class="quick-add" on:submit=move |event| { event.prevent_default(); add(); }>
            <div class="control">
                <Glyph icon=icon::PLUS/>
                <input node_ref=node type="text" maxlength="250" autocomplete="off" aria-label=k::tasks::QUICK
                    placeholder=k::tasks::QUICK_EXAMPLE aria-describedby="quick-add-read" aria-keyshortcuts=move || shortcut(Some("T"))
                    prop:value=line on:input=move |event| { fault.set(None); line.set(event_target_value(&event)); }/>
            </div>
            <Button label=k::common::ADD variant=Variant::Primary submit=true busy/>
            <p id="quick-add-read" class="quick-add-read hint">{understood}</p>
            {move || fault.get().map(|text| view! { <Banner inline=true text tone=Tone::Bad/> })}
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::kind_of;

    #[test]
    fn guesses_the_kind() {
        for (subject, kind) in [
            ("Telepon Siti", "call"),
            ("โทรหาสิริ", "call"),
            ("Rapat bulanan", "meeting"),
            ("Email penawaran", "email"),
            ("Callum's order", "task"),
            ("", "task"),
        ] {
            assert_eq!(kind_of(subject), kind, "{subject}");
        }
    }
}
