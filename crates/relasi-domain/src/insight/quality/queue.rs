//! Records that somebody should look at, as filters of the ordinary lists.

use serde::{Deserialize, Serialize};

use super::Measure;
use crate::record::Object;

/// What a work queue is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    /// Pairs that look alike.
    Duplicates,
    /// An e-mail address that can't be right.
    BadEmail,
    /// A phone number that can't be called.
    BadPhone,
    /// An open deal that should have closed already.
    Overdue,
    /// Nobody answers for it.
    NoOwner,
    /// Not touched for twelve months.
    Stale,
    /// A field that should be filled is empty.
    Missing,
}

impl Queue {
    /// The queues of an object.
    pub fn of(object: &Object) -> &'static [Self] {
        match object.name {
            "deal" => &[Self::Overdue, Self::NoOwner, Self::Stale, Self::Missing],
            _ => &[
                Self::Duplicates,
                Self::BadEmail,
                Self::BadPhone,
                Self::NoOwner,
                Self::Stale,
                Self::Missing,
            ],
        }
    }

    /// Its records as a filter of the ordinary list; none for pairs, which have a page of their own, and where nothing
    /// is asked for.
    pub fn filter(self, object: &Object, measure: &Measure) -> Option<String> {
        let text = match self {
            Self::Duplicates => return None,
            Self::BadEmail => "problems has bad_email".to_owned(),
            Self::BadPhone => "problems has bad_phone".to_owned(),
            Self::Overdue => "status = open and close_date < today".to_owned(),
            Self::NoOwner => "owner_id is empty".to_owned(),
            Self::Stale => {
                "updated_at < today-12mo and (last_activity_at < today-12mo or last_activity_at is empty)"
                    .to_owned()
            }
            Self::Missing => {
                let empty = measure.fields.iter().map(|name| format!("{name} is empty"));
                let any = empty.collect::<Vec<_>>().join(" or ");
                return (!any.is_empty()).then(|| limited(object, any));
            }
        };
        Some(limited(object, text))
    }
}

/// Deals and leads that are over are not worked on any more.
fn limited(object: &Object, filter: String) -> String {
    match object.name {
        "deal" if !filter.starts_with("status") => format!("status = open and ({filter})"),
        "lead" => format!("not status in (unqualified, converted) and ({filter})"),
        _ => filter,
    }
}
