//! Small marks: tags, statuses, people.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::i18n::{k, number};

/// Marks shown of many; the rest is counted.
const SHOWN: usize = 3;

/// Colour family of a mark.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Tone {
    /// Grey.
    #[default]
    Neutral,
    /// The product's own.
    Accent,
    /// Good.
    Ok,
    /// Plain fact.
    Info,
    /// Needs a look.
    Warn,
    /// Wrong or late.
    Bad,
    /// Gold; next steps and tiers.
    Gold,
}

impl Tone {
    /// Class name of the tone.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Accent => "accent",
            Self::Ok => "ok",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Gold => "gold",
        }
    }
}

/// A soft colour and a word.
#[component]
pub fn Tag(
    /// The word.
    #[prop(into)]
    label: TextProp,
    /// Its colour.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// Drawn before the word.
    #[prop(optional, into)]
    icon: Option<Icon>,
) -> impl IntoView {
    view! {
        <span class=move || format!("tag {}", tone.get().class())>
            {icon.map(|icon| view! { <Glyph icon/> })}{move || label.get()}
        </span>
    }
}

/// A word with an icon in the tone's colour, without a ground: "3 d late".
#[component]
pub fn Status(
    /// The word.
    #[prop(into)]
    label: TextProp,
    /// Its colour.
    #[prop(into)]
    tone: Signal<Tone>,
    /// Says the same as the colour.
    icon: Icon,
) -> impl IntoView {
    view! { <span class=move || format!("status {}", tone.get().class())><Glyph icon/>{move || label.get()}</span> }
}

/// At most three tags, the rest as "+2" with the names in its title.
#[component]
pub fn Tags(
    /// The words.
    #[prop(into)]
    labels: Signal<Vec<String>>,
) -> impl IntoView {
    move || {
        let all = labels.get();
        let (shown, rest) = all.split_at(all.len().min(SHOWN));
        let shown = shown
            .iter()
            .cloned()
            .map(|label| view! { <Tag label/> })
            .collect_view();
        let more = (!rest.is_empty()).then(|| {
            let count = i64::try_from(rest.len()).unwrap_or(i64::MAX);
            let title = rest.join(", ");
            view! { <span class="tag neutral" title=title aria-label=k::common::more_count(count)>"+"{rest.len()}</span> }
        });
        view! { <span class="tags">{shown}{more}</span> }
    }
}

/// Initials on a colour of its own. The name is in the title; say the name beside it or set `named`.
#[component]
pub fn Avatar(
    /// Full name.
    #[prop(into)]
    name: Signal<String>,
    /// Decides the colour.
    #[prop(into)]
    id: Signal<String>,
    /// 22, 24 (default) or 48 px: `small`, empty, `large`.
    #[prop(optional, into)]
    size: Option<&'static str>,
    /// Read out by screen readers, for avatars that stand alone.
    #[prop(optional)]
    named: bool,
) -> impl IntoView {
    let hue = move || {
        format!(
            "avatar {} hue-{}",
            size.unwrap_or_default(),
            hash(&id.get()) % 5
        )
    };
    view! {
        <span class=hue title=move || name.get()
            role=named.then_some("img")
            aria-label=move || named.then(|| name.get())
            aria-hidden=(!named).then_some("true")>
            {move || initials(&name.get())}
        </span>
    }
}

/// Some people as overlapping avatars: three at most, then how many more. All names are read out.
#[component]
pub fn AvatarStack(
    /// Id and full name of each.
    #[prop(into)]
    people: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    let names = move || {
        let people = people.get();
        let names: Vec<_> = people.into_iter().map(|(_, name)| name).collect();
        names.join(", ")
    };
    move || {
        let people = people.get();
        let more = people.len().saturating_sub(SHOWN);
        let shown = people
            .into_iter()
            .take(SHOWN)
            .map(|(id, name)| view! { <Avatar name=Signal::stored(name) id=Signal::stored(id)/> })
            .collect_view();
        let rest = (more > 0).then(|| {
            let count = number(i64::try_from(more).unwrap_or(i64::MAX));
            view! { <span class="avatar more" aria-hidden="true">"+"{count}</span> }
        });
        view! { <span class="avatar-stack" role="img" aria-label=names title=names>{shown}{rest}</span> }
    }
}

fn hash(text: &str) -> u32 {
    text.bytes().fold(2_166_136_261, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(16_777_619)
    })
}

/// First letters of the first two words; of a Thai name its first consonant.
pub fn initials(name: &str) -> String {
    if let Some(consonant) = name.chars().find(|c| ('ก'..='ฮ').contains(c)) {
        return consonant.to_string();
    }
    let firsts = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    firsts.take(2).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn takes_initials() {
        assert_eq!(initials("Siti Rahmawati"), "SR");
        assert_eq!(initials("เนตรชนก"), "น");
        assert_eq!(initials("bob"), "B");
        assert_eq!(initials(""), "");
    }
}
