//! The places of the app, for the side menu, the bottom bar, the palette and the `G` keys.

use crate::i18n::{Key, k};
use crate::records::fields::people_only;
use crate::ui::icon::{self, Icon};

/// One place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Where it is.
    pub path: &'static str,
    /// Its name.
    pub label: Key,
    /// Its drawing.
    pub icon: Icon,
    /// Keys that go there.
    pub keys: &'static str,
    /// Starts a new group in the menu.
    pub group: bool,
}

const fn place(
    path: &'static str,
    label: Key,
    icon: Icon,
    keys: &'static str,
    group: bool,
) -> Place {
    Place {
        path,
        label,
        icon,
        keys,
        group,
    }
}

/// Where the list of companies is.
pub const COMPANIES: &str = "/app/companies";

/// The menu in order.
pub const PLACES: [Place; 15] = [
    place("/app", k::place::HOME, icon::HOUSE, "G H", false),
    place(
        "/app/tasks",
        k::place::TASKS,
        icon::SQUARE_CHECK_BIG,
        "G T",
        false,
    ),
    place(
        "/app/calendar",
        k::place::CALENDAR,
        icon::CALENDAR_DAYS,
        "G K",
        false,
    ),
    place(
        "/app/notifications",
        k::place::NOTIFICATIONS,
        icon::BELL,
        "G N",
        false,
    ),
    place(
        "/app/call-lists",
        k::place::CALL_LISTS,
        icon::PHONE,
        "G R",
        false,
    ),
    place(
        "/app/contacts",
        k::place::CONTACTS,
        icon::USERS,
        "G C",
        true,
    ),
    place(
        COMPANIES,
        k::place::COMPANIES,
        icon::BUILDING_2,
        "G O",
        false,
    ),
    place("/app/leads", k::place::LEADS, icon::USER_PLUS, "G L", false),
    place("/app/deals", k::place::DEALS, icon::HANDSHAKE, "G D", false),
    place("/app/quotes", k::place::QUOTES, icon::RECEIPT, "G E", false),
    place(
        "/app/products",
        k::place::PRODUCTS,
        icon::PACKAGE,
        "G P",
        false,
    ),
    place(
        "/app/analytics/sales",
        k::place::SALES_FIGURES,
        icon::CHART_COLUMN,
        "G A",
        true,
    ),
    place("/app/import", k::place::IMPORT, icon::UPLOAD, "G M", true),
    place(
        "/app/quality",
        k::place::QUALITY,
        icon::CIRCLE_CHECK,
        "G U",
        false,
    ),
    place("/app/trash", k::place::TRASH, icon::TRASH_2, "G X", false),
];

/// The places of this workspace: one that shows people only has no list of companies.
pub fn places() -> impl Iterator<Item = &'static Place> {
    let hidden = people_only();
    PLACES
        .iter()
        .filter(move |place| !(hidden && place.path == COMPANIES))
}

/// Stands apart at the foot of the menu.
pub const SETTINGS: Place = place(
    "/app/settings",
    k::place::SETTINGS,
    icon::SETTINGS,
    "G Q",
    false,
);

/// Whether `path` shows this place or something inside it.
pub fn is_at(place: Place, path: &str) -> bool {
    let path = path.trim_end_matches('/');
    path == place.path
        || (place.path != "/app"
            && path
                .strip_prefix(place.path)
                .is_some_and(|rest| rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::{PLACES, is_at};

    #[test]
    fn home_is_only_itself() {
        let at = |path| {
            PLACES
                .iter()
                .filter(|place| is_at(**place, path))
                .map(|place| place.path)
                .collect::<Vec<_>>()
        };
        assert_eq!(at("/app/"), ["/app"]);
        assert_eq!(at("/app/contacts/1"), ["/app/contacts"]);
        assert_eq!(at("/app/contactsx"), Vec::<&str>::new());
    }
}
