//! Texts in Markdown, drawn piece by piece: whatever stands in them, nothing becomes HTML.

use leptos::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, TextMergeStream};
use relasi_domain::interaction::mention::{SCHEME, mentions};

/// Where a link may lead to. Others are words.
const SCHEMES: [&str; 4] = ["https://", "http://", "mailto:", "tel:"];

/// A text in Markdown. HTML in it is shown as text, pictures as links, headings as bold lines, mentions as names.
#[component]
pub fn Markdown(
    /// The text.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let text = named(&text);
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut events = TextMergeStream::new(Parser::new_ext(&text, options));
    let drawn = inside(&mut events, None, Links::Found);
    view! { <div class="markdown">{drawn}</div> }
}

/// The text with the sign of each mention inside of its link, so that both are drawn as one.
fn named(text: &str) -> String {
    let mut named = String::with_capacity(text.len());
    let mut from = 0;
    for mention in mentions(text) {
        named.push_str(&text[from..mention.place.start]);
        let link = format!("[@{}]({SCHEME}{})", mention.name, mention.user);
        named.push_str(&link);
        from = mention.place.end;
    }
    named.push_str(&text[from..]);
    named
}

/// Whether addresses among words become links: not where they stand in one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Links {
    Found,
    Left,
}

/// Draws what comes until the end of a part.
fn inside(
    events: &mut dyn Iterator<Item = Event<'_>>,
    end: Option<TagEnd>,
    links: Links,
) -> Vec<AnyView> {
    let mut drawn = Vec::new();
    while let Some(event) = events.next() {
        match event {
            Event::End(tag) if Some(tag) == end => break,
            Event::Start(tag) => drawn.push(part(tag, events, links)),
            Event::Text(text) if links == Links::Found => drawn.extend(words(&text)),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                drawn.push(text.into_string().into_any());
            }
            Event::Code(text) => {
                drawn.push(view! { <code>{text.into_string()}</code> }.into_any());
            }
            Event::SoftBreak | Event::HardBreak => drawn.push(view! { <br/> }.into_any()),
            Event::Rule => drawn.push(view! { <hr/> }.into_any()),
            Event::TaskListMarker(done) => {
                drawn.push(if done { "☑ " } else { "☐ " }.into_any());
            }
            _ => {}
        }
    }
    drawn
}

fn part<'t>(tag: Tag<'t>, events: &mut dyn Iterator<Item = Event<'t>>, links: Links) -> AnyView {
    let links = match tag {
        Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_) => Links::Left,
        _ => links,
    };
    let inner = inside(events, Some(tag.to_end()), links);
    match tag {
        Tag::Heading { .. } => view! { <p><strong>{inner}</strong></p> }.into_any(),
        Tag::BlockQuote(_) => view! { <blockquote>{inner}</blockquote> }.into_any(),
        Tag::CodeBlock(_) => view! { <pre tabindex="0"><code>{inner}</code></pre> }.into_any(),
        Tag::List(None) => view! { <ul>{inner}</ul> }.into_any(),
        Tag::List(Some(start)) => view! { <ol start=start.to_string()>{inner}</ol> }.into_any(),
        Tag::Item => view! { <li>{inner}</li> }.into_any(),
        Tag::Emphasis => view! { <em>{inner}</em> }.into_any(),
        Tag::Strong => view! { <strong>{inner}</strong> }.into_any(),
        Tag::Strikethrough => view! { <del>{inner}</del> }.into_any(),
        Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => link(&dest_url, inner),
        Tag::Paragraph | Tag::HtmlBlock => view! { <p>{inner}</p> }.into_any(),
        _ => inner.into_any(),
    }
}

fn link(address: &str, inner: Vec<AnyView>) -> AnyView {
    if address.starts_with(SCHEME) {
        return view! { <span class="mention">{inner}</span> }.into_any();
    }
    match safe(address) {
        Some(address) => outward(address, inner.into_any()),
        None => inner.into_any(),
    }
}

fn outward(address: String, inner: AnyView) -> AnyView {
    view! { <a href=address target="_blank" rel="noopener noreferrer nofollow">{inner}</a> }
        .into_any()
}

/// The address of a link that leads out and can do nothing else.
fn safe(address: &str) -> Option<String> {
    let lower = address.to_ascii_lowercase();
    let known = SCHEMES.iter().any(|scheme| lower.starts_with(scheme));
    known.then(|| address.to_owned())
}

/// Words, with the addresses among them as links.
fn words(text: &str) -> Vec<AnyView> {
    let piece = |piece: Piece<'_>| match piece {
        Piece::Words(words) => words.to_owned().into_any(),
        Piece::Address(address) => outward(address.to_owned(), address.to_owned().into_any()),
    };
    pieces(text).into_iter().map(piece).collect()
}

#[derive(Debug, PartialEq, Eq)]
enum Piece<'t> {
    Words(&'t str),
    Address(&'t str),
}

/// Where addresses of the web stand in a text. The sign after one that ends a sentence is not part of it.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices("http") {
        let begins = ["https://", "http://"]
            .iter()
            .any(|it| text[at..].starts_with(it));
        let after_word = text[..at]
            .chars()
            .next_back()
            .is_some_and(char::is_alphanumeric);
        if at < from || !begins || after_word {
            continue;
        }
        let rest = &text[at..];
        let end = rest
            .find(|c: char| c.is_whitespace() || "<>\"".contains(c))
            .unwrap_or(rest.len());
        let address = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']);
        if address.len() <= "https://".len() {
            continue;
        }
        if from < at {
            pieces.push(Piece::Words(&text[from..at]));
        }
        pieces.push(Piece::Address(address));
        from = at + address.len();
    }
    if from < text.len() {
        pieces.push(Piece::Words(&text[from..]));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use Piece::{Address, Words};

    #[test]
    fn only_links_that_lead_out_are_links() {
        for good in ["https://a.example", "HTTP://a", "mailto:a@b", "tel:+62"] {
            assert!(safe(good).is_some(), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:x",
            "data:text/html,x",
            "/app",
            "//a.example",
            "vbscript:x",
            " https://a",
            "blob:x",
        ] {
            assert!(safe(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn addresses_in_words_are_found() {
        assert_eq!(
            pieces("see https://a.example/b_c?d=1, ok"),
            [
                Words("see "),
                Address("https://a.example/b_c?d=1"),
                Words(", ok")
            ]
        );
        assert_eq!(pieces("http://"), [Words("http://")]);
        assert_eq!(pieces("xhttp://a.example"), [Words("xhttp://a.example")]);
        assert_eq!(
            pieces("(http://a.example)"),
            [Words("("), Address("http://a.example"), Words(")")]
        );
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn the_sign_of_a_mention_is_drawn_with_the_name() {
        let id = "0198c0de-0000-7000-8000-000000000000";
        assert_eq!(
            named(&format!("a @[Siti](user:{id})!")),
            format!("a [@Siti](user:{id})!")
        );
        assert_eq!(named("a@b"), "a@b");
    }
}
