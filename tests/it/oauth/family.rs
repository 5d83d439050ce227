//! Refresh tokens, codes that come back, and tokens that are given back.

use std::{thread, time::Duration};

use chrono::{TimeDelta, Utc};
use relasi_persistence::{Statement, StoreError};
use relasi_tests::{TestApp, on_both};
use serde_json::Value;

use super::{App, app, error, token};
use crate::{bodies::id, integrity};

fn actions(at: &TestApp, app: &str) -> Vec<String> {
    let page = at
        .client()
        .list("audit-entries", &[("object", "app"), ("record_id", app)])
        .ok(200);
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|one| one["action"].as_str().unwrap().to_owned())
        .collect()
}

on_both! {
    fn a_refresh_token_is_good_once_and_its_coming_back_ends_the_family(at: TestApp) {
        let owner = at.client();
        let kopi = app(owner, false, &["see", "add"]);
        let first = kopi.tokens(owner);
        let next = kopi.refresh(owner, token(&first, "refresh_token")).ok(200);
        assert_ne!(next["refresh_token"], first["refresh_token"]);
        let caller = |of: &Value| owner.with_token(token(of, "access_token"));
        for good in [&first, &next] {
            caller(good).get("contacts").ok(200);
        }
        // An answer that got lost is asked for again within moments.
        kopi.refresh(owner, token(&first, "refresh_token")).ok(200);
        thread::sleep(Duration::from_millis(10_500));
        assert_eq!(error(kopi.refresh(owner, token(&first, "refresh_token"))), "invalid_grant");
        for gone in [&first, &next] {
            caller(gone).get("contacts").problem(401, "unauthorized");
        }
        assert_eq!(error(kopi.refresh(owner, token(&next, "refresh_token"))), "invalid_grant");
        assert_eq!(actions(&at, &kopi.id), ["token_stolen", "connected", "created"]);
        assert!(owner.get("connected-apps").ok(200)["items"].as_array().unwrap().is_empty());
    }

    fn a_code_that_comes_back_ends_what_came_of_it(at: TestApp) {
        let owner = at.client();
        let kopi = app(owner, true, &["see"]);
        let code = kopi.code(owner, &[]);
        let tokens = kopi.exchange(owner, &code, &[]).ok(200);
        let other = kopi.caller(owner);
        let caller = owner.with_token(token(&tokens, "access_token"));
        caller.get("contacts").ok(200);
        assert_eq!(error(kopi.exchange(owner, &code, &[])), "invalid_grant");
        caller.get("contacts").problem(401, "unauthorized");
        assert_eq!(error(kopi.refresh(owner, token(&tokens, "refresh_token"))), "invalid_grant");
        other.get("contacts").ok(200);
    }

    fn less_can_be_asked_for_with_a_refresh_token_and_never_more(at: TestApp) {
        let owner = at.client();
        let kopi = app(owner, true, &["see", "add", "edit"]);
        let code = kopi.code(owner, &[("scope", "see add")]);
        let tokens = kopi.exchange(owner, &code, &[]).ok(200);
        let refresh = |from: &Value, scope: &str| {
            kopi.send(owner, "/oauth/token", &[("grant_type", "refresh_token"), ("refresh_token", token(from, "refresh_token")), ("scope", scope)])
        };
        assert_eq!(error(refresh(&tokens, "see edit")), "invalid_scope");
        let less = refresh(&tokens, "see").ok(200);
        assert_eq!(less["scope"], "see");
        assert_eq!(refresh(&less, "see add").ok(200)["scope"], "see add");
    }

    fn an_app_gives_tokens_back(at: TestApp) {
        let owner = at.client();
        let (kopi, teh) = (app(owner, true, &["see"]), app(owner, false, &["see"]));
        let tokens = kopi.tokens(owner);
        let caller = owner.with_token(token(&tokens, "access_token"));
        let give = |of: &App, text: &str| of.send(owner, "/oauth/revoke", &[("token", text), ("token_type_hint", "refresh_token")]);
        assert_eq!(error(kopi.send(owner, "/oauth/revoke", &[])), "invalid_request");
        let stranger = App { secret: None, ..kopi.clone() };
        assert_eq!(error(give(&stranger, token(&tokens, "access_token"))), "invalid_client");
        // What is another app's, or nobody's, is none of its business; the answer is the same.
        for text in [token(&tokens, "access_token"), token(&tokens, "refresh_token"), "rlo_x", "x"] {
            assert_eq!(give(&teh, text).status, 200);
        }
        caller.get("contacts").ok(200);
        assert_eq!(give(&kopi, token(&tokens, "access_token")).status, 200);
        caller.get("contacts").problem(401, "unauthorized");
        let next = kopi.refresh(owner, token(&tokens, "refresh_token")).ok(200);
        let caller = owner.with_token(token(&next, "access_token"));
        assert_eq!(give(&kopi, token(&next, "refresh_token")).status, 200);
        caller.get("contacts").problem(401, "unauthorized");
        assert_eq!(error(kopi.refresh(owner, token(&next, "refresh_token"))), "invalid_grant");
        assert_eq!(actions(&at, &kopi.id)[0], "disconnected");
    }

    fn codes_and_tokens_end_by_themselves_and_are_kept_as_hashes(at: TestApp) {
        let mut at = at;
        let owner = at.client().clone();
        let kopi = app(&owner, true, &["see"]);
        let code = kopi.code(&owner, &[]);
        let tokens = kopi.tokens(&owner);
        at.at.terminate();
        let past = (Utc::now() - TimeDelta::seconds(1)).timestamp_micros();
        {
            let database = integrity::open(&at.at.settings);
            let hashes = Statement::new(
                "SELECT code_hash FROM oauth_codes UNION ALL SELECT token_hash FROM oauth_tokens UNION ALL SELECT secret_hash FROM oauth_apps",
            );
            let kept = database.across().read_blocking(|conn| conn.rows(&hashes, |row| row.text(0))).unwrap();
            assert_eq!(kept.len(), 5);
            for told in [&code, token(&tokens, "access_token"), token(&tokens, "refresh_token"), kopi.secret.as_deref().unwrap()] {
                assert!(kept.iter().all(|hash| !told.contains(hash.as_str())), "{told}");
            }
            database.across().write_blocking(move |conn| {
                for table in ["oauth_codes", "oauth_tokens"] {
                    conn.execute(&Statement::new(format!("UPDATE {table} SET expires_at = {past}")))?;
                }
                Ok::<_, StoreError>(())
            }).unwrap();
        }
        at.crash_and_restart();
        let owner = at.client();
        owner.with_token(token(&tokens, "access_token")).get("contacts").problem(401, "unauthorized");
        assert_eq!(error(kopi.exchange(owner, &code, &[])), "invalid_grant");
        assert_eq!(error(kopi.refresh(owner, token(&tokens, "refresh_token"))), "invalid_grant");
        assert_eq!(id(&owner.get("apps").ok(200)["items"][0]), kopi.id);
    }
}
