//! Schemas of lines, versions and documents.

use serde_json::{Value, json};

use crate::{api::Api, records::schema::reference};

fn text(about: &str) -> Value {
    json!({"type": "string", "description": about})
}

fn maybe(about: &str) -> Value {
    json!({"type": ["string", "null"], "description": about})
}

fn id(about: &str) -> Value {
    json!({"type": "string", "format": "uuid", "description": about})
}

fn maybe_id(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "uuid", "description": about})
}

fn minor(about: &str) -> Value {
    json!({"type": "integer", "format": "int64", "description": format!("{about}, in minor units.")})
}

fn maybe_minor(about: &str) -> Value {
    json!({"type": ["integer", "null"], "format": "int64", "description": format!("{about}, in minor units.")})
}

fn number(about: &str) -> Value {
    json!({"type": "number", "format": "double", "description": format!("{about}; at most six decimals.")})
}

fn maybe_number(about: &str) -> Value {
    json!({"type": ["number", "null"], "format": "double", "description": format!("{about}; at most six decimals.")})
}

fn time(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "date-time", "description": about})
}

fn day(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "date", "description": about})
}

fn list(about: &str, items: &Value) -> Value {
    json!({"type": "array", "description": about, "items": items})
}

/// An object all of whose members are there.
fn object(about: &str, properties: &Value) -> Value {
    let names = properties
        .as_object()
        .into_iter()
        .flat_map(|all| all.keys());
    let names: Vec<&String> = names.collect();
    json!({"type": "object", "description": about, "required": names, "properties": properties})
}

pub(super) fn register(api: &mut Api) {
    let options = json!({
        "type": "object", "description": "Options that were chosen, by their names.",
        "additionalProperties": {"type": "string"}
    });
    api.schema("NewLine", json!({
        "type": "object", "additionalProperties": false, "required": ["quantity"],
        "description": "A line as it is written. What is left out comes from the product and the price that applies.",
        "properties": {
            "product_id": maybe_id("What is sold; none for free text."),
            "name": maybe("What it is called; that of the product when it is left out."),
            "description": maybe("More about it."), "unit": maybe("What the quantity counts."),
            "options": options, "quantity": number("How many"),
            "unit_price": maybe_minor("For one; by the price rules when it is left out"),
            "discount_percent": maybe_number("Taken off, in per cent"),
            "discount_amount": maybe_minor("Taken off; not together with a percentage"),
            "tax_rate_id": maybe_id("The tax: `null` for none, that of the product when it is left out.")
        }
    }));
    let mut tax = json!({
        "id": id("The tax."), "name": text("What it is called."), "percent": number("In per cent"),
        "included": {"type": "boolean", "description": "Prices contain it."}
    });
    api.schema(
        "LineTax",
        object("A tax as it was when the line was written.", &tax),
    );
    tax["base"] = minor("What it is taken of, without the tax");
    tax["amount"] = minor("The tax");
    api.schema("TaxSum", object("What a tax comes to.", &tax));
    let line_tax =
        json!({"description": "The tax.", "oneOf": [reference("LineTax"), {"type": "null"}]});
    let line = json!({
        "id": id("The line."), "product_id": maybe_id("What is sold; none for free text."),
        "name": text("What it is called."), "description": maybe("More about it."), "unit": maybe("What the quantity counts."),
        "options": options, "quantity": number("How many"), "unit_price": minor("For one"),
        "list_price": maybe_minor("For one by the price book"), "discount_percent": maybe_number("Taken off, in per cent"),
        "discount_amount": maybe_minor("Taken off"), "tax": line_tax, "gross": minor("Quantity times price"),
        "discount": minor("What is taken off"), "net": minor("What is left")
    });
    api.schema("Line", object("A line with its amounts.", &line));
    let totals = json!({
        "subtotal": minor("Quantities times prices"), "discount": minor("What is taken off"),
        "taxes": list("Each tax.", &reference("TaxSum")), "tax": minor("All taxes"), "total": minor("What is to be paid")
    });
    api.schema("LineTotals", object("The sums of lines.", &totals));
    let lines = json!({
        "lines": list("In their order.", &reference("Line")), "totals": reference("LineTotals"),
        "currency": text("ISO 4217."),
        "discount_share": number("How much less than by the price book the cheapest line costs, in per cent"),
        "margin": {"oneOf": [reference("Margins"), {"type": "null"}], "description": "What they earn; null for whom the cost of products is hidden."},
        "version": {"type": "integer", "format": "int64", "description": "Version of the record."}
    });
    api.schema("Lines", object("The lines of a record.", &lines));
    margins(api);
    documents(api);
}

fn margins(api: &mut Api) {
    let line = object(
        "What a line earns.",
        &json!({
            "unit_cost": minor("What one costs oneself"), "cost": minor("What all of them cost"),
            "margin": minor("What is left of the net without taxes"),
            "share": maybe_number("The same in per cent of the net without taxes")
        }),
    );
    let each = json!({"oneOf": [line, {"type": "null"}], "description": "A line; null where its cost is not known."});
    let all = json!({
        "lines": list("Line by line.", &each), "cost": minor("What those lines cost whose cost is known"),
        "margin": minor("What is left of their net without taxes"),
        "share": maybe_number("The same in per cent of their net without taxes"),
        "complete": {"type": "boolean", "description": "The cost of every line is known."}
    });
    api.schema("Margins", object("What lines earn.", &all));
}

fn documents(api: &mut Api) {
    let version = json!({
        "number": {"type": "integer", "format": "int64", "description": "The version."},
        "sent_at": time("When it was sent last."), "sent_by": maybe_id("By whom."),
        "viewed_at": time("When it was looked at first."),
        "outcome": {"type": ["string", "null"], "description": "`accepted` or `declined`."},
        "decided_at": time("When."), "signer": maybe("Who signed it."), "comment": maybe("What was said with it."),
        "digest": text("SHA-256 of what was sent, in hexadecimal."), "total": minor("What it came to"),
        "currency": text("ISO 4217.")
    });
    api.schema(
        "QuoteVersion",
        object("A version as it was sent.", &version),
    );
    let buyer = json!({
        "name": text("The company, or the person where there is none."), "person": maybe("The person at the company."),
        "address": list("Lines of the address.", &json!({"type": "string"})), "tax_id": maybe("Tax number.")
    });
    let printed = json!({
        "number": text("Its number."), "revision": {"type": "integer", "format": "int64", "description": "Its version."},
        "name": text("What it is about."), "language": text("Its language."), "currency": text("ISO 4217."),
        "day": day("The day it was sent; none for a draft."), "valid_until": day("Last day on which it can be accepted."),
        "seller": text("Who sells."), "contact": maybe("The person who answers for it."),
        "buyer": object("Who would buy.", &buyer), "lines": list("The lines.", &reference("Line")),
        "totals": reference("LineTotals"), "terms": maybe("Terms.")
    });
    api.schema(
        "QuoteDocument",
        object("A quote as it is printed.", &printed),
    );
    let limits = json!({
        "type": "object", "description": "The largest discount in per cent that a role gives without approval, by the code or id of the role. Roles that are not named give any.",
        "additionalProperties": {"type": "number", "format": "double"}
    });
    api.schema("QuoteSettings", json!({
        "type": "object", "additionalProperties": false, "description": "What new quotes begin with, and how far discounts go.",
        "properties": {
            "valid_days": {"type": "integer", "minimum": 1, "maximum": 3650, "description": "So many days a new quote is valid."},
            "terms": maybe("Terms of a new quote."), "discount_limits": limits
        }
    }));
}
