//! P3: what is erased is no change of the log, whichever scheme sealed it, and nothing else passes for it; who may erase.

use relasi_persistence::Statement;
use relasi_tests::{Settings, TestApp, on_both};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    audit_seals::seal_all,
    bodies::{id, make_with},
    integrity,
    rights::member_with,
};

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

fn piece(hash: &mut Sha256, text: Option<&str>) {
    let length = text.map_or(u64::MAX, |text| text.len() as u64);
    hash.update(length.to_be_bytes());
    hash.update(text.unwrap_or_default());
}

/// An entry of the log: its id, what changed, and its digest by scheme 1.
struct Entry {
    workspace: String,
    id: String,
    changes: String,
    whole: Vec<u8>,
}

fn entries(settings: &Settings) -> Vec<Entry> {
    let statement = Statement::new(
        "SELECT id, at, action, object, record_id, actor_id, cause, changes, workspace_id FROM audit_entries \
         ORDER BY workspace_id, id",
    );
    let rows = integrity::open(settings)
        .across()
        .read_blocking(move |conn| {
            conn.rows(&statement, |row| {
                let mut hash = Sha256::new();
                piece(&mut hash, Some(&row.text(0)?));
                hash.update(row.int(1)?.to_be_bytes());
                for place in 2..8 {
                    piece(&mut hash, row.opt_text(place)?.as_deref());
                }
                Ok(Entry {
                    workspace: row.text(8)?,
                    id: row.text(0)?,
                    changes: row.text(7)?,
                    whole: hash.finalize().to_vec(),
                })
            })
        });
    rows.unwrap_or_else(|error| panic!("{error}"))
}

fn run(settings: &Settings, sql: String) {
    let done = integrity::open(settings)
        .across()
        .write_blocking(move |conn| conn.execute(&Statement::new(sql.as_str())));
    done.unwrap_or_else(|error| panic!("{error}"));
}

/// Makes the seals of a log what the version before had made: one each, over the whole of its entries.
fn by_the_former_scheme(settings: &Settings) {
    let seals = Statement::new(
        "SELECT workspace_id, number, at, last_id, entries FROM audit_seals ORDER BY workspace_id, number",
    );
    let seals = integrity::open(settings)
        .across()
        .read_blocking(move |conn| {
            conn.rows(&seals, |row| {
                Ok((
                    row.text(0)?,
                    row.int(1)?,
                    row.int(2)?,
                    row.text(3)?,
                    row.int(4)?,
                ))
            })
        });
    let all = entries(settings);
    for (workspace, number, at, last, count) in seals.unwrap_or_else(|error| panic!("{error}")) {
        assert_eq!(number, 1, "a log of few entries has one seal");
        let mut digest = Sha256::new();
        let under = all
            .iter()
            .filter(|one| one.workspace == workspace && one.id <= last);
        let under: Vec<&Entry> = under.collect();
        assert_eq!(under.len(), usize::try_from(count).unwrap());
        for one in under {
            digest.update(&one.whole);
        }
        let digest = hexadecimal(&digest.finalize());
        let mut chain = Sha256::new();
        for part in ["", last.as_str(), digest.as_str()] {
            piece(&mut chain, Some(part));
        }
        for part in [number, at, count] {
            chain.update(part.to_be_bytes());
        }
        let chain = hexadecimal(&chain.finalize());
        run(
            settings,
            format!(
                "UPDATE audit_seals SET scheme = 1, digest = '{digest}', chain = '{chain}' WHERE workspace_id = '{workspace}'"
            ),
        );
    }
    // The anchors of then were those of these seals.
    std::fs::remove_file(settings.data_dir.join("audit-anchors.jsonl")).unwrap();
    seal_all(settings);
}

#[track_caller]
fn erase(app: &TestApp, contact: &str, name: &str) {
    let order = json!({"name": name, "reason": "Diminta"});
    let begun = app
        .client()
        .post(&format!("contacts/{contact}/erasure"), &order)
        .ok(202);
    let job = app.finished(begun["job_id"].as_str().unwrap());
    assert_eq!(job["state"], "done", "{job}");
}

fn refused(settings: &Settings) -> String {
    let output = settings.command(&["audit", "verify"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success(), "{said}");
    said
}

on_both! {
    fn p3_emptied_entries_hold_under_a_seal_of_the_former_scheme(app: TestApp) {
        let mut app = app;
        let client = app.client();
        let [siti, budi] = ["Siti Rahma", "Budi"].map(|name| make_with(client, "contact", json!({"full_name": name, "city": "Solo"})));
        client.patch(&format!("contacts/{}", id(&siti)), 1, &json!({"city": "Medan"})).ok(200);
        client.patch(&format!("contacts/{}", id(&budi)), 1, &json!({"city": "Semarang"})).ok(200);
        app.at.terminate();
        let settings = app.at.settings.clone();
        seal_all(&settings);
        by_the_former_scheme(&settings);
        let said = settings.run(&["audit", "verify"]);
        assert!(said.contains("under 1 seals") && said.contains("as it was sealed"), "{said}");
        app.crash_and_restart();
        erase(&app, &id(&siti), "Siti Rahma");
        app.at.terminate();
        let said = settings.run(&["audit", "verify"]);
        assert!(said.contains("as it was sealed"), "{said}");
        // New entries are sealed by the scheme of today, behind the former one.
        seal_all(&settings);
        let said = settings.run(&["audit", "verify"]);
        assert!(said.contains("under 2 seals") && said.contains("as it was sealed"), "{said}");
        assert!(entries(&settings).iter().all(|one| !one.changes.contains("Medan")), "what it said is gone");

        // Whoever empties an entry by the digests that it had hides what it said, and no certificate accounts for it.
        let of_budi = entries(&settings).into_iter().find(|one| one.changes.contains("Semarang")).unwrap();
        let digests = format!("{}:{}", hexadecimal(&Sha256::digest(&of_budi.changes)), hexadecimal(&of_budi.whole));
        run(&settings, format!("UPDATE audit_entries SET changes = '[]', erased = '{digests}' WHERE id = '{}'", of_budi.id));
        let said = refused(&settings);
        assert!(said.contains("entries were emptied, certificates of erasures name") && !said.contains("under seal"), "{said}");
        // A certificate that is made to fit has no order in the log.
        let certificate = format!(
            "INSERT INTO erasures (workspace_id, id, contact_id, state, reason, counts, created_at, created_by) \
             SELECT workspace_id, '0190a000-0000-7000-8000-000000000000', '{}', 'done', 'x', '{{\"audit_entries\": 1}}', created_at, created_by FROM erasures",
            id(&budi)
        );
        run(&settings, certificate);
        let said = refused(&settings);
        assert!(said.contains("the log has no order of the erasure 0190a000") && !said.contains("were emptied"), "{said}");
    }

    fn to_erase_is_a_right_of_its_own(app: TestApp) {
        let client = app.client();
        let all = json!({"see": "all", "add": "all", "edit": "all", "delete": "all", "export": "all"});
        let with = |records: &serde_json::Value, workspace: serde_json::Value| member_with(&app, &json!({"records": records, "workspace": workspace}), None);
        let settings = with(&all, json!(["settings", "members", "audit"]));
        let officer = with(&all, json!(["erase"]));
        let narrow = with(&json!({"see": "own", "export": "own"}), json!(["erase"]));
        let contact = make_with(client, "contact", json!({"full_name": "Siti Rahma"}));
        let at = format!("contacts/{}/erasure", id(&contact));
        let order = json!({"name": "Siti Rahma", "reason": "Diminta"});
        settings.client.get(&at).problem(403, "forbidden");
        settings.client.post(&at, &order).problem(403, "forbidden");
        narrow.client.get("erasures").problem(403, "forbidden");
        narrow.client.post(&at, &order).problem(403, "forbidden");
        assert_eq!(officer.client.get("me").ok(200)["rights"]["erase"], "all");
        // Nobody gives it who does not have it.
        let role = json!({"name": "Petugas", "rights": {"records": {"see": "own"}, "workspace": ["erase"]}});
        settings.client.post("roles", &role).problem(403, "forbidden");
        officer.client.get(&at).ok(200);
        let begun = officer.client.post(&at, &order).ok(202);
        assert_eq!(app.finished(begun["job_id"].as_str().unwrap())["state"], "done");
        assert_eq!(officer.client.get("erasures").ok(200)["items"][0]["state"], "done");
    }
}
