//! What the palette finds on the server, and the records looked at last.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use relasi_domain::record::Object;
use serde::Deserialize;

use super::palette::{Line, Search};
use crate::api::{Reply, use_api};
use crate::i18n::{Key, k};
use crate::records::fields::people_only;
use crate::records::refs::{page_path, use_titles};
use crate::records::store::encode;
use crate::storage;
use crate::ui::icon::{self, Icon};

const RECENT: &str = "relasi.recent";
const KEPT: usize = 8;

#[derive(Deserialize)]
struct Matches {
    items: Vec<Match>,
}

#[derive(Deserialize)]
struct Match {
    object: String,
    id: String,
    title: String,
    subtitle: Option<String>,
}

/// Heading and drawing of an object's matches, and their place among the groups.
fn group(object: &str) -> Option<(usize, Key, Icon)> {
    match object {
        "contact" => Some((0, k::palette::PEOPLE, icon::USER)),
        "company" if people_only() => None,
        "company" => Some((1, k::palette::COMPANIES, icon::BUILDING_2)),
        "lead" => Some((2, k::palette::LEADS, icon::USER_PLUS)),
        "deal" => Some((3, k::palette::DEALS, icon::HANDSHAKE)),
        _ => None,
    }
}

type Opener = Arc<dyn Fn(String) -> Callback<()> + Send + Sync>;

/// Opens a record with the cursor where something of a kind is written about it.
fn writer(open: &Opener, path: String) -> Callback<&'static str> {
    let open = Arc::clone(open);
    Callback::new(move |kind: &'static str| open(format!("{path}?log={kind}")).run(()))
}

fn opener() -> Opener {
    let navigate = StoredValue::new_local(use_navigate());
    Arc::new(move |path: String| {
        Callback::new(move |()| {
            navigate.with_value(|navigate| navigate(&path, NavigateOptions::default()));
        })
    })
}

/// The search of the palette: people, companies, deals by `GET /search`.
pub fn server_search() -> Search {
    let api = use_api();
    let open = opener();
    Search::new(move |text: String| {
        let open = Arc::clone(&open);
        async move {
            let path = format!("/search?limit=20&q={}", encode(&text));
            // Without an answer the commands are still there.
            let found = api.get(&path).await.and_then(Reply::read::<Matches>);
            let mut lines: Vec<_> = found
                .map(|found| found.items)
                .unwrap_or_default()
                .into_iter()
                .filter_map(|one| {
                    let (place, group, icon) = group(&one.object)?;
                    let target = page_path(relasi_domain::object(&one.object)?, &one.id)?;
                    let line = Line {
                        group,
                        label: one.title,
                        detail: one.subtitle.unwrap_or_default(),
                        icon,
                        keys: None,
                        write: Some(writer(&open, target.clone())),
                        action: open(target),
                    };
                    Some((place, line))
                })
                .collect();
            // The best match decides nothing about groups: they keep their order.
            lines.sort_by_key(|(place, _)| *place);
            lines.into_iter().map(|(_, line)| line).collect()
        }
    })
}

/// The object and the id that a path such as `/app/contacts/…` shows.
fn record_at(path: &str) -> Option<(&'static Object, String)> {
    let mut parts = path.trim_matches('/').split('/').skip(1);
    let (plural, id) = (parts.next()?, parts.next()?);
    let object = relasi_domain::OBJECTS
        .iter()
        .find(|object| object.plural == plural && group(object.name).is_some())?;
    (id.len() == 36).then(|| (*object, id.to_owned()))
}

fn kept() -> Vec<String> {
    let text = storage::read(RECENT).unwrap_or_default();
    text.split_whitespace().map(str::to_owned).collect()
}

/// Remembers the records whose pages are opened; the frame does it once.
pub fn remember_visits() {
    let location = use_location();
    Effect::new(move |_| {
        let path = location.pathname.get();
        if let Some((object, id)) = record_at(&path) {
            let here = format!("/app/{}/{id}", object.plural);
            let mut all = kept();
            all.retain(|other| *other != here);
            all.insert(0, here);
            all.truncate(KEPT);
            storage::write(RECENT, &all.join(" "));
        }
    });
}

/// Lines of the records looked at last, but not the one shown now; tracked, as titles come later.
pub fn recent_lines() -> impl Fn() -> Vec<Line> + Send + Sync {
    let titles = use_titles();
    let open = opener();
    let here = use_location().pathname.get_untracked();
    let all: Vec<_> = kept().into_iter().filter(|path| *path != here).collect();
    move || {
        all.iter()
            .filter_map(|path| {
                let (object, id) = record_at(path)?;
                let (_, _, icon) = group(object.name)?;
                Some(Line {
                    group: k::palette::RECENT,
                    label: titles.get(object, &id)?,
                    detail: crate::records::labels::one(object),
                    icon,
                    keys: None,
                    write: Some(writer(&open, path.clone())),
                    action: open(path.clone()),
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::record_at;

    #[test]
    fn tells_record_pages() {
        let id = "01a2012f-7566-724e-aa7e-4cf660f5538e";
        let found = |path: String| record_at(&path).map(|(object, id)| (object.name, id));
        assert_eq!(
            found(format!("/app/contacts/{id}")),
            Some(("contact", id.to_owned()))
        );
        assert_eq!(found("/app/contacts".to_owned()), None);
        assert_eq!(found("/app/settings/members".to_owned()), None);
    }
}
