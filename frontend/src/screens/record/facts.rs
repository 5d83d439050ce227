//! What is known of a record: filled fields first, empty ones folded.

use leptos::prelude::*;
use relasi_domain::field::{Field, Kind};

use super::fact_row::{FactRow, is_editable, is_empty};
use super::live::{Conflict, Live};
use crate::i18n::k;
use crate::records::{labels, value};
use crate::ui::button::{Button, Size, Variant};
use crate::ui::dialog::Modal;
use crate::ui::feedback::Skeleton;

/// Kept by the product or shown elsewhere on the page.
const LEFT_OUT: [&str; 11] = [
    "deleted_at",
    "import_id",
    "next_step_at",
    "last_activity_at",
    "pipeline_id",
    "stage_id",
    "status",
    "stage_since",
    "updated_by",
    "contact_roles",
    "competitors",
];

/// The fields of a record, each changed where it stands.
#[component]
pub fn Facts(
    /// The record.
    live: Live,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
    /// Drawn above: picture and name.
    #[prop(optional, into)]
    head: Option<ViewFn>,
) -> impl IntoView {
    let all = RwSignal::new(false);
    let fields: Vec<&'static Field> = live
        .object
        .all_fields()
        .filter(|field| !LEFT_OUT.contains(&field.name.as_ref()) && field.kind != Kind::Json)
        .collect();
    let fields = StoredValue::new(fields);
    // Which fields are empty when the page opens decides, so that a field does not jump while it is being filled; those
    // that the next stage asks for stand there as well.
    let filled = Memo::new(move |before: Option<&Vec<&'static str>>| {
        live.with(|record| {
            let asked = live.asked.get().1;
            let shown = |field: &&&'static Field| {
                let name = field.name.as_ref();
                !is_empty(record, field)
                    || before.is_some_and(|before| before.contains(&name))
                    || asked.iter().any(|one| one == name)
            };
            fields.with_value(|fields| {
                fields
                    .iter()
                    .filter(shown)
                    .map(|field| field.name.as_ref())
                    .collect::<Vec<_>>()
            })
        })
    });
    let hidden = move || {
        let shown = filled.get();
        fields.with_value(|fields| {
            fields
                .iter()
                .filter(|f| is_editable(f) && !shown.contains(&f.name.as_ref()))
                .count()
        })
    };
    let listed = move || {
        let shown = filled.get();
        let wanted = |field: &&'static Field| {
            shown.contains(&field.name.as_ref()) || (all.get() && is_editable(field))
        };
        fields.with_value(|fields| fields.iter().copied().filter(wanted).collect::<Vec<_>>())
    };
    let fold = move |()| all.update(|on| *on = !*on);
    let fold_label = move || {
        if all.get() {
            k::record::HIDE_EMPTY.get().to_owned()
        } else {
            k::record::show_empty(i64::try_from(hidden()).unwrap_or_default())
        }
    };
    let ready = move || live.with(|_| true);
    view! {
        {head.map(|head| head.run())}
        <Show when=ready fallback=|| view! { <Skeleton lines=8/> }>
            <dl class="facts">
                <For each=listed key=|field| field.name.as_ref() let:field><FactRow live field may_edit/></For>
            </dl>
            <Show when=move || may_edit.get() && { hidden() > 0 }>
                <Button label=fold_label variant=Variant::Quiet size=Size::Small on_press=fold/>
            </Show>
        </Show>
        <ConflictDialog live/>
    }
}

/// Asks whose value stays when two people changed the same field.
#[component]
fn ConflictDialog(live: Live) -> impl IntoView {
    let open = RwSignal::new(false);
    let conflict = live.conflict();
    Effect::new(move |_| open.set(conflict.with(Option::is_some)));
    let keep_mine = move |()| {
        if let Some(Conflict { field, mine, .. }) = conflict.get_untracked() {
            open.set(false);
            live.set(&field, mine);
        }
    };
    let shown = move |mine: bool| {
        let conflict = conflict.get()?;
        let field = live.object.field(&conflict.field)?;
        let mut record = conflict.theirs;
        if mine {
            record.fields.insert(conflict.field, conflict.mine);
        }
        Some(value::text(live.object, field, &record))
    };
    let title = move || {
        conflict.with(|c| {
            c.as_ref()
                .map(|c| labels::field(live.object, &c.field))
                .unwrap_or_default()
        })
    };
    view! {
        <Modal open title=move || k::record::both_changed(&title()) on_close=move |()| conflict.set(None)
            footer=move || view! {
                <Button label=k::record::KEEP_THEIRS on_press=move |()| open.set(false)/>
                <Button label=k::record::KEEP_MINE variant=Variant::Primary on_press=keep_mine/>
            }>
            <dl class="facts">
                <dt>{k::record::YOURS}</dt><dd>{move || shown(true)}</dd>
                <dt>{k::record::THEIRS}</dt><dd>{move || shown(false)}</dd>
            </dl>
        </Modal>
    }
}
