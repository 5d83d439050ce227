//! Who can be met, each by the hours of the page or by their own.

use leptos::prelude::*;
use relasi_domain::marketing::booking::Host;

use crate::i18n::k;
use crate::records::people::use_people;
use crate::screens::session::browser::time_zones;
use crate::screens::settings::hours::week::{WeekDays, WeekInput};
use crate::screens::settings::routing::{person, tick};
use crate::ui::banner::Banner;
use crate::ui::combobox::{Combobox, local_finder};
use crate::ui::select::Choice;
use crate::ui::tag::Tone;

/// The hours of somebody, as they are written.
#[derive(Clone)]
struct Own {
    user: String,
    on: RwSignal<bool>,
    days: WeekDays,
    zone: RwSignal<Option<Choice>>,
}

/// The people of a page that is being written.
#[derive(Clone, Copy)]
pub struct Hosts {
    users: RwSignal<Vec<String>>,
    own: StoredValue<Vec<Own>>,
}

impl Hosts {
    pub(super) fn of(hosts: &[Host]) -> Self {
        let own = hosts.iter().map(|host| Own {
            user: host.user_id.to_string(),
            on: RwSignal::new(host.week.is_some() || host.time_zone.is_some()),
            days: WeekDays::of(host.week.as_ref()),
            zone: RwSignal::new(host.time_zone.as_ref().map(|zone| Choice::new(zone, zone))),
        });
        Self {
            users: RwSignal::new(hosts.iter().map(|host| host.user_id.to_string()).collect()),
            own: StoredValue::new(own.collect()),
        }
    }

    /// The hours of somebody, of whom nothing was known before or something was.
    fn own(self, user: &str) -> Own {
        let known = self
            .own
            .with_value(|all| all.iter().find(|one| one.user == user).cloned());
        known.unwrap_or_else(|| {
            let new = Own {
                user: user.to_owned(),
                on: RwSignal::new(false),
                days: WeekDays::of(None),
                zone: RwSignal::new(None),
            };
            self.own.update_value(|all| all.push(new.clone()));
            new
        })
    }

    /// Those who were ticked; none when the hours of one can't be read.
    pub(super) fn read(self) -> Option<Vec<Host>> {
        let users = self.users.get_untracked();
        let host = |user: &String| {
            let own = self.own(user);
            let on = own.on.get_untracked();
            let week = if on { Some(own.days.read()?) } else { None };
            let zone = own.zone.get_untracked().filter(|_| on);
            Some(Host {
                user_id: user.parse().ok()?,
                time_zone: zone.map(|zone| zone.value),
                week,
            })
        };
        users.iter().map(host).collect()
    }
}

/// A box for each member, and their own hours below.
#[component]
pub fn HostsInput(
    hosts: Hosts,
    /// What is wrong with them.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let people = use_people();
    let own = move |user: String| {
        let one = hosts.own(&user);
        let name = move || k::booking::own_hours(&people.name(&user).unwrap_or_default());
        let (on, days, zone) = (one.on, one.days, one.zone);
        let toggle = move |event: web_sys::Event| on.set(event_target_checked(&event));
        view! {
            <div class="stack">
                <label class="check-line"><input type="checkbox" prop:checked=move || on.get() on:change=toggle/>{name}</label>
                <Show when=move || on.get()>
                    <Combobox label=k::settings::TIME_ZONE value=zone find=local_finder(time_zones()) hint=k::booking::ZONE_HINT/>
                    <WeekInput days/>
                </Show>
            </div>
        }
    };
    view! {
        <fieldset class="choices-input">
            <legend>{k::booking::WHO}</legend>
            {move || error.get().map(|text| view! { <Banner text tone=Tone::Bad inline=true/> })}
            <div class="checks">{move || people.choices().into_iter().map(|choice| person(choice, hosts.users)).collect_view()}</div>
        </fieldset>
        <For each=move || hosts.users.get() key=String::clone children=own/>
    }
}

/// Kept beside the boxes, which look the same.
pub fn active(value: RwSignal<bool>) -> impl IntoView {
    tick(k::booking::ACTIVE, value)
}
