//! From text to a tree of untyped tests.

use winnow::{
    LocatingSlice, ModalResult, Parser, Stateful,
    ascii::{Caseless, multispace0},
    combinator::{alt, cut_err, delimited, eof, not, opt, preceded, repeat, separated, terminated},
    error::{ContextError, ErrMode, StrContext},
    stream::Location,
    token::{any, none_of, one_of, take_while},
};

use super::{MAX_LENGTH, MAX_LIST, MAX_TESTS, Operator};
use crate::fault::Fault;

/// A filter whose fields and values nobody has looked at yet.
#[derive(Debug)]
pub(super) enum Syntax<'a> {
    All(Vec<Syntax<'a>>),
    Any(Vec<Syntax<'a>>),
    Not(Box<Syntax<'a>>),
    Test(Raw<'a>),
}

/// One test.
#[derive(Debug)]
pub(super) struct Raw<'a> {
    pub path: Word<&'a str>,
    pub operator: Word<Operator>,
    pub values: Vec<Word<Text>>,
}

/// Something with the byte at which it begins.
#[derive(Debug)]
pub(super) struct Word<T> {
    pub at: usize,
    pub it: T,
}

/// A value as written.
#[derive(Debug)]
pub(super) struct Text {
    pub text: String,
    /// Bare words may mean more than their letters: `today`, `me`.
    pub bare: bool,
}

/// How many parentheses and negations may be open, so that the parser's own depth stays small.
const MAX_OPEN: usize = 20;

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    open: usize,
    tests: usize,
}

type Input<'a> = Stateful<LocatingSlice<&'a str>, Count>;

/// Parses `text`; none when it holds nothing but white space.
pub(super) fn parse(text: &str) -> Result<Option<Syntax<'_>>, Fault> {
    if text.chars().count() > MAX_LENGTH {
        return Err(Fault::at("", "filter_too_long").with("max", MAX_LENGTH));
    }
    if let Some(at) = text.find(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Fault::at("", "control_character").with("position", position(text, at)));
    }
    if text.trim().is_empty() {
        return Ok(None);
    }
    let end = expect((multispace0, eof), "filter_expects_and_or");
    let input = Stateful {
        input: LocatingSlice::new(text),
        state: Count::default(),
    };
    terminated(any_of, end)
        .parse(input)
        .map(Some)
        .map_err(|error| {
            let code = error.inner().context().find_map(|context| match context {
                StrContext::Label(code) => Some(*code),
                _ => None,
            });
            let max = match code {
                Some("filter_too_many_tests") => Some(MAX_TESTS),
                Some("filter_list_too_long") => Some(MAX_LIST),
                Some("filter_too_deep") => Some(super::MAX_DEPTH),
                _ => None,
            };
            let fault = at(text, error.offset(), code.unwrap_or("filter_expects_field"));
            max.into_iter()
                .fold(fault, |fault, max| fault.with("max", max))
        })
}

/// A fault at a byte of the text.
pub(super) fn at(text: &str, at: usize, code: &'static str) -> Fault {
    let rest = text.get(at..).unwrap_or("").trim_start();
    let word = rest.split(char::is_whitespace).next().unwrap_or("");
    let found: String = word.chars().take(40).collect();
    Fault::at("", code)
        .with("position", position(text, text.len() - rest.len()))
        .with("found", found)
}

fn position(text: &str, at: usize) -> usize {
    text.get(..at).map_or(0, |before| before.chars().count()) + 1
}

/// From here on there is no other way to read the text; `code` says what should have come.
fn expect<'a, O>(
    parser: impl Parser<Input<'a>, O, ErrMode<ContextError>>,
    code: &'static str,
) -> impl Parser<Input<'a>, O, ErrMode<ContextError>> {
    cut_err(parser).context(StrContext::Label(code))
}

fn stop<T>(code: &'static str) -> ModalResult<T> {
    let mut error = ContextError::new();
    error.push(StrContext::Label(code));
    Err(ErrMode::Cut(error))
}

fn any_of<'a>(input: &mut Input<'a>) -> ModalResult<Syntax<'a>> {
    let first = all_of(input)?;
    let more: Vec<_> = repeat(0.., preceded(keyword("or"), all_of)).parse_next(input)?;
    Ok(group(first, more, Syntax::Any))
}

fn all_of<'a>(input: &mut Input<'a>) -> ModalResult<Syntax<'a>> {
    let first = one(input)?;
    let more: Vec<_> = repeat(0.., preceded(keyword("and"), one)).parse_next(input)?;
    Ok(group(first, more, Syntax::All))
}

fn group<'a>(
    first: Syntax<'a>,
    mut more: Vec<Syntax<'a>>,
    of: fn(Vec<Syntax<'a>>) -> Syntax<'a>,
) -> Syntax<'a> {
    if more.is_empty() {
        return first;
    }
    more.insert(0, first);
    of(more)
}

fn one<'a>(input: &mut Input<'a>) -> ModalResult<Syntax<'a>> {
    multispace0.parse_next(input)?;
    if input.state.open == MAX_OPEN {
        return stop("filter_too_deep");
    }
    input.state.open += 1;
    let found = if opt(keyword("not")).parse_next(input)?.is_some() {
        Syntax::Not(Box::new(one(input)?))
    } else if opt('(').parse_next(input)?.is_some() {
        terminated(any_of, expect((multispace0, ')'), "filter_expects_close")).parse_next(input)?
    } else {
        Syntax::Test(test(input)?)
    };
    input.state.open -= 1;
    Ok(found)
}

fn test<'a>(input: &mut Input<'a>) -> ModalResult<Raw<'a>> {
    if input.state.tests == MAX_TESTS {
        return stop("filter_too_many_tests");
    }
    input.state.tests += 1;
    let at = input.current_token_start();
    let name = take_while(1.., |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '_' | '.')
    });
    let it = expect(
        name.verify(|name: &str| !is_keyword(name)),
        "filter_expects_field",
    )
    .parse_next(input)?;
    let path = Word { at, it };
    multispace0.parse_next(input)?;
    let at = input.current_token_start();
    let it = expect(operator, "filter_expects_operator").parse_next(input)?;
    let operator = Word { at, it };
    let values = match it {
        Operator::Empty | Operator::NotEmpty => Vec::new(),
        Operator::In | Operator::NotIn => list(input)?,
        _ => vec![value(input)?],
    };
    Ok(Raw {
        path,
        operator,
        values,
    })
}

fn operator(input: &mut Input<'_>) -> ModalResult<Operator> {
    let symbol = alt((
        "=".value(Operator::Equal),
        "!=".value(Operator::NotEqual),
        "<=".value(Operator::AtMost),
        "<".value(Operator::Less),
        ">=".value(Operator::AtLeast),
        ">".value(Operator::Greater),
        "~".value(Operator::Contains),
        "^=".value(Operator::StartsWith),
    ));
    let words = alt((
        keyword("in").value(Operator::In),
        (keyword("not"), keyword("in")).value(Operator::NotIn),
        keyword("has").value(Operator::Has),
        (keyword("is"), keyword("empty")).value(Operator::Empty),
        (keyword("is"), keyword("not"), keyword("empty")).value(Operator::NotEmpty),
    ));
    alt((symbol, words)).parse_next(input)
}

fn list(input: &mut Input<'_>) -> ModalResult<Vec<Word<Text>>> {
    expect((multispace0, '('), "filter_expects_list").parse_next(input)?;
    let values: Vec<_> = separated(1.., value, (multispace0, ',')).parse_next(input)?;
    if values.len() > MAX_LIST {
        return stop("filter_list_too_long");
    }
    expect((multispace0, ')'), "filter_expects_close").parse_next(input)?;
    Ok(values)
}

fn value(input: &mut Input<'_>) -> ModalResult<Word<Text>> {
    multispace0.parse_next(input)?;
    let at = input.current_token_start();
    let it = if opt('"').parse_next(input)?.is_some() {
        let text = repeat(0.., character).parse_next(input)?;
        expect('"', "filter_unclosed_quote").parse_next(input)?;
        Text { text, bare: false }
    } else {
        let word = take_while(1.., is_bare).verify(|word: &str| !is_keyword(word));
        let text: &str = expect(word, "filter_expects_value").parse_next(input)?;
        Text {
            text: text.to_owned(),
            bare: true,
        }
    };
    Ok(Word { at, it })
}

/// One character inside quotes.
fn character(input: &mut Input<'_>) -> ModalResult<char> {
    let escaped = preceded('\\', any.map(|c| if c == 'n' { '\n' } else { c }));
    alt((escaped, none_of(['"', '\\']))).parse_next(input)
}

/// May stand in a value without quotes.
pub(super) fn is_bare(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(
            c,
            '"' | '\\' | '(' | ')' | ',' | '=' | '<' | '>' | '~' | '!' | '^'
        )
}

/// Has a meaning of its own and so needs quotes as a value.
pub(super) fn is_keyword(word: &str) -> bool {
    let words = ["and", "or", "not", "in", "has", "is", "empty"];
    words.iter().any(|known| word.eq_ignore_ascii_case(known))
}

fn keyword<'a>(word: &'static str) -> impl Parser<Input<'a>, (), ErrMode<ContextError>> {
    delimited(multispace0, Caseless(word), not(one_of(is_bare))).void()
}
