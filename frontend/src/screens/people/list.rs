//! The lists of contacts and companies.

use leptos::prelude::*;
use relasi_domain::people::{company, contact};

use crate::i18n::k;
use crate::records::list::{GivenView, ListSpec, RecordList};

static CONTACTS: ListSpec = ListSpec {
    object: &contact::OBJECT,
    title: k::place::CONTACTS,
    path: "/app/contacts",
    empty: k::lists::CONTACTS_EMPTY,
    new: k::lists::CONTACT_NEW,
    columns: &[
        ("full_name", 230),
        ("company_id", 190),
        ("emails", 220),
        ("phones", 160),
        ("lifecycle_stage", 140),
        ("next_step_at", 160),
        ("owner_id", 160),
        ("tags", 180),
    ],
    phone: ["company_id", "next_step_at"],
    sort: "full_name",
    layout: "",
    form: &[
        "full_name",
        "company_id",
        "emails",
        "phones",
        "job_title",
        "lifecycle_stage",
        "city",
        "source",
        "tags",
    ],
    peek: &[
        "company_id",
        "job_title",
        "emails",
        "phones",
        "preferred_channel",
        "lifecycle_stage",
        "owner_id",
        "tags",
        "source",
        "address",
        "city",
        "province",
        "postal_code",
        "country",
        "birth_date",
        "last_activity_at",
        "created_at",
        "description",
    ],
    views: &[
        GivenView {
            id: "mine",
            label: k::lists::CONTACTS_MINE,
            filter: "owner_id = me",
        },
        GivenView {
            id: "overdue",
            label: k::lists::CONTACTS_OVERDUE,
            filter: "next_step_at < now",
        },
        GivenView {
            id: "no-step",
            label: k::lists::CONTACTS_NO_STEP,
            filter: "next_step_at is empty",
        },
    ],
};

static COMPANIES: ListSpec = ListSpec {
    object: &company::OBJECT,
    title: k::place::COMPANIES,
    path: "/app/companies",
    empty: k::lists::COMPANIES_EMPTY,
    new: k::lists::COMPANY_NEW,
    columns: &[
        ("name", 250),
        ("industry", 160),
        ("city", 140),
        ("lifecycle_stage", 140),
        ("domain", 180),
        ("employees", 110),
        ("next_step_at", 160),
        ("owner_id", 160),
        ("tags", 180),
    ],
    phone: ["city", "next_step_at"],
    sort: "name",
    layout: "",
    form: &[
        "name",
        "domain",
        "industry",
        "emails",
        "phones",
        "lifecycle_stage",
        "address",
        "city",
        "province",
        "postal_code",
        "country",
        "tags",
    ],
    peek: &[
        "industry",
        "domain",
        "website",
        "emails",
        "phones",
        "lifecycle_stage",
        "owner_id",
        "tags",
        "employees",
        "tax_id",
        "parent_id",
        "address",
        "city",
        "province",
        "postal_code",
        "country",
        "last_activity_at",
        "created_at",
        "description",
    ],
    views: &[
        GivenView {
            id: "mine",
            label: k::lists::COMPANIES_MINE,
            filter: "owner_id = me",
        },
        GivenView {
            id: "no-step",
            label: k::lists::CONTACTS_NO_STEP,
            filter: "next_step_at is empty",
        },
    ],
};

/// `/app/contacts`.
#[component]
pub fn ContactList() -> impl IntoView {
    view! { <RecordList spec=&CONTACTS/> }
}

/// `/app/companies`.
#[component]
pub fn CompanyList() -> impl IntoView {
    view! { <RecordList spec=&COMPANIES/> }
}
