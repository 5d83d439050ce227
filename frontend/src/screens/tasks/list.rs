//! `/app/activities`: everything that was done or is to be done, in every layout of a list.

use leptos::prelude::*;
use relasi_domain::interaction::activity::OBJECT;

use crate::i18n::k;
use crate::records::list::{GivenView, ListSpec, RecordList};

static ACTIVITIES: ListSpec = ListSpec {
    object: &OBJECT,
    title: k::views::ACTIVITIES,
    path: "/app/activities",
    empty: k::tasks::EMPTY,
    new: k::tasks::NEW_ACTIVITY,
    columns: &[
        ("subject", 260),
        ("kind", 110),
        ("due_at", 160),
        ("done_at", 160),
        ("contact_id", 180),
        ("company_id", 180),
        ("priority", 110),
        ("owner_id", 160),
    ],
    phone: ["contact_id", "due_at"],
    sort: "-created_at",
    layout: "",
    form: &[
        "kind",
        "subject",
        "due_at",
        "contact_id",
        "company_id",
        "deal_id",
        "duration_minutes",
        "priority",
        "location",
        "attendees",
        "members",
        "body",
    ],
    peek: &[
        "kind",
        "due_at",
        "done_at",
        "outcome",
        "contact_id",
        "company_id",
        "deal_id",
        "priority",
        "location",
        "duration_minutes",
        "attendees",
        "members",
        "owner_id",
        "created_at",
        "body",
    ],
    views: &[
        GivenView {
            id: "open",
            label: k::tasks::VIEW_OPEN,
            filter: "owner_id = me and done_at is empty and kind != note",
        },
        GivenView {
            id: "meetings",
            label: k::tasks::VIEW_MEETINGS,
            filter: "kind = meeting",
        },
    ],
};

/// The list of activities.
#[component]
pub fn ActivityList() -> impl IntoView {
    view! { <RecordList spec=&ACTIVITIES/> }
}
