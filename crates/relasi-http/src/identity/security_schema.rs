//! JSON schemas of second factors, sign-ins and the security policy.

use serde_json::{Value, json};

use super::schema::{id, instant, name, object, patch, text, version, whole, yes_or_no};
use crate::{api::Api, records::schema::reference};

pub fn register(api: &mut Api) {
    for (name, schema) in steps()
        .into_iter()
        .chain(factors())
        .chain(passkeys())
        .chain(policy())
    {
        api.schema(name, schema);
    }
}

fn secret(about: &str) -> Value {
    json!({"type": "string", "format": "password", "description": about})
}

fn texts(about: &str) -> Value {
    json!({"type": "array", "description": about, "items": {"type": "string"}})
}

fn anything(about: &str) -> Value {
    json!({"type": "object", "description": about, "additionalProperties": true})
}

fn steps() -> [(&'static str, Value); 5] {
    [
        (
            "Challenge",
            object(
                "The password was right; the second factor is asked for.",
                json!({
                    "challenge": secret("Goes with the second step; it is good for nothing else."),
                    "expires_in": whole("Seconds that it is good."),
                    "methods": {
                        "type": "array", "description": "What the second step may be.",
                        "items": {"type": "string", "enum": ["totp", "passkey", "recovery_code"]}
                    }
                }),
                &[],
            ),
        ),
        (
            "SecondStep",
            object(
                "The second step by a code.",
                json!({
                    "challenge": secret("What the first step answered."),
                    "code": secret("A code of the app, or a recovery code.")
                }),
                &[],
            ),
        ),
        (
            "PasskeyWish",
            object(
                "A wish to sign in by a passkey.",
                json!({"challenge": secret("What the first step answered; left out to sign in by the passkey alone.")}),
                &["challenge"],
            ),
        ),
        (
            "PasskeyAnswer",
            object(
                "What the browser answered.",
                json!({"token": secret("What came with the options."), "credential": anything("`PublicKeyCredential` as JSON.")}),
                &[],
            ),
        ),
        (
            "SignIn",
            object(
                "A sign-in, or a try of one.",
                json!({
                    "id": id("Its place in the list."), "at": instant("When."),
                    "method": {
                        "type": "string", "description": "By what.",
                        "enum": ["password", "totp", "recovery_code", "passkey", "invitation", "set_up"]
                    },
                    "result": {
                        "type": "string",
                        "description": "How it ended. `factor_missing`: the password was right, the second factor did not come.",
                        "enum": ["signed_in", "wrong_password", "factor_missing", "wrong_factor", "network_refused"]
                    },
                    "ip": text("From which address."), "user_agent": text("The browser, as it names itself.")
                }),
                &[],
            ),
        ),
    ]
}

fn factors() -> [(&'static str, Value); 5] {
    [
        (
            "Security",
            object(
                "What somebody signs in with.",
                json!({
                    "totp_since": {"type": ["string", "null"], "format": "date-time", "description": "Since when codes of an app are asked for."},
                    "recovery_codes_left": whole("Recovery codes that are left."),
                    "passkeys": {"type": "array", "description": "The oldest first.", "items": reference("Passkey")},
                    "passkeys_possible": yes_or_no("Passkeys can be used at the address of this request."),
                    "required": yes_or_no("The workspace asks for a second factor.")
                }),
                &[],
            ),
        ),
        (
            "Proof",
            patch(
                "That it is still the person who signed in: one of the two.",
                json!({"password": secret("The password."), "code": secret("A code of the app, or a recovery code.")}),
            ),
        ),
        (
            "TotpSetUp",
            object(
                "What an app needs to know; told this once.",
                json!({
                    "secret": secret("For typing: base32."), "uri": text("The same as an address that apps know."),
                    "qr": object(
                        "The address as a QR code.",
                        json!({
                            "size": whole("Width and height in squares, with the quiet zone."),
                            "path": text("The dark squares: attribute `d` of an SVG path.")
                        }),
                        &[],
                    )
                }),
                &[],
            ),
        ),
        (
            "FirstCode",
            object(
                "The first code of an app.",
                json!({"code": text("Six digits.")}),
                &[],
            ),
        ),
        (
            "RecoveryCodes",
            object(
                "Codes for when the second factor is lost.",
                json!({"recovery_codes": texts("Told this once, each good once; empty when there are some already.")}),
                &[],
            ),
        ),
    ]
}

fn passkey() -> Value {
    json!({
        "id": id("The passkey."), "name": name("What its owner calls it."), "created_at": instant("When it was added."),
        "last_used_at": {"type": ["string", "null"], "format": "date-time", "description": "When it was last used."}
    })
}

fn passkeys() -> [(&'static str, Value); 5] {
    let mut made = passkey();
    made["recovery_codes"] =
        texts("New recovery codes, told this once; empty when there are some already.");
    [
        (
            "PasskeyOptions",
            object(
                "What to ask the browser.",
                json!({
                    "token": secret("Comes back with the browser's answer, within five minutes."),
                    "public_key": anything("The argument of `navigator.credentials`, as JSON.")
                }),
                &[],
            ),
        ),
        ("Passkey", object("A passkey.", passkey(), &[])),
        ("MadePasskey", object("A new passkey.", made, &[])),
        (
            "NewPasskey",
            object(
                "What the browser answered, and a name.",
                json!({
                    "token": secret("What came with the options."), "name": name("What to call it."),
                    "credential": anything("`PublicKeyCredential` as JSON.")
                }),
                &[],
            ),
        ),
        (
            "PasskeyName",
            object(
                "Another name.",
                json!({"name": name("What to call it.")}),
                &[],
            ),
        ),
    ]
}

fn policy() -> [(&'static str, Value); 2] {
    let minutes = |about: &str, most: i64| json!({"type": ["integer", "null"], "format": "int64", "minimum": 30, "maximum": most, "description": about});
    let members = json!({
        "require_second_factor": yes_or_no("Who has no second factor sets one up before anything else."),
        "session_minutes": minutes("A session ends at the latest after so many minutes; null for 30 days.", 43_200),
        "session_idle_minutes": minutes("It ends when it was not used for so many minutes; null for 14 days.", 20_160),
        "allowed_networks": texts("Where requests may come from, for example `203.0.113.0/24`; anywhere when it is empty.")
    });
    let mut stored = members.clone();
    stored["version"] = version();
    [
        (
            "SecurityPolicy",
            object("What a workspace asks of whoever comes in.", stored, &[]),
        ),
        (
            "NewSecurityPolicy",
            object(
                "What a workspace is to ask of whoever comes in.",
                members,
                &["session_minutes", "session_idle_minutes"],
            ),
        ),
    ]
}
