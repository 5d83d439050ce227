//! Which browser and which system sent a request, as far as the `User-Agent` header tells.

/// Marks of browsers. Order matters: many name others too.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
];

/// Marks of systems.
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

fn named(known: &[(&str, &'static str)], agent: &str) -> Option<&'static str> {
    let found = known.iter().find(|(mark, _)| agent.contains(mark));
    found.map(|(_, name)| *name)
}

/// The browser, if it is one of the common ones.
pub fn browser(agent: &str) -> Option<&'static str> {
    named(&BROWSERS, agent)
}

/// The system, if it is one of the common ones.
pub fn system(agent: &str) -> Option<&'static str> {
    named(&SYSTEMS, agent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_name_others_are_told_apart() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0";
        assert_eq!(
            (browser(edge), system(edge)),
            (Some("Edge"), Some("Windows"))
        );
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1";
        assert_eq!(
            (browser(phone), system(phone)),
            (Some("Safari"), Some("iPhone"))
        );
        assert_eq!((browser("ureq/3"), system("")), (None, None));
    }
}
