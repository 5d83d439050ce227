//! Signing in, staying in, getting out.

use super::*;

#[tokio::test]
async fn set_up_happens_once_however_many_try() {
    let house = House::empty();
    assert!(house.identity.set_up_needed().await.expect("read"));
    let (one, other) = tokio::join!(house.set_up(), house.set_up());
    let refusal = match (one, other) {
        (Ok(_), Err(refusal)) | (Err(refusal), Ok(_)) => refusal,
        both => panic!("one must win: {:?}", (both.0.is_ok(), both.1.is_ok())),
    };
    assert_eq!(code(&refusal), "already_set_up");
    assert!(!house.identity.set_up_needed().await.expect("read"));
    let third = house.set_up().await.expect_err("too late");
    assert_eq!(code(&third), "already_set_up");
    assert_eq!(house.identity.list_users().expect("read").len(), 1);
}

#[tokio::test]
async fn set_up_names_every_fault_at_once() {
    let house = House::empty();
    let founding = Founding {
        workspace_name: " ".into(),
        language: "fr".into(),
        currency: "rupiah".into(),
        time_zone: "Jakarta".into(),
        full_name: String::new(),
        email: "siti".into(),
        password: "short".into(),
        sample_data: false,
    };
    let refusal = house
        .identity
        .set_up(founding, client(1), house.now, |_, _, _| Ok(()))
        .await
        .expect_err("nothing is right");
    assert_eq!(
        code(&refusal),
        "/workspace_name required; /language not_a_choice; /currency not_currency; /time_zone not_time_zone; \
         /full_name required; /email not_email; /password password_too_short"
    );
}

#[tokio::test]
async fn the_right_password_signs_in_and_nothing_else() {
    let (house, _) = House::new().await;
    let signed_in = house
        .sign_in(" SITI@kopi.example ", PASSWORD)
        .await
        .expect("right");
    let principal = house.who(&signed_in).await.expect("a live session");
    assert_eq!(principal.user.full_name, "Siti Rahayu");
    assert_eq!(principal.access.role, Role::Owner.into());
    assert_eq!(principal.workspace.currency, "IDR");
    for (email, password) in [
        ("siti@kopi.example", "hujan di bulan juli"),
        ("siti@kopi.example", ""),
        ("nobody@kopi.example", PASSWORD),
        ("not an address", PASSWORD),
    ] {
        let refusal = house.sign_in(email, password).await.expect_err("wrong");
        assert!(matches!(refusal, Refusal::Unauthorized), "{email}");
    }
}

#[tokio::test]
async fn guessing_gets_slow_but_nobody_stays_locked_out() {
    let (mut house, _) = House::new().await;
    let mut waits = Vec::new();
    for _ in 0..8 {
        match house
            .sign_in("siti@kopi.example", "wrong wrong wrong")
            .await
        {
            Err(Refusal::Throttled { retry_after }) => {
                let early = house.sign_in("siti@kopi.example", PASSWORD).await;
                assert!(matches!(early, Err(Refusal::Throttled { .. })));
                waits.push(retry_after);
                let seconds = i64::try_from(retry_after).expect("a short wait");
                house.pass(TimeDelta::seconds(seconds));
            }
            refused => assert!(matches!(refused, Err(Refusal::Unauthorized))),
        }
    }
    assert_eq!(waits, [1], "the sixth failure costs a second");
    let again = Identity::open(house.db.clone(), Cost::LEAST, house.now).expect("a restart");
    house.identity = again;
    let still = house.sign_in("siti@kopi.example", PASSWORD).await;
    assert!(
        matches!(still, Err(Refusal::Throttled { retry_after: 2 })),
        "a restart forgets nothing"
    );
    house.pass(TimeDelta::seconds(2));
    house
        .sign_in("siti@kopi.example", PASSWORD)
        .await
        .expect("the right password after the wait");
    for _ in 0..5 {
        let refusal = house.sign_in("siti@kopi.example", "wrong").await;
        assert!(
            matches!(refusal, Err(Refusal::Unauthorized)),
            "counted anew"
        );
    }
}

#[tokio::test]
async fn one_address_cannot_try_many_accounts() {
    let (house, _) = House::new().await;
    let mut refused = 0;
    for n in 0..25 {
        let email = format!("person{n}@kopi.example");
        if let Err(Refusal::Throttled { .. }) = house.sign_in(&email, "wrong").await {
            refused += 1;
        }
    }
    assert_eq!(refused, 4, "20 are free, one more starts the wait");
    let credentials = Credentials {
        email: "siti@kopi.example".into(),
        password: PASSWORD.into(),
    };
    let elsewhere = house
        .identity
        .sign_in(credentials, client(9), house.now)
        .await;
    assert!(elsewhere.is_ok(), "others are not held up");
}

#[tokio::test]
async fn a_whole_office_may_sign_in_at_the_same_time() {
    let (house, _) = House::new().await;
    let house = Arc::new(house);
    let everybody: Vec<_> = (0..30)
        .map(|_| {
            let house = house.clone();
            tokio::spawn(async move { house.sign_in("siti@kopi.example", PASSWORD).await.is_ok() })
        })
        .collect();
    for one in everybody {
        assert!(one.await.expect("no panic"));
    }
}

#[tokio::test]
async fn refresh_tokens_are_good_once_with_a_short_grace() {
    let (mut house, first) = House::new().await;
    house.pass(TimeDelta::minutes(9));
    let second = house.refresh(&first.refresh_token).await.expect("rotated");
    assert_ne!(second.refresh_token, first.refresh_token);
    house.pass(TimeDelta::seconds(9));
    let tab = house
        .refresh(&first.refresh_token)
        .await
        .expect("another tab within the grace");
    let principal = house.who(&tab).await.expect("live");
    assert_eq!(
        house
            .identity
            .sessions(&principal, house.now)
            .await
            .expect("read")
            .len(),
        1
    );
    house.pass(TimeDelta::seconds(3));
    let stolen = house.refresh(&first.refresh_token).await;
    assert!(matches!(stolen, Err(Refusal::Unauthorized)));
    for token in [&second.refresh_token, &tab.refresh_token] {
        assert!(
            house.refresh(token).await.is_err(),
            "the whole family is dead"
        );
    }
    assert!(house.who(&tab).await.is_err(), "at once");
}

#[tokio::test]
async fn sessions_end_by_disuse_and_by_age() {
    let (mut house, first) = House::new().await;
    house.pass(TimeDelta::days(13));
    let second = house.refresh(&first.refresh_token).await.expect("in use");
    house.pass(TimeDelta::days(13));
    let third = house.refresh(&second.refresh_token).await.expect("in use");
    house.pass(TimeDelta::days(5));
    assert!(
        house.refresh(&third.refresh_token).await.is_err(),
        "30 days are over"
    );
    let fresh = house
        .sign_in("siti@kopi.example", PASSWORD)
        .await
        .expect("right");
    house.pass(TimeDelta::days(15));
    assert!(
        house.refresh(&fresh.refresh_token).await.is_err(),
        "14 days unused"
    );
    house.pass(TimeDelta::days(60));
    house.identity.sweep(house.now).await.expect("swept");
    let left = house.db.across().read_now(|conn| {
        conn.row(&sql("SELECT COUNT(*) FROM refresh_tokens", []), |row| {
            row.int(0)
        })
    });
    assert_eq!(left.expect("read"), Some(0));
}

#[tokio::test]
async fn an_ended_session_is_over_at_once() {
    let (house, first) = House::new().await;
    let second = house
        .sign_in("siti@kopi.example", PASSWORD)
        .await
        .expect("right");
    let me = house.who(&first).await.expect("live");
    let other = house.who(&second).await.expect("live");
    let sessions = house.identity.sessions(&me, house.now).await.expect("read");
    assert_eq!(sessions.iter().filter(|s| s.current).count(), 1);
    assert_eq!(sessions.len(), 2);
    house
        .identity
        .end_session(&me, other.session_id, house.now)
        .await
        .expect("ended");
    assert!(house.who(&second).await.is_err());
    assert!(house.refresh(&second.refresh_token).await.is_err());
    assert!(house.who(&first).await.is_ok());
    let again = house
        .identity
        .end_session(&me, other.session_id, house.now)
        .await;
    assert!(matches!(again, Err(Refusal::NotFound)));
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let (house, first) = House::new().await;
    let second = house
        .sign_in("siti@kopi.example", PASSWORD)
        .await
        .expect("right");
    let me = house.who(&first).await.expect("live");
    let change = |current: &str, new: &str| PasswordChange {
        current_password: current.into(),
        new_password: new.into(),
    };
    for (wrong, expected) in [
        (
            change("not the password", "a long walk in Bandung"),
            "/current_password wrong_password",
        ),
        (
            change(PASSWORD, "short"),
            "/new_password password_too_short",
        ),
        (
            change(PASSWORD, "kopi nusantara 1"),
            "/new_password password_guessable",
        ),
    ] {
        let refusal = house
            .identity
            .change_password(&me, wrong, client(1).ip, house.now)
            .await
            .expect_err("refused");
        assert_eq!(code(&refusal), expected);
    }
    house
        .identity
        .change_password(
            &me,
            change(PASSWORD, "a long walk in Bandung"),
            client(1).ip,
            house.now,
        )
        .await
        .expect("changed");
    assert!(house.who(&first).await.is_ok());
    assert!(house.who(&second).await.is_err());
    assert!(house.refresh(&second.refresh_token).await.is_err());
    assert!(house.sign_in("siti@kopi.example", PASSWORD).await.is_err());
    assert!(
        house
            .sign_in("siti@kopi.example", "a long walk in Bandung")
            .await
            .is_ok()
    );
}
