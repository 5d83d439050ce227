//! What differs between the lists of objects.

use std::cell::RefCell;

use relasi_domain::record::Object;

use super::look::Shown;
use crate::i18n::Key;
use crate::records::fields;

thread_local! {
    static WHOLE: RefCell<Vec<&'static ListSpec>> = RefCell::default();
}

/// A view that every list of an object has.
#[derive(Debug)]
pub struct GivenView {
    /// Its id in the address.
    pub id: &'static str,
    /// Its name on the tab.
    pub label: Key,
    /// Its filter.
    pub filter: &'static str,
}

/// One list.
#[derive(Debug)]
pub struct ListSpec {
    /// What is listed.
    pub object: &'static Object,
    /// Heading.
    pub title: Key,
    /// Its address.
    pub path: &'static str,
    /// Said when there is nothing at all.
    pub empty: Key,
    /// The button and dialog that make one.
    pub new: Key,
    /// Fields and widths of the columns at first, the name in front.
    pub columns: &'static [(&'static str, u32)],
    /// The second and third line of a row on phones.
    pub phone: [&'static str; 2],
    /// The order at first.
    pub sort: &'static str,
    /// The layout at first; empty for the table. What somebody chose instead is remembered in their browser.
    pub layout: &'static str,
    /// Fields of the dialog that makes one.
    pub form: &'static [&'static str],
    /// Fields of the peek drawer.
    pub peek: &'static [&'static str],
    /// Views besides "All".
    pub views: &'static [GivenView],
}

impl ListSpec {
    /// The list with the fields that the workspace has added: they can be columns, and stand in the dialog and the
    /// drawer.
    pub fn whole(&'static self) -> &'static Self {
        let object = fields::whole(self.object);
        if std::ptr::eq(object, self.object) {
            return self;
        }
        WHOLE.with_borrow_mut(|all| {
            let known = all
                .iter()
                .find(|one| one.path == self.path && std::ptr::eq(one.object, object));
            if let Some(known) = known {
                return *known;
            }
            let with = |names: &'static [&'static str]| {
                let added = fields::added(object).map(|field| field.name.as_ref());
                let all: Vec<&'static str> = names.iter().copied().chain(added).collect();
                &*all.leak()
            };
            // As long-lived as the fields themselves.
            let whole: &'static Self = Box::leak(Box::new(Self {
                object,
                form: with(self.form),
                peek: with(self.peek),
                ..*self
            }));
            all.push(whole);
            whole
        })
    }

    /// The columns at first.
    pub fn usual_columns(&self) -> Vec<Shown> {
        self.columns
            .iter()
            .map(|(field, width)| Shown {
                field: (*field).to_owned(),
                width: *width,
            })
            .collect()
    }
}
