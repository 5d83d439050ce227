//! Who signed in, as the person and administrators see it, and what is told of new devices.

use relasi_tests::{Client, Member, Method, PASSWORD, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::membership,
    second_factor::{Phone, answer, challenge},
};

const LAPTOP: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";

fn sign_in_from(client: &Client, email: &str, password: &str, agent: &str) -> u16 {
    let body = json!({"email": email, "password": password});
    client
        .anonymous()
        .json(Method::POST, "sessions", &[("user-agent", agent)], &body)
        .status
}

fn told(client: &Client, path: &str) -> Vec<String> {
    let items = client.get(path).ok(200)["items"].clone();
    let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
    let all = items.as_array().expect("a list").iter();
    all.map(|item| format!("{} {}", text(item, "method"), text(item, "result")))
        .collect()
}

fn new_devices(client: &Client) -> Vec<Value> {
    let all = client.get("notifications").ok(200)["items"].clone();
    let all = all.as_array().expect("a list").clone();
    all.into_iter()
        .filter(|one| one["kind"] == "new_device")
        .collect()
}

on_both! {
    fn sign_ins_and_refusals_are_told_to_the_person_and_to_administrators(app: TestApp) {
        let member = app.member("member");
        let anyone = app.anonymous();
        assert_eq!(told(&member.client, "me/sign-ins"), ["password signed_in", "invitation signed_in"]);
        assert_eq!(sign_in_from(&anyone, &member.email, "wrong wrong wrong", LAPTOP), 401);
        let phone = Phone::set_up(&member.client);
        let waiting = challenge(&anyone, &member.email);
        assert_eq!(told(&member.client, "me/sign-ins?limit=1"), ["password factor_missing"]);
        answer(&anyone, &waiting, "000000").problem(401, "wrong_code");
        answer(&anyone, &waiting, &phone.recovery_codes[0]).ok(200);
        let all = [
            "totp wrong_factor", "recovery_code signed_in", "password wrong_password", "password signed_in", "invitation signed_in",
        ];
        assert_eq!(told(&member.client, "me/sign-ins"), all);
        let page = member.client.get("me/sign-ins?limit=2").ok(200);
        let next = format!("me/sign-ins?limit=2&cursor={}", page["next_cursor"].as_str().expect("more"));
        assert_eq!(told(&member.client, &next), all[2..4]);
        let refused = &member.client.get("me/sign-ins").ok(200)["items"][2];
        assert_eq!((&refused["user_agent"], &refused["ip"]), (&json!(LAPTOP), &json!("127.0.0.1")));
        let path = format!("members/{}/sign-ins", membership(app.client(), &member.email)["id"].as_str().expect("an id"));
        assert_eq!(told(app.client(), &path), all);
        app.member("manager").client.get(&path).problem(403, "forbidden");
        assert!(told(app.client(), "me/sign-ins").iter().any(|line| line == "set_up signed_in"));
    }

    fn a_device_that_was_not_seen_before_is_told_of_once(app: TestApp) {
        let member = app.member("member");
        let anyone = app.anonymous();
        assert_eq!(new_devices(&member.client), Vec::<Value>::new(), "the first one is no news");
        Member::sign_in(&anyone, &member.email);
        assert_eq!(new_devices(&member.client), Vec::<Value>::new());
        for _ in 0..2 {
            assert_eq!(sign_in_from(&anyone, &member.email, PASSWORD, LAPTOP), 200);
        }
        assert_eq!(sign_in_from(&anyone, &member.email, PASSWORD, &LAPTOP.replace("132", "133")), 200);
        let news = new_devices(&member.client);
        assert_eq!(news.len(), 1, "{news:?}");
        assert_eq!((&news[0]["data"]["user_agent"], &news[0]["data"]["ip"]), (&json!(LAPTOP), &json!("127.0.0.1")));
        assert_eq!(new_devices(app.client()), Vec::<Value>::new());
    }

    fn administrators_sign_a_member_out_everywhere(app: TestApp) {
        let (member, admin) = (app.member("member"), app.member("admin"));
        let other = Member::sign_in(&app.anonymous(), &member.email);
        let of = |member: &Member| {
            let id = membership(app.client(), &member.email)["id"].clone();
            format!("members/{}/sessions", id.as_str().expect("an id"))
        };
        app.member("manager").client.send(Method::DELETE, &of(&member), &[], &[]).problem(403, "forbidden");
        admin.client.send(Method::DELETE, &of(&app.owner), &[], &[]).problem(403, "forbidden");
        assert_eq!(admin.client.send(Method::DELETE, &of(&member), &[], &[]).status, 204);
        for signed_out in [&member, &other] {
            signed_out.client.get("me").problem(401, "unauthorized");
        }
        let log = app.client().get("audit-entries?object=member&action=sessions_ended").ok(200);
        assert_eq!(log["items"][0]["actor_id"], admin.id.as_str(), "{log}");
        Member::sign_in(&app.anonymous(), &member.email);
    }
}
