//! Words of files that are made for people.

use std::collections::BTreeMap;

use relasi_app::platform::import::{Reason, Wording};
use relasi_domain::locale::{self, Language};

/// The words of files with what was not taken.
pub(super) struct Words(pub(super) Language);

impl Wording for Words {
    fn row(&self) -> String {
        locale::text(self.0, "import.row")
            .unwrap_or("row")
            .to_owned()
    }

    fn reason(&self) -> String {
        locale::text(self.0, "import.reason")
            .unwrap_or("reason")
            .to_owned()
    }

    fn text(&self, reason: &Reason) -> String {
        let params: BTreeMap<&str, String> = reason
            .params
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        let of = |area: &str| locale::format(self.0, &format!("{area}.{}", reason.code), &params);
        of("fault")
            .or_else(|| of("problem"))
            .unwrap_or_else(|| reason.code.clone())
    }
}
