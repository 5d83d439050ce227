//! Following a record: being told what others do with it.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::{Live, part_of};
use crate::api::{Reply, Request, use_api};
use crate::i18n::k;
use crate::records::people::use_people;
use crate::ui::button::IconButton;
use crate::ui::icon;
use crate::ui::toast::use_toasts;

#[derive(Deserialize)]
struct Followers {
    items: Vec<String>,
    following: bool,
}

/// The button that follows a record and stops following it; its tip names the others.
#[component]
pub fn Follow(
    /// The record.
    live: Live,
) -> impl IntoView {
    let (api, toasts, people) = (use_api(), use_toasts(), use_people());
    let following = RwSignal::new(false);
    let others = RwSignal::new(Vec::<String>::new());
    let load = move || {
        spawn_local(async move {
            let read = api.get(&part_of(live, "followers")).await;
            // Without an answer the button stays as it is.
            if let Ok(found) = read.and_then(Reply::read::<Followers>) {
                following.try_set(found.following);
                others.try_set(found.items);
            }
        });
    };
    Effect::new(move |_| {
        live.news();
        load();
    });
    let turn = move |()| {
        let on = !following.get_untracked();
        following.set(on);
        spawn_local(async move {
            let path = part_of(live, "follow");
            let request = if on {
                Request::put(&path)
            } else {
                Request::delete(&path)
            };
            match request.send(api).await {
                Ok(_) => toasts.ok(if on {
                    k::files::FOLLOWS
                } else {
                    k::files::FOLLOWS_NOT
                }
                .get()),
                Err(error) => {
                    following.try_set(!on);
                    toasts.bad(error.text());
                }
            }
            load();
        });
    };
    let label = move || {
        let verb = if following.get() {
            k::files::UNFOLLOW
        } else {
            k::files::FOLLOW
        };
        let names: Vec<String> =
            others.with(|all| all.iter().filter_map(|id| people.name(id)).collect());
        if names.is_empty() {
            verb.get().to_owned()
        } else {
            format!(
                "{} · {}",
                verb.get(),
                k::files::followed_by(&names.join(", "))
            )
        }
    };
    view! { <IconButton label icon=icon::BELL pressed=following on_press=turn/> }
}
