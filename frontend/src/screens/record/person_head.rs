//! Picture, name and place of a person or company above its facts.

use leptos::prelude::*;

use super::live::Live;
use crate::records::value;
use crate::ui::tag::Avatar;

/// The head of the facts. `line` names the field in the second line, `link` the reference behind it.
pub fn head(live: Live, line: &'static str, link: Option<(&'static str, &'static str)>) -> ViewFn {
    ViewFn::from(move || {
        let name = Signal::derive(move || live.with(|record| record.title(live.object)));
        let id = Signal::derive(move || live.id());
        let words = move || live.with(|record| record.text(line).map(str::to_owned));
        let target = Memo::new(move |_| {
            link.and_then(|(object, field)| {
                // One that is hidden is no field of it.
                live.object.field(field)?;
                Some((
                    object,
                    live.with(|record| record.text(field).map(str::to_owned))?,
                ))
            })
        });
        view! {
            <div class="record-head">
                <Avatar name id size="large"/>
                <div>
                    <p class="record-name">{name}</p>
                    <p class="secondary">
                        {words}
                        {move || (words().is_some() && target.with(Option::is_some)).then_some(" · ")}
                        {move || target.get().map(|(object, id)| view! { <span class="record-at">{value::reference(object, id)}</span> })}
                    </p>
                </div>
            </div>
        }
    })
}
