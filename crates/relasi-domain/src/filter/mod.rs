//! The filter grammar.

use crate::{fault::Fault, record::Object};

/// A parsed filter.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter;

/// Parses a filter over `object`.
pub fn parse(_text: &str, _object: &'static Object) -> Result<Filter, Fault> {
    Ok(Filter)
}
