//! People and companies that are there twice: noticed before they are saved, found in the whole base, made one.

mod choice;
mod leads;
mod lookup;
mod merge;
mod merges;
mod moves;
mod pairs;
mod phones;
mod rows;
mod scan;
mod settings;
mod undo;

pub use choice::Choice;
pub(crate) use lookup::same_by_phone;
pub use lookup::{Similar, similar};
pub use merge::{Order, merge};
pub use merges::{Merge, find as find_merge, list as list_merges, sweep};
pub(crate) use merges::{absorbed, refuse_merged};
pub use pairs::{Pairs, Wanted, decide, find, list, open_pairs};
pub use scan::{Scan, begin, handlers};
pub use settings::{change, thresholds};
pub use undo::{Undone, undo};

use relasi_domain::{people::duplicate, record::Object};

use crate::refusal::{Refusal, Result};

/// The object of this name, if its records are compared and merged.
///
/// # Errors
/// [`Refusal::Invalid`] at `pointer` for others.
pub fn comparable(name: &str, pointer: &str) -> Result<&'static Object> {
    let known = duplicate::OBJECTS
        .into_iter()
        .find(|object| object.name == name);
    known.ok_or_else(|| {
        let names = duplicate::OBJECTS.map(|object| object.name).join(", ");
        let fault = relasi_domain::fault::Fault::at(pointer, "not_a_choice");
        Refusal::from(fault.with("choices", names))
    })
}
