use super::*;

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|&text| text.to_owned()).collect()
}

fn server(host: &str, address: &str) -> MailServer {
    MailServer {
        host: host.to_owned(),
        addresses: address.parse().into_iter().collect(),
        is_mx: host == "mx.kopi.example",
    }
}

#[test]
fn spf_has_to_name_the_server() {
    use Standing::{Good, Missing, Unclear, Wrong};
    let own = server("mail.kopi.example", "192.0.2.7");
    for (found, server, standing, code) in [
        (vec![], &own, Missing, None),
        (vec!["v=spf1 a:mail.kopi.example ~all"], &own, Good, None),
        (vec!["V=SPF1 +ip4:192.0.2.0/28 -all"], &own, Good, None),
        (
            vec!["v=spf1 ip4:192.0.2.8 -all"],
            &own,
            Wrong,
            Some("spf_without_server"),
        ),
        (vec!["v=spf1 ip4:0.0.0.0/0 -all"], &own, Good, None),
        (
            vec!["v=spf1 mx -all"],
            &own,
            Wrong,
            Some("spf_without_server"),
        ),
        (
            vec!["v=spf1 mx -all"],
            &server("mx.kopi.example", ""),
            Good,
            None,
        ),
        (
            vec!["v=spf1 ip6:2001:db8::/32 -all"],
            &server("x.example", "2001:db8::1"),
            Good,
            None,
        ),
        (
            vec!["v=spf1 include:_spf.google.com ~all"],
            &server("smtp.gmail.com", ""),
            Good,
            None,
        ),
        (
            vec!["v=spf1 include:_spf.kedai.example ~all"],
            &own,
            Unclear,
            Some("spf_by_others"),
        ),
        (
            vec!["v=spf1 a:mail.kopi.example +all"],
            &own,
            Wrong,
            Some("spf_open"),
        ),
        (
            vec!["v=spf1 -all", "v=spf1 mx ~all"],
            &own,
            Wrong,
            Some("spf_several"),
        ),
    ] {
        let judged = judge_spf(&texts(&found), "kopi.example", server);
        assert_eq!(judged, (standing, code), "{found:?} for {}", server.host);
    }
    assert_eq!(
        spf_records(&texts(&[
            "v=spf1 -all",
            "google-site-verification=x",
            "v=spf10"
        ])),
        ["v=spf1 -all"]
    );
}

#[test]
fn what_is_there_is_added_to() {
    let there = texts(&["v=spf1 include:_spf.google.com ~all"]);
    assert_eq!(
        spf_wanted("mail.kopi.example", &there),
        "v=spf1 a:mail.kopi.example include:_spf.google.com ~all"
    );
    assert_eq!(spf_wanted("smtp.gmail.com", &there), there[0]);
    assert_eq!(spf_wanted("192.0.2.7", &[]), "v=spf1 ip4:192.0.2.7 ~all");
    assert_eq!(spf_mechanism("notgmail.com"), "a:notgmail.com");
}

#[test]
fn a_key_has_to_be_ours() {
    let wanted = "v=DKIM1; k=rsa; p=MIIB";
    for (found, code) in [
        (vec!["v=DKIM1; k=rsa; p=MI IB"], None),
        (vec!["p=MIIB"], None),
        (vec!["something else", "k=rsa;p=MIIB;"], None),
        (vec!["v=DKIM1; p=MIIC"], Some("dkim_other_key")),
        (vec!["v=DKIM1; k=ed25519; p=MIIB"], Some("dkim_other_key")),
        (vec!["v=DKIM1; p="], Some("dkim_revoked")),
        (vec!["p=MIIB", "p=MIIC"], Some("dkim_several")),
    ] {
        assert_eq!(judge_dkim(&texts(&found), wanted).1, code, "{found:?}");
    }
    assert_eq!(judge_dkim(&[], wanted), (Standing::Missing, None));
}

#[test]
fn dmarc_says_what_is_to_be_done() {
    for (found, judged) in [
        (vec!["v=DMARC1; p=none"], GOOD),
        (vec!["v=DMARC1;p=Reject; rua=mailto:a@kopi.example"], GOOD),
        (vec!["v=DMARC1"], finding("dmarc_policy")),
        (vec!["v=DMARC1; p=x"], finding("dmarc_policy")),
        (
            vec!["v=DMARC1; p=none", "v=DMARC1; p=reject"],
            finding("dmarc_several"),
        ),
    ] {
        assert_eq!(
            judge_dmarc(&dmarc_records(&texts(&found))),
            judged,
            "{found:?}"
        );
    }
    assert_eq!(dmarc_records(&texts(&["v=spf1 -all"])), texts(&[]));
    assert_eq!(
        dmarc_names("a.kopi.co.id"),
        ["_dmarc.a.kopi.co.id", "_dmarc.kopi.co.id", "_dmarc.co.id"]
    );
    assert_eq!(
        judge_dmarc(&dmarc_records(&[dmarc_wanted("a@kopi.example")])),
        GOOD
    );
}

#[test]
fn a_domain_takes_messages() {
    assert_eq!(judge_mx(&texts(&["mail.kopi.example."])), GOOD);
    assert_eq!(judge_mx(&texts(&["."])), finding("mx_null"));
    assert_eq!(judge_mx(&[]), (Standing::Missing, None));
}
