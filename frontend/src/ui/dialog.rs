//! Modal dialogs and the peek drawer, on the browser's own `<dialog>`.

use leptos::prelude::*;

use super::button::CloseButton;
use crate::i18n::k;
use crate::keys;

/// Width of a modal.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Width {
    /// 440 px.
    #[default]
    Narrow,
    /// 640 px.
    Medium,
    /// 880 px.
    Wide,
    /// 440 px; the whole width at the lower edge of a phone.
    Sheet,
}

impl Width {
    const fn class(self) -> &'static str {
        match self {
            Self::Narrow => "narrow",
            Self::Medium => "medium",
            Self::Wide => "wide",
            Self::Sheet => "sheet",
        }
    }
}

/// A dialog over the page. The focus goes in and comes back; Esc and the cross close it.
#[component]
pub fn Modal(
    /// Shown while true; closing sets it to false.
    open: RwSignal<bool>,
    /// Heading.
    #[prop(into)]
    title: TextProp,
    /// Default: narrow.
    #[prop(optional)]
    width: Width,
    /// Called after it closed by any way.
    #[prop(optional, into)]
    on_close: Option<Callback<()>>,
    /// Buttons at the foot.
    #[prop(optional, into)]
    footer: Option<ViewFn>,
    /// Drawn each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let heading = super::ids::fresh("dialog");
    let labelled = heading.clone();
    let node = modal_node(open, on_close);
    view! {
        <dialog node_ref=node class=format!("modal {}", width.class()) aria-labelledby=labelled on:close=move |_| open.set(false)>
            <Show when=move || open.get()>
                <header class="modal-head">
                    <h2 id=heading.clone()>{let title = title.clone(); move || title.get()}</h2>
                    <CloseButton label=k::common::CLOSE on_press=move |()| open.set(false)/>
                </header>
                <div class="modal-body">{children()}</div>
                {footer.as_ref().map(|footer| view! { <footer class="modal-foot">{footer.run()}</footer> })}
            </Show>
        </dialog>
    }
}

/// A dialog from the lower edge of a phone; on wider screens a narrow dialog. What closes a modal closes it.
#[component]
pub fn Sheet(
    /// Shown while true; closing sets it to false.
    open: RwSignal<bool>,
    /// Heading.
    #[prop(into)]
    title: TextProp,
    /// Drawn each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    view! { <Modal open title width=Width::Sheet>{children()}</Modal> }
}

fn modal_node(
    open: RwSignal<bool>,
    on_close: Option<Callback<()>>,
) -> NodeRef<leptos::html::Dialog> {
    let node = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move |was: Option<bool>| {
        let now = open.get();
        let Some(dialog) = node.get() else {
            return false;
        };
        if now && !dialog.open() {
            // Throws only for a dialog that is open or detached.
            let _ = dialog.show_modal();
        } else if !now && dialog.open() {
            dialog.close();
        }
        if let Some(done) = on_close.filter(|_| was == Some(true) && !now) {
            done.run(());
        }
        now
    });
    node
}

/// The peek: a panel at the right edge (a sheet on phones) beside a list that stays usable.
#[component]
pub fn Drawer(
    /// Shown while true; closing sets it to false.
    open: RwSignal<bool>,
    /// Heading.
    #[prop(into)]
    title: TextProp,
    /// Called after it closed by any way.
    #[prop(optional, into)]
    on_close: Option<Callback<()>>,
    /// Buttons beside the cross, such as "open the full page".
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    /// Drawn each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let close = move || {
        open.set(false);
        if let Some(done) = on_close {
            done.run(());
        }
    };
    let heading = super::ids::fresh("drawer");
    view! {
        <Show when=move || open.get()>
            {keys::bind(keys::Scope::Panel, "Escape", k::common::CLOSE, close)}
            <section class="drawer" role="dialog" aria-labelledby=heading.clone()>
                <header class="drawer-head">
                    <h2 id=heading.clone()>{let title = title.clone(); move || title.get()}</h2>
                    <span class="spacer"></span>
                    {actions.as_ref().map(ViewFn::run)}
                    <CloseButton label=k::common::CLOSE on_press=move |()| close()/>
                </header>
                <div class="drawer-body">{children()}</div>
            </section>
        </Show>
    }
}
