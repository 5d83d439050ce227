//! A time of day typed in words.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::field::Field;
use super::time_words;
use crate::i18n::{clock, k};

const DAY: i32 = 24 * 60;
/// What an arrow key moves by, in minutes.
const STEP: i32 = 15;

/// A time of day. Reads "9", "14.05", "2pm", "jam 3 sore", "บ่าย 2"; the arrows move it by a quarter of an hour.
#[component]
pub fn TimeInput(
    /// Words above it.
    #[prop(into)]
    label: TextProp,
    /// `14:05`; empty while there is none or it was not understood.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Label for screen readers only.
    #[prop(optional)]
    bare: bool,
    /// Called after the person changed or cleared the time.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let (typing, misread) = (RwSignal::new(false), RwSignal::new(false));
    let shown = move || {
        time_words::parse(&value.get())
            .map_or_else(String::new, |(hour, minute)| clock(hour, minute))
    };
    // In the language's own way, except under the person's fingers.
    Effect::new(move |_| {
        let shown = shown();
        if !typing.get() && !misread.get_untracked() {
            text.set(shown);
        }
    });
    let set = move |now: String| {
        let changed = value.with_untracked(|old| *old != now);
        value.set(now.clone());
        if let Some(done) = on_change.filter(|_| changed) {
            done.run(now);
        }
    };
    let settle = move || {
        // Not so any more when the field is being taken away.
        if typing.try_get_untracked() != Some(true) {
            return;
        }
        let read = text.with_untracked(|text| time_words::parse(text));
        misread.set(read.is_none() && !text.with_untracked(|t| t.trim().is_empty()));
        set(read.map(written).unwrap_or_default());
        typing.set(false);
    };
    let step = move |by: i32| {
        settle();
        let now = value.with_untracked(|value| time_words::parse(value));
        misread.set(false);
        set(written(moved(now, by)));
    };
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => settle(),
        "ArrowUp" | "ArrowDown" => {
            event.prevent_default();
            step(if event.key() == "ArrowUp" {
                STEP
            } else {
                -STEP
            });
        }
        "Escape" if typing.get_untracked() => {
            event.stop_propagation();
            misread.set(false);
            typing.set(false);
            text.set(untrack(shown));
        }
        _ => {}
    };
    let fault = Signal::derive(move || {
        error
            .get()
            .or_else(|| misread.get().then(|| k::ui::TIME_MISREAD.get().to_owned()))
    });
    let echo = move || match (typing.get(), text.with(|text| time_words::parse(text))) {
        (true, Some((hour, minute))) => clock(hour, minute),
        (true, None) if !text.with(String::is_empty) => k::ui::TIME_HINT.get().to_owned(),
        _ => String::new(),
    };
    view! {
        <Field label error=fault hint=echo bare control=move |ids| view! {
            <div class="control">
                <input
                    id=ids.control
                    type="text"
                    autocomplete="off"
                    aria-describedby=ids.described
                    aria-invalid=move || fault.with(Option::is_some).then_some("true")
                    prop:value=text
                    on:input=move |event| { typing.set(true); misread.set(false); text.set(event_target_value(&event)); }
                    on:blur=move |_| settle()
                    on:keydown=keys
                />
            </div>
        }/>
    }
}

/// `14:05`.
fn written((hour, minute): (u32, u32)) -> String {
    format!("{hour:02}:{minute:02}")
}

/// A time moved by minutes to the next whole step; nine o'clock where there was none.
fn moved(from: Option<(u32, u32)>, by: i32) -> (u32, u32) {
    let Some((hour, minute)) = from else {
        return (9, 0);
    };
    let now = i32::try_from(hour * 60 + minute).unwrap_or_default();
    let to = if by > 0 {
        (now + by) / STEP * STEP
    } else {
        (now - 1).div_euclid(STEP) * STEP
    };
    let to = u32::try_from(to.rem_euclid(DAY)).unwrap_or_default();
    (to / 60, to % 60)
}

#[cfg(test)]
mod tests {
    use super::{STEP, moved};

    #[test]
    fn arrows_move_to_quarters() {
        assert_eq!(moved(None, STEP), (9, 0));
        assert_eq!(moved(Some((9, 0)), STEP), (9, 15));
        assert_eq!(moved(Some((9, 7)), STEP), (9, 15));
        assert_eq!(moved(Some((9, 7)), -STEP), (9, 0));
        assert_eq!(moved(Some((9, 0)), -STEP), (8, 45));
        assert_eq!(moved(Some((23, 50)), STEP), (0, 0));
        assert_eq!(moved(Some((0, 0)), -STEP), (23, 45));
    }
}
