//! Editors of cells that need more than a line of text; they come with the forms.

use leptos::prelude::*;
use relasi_domain::field::{Currency, Field, Kind};
use relasi_domain::record::Object;

use crate::api::use_api;
use crate::i18n::{Day, k};
use crate::records::people::use_people;
use crate::records::refs::{reference_finder, use_titles};
use crate::records::{Record, labels};
use crate::ui::combobox::Combobox;
use crate::ui::date_input::DateInput;
use crate::ui::money::MoneyInput;
use crate::ui::select::{Choice, Select};

/// A cell that is being edited.
#[derive(Clone)]
pub struct CellForm {
    /// What kind of record the row is.
    pub object: &'static Object,
    /// The field of the cell.
    pub field: &'static Field,
    /// The row.
    pub record: Record,
    /// Takes the new value, or `None` to leave the old one.
    pub done: Callback<Option<String>>,
}

impl CellForm {
    /// Whether a field is edited by one of these.
    pub const fn is_for(field: &Field) -> bool {
        matches!(
            field.kind,
            Kind::Choice(_) | Kind::Date | Kind::Money { .. } | Kind::Person | Kind::Reference(_)
        )
    }

    /// Draws the editor.
    pub fn editor(&self) -> AnyView {
        match &self.field.kind {
            Kind::Choice(_) => self.choice(),
            Kind::Date => self.day(),
            Kind::Money { currency } => self.money(currency),
            Kind::Person | Kind::Reference(_) => self.reference(),
            _ => ().into_any(),
        }
    }

    fn label(&self) -> TextProp {
        let (object, name) = (self.object, self.field.name.as_ref());
        TextProp::from(move || labels::field(object, name))
    }

    fn choice(&self) -> AnyView {
        let (object, field, done) = (self.object, self.field, self.done);
        let now = self.record.text(&field.name).unwrap_or_default().to_owned();
        let value = RwSignal::new(now.clone());
        let choices = Signal::derive(move || {
            let mut all = labels::offered(object, field, &now);
            if !field.required {
                all.insert(0, Choice::new("", k::common::NONE.get()));
            }
            all
        });
        let on_change = move |value: String| done.run(Some(value));
        view! { <Select label=self.label() value choices bare=true on_change/> }.into_any()
    }

    /// The edit carries the ISO date or nothing.
    fn day(&self) -> AnyView {
        let done = self.done;
        let value = RwSignal::new(self.record.text(&self.field.name).and_then(Day::parse_iso));
        let on_change =
            move |day: Option<Day>| done.run(Some(day.map(Day::iso).unwrap_or_default()));
        view! { <DateInput label=self.label() value bare=true autofocus=true on_change/> }
            .into_any()
    }

    /// The edit carries the smallest units.
    fn money(&self, currency: &Currency) -> AnyView {
        let done = self.done;
        let value = RwSignal::new(self.record.integer(&self.field.name));
        let currency = currency.of(|name| self.record.text(name));
        let currency = currency.unwrap_or_default().to_owned();
        let on_change = move |minor: Option<i64>| {
            done.run(Some(minor.map(|n| n.to_string()).unwrap_or_default()));
        };
        view! { <MoneyInput label=self.label() value currency bare=true on_change/> }.into_any()
    }

    /// A person or record; the edit carries the id.
    fn reference(&self) -> AnyView {
        let (people, titles, api) = (use_people(), use_titles(), use_api());
        let done = self.done;
        let target = match &self.field.kind {
            Kind::Reference(target) => relasi_domain::object(target),
            _ => None,
        };
        let word = |id: &str| match target {
            Some(target) => untrack(|| titles.get(target, id)),
            None => untrack(|| people.name(id)),
        };
        let value = RwSignal::new(self.record.text(&self.field.name).map(|id| {
            let word = word(id).unwrap_or_default();
            Choice::new(id, word)
        }));
        let find = target.map_or_else(|| people.finder(), |target| reference_finder(api, target));
        let on_change = move |choice: Option<Choice>| {
            if let Some(choice) = &choice
                && target.is_some()
            {
                titles.put(
                    &choice.value,
                    choice.label.split(" · ").next().unwrap_or_default(),
                );
            }
            done.run(Some(choice.map(|c| c.value).unwrap_or_default()));
        };
        view! { <Combobox label=self.label() value find bare=true on_change/> }.into_any()
    }
}
