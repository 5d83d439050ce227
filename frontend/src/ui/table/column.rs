//! What a table shows: columns, sort, edits.

use std::sync::Arc;

use leptos::prelude::*;

/// Draws something of a row.
pub type CellView<R> = Arc<dyn Fn(&R) -> AnyView + Send + Sync>;

/// A column of rows of type `R`.
#[derive(Clone)]
pub struct Column<R> {
    /// Its name in sort, widths and edits.
    pub id: String,
    /// Its heading.
    pub title: TextProp,
    /// Width in CSS pixels until the person drags it.
    pub width: u32,
    /// Figures stand at the right.
    pub right: bool,
    /// The heading sorts.
    pub sortable: bool,
    /// Draws the cell.
    pub cell: CellView<R>,
    /// Edits the cell in place.
    pub editor: Option<CellEditor<R>>,
}

impl<R> Column<R> {
    /// A plain column.
    pub fn new<V: IntoView + 'static>(
        id: impl Into<String>,
        title: impl Into<TextProp>,
        width: u32,
        cell: impl Fn(&R) -> V + Send + Sync + 'static,
    ) -> Self {
        let cell = Arc::new(move |row: &R| cell(row).into_any());
        Self {
            id: id.into(),
            title: title.into(),
            width,
            right: false,
            sortable: false,
            cell,
            editor: None,
        }
    }

    /// Figures at the right.
    pub fn right(mut self) -> Self {
        self.right = true;
        self
    }

    /// Sorted by its heading.
    pub fn sortable(mut self) -> Self {
        self.sortable = true;
        self
    }

    /// Edited in place.
    pub fn editor(mut self, editor: CellEditor<R>) -> Self {
        self.editor = Some(editor);
        self
    }
}

/// Reads something of a row.
pub type Reads<R, T> = Arc<dyn Fn(&R) -> T + Send + Sync>;

/// How a cell is edited; each kind reads the present value from the row.
#[derive(Clone)]
pub enum CellEditor<R> {
    /// As text.
    Text(Reads<R, String>),
    /// By a view of its own, which gets the row and says the new value (or `None` to leave the old one).
    Custom(Reads<(R, Callback<Option<String>>), AnyView>),
}

/// Rows that are the headings of those below them.
#[derive(Clone)]
pub struct Headings<R: 'static> {
    /// Draws a heading.
    pub view: CellView<R>,
    /// Whether the rows of a heading are shown; none for one that has no rows of its own.
    pub open: Reads<R, Option<bool>>,
    /// Called when a heading is pressed.
    pub press: Callback<R>,
}

/// The order of the rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sort {
    /// Id of the column.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

/// A finished edit of one cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// Id of the row.
    pub row: String,
    /// Id of the column.
    pub column: String,
    /// The new value; empty means none.
    pub value: String,
}
