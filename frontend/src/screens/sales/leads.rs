//! `/app/leads`: the list of leads, and what becomes of those that are handed over.

use leptos::prelude::*;
use relasi_domain::sales::lead::OBJECT;

use super::hand_offs::HandOffs;
use crate::i18n::k;
use crate::records::list::{GivenView, ListSpec, RecordList};
use crate::ui::button::{Button, Size, Variant};
use crate::ui::icon;

static LEADS: ListSpec = ListSpec {
    object: &OBJECT,
    title: k::leads::TITLE,
    path: "/app/leads",
    empty: k::leads::EMPTY,
    new: k::leads::NEW,
    columns: &[
        ("name", 220),
        ("company_name", 180),
        ("status", 130),
        ("score", 90),
        ("source", 130),
        ("campaign", 140),
        ("owner_id", 160),
        ("response_due_at", 150),
        ("next_step_at", 150),
        ("created_at", 150),
    ],
    phone: ["company_name", "response_due_at"],
    sort: "-created_at",
    layout: "",
    form: &[
        "name",
        "company_name",
        "emails",
        "phones",
        "job_title",
        "source",
        "campaign",
        "city",
        "tags",
    ],
    peek: &[
        "status",
        "company_name",
        "job_title",
        "emails",
        "phones",
        "owner_id",
        "source",
        "campaign",
        "source_detail",
        "first_touch_at",
        "score",
        "grade",
        "chance",
        "tags",
        "language",
        "city",
        "country",
        "website",
        "first_response_at",
        "response_due_at",
        "handed_off_at",
        "accepted_at",
        "return_reason",
        "unqualified_reason",
        "contact_id",
        "company_id",
        "deal_id",
        "last_activity_at",
        "created_at",
        "description",
    ],
    views: &[
        GivenView {
            id: "open",
            label: k::leads::VIEW_OPEN,
            filter: "not status in (unqualified, converted)",
        },
        GivenView {
            id: "mine",
            label: k::leads::VIEW_MINE,
            filter: "owner_id = me and not status in (unqualified, converted)",
        },
        GivenView {
            id: "no-response",
            label: k::leads::VIEW_WAITING,
            filter: "first_response_at is empty and not status in (unqualified, converted)",
        },
        GivenView {
            id: "to-accept",
            label: k::leads::VIEW_HANDED,
            filter: "handed_off_at is not empty and accepted_at is empty and returned_at is empty and not status in (unqualified, converted)",
        },
    ],
};

/// `/app/leads`.
#[component]
pub fn LeadList() -> impl IntoView {
    let open = RwSignal::new(false);
    let bar = move || {
        view! {
            <Button label=k::leads::REPORT icon=icon::CHART_COLUMN size=Size::Small variant=Variant::Quiet on_press=move |()| open.set(true)/>
            <a class="btn quiet small" href="/app/speed-to-lead">{k::speed::TITLE}</a>
        }
    };
    view! {
        <RecordList spec=&LEADS bar=ViewFn::from(bar)/>
        <HandOffs open/>
    }
}
