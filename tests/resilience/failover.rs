//! D3: the machine of the database is lost, its synchronous standby takes over.

use std::thread;

use relasi_tests::{Member, Settings, postgres::Cluster};

use super::{asked_for, outage::until_ready_is, steady::Book, wire::Wire};
use crate::integrity;

const LANES: usize = 4;

#[test]
fn d3_nothing_acknowledged_is_lost_when_the_standby_takes_over() {
    for _ in 0..asked_for("RELASI_FAILOVERS", 1) {
        one_failover();
    }
}

fn one_failover() {
    let primary = Cluster::start(true);
    primary.sql("postgres", "CREATE DATABASE relasi OWNER relasi");
    let standby = primary.standby();
    let (wire, address) = Wire::before(&primary.url("relasi"));
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut settings = Settings {
        data_dir: folder.path().join("data"),
        database_url: Some(address),
        ..Settings::default()
    };
    let server = settings.serve();
    let owner = Member::set_up(&server.client());
    let book = Book::default();
    thread::scope(|scope| {
        for lane in 0..LANES {
            let (book, client) = (&book, owner.client.clone());
            scope.spawn(move || book.write(&format!("Lane {lane}"), &[client]));
        }
        book.wait_for(200);
        primary.kill();
        wire.cut();
        until_ready_is(&server.client(), 503, &server);
        standby.promote();
        wire.lead_to(&standby.url("relasi"));
        wire.mend();
        book.wait_for(200);
        book.end();
    });
    until_ready_is(&server.client(), 200, &server);
    book.compare(&owner.client);
    assert_eq!(server.terminate().code(), Some(0));
    settings.database_url = Some(standby.url("relasi"));
    assert_eq!(integrity::broken(&integrity::open(&settings)), [""; 0]);
}
