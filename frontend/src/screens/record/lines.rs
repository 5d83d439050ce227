//! Lines of a deal or quote: read, shown with their sums, opened for changing.

use leptos::prelude::*;
use relasi_domain::commerce::exact::Exact;
use relasi_domain::commerce::line::{Line, TaxSum, Totals};
use relasi_domain::commerce::margin::{LineMargin, Margins};
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::line_editor::LineEditor;
use super::live::Live;
use crate::api::Reply;
use crate::i18n::{decimal, k, money};
use crate::ui::button::{Button, Size, Variant};
use crate::ui::dialog::{Modal, Width};
use crate::ui::feedback::Skeleton;
use crate::ui::icon;

/// The lines of a record and what they come to.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Lines {
    /// In their order.
    #[serde(rename = "lines")]
    pub all: Vec<Line>,
    /// The sums.
    pub totals: Totals,
    /// ISO 4217.
    pub currency: String,
    /// The largest discount, in per cent.
    pub discount_share: Exact,
    /// What they earn; none for whom costs are hidden.
    pub margin: Option<Margins>,
    /// Version of the record.
    pub version: i64,
}

/// The lines of the record of a page.
#[derive(Clone, Copy)]
pub struct Sheet {
    /// The record.
    pub live: Live,
    found: RwSignal<Option<Lines>>,
    refused: RwSignal<bool>,
}

impl Sheet {
    /// Reads them, and again whenever there is another version.
    pub fn of(live: Live) -> Self {
        let sheet = Self {
            live,
            found: RwSignal::new(None),
            refused: RwSignal::new(false),
        };
        let version = Memo::new(move |_| live.with(|record| Some(record.version())));
        Effect::new(move |_| {
            let known = sheet
                .found
                .with_untracked(|found| found.as_ref().map(|lines| lines.version));
            if version.get().is_some_and(|now| known != Some(now)) {
                sheet.load();
            }
        });
        sheet
    }

    /// Where they are.
    pub fn path(self) -> String {
        format!("/{}/{}/lines", self.live.object.plural, self.live.id())
    }

    fn load(self) {
        let (api, path) = (self.live.api, self.path());
        spawn_local(async move {
            match api.get(&path).await.and_then(Reply::read) {
                Ok(lines) => self.take(lines),
                // Who may not see what it comes to sees no lines.
                Err(_) => _ = self.refused.try_set(true),
            }
        });
    }

    /// Takes them as the server has them.
    pub fn take(self, lines: Lines) {
        let _ = self.found.try_set(Some(lines));
    }

    /// The lines; tracked. None while they are being read.
    pub fn get(self) -> Option<Lines> {
        self.found.get()
    }

    /// Whether there is at least one; tracked.
    pub fn has_some(self) -> bool {
        self.found
            .with(|found| found.as_ref().is_some_and(|all| !all.all.is_empty()))
    }
}

/// The button that opens lines for changing, with its dialog.
#[component]
pub fn EditLines(
    /// The lines.
    sheet: Sheet,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <Show when=move || may_edit.get()>
            <Button label=k::commerce::EDIT_LINES size=Size::Small variant=Variant::Plain icon=icon::PENCIL on_press=move |()| open.set(true)/>
        </Show>
        <Modal open title=k::commerce::LINES width=Width::Wide><LineEditor sheet open/></Modal>
    }
}

/// The lines as a table with their sums.
#[component]
pub fn LineTable(
    /// The lines.
    sheet: Sheet,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
) -> impl IntoView {
    let body = move || match sheet.get() {
        _ if sheet.refused.get() => ().into_any(),
        None => view! { <Skeleton lines=4/> }.into_any(),
        Some(all) if all.all.is_empty() => {
            view! { <p class="hint">{k::commerce::NO_LINES}</p> }.into_any()
        }
        Some(all) => table(all).into_any(),
    };
    view! {
        <section class="panel lines-panel">
            <header><h2>{k::commerce::LINES}</h2><span class="spacer"></span><EditLines sheet may_edit/></header>
            {body}
        </section>
    }
}

fn table(all: Lines) -> impl IntoView {
    let currency = StoredValue::new(all.currency.clone());
    let amount = move |minor: i64| money(minor, &currency.get_value());
    let earned = all
        .margin
        .filter(|margin| margin.lines.iter().any(Option::is_some));
    let shown = earned.is_some();
    let mut each = earned
        .as_ref()
        .map(|margin| margin.lines.clone())
        .unwrap_or_default();
    each.resize(all.all.len(), None);
    let rows = all.all.into_iter().zip(each);
    let rows = rows.map(|(line, margin)| row(line, (shown, margin), amount));
    let rows = rows.collect_view();
    view! {
        <div class="lines-scroll" tabindex="0" role="group" aria-label=k::commerce::LINES>
            <table class="lines">
                <thead><tr>
                    <th scope="col">{k::commerce::ITEM}</th>
                    <th scope="col" class="figure lines-middle">{k::commerce::QUANTITY}</th>
                    <th scope="col" class="figure lines-middle">{k::commerce::PRICE}</th>
                    <th scope="col" class="figure lines-wide">{k::commerce::DISCOUNT}</th>
                    <th scope="col" class="figure lines-wide">{k::commerce::TAX}</th>
                    <th scope="col" class="figure">{k::commerce::AMOUNT}</th>
                    {shown.then(|| view! { <th scope="col" class="figure lines-wide">{k::commerce::MARGIN}</th> })}
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <Sums totals=all.totals currency=all.currency earned/>
    }
}

/// An amount with its share: "4,000.00 (20%)".
fn earned_words(amount: &str, share: Option<Exact>) -> String {
    match share {
        Some(share) => k::commerce::margin_words(amount, &decimal(share.0 / 10_000 * 10_000)),
        None => amount.to_owned(),
    }
}

fn row(
    line: Line,
    (shown, margin): (bool, Option<LineMargin>),
    amount: impl Fn(i64) -> String + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let options = line.options.iter();
    let options: Vec<String> = options
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let more = [Some(options.join(", ")), line.description.clone()];
    let more: Vec<String> = more
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .collect();
    let more = more.join(" · ");
    let unit = line.unit.clone().unwrap_or_default();
    let quantity = move || format!("{} {unit}", decimal(line.quantity.0));
    let (percent, off) = (line.discount_percent, line.discount);
    let discount = move || match (percent, off) {
        (_, 0) => String::new(),
        (Some(percent), _) => format!("{}%", decimal(percent.0)),
        (None, off) => amount(off),
    };
    let tax = line.tax.as_ref().map(|tax| tax.percent);
    let tax = move || tax.map(|percent| format!("{}%", decimal(percent.0)));
    let (price, net) = (line.unit_price, line.net);
    let earned = move || margin.map(|one| earned_words(&amount(one.margin), one.share));
    let (number, each) = (quantity.clone(), discount);
    // Where there is no room for these columns.
    let brief = move || format!("{} × {}", number(), amount(price));
    let aside = move || {
        let all = [
            (k::commerce::DISCOUNT, Some(each())),
            (k::commerce::TAX, tax()),
            (k::commerce::MARGIN, earned()),
        ];
        let told = all.into_iter().filter_map(|(name, value)| {
            let value = value.filter(|value| !value.is_empty())?;
            Some(format!("{} {value}", name.get()))
        });
        told.collect::<Vec<_>>().join(" · ")
    };
    view! {
        <tr>
            <td>
                {line.name}
                {(!more.is_empty()).then(|| view! { <span class="hint">{more}</span> })}
                <span class="hint lines-brief">{brief}</span>
                <span class="hint lines-aside">{aside}</span>
            </td>
            <td class="figure lines-middle">{quantity}</td>
            <td class="figure lines-middle">{move || amount(price)}</td>
            <td class="figure lines-wide">{discount}</td>
            <td class="figure lines-wide">{tax}</td>
            <td class="figure">{move || amount(net)}</td>
            {shown.then(|| view! { <td class="figure lines-wide">{earned}</td> })}
        </tr>
    }
}

/// Subtotal, discount, taxes and total.
#[component]
pub fn Sums(
    /// The sums.
    totals: Totals,
    /// ISO 4217.
    currency: String,
    /// What they earn.
    earned: Option<Margins>,
) -> impl IntoView {
    let currency = StoredValue::new(currency);
    let amount = move |minor: i64| money(minor, &currency.get_value());
    let (subtotal, discount, total) = (totals.subtotal, totals.discount, totals.total);
    let taxes = totals.taxes.into_iter().map(|tax| {
        let sum = tax.amount;
        view! { <dt>{move || tax_words(&tax)}</dt><dd class="figure">{move || amount(sum)}</dd> }
    });
    let taxes = taxes.collect_view();
    view! {
        <dl class="lines-sums">
            <dt>{k::commerce::SUBTOTAL}</dt><dd class="figure">{move || amount(subtotal)}</dd>
            {(discount > 0).then(|| view! { <dt>{k::commerce::DISCOUNT}</dt><dd class="figure">{move || amount(-discount)}</dd> })}
            {taxes}
            <dt class="lines-total">{k::commerce::TOTAL}</dt><dd class="figure lines-total">{move || amount(total)}</dd>
            {earned.map(|earned| {
                let label = if earned.complete { k::commerce::MARGIN } else { k::commerce::MARGIN_KNOWN };
                view! { <dt>{label}</dt><dd class="figure">{move || earned_words(&amount(earned.margin), earned.share)}</dd> }
            })}
        </dl>
    }
}

fn tax_words(tax: &TaxSum) -> String {
    let name = if tax.tax.name.contains('%') {
        tax.tax.name.clone()
    } else {
        format!("{} {}%", tax.tax.name, decimal(tax.tax.percent.0))
    };
    if tax.tax.included {
        k::commerce::included(&name)
    } else {
        name
    }
}
