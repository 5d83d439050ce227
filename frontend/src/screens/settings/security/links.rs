//! Who one is at the sign-in service of the workspace: linked, looked at, unlinked.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::ask::Ask;
use crate::api::{Reply, use_api};
use crate::i18n::k;
use crate::records::instant;
use crate::screens::session::go_to_link;
use crate::ui::button::{Button, Size};
use crate::ui::feedback::ErrorState;
use crate::ui::icon::{self, Glyph};
use crate::ui::toast::use_toasts;

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Link {
    issuer: String,
    label: Option<String>,
    linked_at: String,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Links {
    service: Option<String>,
    items: Vec<Link>,
}

/// The section; nothing where there is neither a service nor a link.
#[component]
pub fn ServiceLinks() -> impl IntoView {
    let api = use_api();
    let found = RwSignal::new(None::<Result<Links, String>>);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let answer = api.get("/me/sign-in-links").await.and_then(Reply::read);
            // The page may be gone by now.
            let _ = found.try_set(Some(answer.map_err(|error| error.text())));
        });
    });
    load.run(());
    move || match found.get() {
        None => ().into_any(),
        Some(Err(text)) => view! { <ErrorState text on_retry=load/> }.into_any(),
        Some(Ok(links)) if links.service.is_none() && links.items.is_empty() => ().into_any(),
        Some(Ok(links)) => view! { <Owned links load/> }.into_any(),
    }
}

#[component]
fn Owned(links: Links, load: Callback<()>) -> impl IntoView {
    let asking = RwSignal::new(false);
    let begun = Callback::new(go_to_link);
    let none = links.items.is_empty();
    let lines = links.items.into_iter();
    let lines = lines.map(|link| view! { <Line link load/> }).collect_view();
    let open = links.service.map(|label| {
        let words = move || k::provider::link(&label);
        view! { <div class="row"><Button label=words icon=icon::KEY_ROUND on_press=move |()| asking.set(true)/></div> }
    });
    view! {
        <section class="stack service-links">
            <h2>{k::provider::OWN}</h2>
            <p class="secondary">{k::provider::OWN_TEXT}</p>
            {none.then(|| view! { <p class="hint">{k::provider::OWN_NONE}</p> })}
            <ul class="settings-lines">{lines}</ul>
            {open}
            <Ask open=asking title=k::provider::LINK_TITLE text=k::provider::LINK_TEXT go=k::provider::GO
                path="/me/sign-in-links/begin".to_owned() on_done=begun/>
        </section>
    }
}

#[component]
fn Line(link: Link, load: Callback<()>) -> impl IntoView {
    let toasts = use_toasts();
    let asking = RwSignal::new(false);
    let removed = Callback::new(move |_| {
        toasts.ok(k::provider::UNLINKED.get());
        load.run(());
    });
    let Link {
        issuer,
        label,
        linked_at,
    } = link;
    let current = label.is_some();
    let name = label.unwrap_or_else(|| issuer.clone());
    let since = move || {
        let since = k::provider::linked(&instant::shown(&linked_at));
        if current {
            since
        } else {
            format!("{since} · {}", k::provider::FORMER.get())
        }
    };
    view! {
        <li class="settings-line">
            <Glyph icon=icon::KEY_ROUND/>
            <div class="settings-line-text">
                <strong>{name}</strong>
                <p class="hint">{since}</p>
            </div>
            <Button label=k::provider::UNLINK size=Size::Small on_press=move |()| asking.set(true)/>
            <Ask open=asking title=k::provider::UNLINK_TITLE text=k::provider::UNLINK_TEXT go=k::provider::UNLINK
                path="/me/sign-in-links/remove".to_owned() danger=true with=Some(("issuer", issuer)) on_done=removed/>
        </li>
    }
}
