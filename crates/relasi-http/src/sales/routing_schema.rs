//! Schemas of routing.

use relasi_app::sales::routing::MAX_PEOPLE;
use relasi_domain::{
    filter::MAX_LENGTH,
    sales::{
        routing::{MAX_ENTRIES, MAX_ENTRY},
        speed::{MAX_MARKS, MAX_MINUTES},
    },
};
use serde_json::{Value, json};

use crate::{
    api::Api,
    events::schema::{id, object, text, time, whole},
    records::schema::reference,
};

fn some_id(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "uuid", "description": about})
}

fn words(about: &str) -> Value {
    json!({"type": "array", "maxItems": MAX_ENTRIES, "description": about, "items": {"type": "string", "maxLength": MAX_ENTRY}})
}

fn rule() -> Value {
    json!({
        "name": {"type": "string", "minLength": 1, "maxLength": 120, "description": "What it is called."},
        "filter": {"type": "string", "maxLength": MAX_LENGTH, "description": "Which leads it takes, as lists are filtered; all when empty."},
        "method": {"type": "string", "enum": ["round_robin", "least_open"], "description": "How it chooses: in turns, or whoever has the fewest open leads."},
        "user_ids": {"type": "array", "maxItems": MAX_PEOPLE, "description": "People that it names, in the order of their first turns.", "items": {"type": "string", "format": "uuid"}},
        "team_id": some_id("A team whose people count as well."),
        "needs": {"type": "object", "description": "What it asks of them.", "additionalProperties": false, "properties": {
            "language": {"type": "boolean", "description": "They speak the language of the lead."},
            "territory": {"type": "boolean", "description": "Its country or city is theirs."},
            "skills": words("They have all of these.")
        }},
        "fallback_id": some_id("Who gets the lead when none of them can."),
        "active": {"type": "boolean", "description": "Whether it gives leads away."}
    })
}

fn profile() -> Value {
    let limit = |about: &str| json!({"type": ["integer", "null"], "format": "int64", "minimum": 0, "description": about});
    json!({
        "languages": words("Languages that they speak: `en`, `id`, `th`."),
        "skills": words("What they know."),
        "territories": words("Countries by their code, and cities."),
        "max_open": limit("Open leads at most."),
        "max_per_day": limit("New leads of one day at most."),
        "away_until": {"type": ["string", "null"], "format": "date-time", "description": "They take nothing before."},
        "alerts_by_mail": {"type": "boolean", "description": "They are told of leads that wait by e-mail as well."}
    })
}

fn clocks() -> Value {
    json!({"type": "object", "description": "The limits within which leads should be answered, in minutes of business hours.", "required": ["on", "marks"], "additionalProperties": false, "properties": {
        "on": {"type": "boolean", "description": "Whether anybody is told."},
        "marks": {"type": "array", "maxItems": MAX_MARKS, "description": "The shortest first; the last one is when a lead is due.", "items": {
            "type": "object", "description": "A limit, and who is told when it passes.", "required": ["minutes"], "additionalProperties": false, "properties": {
                "minutes": {"type": "integer", "format": "int64", "minimum": 1, "maximum": MAX_MINUTES, "description": "After the lead came."},
                "owner": {"type": "boolean", "description": "Its owner."},
                "manager": {"type": "boolean", "description": "Whom the owner reports to."},
                "team_id": some_id("Everybody in this team.")
            }
        }}
    }})
}

fn partial(about: &str, properties: &Value, required: &[&str]) -> Value {
    let mut schema = json!({"type": "object", "description": about, "additionalProperties": false, "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

pub(super) fn register(api: &mut Api) {
    let mut whole_rule = rule();
    whole_rule["id"] = id("The rule.");
    whole_rule["version"] = whole("Counts up on every change.");
    whole_rule["position"] = whole("Its place, from 0.");
    whole_rule["created_at"] = time("When it was made.");
    whole_rule["updated_at"] = time("When it was last changed.");
    api.schema(
        "RoutingRule",
        object("A rule that gives leads away.", whole_rule),
    );
    api.schema(
        "NewRoutingRule",
        partial("What makes a rule.", &rule(), &["name"]),
    );
    let mut patch = rule();
    patch["position"] = whole("Its place, from 0.");
    api.schema(
        "RoutingRulePatch",
        partial("What changes a rule; what is left out stays.", &patch, &[]),
    );
    let default = some_id(
        "Who gets what no rule takes, and what nobody of a rule can take. Without anybody, what no rule takes stays with whoever made it.",
    );
    let settings = json!({"version": whole("Counts up on every change; 0 when nothing was ever set."), "default_user_id": default, "clocks": clocks()});
    api.schema(
        "RoutingSettings",
        object("What holds for all rules.", settings),
    );
    let settings = json!({"default_user_id": default, "clocks": clocks()});
    api.schema(
        "RoutingSettingsPatch",
        partial(
            "What changes the settings; what is left out stays.",
            &settings,
            &[],
        ),
    );
    let mut whole_profile = profile();
    whole_profile["user_id"] = id("Whose.");
    whole_profile["version"] = whole("Counts up on every change; 0 when nothing was ever said.");
    api.schema("WorkProfile", object("How a member works.", whole_profile));
    api.schema(
        "NewWorkProfile",
        partial(
            "How a member works; what is left out is nothing.",
            &profile(),
            &[],
        ),
    );
    register_trial(api);
}

fn register_trial(api: &mut Api) {
    let trial = json!({
        "lead_id": some_id("One that is there."),
        "lead": {"type": "object", "description": "Members of one that is not; a name is not needed."}
    });
    api.schema("RoutingTrial", partial("Which lead is tried.", &trial, &[]));
    let reason = json!({"type": "string", "enum": ["turn", "fewest", "fallback", "default", "owner", "maker"], "description": "Why they: `turn`, it is theirs; `fewest`, they have the fewest open leads; `fallback` and `default`, nobody of the rule can; `owner`, nobody else is left; `maker`, no rule takes it and they made it."});
    let skipped = object(
        "Somebody who does not get it.",
        json!({
            "user_id": id("Who."),
            "reason": {"type": "string", "enum": ["left", "away", "full", "full_today", "language", "territory", "skill", "turn"], "description": "Why not; `turn`: others come first."}
        }),
    );
    let passed = object(
        "A rule that is asked.",
        json!({
            "rule_id": id("The rule."), "name": text("What it is called."),
            "takes": {"type": "boolean", "description": "Whether its filter takes the lead; the first one that does decides."},
            "skipped": {"type": "array", "description": "Who does not get it.", "items": skipped}
        }),
    );
    api.schema("RoutingPassed", passed);
    let outcome = json!({
        "owner_id": id("Who would get it."), "rule_id": some_id("The rule that decides; none when no rule takes it."), "reason": reason,
        "passed": {"type": "array", "description": "The rules that are asked, up to the one that decides.", "items": reference("RoutingPassed")}
    });
    api.schema("RoutingOutcome", object("Who would get a lead.", outcome));
}
