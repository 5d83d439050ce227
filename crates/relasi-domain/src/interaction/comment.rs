//! A comment: what a member says to the others about a record.

use crate::{
    fault::Faults,
    record::{Guard, Object},
};

/// The most characters of a comment.
pub const LONGEST: usize = 10_000;

/// What rights are asked of. Comments go with the record that they are about and have no list of their own.
pub static OBJECT: Object = Object {
    name: "comment",
    plural: "comments",
    table: "comments",
    title: "body",
    fields: &[],
    searchable: false,
    extensible: false,
    guard: Guard::Records,
};

/// A comment's text as it is kept: Markdown without the white space around it.
///
/// # Errors
/// Faults at `/body`: `required`, `too_long`.
pub fn tidy(body: &str) -> Result<String, Faults> {
    let body = body.trim();
    let mut faults = Faults::default();
    faults.check(body.is_empty(), "body", "required");
    if body.chars().count() > LONGEST {
        faults.push(crate::fault::Fault::at("/body", "too_long").with("max", LONGEST));
    }
    faults.into_result().map(|()| body.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_says_something_and_not_too_much() {
        assert_eq!(tidy("  well \n").unwrap(), "well");
        assert_eq!(tidy(" \n").unwrap_err().0[0].code, "required");
        assert!(tidy(&"ก".repeat(LONGEST)).is_ok());
        assert_eq!(
            tidy(&"ก".repeat(LONGEST + 1)).unwrap_err().0[0].code,
            "too_long"
        );
    }
}
