//! What the browser does with passkeys: makes one, signs with one.

use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use leptos::prelude::window;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What the browser is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// A new passkey.
    Create,
    /// A signature of one that is there.
    Get,
}

impl Wish {
    /// The method of `navigator.credentials`, and the one that reads its argument from JSON.
    const fn methods(self) -> (&'static str, &'static str) {
        match self {
            Self::Create => ("create", "parseCreationOptionsFromJSON"),
            Self::Get => ("get", "parseRequestOptionsFromJSON"),
        }
    }
}

fn member(of: &JsValue, name: &str) -> Option<JsValue> {
    let found = Reflect::get(of, &name.into()).ok()?;
    (!found.is_undefined() && !found.is_null()).then_some(found)
}

fn call(of: &JsValue, name: &str, argument: Option<&JsValue>) -> Option<JsValue> {
    let method: Function = member(of, name)?.dyn_into().ok()?;
    match argument {
        Some(argument) => method.call1(of, argument).ok(),
        None => method.call0(of).ok(),
    }
}

/// Whether this browser knows passkeys in the form that is asked for here.
pub fn known() -> bool {
    let kind = member(&window(), "PublicKeyCredential");
    kind.and_then(|kind| member(&kind, Wish::Get.methods().1))
        .is_some()
}

/// Has the browser carry out a wish; none when the person or the browser does not want to.
pub async fn carry_out(wish: Wish, options: &Value) -> Option<Value> {
    let (method, read) = wish.methods();
    let kind = member(&window(), "PublicKeyCredential")?;
    let options = JSON::parse(&options.to_string()).ok()?;
    let options = call(&kind, read, Some(&options))?;
    let argument = Object::from_entries(&Array::of1(&Array::of2(&"publicKey".into(), &options)));
    let credentials = member(&window().navigator(), "credentials")?;
    let asked = call(&credentials, method, Some(&argument.ok()?.into()))?;
    let made = JsFuture::from(asked.dyn_into::<Promise>().ok()?)
        .await
        .ok()?;
    let answer = call(&made, "toJSON", None)?;
    let text = JSON::stringify(&answer).ok()?.as_string()?;
    serde_json::from_str(&text).ok()
}
