//! Members, invitations, the workspace, the command line.

use super::*;

pub(super) fn role(role: Role) -> MemberPatch {
    MemberPatch {
        role: Some(role.into()),
        ..MemberPatch::default()
    }
}

fn active(active: bool) -> MemberPatch {
    MemberPatch {
        active: Some(active),
        ..MemberPatch::default()
    }
}

#[tokio::test]
async fn an_invitation_makes_one_member_once() {
    let (mut house, owner) = House::new().await;
    let by = house.who(&owner).await.expect("live");
    let invite = |email: &str| Invite {
        email: email.into(),
        role: Role::Manager.into(),
        team_id: None,
    };
    let first = house
        .identity
        .invite(&by, invite("somchai@kopi.example"), house.now)
        .await
        .expect("invited");
    let second = house
        .identity
        .invite(&by, invite("Somchai@kopi.example"), house.now)
        .await
        .expect("invited anew");
    let gone = house
        .identity
        .preview_invitation(&first.token, house.now)
        .await;
    assert!(
        matches!(gone, Err(Refusal::NotFound)),
        "the newer link replaces the older"
    );
    let preview = house
        .identity
        .preview_invitation(&second.token, house.now)
        .await
        .expect("open");
    assert_eq!(preview.workspace_name, "CV Kopi Nusantara");
    assert_eq!(preview.invited_by, "Siti Rahayu");
    assert!(!preview.has_account);
    let weak = house
        .identity
        .accept_invitation(
            &second.token,
            acceptance("somchai@kopi.example"),
            client(2),
            house.now,
        )
        .await;
    assert_eq!(
        code(&weak.expect_err("guessable")),
        "/password password_guessable"
    );
    let member = house
        .identity
        .accept_invitation(
            &second.token,
            acceptance("ชาเย็นหวานน้อยแก้วใหญ่"),
            client(2),
            house.now,
        )
        .await
        .expect("accepted");
    assert_eq!(
        (member.role, member.user.language.as_str()),
        (Role::Manager.into(), "th")
    );
    let twice = house
        .identity
        .accept_invitation(
            &second.token,
            acceptance("ชาเย็นหวานน้อยแก้วใหญ่"),
            client(2),
            house.now,
        )
        .await;
    assert!(matches!(twice, Err(Refusal::NotFound)));
    let known = house
        .identity
        .invite(&by, invite("somchai@kopi.example"), house.now)
        .await;
    assert_eq!(code(&known.err().expect("a member")), "already_member");
    let late = house
        .identity
        .invite(&by, invite("late@kopi.example"), house.now)
        .await
        .expect("invited");
    house.pass(TimeDelta::days(15));
    assert!(
        house
            .identity
            .preview_invitation(&late.token, house.now)
            .await
            .is_err()
    );
    assert!(
        house
            .identity
            .invitations(&by, house.now)
            .await
            .expect("read")
            .is_empty()
    );
}

#[tokio::test]
async fn who_has_an_account_proves_it_to_come_back() {
    let (house, owner) = House::new().await;
    let member = house
        .member(&owner, "somchai@kopi.example", Role::Member)
        .await;
    let by = house.who(&owner).await.expect("live");
    let id = house.who(&member).await.expect("live").access.membership_id;
    house
        .identity
        .update_member(&by, id, active(false), None, house.now)
        .await
        .expect("deactivated");
    assert!(house.who(&member).await.is_err(), "at once");
    assert!(house.refresh(&member.refresh_token).await.is_err());
    assert!(
        house
            .sign_in("somchai@kopi.example", "somchai orders tea")
            .await
            .is_err()
    );
    let invite = Invite {
        email: "somchai@kopi.example".into(),
        role: Role::ReadOnly.into(),
        team_id: None,
    };
    let invited = house
        .identity
        .invite(&by, invite, house.now)
        .await
        .expect("invited");
    assert!(
        house
            .identity
            .preview_invitation(&invited.token, house.now)
            .await
            .expect("open")
            .has_account
    );
    let accept = |password| {
        house
            .identity
            .accept_invitation(&invited.token, acceptance(password), client(2), house.now)
    };
    assert!(matches!(
        accept("not his password").await,
        Err(Refusal::Unauthorized)
    ));
    let back = accept("somchai orders tea").await.expect("proved");
    assert_eq!(back.role, Role::ReadOnly.into());
    assert_eq!(back.user.id, member.user.id);
}

#[tokio::test]
async fn roles_change_by_the_rules() {
    let (house, owner) = House::new().await;
    let admin = house
        .member(&owner, "admin@kopi.example", Role::Admin)
        .await;
    let member = house
        .member(&owner, "member@kopi.example", Role::Member)
        .await;
    let (owner, admin) = (
        house.who(&owner).await.expect("live"),
        house.who(&admin).await.expect("live"),
    );
    let member = house.who(&member).await.expect("live");
    let update = |by: Arc<Principal>, of: &Principal, patch| {
        let id = of.access.membership_id;
        let identity = &house.identity;
        let now = house.now;
        async move { identity.update_member(&by, id, patch, None, now).await }
    };
    let forbidden = |result: Result<MemberView>| assert!(matches!(result, Err(Refusal::Forbidden)));
    forbidden(update(member.clone(), &member, role(Role::Admin)).await);
    forbidden(update(admin.clone(), &member, role(Role::Owner)).await);
    forbidden(update(admin.clone(), &owner, role(Role::Member)).await);
    forbidden(update(admin.clone(), &owner, active(false)).await);
    let alone = update(owner.clone(), &owner, role(Role::Member)).await;
    assert_eq!(code(&alone.expect_err("the last owner")), "last_owner");
    let alone = update(owner.clone(), &owner, active(false)).await;
    assert_eq!(code(&alone.expect_err("the last owner")), "last_owner");
    let risen = update(admin.clone(), &member, role(Role::Manager))
        .await
        .expect("allowed");
    assert_eq!((risen.role, risen.version), (Role::Manager.into(), 2));
    update(owner.clone(), &admin, role(Role::Owner))
        .await
        .expect("owners make owners");
    update(owner.clone(), &owner, role(Role::Member))
        .await
        .expect("another owner is there");
    let list = house
        .identity
        .members(&member)
        .await
        .expect("everybody sees the members");
    assert_eq!(list.len(), 3);
}

#[tokio::test]
async fn teams_and_versions_are_checked() {
    let (house, owner) = House::new().await;
    let by = house.who(&owner).await.expect("live");
    let id = by.access.membership_id;
    let patch = MemberPatch {
        team_id: Other::To(Some(Uuid::now_v7())),
        ..MemberPatch::default()
    };
    let unknown = house
        .identity
        .update_member(&by, id, patch, None, house.now)
        .await;
    assert_eq!(
        code(&unknown.expect_err("no such team")),
        "/team_id no_such_record"
    );
    let stale = house
        .identity
        .update_member(&by, id, active(true), Some(7), house.now)
        .await;
    let Err(Refusal::Stale(current)) = stale else {
        panic!("the version is another one")
    };
    assert_eq!(current["version"], 1);
    let parsed: MemberPatch = serde_json::from_str(r#"{"team_id": null}"#).expect("a patch");
    assert_eq!(parsed.team_id, Other::To(None));
    let parsed: MemberPatch = serde_json::from_str("{}").expect("a patch");
    assert_eq!(parsed.team_id, Other::Keep);
}

#[tokio::test]
async fn profile_and_workspace_change_and_are_seen_at_once() {
    let (house, owner) = House::new().await;
    let by = house.who(&owner).await.expect("live");
    let patch = ProfilePatch {
        full_name: Some(" Siti Rahayu Putri ".into()),
        language: Some("en".into()),
    };
    let me = house
        .identity
        .update_me(&by, patch, Some(1), house.now)
        .await
        .expect("changed")
        .user;
    assert_eq!(
        (me.full_name.as_str(), me.version),
        ("Siti Rahayu Putri", 2)
    );
    assert_eq!(house.who(&owner).await.expect("live").user, me);
    let patch = WorkspacePatch {
        time_zone: Some("Asia/Bangkok".into()),
        ..WorkspacePatch::default()
    };
    let changed = house
        .identity
        .update_workspace(&by, patch.clone(), None, house.now)
        .await
        .expect("changed");
    assert_eq!(
        (changed.time_zone.as_str(), changed.version),
        ("Asia/Bangkok", 2)
    );
    let member = house
        .member(&owner, "member@kopi.example", Role::Manager)
        .await;
    let member = house.who(&member).await.expect("live");
    let refused = house
        .identity
        .update_workspace(&member, patch, None, house.now)
        .await;
    assert!(matches!(refused, Err(Refusal::Forbidden)));
    let wrong = WorkspacePatch {
        name: Some(String::new()),
        language: Some("xx".into()),
        ..WorkspacePatch::default()
    };
    let refusal = house
        .identity
        .update_workspace(&by, wrong, None, house.now)
        .await
        .expect_err("wrong");
    assert_eq!(code(&refusal), "/name required; /language not_a_choice");
    let audited = house.db.across().read_now(|conn| {
        conn.rows(
            &sql("SELECT action, object FROM audit_entries ORDER BY id", []),
            |row| Ok(format!("{} {}", row.text(1)?, row.text(0)?)),
        )
    });
    let audited = audited.expect("read");
    for entry in [
        "workspace created",
        "user updated",
        "workspace updated",
        "invitation accepted",
    ] {
        assert!(
            audited.iter().any(|found| found == entry),
            "{entry} in {audited:?}"
        );
    }
}
