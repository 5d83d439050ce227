//! D7: the database goes away and comes back; the server stays.

use std::{
    thread,
    time::{Duration, Instant},
};

use relasi_tests::{Backend, Client, Empty, Member, Server, Start as _};
use serde_json::json;

use super::wire::Wire;

/// Asks until the probe answers with this status.
pub(super) fn until_ready_is(client: &Client, status: u16, server: &Server) {
    let limit = Instant::now() + Duration::from_secs(30);
    while client.get("/readyz").status != status {
        assert!(
            Instant::now() < limit,
            "/readyz is not {status}:\n{}",
            server.log()
        );
        thread::yield_now();
    }
}

#[test]
fn d7_the_server_outlives_an_outage_of_the_database() {
    let at = Empty::start(Backend::Postgres);
    let url = at.settings.database_url.clone().expect("an address");
    let (wire, address) = Wire::before(&url);
    let mut settings = at.settings.clone();
    settings.data_dir = at.folder().join("behind");
    settings.database_url = Some(address);
    let server = settings.serve();
    let owner = Member::set_up(&server.client());
    let client = &owner.client;
    let made = client.create("contacts", &json!({"full_name": "Malee Srisuk"}));

    wire.cut();
    until_ready_is(client, 503, &server);
    for reply in [
        client.get("contacts"),
        client.get("search?q=malee"),
        client.post("contacts", &json!({"full_name": "Nobody"})),
        client.get("home"),
    ] {
        assert!(
            !reply.header("retry-after").is_empty(),
            "{}: {}",
            reply.request,
            reply.text()
        );
        reply.problem(503, "unavailable");
    }
    client.get("/readyz").problem(503, "unavailable");
    assert_eq!(
        client.get("/livez").status,
        200,
        "the process itself is well"
    );
    assert_eq!(client.get("/").status, 200, "so is the app");

    wire.mend();
    until_ready_is(client, 200, &server);
    assert_eq!(client.get("contacts").ok(200)["items"][0]["id"], made["id"]);
    assert_eq!(
        client.get("contacts/count").ok(200)["count"],
        1,
        "what was refused was not written"
    );
    client.create("contacts", &json!({"full_name": "Somchai"}));
    assert_eq!(server.terminate().code(), Some(0));
}
