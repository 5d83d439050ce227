//! The lists of products and quotes.

use leptos::prelude::*;
use relasi_domain::commerce::{product, quote};

use crate::i18n::k;
use crate::records::list::{GivenView, ListSpec, RecordList};

static PRODUCTS: ListSpec = ListSpec {
    object: &product::OBJECT,
    title: k::place::PRODUCTS,
    path: "/app/products",
    empty: k::commerce::NO_PRODUCTS,
    new: k::commerce::PRODUCT_NEW,
    columns: &[
        ("name", 250),
        ("code", 130),
        ("category", 150),
        ("kind", 110),
        ("price", 150),
        ("unit", 90),
        ("tax_rate_id", 120),
        ("discontinued", 130),
    ],
    phone: ["code", "price"],
    sort: "name",
    layout: "",
    form: &[
        "name",
        "code",
        "kind",
        "category",
        "unit",
        "price",
        "cost",
        "currency",
        "tax_rate_id",
        "description",
    ],
    peek: &[
        "code",
        "kind",
        "category",
        "unit",
        "price",
        "cost",
        "currency",
        "tax_rate_id",
        "discontinued",
        "owner_id",
        "created_at",
        "description",
    ],
    views: &[GivenView {
        id: "offered",
        label: k::commerce::PRODUCTS_OFFERED,
        filter: "discontinued = false",
    }],
};

static QUOTES: ListSpec = ListSpec {
    object: &quote::OBJECT,
    title: k::place::QUOTES,
    path: "/app/quotes",
    empty: k::commerce::NO_QUOTES,
    new: k::commerce::MAKE_QUOTE,
    columns: &[
        ("name", 250),
        ("number", 110),
        ("status", 150),
        ("company_id", 190),
        ("total", 150),
        ("valid_until", 130),
        ("owner_id", 160),
    ],
    phone: ["status", "total"],
    sort: "-created_at",
    layout: "",
    form: &[
        "name",
        "deal_id",
        "company_id",
        "contact_id",
        "currency",
        "language",
        "valid_until",
    ],
    peek: &[
        "number",
        "revision",
        "status",
        "deal_id",
        "company_id",
        "contact_id",
        "total",
        "currency",
        "language",
        "valid_until",
        "sent_at",
        "viewed_at",
        "decided_at",
        "reason",
        "owner_id",
        "created_at",
    ],
    views: &[
        GivenView {
            id: "mine",
            label: k::commerce::QUOTES_MINE,
            filter: "owner_id = me",
        },
        GivenView {
            id: "open",
            label: k::commerce::OPEN_QUOTES,
            filter: "status in (draft, waiting, approved, sent, viewed)",
        },
        GivenView {
            id: "waiting",
            label: k::commerce::QUOTES_WAITING,
            filter: "status = waiting",
        },
    ],
};

/// `/app/products`.
#[component]
pub fn ProductList() -> impl IntoView {
    view! { <RecordList spec=&PRODUCTS/> }
}

/// `/app/quotes`.
#[component]
pub fn QuoteList() -> impl IntoView {
    view! { <RecordList spec=&QUOTES/> }
}
