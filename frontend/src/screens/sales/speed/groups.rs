//! The figures of each owner or source.

use leptos::prelude::*;

use super::model::{Group, lasting, share};
use crate::i18n::{k, number};
use crate::records::people::use_people;

/// A row for each, the one with the most leads first.
#[component]
pub fn Groups(groups: Vec<Group>, by: String, in_business: bool) -> impl IntoView {
    let people = use_people();
    let heads = groups.first().map(|group| {
        let within = &group.speeds(in_business).within;
        within.iter().map(|one| one.minutes).collect::<Vec<_>>()
    });
    let heads = heads.unwrap_or_default().into_iter().map(|minutes| {
        view! { <th scope="col" class="number">{move || k::speed::within(&lasting(minutes * 60))}</th> }
    });
    let heads = heads.collect_view();
    let of_people = by == "owner";
    let row = move |group: Group| {
        let speeds = group.speeds(in_business).clone();
        let key = group.key;
        let name = move || match &key {
            Some(id) if of_people => people.name(id).unwrap_or_default(),
            Some(source) => source.clone(),
            None => k::common::NONE.get().to_owned(),
        };
        let (n, median, p90) = (speeds.n, speeds.median, speeds.p90);
        let shown = move |seconds: Option<i64>| seconds.map_or_else(|| "–".to_owned(), lasting);
        let shares = speeds.within.into_iter().map(|one| {
            let part = one.share;
            view! { <td class="number">{move || share(part)}</td> }
        });
        view! {
            <tr class:few=n < 10>
                <th scope="row">{name}</th>
                <td class="number">{move || number(n)}</td>
                <td class="number">{move || shown(median)}</td>
                <td class="number">{move || shown(p90)}</td>
                {shares.collect_view()}
            </tr>
        }
    };
    if groups.is_empty() {
        return ().into_any();
    }
    let first = if of_people {
        k::speed::BY_OWNER
    } else {
        k::speed::BY_SOURCE
    };
    view! {
        <div class="table-wide" tabindex="0" role="region" aria-label=first>
            <table class="plain-table speed-groups">
                <thead><tr>
                    <th scope="col">{first}</th>
                    <th scope="col" class="number">{k::speed::LEADS}</th>
                    <th scope="col" class="number">{k::speed::MEDIAN}</th>
                    <th scope="col" class="number">{k::speed::P90}</th>
                    {heads}
                </tr></thead>
                <tbody>{groups.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
