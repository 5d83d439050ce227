//! Schemas of forecasts and quotas.

use relasi_app::insight::forecast::MAX_CELLS;
use relasi_domain::insight::forecast::MOVES;
use serde_json::{Value, json};

use crate::{api::Api, records::schema::reference};

fn text(about: &str) -> Value {
    json!({"type": "string", "description": about})
}

fn some_text(about: &str) -> Value {
    json!({"type": ["string", "null"], "description": about})
}

fn day(about: &str) -> Value {
    json!({"type": "string", "format": "date", "description": about})
}

fn some_day(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "date", "description": about})
}

fn whole(about: &str) -> Value {
    json!({"type": "integer", "format": "int64", "description": about})
}

fn some_whole(about: &str) -> Value {
    json!({"type": ["integer", "null"], "format": "int64", "description": about})
}

fn flag(about: &str) -> Value {
    json!({"type": "boolean", "description": about})
}

fn lacking() -> Value {
    json!({"type": "array", "description": "Currencies of deals for which there is no rate; these are left out.", "items": {"type": "string"}})
}

pub(super) fn register(api: &mut Api) {
    register_forecast(api);
    register_changes(api);
    register_accuracy(api);
    register_quotas(api);
}

fn register_forecast(api: &mut Api) {
    api.schema("ForecastRow", json!({
        "type": "object", "description": "The figures of somebody.",
        "required": ["kind", "id", "label", "depth", "history_lacks", "figures"],
        "properties": {
            "kind": {"type": "string", "enum": ["total", "person", "group", "team"], "description": "Everything, a person, a leader with all who report to them, a team."},
            "id": {"type": ["string", "null"], "format": "uuid", "description": "The person or team; null for deals of nobody."},
            "label": some_text("What they are called."),
            "depth": whole("How many stand above."),
            "history_lacks": some_text("Why there is no outlook by history: `too_little_history`."),
            "figures": {"type": "array", "description": "`quota`, `won`, `attainment`, `commit`, `best_case`, `pipeline`, `weighted`, `history`, `history_low`, `history_high`, `call`, `gap`, `coverage`, `omitted`, `quota_count`, `won_count`, `open_count`.", "items": reference("SalesFigure")}
        }
    }));
    api.schema("Forecast", json!({
        "type": "object", "description": "What will be won in a period.",
        "required": ["from", "to", "zone", "by", "currency", "lacking", "has_quotas", "history_of", "snapshots", "call_period", "calls", "total", "rows", "formulas"],
        "properties": {
            "from": day("The first day."), "to": day("The day after the last one."),
            "zone": text("The time zone in which these are meant."),
            "by": {"type": "string", "enum": ["person", "team"], "description": "By whom it is split."},
            "currency": text("In which all amounts are; ISO 4217."), "lacking": lacking(),
            "has_quotas": flag("Whether the period consists of whole months, which quotas need."),
            "history_of": some_day("The day of which the outcomes of stages are; null when they are of now."),
            "snapshots": {"type": ["array", "null"], "description": "The first and the last day that was noted.", "items": day("A day."), "minItems": 2, "maxItems": 2},
            "call_period": some_text("Its name where something can be said of it: `2026-11`, `2026-Q4`, `2026`."),
            "calls": {"type": "array", "description": "What those who lead others say themselves, as far as it is for the caller: the newest of each, the caller's own first.", "items": reference("ForecastCall")},
            "total": reference("ForecastRow"),
            "rows": {"type": "array", "description": "By person, leaders before those who report to them, or by team.", "items": reference("ForecastRow")},
            "formulas": {"type": "object", "description": "What each figure means, in the caller's language.", "additionalProperties": {"type": "string"}}
        }
    }));
}

fn register_changes(api: &mut Api) {
    let kind = || json!({"type": "string", "enum": MOVES.map(|(_, code)| code), "description": "The kind of move."});
    api.schema("ForecastMove", json!({
        "type": "object", "description": "Deals of which the same became.", "required": ["kind", "n", "amount"],
        "properties": {"kind": kind(), "n": whole("How many deals."), "amount": whole("What they make of the sum, in minor units.")}
    }));
    api.schema("ForecastMovedDeal", json!({
        "type": "object", "description": "What became of a deal.",
        "required": ["deal_id", "name", "kind", "amount", "category_then", "category", "close_date_then", "close_date"],
        "properties": {
            "deal_id": {"type": "string", "format": "uuid", "description": "The deal."}, "name": text("What it is called."),
            "kind": kind(), "amount": whole("What it makes of the sum, in minor units."),
            "category_then": some_text("Where it counted."), "category": some_text("Where it counts."),
            "close_date_then": some_day("When it should have closed."), "close_date": some_day("When it should close.")
        }
    }));
    api.schema("ForecastChanges", json!({
        "type": "object", "description": "What changed since a day.",
        "required": ["from", "to", "since", "currency", "lacking", "then_n", "then_amount", "now_n", "now_amount", "moves", "items", "more"],
        "properties": {
            "from": day("The first day of the period."), "to": day("The day after its last one."),
            "since": some_day("The day whose beginning it is compared with; null when no day was noted yet."),
            "currency": text("Of all amounts, by the rates of today; ISO 4217."), "lacking": lacking(),
            "then_n": whole("Deals that counted then."), "then_amount": whole("What they were worth."),
            "now_n": whole("Deals that count now."), "now_amount": whole("What they are worth."),
            "moves": {"type": "array", "description": "By kind; what they make adds up to the difference.", "items": reference("ForecastMove")},
            "items": {"type": "array", "description": "The hundred deals that make the most difference.", "items": reference("ForecastMovedDeal")},
            "more": flag("There are more than these.")
        }
    }));
}

fn register_accuracy(api: &mut Api) {
    api.schema("ForecastGuess", json!({
        "type": "object", "description": "What a method foresaw.", "required": ["method", "amount", "error"],
        "properties": {
            "method": {"type": "string", "enum": ["commit", "best_case", "weighted", "history"], "description": "What counts besides what was won by then; `best_case` includes what is committed."},
            "amount": some_whole("What was won by then and what was foreseen; null where there was too little history."),
            "error": some_whole("(foreseen − won) ÷ won in ten-thousandths; null when nothing was won.")
        }
    }));
    api.schema("ForecastPoint", json!({
        "type": "object", "description": "What was foreseen on a day.", "required": ["day", "n", "won_before", "guesses"],
        "properties": {
            "day": day("The day, at its beginning."), "n": whole("Open deals that it is made of."),
            "won_before": whole("What was won in the period before that day."),
            "guesses": {"type": "array", "description": "By method.", "items": reference("ForecastGuess")}
        }
    }));
    api.schema("ForecastSaid", json!({
        "type": "object", "description": "What somebody had said by a day.", "required": ["day", "amount", "error"],
        "properties": {
            "day": day("The day, at its beginning."), "amount": some_whole("What they had said; null before they did."),
            "error": some_whole("(said − won) ÷ won in ten-thousandths; null when nothing was won.")
        }
    }));
    api.schema("ForecastCaller", json!({
        "type": "object", "description": "How good what somebody said was.", "required": ["id", "label", "n", "won", "points"],
        "properties": {
            "id": {"type": "string", "format": "uuid", "description": "Who said it."}, "label": text("What they are called."),
            "n": whole("Deals that they and those below them won in the period; everybody's where they spoke for everybody."),
            "won": whole("What these were worth."),
            "points": {"type": "array", "description": "What stood on each day of the points.", "items": reference("ForecastSaid")}
        }
    }));
    api.schema("ForecastAccuracy", json!({
        "type": "object", "description": "How good forecasts of a period were.",
        "required": ["from", "to", "currency", "lacking", "won", "n", "is_over", "points", "callers"],
        "properties": {
            "from": day("The first day."), "to": day("The day after the last one."),
            "currency": text("ISO 4217."), "lacking": lacking(),
            "won": whole("What was won in it, in minor units."), "n": whole("Deals won in it."),
            "is_over": flag("The period is over."),
            "points": {"type": "array", "description": "The first day that was noted in it, and those every seven days after.", "items": reference("ForecastPoint")},
            "callers": {"type": "array", "description": "What those who lead others said of all of them, as far as it is for the caller.", "items": reference("ForecastCaller")}
        }
    }));
}

fn register_quotas(api: &mut Api) {
    let kind = || json!({"type": "string", "enum": ["person", "team", "workspace"], "description": "Whose."});
    let measure = || json!({"type": "string", "enum": ["won_amount", "won_count"], "description": "Minor units of the workspace's currency, or deals."});
    let year =
        || json!({"type": "integer", "minimum": 1900, "maximum": 9998, "description": "The year."});
    api.schema("QuotaLine", json!({
        "type": "object", "description": "The quotas of somebody.", "required": ["kind", "id", "label", "months"],
        "properties": {
            "kind": kind(), "id": {"type": "string", "format": "uuid", "description": "Which one."},
            "label": text("What they are called; empty for the workspace."),
            "months": {"type": "array", "minItems": 12, "maxItems": 12, "description": "From January on; null where there is none.", "items": {"type": ["integer", "null"], "format": "int64"}}
        }
    }));
    api.schema("QuotaSheet", json!({
        "type": "object", "description": "Quotas of a year.",
        "required": ["year", "measure", "version", "currency", "writable", "lines"],
        "properties": {
            "year": year(), "measure": measure(), "version": whole("Counts up with each cell that is changed; also the ETag."),
            "currency": text("That of the workspace; ISO 4217."), "writable": flag("Whether the caller may change them."),
            "lines": {"type": "array", "description": "Whose quotas the caller may see.", "items": reference("QuotaLine")}
        }
    }));
    api.schema("QuotaCell", json!({
        "type": "object", "description": "A quota.", "required": ["kind", "period", "value"], "additionalProperties": false,
        "properties": {
            "kind": kind(),
            "id": {"type": ["string", "null"], "format": "uuid", "description": "Which one; not needed for the workspace."},
            "period": text("`2026-11`, `2026-Q4` or `2026`; the latter two are spread over their months."),
            "value": some_whole("How much; null takes the quota back.")
        }
    }));
    api.schema("QuotaCells", json!({
        "type": "object", "description": "What changes quotas.", "required": ["year", "measure", "cells"], "additionalProperties": false,
        "properties": {
            "year": year(), "measure": measure(),
            "cells": {"type": "array", "maxItems": MAX_CELLS, "description": "The others stay.", "items": reference("QuotaCell")}
        }
    }));
}
