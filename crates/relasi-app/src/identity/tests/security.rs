//! What ends with time: sessions by the workspace's policy, sign-ins after a year.

use chrono::TimeDelta;

use super::*;

async fn policy(house: &House, owner: &SignedIn, minutes: Option<i64>, idle: Option<i64>) {
    let me = house.who(owner).await.expect("signed in");
    let policy = NewPolicy {
        require_second_factor: false,
        session_minutes: minutes,
        session_idle_minutes: idle,
        allowed_networks: Vec::new(),
    };
    house
        .identity
        .set_policy(&me, policy, None, LOCAL, house.now)
        .await
        .expect("a policy");
}

#[tokio::test]
async fn a_shorter_policy_ends_sessions_that_are_open() {
    let (mut house, owner) = House::new().await;
    let start = house.now;
    policy(&house, &owner, Some(120), Some(60)).await;
    // Used every forty minutes it is not idle, but two hours are its end.
    let mut token = owner.refresh_token.clone();
    for minutes in [40, 80, 119] {
        house.now = start + TimeDelta::minutes(minutes);
        token = house.refresh(&token).await.expect("live").refresh_token;
    }
    house.now = start + TimeDelta::minutes(121);
    assert!(house.refresh(&token).await.is_err(), "over");
    let again = house
        .sign_in("siti@kopi.example", PASSWORD)
        .await
        .expect("right");
    assert_eq!(again.refresh_expires_at, house.now + TimeDelta::hours(2));
    house.pass(TimeDelta::minutes(61));
    assert!(
        house.refresh(&again.refresh_token).await.is_err(),
        "not used for an hour"
    );
}

#[tokio::test]
async fn without_a_policy_sessions_are_as_long_as_the_installation_has_them() {
    let (mut house, owner) = House::new().await;
    assert_eq!(owner.refresh_expires_at, house.now + SESSION_LIFETIME);
    house.pass(TimeDelta::days(14) - TimeDelta::minutes(1));
    assert!(house.refresh(&owner.refresh_token).await.is_ok());
}

#[tokio::test]
async fn sign_ins_are_forgotten_after_a_year() {
    let (mut house, _) = House::new().await;
    let listed = async |house: &House| {
        let signed_in = house
            .sign_in("siti@kopi.example", PASSWORD)
            .await
            .expect("right");
        let me = house.who(&signed_in).await.expect("signed in");
        let all = house.identity.sign_ins(&me, None, 50).await;
        all.expect("a list").len()
    };
    assert_eq!(listed(&house).await, 2, "set-up and sign-in");
    house.pass(TimeDelta::days(364));
    house.identity.sweep(house.now).await.expect("swept");
    assert_eq!(listed(&house).await, 3);
    house.pass(TimeDelta::days(2));
    house.identity.sweep(house.now).await.expect("swept");
    assert_eq!(
        listed(&house).await,
        2,
        "the two of the day before and this"
    );
}
