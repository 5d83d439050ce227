//! Buttons and form fields.

use leptos::prelude::*;

use crate::ui::address_input::{AddressInput, Part};
use crate::ui::button::{Button, IconButton, Size, Variant};
use crate::ui::combobox::{Combobox, local_finder};
use crate::ui::date_input::DateInput;
use crate::ui::date_range::{DateRange, Range};
use crate::ui::file_drop::FileDrop;
use crate::ui::icon;
use crate::ui::money::MoneyInput;
use crate::ui::phone_input::PhoneInput;
use crate::ui::select::{Choice, Select};
use crate::ui::text_input::{SearchInput, TextArea, TextInput};
use crate::ui::time_input::TimeInput;
use crate::ui::toast::use_toasts;

#[component]
pub fn Fields() -> impl IntoView {
    let toasts = use_toasts();
    let (name, note, phone, search) = (
        RwSignal::new("Siti Rahmawati".to_owned()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let (stage, day, amount, company) = (
        RwSignal::new("lead".to_owned()),
        RwSignal::new(None),
        RwSignal::new(Some(125_000_000)),
        RwSignal::new(None),
    );
    let (at, range) = (
        RwSignal::new("14:05".to_owned()),
        RwSignal::new(Range::default()),
    );
    let part = |label: &'static str, text: &str| Part {
        label: label.into(),
        value: RwSignal::new(text.to_owned()),
        error: Signal::stored(None),
    };
    let stages = Signal::derive(|| {
        vec![
            Choice::new("lead", "Prospek"),
            Choice::new("customer", "Pelanggan"),
        ]
    });
    let companies = [
        "CV Kopi Nusantara",
        "PT Sumber Makmur",
        "บริษัท สยามครัวเรือน จำกัด",
        "Harbour Freight Pte",
    ]
    .map(|n| Choice::new(n, n))
    .to_vec();
    view! {
        <div class="page-body text stack">
            <div class="row">
                <Button label="Save contact" variant=Variant::Primary key_hint="Ctrl Enter" on_press=move |()| toasts.ok("Saved")/>
                <Button label="Import" on_press=move |()| toasts.undoable("3 contacts moved to trash", move || toasts.ok("Back again"))/>
                <Button label="Later" variant=Variant::Quiet on_press=move |()| toasts.bad("No answer from the server")/>
                <Button label="Delete" variant=Variant::Danger icon=icon::TRASH_2 on_press=|()| ()/>
                <Button label="Saving" busy=true on_press=|()| ()/>
                <Button label="Merge" disabled=Some("Select two rows first".to_owned()) on_press=|()| ()/>
                <Button label="Small" size=Size::Small on_press=|()| ()/>
                <Button label="Large" size=Size::Large on_press=|()| ()/>
                <IconButton label="Star" icon=icon::STAR key_hint="S" on_press=|()| ()/>
            </div>
            <TextInput label="Name" value=name required=true hint="One name is enough"/>
            <TextInput label="E-mail" value=name error=Some("This e-mail already belongs to Budi Santoso. Open Budi or merge.".to_owned())/>
            <SearchInput label="Search contacts" value=search/>
            <Select label="Stage" value=stage choices=stages/>
            <Combobox label="Company" value=company find=local_finder(companies) on_create=move |name: String| toasts.ok(name)/>
            <DateInput label="Due" value=day/>
            <TimeInput label="At" value=at/>
            <DateRange label="Created" value=range/>
            <AddressInput label="Address" line=part("Address", "Jl. Braga 5") city=part("City", "Bandung")
                province=part("Province", "") postal_code=part("Postal code", "40111") country=part("Country", "ID")/>
            <MoneyInput label="Amount" value=amount currency="IDR".to_owned()/>
            <PhoneInput label="Phone" value=phone country="ID".to_owned()/>
            <TextArea label="Note" value=note limit=200_usize/>
            <FileDrop label="Drop a CSV file" hint="CSV, up to 100 MB" accept=".csv" on_files=UnsyncCallback::new(move |files: Vec<web_sys::File>| {
                for file in files { toasts.ok(file.name()); }
            })/>
        </div>
    }
}
