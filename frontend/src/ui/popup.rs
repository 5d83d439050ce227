//! Showing and placing elements of the browser's top layer (`popover` attribute).

use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

/// Shows a popover element just below (or above) `anchor`.
pub fn show_at(popup: &HtmlElement, anchor: &HtmlElement) {
    place(popup, anchor);
    call(popup, "showPopover");
}

/// Hides a popover element.
pub fn hide(popup: &HtmlElement) {
    call(popup, "hidePopover");
}

/// Puts a fixed element by its anchor, inside the window: above it when it hangs low.
pub fn place(popup: &HtmlElement, anchor: &HtmlElement) {
    let rect = anchor.get_bounding_client_rect();
    let (width, height) = window_size();
    let left = rect.left().min(width - 368.0).max(8.0);
    let style = popup.style();
    let set = |name: &str, value: String| {
        // Only fails for read-only declarations, which this is not.
        let _ = style.set_property(name, &value);
    };
    set("left", format!("{left}px"));
    set("--anchor-width", format!("{}px", rect.width()));
    if rect.bottom() > height * 0.62 {
        set("top", "auto".to_owned());
        set("bottom", format!("{}px", height - rect.top() + 4.0));
        set("max-height", format!("{}px", (rect.top() - 12.0).max(80.0)));
    } else {
        set("bottom", "auto".to_owned());
        set("top", format!("{}px", rect.bottom() + 4.0));
        set(
            "max-height",
            format!("{}px", (height - rect.bottom() - 12.0).max(80.0)),
        );
    }
}

/// Width and height of the window in CSS pixels.
pub fn window_size() -> (f64, f64) {
    let of = |value: Result<JsValue, JsValue>| value.ok().and_then(|v| v.as_f64());
    web_sys::window().map_or((1280.0, 720.0), |window| {
        (
            of(window.inner_width()).unwrap_or(1280.0),
            of(window.inner_height()).unwrap_or(720.0),
        )
    })
}

/// Calls a method without arguments; already shown or hidden elements throw, which is no fault here.
fn call(element: &HtmlElement, method: &str) {
    let function = js_sys::Reflect::get(element, &JsValue::from_str(method)).ok();
    if let Some(function) = function.and_then(|f| f.dyn_into::<js_sys::Function>().ok()) {
        let _ = function.call0(element);
    }
}

/// Whether the popover that sent a `toggle` event is now shown.
pub fn is_open(event: &web_sys::Event) -> bool {
    let panel = event
        .current_target()
        .and_then(|t| t.dyn_into::<HtmlElement>().ok());
    panel.is_some_and(|panel| panel.matches(":popover-open").unwrap_or(false))
}
