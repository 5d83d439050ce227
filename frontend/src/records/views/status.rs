//! A lead goes to another state on a board: by a verb, where the state asks for nothing more.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::i18n::k;
use crate::records::labels;
use crate::records::list::{Hands, reason};
use crate::screens::verbs;

/// States between which leads go without further ado.
const FREE: [&str; 3] = ["new", "working", "nurturing"];

/// Moves a card; states that ask for more are said to.
pub fn go(hands: Hands, id: &str, to: &str) {
    let state = hands.state();
    let Some(record) = hands.rows().find(id) else {
        return;
    };
    if record.text("status") == Some(to) {
        return;
    }
    let (verb, body) = match to {
        to if FREE.contains(&to) => ("move", json!({ "status": to })),
        "qualified" => ("qualify", json!({"stage": "sql"})),
        _ => {
            state.toasts.bad(k::leads::OPEN_TO_MOVE.get());
            return;
        }
    };
    let object = state.spec.object;
    let to = to.to_owned();
    spawn_local(async move {
        match verbs::post(state.api, object, &record, verb, &body, "status").await {
            Ok(record) => {
                let status = labels::choice(object, "status", &to);
                state.toasts.ok(k::leads::moved(&status));
                hands.rows().put(record);
                hands.rows().turn.update(|turn| *turn += 1);
            }
            Err(error) => state.toasts.bad(reason(&error)),
        }
    });
}
