//! What members keep with a record: comments, files, and who follows it.

mod comment_box;
mod comments;
mod file_card;
mod file_upload;
mod file_versions;
mod files;
mod follow;

use serde::Deserialize;

use super::live::Live;

pub use comments::Comments;
pub use file_card::go;
pub use file_upload::chosen as files_of;
pub use files::Files;
pub use follow::Follow;

/// A page of what belongs to a record.
#[derive(Deserialize)]
struct Page<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
}

/// The address of what belongs to a record: `/contacts/ID/files`.
fn part_of(live: Live, part: &str) -> String {
    format!("/{}/{}/{part}", live.object.plural, live.id())
}
