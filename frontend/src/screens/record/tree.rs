//! Who stands above and below: the owners and subsidiaries of a company, whom a person reports to and who reports to
//! them. What is further down comes when it is unfolded.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use super::related::Section;
use crate::api::{Reply, use_api};
use crate::i18n::{k, money, number};
use crate::records::refs::page_path;
use crate::ui::button::{IconButton, Size};
use crate::ui::icon;

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Node {
    id: String,
    title: String,
    subtitle: Option<String>,
    has_below: bool,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Open {
    currency: String,
    count: i64,
    amount: Option<i64>,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Group {
    companies: i64,
    open: Vec<Open>,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Tree {
    above: Vec<Node>,
    below: Vec<Node>,
    more: bool,
    group: Option<Group>,
}

/// The tree around the record of the page.
#[component]
pub fn TreeSection(
    /// The company or person.
    live: Live,
    /// The last part of the address that answers with it.
    part: &'static str,
    /// Heading.
    #[prop(into)]
    title: TextProp,
    /// Said when there is nothing.
    #[prop(into)]
    empty: TextProp,
) -> impl IntoView {
    let api = use_api();
    let tree = RwSignal::new(None::<Tree>);
    let path = move |id: &str| format!("/{}/{id}/{part}", live.object.plural);
    Effect::new(move |_| {
        live.news();
        spawn_local(async move {
            // What can't be read stays as it was; the timeline says when the server is gone.
            if let Ok(found) = api.get(&path(&live.id())).await.and_then(Reply::read) {
                _ = tree.try_set(Some(found));
            }
        });
    });
    let count = Signal::derive(move || {
        let count = |tree: &Tree| i64::try_from(tree.above.len() + tree.below.len()).ok();
        tree.with(|tree| tree.as_ref().and_then(count))
    });
    let drawn = move || {
        tree.get().map(|tree| {
            let own = live.with(|record| record.title(live.object));
            let below = nodes(live, part, tree.below, tree.more);
            let own = view! { <ul class="tree"><li><strong aria-current="true">{own}</strong>{below}</li></ul> }.into_any();
            let inside = |inner: AnyView, node: Node| {
                view! { <ul class="tree"><li>{link(live, &node)}{inner}</li></ul> }.into_any()
            };
            let whole = tree.above.into_iter().rev().fold(own, inside);
            view! { {whole}{tree.group.filter(|group| group.companies > 1).map(sums)} }
        })
    };
    view! { <Section title empty count>{drawn}</Section> }
}

fn link(live: Live, node: &Node) -> impl IntoView + use<> {
    let href = page_path(live.object, &node.id);
    view! { <a href=href>{node.title.clone()}</a>{node.subtitle.clone().map(|text| view! { <span class="secondary">{text}</span> })} }
}

/// A list of what is below a record.
fn nodes(live: Live, part: &'static str, below: Vec<Node>, more: bool) -> Option<AnyView> {
    if below.is_empty() {
        return None;
    }
    let lines = below
        .into_iter()
        .map(|node| branch(live, part, node))
        .collect_view();
    let more = more.then(|| view! { <li class="secondary">{k::record::MORE_BELOW}</li> });
    Some(view! { <ul class="tree">{lines}{more}</ul> }.into_any())
}

/// One line, with what is below it once it is unfolded.
fn branch(live: Live, part: &'static str, node: Node) -> AnyView {
    let api = use_api();
    let below = RwSignal::new(None::<Tree>);
    let (id, name) = (
        StoredValue::new(node.id.clone()),
        StoredValue::new(node.title.clone()),
    );
    let fold = move |()| {
        if below.with_untracked(Option::is_some) {
            return below.set(None);
        }
        let path = format!("/{}/{}/{part}", live.object.plural, id.get_value());
        spawn_local(async move {
            match api.get(&path).await.and_then(Reply::read) {
                Ok(found) => _ = below.try_set(Some(found)),
                Err(error) => live.toasts.bad(error.text()),
            }
        });
    };
    let is_open = Signal::derive(move || below.with(Option::is_some));
    let drawing = Signal::derive(move || {
        if is_open.get() {
            icon::CHEVRON_DOWN
        } else {
            icon::CHEVRON_RIGHT
        }
    });
    let opener = node.has_below.then(|| {
        view! { <IconButton label=move || k::record::show_below(&name.get_value()) icon=drawing size=Size::Small pressed=is_open on_press=fold/> }
    });
    view! {
        <li>
            {link(live, &node)}{opener}
            {move || below.get().and_then(|tree| nodes(live, part, tree.below, tree.more))}
        </li>
    }
    .into_any()
}

/// "4 companies · open deals: 12 · Rp 48.300.000".
fn sums(group: Group) -> impl IntoView {
    let line = move || {
        let mut parts = vec![k::record::group_of(group.companies)];
        let deals = |open: &Open| {
            let sum = open.amount.map(|amount| money(amount, &open.currency));
            let parts = [Some(number(open.count)), sum].into_iter().flatten();
            parts.collect::<Vec<_>>().join(" · ")
        };
        let open: Vec<String> = group.open.iter().map(deals).collect();
        if !open.is_empty() {
            parts.push(k::record::group_open(&open.join(", ")));
        }
        parts.join(" · ")
    };
    view! { <p class="secondary tree-sums">{line}</p> }
}
