//! Charts: a question as the title, marks with their figures on them, and the same figures as a table one press away.

mod columns;
mod frame;
mod span_bars;
mod stacked_bars;

pub use columns::{Column, Columns};
pub use frame::{ChartFrame, Line};
pub use span_bars::{SpanBar, SpanBars};
pub use stacked_bars::{Part, StackedBar, StackedBars};
