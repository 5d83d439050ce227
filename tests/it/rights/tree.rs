//! Teams and people who report to each other: lists, single records, counts and search agree on who sees what.

use std::collections::BTreeSet;

use relasi_tests::{Member, TestApp, on_both};
use serde_json::{Value, json};

use super::{member_with, role};
use crate::bodies::{id, make, make_with, membership, place, version};

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// Whose a record is: places of an owner and a team, if any.
type Owned = (Option<usize>, Option<usize>);

/// Six people, of whom each has a manager among those before and may have several teams.
struct Firm {
    people: Vec<Member>,
    managers: Vec<Option<usize>>,
    teams: Vec<String>,
    in_teams: Vec<BTreeSet<usize>>,
}

impl Firm {
    fn found(app: &TestApp, dice: &mut Dice) -> Self {
        let client = app.client();
        let teams: Vec<String> = (0..3).map(|_| id(&make(client, "team"))).collect();
        let people: Vec<Member> = (0..6).map(|_| app.member("member")).collect();
        let rows: Vec<String> = people
            .iter()
            .map(|p| id(&membership(client, &p.email)))
            .collect();
        let (mut managers, mut in_teams) = (Vec::new(), Vec::new());
        for (place_of, person) in people.iter().enumerate() {
            let manager = (place_of > 0).then(|| dice.roll(place_of));
            let own: BTreeSet<usize> = (0..3).filter(|_| dice.roll(3) == 0).collect();
            let mut ids = own.iter().map(|team| teams[*team].clone());
            let (main, more) = (ids.next(), ids.collect::<Vec<_>>());
            let row = place(
                client,
                &person.email,
                &json!({
                    "manager_id": manager.map(|manager: usize| &rows[manager]), "team_id": main, "more_team_ids": more,
                }),
            );
            assert_eq!(
                row["more_team_ids"].as_array().map(Vec::len),
                Some(own.len().saturating_sub(1))
            );
            managers.push(manager);
            in_teams.push(own);
        }
        Self {
            people,
            managers,
            teams,
            in_teams,
        }
    }

    fn reports_to(&self, person: usize, manager: usize) -> bool {
        let above = self.managers[person];
        above.is_some_and(|above| above == manager || self.reports_to(above, manager))
    }

    /// What the meaning of the scopes is, said once more.
    fn sees(&self, person: usize, scope: &str, (owner, team): Owned) -> bool {
        let own = owner == Some(person);
        match scope {
            "none" => false,
            "own" => own,
            "team" => own || team.is_some_and(|team| self.in_teams[person].contains(&team)),
            "tree" => own || owner.is_some_and(|owner| self.reports_to(owner, person)),
            _ => true,
        }
    }

    fn body(&self, (owner, team): Owned) -> Value {
        json!({"owner_id": owner.map(|owner| &self.people[owner].id), "team_id": team.map(|team| &self.teams[team])})
    }
}

/// The ids of all records of a list.
fn listed(member: &Member, plural: &str, more: &[(&str, &str)]) -> BTreeSet<String> {
    let parameters: Vec<(&str, &str)> = more
        .iter()
        .copied()
        .chain([("limit", "7"), ("sort", "-created_at")])
        .collect();
    let ids = member.client.all(plural, &parameters, "id");
    ids.iter()
        .map(|id| id.as_str().unwrap().to_owned())
        .collect()
}

on_both! {
    fn lists_and_single_records_agree_whatever_the_scope(app: TestApp) {
        let dice = &mut Dice(20_261_129);
        let firm = Firm::found(&app, dice);
        let mut records: Vec<(&str, &str, String, Owned)> = Vec::new();
        for (object, plural) in [("contact", "contacts"), ("activity", "activities"), ("relationship", "relationships")] {
            for _ in 0..25 {
                let owned = (Some(dice.roll(7)).filter(|n| *n < 6), Some(dice.roll(5)).filter(|n| *n < 3));
                let made = make_with(app.client(), object, firm.body(owned));
                records.push((object, plural, id(&made), owned));
            }
        }
        // What relationships are between belongs to the owner, whom nobody manages.
        for scope in ["none", "own", "team", "tree", "all"] {
            let made = role(&app, &json!({"records": {"see": scope}}));
            for (person, member) in firm.people.iter().enumerate() {
                place(app.client(), &member.email, &json!({"role": made}));
                for plural in ["contacts", "activities", "relationships"] {
                    let of_plural = records.iter().filter(|record| record.1 == plural);
                    let seen: BTreeSet<String> = of_plural.filter(|record| firm.sees(person, scope, record.3)).map(|record| record.2.clone()).collect();
                    let about = format!("{person} {scope} {plural}");
                    if scope == "all" {
                        assert!(listed(member, plural, &[]).is_superset(&seen), "{about}");
                        continue;
                    }
                    assert_eq!(listed(member, plural, &[]), seen, "{about}");
                    let count = member.client.get(&format!("{plural}/count")).ok(200);
                    assert_eq!(count["count"], seen.len(), "{about}");
                    let groups = member.client.list(&format!("{plural}/groups"), &[("by", "owner_id")]).ok(200);
                    let grouped: i64 = groups["groups"].as_array().unwrap().iter().map(|group| group["count"].as_i64().unwrap()).sum();
                    assert_eq!(usize::try_from(grouped).unwrap(), seen.len(), "{about}");
                }
                for (_, plural, id, owned) in &records {
                    let expected = if firm.sees(person, scope, *owned) { 200 } else { 404 };
                    let found = member.client.get(&format!("{plural}/{id}")).status;
                    assert_eq!(found, expected, "{person} {scope} {plural} {owned:?}");
                }
                let mut found = 0;
                for hit in member.client.list("search", &[("q", "Siti"), ("limit", "50")]).ok(200)["items"].as_array().unwrap() {
                    let known = records.iter().find(|record| hit["id"] == record.2.as_str());
                    assert!(scope == "all" || known.is_some_and(|record| firm.sees(person, scope, record.3)), "{person} {scope} {hit}");
                    found += 1;
                }
                let any = records.iter().any(|record| record.0 == "contact" && firm.sees(person, scope, record.3));
                assert_eq!(found > 0, any || scope == "all", "{person} {scope}");
            }
        }
    }

    fn the_trash_obeys_the_tree_too(app: TestApp) {
        let manager = member_with(&app, &json!({"records": {"see": "tree"}}), None);
        let report = app.member("member");
        let at = |member: &Member| membership(app.client(), &member.email)["id"].clone();
        place(app.client(), &report.email, &json!({"manager_id": at(&manager)}));
        let theirs = make_with(app.client(), "contact", json!({"owner_id": report.id}));
        let other = make(app.client(), "contact");
        for record in [&theirs, &other] {
            app.client().delete(&format!("contacts/{}", id(record)), 1).ok(204);
        }
        assert_eq!(listed(&manager, "contacts", &[("trashed", "true")]), BTreeSet::from([id(&theirs)]));
    }

    fn nobody_reports_in_a_circle(app: TestApp) {
        let client = app.client();
        let [top, middle, bottom] = [(); 3].map(|()| app.member("member"));
        let at = |member: &Member| membership(client, &member.email)["id"].clone();
        let above = |member: &Member, manager: Value| {
            let row = membership(client, &member.email);
            client.patch(&format!("members/{}", id(&row)), version(&row), &json!({"manager_id": manager}))
        };
        above(&middle, at(&top)).ok(200);
        above(&bottom, at(&middle)).ok(200);
        assert_eq!(above(&top, at(&bottom)).faults(), ["/manager_id reports_in_a_circle"]);
        assert_eq!(above(&top, at(&top)).faults(), ["/manager_id reports_in_a_circle"]);
        assert_eq!(above(&top, json!("0190a000-0000-7000-8000-000000000000")).faults(), ["/manager_id no_such_record"]);
        let row = above(&middle, Value::Null).ok(200);
        assert_eq!(row["manager_id"], Value::Null);
        above(&top, at(&bottom)).ok(200);
        place(client, &bottom.email, &json!({"active": false}));
        assert_eq!(above(&middle, at(&bottom)).faults(), ["/manager_id no_such_record"]);
    }

    fn who_sees_some_records_does_not_widen_it(app: TestApp) {
        let client = app.client();
        let team = id(&make(client, "team"));
        let people = member_with(&app, &json!({"records": {"see": "tree"}, "workspace": ["members"]}), None);
        let weak = member_with(&app, &json!({"records": {"see": "own"}}), None);
        let own = membership(client, &people.email);
        let other = membership(client, &weak.email);
        let change = |row: &Value, changes: Value| people.client.patch(&format!("members/{}", id(row)), version(row), &changes);
        change(&own, json!({"team_id": team})).problem(403, "forbidden");
        change(&own, json!({"more_team_ids": [team]})).problem(403, "forbidden");
        change(&other, json!({"manager_id": own["id"]})).problem(403, "forbidden");
        change(&other, json!({"team_id": team})).ok(200);
    }

    fn new_records_go_to_the_main_team(app: TestApp) {
        let [main, more] = [(); 2].map(|()| id(&make(app.client(), "team")));
        let member = app.owner.invite("member", Some(&main));
        let row = place(app.client(), &member.email, &json!({"more_team_ids": [more, main, more]}));
        assert_eq!(row["more_team_ids"], json!([more]));
        assert_eq!(member.client.get("me").ok(200)["team_ids"], json!([main, more]));
        assert_eq!(make(&member.client, "contact")["team_id"], main.as_str());
        let of_more = make_with(app.client(), "contact", json!({"team_id": more}));
        member.client.patch(&format!("contacts/{}", id(&of_more)), 1, &json!({"city": "Solo"})).ok(200);
        let gone = json!({"more_team_ids": ["0190a000-0000-7000-8000-000000000000"]});
        let refused = app.client().patch(&format!("members/{}", id(&row)), version(&row), &gone);
        assert_eq!(refused.faults(), ["/more_team_ids/0 no_such_record"]);
    }
}
