//! What is sold and offered.

use super::*;

#[test]
fn quotes_have_gone_every_way() {
    let house = House::with_team();
    house.load().expect("sample data");
    let of = |status: &str| -> i64 {
        let statement = format!("SELECT count(*) FROM quotes WHERE status = '{status}'");
        house.number(statement.leak())
    };
    for (status, least) in [
        ("accepted", 6),
        ("declined", 2),
        ("sent", 2),
        ("viewed", 2),
        ("waiting", 1),
        ("draft", 3),
    ] {
        assert!(of(status) >= least, "{} {status}", of(status));
    }
    // Each accepted one won its deal at that moment, with that amount, signed by the person it went to.
    let won = "SELECT count(*) FROM quotes q JOIN deals d ON d.id = q.deal_id \
        JOIN quote_versions v ON v.quote_id = q.id AND v.number = q.revision \
        JOIN contacts c ON c.id = q.contact_id AND c.full_name = v.signer \
        WHERE q.status = 'accepted' AND d.status = 'won' AND q.total = d.amount AND q.currency = d.currency \
        AND q.decided_at = d.closed_at AND v.decided_at = q.decided_at AND v.outcome = 'accepted' \
        AND q.sent_at < q.viewed_at AND q.viewed_at < q.decided_at";
    assert_eq!(house.number(won), of("accepted"));
    assert!(
        house.number(
            "SELECT count(*) FROM quote_versions WHERE comment IS NOT NULL AND outcome = 'accepted'"
        ) >= 3
    );
    assert!(
        house.number("SELECT count(*) FROM quotes WHERE status = 'accepted' AND revision = 2") >= 2
    );
    assert_eq!(
        house.number("SELECT count(*) FROM quote_versions a JOIN quote_versions b ON b.quote_id = a.quote_id AND b.number = 2 \
            WHERE a.number = 1 AND a.digest = b.digest"),
        0
    );
    // The one that waits has more taken off than its member may give, and somebody above to say yes.
    assert_eq!(
        house.number("SELECT count(*) FROM quotes WHERE status = 'waiting' AND approver_id IS NOT NULL AND asked_by = owner_id"),
        of("waiting")
    );
    // Their links are good.
    let vault = house.vault.clone();
    let shown = house.work(move |work| {
        let statement =
            Statement::new("SELECT id FROM quotes WHERE status = 'sent' ORDER BY id LIMIT 1");
        let id = work
            .conn
            .row(&statement, |row| row.id(0))?
            .ok_or(Refusal::NotFound)?;
        let token = crate::commerce::version::token(work, &vault, id)?;
        let token = crate::identity::Secret::parse(&token).ok_or(Refusal::NotFound)?;
        crate::commerce::link::read(work.conn, &token, work.now)
    });
    let shown = shown.expect("the page of a quote");
    assert_eq!(shown.standing, crate::commerce::link::Standing::Open);

    house.work(remove).expect("removal");
    for table in [
        "SELECT count(*) FROM quotes",
        "SELECT count(*) FROM quote_versions",
        "SELECT count(*) FROM commerce_settings",
        "SELECT count(*) FROM notifications WHERE object = 'quote'",
    ] {
        assert_eq!(house.number(table), 0, "{table}");
    }
}

#[test]
fn one_who_is_alone_asks_nobody() {
    let house = House::new();
    house.load().expect("sample data");
    assert_eq!(
        house.number("SELECT count(*) FROM quotes WHERE status = 'waiting'"),
        0
    );
    assert!(house.number("SELECT count(*) FROM quotes WHERE status = 'accepted'") >= 6);
}

#[test]
fn the_catalogue_has_bundles_options_and_books() {
    let house = House::new();
    house.load().expect("sample data");
    assert_eq!(
        house.number("SELECT count(*) FROM products WHERE kind = 'bundle' AND components <> '[]'"),
        2
    );
    assert!(
        house.number("SELECT count(*) FROM products WHERE options IS NOT NULL AND options <> '[]'")
            >= 4
    );
    assert_eq!(
        house.number("SELECT count(DISTINCT currency) FROM price_books"),
        2
    );
    assert!(house.number("SELECT count(*) FROM prices WHERE min_quantity IS NOT NULL") >= 2);
    // The segment means somebody.
    let segment = "SELECT count(*) FROM companies c JOIN price_books b ON b.segment = 'industry = \"' || c.industry || '\"'";
    assert!(house.number(segment) > 0);
    // What is in the book costs less than for others.
    let dearer = "SELECT count(*) FROM prices p JOIN products o ON o.id = p.product_id AND o.currency = p.currency WHERE p.unit_price >= o.price";
    assert_eq!(house.number(dearer), 0);
    house.work(remove).expect("removal");
    for table in [
        "SELECT count(*) FROM products",
        "SELECT count(*) FROM price_books",
        "SELECT count(*) FROM prices",
    ] {
        assert_eq!(house.number(table), 0, "{table}");
    }
}

#[test]
fn people_and_their_teams_have_quotas() {
    let house = House::with_team();
    house.load().expect("sample data");
    let of = |kind: &str| {
        let text =
            format!("SELECT coalesce(sum(q.value), 0) FROM quotas q WHERE q.kind = '{kind}'");
        house.number(text.leak())
    };
    assert!(of("team") > 0 && of("person") > of("team"));
    // Of whom a team consists.
    let people = "SELECT sum(q.value) FROM quotas q JOIN memberships m ON m.user_id = q.subject_id \
        WHERE q.kind = 'person' AND m.team_id IS NOT NULL";
    assert_eq!(house.number(people), of("team"));
    house.work(remove).expect("removal");
    assert_eq!(house.number("SELECT count(*) FROM quotas"), 0);
}
