//! The builder: who can be met when, for how long, and what is asked.

use leptos::prelude::*;
use relasi_domain::marketing::booking::{Design, Makes, Sharing};
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::days::{OtherDays, OtherDaysInput};
use super::desk::{Desk, PATH, Page};
use super::hosts::{Hosts, HostsInput, active as active_box};
use crate::api::{ApiError, FormErrors, Reply};
use crate::i18n::k;
use crate::screens::session::browser::time_zones;
use crate::screens::settings::hours::week::{WeekDays, WeekInput};
use crate::screens::settings::web_forms::consents::{Asking, Consents};
use crate::screens::settings::web_forms::questions::{Line, Questions};
use crate::screens::settings::web_forms::words_input::{WordsInput, Written};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::combobox::{Combobox, local_finder};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// What of the design is being written.
#[derive(Clone, Copy)]
struct Parts {
    title: Written,
    intro: Written,
    makes: RwSignal<String>,
    sharing: RwSignal<String>,
    lengths: RwSignal<String>,
    place: RwSignal<String>,
    zone: RwSignal<Option<Choice>>,
    week: WeekDays,
    days: OtherDays,
    before: RwSignal<String>,
    after: RwSignal<String>,
    notice: RwSignal<String>,
    ahead: RwSignal<String>,
    per_day: RwSignal<String>,
    step: RwSignal<String>,
    lines: RwSignal<Vec<Line>>,
    consents: RwSignal<Vec<Asking>>,
    source: RwSignal<String>,
}

impl Parts {
    fn of(design: &Design) -> Self {
        let text = |text: &Option<String>| RwSignal::new(text.clone().unwrap_or_default());
        let number = |number: u32| RwSignal::new(number.to_string());
        let lengths: Vec<String> = design.lengths.iter().map(u16::to_string).collect();
        let per_day = design.per_day.map(|n| n.to_string());
        let zone = design
            .time_zone
            .as_ref()
            .map(|zone| Choice::new(zone, zone));
        Self {
            title: Written::of(&design.title),
            intro: Written::of(&design.intro),
            makes: RwSignal::new(design.makes.kind().to_owned()),
            sharing: RwSignal::new(design.sharing.code().to_owned()),
            lengths: RwSignal::new(lengths.join(", ")),
            place: text(&design.place),
            zone: RwSignal::new(zone),
            week: WeekDays::of(Some(&design.week)),
            days: OtherDays::of(design),
            before: number(design.room_before.into()),
            after: number(design.room_after.into()),
            notice: number(design.notice),
            ahead: number(design.days_ahead.into()),
            per_day: RwSignal::new(per_day.unwrap_or_default()),
            step: number(design.step.into()),
            lines: RwSignal::new(Line::all(&design.questions)),
            consents: RwSignal::new(Asking::all(&design.consents)),
            source: text(&design.source),
        }
    }

    /// What was written; none when hours can't be read. A number that can't be read is one that the server refuses.
    fn design(self) -> Option<Design> {
        let some = |text: RwSignal<String>| {
            let text = text.get_untracked().trim().to_owned();
            (!text.is_empty()).then_some(text)
        };
        let number =
            |text: RwSignal<String>| text.with_untracked(|text| text.trim().parse::<u16>());
        let or_wrong = |text| number(text).unwrap_or(u16::MAX);
        let lengths = self.lengths.get_untracked();
        let lengths = lengths.split([',', ' ']).filter(|one| !one.is_empty());
        let kind = |one: &Makes| self.makes.with_untracked(|kind| kind == one.kind());
        let way = |one: &Sharing| self.sharing.with_untracked(|code| code == one.code());
        let mut design = Design {
            title: self.title.words(),
            intro: self.intro.words(),
            makes: Makes::ALL.into_iter().find(kind).unwrap_or_default(),
            sharing: Sharing::ALL.into_iter().find(way).unwrap_or_default(),
            lengths: lengths.map(|one| one.parse().unwrap_or(0)).collect(),
            place: some(self.place),
            time_zone: self.zone.get_untracked().map(|zone| zone.value),
            week: self.week.read()?,
            days_off: Vec::new(),
            extra: Vec::new(),
            room_before: or_wrong(self.before),
            room_after: or_wrong(self.after),
            notice: self
                .notice
                .with_untracked(|text| text.trim().parse().unwrap_or(u32::MAX)),
            days_ahead: or_wrong(self.ahead),
            per_day: some(self.per_day).map(|text| text.parse().unwrap_or(0)),
            step: or_wrong(self.step),
            questions: self
                .lines
                .get_untracked()
                .into_iter()
                .map(Line::question)
                .collect(),
            consents: self
                .consents
                .get_untracked()
                .into_iter()
                .map(Asking::asked)
                .collect(),
            source: some(self.source),
        };
        self.days.write(&mut design).then_some(design)
    }
}

/// What is wrong with the design and has no field of its own, each fault once.
fn faults(error: &ApiError) -> Vec<String> {
    let problem = error.problem();
    let all = problem.into_iter().flat_map(|problem| &problem.errors);
    let mut texts: Vec<String> = Vec::new();
    for fault in all.filter(|fault| !fault.pointer.starts_with("/name")) {
        let place = fault
            .pointer
            .trim_start_matches("/design/")
            .replace('/', " ");
        let text = format!("{}: {}", place.trim().replace('_', " "), fault.detail);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// Name, people, hours, lengths, room, questions.
#[component]
pub fn Builder(desk: Desk) -> impl IntoView {
    let edited = desk.chosen.get_untracked();
    let start = edited
        .as_ref()
        .map_or_else(String::new, |one| one.name.clone());
    let name = RwSignal::new(start);
    let parts = Parts::of(
        &edited
            .as_ref()
            .map_or_else(Design::default, |one| one.design.clone()),
    );
    let hosts = Hosts::of(edited.as_ref().map_or(&[], |one| one.hosts.as_slice()));
    let active = RwSignal::new(edited.as_ref().is_none_or(|one| one.active));
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let wrong = RwSignal::new(Vec::<String>::new());
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        errors.clear();
        wrong.set(Vec::new());
        let (Some(design), Some(people)) = (parts.design(), hosts.read()) else {
            wrong.set(vec![k::booking::UNREAD.get().to_owned()]);
            return;
        };
        busy.set(true);
        let body = json!({
            "name": name.get_untracked().trim(), "design": design, "hosts": people, "active": active.get_untracked(),
        });
        let edited = edited.clone();
        spawn_local(async move {
            let saved = match &edited {
                None => desk.api.post(PATH, &body).await,
                Some(one) => desk.api.patch(&one.path(), one.version, &body).await,
            };
            let _ = busy.try_set(false);
            match saved.and_then(Reply::read::<Page>) {
                Ok(page) => {
                    desk.editing.set(false);
                    desk.toasts.ok(k::booking::saved(&page.name));
                    desk.load();
                }
                Err(error) => {
                    wrong.set(faults(&error));
                    errors.show(&error);
                }
            }
        });
    };
    let list = move || {
        let texts = wrong.get().into_iter();
        texts
            .map(|text| view! { <Banner text tone=Tone::Bad/> })
            .collect_view()
    };
    let kinds = Signal::derive(|| {
        vec![
            Choice::new(Makes::Meeting.kind(), k::booking::MEETING.get()),
            Choice::new(Makes::Call.kind(), k::booking::CALL.get()),
        ]
    });
    let ways = Signal::derive(|| {
        vec![
            Choice::new(Sharing::RoundRobin.code(), k::booking::ROUND_ROBIN.get()),
            Choice::new(Sharing::Together.code(), k::booking::TOGETHER.get()),
        ]
    });
    view! {
        <form class="stack form-builder" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            {list}
            <TextInput label=k::booking::NAME value=name required=true autofocus=true hint=k::web_forms::NAME_HINT error=errors.of("name")/>
            <WordsInput label=k::web_forms::HEADING value=parts.title/>
            <WordsInput label=k::web_forms::INTRO value=parts.intro long=true/>
            <HostsInput hosts error=errors.of("hosts")/>
            <Select label=k::booking::SHARING value=parts.sharing choices=ways/>
            <Select label=k::booking::MAKES value=parts.makes choices=kinds/>
            <TextInput label=k::booking::LENGTHS value=parts.lengths hint=k::booking::LENGTHS_HINT/>
            <TextInput label=k::booking::PLACE value=parts.place/>
            <Combobox label=k::settings::TIME_ZONE value=parts.zone find=local_finder(time_zones()) hint=k::booking::ZONE_HINT/>
            <WeekInput days=parts.week/>
            <OtherDaysInput days=parts.days/>
            <TextInput label=k::booking::STEP value=parts.step/>
            <TextInput label=k::booking::ROOM_BEFORE value=parts.before/>
            <TextInput label=k::booking::ROOM_AFTER value=parts.after/>
            <TextInput label=k::booking::NOTICE value=parts.notice/>
            <TextInput label=k::booking::AHEAD value=parts.ahead/>
            <TextInput label=k::booking::PER_DAY value=parts.per_day hint=k::booking::PER_DAY_HINT/>
            <Questions lines=parts.lines/>
            <Consents asked=parts.consents/>
            <TextInput label=k::web_forms::SOURCE value=parts.source/>
            {active_box(active)}
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
