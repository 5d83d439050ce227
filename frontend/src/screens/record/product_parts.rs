//! What there is to choose of a product, and what a bundle consists of.

use std::fmt::Write as _;

use leptos::prelude::*;
use relasi_domain::commerce::exact::Exact;
use relasi_domain::commerce::product::{self, Choice as ProductOption, ChoiceValue, Component};
use serde_json::json;

use super::live::Live;
use crate::api::use_api;
use crate::i18n::{decimal, k};
use crate::records::refs::reference_finder;
use crate::records::value;
use crate::ui::button::{Button, IconButton, Size, Variant};
use crate::ui::combobox::Combobox;
use crate::ui::icon;
use crate::ui::select::Choice;
use crate::ui::text_input::{TextArea, TextInput};

/// Options as lines of text: `Size: 250 g, 1 kg +90000`; prices in minor units.
fn written(options: &[ProductOption]) -> String {
    let mut text = String::new();
    for option in options {
        let values = option.values.iter().map(|value| match value.price {
            0 => value.name.clone(),
            price => format!("{} {price:+}", value.name),
        });
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "{}: {}",
            option.name,
            values.collect::<Vec<_>>().join(", ")
        );
    }
    text
}

/// Reads them; the number of a line that is none.
fn read(text: &str) -> Result<Vec<ProductOption>, usize> {
    let lines = text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            let (name, values) = line.split_once(':').ok_or(at + 1)?;
            let values = values
                .split(',')
                .map(str::trim)
                .filter(|value| !value.is_empty());
            let values: Vec<ChoiceValue> = values.map(value_of).collect();
            if name.trim().is_empty() || values.is_empty() {
                return Err(at + 1);
            }
            Ok(ProductOption {
                name: name.trim().to_owned(),
                values,
            })
        })
        .collect()
}

fn value_of(text: &str) -> ChoiceValue {
    let priced = text.rsplit_once(' ').and_then(|(name, price)| {
        let signed = price.starts_with(['+', '-']);
        let price = price.parse().ok().filter(|_| signed)?;
        Some((name.trim(), price))
    });
    let (name, price) = priced.unwrap_or((text, 0));
    ChoiceValue {
        name: name.to_owned(),
        price,
    }
}

/// What there is to choose.
#[component]
pub fn ProductOptions(
    /// The product.
    live: Live,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
) -> impl IntoView {
    let options = Memo::new(move |_| {
        let value = live.with(|product| product.value("options").clone());
        serde_json::from_value::<Vec<ProductOption>>(value).unwrap_or_default()
    });
    let editing = RwSignal::new(false);
    let shown = move || {
        let all = options.get();
        if all.is_empty() {
            return view! { <p class="hint">{k::commerce::NONE_YET}</p> }.into_any();
        }
        let one = |option: ProductOption| {
            let values: Vec<String> = option.values.into_iter().map(|value| value.name).collect();
            view! { <div><dt>{option.name}</dt><dd>{values.join(", ")}</dd></div> }
        };
        view! { <dl class="product-options">{all.into_iter().map(one).collect_view()}</dl> }
            .into_any()
    };
    view! {
        <section class="panel lines-panel">
            <header>
                <h2>{k::commerce::OPTIONS}</h2><span class="spacer"></span>
                <Show when=move || may_edit.get() && !editing.get()>
                    <Button label=k::commerce::CHANGE size=Size::Small icon=icon::PENCIL on_press=move |()| editing.set(true)/>
                </Show>
            </header>
            {move || if editing.get() {
                view! { <OptionsForm live start=options.get_untracked() editing/> }.into_any()
            } else {
                shown().into_any()
            }}
        </section>
    }
}

#[component]
fn OptionsForm(live: Live, start: Vec<ProductOption>, editing: RwSignal<bool>) -> impl IntoView {
    let text = RwSignal::new(written(&start));
    let error = RwSignal::new(None::<String>);
    let save = move || match read(&text.get_untracked()) {
        Ok(options) => {
            live.set("options", json!(options));
            editing.set(false);
        }
        Err(line) => error.set(Some(k::commerce::options_bad(&line.to_string()))),
    };
    view! {
        <form class="stack" novalidate=true on:submit=move |event| { event.prevent_default(); save(); }>
            <TextArea label=k::commerce::OPTIONS value=text error hint=k::commerce::OPTIONS_HINT rows=4/>
            <div class="row-end">
                <Button label=k::common::CANCEL variant=Variant::Quiet on_press=move |()| editing.set(false)/>
                <Button label=k::common::SAVE variant=Variant::Primary submit=true/>
            </div>
        </form>
    }
}

/// What a bundle consists of; nothing for what is none.
#[component]
pub fn BundleParts(
    /// The product.
    live: Live,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
) -> impl IntoView {
    let is_bundle = Memo::new(move |_| live.with(|product| product.text("kind") == Some("bundle")));
    let parts = Memo::new(move |_| {
        let value = live.with(|product| product.value("components").clone());
        serde_json::from_value::<Vec<Component>>(value).unwrap_or_default()
    });
    let set = move |all: Vec<Component>| live.set("components", json!(all));
    let remove = move |at: usize| {
        let mut all = parts.get_untracked();
        if at < all.len() {
            all.remove(at);
            set(all);
        }
    };
    let line = move |(at, part): (usize, Component)| {
        let quantity = part.quantity.0;
        view! {
            <li class="related-card deal-line">
                <span>{move || decimal(quantity)}" × "{value::reference(product::OBJECT.name, part.product_id.to_string())}</span>
                <Show when=move || may_edit.get()>
                    <IconButton label=move || k::commerce::remove_line(&(at + 1).to_string()) icon=icon::TRASH_2 size=Size::Small on_press=move |()| remove(at)/>
                </Show>
            </li>
        }
    };
    let add = Callback::new(move |part: Component| {
        let mut all = parts.get_untracked();
        all.push(part);
        set(all);
    });
    view! {
        <Show when=move || is_bundle.get()>
            <section class="panel lines-panel">
                <header><h2>{k::commerce::BUNDLE}</h2></header>
                <ul class="cards">{move || parts.get().into_iter().enumerate().map(line).collect_view()}</ul>
                <Show when=move || may_edit.get()><NewPart add/></Show>
            </section>
        </Show>
    }
}

#[component]
fn NewPart(add: Callback<Component>) -> impl IntoView {
    let api = use_api();
    let item = RwSignal::new(None::<Choice>);
    let quantity = RwSignal::new("1".to_owned());
    let find = reference_finder(api, &product::OBJECT);
    let save = move || {
        let id = item.with_untracked(|item| item.as_ref().map(|item| item.value.clone()));
        let id = id.and_then(|id| serde_json::from_value(json!(id)).ok());
        let many = Exact::parse(&quantity.get_untracked().replace(',', "."));
        if let (Some(product_id), Some(quantity)) = (id, many.filter(|many| many.0 > 0)) {
            item.set(None);
            add.run(Component {
                product_id,
                quantity,
            });
        }
    };
    view! {
        <form class="bundle-add" novalidate=true on:submit=move |event| { event.prevent_default(); save(); }>
            <Combobox label=k::commerce::ITEM value=item find/>
            <TextInput label=k::commerce::QUANTITY value=quantity/>
            <Button label=k::commerce::ADD_PART icon=icon::PLUS submit=true/>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::{read, written};

    #[test]
    fn options_are_lines_of_text() {
        let text = "Size: 250 g, 1 kg +90000\nGrind: whole, fine -500\n";
        let options = read(text).unwrap();
        assert_eq!(options[0].values[1].name, "1 kg");
        assert_eq!(options[0].values[1].price, 90_000);
        assert_eq!(written(&options), text);
        assert_eq!(read("Size: a\n\nGrind"), Err(3));
        assert_eq!(read("Size:"), Err(1));
    }
}
