//! The list of keys: `?`.

use leptos::prelude::*;

use crate::i18n::{Key, k};
use crate::ui::dialog::{Modal, Width};
use crate::{keys, lazy};

/// Keys that lists, boards and fields answer themselves.
const IN_LISTS: [(&[&str], Key); 9] = [
    (&["J", "K"], k::keys::MOVE),
    (&["Space"], k::keys::PEEK),
    (&["Enter"], k::keys::OPEN),
    (&["X"], k::keys::SELECT),
    (&["Shift X"], k::keys::EXTEND),
    (&["Ctrl A"], k::keys::SELECT_ALL),
    (
        &["Shift ArrowLeft", "Shift ArrowRight"],
        k::keys::MOVE_STAGE,
    ),
    (&["M"], k::keys::MOVE_MENU),
    (&["L"], k::record::LOG),
];

/// Shows the keys that count on this page and those of lists and boards, as this person has them.
#[component]
pub fn KeyHelp(open: RwSignal<bool>) -> impl IntoView {
    view! { <Modal open title=k::keys::TITLE width=Width::Medium>{lazy::keys(open)}</Modal> }
}

/// The list in the dialog.
#[component]
pub fn KeyList(open: RwSignal<bool>) -> impl IntoView {
    let line = |keys: &[&str], title: Key| {
        let shown: Vec<String> = keys.iter().filter_map(|key| keys::shown(key)).collect();
        let text = shown
            .join(" / ")
            .replace("ArrowLeft", "←")
            .replace("ArrowRight", "→");
        (!shown.is_empty()).then(|| view! { <div><dt>{title}</dt><dd><kbd>{text}</kbd></dd></div> })
    };
    view! {
        <div class="stack">
            <dl class="keys-list">{move || keys::listed().into_iter().map(|(_, key, title)| line(&[key], title)).collect_view()}</dl>
            <h2>{k::keys::LISTS}</h2>
            <dl class="keys-list">{move || IN_LISTS.iter().map(|(keys, title)| line(keys, *title)).collect_view()}</dl>
            <p><a href="/app/settings/profile" on:click=move |_| open.set(false)>{k::keys::CHANGE}</a></p>
        </div>
    }
}
