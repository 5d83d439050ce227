//! Writing down what happened with a record and what comes next.

use leptos::prelude::*;
use relasi_domain::interaction::activity;
use relasi_domain::record::Document;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use super::moment;
use crate::i18n::{date_long, era, k, today};
use crate::records::{instant, labels, store};
use crate::ui::composer::Composer;
use crate::ui::select::{Choice, Select};
use crate::ui::tabs::Tab;
use crate::ui::text_input::TextInput;

const KINDS: [&str; 5] = ["note", "call", "meeting", "email", "task"];
/// Characters that a subject holds.
const SUBJECT_MAX: usize = 250;

/// What the fields below the text hold.
#[derive(Clone, Copy, Default)]
struct Inputs {
    when: RwSignal<String>,
    outcome: RwSignal<String>,
    direction: RwSignal<String>,
    minutes: RwSignal<String>,
    location: RwSignal<String>,
}

/// What is being written about a record.
#[derive(Clone, Copy)]
pub struct Log {
    live: Live,
    kind: RwSignal<String>,
    inputs: StoredValue<Inputs>,
    busy: RwSignal<bool>,
    saved: RwSignal<u32>,
    node: NodeRef<leptos::html::Textarea>,
}

impl Log {
    /// For the record of a page.
    pub fn of(live: Live) -> Self {
        Self {
            live,
            kind: RwSignal::new("note".to_owned()),
            inputs: StoredValue::new(Inputs::default()),
            busy: RwSignal::new(false),
            saved: RwSignal::new(0),
            node: NodeRef::new(),
        }
    }

    /// Chooses a kind and puts the cursor into the text.
    pub fn start(self, kind: &str) {
        self.kind.set(kind.to_owned());
        if let Some(area) = self.node.get_untracked() {
            area.scroll_into_view();
            // Only fails for detached elements.
            let _ = area.focus();
        }
    }

    fn prefill(self) {
        let inputs = self.inputs.get_value();
        let (kind, call) = self.kind.with(|kind| (kind.clone(), kind == "call"));
        let tomorrow = if kind == "task" { k::common::TOMORROW.get().to_lowercase() } else { String::new() };
        inputs.when.set(tomorrow);
        inputs.outcome.set(if call { "reached" } else { "" }.to_owned());
        inputs.direction.set(if matches!(kind.as_str(), "call" | "email") { "outbound" } else { "" }.to_owned());
        inputs.minutes.set(String::new());
        inputs.location.set(String::new());
    }

    /// The moment typed; `Err` when there is a text that means none. Tracked.
    fn moment(self) -> Result<Option<String>, ()> {
        let text = self.inputs.get_value().when.get();
        if text.trim().is_empty() {
            return Ok(None);
        }
        let now = instant::clock(&now());
        let (day, clock) = moment::parse(&text, today(), &now, era()).ok_or(())?;
        Ok(Some(instant::of_local(day, &clock)))
    }

    fn save(self, text: &str) {
        let Ok(moment) = untrack(|| self.moment()) else {
            return;
        };
        let kind = self.kind.get_untracked();
        let body = self.body(&kind, text.trim(), moment);
        self.busy.set(true);
        spawn_local(async move {
            match store::create(self.live.api, &activity::OBJECT, body).await {
                Ok(made) => {
                    let word = labels::choice(&activity::OBJECT, "kind", &kind);
                    let id = made.id().to_owned();
                    self.live.toasts.undoable(k::record::logged(&word), move || {
                        let id = id.clone();
                        spawn_local(async move { self.take_back(&id).await });
                    });
                    self.saved.try_update(|n| *n += 1);
                }
                Err(error) => self.live.toasts.bad(error.text()),
            }
            self.busy.try_set(false);
            self.live.refresh();
        });
    }

    async fn take_back(self, id: &str) {
        let gone = match store::get(self.live.api, &activity::OBJECT, id).await {
            Ok(now) => store::delete(self.live.api, &activity::OBJECT, id, now.version()).await,
            Err(error) => Err(error),
        };
        match gone {
            Ok(()) => self.live.toasts.ok(k::common::UNDONE.get()),
            Err(error) => self.live.toasts.bad(error.text()),
        }
        self.live.refresh();
    }

    fn body(self, kind: &str, text: &str, moment: Option<String>) -> Document {
        let (subject, rest) = split(text);
        let subject = if subject.is_empty() { labels::choice(&activity::OBJECT, "kind", kind) } else { subject };
        let mut body = Document::new();
        let mut put = |name: &str, value: Value| _ = body.insert(name.to_owned(), value);
        put("kind", kind.into());
        put("subject", subject.into());
        put(&format!("{}_id", self.live.object.name), self.live.id().into());
        if let Some(rest) = rest {
            put("body", rest.into());
        }
        let inputs = self.inputs.get_value();
        let ahead = moment.as_deref().is_some_and(|at| !instant::is_past(at));
        match moment {
            _ if kind == "note" => put("done_at", now().into()),
            _ if kind == "task" => put("due_at", moment.into()),
            Some(at) if ahead => put("due_at", at.into()),
            at => put("done_at", at.unwrap_or_else(now).into()),
        }
        for (name, value) in [("outcome", inputs.outcome), ("direction", inputs.direction), ("location", inputs.location)] {
            let value = value.get_untracked();
            if !(value.trim().is_empty() || (ahead && name == "outcome")) {
                put(name, value.trim().into());
            }
        }
        if let Ok(minutes) = inputs.minutes.get_untracked().trim().parse::<i64>() {
            put("duration_minutes", minutes.into());
        }
        body
    }
}

fn now() -> String {
    js_sys::Date::new_0().to_iso_string().into()
}

/// The first line as the subject, and the whole as the text when there is more than that line.
fn split(text: &str) -> (String, Option<String>) {
    let first = text.lines().next().unwrap_or_default().trim();
    if first.chars().count() <= SUBJECT_MAX && first.len() == text.len() {
        return (first.to_owned(), None);
    }
    (first.chars().take(SUBJECT_MAX).collect(), Some(text.to_owned()))
}

/// The composer with the fields of the kind chosen.
#[component]
pub fn LogBox(
    /// What is being written.
    log: Log,
) -> impl IntoView {
    let kinds = move || {
        KINDS.map(|kind| Tab::new(kind, labels::choice(&activity::OBJECT, "kind", kind))).to_vec()
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
            on_save=move |text: String| log.save(&text)
            busy=log.busy
            saved=log.saved
            node=log.node
            allow_empty=Signal::derive(move || log.kind.with(|kind| matches!(kind.as_str(), "call" | "meeting" | "email")))
        >
            <KindFields log/>
        </Composer>
    }
}

#[component]
fn KindFields(log: Log) -> impl IntoView {
    let inputs = log.inputs.get_value();
    move || {
        let kind = log.kind.get();
        (kind != "note").then(|| {
            view! {
                <div class="log-fields">
                    <WhenInput log due={kind == "task"}/>
                    {(kind == "call").then(|| view! { <CodeSelect name="outcome" value=inputs.outcome/> })}
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

#[component]
fn WhenInput(log: Log, due: bool) -> impl IntoView {
    let echo = move || match log.moment() {
        Ok(Some(at)) => {
            let day = crate::i18n::local_day(&at).map(date_long).unwrap_or_default();
            format!("{day} {}", crate::i18n::time(&at))
        }
        Ok(None) if due => k::record::WHEN_HINT.get().to_owned(),
        Ok(None) => k::record::WHEN_NOW.get().to_owned(),
        Err(()) => String::new(),
    };
    let error = Signal::derive(move || log.moment().is_err().then(|| k::record::WHEN_MISREAD.get().to_owned()));
    let label = if due { k::record::DUE } else { k::record::WHEN };
    view! { <div class="log-when"><TextInput label value=log.inputs.get_value().when hint=echo error/></div> }
}

#[component]
fn CodeSelect(name: &'static str, value: RwSignal<String>) -> impl IntoView {
    let choices = Signal::derive(move || {
        let field = activity::OBJECT.field(name);
        let mut all = vec![Choice::new("", k::common::NONE.get())];
        all.extend(field.map(|field| labels::choices(&activity::OBJECT, field)).unwrap_or_default());
        all
    });
    view! { <Select label=move || labels::field(&activity::OBJECT, name) value choices/> }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn takes_the_first_line_as_the_subject() {
        assert_eq!(split("Wants 120 kg"), ("Wants 120 kg".to_owned(), None));
        let (subject, body) = split("Wants 120 kg\nfor December");
        assert_eq!(subject, "Wants 120 kg");
        assert_eq!(body.as_deref(), Some("Wants 120 kg\nfor December"));
        assert_eq!(split(&"ก".repeat(300)).0.chars().count(), 250);
    }
}
