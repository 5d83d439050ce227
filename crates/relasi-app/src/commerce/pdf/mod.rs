//! Quotes as PDF: letters shaped by their script, fonts embedded as far as they are used, the same bytes for the same quote.

mod layout;
#[cfg(test)]
pub(crate) mod tests;
mod text;
pub(crate) mod words;

use krilla::{
    Document,
    color::rgb,
    geom::{PathBuilder, Point, Rect},
    metadata::Metadata,
    num::NormalizedF32,
    page::PageSettings,
    paint::{Fill, FillRule},
    surface::Surface,
    text::{Font, TextDirection},
};
use relasi_persistence::StoreError;

use self::{
    layout::{Ink, Mark, PAGE},
    text::{Weight, run_width, runs},
};
use super::document::Printed;
use crate::refusal::{Refusal, Result};

/// A quote as a PDF file.
pub fn render(printed: &Printed) -> Result<Vec<u8>> {
    let fonts = Fonts::load().ok_or_else(|| broken("a font can't be read"))?;
    let mut document = Document::new();
    let title = format!("{} {}", printed.number, printed.name);
    let metadata = Metadata::new()
        .title(title)
        .language(printed.language.tag().to_owned())
        .authors(vec![printed.seller.clone()])
        .document_id(format!("{} {}", printed.number, printed.revision));
    document.set_metadata(metadata);
    for marks in layout::pages(printed) {
        let size = PageSettings::from_wh(PAGE.0, PAGE.1);
        let size = size.ok_or_else(|| broken("a page has no size"))?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        for mark in &marks {
            draw(&mut surface, &fonts, mark);
        }
        surface.finish();
        page.finish();
    }
    document
        .finish()
        .map_err(|error| broken(&format!("{error:?}")))
}

fn broken(why: &str) -> Refusal {
    StoreError::Other(format!("PDF: {why}")).into()
}

/// What the file may be called.
pub fn file_name(printed: &Printed) -> String {
    format!("{}-v{}.pdf", printed.number, printed.revision)
}

struct Fonts {
    regular: Font,
    strong: Font,
}

impl Fonts {
    fn load() -> Option<Self> {
        let load = |weight: Weight| Font::new(weight.font().to_vec().into(), 0);
        Some(Self {
            regular: load(Weight::Regular)?,
            strong: load(Weight::Strong)?,
        })
    }

    fn of(&self, weight: Weight) -> &Font {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Strong => &self.strong,
        }
    }
}

fn fill(ink: Ink) -> Fill {
    let [red, green, blue] = match ink {
        Ink::Black => [0x1a, 0x1d, 0x1f],
        Ink::Grey => [0x5b, 0x63, 0x68],
        Ink::Pale => [0xd5, 0xda, 0xdd],
    };
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    }
}

fn draw(surface: &mut Surface<'_>, fonts: &Fonts, mark: &Mark) {
    match mark {
        Mark::Text {
            x,
            y,
            size,
            weight,
            ink,
            text,
        } => {
            surface.set_fill(Some(fill(*ink)));
            let mut x = *x;
            for run in runs(text) {
                let font = fonts.of(*weight).clone();
                let at = Point::from_xy(x, *y);
                surface.draw_text(at, font, *size, run, false, TextDirection::LeftToRight);
                x += run_width(run, *weight) * size;
            }
        }
        Mark::Rule { x, y, width } => {
            surface.set_fill(Some(fill(Ink::Pale)));
            let mut path = PathBuilder::new();
            if let Some(rule) = Rect::from_xywh(*x, *y, *width, 0.75) {
                path.push_rect(rule);
            }
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
}
