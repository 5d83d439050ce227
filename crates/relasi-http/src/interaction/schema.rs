//! Schemas of comments and files.

use serde_json::{Value, json};

use crate::api::Api;

pub(super) fn register(api: &mut Api) {
    api.schema("Comment", comment());
    api.schema("CommentPage", page("Comment", "The comments."));
    api.schema("File", file(false));
    api.schema("FileWithVersions", file(true));
    api.schema("FileVersion", version());
    api.schema("FilePage", page("File", "The files."));
}

/// The body of a comment.
pub(super) fn comment_body() -> Value {
    json!({
        "type": "object", "description": "A comment.", "required": ["body"], "additionalProperties": false,
        "properties": {"body": body()}
    })
}

fn body() -> Value {
    json!({
        "type": "string", "minLength": 1, "maxLength": 10000,
        "description": "Markdown; HTML in it is shown as text. `@[Name](user:ID)` mentions a member, who is told of it."
    })
}

fn id(about: &str) -> Value {
    json!({"type": "string", "format": "uuid", "description": about})
}

fn instant(about: &str) -> Value {
    json!({"type": "string", "format": "date-time", "description": about})
}

fn instant_or_null(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "date-time", "description": about})
}

fn text(about: &str) -> Value {
    json!({"type": "string", "description": about})
}

fn whole(about: &str) -> Value {
    json!({"type": "integer", "format": "int64", "description": about})
}

fn page(of: &str, about: &str) -> Value {
    json!({
        "type": "object", "description": "A page, newest first.", "required": ["items", "next_cursor"],
        "properties": {
            "items": {"type": "array", "description": about, "items": crate::records::schema::reference(of)},
            "next_cursor": {"type": ["string", "null"], "description": "Cursor of the next page; null on the last one."}
        }
    })
}

fn object(about: &str, properties: Value) -> Value {
    let required: Vec<&String> = properties
        .as_object()
        .into_iter()
        .flat_map(|it| it.keys())
        .collect();
    json!({"type": "object", "description": about, "required": required, "properties": properties})
}

fn comment() -> Value {
    object(
        "What a member says to the others about a record.",
        json!({
            "id": id("The comment."),
            "version": whole("Counts up on every change; the ETag."),
            "object": text("Object that it is about, for example `contact`."),
            "record_id": id("Record that it is about."),
            "body": body(),
            "created_at": instant("When it was written."),
            "created_by": id("Who wrote it."),
            "edited_at": instant_or_null("When its text was changed last."),
            "deleted_at": instant_or_null("When it was removed.")
        }),
    )
}

fn content() -> Value {
    json!({
        "number": whole("Number of the version, from 1."),
        "content_type": text("Media type as its first bytes tell; what the sender said is not believed."),
        "is_picture": {"type": "boolean", "description": "Whether a browser can show it as a picture."},
        "size": whole("Bytes."),
        "sha256": text("SHA-256 of the content in lower-case hexadecimal."),
        "content_url": text("Where the content is for five minutes, without signing in: it comes as a file to save.")
    })
}

fn version() -> Value {
    let mut properties = content();
    properties["created_at"] = instant("When it came.");
    properties["created_by"] = id("Who brought it.");
    object("A version of a file.", properties)
}

fn file(with_versions: bool) -> Value {
    let mut properties = content();
    properties["id"] = id("The file.");
    properties["version"] = whole("Counts up on every change; the ETag.");
    properties["object"] = text("Object that it belongs to, for example `contact`.");
    properties["record_id"] = id("Record that it belongs to.");
    properties["name"] = text("Its name.");
    properties["created_at"] = instant("When the first version came.");
    properties["created_by"] = id("Who brought the first version.");
    properties["updated_at"] = instant("When the present version came.");
    properties["updated_by"] = id("Who brought the present version.");
    properties["deleted_at"] = instant_or_null("When it was removed.");
    if with_versions {
        properties["versions"] = json!({
            "type": "array", "description": "All versions, the newest first.",
            "items": crate::records::schema::reference("FileVersion")
        });
    }
    object("A file that is kept with a record.", properties)
}
