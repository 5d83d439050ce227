//! Links in messages: forgotten passwords, new addresses, and what is told when something happens to an account.

use std::time::{Duration, Instant};

use relasi_tests::{Client, Member, PASSWORD, fresh_email, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::membership,
    mail::Mailing,
    second_factor::{Phone, answer},
};

const NEW: &str = "hujan di bulan juni";

fn ask(anyone: &Client, email: &str) {
    let reply = anyone.post("password-resets", &json!({"email": email}));
    assert_eq!(reply.status, 202, "{}", reply.text());
}

fn sign_in(anyone: &Client, email: &str, password: &str) -> u16 {
    let body = json!({"email": email, "password": password});
    anyone.post("sessions", &body).status
}

on_both! {
    fn a_forgotten_password_is_set_anew_by_a_link_once(at: Mailing) {
        let (anyone, member) = (at.app.anonymous(), at.app.member("member"));
        assert_eq!(anyone.get("setup").ok(200)["mail"], true);
        let before = at.sink.wait_for(&member.email, 1).len();
        ask(&anyone, &member.email.to_uppercase());
        let mail = at.sink.wait_for(&member.email, before + 1).pop().expect("a message");
        assert_eq!(mail.header("Subject"), "Set a new password");
        let link = format!("password-resets/{}", mail.token("reset-password"));
        assert!(mail.text().contains("https://crm.relasi.example/reset-password/"), "{}", mail.text());
        assert_eq!(anyone.get(&link).ok(200)["email"], member.email.as_str());
        let weak = anyone.post(&link, &json!({"new_password": "pendek"})).faults();
        assert_eq!(weak, ["/new_password password_too_short"]);
        assert_eq!(anyone.post(&link, &json!({"new_password": NEW})).status, 204);
        // A6: every session is over.
        member.client.get("me").problem(401, "unauthorized");
        anyone.post(&link, &json!({"new_password": NEW})).problem(404, "link_expired");
        anyone.get(&link).problem(404, "link_expired");
        assert_eq!(sign_in(&anyone, &member.email, PASSWORD), 401);
        assert_eq!(sign_in(&anyone, &member.email, NEW), 200);
        let told = at.sink.wait_for(&member.email, before + 2).pop().expect("a message");
        assert_eq!(told.header("Subject"), "Your password was changed");
        let log = at.app.client().get("audit-entries?object=user&action=password_reset").ok(200);
        assert_eq!(log["items"][0]["record_id"], member.id.as_str(), "{log}");
    }

    fn a_later_link_ends_the_one_before(at: Mailing) {
        let (anyone, owner) = (at.app.anonymous(), &at.app.owner);
        ask(&anyone, &owner.email);
        at.sink.wait_for(&owner.email, 1);
        ask(&anyone, &owner.email);
        let both = at.sink.wait_for(&owner.email, 2);
        let tokens: Vec<String> = both.iter().map(|mail| mail.token("reset-password")).collect();
        let link = |token: &String| format!("password-resets/{token}");
        let good = tokens.iter().filter(|token| anyone.get(&link(token)).status == 200).count();
        assert_eq!(good, 1);
        anyone.get("password-resets/nonsense").problem(404, "link_expired");
        // A link for one thing is none for another.
        for token in &tokens {
            anyone.get(&format!("email-changes/{token}")).problem(404, "link_expired");
        }
    }

    // A3: neither body nor status nor time tells whether somebody has an address.
    fn known_and_unknown_addresses_get_the_same_answer(at: Mailing) {
        let anyone = at.app.anonymous();
        let members: Vec<Member> = (0..4).map(|_| at.app.member("member")).collect();
        let timed = |email: &str| {
            let begun = Instant::now();
            let reply = anyone.post("password-resets", &json!({"email": email}));
            ((reply.status, reply.text()), begun.elapsed())
        };
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for member in &members {
            let (answer, took) = timed(&member.email);
            let (other, other_took) = timed(&fresh_email("nobody"));
            assert_eq!(answer, other);
            known.push(took);
            unknown.push(other_took);
        }
        let middle = |mut all: Vec<Duration>| {
            all.sort();
            all[all.len() / 2].as_secs_f64()
        };
        let (known, unknown) = (middle(known), middle(unknown));
        assert!((known / unknown - 1.0).abs() < 0.1, "{known} s and {unknown} s");
        println!("known {known:.4} s, unknown {unknown:.4} s");
    }

    // A4: by account, known or not.
    fn links_are_sent_at_a_measured_pace(at: Mailing) {
        let anyone = at.app.anonymous();
        for email in [at.app.owner.email.clone(), fresh_email("nobody")] {
            let mut statuses = Vec::new();
            for _ in 0..6 {
                statuses.push(anyone.post("password-resets", &json!({"email": email})).status);
            }
            assert_eq!(statuses[..3], [202, 202, 202], "{statuses:?}");
            assert!(statuses[3..].contains(&429), "{statuses:?}");
        }
    }

    // A8: the link sets a password; the second factor is asked for as before.
    fn a_link_does_not_pass_the_second_factor_by(at: Mailing) {
        let (anyone, member) = (at.app.anonymous(), at.app.member("member"));
        let phone = Phone::set_up(&member.client);
        let told = at.sink.wait_for(&member.email, 2).pop().expect("a message");
        assert_eq!(told.header("Subject"), "Your second factor was changed");
        assert!(told.text().contains("Codes of an app are asked for from now on"), "{}", told.text());
        ask(&anyone, &member.email);
        let mail = at.sink.wait_for(&member.email, 3).pop().expect("a message");
        let link = format!("password-resets/{}", mail.token("reset-password"));
        let set = anyone.post(&link, &json!({"new_password": PASSWORD.replace("pagi", "sore")}));
        assert_eq!((set.status, set.header("set-cookie")), (204, ""));
        assert_eq!(sign_in(&anyone, &member.email, &PASSWORD.replace("pagi", "sore")), 202);
        let body = json!({"email": member.email, "password": PASSWORD.replace("pagi", "sore")});
        let waiting = anyone.post("sessions", &body).ok(202)["challenge"].as_str().expect("one").to_owned();
        answer(&anyone, &waiting, &phone.recovery_codes[0]).ok(200);
        let id = membership(at.app.client(), &member.email)["id"].clone();
        let factors = format!("members/{}/second-factors", id.as_str().expect("an id"));
        assert_eq!(at.app.client().send(relasi_tests::Method::DELETE, &factors, &[], &[]).status, 204);
        let all = at.sink.wait_for(&member.email, 5);
        assert!(all.iter().any(|mail| mail.text().contains("An administrator removed your second factors")));
    }

    fn a_new_address_is_taken_once_it_has_answered(at: Mailing) {
        let (anyone, member) = (at.app.anonymous(), at.app.member("member"));
        let there = at.sink.wait_for(&member.email, 1).len();
        let new = fresh_email("baru");
        let change = |email: &str, password: &str| member.client.post("me/email", &json!({"email": email, "password": password}));
        assert_eq!(change(&new, "salah salah salah").faults(), ["/password wrong_password"]);
        assert_eq!(change("nobody", PASSWORD).faults(), ["/email not_email"]);
        assert_eq!(change(&member.email, PASSWORD).faults(), ["/email already_yours"]);
        assert_eq!(change(&new, PASSWORD).status, 202);
        let mail = at.sink.wait_for(&new, 1)[0].clone();
        let link = format!("email-changes/{}", mail.token("confirm-email"));
        let told = at.sink.wait_for(&member.email, there + 1).pop().expect("a message");
        assert!(told.text().contains(&new) && !told.text().contains("confirm-email"), "{}", told.text());
        assert_eq!(member.client.get("me").ok(200)["user"]["email"], member.email.as_str());
        assert_eq!(anyone.get(&link).ok(200)["email"], new.as_str());
        assert_eq!(anyone.post(&link, &Value::Null).status, 204);
        anyone.post(&link, &Value::Null).problem(404, "link_expired");
        assert_eq!(member.client.get("me").ok(200)["user"]["email"], new.as_str());
        assert_eq!((sign_in(&anyone, &member.email, PASSWORD), sign_in(&anyone, &new, PASSWORD)), (401, 200));
        let told = at.sink.wait_for(&member.email, there + 2).pop().expect("a message");
        assert_eq!(told.header("Subject"), "Your address was changed");
        let log = at.app.client().get("audit-entries?object=user&action=email_changed").ok(200);
        assert_eq!(log["items"][0]["changes"][0]["new"], new.as_str(), "{log}");
    }

    fn the_address_of_somebody_else_is_not_taken_nor_told_of(at: Mailing) {
        let (anyone, one, other) = (at.app.anonymous(), at.app.member("member"), at.app.member("member"));
        let there = at.sink.wait_for(&other.email, 1).len();
        let asked = one.client.post("me/email", &json!({"email": other.email, "password": PASSWORD}));
        assert_eq!(asked.status, 202, "the same answer as for a free address");
        let mail = at.sink.wait_for(&other.email, there + 1).pop().expect("a message");
        let link = format!("email-changes/{}", mail.token("confirm-email"));
        anyone.post(&link, &Value::Null).problem(409, "email_taken");
        assert_eq!(one.client.get("me").ok(200)["user"]["email"], one.email.as_str());
    }
}
