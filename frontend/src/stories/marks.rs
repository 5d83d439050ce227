//! Marks, figures, messages, overlays, timeline.

use leptos::prelude::*;

use crate::ui::accordion::Accordion;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::chart::{ChartFrame, Line};
use crate::ui::composer::Composer;
use crate::ui::dialog::{Drawer, Modal, Sheet};
use crate::ui::feedback::{EmptyState, ErrorState, JobCard, Skeleton};
use crate::ui::icon;
use crate::ui::kpi::{Bar, BarList, Kpi};
use crate::ui::money::Money;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::tabs::{Stepper, Tab};
use crate::ui::tag::{Avatar, AvatarStack, Status, Tag, Tags, Tone};
use crate::ui::timeline::{Entry, Timeline};

#[component]
pub fn Marks() -> impl IntoView {
    let (modal, drawer, sheet) = (
        RwSignal::new(false),
        RwSignal::new(false),
        RwSignal::new(false),
    );
    let team = [
        "Siti Rahmawati",
        "ณัฐพล วงศ์สวัสดิ์",
        "Budi Santoso",
        "Dewi Pratiwi",
        "Rudi Hartono",
    ]
    .map(|name| (name.to_owned(), name.to_owned()))
    .to_vec();
    let (kind, saved) = (RwSignal::new("note".to_owned()), RwSignal::new(0));
    let step = RwSignal::new(2_usize);
    let bar = |label: &str, value: f64| Bar {
        label: label.to_owned(),
        value,
        shown: format!("{value}"),
        href: None,
        few: false,
    };
    let bars = vec![
        bar("Referral", 42.0),
        bar("Website", 30.0),
        bar("ตลาดนัด", 12.0),
    ];
    let bars = Signal::stored(bars);
    let lines = move || {
        let line = |bar: &Bar| Line {
            label: bar.label.clone(),
            cells: vec![bar.shown.clone()],
            href: None,
        };
        bars.with(|bars| bars.iter().map(line).collect::<Vec<_>>())
    };
    let entry = |id: &str, at: &str, title: &str, body: &str| Entry {
        id: id.to_owned(),
        at: at.to_owned(),
        icon: icon::PHONE,
        title: title.to_owned(),
        by: "Dewi Pratiwi".to_owned(),
        body: body.to_owned(),
        pinned: false,
        upcoming: false,
    };
    let entries = vec![
        entry(
            "1",
            "2026-11-22T03:42:00Z",
            "Call, 12 min",
            "Wants 120 kg for December, asks for delivery to Bandung.",
        ),
        entry(
            "2",
            "2026-11-20T03:42:00Z",
            "Call, 3 min",
            &"Lama ".repeat(80),
        ),
    ];
    let kinds = Signal::derive(|| {
        vec![
            Tab::new("note", "Note"),
            Tab::new("call", "Call"),
            Tab::new("task", "Task"),
        ]
    });
    let menu = Signal::derive(move || {
        vec![
            MenuItem::new("Open drawer", move || drawer.set(true))
                .icon(icon::PANEL_LEFT)
                .key("Space"),
            MenuItem::new("Delete", || ()).icon(icon::TRASH_2).danger(),
        ]
    });
    view! {
        <div class="page-body stack">
            <div class="row">
                <Tag label="Customer" tone=Tone::Ok/><Tag label="Opportunity" tone=Tone::Info/><Tag label="Lead" tone=Tone::Warn/>
                <Tag label="Lost" tone=Tone::Bad/><Tag label="Advocate" tone=Tone::Accent/><Tag label="Gold · 4.820" tone=Tone::Gold icon=icon::STAR/>
                <Status label="3 d late" tone=Tone::Bad icon=icon::CLOCK/>
                <Tags labels=vec!["kopi".to_owned(), "grosir".to_owned(), "VIP".to_owned(), "a".to_owned(), "b".to_owned()]/>
                <Avatar name="Siti Rahmawati".to_owned() id="a".to_owned() named=true/>
                <Avatar name="ณัฐพล วงศ์สวัสดิ์".to_owned() id="b".to_owned() size="large" named=true/>
                <AvatarStack people=team/>
                <Money minor=125_000_000 currency="IDR".to_owned()/><Money minor=240_000_000_000 currency="IDR".to_owned() compact=true/>
                <Money minor=125_000_000 currency="THB".to_owned()/>
            </div>
            <div class="row">
                <Button label="Open dialog" on_press=move |()| modal.set(true)/>
                <Menu label="More" items=menu/>
                <Button label="Open sheet" on_press=move |()| sheet.set(true)/>
            </div>
            <div class="kpis">
                <Kpi label="Lifetime value" value="Rp 148,2 jt" exact="Rp 148.250.000" href="/app/deals"/>
                <Kpi label="Open deals" value="2" note="+12% · n 118" tone=Tone::Ok/>
                <Kpi label="Health" value="82"/>
            </div>
            <div class="next-step"><div><strong>"Call about the December order"</strong></div></div>
            <Stepper label="Import" steps=Signal::derive(|| ["File", "Match", "Check", "Import"].map(Into::into).to_vec()) current=step on_choose=move |at| step.set(at)/>
            <Banner text="You are offline. Notes, calls, tasks and stage moves are kept and sent later." tone=Tone::Warn/>
            <Banner text="Sample data" tone=Tone::Info><Button label="Remove all" on_press=|()| ()/></Banner>
            <Banner inline=true text="No answer from the mail server smtp.example:587." tone=Tone::Bad><Button label="Try again" size=Size::Small variant=Variant::Quiet on_press=|()| ()/></Banner>
            <Banner inline=true text="Checked on the server" tone=Tone::Ok/>
            <Accordion title="Empty fields" count=Some(6)><p>"Birthday, source, postal code"</p></Accordion>
            <Composer kinds kind draft="story" people=crate::ui::combobox::local_finder(Vec::new()) on_save=move |_: String| saved.update(|n| *n += 1) saved/>
            <Timeline entries=entries on_older=Some(Callback::new(|()| ()))/>
            <ChartFrame title="Where do leads come from?" headings=Signal::derive(|| vec!["Leads".to_owned()])
                lines=Signal::derive(lines) note="n 84 · this month" formula="Leads by source.">
                <BarList bars/>
            </ChartFrame>
            <JobCard title="Import" done=640 total=Some(1000) note="12,000 rows/s" on_cancel=|()| ()/>
            <Skeleton/>
            <EmptyState text="No contacts yet." icon=icon::USERS><Button label="Import a file" variant=Variant::Primary on_press=|()| ()/></EmptyState>
            <ErrorState text="The server gave no answer." error_id="01JD…" on_retry=|()| ()/>
        </div>
        <Modal open=modal title="Delete Siti?" footer=move || view! { <Button label="Close" on_press=move |()| modal.set(false)/> }>
            <p>"Moves to trash for 30 days."</p>
        </Modal>
        <Sheet open=sheet title="Filters"><p>"City is Bandung"</p></Sheet>
        <Drawer open=drawer title="Siti Rahmawati"><p>"Facts"</p></Drawer>
    }
}
