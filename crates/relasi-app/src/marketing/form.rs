//! Forms on the web: whoever fills one in becomes a lead, by the same use case as any other.
//!
//! What is sent is kept whatever becomes of it. What looks like a machine's is held until somebody looks at it, and is not
//! lost. What comes from somebody whose lead is still open adds to that lead.

mod change;
mod page;
mod row;
mod submission;
mod submit;
mod take;

pub(crate) use self::change::create_as;
pub use self::{
    change::{FormPatch, NewForm, change, create, delete, find, list},
    page::{Page, Shown, open},
    row::{Form, MAX_FORMS, MAX_NAME},
    submission::{STATES, Submission, Which, discard, release, submissions},
    submit::{MAX_BODY, Outcome, Post, submit},
};
pub(in crate::marketing) use self::{
    change::{address, check_purposes},
    page::{is_slug, language_of},
    submit::{keep, suspicion},
    take::{Kept, agree, keys, lead_of},
};
