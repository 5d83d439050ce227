use super::*;
use crate::{identity::team, people::contact, platform::saved_view, sales::pipeline};

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn access(role: Role) -> Access {
    Access::new(id(1), id(2), id(3), vec![id(4)], role)
}

fn mine() -> OwnedBy {
    OwnedBy {
        owner_id: Some(id(2)),
        ..OwnedBy::default()
    }
}

fn of_team() -> OwnedBy {
    OwnedBy {
        owner_id: Some(id(9)),
        team_id: Some(id(4)),
        ..OwnedBy::default()
    }
}

fn foreign() -> OwnedBy {
    OwnedBy {
        owner_id: Some(id(9)),
        team_id: Some(id(8)),
        ..OwnedBy::default()
    }
}

#[test]
fn roles_reach_as_far_as_their_table_says() {
    use Action::{Add, Delete, Edit, Export, See};
    use RecordScope::{All, None, Own, Team};
    let table = [
        (Role::Owner, [All, All, All, All, All]),
        (Role::Admin, [All, All, All, All, All]),
        (Role::Manager, [All, All, Team, Team, All]),
        (Role::Member, [All, All, Team, Own, Own]),
        (Role::ReadOnly, [All, None, None, None, None]),
    ];
    for (role, scopes) in table {
        for (action, scope) in [See, Add, Edit, Delete, Export].into_iter().zip(scopes) {
            assert_eq!(
                access(role).scope(&contact::OBJECT, action),
                scope,
                "{role:?} {action:?}"
            );
        }
    }
}

#[test]
fn workspace_rights_are_for_owner_and_admin() {
    for role in Role::ALL {
        let strong = matches!(role, Role::Owner | Role::Admin);
        for action in [Action::Settings, Action::Members, Action::Audit] {
            assert_eq!(access(role).may(action), strong, "{role:?} {action:?}");
        }
        assert_eq!(
            access(role).may(Action::Import),
            strong || role == Role::Manager
        );
    }
}

#[test]
fn scopes_hold_for_single_records() {
    let member = access(Role::Member);
    let reach = |action, record| member.allows(&contact::OBJECT, action, &record);
    assert!(reach(Action::Edit, mine()) && reach(Action::Edit, of_team()));
    assert!(!reach(Action::Edit, foreign()) && !reach(Action::Edit, OwnedBy::default()));
    assert!(reach(Action::Delete, mine()) && !reach(Action::Delete, of_team()));
    assert!(reach(Action::See, foreign()));
    let reader = access(Role::ReadOnly);
    assert!(!reader.allows(&contact::OBJECT, Action::Edit, &mine()));
}

#[test]
fn everybody_sees_settings_and_administrators_change_them() {
    for object in [&pipeline::OBJECT, &team::OBJECT] {
        for role in Role::ALL {
            let strong = matches!(role, Role::Owner | Role::Admin);
            assert!(access(role).allows(object, Action::See, &OwnedBy::default()));
            assert_eq!(access(role).allows(object, Action::Edit, &mine()), strong);
        }
    }
}

#[test]
fn personal_objects_are_seen_and_changed_by_those_they_are_shown_to() {
    let shown = |visibility, team: u128, locked| OwnedBy {
        owner_id: Some(id(9)),
        team_id: Some(id(team)),
        visibility,
        locked,
    };
    let (private, open) = (
        shown(Visibility::Private, 4, false),
        shown(Visibility::Everyone, 8, false),
    );
    let (team, other_team) = (
        shown(Visibility::Team, 4, false),
        shown(Visibility::Team, 8, false),
    );
    let locked = shown(Visibility::Everyone, 8, true);
    let may =
        |role, action, record: &OwnedBy| access(role).allows(&saved_view::OBJECT, action, record);
    for role in Role::ALL {
        let strong = matches!(role, Role::Owner | Role::Admin);
        let changes = role != Role::ReadOnly;
        for (record, seen, edited, deleted) in [
            (&private, false, false, false),
            (&other_team, false, false, false),
            (&team, true, changes, strong),
            (&open, true, changes, strong),
            (&locked, true, strong, strong),
            (&mine(), true, changes, changes),
        ] {
            let found =
                [Action::See, Action::Edit, Action::Delete].map(|action| may(role, action, record));
            assert_eq!(found, [seen, edited, deleted], "{role:?} {record:?}");
        }
    }
}

#[test]
fn rights_are_data() {
    let rights = Rights::none()
        .with(Action::See, RecordScope::All)
        .with_object("contact", Action::See, RecordScope::Team);
    let custom = access(Role::Owner).with_rights(Arc::new(rights));
    assert!(!custom.allows(&contact::OBJECT, Action::See, &foreign()));
    assert!(custom.allows(&contact::OBJECT, Action::See, &of_team()));
    assert!(custom.allows(&crate::people::company::OBJECT, Action::See, &foreign()));
    assert!(!custom.may(Action::Settings));
}

#[test]
fn who_reports_to_one_counts_as_far_as_the_tree() {
    let rights = Rights::none()
        .with(Action::See, RecordScope::Tree)
        .with(Action::Edit, RecordScope::Own);
    let access = access(Role::Member)
        .with_role(id(7), rights)
        .with_reports(vec![id(30), id(9), id(20)]);
    let may = |action, record: &OwnedBy| access.allows(&contact::OBJECT, action, record);
    assert!(may(Action::See, &mine()) && may(Action::See, &foreign()));
    assert!(!may(Action::Edit, &foreign()));
    let of = |owner: Option<u128>| OwnedBy {
        owner_id: owner.map(id),
        team_id: Some(id(4)),
        ..OwnedBy::default()
    };
    assert!(may(Action::See, &of(Some(20))) && may(Action::See, &of(Some(30))));
    assert!(!may(Action::See, &of(Some(31))) && !may(Action::See, &of(None)));
}

#[test]
fn nobody_gives_more_than_they_have() {
    let rights = |scope| Rights::none().with(Action::See, scope);
    let (owner, admin) = (access(Role::Owner), access(Role::Admin));
    for role in Role::ALL {
        let strong = role != Role::Owner;
        assert!(owner.may_give(role.into(), &role.rights()));
        assert_eq!(admin.may_give(role.into(), &role.rights()), strong);
        assert!(!access(Role::Manager).may_give(role.into(), &role.rights()));
    }
    let people = rights(RecordScope::Team).with(Action::Members, RecordScope::All);
    let people = access(Role::Member).with_role(id(7), people);
    let made = MemberRole::Made(id(8));
    assert!(people.may_give(made, &rights(RecordScope::Team)));
    assert!(people.may_give(made, &rights(RecordScope::Own)));
    assert!(!people.may_give(made, &rights(RecordScope::Tree)));
    assert!(!people.may_give(made, &rights(RecordScope::All)));
    let hidden = Rights::none().with_object("deal", Action::See, RecordScope::All);
    assert!(!people.may_give(made, &hidden));
}
