//! People by the command line, and in two workspaces.

use super::{people::role, *};

#[tokio::test]
async fn the_command_line_adds_resets_and_deactivates() {
    let (house, owner) = House::new().await;
    let new = NewMember {
        email: "budi@kopi.example".into(),
        full_name: "Budi Santoso".into(),
        role: Role::Member,
        password: "gunung tinggi sekali".into(),
        workspace_id: None,
    };
    house.identity.add_user(new, house.now).expect("added");
    let budi = house
        .sign_in("budi@kopi.example", "gunung tinggi sekali")
        .await
        .expect("right");
    house
        .identity
        .reset_password("budi@kopi.example", "laut biru yang luas", house.now)
        .expect("reset");
    assert!(house.who(&budi).await.is_err());
    assert!(
        house
            .sign_in("budi@kopi.example", "laut biru yang luas")
            .await
            .is_ok()
    );
    house
        .identity
        .deactivate_user("budi@kopi.example", house.now)
        .expect("deactivated");
    assert!(
        house
            .sign_in("budi@kopi.example", "laut biru yang luas")
            .await
            .is_err()
    );
    let last = house
        .identity
        .deactivate_user("siti@kopi.example", house.now)
        .expect_err("the last owner");
    assert_eq!(code(&last), "last_owner");
    assert!(house.who(&owner).await.is_ok());
    let states: Vec<_> = house
        .identity
        .list_users()
        .expect("read")
        .into_iter()
        .map(|u| (u.email, u.active))
        .collect();
    assert_eq!(
        states,
        [
            ("budi@kopi.example".to_owned(), false),
            ("siti@kopi.example".to_owned(), true)
        ]
    );
}

#[tokio::test]
async fn one_person_may_work_in_two_workspaces_that_know_nothing_of_each_other() {
    let (house, owner) = House::new().await;
    let founding = Founding {
        workspace_name: "Thai Silk".into(),
        language: "th".into(),
        currency: "THB".into(),
        time_zone: "Asia/Bangkok".into(),
        full_name: "Malee Suk".into(),
        email: "malee@silk.example".into(),
        password: "ผ้าไหมสวยที่สุดในโลก".into(),
        sample_data: false,
    };
    let other = house
        .identity
        .add_workspace(founding, house.now, |_, _, _| Ok(()))
        .expect("a second workspace");
    let malee = house
        .sign_in("malee@silk.example", "ผ้าไหมสวยที่สุดในโลก")
        .await
        .expect("right");
    assert_eq!(malee.workspace.id, other.workspace_id);
    let (malee, siti) = (
        house.who(&malee).await.expect("live"),
        house.who(&owner).await.expect("live"),
    );
    let foreign = house
        .identity
        .update_member(
            &malee,
            siti.access.membership_id,
            role(Role::ReadOnly),
            None,
            house.now,
        )
        .await;
    assert!(matches!(foreign, Err(Refusal::NotFound)));
    let foreign = house
        .identity
        .end_session(&malee, siti.session_id, house.now)
        .await;
    assert!(matches!(foreign, Err(Refusal::NotFound)));
    assert_eq!(house.identity.members(&malee).await.expect("read").len(), 1);
}
