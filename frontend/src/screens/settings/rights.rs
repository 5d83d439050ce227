//! What the person signed in may do, as the domain's roles say it.

use leptos::prelude::*;
use relasi_domain::identity::access::{Action, RecordScope};
use relasi_domain::identity::role::Role;

use crate::api::use_api;

/// Whether the person's role reaches anything with this action; follows the session.
pub fn may(action: Action) -> Signal<bool> {
    let session = use_api().session();
    Signal::derive(move || session.with(|s| s.as_ref().is_some_and(|s| reaches(&s.role, action))))
}

fn reaches(role: &str, action: Action) -> bool {
    let rights = Role::from_code(role).map(Role::rights);
    rights.is_some_and(|rights| {
        rights
            .scopes()
            .any(|(one, scope)| one == action && scope != RecordScope::None)
    })
}

/// The person's own role, if it is a known one; tracked.
pub fn own_role() -> Option<Role> {
    use_api()
        .session()
        .with(|s| s.as_ref().and_then(|s| Role::from_code(&s.role)))
}

#[cfg(test)]
mod tests {
    use super::reaches;
    use relasi_domain::identity::access::Action;

    #[test]
    fn asks_the_roles() {
        assert!(reaches("admin", Action::Settings));
        assert!(!reaches("manager", Action::Settings));
        assert!(reaches("manager", Action::Import));
        assert!(!reaches("member", Action::Import));
        assert!(!reaches("stranger", Action::See));
    }
}
