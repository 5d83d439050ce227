//! Two days and what lies between.

use leptos::prelude::*;

use super::button::{Button, Size, Variant};
use super::date_input::DateInput;
use crate::i18n::{Day, days_in_month, k, today};

/// The first and the last day, both included; either may be missing.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Range {
    /// The first day.
    pub from: Option<Day>,
    /// The last day.
    pub until: Option<Day>,
}

impl Range {
    /// Both days, when both are there and in order.
    pub fn whole(self) -> Option<(Day, Day)> {
        self.from
            .zip(self.until)
            .filter(|(from, until)| from.number() <= until.number())
    }

    fn backwards(self) -> bool {
        self.from.is_some() && self.until.is_some() && self.whole().is_none()
    }

    fn month(day: Day) -> Self {
        let last = days_in_month(day.year, day.month);
        Self {
            from: Some(Day { day: 1, ..day }),
            until: Some(Day { day: last, ..day }),
        }
    }
}

/// A first and a last day, typed or picked, with the usual ranges one press away.
#[component]
pub fn DateRange(
    /// What lies between; read out before each of the two fields.
    #[prop(into)]
    label: TextProp,
    /// The days.
    value: RwSignal<Range>,
    /// The first field takes the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let now = value.get_untracked();
    let (from, until) = (RwSignal::new(now.from), RwSignal::new(now.until));
    // Also when somebody else sets the range.
    Effect::new(move |_| {
        let now = value.get();
        from.set(now.from);
        until.set(now.until);
    });
    let set_from = move |day: Option<Day>| value.update(|range| range.from = day);
    let set_until = move |day: Option<Day>| value.update(|range| range.until = day);
    let error = Signal::derive(move || {
        value
            .get()
            .backwards()
            .then(|| k::ui::RANGE_BACKWARDS.get().to_owned())
    });
    let preset = move |label, range: fn() -> Range| {
        view! { <Button label=label size=Size::Small variant=Variant::Quiet on_press=move |()| value.set(range())/> }
    };
    view! {
        <fieldset class="range">
            <legend class="hidden-visually">{move || label.get()}</legend>
            <DateInput label=k::ui::FROM value=from autofocus on_change=set_from/>
            <DateInput label=k::ui::UNTIL value=until error on_change=set_until/>
            <div class="range-usual">
                {preset(k::ui::LAST_30_DAYS, || Range { from: Some(today().plus(-29)), until: Some(today()) })}
                {preset(k::ui::THIS_MONTH, || Range::month(today()))}
                {preset(k::ui::LAST_MONTH, || Range::month(today().plus_months(-1)))}
            </div>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::Range;
    use crate::i18n::Day;

    #[test]
    fn knows_a_whole_range() {
        let day = |day| Day {
            year: 2024,
            month: 2,
            day,
        };
        let range = |from, until| Range { from, until };
        assert_eq!(
            range(Some(day(3)), Some(day(3))).whole(),
            Some((day(3), day(3)))
        );
        assert_eq!(range(Some(day(3)), None).whole(), None);
        assert!(range(Some(day(4)), Some(day(3))).backwards());
        assert!(!range(None, Some(day(3))).backwards());
        assert_eq!(Range::month(day(9)), range(Some(day(1)), Some(day(29))));
    }
}
