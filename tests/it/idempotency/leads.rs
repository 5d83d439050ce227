//! Verbs of leads that take a key.

use relasi_tests::Client;
use serde_json::{Value, json};

use super::prepared::Request;
use crate::bodies;

/// Verbs of leads; what leads have in common with other records is said elsewhere.
pub(super) fn is_verb(operation: &str) -> bool {
    ![
        "restore_",
        "revert_",
        "comment_on_",
        "attach_file_to_",
        "share_",
    ]
    .iter()
    .any(|common| operation.starts_with(common))
}

/// A verb of a new lead.
pub(super) fn request(client: &Client, path: &str) -> Request {
    let at = format!("leads/{}", bodies::id(&bodies::make(client, "lead")));
    let verb = path.rsplit('/').next().expect("a verb");
    let request = Request::new(format!("{at}/{verb}"));
    let go = |verb: &str, version: i64, body: Value| {
        client.verb(&format!("{at}/{verb}"), version, &body).ok(200);
    };
    let team = || json!({"team_id": bodies::make(client, "team")["id"]});
    match verb {
        "move" => request.on(1).with(&json!({"status": "working"})),
        "qualify" => request.on(1).with(&json!({"stage": "mql"})),
        "disqualify" => request.on(1).with(&json!({"reason": "price"})),
        "reopen" => {
            go("disqualify", 1, json!({"reason": "price"}));
            request.on(2)
        }
        "hand-off" => request.on(1).with(&team()),
        "accept" => {
            go("hand-off", 1, team());
            request.on(2)
        }
        "return" => {
            go("hand-off", 1, team());
            request.on(2).with(&json!({"reason": "early"}))
        }
        "convert" => request.on(1),
        "undo-conversion" => {
            go("convert", 1, json!({}));
            request.on(2)
        }
        "tick" => {
            let items = crate::leads::asked(client, &[("mql", "Anggaran", false)]);
            request.with(&json!({"item_id": items[0], "done": true}))
        }
        other => panic!("{other} of a lead takes an Idempotency-Key: say here how it is called"),
    }
}
