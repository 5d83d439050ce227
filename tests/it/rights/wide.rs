//! Members of very many teams: the same answers, by the same indexes.

use relasi_persistence::{Dialect, Statement};
use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};

use super::member_with;
use crate::{
    bodies::{id, make, make_with, place},
    integrity,
};

on_both! {
    fn a_member_of_many_teams_sees_what_is_theirs(app: TestApp) {
        let client = app.client();
        // More than are named one by one in a statement.
        let teams: Vec<String> = (0..12).map(|_| id(&make(client, "team"))).collect();
        let rights = json!({"records": {"see": "team", "add": "own", "edit": "team"}});
        let member = member_with(&app, &rights, Some(&teams[0]));
        place(client, &member.email, &json!({"more_team_ids": teams[1..11]}));
        let of = |team: &str| make_with(client, "contact", json!({"full_name": "Bambang", "team_id": team}));
        let mut seen: Vec<String> = [0, 1, 10].map(|place| id(&of(&teams[place]))).into();
        let hidden = of(&teams[11]);
        let shared = make_with(client, "contact", json!({"full_name": "Bambang"}));
        let lent = make_with(client, "contact", json!({"full_name": "Bambang"}));
        client.post(&format!("contacts/{}/shares", id(&shared)), &json!({"team_id": teams[10], "may_edit": true})).ok(201);
        client.post(&format!("contacts/{}/shares", id(&lent)), &json!({"user_id": member.id})).ok(201);
        seen.extend([id(&shared), id(&lent)]);
        seen.sort();
        for path in ["contacts", "contacts?q=Bambang", "contacts?sort=full_name", "search?q=Bambang"] {
            let page = member.client.get(path).ok(200);
            let mut found: Vec<String> = page["items"].as_array().unwrap().iter().map(id).collect();
            found.sort();
            assert_eq!(found, seen, "{path}");
        }
        member.client.get(&format!("contacts/{}", id(&hidden))).problem(404, "not_found");
        let city = json!({"city": "Solo"});
        member.client.patch(&format!("contacts/{}", id(&shared)), 1, &city).ok(200);
        member.client.patch(&format!("contacts/{}", id(&lent)), 1, &city).problem(403, "forbidden");
        let beyond: Vec<Value> = (0..1_001).map(|n| json!(format!("0190a000-0000-7000-8000-{n:012}"))).collect();
        let row = crate::bodies::membership(client, &member.email);
        let refused = client.patch(&format!("members/{}", id(&row)), crate::bodies::version(&row), &json!({"more_team_ids": beyond}));
        assert_eq!(refused.faults(), ["/more_team_ids too_many"]);
    }

    fn shares_are_found_by_their_indexes(app: TestApp) {
        let mut app = app;
        app.at.terminate();
        let database = integrity::open(&app.at.settings);
        let to = "s.workspace_id = 'w' AND s.to_id IN (SELECT mt.team_id FROM member_teams mt WHERE mt.workspace_id = 'w' AND mt.membership_id = \
            (SELECT m.id FROM memberships m WHERE m.workspace_id = 'w' AND m.user_id = 'u')) AND (s.until_at IS NULL OR s.until_at > 1)";
        let by = if app.at.backend == relasi_tests::Backend::Sqlite { " INDEXED BY record_shares_to" } else { "" };
        let first = format!("SELECT s.record_id FROM record_shares s{by} WHERE {to} AND s.object = 'contact'");
        let each = format!("SELECT t.id FROM contacts t WHERE t.workspace_id = 'w' AND t.deleted_at IS NULL AND (t.owner_id = 'u' OR \
            EXISTS (SELECT 1 FROM record_shares s WHERE {to} AND s.record_id = t.id)) ORDER BY t.full_name_key, t.id LIMIT 50");
        // PostgreSQL may read what is shared with somebody once and keep it; in either way by an index.
        let key = if by.is_empty() { "using record_shares_" } else { "SEARCH s USING PRIMARY KEY (workspace_id=? AND record_id=? AND to_id=?)" };
        for (query, index) in [(first, "record_shares_to"), (each, key)] {
            let plan = database.across().read_blocking(move |conn| {
                let (words, column) = match conn.dialect() {
                    Dialect::Sqlite => ("EXPLAIN QUERY PLAN", 3),
                    // A table with next to nothing in it is otherwise read whole.
                    Dialect::Postgres => {
                        conn.execute(&Statement::new("SET LOCAL enable_seqscan = off"))?;
                        ("EXPLAIN", 0)
                    }
                };
                conn.rows(&Statement::new(format!("{words} {query}")), |row| row.text(column))
            });
            let plan = plan.unwrap().join("\n");
            assert!(plan.contains(index), "{plan}");
            assert!(!plan.contains("SCAN s\n") && !plan.contains("Seq Scan on record_shares"), "{plan}");
        }
    }
}
