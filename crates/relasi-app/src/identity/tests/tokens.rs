//! Access tokens that are not ours, and ours in the wrong dress.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::*;

fn parts(token: &str) -> (Value, Value, String) {
    let mut parts = token.split('.');
    let mut part = || {
        URL_SAFE_NO_PAD
            .decode(parts.next().expect("a part"))
            .expect("base64url")
    };
    let (header, claims) = (part(), part());
    let signature = token.rsplit('.').next().expect("a signature").to_owned();
    let json = |bytes: Vec<u8>| serde_json::from_slice(&bytes).expect("JSON");
    (json(header), json(claims), signature)
}

fn text(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[tokio::test]
async fn tokens_say_what_the_profile_asks_for() {
    let (house, owner) = House::new().await;
    let (header, claims, _) = parts(&owner.access_token);
    assert_eq!(
        (&header["typ"], &header["alg"]),
        (&json!("at+jwt"), &json!("EdDSA"))
    );
    assert!(header["kid"].is_string());
    for claim in ["iss", "aud", "exp", "iat", "jti", "sub", "sid", "wid"] {
        assert!(!claims[claim].is_null(), "{claim}");
    }
    assert_eq!(claims["exp"].as_i64(), Some(house.now.timestamp() + 600));
    assert_eq!(owner.expires_in, 600);
}

#[tokio::test]
async fn tokens_expire_on_the_second() {
    let (mut house, owner) = House::new().await;
    house.pass(TimeDelta::seconds(599));
    assert!(house.who(&owner).await.is_ok());
    house.pass(TimeDelta::seconds(1));
    assert!(house.who(&owner).await.is_err(), "also out of the cache");
}

#[tokio::test]
async fn tokens_outlive_a_restart_and_are_unknown_elsewhere() {
    let (mut house, owner) = House::new().await;
    house.identity = Identity::open(house.db.clone(), Cost::LEAST, house.now).expect("a restart");
    assert!(house.who(&owner).await.is_ok());
    let (elsewhere, _) = House::new().await;
    assert!(elsewhere.who(&owner).await.is_err());
}

#[tokio::test]
async fn keys_are_followed_by_new_ones_that_other_servers_find() {
    let (mut house, _) = House::new().await;
    let other = Identity::open(house.db.clone(), Cost::LEAST, house.now).expect("another server");
    house.pass(TimeDelta::days(91));
    house.identity.sweep(house.now).await.expect("swept");
    let fresh = house
        .sign_in("siti@kopi.example", PASSWORD)
        .await
        .expect("right");
    assert!(
        other
            .authenticate(&fresh.access_token, LOCAL, house.now)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    let (house, owner) = House::new().await;
    let (header, claims, signature) = parts(&owner.access_token);
    let kid = header["kid"].as_str().expect("a key id");
    let public = house.db.across().read_now(|conn| {
        conn.row(&sql("SELECT public_key FROM signing_keys", []), |row| {
            row.text(0)
        })
    });
    let public = public.expect("read").expect("a key");
    let resigned =
        |header: &Value, claims: &Value| format!("{}.{}.{signature}", text(header), text(claims));
    let with = |of: &Value, name: &str, value: Value| {
        let mut of = of.clone();
        of[name] = value;
        of
    };
    let hs256 = Header {
        typ: Some("at+jwt".into()),
        kid: Some(kid.into()),
        ..Header::new(Algorithm::HS256)
    };
    let by_public = encode(
        &hs256,
        &claims,
        &EncodingKey::from_secret(public.as_bytes()),
    )
    .expect("signed");
    let none = with(&header, "alg", json!("none"));
    let forged = [
        by_public,
        resigned(&none, &claims),
        format!("{}.{}.", text(&none), text(&claims)),
        resigned(&header, &with(&claims, "sub", json!(Uuid::now_v7()))),
        resigned(
            &header,
            &with(&claims, "exp", json!(house.now.timestamp() + 9999)),
        ),
        resigned(&with(&header, "typ", json!("JWT")), &claims),
        resigned(&with(&header, "kid", json!("other")), &claims),
        resigned(
            &with(&header, "jku", json!("https://example.com/keys")),
            &claims,
        ),
        owner.access_token[..owner.access_token.len() - 4].to_owned(),
        format!("{}A", owner.access_token),
        owner.refresh_token.clone(),
        String::new(),
    ];
    for token in forged {
        let refused = house.identity.authenticate(&token, LOCAL, house.now).await;
        assert!(matches!(refused, Err(Refusal::Unauthorized)), "{token}");
    }
    assert!(house.who(&owner).await.is_ok());
}

#[tokio::test]
async fn tokens_of_ours_in_the_wrong_dress_are_refused() {
    let (house, owner) = House::new().await;
    let (header, claims, _) = parts(&owner.access_token);
    let private = house.db.across().read_now(|conn| {
        conn.row(&sql("SELECT private_key FROM signing_keys", []), |row| {
            row.text(0)
        })
    });
    let private = private.expect("read").expect("a key");
    let der = base64::engine::general_purpose::STANDARD
        .decode(private)
        .expect("base64");
    let key = EncodingKey::from_ed_der(&der);
    let good: Header = serde_json::from_value(header).expect("our header");
    let sign = |header: &Header, claims: &Value| encode(header, claims, &key).expect("signed");
    assert!(
        house
            .identity
            .authenticate(&sign(&good, &claims), LOCAL, house.now)
            .await
            .is_ok()
    );
    for (claim, value) in [
        ("aud", json!("another-api")),
        ("iss", json!("another")),
        ("exp", json!(house.now.timestamp() - 1)),
        ("exp", Value::Null),
        ("sid", json!(Uuid::now_v7())),
        ("wid", json!(Uuid::now_v7())),
        ("sub", json!("")),
    ] {
        let mut claims = claims.clone();
        claims[claim] = value;
        let refused = house
            .identity
            .authenticate(&sign(&good, &claims), LOCAL, house.now)
            .await;
        assert!(matches!(refused, Err(Refusal::Unauthorized)), "{claim}");
    }
    let typ = Header {
        typ: Some("JWT".into()),
        ..good.clone()
    };
    let jku = Header {
        jku: Some("https://example.com".into()),
        ..good
    };
    for header in [typ, jku] {
        assert!(
            house
                .identity
                .authenticate(&sign(&header, &claims), LOCAL, house.now)
                .await
                .is_err()
        );
    }
}
