//! What is wrong with a request, said once, for every field at the same time.

use std::collections::BTreeMap;

use serde::Serialize;

/// One fault: where (JSON pointer), what (a translation key), and the values its text needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// JSON pointer into the request body, for example `/emails/0/value`; empty for the whole body.
    pub pointer: String,
    /// Stable code and translation key, for example `too_long`.
    pub code: &'static str,
    /// Values named in the translated text, for example `max`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<&'static str, String>,
}

impl Fault {
    /// A fault of the top-level member `field`.
    pub fn field(field: &str, code: &'static str) -> Self {
        Self::at(format!("/{field}"), code)
    }

    /// A fault at a JSON pointer.
    pub fn at(pointer: impl Into<String>, code: &'static str) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            params: BTreeMap::new(),
        }
    }

    /// Adds a value that the translated text names.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.params.insert(name, value.to_string());
        self
    }
}

/// All faults of one request; empty means valid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Adds one fault.
    pub fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Adds `code` at `field` when `wrong`.
    pub fn check(&mut self, wrong: bool, field: &str, code: &'static str) {
        if wrong {
            self.push(Fault::field(field, code));
        }
    }

    /// Adds what is wrong with a name: nothing but space, or more than `max` characters.
    pub fn check_name(&mut self, name: &str, max: usize) {
        self.check(name.trim().is_empty(), "name", "required");
        if name.chars().count() > max {
            self.push(Fault::field("name", "too_long").with("max", max));
        }
    }

    /// Adds `code` at a pointer when `wrong`; the pointer is made only then.
    pub fn wrong(&mut self, wrong: bool, at: impl FnOnce() -> String, code: &'static str) {
        if wrong {
            self.push(Fault::at(at(), code));
        }
    }

    /// The same faults, each at the pointer that `at` makes of its own.
    pub fn pointing(self, at: impl Fn(&str) -> String) -> Self {
        let faults = self.0.into_iter().map(|fault| Fault {
            pointer: at(&fault.pointer),
            ..fault
        });
        Self(faults.collect())
    }

    /// `Ok` when nothing was found.
    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}
