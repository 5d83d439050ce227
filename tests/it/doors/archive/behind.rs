//! What an archive has that a test can't bring about in a moment.

use relasi_persistence::Statement;
use relasi_tests::TestApp;

use crate::integrity;

/// What takes a hundred leads, ten purchases or a visitor of the page to come about.
pub(super) fn fill_behind(app: &TestApp) {
    let database = integrity::open(&app.at.settings);
    for sql in [
        "INSERT INTO score_models (workspace_id, id, number, learned_at, newest_at, counts, test) \
         SELECT id, '0190aaaa-0000-7000-8000-000000000001', 99, 1, 1, '{}', '{}' FROM workspaces",
        "INSERT INTO score_examinations (workspace_id, id, model_id, at, verdict, test) \
         SELECT workspace_id, '0190aaaa-0000-7000-8000-000000000002', id, 1, 'holds', '{}' FROM score_models WHERE number = 99",
        "INSERT INTO product_pairs (workspace_id, product_id, other_id, together, with_product, with_other, purchases) \
         SELECT workspace_id, min(id), max(id), 2, 3, 4, 9 FROM products GROUP BY workspace_id",
        "INSERT INTO bookings (workspace_id, id, version, page_id, page, state, start_at, end_at, room_before, room_after, name, email, answers, language, time_zone, moves, created_at, updated_at) \
         SELECT workspace_id, '0190aaaa-0000-7000-8000-000000000003', 1, id, 'satu', 'booked', 1, 2, 0, 0, 'Siti', 'siti@kopi.example', '{}', 'id', 'Asia/Jakarta', 0, 1, 1 FROM booking_pages",
        "INSERT INTO booking_hosts (workspace_id, booking_id, user_id, place) \
         SELECT b.workspace_id, b.id, h.user_id, 0 FROM bookings b JOIN booking_page_hosts h ON h.workspace_id = b.workspace_id AND h.page_id = b.page_id \
         WHERE b.id = '0190aaaa-0000-7000-8000-000000000003'",
    ] {
        let done = database
            .across()
            .write_blocking(move |conn| conn.execute(&Statement::new(sql)));
        assert_eq!(done.unwrap_or_else(|error| panic!("{error}")), 1, "{sql}");
    }
}
