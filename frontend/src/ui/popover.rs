//! Popovers and menus that open from a button.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::button::{Size, Variant};
use super::icon::{self, Glyph, Icon};
use super::popup;
use crate::keys;

/// Closes the popover that content stands in: `use_context::<Close>()`.
#[derive(Clone, Copy)]
pub struct Close(Callback<()>);

impl Close {
    /// Closes it and gives the focus back to the button.
    pub fn now(self) {
        self.0.run(());
    }
}

/// A button that opens a small panel below itself. Click outside and Esc close it.
#[component]
pub fn Popover(
    /// Words on the button (its name when `icon_only`).
    #[prop(into)]
    label: TextProp,
    /// Drawn on the button.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// Shows no words.
    #[prop(optional)]
    icon_only: bool,
    /// Default: plain.
    #[prop(optional)]
    variant: Variant,
    /// Default: medium.
    #[prop(optional)]
    size: Size,
    /// The key that opens it, shown on the button.
    #[prop(optional, into)]
    key_hint: Option<&'static str>,
    /// `menu` or `dialog`; default `dialog`.
    #[prop(optional, into)]
    role: Option<&'static str>,
    /// The button, for keys that open the popover (`node.click()`).
    #[prop(optional)]
    opener: NodeRef<leptos::html::Button>,
    /// Drawn each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let panel = NodeRef::<leptos::html::Div>::new();
    let open = RwSignal::new(false);
    let close = Close(Callback::new(move |()| {
        if let Some(panel) = panel.get_untracked() {
            popup::hide(&panel);
        }
        if let Some(button) = opener.get_untracked() {
            // Only fails for detached elements.
            let _ = button.focus();
        }
    }));
    let toggle = move |_| {
        let (Some(panel), Some(button)) = (panel.get_untracked(), opener.get_untracked()) else {
            return;
        };
        if open.get_untracked() {
            popup::hide(&panel);
        } else {
            popup::show_at(&panel, &button);
        }
    };
    let (name, words, of_panel) = (label.clone(), label.clone(), label.clone());
    let size = if size == Size::Small {
        "small"
    } else {
        "medium"
    };
    let variant = if variant == Variant::Quiet || icon_only {
        "quiet"
    } else {
        "plain"
    };
    view! {
        <button
            node_ref=opener
            type="button"
            class=format!("btn {variant} {size}")
            class:icon-btn=icon_only
            aria-label=move || icon_only.then(|| name.get())
            data-tip=move || icon_only.then(|| label.get())
            aria-haspopup=role.unwrap_or("dialog")
            aria-expanded=move || if open.get() { "true" } else { "false" }
            on:click=toggle
        >
            {icon.map(|icon| view! { <Glyph icon/> })}
            {(!icon_only).then(|| view! { <span class="btn-label">{move || words.get()}</span> })}
            {move || key_hint.and_then(keys::shown).map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })}
        </button>
        <div
            node_ref=panel
            class="popover"
            popover="auto"
            role=role.unwrap_or("dialog")
            aria-label=move || of_panel.get()
            on:toggle=move |event: web_sys::Event| open.set(popup::is_open(&event))
        >
            <Show when=move || open.get()>
                {provide_context(close)}
                {children()}
                <FirstFocus panel/>
            </Show>
        </div>
    }
}

/// Moves the focus into a panel that has just been filled.
#[component]
fn FirstFocus(panel: NodeRef<leptos::html::Div>) -> impl IntoView {
    Effect::new(move |_| {
        let Some(panel) = panel.get() else { return };
        request_animation_frame(move || {
            let first =
                panel.query_selector("input, select, textarea, [role^=menuitem], button, a[href]");
            if let Some(element) = first
                .ok()
                .flatten()
                .and_then(|e| e.dyn_into::<HtmlElement>().ok())
            {
                let _ = element.focus();
            }
        });
    });
}

/// One line of a [`Menu`].
#[derive(Clone)]
pub struct MenuItem {
    /// Words.
    pub label: TextProp,
    /// Drawn before them.
    pub icon: Option<Icon>,
    /// The key that does the same.
    pub key_hint: Option<&'static str>,
    /// Shown in red.
    pub danger: bool,
    /// What it does.
    pub action: Callback<()>,
}

impl MenuItem {
    /// A line with words and what it does.
    pub fn new(label: impl Into<TextProp>, action: impl Fn() + Send + Sync + 'static) -> Self {
        let action = Callback::new(move |()| action());
        Self {
            label: label.into(),
            icon: None,
            key_hint: None,
            danger: false,
            action,
        }
    }

    /// With a drawing.
    pub const fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// With the key that does the same.
    pub const fn key(mut self, key: &'static str) -> Self {
        self.key_hint = Some(key);
        self
    }

    /// Shown in red.
    pub const fn danger(mut self) -> Self {
        self.danger = true;
        self
    }
}

/// A button that opens a list of actions. Arrow keys walk it.
#[component]
pub fn Menu(
    /// Words on the button, or its name when `icon_only`.
    #[prop(into)]
    label: TextProp,
    /// The lines.
    #[prop(into)]
    items: Signal<Vec<MenuItem>>,
    /// Drawn on the button; default the three dots.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// Shows no words.
    #[prop(optional)]
    icon_only: bool,
    /// Default: plain.
    #[prop(optional)]
    variant: Variant,
    /// Default: medium.
    #[prop(optional)]
    size: Size,
    /// The button, for keys that open the menu (`node.click()`).
    #[prop(optional)]
    opener: NodeRef<leptos::html::Button>,
) -> impl IntoView {
    view! {
        <Popover label icon=icon.unwrap_or(icon::ELLIPSIS) icon_only variant size role="menu" opener>
            <MenuLines items/>
        </Popover>
    }
}

#[component]
fn MenuLines(items: Signal<Vec<MenuItem>>) -> impl IntoView {
    let close = use_context::<Close>();
    let line = move |item: MenuItem| {
        let action = item.action;
        view! {
            <button type="button" role="menuitem" class="menu-item" class:danger=item.danger tabindex="-1"
                on:click=move |_| { if let Some(close) = close { close.now(); } action.run(()); }>
                {item.icon.map(|icon| view! { <Glyph icon/> })}
                <span>{move || item.label.get()}</span>
                {move || item.key_hint.and_then(keys::shown).map(|key| view! { <kbd>{key}</kbd> })}
            </button>
        }
    };
    view! { <div class="menu" on:keydown=walk_siblings>{move || items.get().into_iter().map(line).collect_view()}</div> }
}

/// Arrow keys, Home and End move the focus among the buttons of a list.
pub fn walk_siblings(event: KeyboardEvent) {
    let target = event
        .target()
        .and_then(|t| t.dyn_into::<HtmlElement>().ok());
    let Some((target, parent)) = target.and_then(|t| t.parent_element().map(|p| (t, p))) else {
        return;
    };
    let to = match event.key().as_str() {
        "ArrowDown" | "ArrowRight" => target
            .next_element_sibling()
            .or_else(|| parent.first_element_child()),
        "ArrowUp" | "ArrowLeft" => target
            .previous_element_sibling()
            .or_else(|| parent.last_element_child()),
        "Home" => parent.first_element_child(),
        "End" => parent.last_element_child(),
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    if let Some(element) = to.and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
