//! Where everything stands on the pages of a quote.

use relasi_domain::{commerce::line::Line, locale::Language};

use super::{
    text::{Weight, width, wrap},
    words::{Amounts, day, filled, number, tax_label, word},
};
use crate::commerce::document::Printed;

/// A4 in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
const MARGIN: f32 = 48.0;
const RIGHT: f32 = PAGE.0 - MARGIN;
/// Below this nothing but the number of the page stands.
const BOTTOM: f32 = PAGE.1 - 64.0;
const BODY: f32 = 9.5;
const SMALL: f32 = 8.0;
/// Marks above and below Thai letters need this much.
const LEADING: f32 = 1.55;

/// How dark something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Text.
    Black,
    /// What is beside the point.
    Grey,
    /// Rules.
    Pale,
}

/// Something on a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    /// A line of text from its left end on.
    Text {
        x: f32,
        y: f32,
        size: f32,
        weight: Weight,
        ink: Ink,
        text: String,
    },
    /// A rule across.
    Rule { x: f32, y: f32, width: f32 },
}

/// Right ends of the columns of numbers: quantity, price, discount, tax, amount.
const ENDS: [f32; 5] = [316.0, 388.0, 432.0, 468.0, RIGHT];
const ITEM_WIDTH: f32 = 206.0;

/// Pages in the making.
pub(super) struct Sheet<'p> {
    printed: &'p Printed,
    amounts: Amounts,
    pages: Vec<Vec<Mark>>,
    y: f32,
}

/// The pages of a quote.
pub(super) fn pages(printed: &Printed) -> Vec<Vec<Mark>> {
    let totals = &printed.totals;
    let lines = printed.lines.iter();
    let all = lines.flat_map(|line| [line.unit_price, line.net]).chain([
        totals.subtotal,
        totals.discount,
        totals.tax,
        totals.total,
    ]);
    let mut sheet = Sheet {
        printed,
        amounts: Amounts::new(printed.language, &printed.currency, all),
        pages: vec![Vec::new()],
        y: MARGIN + 14.0,
    };
    sheet.head();
    sheet.table_head();
    for line in &printed.lines {
        sheet.line(line);
    }
    sheet.sums();
    sheet.terms();
    sheet.feet();
    sheet.pages
}

impl Sheet<'_> {
    fn language(&self) -> Language {
        self.printed.language
    }

    fn word(&self, key: &str) -> String {
        word(self.language(), &format!("quote_document.{key}"))
    }

    fn put(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    fn text(&mut self, x: f32, size: f32, weight: Weight, ink: Ink, text: &str) {
        let (y, text) = (self.y, text.to_owned());
        self.put(Mark::Text {
            x,
            y,
            size,
            weight,
            ink,
            text,
        });
    }

    /// Text that ends at a place.
    fn ending(&mut self, end: f32, size: f32, weight: Weight, ink: Ink, text: &str) {
        let x = end - width(text, weight, size);
        self.text(x, size, weight, ink, text);
    }

    fn rule(&mut self, x: f32) {
        let y = self.y;
        self.put(Mark::Rule {
            x,
            y,
            width: RIGHT - x,
        });
    }

    fn down(&mut self, size: f32) {
        self.y += size * LEADING;
    }

    /// Begins another page unless so much still fits on this one.
    fn room(&mut self, height: f32) -> bool {
        if self.y + height <= BOTTOM {
            return false;
        }
        self.pages.push(Vec::new());
        self.y = MARGIN + 8.0;
        let head = format!("{} · {}", self.printed.number, self.printed.name);
        let head = wrap(&head, Weight::Regular, SMALL, RIGHT - MARGIN)
            .into_iter()
            .next()
            .unwrap_or_default();
        self.text(MARGIN, SMALL, Weight::Regular, Ink::Grey, &head);
        self.down(SMALL);
        self.y += 6.0;
        true
    }

    fn head(&mut self) {
        let printed = self.printed;
        let title = self.word("title");
        let half = (PAGE.0 - 2.0 * MARGIN) / 2.0 - 12.0;
        let top = self.y;
        for line in wrap(&printed.seller, Weight::Strong, 14.0, half) {
            self.text(MARGIN, 14.0, Weight::Strong, Ink::Black, &line);
            self.down(14.0);
        }
        if let Some(contact) = &printed.contact {
            self.text(MARGIN, BODY, Weight::Regular, Ink::Grey, contact);
            self.down(BODY);
        }
        let left = self.y;
        self.y = top + 4.0;
        self.ending(RIGHT, 20.0, Weight::Strong, Ink::Black, &title);
        self.y += 22.0;
        for (label, value) in self.facts() {
            self.text(
                MARGIN + half + 24.0,
                BODY,
                Weight::Regular,
                Ink::Grey,
                &label,
            );
            self.ending(RIGHT, BODY, Weight::Regular, Ink::Black, &value);
            self.down(BODY);
        }
        let right = self.y;
        self.y = left.max(top + 40.0) + 10.0;
        self.buyer(half);
        self.y = self.y.max(right) + 14.0;
        for line in wrap(&printed.name, Weight::Strong, 12.0, RIGHT - MARGIN) {
            self.text(MARGIN, 12.0, Weight::Strong, Ink::Black, &line);
            self.down(12.0);
        }
        self.y += 4.0;
    }

    fn facts(&self) -> Vec<(String, String)> {
        let printed = self.printed;
        let language = self.language();
        let version = filled(
            language,
            "quote_document.version",
            &[("n", printed.revision.to_string())],
        );
        let mut facts = vec![(
            self.word("number"),
            format!("{} · {version}", printed.number),
        )];
        let made = printed
            .day
            .map_or_else(|| self.word("draft"), |on| day(on, language));
        facts.push((self.word("date"), made));
        if let Some(until) = printed.valid_until {
            facts.push((self.word("valid_until"), day(until, language)));
        }
        facts
    }

    fn buyer(&mut self, most: f32) {
        let buyer = &self.printed.buyer;
        if buyer.name.is_empty() {
            return;
        }
        let to = self.word("to");
        self.text(MARGIN, SMALL, Weight::Regular, Ink::Grey, &to);
        self.down(SMALL);
        let tax_id = buyer
            .tax_id
            .as_ref()
            .map(|id| format!("{} {id}", self.word("tax_id")));
        let lines = [Some(&buyer.name), buyer.person.as_ref()];
        let lines = lines
            .into_iter()
            .flatten()
            .chain(&buyer.address)
            .chain(&tax_id);
        let lines: Vec<String> = lines
            .flat_map(|line| wrap(line, Weight::Regular, BODY, most))
            .collect();
        for line in lines {
            self.text(MARGIN, BODY, Weight::Regular, Ink::Black, &line);
            self.down(BODY);
        }
    }

    fn table_head(&mut self) {
        let item = self.word("item");
        self.text(MARGIN, SMALL, Weight::Strong, Ink::Grey, &item);
        let amount = format!("{} ({})", self.word("amount"), self.printed.currency);
        let names = ["quantity", "price", "discount", "tax"].map(|key| self.word(key));
        for (end, name) in ENDS.into_iter().zip(names.into_iter().chain([amount])) {
            self.ending(end, SMALL, Weight::Strong, Ink::Grey, &name);
        }
        self.y += 6.0;
        self.rule(MARGIN);
        self.y += 14.0;
    }

    fn line(&mut self, line: &Line) {
        let language = self.language();
        let names = wrap(&line.name, Weight::Regular, BODY, ITEM_WIDTH);
        let more = details(line);
        let more = wrap(&more, Weight::Regular, SMALL, ITEM_WIDTH);
        let more: Vec<String> = more.into_iter().filter(|text| !text.is_empty()).collect();
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let height = (names.len() as f32 * BODY + more.len() as f32 * SMALL) * LEADING + 8.0;
        // A line that is longer than a page goes on below the last one.
        if self.room(height.min(300.0)) {
            self.table_head();
        }
        let quantity = match &line.unit {
            Some(unit) => format!("{} {unit}", number(line.quantity, language)),
            None => number(line.quantity, language),
        };
        let discount = match (line.discount_percent, line.discount) {
            (_, 0) => String::new(),
            (Some(percent), _) => format!("{}%", number(percent, language)),
            (None, amount) => self.amounts.text(amount),
        };
        let tax = line.tax.as_ref();
        let tax = tax.map(|tax| format!("{}%", number(tax.percent, language)));
        let cells = [
            quantity,
            self.amounts.text(line.unit_price),
            discount,
            tax.unwrap_or_default(),
            self.amounts.text(line.net),
        ];
        for (end, cell) in ENDS.into_iter().zip(cells) {
            self.ending(end, BODY, Weight::Regular, Ink::Black, &cell);
        }
        for (texts, size, ink) in [(names, BODY, Ink::Black), (more, SMALL, Ink::Grey)] {
            for text in texts {
                if self.room(size * LEADING) {
                    self.table_head();
                }
                self.text(MARGIN, size, Weight::Regular, ink, &text);
                self.down(size);
            }
        }
        self.y -= 3.0;
        self.rule(MARGIN);
        self.y += 14.0;
    }

    fn sums(&mut self) {
        let totals = self.printed.totals.clone();
        let language = self.language();
        let mut rows = vec![(self.word("subtotal"), self.amounts.text(totals.subtotal))];
        if totals.discount > 0 {
            let off = self.amounts.text(-totals.discount);
            rows.push((self.word("discount"), off));
        }
        for tax in &totals.taxes {
            rows.push((tax_label(tax, language), self.amounts.text(tax.amount)));
        }
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        self.room(rows.len() as f32 * BODY * LEADING + 40.0);
        let left = 330.0;
        for (label, amount) in rows {
            for (place, label) in wrap(&label, Weight::Regular, BODY, 120.0)
                .into_iter()
                .enumerate()
            {
                if place > 0 {
                    self.down(BODY);
                }
                self.text(left, BODY, Weight::Regular, Ink::Grey, &label);
            }
            self.ending(RIGHT, BODY, Weight::Regular, Ink::Black, &amount);
            self.down(BODY);
        }
        self.y -= 6.0;
        self.rule(left);
        self.y += 18.0;
        let total = self.word("total");
        self.text(left, 11.0, Weight::Strong, Ink::Black, &total);
        let amount = format!(
            "{} {}",
            self.printed.currency,
            self.amounts.text(totals.total)
        );
        self.ending(RIGHT, 11.0, Weight::Strong, Ink::Black, &amount);
        self.y += 26.0;
    }

    fn terms(&mut self) {
        let Some(terms) = &self.printed.terms else {
            return;
        };
        let head = self.word("terms");
        self.room(BODY * LEADING * 3.0);
        self.text(MARGIN, BODY, Weight::Strong, Ink::Black, &head);
        self.down(BODY);
        for line in wrap(terms, Weight::Regular, BODY, RIGHT - MARGIN) {
            self.room(BODY * LEADING);
            self.text(MARGIN, BODY, Weight::Regular, Ink::Black, &line);
            self.down(BODY);
        }
    }

    /// The number of each page, when it is known how many there are.
    fn feet(&mut self) {
        let pages = self.pages.len();
        let language = self.language();
        for (place, page) in self.pages.iter_mut().enumerate() {
            let params = [
                ("page", (place + 1).to_string()),
                ("pages", pages.to_string()),
            ];
            let text = filled(language, "quote_document.page", &params);
            page.push(Mark::Text {
                x: RIGHT - width(&text, Weight::Regular, SMALL),
                y: PAGE.1 - 36.0,
                size: SMALL,
                weight: Weight::Regular,
                ink: Ink::Grey,
                text,
            });
        }
    }
}

/// What stands below the name of a line.
fn details(line: &Line) -> String {
    let options = line
        .options
        .iter()
        .map(|(name, value)| format!("{name}: {value}"));
    let options: Vec<String> = options.collect();
    let parts = [
        options.join(", "),
        line.description.clone().unwrap_or_default(),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}
