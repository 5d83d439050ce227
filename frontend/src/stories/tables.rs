//! The list frame with 10,000 rows.

use leptos::prelude::*;

use crate::i18n::money;
use crate::ui::combobox::local_finder;
use crate::ui::filter_bar::{FilterBar, FilterField, FilterFields, ValueEditor};
use crate::ui::select::Choice;
use crate::ui::table::{CellEditor, Column, Edit, Table};
use crate::ui::tabs::Tab;
use crate::ui::tag::{Avatar, Tag, Tone};
use crate::ui::toast::use_toasts;
use crate::ui::view_tabs::ViewTabs;
use std::sync::Arc;

#[derive(Clone, PartialEq)]
struct Person {
    id: String,
    name: String,
    company: String,
    minor: i64,
}

const NAMES: [(&str, &str); 4] = [
    ("Siti Rahmawati", "CV Kopi Nusantara"),
    ("ณัฐพล วงศ์สวัสดิ์", "บริษัท สยามครัวเรือน จำกัด"),
    ("Budi Santoso", "PT Sumber Makmur"),
    ("James Tan", "Harbour Freight Pte"),
];

fn people() -> Vec<Person> {
    (0..10_000_i64)
        .zip(NAMES.iter().cycle())
        .map(|(at, (name, company))| Person {
            id: at.to_string(),
            name: (*name).to_owned(),
            company: (*company).to_owned(),
            minor: at * 1_250_000,
        })
        .collect()
}

#[component]
pub fn Tables() -> impl IntoView {
    let toasts = use_toasts();
    let rows = RwSignal::new(people());
    let (sort, selected) = (RwSignal::new(None), RwSignal::default());
    let conditions = RwSignal::default();
    let columns = Signal::derive(|| {
        vec![
        Column::new("name", "Name", 220, |p: &Person| view! {
            <Avatar name=p.name.clone() id=p.name.clone()/><a href="/app/dev/ui">{p.name.clone()}</a>
        }).sortable(),
        Column::new("company", "Company", 220, |p: &Person| view! { <span>{p.company.clone()}</span> }).sortable()
            .editor(CellEditor::Text(Arc::new(|p: &Person| p.company.clone()))),
        Column::new("stage", "Stage", 140, |_: &Person| view! { <Tag label="Customer" tone=Tone::Ok/> }),
        Column::new("amount", "Open deals", 160, |p: &Person| view! { <span class="money">{money(p.minor, "IDR")}</span> }).right().sortable(),
        Column::new("note", "Next step", 200, |_: &Person| view! { <span class="secondary">"Besok 09.00"</span> }),
    ]
    });
    let fields = Signal::derive(|| {
        let offered = vec![
            FilterField {
                id: "name".to_owned(),
                label: "Name".into(),
                operators: vec!["~", "=", "is empty"],
                editor: ValueEditor::Text,
            },
            FilterField {
                id: "stage".to_owned(),
                label: "Stage".into(),
                operators: vec!["in", "not in"],
                editor: ValueEditor::Choices(Signal::derive(|| {
                    vec![
                        Choice::new("lead", "Lead"),
                        Choice::new("customer", "Customer"),
                    ]
                })),
            },
            FilterField {
                id: "day".to_owned(),
                label: "Last activity".into(),
                operators: vec![">", "<"],
                editor: ValueEditor::Day,
            },
            FilterField {
                id: "owner".to_owned(),
                label: "Owner".into(),
                operators: vec!["="],
                editor: ValueEditor::Find(local_finder(vec![Choice::new("me", "Dewi")])),
            },
        ];
        let all = offered.clone();
        FilterFields {
            offered,
            find: Arc::new(move |id| all.iter().find(|field| field.id == id).cloned()),
        }
    });
    let views = Signal::derive(|| {
        vec![
            Tab::new("all", "All"),
            Tab::new("mine", "My contacts").count(12),
        ]
    });
    let view = RwSignal::new("all".to_owned());
    let edit = move |edit: Edit| {
        rows.update(|rows| {
            if let Some(person) = rows.iter_mut().find(|p| p.id == edit.row) {
                person.company = edit.value;
            }
        });
    };
    view! {
        <ViewTabs views current=view on_choose=move |id| view.set(id) on_add=|()| ()/>
        <FilterBar fields conditions changed=true on_save=|()| () on_reset=|()| ()/>
        <Table label="Contacts" name="story" columns rows row_id=|p| p.id.clone() total=Some(10_000) sort selected
            on_open=move |id: String| toasts.ok(format!("open {id}")) on_peek=move |id: String| toasts.ok(format!("peek {id}")) on_edit=edit/>
    }
}
