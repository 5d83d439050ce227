//! Schemas of lead scores.

use relasi_domain::{
    filter::MAX_LENGTH,
    sales::score::{Happening, MOST_DAYS, MOST_POINTS, facts::FEATURES},
};
use serde_json::{Value, json};

use crate::{
    api::Api,
    events::schema::{id, object, some_text, some_time, some_whole, text, time, whole},
};

fn rule() -> Value {
    let happenings = Happening::ALL.map(|one| json!(one.code()));
    let mut happenings = happenings.to_vec();
    happenings.push(Value::Null);
    json!({
        "name": {"type": "string", "minLength": 1, "maxLength": 120, "description": "What it is called."},
        "filter": {"type": "string", "maxLength": MAX_LENGTH, "description": "Which leads it is about, as lists are filtered; all when empty."},
        "happening": {"type": ["string", "null"], "enum": happenings, "description": "What must have happened to them; the points count from the last time on."},
        "points": {"type": "integer", "format": "int64", "minimum": -MOST_POINTS, "maximum": MOST_POINTS, "description": "What it gives; not 0."},
        "days": {"type": ["integer", "null"], "format": "int64", "minimum": 1, "maximum": MOST_DAYS, "description": "Days after which its points expire; never when null."},
        "active": {"type": "boolean", "description": "Whether it counts."}
    })
}

fn partial(about: &str, properties: &Value, required: &[&str]) -> Value {
    let mut schema = json!({"type": "object", "description": about, "additionalProperties": false, "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn some_id(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "uuid", "description": about})
}

fn list(about: &str, of: &Value) -> Value {
    json!({"type": "array", "description": about, "items": of})
}

fn bands() -> Value {
    let least = |about: &str| json!({"type": "integer", "format": "int64", "minimum": -10_000, "maximum": 10_000, "description": about});
    let mut bands = object(
        "The least points of the grades; what has fewer is a D.",
        json!({"a": least("Of an A."), "b": least("Of a B."), "c": least("Of a C.")}),
    );
    bands["additionalProperties"] = json!(false);
    bands
}

pub(super) fn register(api: &mut Api) {
    let mut shown = rule();
    shown["id"] = id("The rule.");
    shown["version"] = whole("Counts up on every change.");
    shown["position"] = whole("Its place, from 0.");
    shown["created_at"] = time("When it was made.");
    shown["updated_at"] = time("When it was last changed.");
    api.schema(
        "ScoreRule",
        object("A rule that gives leads points.", shown),
    );
    api.schema(
        "NewScoreRule",
        partial("What makes a rule.", &rule(), &["name", "points"]),
    );
    let mut patch = rule();
    patch["position"] = whole("Its place, from 0.");
    api.schema(
        "ScoreRulePatch",
        partial("What changes a rule; what is left out stays.", &patch, &[]),
    );
    register_settings(api);
    register_models(api);
    register_reasons(api);
}

fn register_settings(api: &mut Api) {
    let least = json!({"type": "integer", "format": "int64", "minimum": 5_000, "maximum": 9_900, "description": "The area under the curve that a model must have in its test, in ten-thousandths."});
    let grade = object(
        "Open leads of a grade.",
        json!({"grade": some_text("`a`, `b`, `c`, `d`; null for those without a score."), "count": whole("How many.")}),
    );
    let settings = json!({
        "version": whole("Counts up on every change; 0 when nothing was ever set."),
        "bands": bands(), "least_auc": least, "model_id": some_id("The model that is switched on."),
        "grades": list("How open leads are spread.", &grade),
        "working": {"type": "boolean", "description": "Whether leads are being worked out anew, or a model is being learnt."}
    });
    api.schema(
        "ScoreSettings",
        object("What holds for all scores.", settings),
    );
    let patch = json!({"bands": bands(), "least_auc": least, "model_id": some_id("The model to switch on; null for none.")});
    api.schema(
        "ScoreSettingsPatch",
        partial(
            "What changes the settings; what is left out stays.",
            &patch,
            &[],
        ),
    );
}

fn figures() -> Value {
    let bin = object(
        "Leads to which about the same chance was given.",
        json!({
            "from": whole("The least chance, in per cent."), "n": whole("Leads."),
            "predicted": some_whole("The chance that they were given in the mean, in ten-thousandths."),
            "observed": some_whole("Of them, those that were won, in ten-thousandths.")
        }),
    );
    object(
        "How a model did with leads that it was not learnt from. Shares in ten-thousandths.",
        json!({
            "learned": whole("Leads that it was learnt from."), "n": whole("Leads of the test."), "won": whole("Of them, won."),
            "base_rate": some_whole("Their share."),
            "auc": some_whole("The chance that one that was won stood above one that was lost; 5000 by chance alone."),
            "brier": some_whole("The mean squared distance of chance and outcome; lower is better."),
            "calibration": list("Given and real chances.", &bin)
        }),
    )
}

fn register_models(api: &mut Api) {
    let examination = object(
        "A model looked at again.",
        json!({
            "at": time("When."),
            "verdict": {"type": "string", "enum": ["holds", "fell", "too_few"], "description": "`fell`: it is no longer good enough and was switched off; `too_few`: too few leads to tell."},
            "test": figures()
        }),
    );
    let model = json!({
        "id": id("The model."), "number": whole("Counts up from 1."), "learned_at": time("When it was learnt."),
        "learned_by": some_id("Who asked for it."),
        "newest_at": time("The newest lead that it was learnt from was made at this time; it is tested with those after."),
        "test": figures(), "good": {"type": "boolean", "description": "Whether it may be switched on."},
        "examinations": list("How it did later, the newest first.", &examination)
    });
    api.schema(
        "ScoreModel",
        object("What was learnt, with its test.", model),
    );
}

fn register_reasons(api: &mut Api) {
    let met = object(
        "A rule that the lead meets.",
        json!({
            "rule_id": id("The rule."), "name": text("What it is called."), "happening": some_text("What happened."),
            "points": whole("What it gives."), "since": time("Since when."), "until": some_time("When the points expire."),
            "counts": {"type": "boolean", "description": "Whether they count now."}
        }),
    );
    let because = object(
        "What a fact does.",
        json!({
            "feature": {"type": "string", "enum": FEATURES, "description": "Which fact."}, "value": text("Its value."),
            "weight": whole("The natural logarithm of what the odds are multiplied with, in hundredths."),
            "won": whole("Leads with this value that were learnt from, and were won."), "lost": whole("The same that were lost.")
        }),
    );
    let mut model = object(
        "The model that says so; null where none is on, or the outcome is known.",
        json!({
            "id": id("The model."), "number": whole("Its number."), "learned_at": time("When it was learnt."),
            "base": whole("What it begins with, as the weights."), "reasons": list("The strongest first.", &because)
        }),
    );
    model["type"] = json!(["object", "null"]);
    let score = json!({
        "score": some_whole("The points that count."), "grade": some_text("`a`, `b`, `c`, `d`."),
        "chance": some_whole("In per cent."), "rules": list("The rules that it meets, in their order.", &met), "model": model
    });
    api.schema(
        "LeadScore",
        object("Score and chance of a lead with their reasons.", score),
    );
}
