//! Filters as text again; what is printed parses to the same filter.

use std::fmt::{self, Write as _};

use chrono::SecondsFormat;

use super::{Filter, Operand, Test, Value, syntax};
use crate::field::written;

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(filters) => join(f, filters, " and "),
            Self::Any(filters) => join(f, filters, " or "),
            Self::Not(inner) => {
                f.write_str("not ")?;
                part(f, inner)
            }
            Self::Test(test) => write!(f, "{test}"),
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, filters: &[Filter], word: &str) -> fmt::Result {
    for (index, filter) in filters.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        part(f, filter)?;
    }
    Ok(())
}

fn part(f: &mut fmt::Formatter<'_>, filter: &Filter) -> fmt::Result {
    match filter {
        Filter::All(_) | Filter::Any(_) => write!(f, "({filter})"),
        Filter::Not(_) | Filter::Test(_) => write!(f, "{filter}"),
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, self.operator)?;
        match &self.operand {
            Operand::None => Ok(()),
            operand => write!(f, " {operand}"),
        }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Literal(value) => value.fmt(f),
            Self::Relative(relative) => relative.fmt(f),
            Self::Me => f.write_str("me"),
            Self::MyTeam => f.write_str("my_team"),
            Self::List(operands) => {
                let all: Vec<_> = operands.iter().map(ToString::to_string).collect();
                write!(f, "({})", all.join(", "))
            }
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => text_value(f, text),
            Self::Integer(number) => number.fmt(f),
            Self::Number(number) => f.write_str(&written(*number)),
            Self::Boolean(truth) => truth.fmt(f),
            Self::Date(date) => date.fmt(f),
            Self::Instant(instant) => {
                f.write_str(&instant.to_rfc3339_opts(SecondsFormat::AutoSi, true))
            }
            Self::Id(id) => write!(f, "\"{id}\""),
        }
    }
}

/// Codes stay bare, everything else is quoted: it may hold spaces or letters that end a word.
fn text_value(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let code = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if code && !text.is_empty() && !syntax::is_keyword(text) {
        return f.write_str(text);
    }
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            '\n' => f.write_str("\\n")?,
            _ => f.write_char(c)?,
        }
    }
    f.write_char('"')
}
