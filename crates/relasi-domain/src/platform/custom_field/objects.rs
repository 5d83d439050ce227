//! The objects that definitions name, read off the objects themselves while the program is built.

use std::{
    borrow::Cow,
    mem::{forget, replace},
};

use crate::{OBJECTS, record::Object};

/// Objects that can be given fields.
pub(super) static EXTENSIBLE: [Cow<'static, str>; EXTENSIBLE_COUNT] = names(true);
/// Objects that relations lead to: those that can be searched for.
pub(super) static TARGETS: [Cow<'static, str>; TARGET_COUNT] = names(false);

const EXTENSIBLE_COUNT: usize = count(true);
const TARGET_COUNT: usize = count(false);

const fn counts(object: &Object, extended: bool) -> bool {
    if extended {
        object.extensible
    } else {
        object.searchable
    }
}

const fn count(extended: bool) -> usize {
    let (mut at, mut count) = (0, 0);
    while at < OBJECTS.len() {
        if counts(OBJECTS[at], extended) {
            count += 1;
        }
        at += 1;
    }
    count
}

const fn names<const N: usize>(extended: bool) -> [Cow<'static, str>; N] {
    let mut names = [const { Cow::Borrowed("") }; N];
    let (mut at, mut place) = (0, 0);
    while at < OBJECTS.len() {
        if counts(OBJECTS[at], extended) {
            // Nothing is dropped while the program is built.
            forget(replace(&mut names[place], Cow::Borrowed(OBJECTS[at].name)));
            place += 1;
        }
        at += 1;
    }
    names
}
