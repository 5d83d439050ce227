//! Buttons.

use leptos::prelude::*;

use super::icon::{self, Glyph, Icon};
use crate::keys;

/// What a button means beside the others of its view.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Variant {
    /// The one main action of the view.
    Primary,
    /// Any other action.
    #[default]
    Plain,
    /// Without a border, for bars and cards.
    Quiet,
    /// Takes something away.
    Danger,
}

impl Variant {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Plain => "plain",
            Self::Quiet => "quiet",
            Self::Danger => "danger",
        }
    }
}

/// Height of a button.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Size {
    /// 28 px.
    Small,
    /// 32 px.
    #[default]
    Medium,
    /// 40 px.
    Large,
}

impl Size {
    const fn class(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}

/// A button with words: verb and object. While `busy` it keeps its width and label and does nothing;
/// with a reason in `disabled` it stays focusable and says why.
#[component]
pub fn Button(
    /// The words.
    #[prop(into)]
    label: TextProp,
    /// What pressing it does; leave it out for `submit`.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// Default: [`Variant::Plain`].
    #[prop(optional)]
    variant: Variant,
    /// Default: [`Size::Medium`].
    #[prop(optional)]
    size: Size,
    /// Drawn before the words.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// The key that does the same, as the registry writes it: `C`, `Ctrl K`.
    #[prop(optional, into)]
    key_hint: Option<&'static str>,
    /// Work is going on.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Why it cannot be pressed now; `None` when it can.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
    /// Sends the form it stands in.
    #[prop(optional)]
    submit: bool,
) -> impl IntoView {
    let press = move |event: web_sys::MouseEvent| {
        if busy.get_untracked() || disabled.with_untracked(Option::is_some) {
            event.prevent_default();
        } else if let Some(action) = on_press {
            action.run(());
        }
    };
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=format!("btn {} {}", variant.class(), size.class())
            class:busy=busy
            aria-busy=move || busy.get().then_some("true")
            aria-disabled=move || (busy.get() || disabled.with(Option::is_some)).then_some("true")
            data-tip=move || disabled.get()
            aria-keyshortcuts=move || shortcut(key_hint)
            on:click=press
        >
            {icon.map(|icon| view! { <Glyph icon/> })}
            <span class="btn-label">{move || label.get()}</span>
            {move || hint(key_hint).map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })}
        </button>
    }
}

/// A square button with an icon only. The label is its name and its tooltip.
#[component]
pub fn IconButton(
    /// Name and tooltip.
    #[prop(into)]
    label: TextProp,
    /// The drawing.
    #[prop(into)]
    icon: Signal<Icon>,
    /// What pressing it does.
    #[prop(into)]
    on_press: Callback<()>,
    /// Default: [`Size::Medium`].
    #[prop(optional)]
    size: Size,
    /// For buttons that stay down.
    #[prop(optional, into)]
    pressed: MaybeProp<bool>,
    /// The key that does the same.
    #[prop(optional, into)]
    key_hint: Option<&'static str>,
) -> impl IntoView {
    let name = label.clone();
    let tip = move || {
        hint(key_hint).map_or_else(
            || label.get().into_owned(),
            |key| format!("{} ({key})", label.get()),
        )
    };
    view! {
        <button
            type="button"
            class=format!("btn icon-btn quiet {}", size.class())
            aria-label=move || name.get()
            data-tip=tip
            aria-pressed=move || pressed.get().map(|on| if on { "true" } else { "false" })
            aria-keyshortcuts=move || shortcut(key_hint)
            on:click=move |_| on_press.run(())
        >
            <Glyph icon/>
        </button>
    }
}

/// The usual cross that closes or takes away.
#[component]
pub fn CloseButton(
    /// Name and tooltip.
    #[prop(into)]
    label: TextProp,
    /// What pressing it does.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    view! { <IconButton label icon=icon::X on_press size=Size::Small/> }
}

/// The key as the person presses it; tracked.
fn hint(key: Option<&'static str>) -> Option<String> {
    key.and_then(keys::shown)
}

/// `Ctrl K` as ARIA writes it: `Control+K`; tracked.
pub fn shortcut(key: Option<&'static str>) -> Option<String> {
    hint(key).map(|key| key.replace("Ctrl", "Control").replace(' ', "+"))
}
