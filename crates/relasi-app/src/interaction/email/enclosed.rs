//! Files that go with a message.
//!
//! A message names them by file and version: what is sent is what was there when it was written, also after the file got
//! another version or lies in the trash.

use lettre::message::{
    Attachment as Part, Body, SinglePart,
    header::{ContentTransferEncoding, ContentType},
};
use relasi_domain::{
    fault::{Fault, Faults},
    interaction::file::{UNKNOWN, tidy_name},
};
use relasi_persistence::{Conn, Statement, StoreError};
use uuid::Uuid;

use super::message::Attachment;
use crate::{
    interaction::file,
    platform::{
        jobs::JobError,
        storage::{Storage, Waiting},
    },
    records::Work,
    refusal::{Refusal, Result},
};

/// The most files of a message.
const MAX_FILES: usize = 20;

/// Bytes of all files of a message together. Over the line they are a third longer, and most mail servers take messages
/// of up to 25 MiB.
pub(super) const MAX_BYTES: u64 = 18 << 20;

/// The code of a message whose files are not there any more.
const GONE: &str = "email_file_gone";

/// Where the content of a file lies.
pub(super) struct Stored {
    name: String,
    content_id: Uuid,
    kind: String,
    size: u64,
}

/// The files that somebody wants to send, as they are now. What is wrong with them is told as faults.
pub(super) fn chosen(
    work: &mut Work<'_>,
    ids: &[Uuid],
    faults: &mut Faults,
) -> Result<Vec<Attachment>> {
    if ids.len() > MAX_FILES {
        faults.push(Fault::field("file_ids", "too_many").with("max", MAX_FILES));
        return Ok(Vec::new());
    }
    let mut all: Vec<Attachment> = Vec::new();
    for (place, id) in ids.iter().enumerate() {
        match file::present(work, *id) {
            Ok(found) if all.iter().any(|one| one.file_id == found.file_id) => {}
            Ok(found) => all.push(found),
            Err(Refusal::NotFound | Refusal::Forbidden) => {
                faults.push(Fault::at(format!("/file_ids/{place}"), "no_such_record"));
            }
            Err(other) => return Err(other),
        }
    }
    let bytes: u64 = all.iter().map(|one| one.size).sum();
    if bytes > MAX_BYTES {
        let max = MAX_BYTES >> 20;
        faults.push(Fault::field("file_ids", "email_files_too_large").with("max", max));
    }
    Ok(all)
}

/// Where the contents of a message's files lie; none when one of them is gone for good.
pub(super) fn stored(
    conn: &mut Conn,
    workspace: Uuid,
    attachments: &[Attachment],
) -> std::result::Result<Option<Vec<Stored>>, StoreError> {
    let mut all = Vec::new();
    for one in attachments {
        let Some((id, number)) = one.file_id.zip(one.number) else {
            return Ok(None);
        };
        let mut statement = Statement::new(
            "SELECT content_id, content_type, size FROM file_versions WHERE workspace_id = ",
        );
        statement.bind(workspace).push(" AND file_id = ").bind(id);
        statement.push(" AND number = ").bind(number);
        let found = conn.row(&statement, |row| {
            Ok((row.id(0)?, row.text(1)?, row.int(2)?))
        })?;
        let Some((content_id, kind, size)) = found else {
            return Ok(None);
        };
        all.push(Stored {
            name: one.name.clone(),
            content_id,
            kind,
            size: u64::try_from(size).unwrap_or_default(),
        });
    }
    Ok(Some(all))
}

/// The parts of a message that hold its files.
pub(super) fn parts(
    storage: &Storage,
    workspace: Uuid,
    files: Option<&[Stored]>,
) -> std::result::Result<Vec<SinglePart>, JobError> {
    let files = files.ok_or(JobError::Failed(GONE))?;
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let contents = Waiting::new(storage.clone())?;
    let mut parts = Vec::new();
    for file in files {
        let content = contents.open(workspace, file.content_id).map_err(lost)?;
        let mut bytes = Vec::with_capacity(usize::try_from(file.size).unwrap_or_default());
        contents.copy(content, &mut bytes).map_err(lost)?;
        if bytes.len() as u64 != file.size {
            log::error!("the content {} is not as long as it was", file.content_id);
            return Err(JobError::Failed(GONE));
        }
        // Other ways to write it would change the ends of lines.
        let body = Body::new_with_encoding(bytes, ContentTransferEncoding::Base64);
        let body = body.map_err(|_| JobError::Failed("mail_unwritable"))?;
        let name = tidy_name(&file.name, "name").unwrap_or_else(|_| "file".to_owned());
        parts.push(Part::new(name).body(body, kind_of(&file.kind)));
    }
    Ok(parts)
}

fn lost(refused: Refusal) -> JobError {
    match refused {
        Refusal::NotFound => JobError::Failed(GONE),
        other => other.into(),
    }
}

/// The media type that a file is sent as. Pages and the like are bytes: no reader is to show them as part of the message.
fn kind_of(kind: &str) -> ContentType {
    let is_shown = kind.starts_with("text/") && kind != "text/plain";
    let kind = if is_shown { UNKNOWN } else { kind };
    ContentType::parse(kind)
        .or_else(|_| ContentType::parse(UNKNOWN))
        .unwrap_or(ContentType::TEXT_PLAIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_sent_as_bytes() {
        let sent = |kind: &str| format!("{:?}", kind_of(kind));
        assert!(sent("text/html").contains("octet-stream"));
        assert!(sent("no kind").contains("octet-stream"));
        assert!(sent("application/pdf").contains("application/pdf"));
    }

    #[test]
    fn names_can_not_end_their_header() {
        for name in [
            "a\r\nBcc: x@y.example.pdf",
            "ใบเสนอราคา ๑.pdf",
            "q\"; filename=\"b.exe",
        ] {
            let name = tidy_name(name, "name").unwrap();
            let body =
                Body::new_with_encoding(vec![0_u8], ContentTransferEncoding::Base64).unwrap();
            let part = Part::new(name).body(body, kind_of("application/pdf"));
            let written = String::from_utf8(part.formatted()).unwrap();
            assert!(written.is_ascii(), "{written}");
            let lines = written.lines().filter(|line| line.starts_with("Bcc"));
            assert_eq!(lines.count(), 0, "{written}");
        }
    }
}
