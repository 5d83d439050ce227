//! The browser and system of a session, in words.

use relasi_domain::identity::device;

use crate::i18n::k;

/// "Chrome on Windows" from what a browser says of itself; tracked.
pub fn described(agent: &str) -> String {
    let (browser, system) = (device::browser(agent), device::system(agent));
    match (browser, system) {
        (Some(browser), Some(system)) => k::settings::agent(browser, system),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) if agent.trim().is_empty() => k::common::UNKNOWN.get().to_owned(),
        (None, None) => agent.chars().take(60).collect(),
    }
}
