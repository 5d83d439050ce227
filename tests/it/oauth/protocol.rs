//! Requests, codes and answers as the standards have them.

use relasi_tests::{Method, TestApp, on_both};
use serde_json::{Value, json};

use super::{App, BACK, VERIFIER, app, coded, error, form, parameter, token};

on_both! {
    fn a_person_is_asked_and_sent_back_with_the_answer(at: TestApp) {
        let owner = at.client();
        let kopi = app(owner, true, &["see", "members"]);
        let mate = at.member("member");
        let asked = mate.client.list("oauth/authorization", &[("request", &kopi.query(&[]))]).ok(200);
        assert_eq!(asked["state"], "ask");
        assert_eq!((&asked["workspace"], &asked["host"]), (&json!("CV Kopi Nusantara"), &json!("kopi.example")));
        assert_eq!((&asked["scopes"], &asked["own_scopes"]), (&json!(["see", "members"]), &json!(["see"])));
        let no = kopi.decided(&mate.client, false, &[]);
        assert!(no.starts_with("https://kopi.example/back?from=relasi&error=access_denied&state=s%261&iss="), "{no}");
        let yes = kopi.decided(&mate.client, true, &[]);
        let about = at.anonymous().get("/.well-known/oauth-authorization-server").ok(200);
        let issuer = token(&about, "issuer").to_owned();
        let told = coded(&[("iss", &issuer)]);
        assert!(yes.ends_with(&told), "{yes} {told}");
        assert!(parameter(&yes, "code").is_some_and(|code| code.starts_with("rlc_")), "{yes}");
        // Without a state there is none; to a program on the own machine any port will do.
        let local = kopi.decided(&mate.client, true, &[("state", ""), ("redirect_uri", "http://127.0.0.1:49152/back")]);
        assert!(local.starts_with("http://127.0.0.1:49152/back?code=rlc_") && !local.contains("state="), "{local}");
    }

    fn nobody_is_sent_to_an_address_that_is_not_registered(at: TestApp) {
        let owner = at.client();
        let kopi = app(owner, true, &["see"]);
        let asked = |query: &str| owner.list("oauth/authorization", &[("request", query)]);
        for uri in ["", "https://evil.example/", "https://kopi.example/back", "https://kopi.example/back?from=relasi&x=1", "http://127.0.0.1/other", "javascript:alert(1)"] {
            let query = kopi.query(&[("redirect_uri", uri)]);
            assert_eq!(asked(&query).faults(), ["/redirect_uri redirect_not_registered"], "{uri}");
            let decision = json!({"request": query, "allow": true});
            assert_eq!(owner.post("oauth/authorization", &decision).faults(), ["/redirect_uri redirect_not_registered"], "{uri}");
        }
        let twice = format!("{}&{}", kopi.query(&[]), coded(&[("redirect_uri", "https://evil.example/")]));
        assert_eq!(asked(&twice).faults(), ["/redirect_uri redirect_not_registered"]);
        for id in ["", "rla_unknown", &"x".repeat(4000)] {
            assert_eq!(asked(&kopi.query(&[("client_id", id)])).faults(), ["/client_id unknown_app"], "{id}");
        }
        // What else is wrong is told to the app.
        for (other, wrong) in [
            (("response_type", "token"), "unsupported_response_type"),
            (("code_challenge", ""), "invalid_request"),
            (("code_challenge_method", "plain"), "invalid_request"),
            (("code_challenge_method", ""), "invalid_request"),
            (("scope", "see delete"), "invalid_scope"),
            (("scope", "openid"), "invalid_scope"),
        ] {
            let answer = asked(&kopi.query(&[other])).ok(200);
            assert_eq!(answer["state"], "refused", "{other:?}");
            let to = token(&answer, "redirect_to").to_owned();
            assert!(to.starts_with(&format!("{BACK}&error={wrong}&state=s%261&iss=")), "{to}");
            assert_eq!(kopi.decided(owner, true, &[other]), to);
        }
        let stranger = at.anonymous();
        stranger.list("oauth/authorization", &[("request", &kopi.query(&[]))]).problem(401, "unauthorized");
        stranger.post("oauth/authorization", &json!({"request": kopi.query(&[]), "allow": true})).problem(401, "unauthorized");
    }

    fn a_code_is_good_once_for_its_app_address_and_verifier(at: TestApp) {
        let owner = at.client();
        let (kopi, teh) = (app(owner, true, &["see"]), app(owner, false, &["see"]));
        let reply = kopi.exchange(owner, &kopi.code(owner, &[]), &[]);
        assert_eq!(reply.header("cache-control"), "no-store");
        let good = reply.ok(200);
        assert_eq!((&good["token_type"], &good["expires_in"], &good["scope"]), (&json!("Bearer"), &json!(600), &json!("see")));
        assert!(token(&good, "access_token").starts_with("rlo_") && token(&good, "refresh_token").starts_with("rlr_"));
        let wrong_verifier = VERIFIER.replace('d', "e");
        for other in [
            ("redirect_uri", "http://127.0.0.1/back"),
            ("code_verifier", wrong_verifier.as_str()),
            ("code_verifier", "short"),
        ] {
            let code = kopi.code(owner, &[]);
            assert_eq!(error(kopi.exchange(owner, &code, &[other])), "invalid_grant", "{other:?}");
            assert_eq!(error(kopi.exchange(owner, &code, &[])), "invalid_grant", "it is used up");
        }
        let code = kopi.code(owner, &[]);
        assert_eq!(error(teh.exchange(owner, &code, &[])), "invalid_grant");
        for missing in ["code", "redirect_uri", "code_verifier", "grant_type"] {
            assert_eq!(error(kopi.exchange(owner, &code, &[(missing, "")])), "invalid_request", "{missing}");
        }
        assert_eq!(error(kopi.exchange(owner, &code, &[("grant_type", "password")])), "unsupported_grant_type");
        assert_eq!(error(kopi.exchange(owner, "rlc_unknown", &[])), "invalid_grant");
        kopi.exchange(owner, &code, &[]).ok(200);
    }

    fn an_app_proves_itself_as_it_must(at: TestApp) {
        let owner = at.client();
        let (kopi, teh) = (app(owner, true, &["see"]), app(owner, false, &["see"]));
        let with = |secret: Option<&str>, of: &App| App { secret: secret.map(str::to_owned), ..of.clone() };
        let code = kopi.code(owner, &[]);
        let other = app(owner, true, &["see"]).secret;
        for secret in [None, Some("rls_unknown"), other.as_deref()] {
            assert_eq!(error(with(secret, &kopi).exchange(owner, &code, &[])), "invalid_client", "{secret:?}");
        }
        let open = teh.code(owner, &[]);
        assert_eq!(error(with(other.as_deref(), &teh).exchange(owner, &open, &[])), "invalid_client");
        teh.exchange(owner, &open, &[]).ok(200);
        // By the header as well; not in both ways at once.
        let basic = |secret: &str| {
            use base64::{Engine, engine::general_purpose::STANDARD};
            format!("Basic {}", STANDARD.encode(format!("{}:{secret}", kopi.client_id)))
        };
        let secret = kopi.secret.clone().unwrap();
        let body = coded(&[("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", BACK), ("code_verifier", VERIFIER)]);
        let wrong = form(owner, "/oauth/token", &[("authorization", &basic("rls_x"))], &body);
        assert_eq!(wrong.header("www-authenticate"), "Basic realm=\"Relasi\"");
        assert_eq!(error(wrong), "invalid_client");
        let both = format!("{body}&{}", coded(&[("client_secret", &secret)]));
        assert_eq!(error(form(owner, "/oauth/token", &[("authorization", &basic(&secret))], &both)), "invalid_client");
        let twice = format!("{body}&grant_type=refresh_token");
        assert_eq!(error(form(owner, "/oauth/token", &[("authorization", &basic(&secret))], &twice)), "invalid_request");
        form(owner, "/oauth/token", &[("authorization", &basic(&secret))], &body).ok(200);
        let json = at.anonymous().post("/oauth/token", &json!({"grant_type": "authorization_code"}));
        assert_eq!(error(json), "invalid_request");
        at.anonymous().get("/oauth/token").problem(405, "method_not_allowed");
    }

    fn the_server_says_where_everything_is(at: TestApp) {
        let reply = at.anonymous().get("/.well-known/oauth-authorization-server");
        assert_eq!(reply.header("content-type"), "application/json");
        let about: Value = reply.ok(200);
        let issuer = token(&about, "issuer").to_owned();
        assert!(issuer.starts_with("http://127.0.0.1:") && !issuer.ends_with('/'), "{issuer}");
        for (name, path) in [("authorization_endpoint", "/oauth/authorize"), ("token_endpoint", "/oauth/token"), ("revocation_endpoint", "/oauth/revoke")] {
            assert_eq!(about[name], format!("{issuer}{path}"));
        }
        assert_eq!(about["code_challenge_methods_supported"], json!(["S256"]));
        assert_eq!(about["response_types_supported"], json!(["code"]));
        assert_eq!(about["authorization_response_iss_parameter_supported"], true);
        let page = at.anonymous().get("/oauth/authorize?client_id=x");
        assert!(page.header("content-type").starts_with("text/html") && page.header("content-security-policy").contains("frame-ancestors 'none'"));
    }

    fn pages_read_tokens_of_their_own_app_only(at: TestApp) {
        let owner = at.client();
        let (kopi, teh) = (app(owner, true, &["see"]), app(owner, false, &["see"]));
        let ask = [("origin", "https://kopi.example"), ("access-control-request-method", "POST")];
        for path in ["/oauth/token", "/oauth/revoke"] {
            let reply = at.anonymous().send(Method::OPTIONS, path, &ask, &[]);
            assert_eq!((reply.status, reply.header("access-control-allow-methods")), (204, "POST"));
            assert_eq!(reply.header("access-control-allow-credentials"), "");
        }
        let reads = |of: &App, origin: &str| {
            let code = of.code(owner, &[]);
            let mut all = vec![
                ("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", BACK), ("code_verifier", VERIFIER),
                ("client_id", of.client_id.as_str()),
            ];
            all.extend(of.secret.as_deref().map(|secret| ("client_secret", secret)));
            let reply = form(owner, "/oauth/token", &[("origin", origin)], &coded(&all));
            assert_eq!(reply.status, 200, "{}", reply.text());
            reply.header("access-control-allow-origin").to_owned()
        };
        assert_eq!(reads(&teh, "https://kopi.example"), "https://kopi.example");
        assert_eq!(reads(&teh, "https://evil.example"), "");
        assert_eq!(reads(&teh, "null"), "");
        // One with a secret has none in a browser.
        assert_eq!(reads(&kopi, "https://kopi.example"), "");
    }
}
