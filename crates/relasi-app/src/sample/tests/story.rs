//! Deals, what is still to do, and the shape of two years.

use super::*;

#[test]
fn stage_histories_lead_to_where_deals_stand() {
    everywhere(|_, plan| {
        for deal in &plan.deals {
            let history = deal["stage_changes"].as_array().expect("a history");
            assert!(history[0]["from"].is_null());
            assert_eq!(history[0]["at"], deal["created_at"]);
            assert_eq!(history[history.len() - 1]["to"], deal["stage_id"]);
            assert_eq!(history[history.len() - 1]["at"], deal["stage_since"]);
            for pair in history.windows(2) {
                assert_eq!(pair[0]["to"], pair[1]["from"]);
                assert!(
                    pair[0]["at"].as_str() < pair[1]["at"].as_str(),
                    "{history:?}"
                );
            }
            assert_eq!(deal["status"] == "open", deal["closed_at"].is_null());
            assert_eq!(deal["status"] == "lost", !deal["lost_reason"].is_null());
        }
    });
}

#[test]
fn there_is_enough_of_everything() {
    everywhere(|setting, plan| {
        assert_eq!(plan.companies.len(), 60);
        assert!(
            (150..=175).contains(&plan.contacts.len()),
            "{} contacts",
            plan.contacts.len()
        );
        assert!(
            (115..=130).contains(&plan.deals.len()),
            "{} deals",
            plan.deals.len()
        );
        assert_eq!(plan.activities.len(), 1_500);
        let ended = plan
            .contact_roles
            .iter()
            .filter(|role| !role["to_date"].is_null())
            .count();
        assert!((10..=14).contains(&ended), "{ended} changed company");

        let count = |status: &str| {
            plan.deals
                .iter()
                .filter(|deal| deal["status"] == status)
                .count()
        };
        let [open, won, lost] = ["open", "won", "lost"].map(count);
        assert!(
            open >= 28 && won >= 28 && lost >= 20,
            "open {open}, won {won}, lost {lost} on {}",
            setting.now
        );
        let mut stages: BTreeMap<&str, usize> = BTreeMap::new();
        for deal in plan.deals.iter().filter(|deal| deal["status"] == "open") {
            *stages.entry(text(deal, "stage_id")).or_default() += 1;
        }
        assert!(
            setting
                .sales
                .open
                .iter()
                .all(|stage| stages.get(stage.to_string().as_str()) >= Some(&2)),
            "{stages:?}"
        );
    });
}

#[test]
fn there_is_something_to_do() {
    everywhere(|setting, plan| {
        let calendar = crate::sample::Calendar::new(setting.now, setting.zone);
        let tomorrow = calendar.start + TimeDelta::days(1);
        let open: Vec<&Document> = plan
            .activities
            .iter()
            .filter(|activity| activity["done_at"].is_null())
            .collect();
        let due = |from, until| {
            open.iter()
                .filter(|step| instant(step, "due_at").is_some_and(|at| from <= at && at < until))
                .count()
        };
        let long = TimeDelta::days(400);
        let [late, today, coming] = [
            due(calendar.start - long, calendar.start),
            due(calendar.start, tomorrow),
            due(tomorrow, tomorrow + long),
        ];
        assert!(
            (5..=15).contains(&late) && (4..=15).contains(&today) && coming >= 15,
            "{late} {today} {coming}"
        );
        let planned: BTreeSet<&str> = open.iter().map(|step| text(step, "deal_id")).collect();
        let without = plan
            .deals
            .iter()
            .filter(|deal| deal["status"] == "open" && !planned.contains(text(deal, "id")))
            .count();
        assert!(
            (6..=20).contains(&without),
            "{without} deals without next step"
        );
        let month = calendar.start - TimeDelta::days(30);
        let quiet = plan
            .deals
            .iter()
            .filter(|deal| deal["status"] == "open")
            .filter(|deal| {
                let own = plan
                    .activities
                    .iter()
                    .filter(|activity| activity["deal_id"] == deal["id"]);
                own.filter_map(|activity| instant(activity, "done_at"))
                    .max()
                    .is_none_or(|last| last < month)
            });
        assert!(quiet.count() >= 4);
    });
}

#[test]
fn business_grows() {
    everywhere(|setting, plan| {
        let half = setting.now - TimeDelta::days(365);
        for documents in [&plan.deals, &plan.activities, &plan.contacts] {
            let old = documents
                .iter()
                .filter(|document| instant(document, "created_at") < Some(half))
                .count();
            let new = documents.len() - old;
            assert!(
                old > documents.len() / 5 && (documents.len() == plan.contacts.len() || new > old),
                "{old} then {new}"
            );
        }
    });
}

#[test]
fn there_is_enough_to_learn_from() {
    everywhere(|setting, plan| {
        let status: HashMap<&str, &str> = plan
            .deals
            .iter()
            .map(|deal| (text(deal, "id"), text(deal, "status")))
            .collect();
        let outcome = |lead: &Document| match text(lead, "status") {
            "unqualified" => Some(false),
            "converted" => match status.get(text(lead, "deal_id")) {
                Some(&"won") => Some(true),
                Some(&"lost") => Some(false),
                _ => None,
            },
            _ => None,
        };
        // In the order of making; the newest three of ten are what a model is tried on.
        let known: Vec<bool> = plan.leads.iter().filter_map(outcome).collect();
        let won = |of: &[bool]| of.iter().filter(|won| **won).count();
        let newest = &known[known.len() * 7 / 10..];
        let said = format!(
            "{} of {}, {} of {}",
            won(&known),
            known.len(),
            won(newest),
            newest.len()
        );
        assert!(
            known.len() >= 110 && won(&known) >= 22,
            "{said} on {}",
            setting.now
        );
        assert!(
            won(newest) >= 11 && newest.len() - won(newest) >= 11,
            "{said} on {}",
            setting.now
        );
    });
}
