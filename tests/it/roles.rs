//! What each role may do to its own records, to those of its team and to those of others.

use relasi_domain::{
    OBJECTS,
    record::{Guard, Object},
};
use relasi_tests::{Client, Member, TestApp, on_both};
use serde_json::{Value, json};

use crate::bodies::{fresh, id, make, make_with, merged, minimal, path, pipeline, version};

/// Whose a record is, as the one who acts sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Whose {
    Own,
    Team,
    Other,
}
use Whose::{Other, Own, Team};

/// What a role reaches; written down here and not asked of the code.
struct Reach {
    role: &'static str,
    add: bool,
    see: &'static [Whose],
    edit: &'static [Whose],
    delete: &'static [Whose],
    restore: &'static [Whose],
    settings: bool,
}

const ALL: &[Whose] = &[Own, Team, Other];

#[rustfmt::skip]
const TABLE: [Reach; 5] = [
    Reach { role: "owner", add: true, see: ALL, edit: ALL, delete: ALL, restore: ALL, settings: true },
    Reach { role: "admin", add: true, see: ALL, edit: ALL, delete: ALL, restore: ALL, settings: true },
    Reach { role: "manager", add: true, see: ALL, edit: &[Own, Team], delete: &[Own, Team], restore: &[Own, Team], settings: false },
    Reach { role: "member", add: true, see: ALL, edit: &[Own, Team], delete: &[Own], restore: &[Own, Team], settings: false },
    Reach { role: "read_only", add: false, see: ALL, edit: &[], delete: &[], restore: &[], settings: false },
];

/// Two teams, somebody of each, and somebody of the first for a role.
struct Cast {
    team: String,
    other_team: String,
    mate: Member,
    stranger: Member,
}

impl Cast {
    fn of(app: &TestApp) -> Self {
        let [team, other_team] = [0, 1].map(|_| id(&make(app.client(), "team")));
        let mate = app.owner.invite("member", Some(&team));
        let stranger = app.owner.invite("member", Some(&other_team));
        Self {
            team,
            other_team,
            mate,
            stranger,
        }
    }

    /// Whose a record is, as members of a body.
    fn owned(&self, whose: Whose, actor: &Member) -> Value {
        match whose {
            Own => json!({"owner_id": actor.id, "team_id": null}),
            Team => json!({"owner_id": self.mate.id, "team_id": self.team}),
            Other => json!({"owner_id": self.stranger.id, "team_id": self.other_team}),
        }
    }
}

/// The status of what is allowed, or the refusal of what is seen and not allowed.
fn expected(allowed: bool, status: u16) -> u16 {
    if allowed { status } else { 403 }
}

fn holds(
    cast: &Cast,
    owner: &Client,
    actor: &Member,
    reach: &Reach,
    object: &'static Object,
    whose: Whose,
) {
    let made = make_with(owner, object.name, cast.owned(whose, actor));
    let at = path(object, &made);
    let about = format!("{} {} {whose:?}", reach.role, object.name);
    assert!(reach.see.contains(&whose));
    for part in ["", "/history", "/timeline"] {
        assert_eq!(
            actor.client.get(&format!("{at}{part}")).status,
            200,
            "see {about}"
        );
    }
    let listed = actor
        .client
        .list(
            object.plural,
            &[("filter", &format!("id = \"{}\"", id(&made)))],
        )
        .ok(200);
    assert_eq!(listed["items"][0], made, "list {about}");
    let (may_edit, may_delete) = (reach.edit.contains(&whose), reach.delete.contains(&whose));
    let change = json!({object.title: fresh("Changed")});
    let reply = actor.client.patch(&at, 1, &change);
    assert_eq!(
        reply.status,
        expected(may_edit, 200),
        "edit {about}: {}",
        reply.text()
    );
    let now = owner.get(&at).ok(200);
    assert_eq!(version(&now), if may_edit { 2 } else { 1 }, "edit {about}");
    if object.name == "deal" {
        let won = actor
            .client
            .verb(&format!("{at}/win"), version(&now), &json!({}));
        assert_eq!(won.status, expected(may_edit, 200), "win {about}");
    }
    if object.name == "activity" {
        let done = actor
            .client
            .verb(&format!("{at}/complete"), version(&now), &json!({}));
        assert_eq!(done.status, expected(may_edit, 200), "complete {about}");
    }
    let now = version(&owner.get(&at).ok(200));
    let reply = actor.client.delete(&at, now);
    assert_eq!(
        reply.status,
        expected(may_delete, 204),
        "delete {about}: {}",
        reply.text()
    );
    if !may_delete {
        assert_eq!(
            owner.get(&at).ok(200)["deleted_at"],
            Value::Null,
            "delete {about}"
        );
        owner.delete(&at, now).ok(204);
    }
    let reply = actor.client.post(&format!("{at}/restore"), &json!({}));
    assert_eq!(
        reply.status,
        expected(reach.restore.contains(&whose), 200),
        "restore {about}: {}",
        reply.text()
    );
}

on_both! {
    fn records_obey_the_table_of_roles(app: TestApp) {
        let cast = Cast::of(&app);
        for reach in &TABLE {
            let actor = app.owner.invite(reach.role, Some(&cast.team));
            for &object in OBJECTS.iter().filter(|object| object.guard == Guard::Records) {
                for whose in [Own, Team, Other] {
                    holds(&cast, app.client(), &actor, reach, object, whose);
                }
                let body = minimal(app.client(), object.name);
                let reply = actor.client.post(object.plural, &body);
                assert_eq!(reply.status, expected(reach.add, 201), "add {} {}", reach.role, object.name);
                if reach.add {
                    let made = reply.body();
                    assert_eq!((&made["owner_id"], &made["team_id"]), (&json!(actor.id), &json!(cast.team)), "{}", reach.role);
                }
            }
        }
    }

    fn settings_are_seen_by_all_and_changed_by_administrators(app: TestApp) {
        for reach in &TABLE {
            let actor = app.member(reach.role);
            for object in OBJECTS.iter().filter(|object| object.guard == Guard::Settings) {
                let about = format!("{} {}", reach.role, object.name);
                let status = |done: u16| expected(reach.settings, done);
                let made = make(app.client(), object.name);
                let at = path(object, &made);
                assert_eq!(actor.client.get(&at).ok(200), made, "see {about}");
                assert!(actor.client.get(object.plural).text().contains(&id(&made)), "list {about}");
                let body = minimal(app.client(), object.name);
                assert_eq!(actor.client.post(object.plural, &body).status, status(201), "add {about}");
                assert_eq!(actor.client.patch(&at, 1, &json!({object.title: "x"})).status, status(200), "edit {about}");
                let now = version(&app.client().get(&at).ok(200));
                assert_eq!(actor.client.delete(&at, now).status, status(204), "delete {about}");
                if !reach.settings {
                    app.client().delete(&at, now).ok(204);
                }
                assert_eq!(actor.client.post(&format!("{at}/restore"), &json!({})).status, status(200), "restore {about}");
            }
        }
    }

    fn who_gives_a_record_away_lets_go_of_it(app: TestApp) {
        let (giver, taker) = (app.member("member"), app.member("member"));
        let made = make(&giver.client, "contact");
        let at = format!("contacts/{}", id(&made));
        taker.client.patch(&at, 1, &json!({"owner_id": taker.id})).problem(403, "forbidden");
        let given = giver.client.patch(&at, 1, &json!({"owner_id": taker.id})).ok(200);
        assert_eq!(given["owner_id"], taker.id);
        giver.client.patch(&at, 2, &json!({"city": "Bandung"})).problem(403, "forbidden");
        taker.client.patch(&at, 2, &json!({"city": "Bandung"})).ok(200);
        // A record of nobody is changed by who may change all.
        app.client().patch(&at, 3, &json!({"owner_id": null})).ok(200);
        taker.client.patch(&at, 4, &json!({"city": "Solo"})).problem(403, "forbidden");
        app.client().patch(&at, 4, &json!({"city": "Solo"})).ok(200);
    }

    fn who_has_left_is_given_nothing_more(app: TestApp) {
        let client = app.client();
        let leaver = app.member("member");
        let kept = make_with(client, "contact", json!({"owner_id": leaver.id}));
        let members = client.get("members").ok(200);
        let row = members["items"].as_array().unwrap().iter().find(|row| row["email"] == leaver.email).expect("a member");
        client.patch(&format!("members/{}", id(row)), version(row), &json!({"active": false})).ok(200);
        let body = merged(minimal(client, "contact"), &json!({"owner_id": leaver.id}));
        assert_eq!(client.post("contacts", &body).faults(), ["/owner_id no_such_record"]);
        let at = format!("contacts/{}", id(&kept));
        let changed = client.patch(&at, 1, &json!({"city": "Solo"})).ok(200);
        assert_eq!(changed["owner_id"], leaver.id, "what they had stays theirs until it is given to somebody");
        let page = client.list("contacts", &[("include", "owner")]).ok(200);
        assert_eq!(page["included"]["users"][0]["title"], "A member");
    }

    fn a_role_that_is_taken_away_is_gone_at_once(app: TestApp) {
        let (pipeline, stages) = pipeline(app.client());
        let member = app.member("member");
        let body = json!({"name": "Mesin", "pipeline_id": pipeline, "stage_id": stages[0], "currency": "IDR"});
        let deal = member.client.create("deals", &body);
        let members = app.client().get("members").ok(200);
        let row = members["items"].as_array().unwrap().iter().find(|row| row["user_id"] == member.id || row["user"]["id"] == member.id || row["email"] == member.email);
        let row = row.unwrap_or_else(|| panic!("no row: {members}"));
        let at = format!("members/{}", id(row));
        app.client().patch(&at, version(row), &merged(json!({}), &json!({"role": "read_only"}))).ok(200);
        let refused = member.client.verb(&format!("deals/{}/win", id(&deal)), 1, &json!({}));
        refused.problem(403, "forbidden");
        assert_eq!(member.client.get(&format!("deals/{}", id(&deal))).ok(200), deal);
    }
}
