//! Written into a workspace and taken away again.

use relasi_domain::{
    identity::{access::Access, role::Role},
    people::{company, contact, contact_role},
    sales::deal,
};
use relasi_persistence::{Conn, Database, Options, Statement, migrate};
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::{
    Refusal,
    identity::{Client, Cost, Founding, Identity, NewMember, seat},
    platform::vault::Vault,
    records::Work,
    sample::{document::members, load, remove},
};

mod commerce;
mod reception;

/// A workspace whose owner works in it.
struct House {
    db: Database,
    access: Access,
    identity: Identity,
    vault: Vault,
    _folder: TempDir,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("relasi.db");
        let db =
            Database::open(&path.to_string_lossy(), &Options::default()).expect("a new database");
        migrate::run(&db).expect("the schema");
        let identity = Identity::open(db.clone(), Cost::LEAST, Utc::now()).expect("keys");
        let founding = Founding {
            workspace_name: "CV Kopi Nusantara".into(),
            language: "id".into(),
            currency: "IDR".into(),
            time_zone: "Asia/Jakarta".into(),
            full_name: "Siti Rahayu".into(),
            email: "siti@kopi.example".into(),
            password: "hujan di bulan juni".into(),
            sample_data: false,
        };
        let client = Client {
            ip: std::net::IpAddr::from([192, 0, 2, 1]),
            user_agent: "test".into(),
        };
        let set_up = identity.set_up(founding, client, Utc::now(), |_, _, _| Ok(()));
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(set_up).expect("the first set-up");
        let statement = Statement::new("SELECT workspace_id, user_id, id FROM memberships");
        let ids = db.across().read_now(|conn| {
            conn.row(&statement, |row| {
                Ok([row.text(0)?, row.text(1)?, row.text(2)?])
            })
        });
        let [workspace, user, membership] = ids
            .expect("a row")
            .expect("a membership")
            .map(|id| Uuid::try_parse(&id).expect("an id"));
        let vault = Vault::open(&folder.path().join("keys")).expect("keys of secrets");
        Self {
            db,
            access: Access::new(workspace, user, membership, Vec::new(), Role::Owner),
            identity,
            vault,
            _folder: folder,
        }
    }

    /// With a team of two below the owner.
    fn with_team() -> Self {
        let house = Self::new();
        let people = [
            ("Rudi Hartono", "rudi@kopi.example", Role::Manager),
            ("Siti Rahmawati", "rahma@kopi.example", Role::Member),
        ];
        let users = people.map(|(name, email, role)| {
            let new = NewMember {
                email: email.into(),
                full_name: name.into(),
                role,
                password: "hujan di bulan juni".into(),
                workspace_id: Some(house.access.workspace_id),
            };
            house.identity.add_user(new, Utc::now()).expect("a member")
        });
        house
            .work(move |work| seat(work, "Barat", users[0], &users[1..]))
            .expect("a team");
        house
    }

    fn load(&self) -> crate::Result<()> {
        let vault = self.vault.clone();
        self.work(move |work| load(work, &vault))
    }

    fn work<T: Send + 'static>(
        &self,
        task: impl Fn(&mut Work<'_>) -> crate::Result<T> + Send + 'static,
    ) -> crate::Result<T> {
        let access = self.access.clone();
        self.db
            .within(access.workspace_id)
            .write_blocking(move |conn| {
                task(&mut Work {
                    conn,
                    access: &access,
                    now: Utc::now(),
                    cause: None,
                })
            })
    }

    fn number(&self, text: &'static str) -> i64 {
        let number = |conn: &mut Conn| conn.row(&Statement::new(text), |row| row.int(0));
        self.db
            .across()
            .read_now(number)
            .expect("a query")
            .expect("a row")
    }
}

fn document<const N: usize>(pairs: [(&str, Value); N]) -> Document {
    members(pairs)
}

#[test]
fn loads_once_and_adds_up() {
    let house = House::new();
    house.load().expect("sample data");
    // Of them 14 are a meeting that comes again, and 18 calls: talks that were booked, and first ones before them.
    assert_eq!(house.number("SELECT count(*) FROM activities"), 1_532);
    assert_eq!(
        house.number("SELECT count(*) FROM companies WHERE import_id IS NOT NULL"),
        60
    );
    assert_eq!(
        house.number("SELECT count(*) FROM pipelines WHERE import_id IS NULL"),
        1
    );
    let difference = "SELECT count(*) FROM (SELECT stage_id, currency, count(*) AS n, sum(amount) AS a FROM deals GROUP BY 1, 2 \
        EXCEPT SELECT stage_id, currency, sum(count), sum(amount) FROM deal_totals GROUP BY 1, 2)";
    assert_eq!(house.number(difference), 0);
    assert!(house.number("SELECT count(*) FROM stage_changes") > 300);
    let difference = "SELECT count(*) FROM (SELECT stage_id, currency, count(*) AS n, sum(amount) AS a FROM deals GROUP BY 1, 2 \
        EXCEPT SELECT stage_id, currency, sum(count), sum(amount) FROM stage_weeks GROUP BY 1, 2)";
    assert_eq!(house.number(difference), 0, "weeks");
    assert!(
        house.number("SELECT count(*) FROM timeline_events WHERE kind = 'deal.stage_changed'")
            > 500
    );
    let (earliest, latest) = (
        "SELECT min(created_at) FROM deals",
        "SELECT max(created_at) FROM deals",
    );
    assert!(house.number(latest) - house.number(earliest) > 600 * 86_400_000_000);
    assert!(house.work(crate::sample::is_present).expect("an answer"));
    assert!(matches!(
        house.load(),
        Err(Refusal::Conflict("sample_data_present"))
    ));
}

#[test]
fn goes_without_touching_what_is_ones_own() {
    let house = House::new();
    house.load().expect("sample data");
    let own = |work: &mut Work<'_>| {
        let first = |work: &mut Work<'_>, text: &str| {
            let found = work.conn.row(&Statement::new(text), |row| row.text(0))?;
            Ok::<_, Refusal>(found.unwrap_or_default())
        };
        let theirs = first(work, "SELECT id FROM companies ORDER BY id LIMIT 1")?;
        let person = first(work, "SELECT id FROM contacts ORDER BY id LIMIT 1")?;
        let tag = first(work, "SELECT id FROM tags ORDER BY id LIMIT 1")?;
        let sales = "FROM stages s JOIN pipelines p ON p.id = s.pipeline_id WHERE s.kind = 'open' AND p.import_id IS";
        let pipeline = first(
            work,
            &format!("SELECT p.id {sales} NOT NULL ORDER BY s.position LIMIT 1"),
        )?;
        let stage = first(
            work,
            &format!("SELECT s.id {sales} NOT NULL ORDER BY s.position LIMIT 1"),
        )?;
        let me = work.create(
            &contact::OBJECT,
            document([
                ("full_name", json!("Rudi")),
                ("company_id", json!(theirs)),
                ("tags", json!([tag])),
            ]),
        )?;
        work.create(
            &company::OBJECT,
            document([("name", json!("CV Sendiri")), ("parent_id", json!(theirs))]),
        )?;
        work.create(
            &contact_role::OBJECT,
            document([
                ("contact_id", me["id"].clone()),
                ("company_id", json!(theirs)),
                ("role", json!("Pembeli")),
            ]),
        )?;
        work.create(
            &deal::OBJECT,
            document([
                ("name", json!("Sendiri")),
                ("contact_id", json!(person)),
                ("pipeline_id", json!(pipeline)),
                ("stage_id", json!(stage)),
                ("amount", json!(500)),
                ("currency", json!("IDR")),
            ]),
        )?;
        let call = [
            ("kind", json!("call")),
            ("subject", json!("Tanya")),
            ("contact_id", json!(person)),
        ];
        work.create(
            &relasi_domain::interaction::activity::OBJECT,
            document(call),
        )
        .map(drop)
    };
    house.work(own).expect("own records beside the sample");
    house.work(remove).expect("removal");

    for (table, left) in [
        (
            "SELECT count(*) FROM contacts WHERE full_name = 'Rudi' AND company_id IS NULL",
            1,
        ),
        ("SELECT count(*) FROM contacts", 1),
        ("SELECT count(*) FROM companies WHERE parent_id IS NULL", 1),
        ("SELECT count(*) FROM companies", 1),
        ("SELECT count(*) FROM deals WHERE contact_id IS NULL", 1),
        ("SELECT count(*) FROM deals", 1),
        ("SELECT count(*) FROM activities", 1),
        ("SELECT count(*) FROM contact_roles", 0),
        ("SELECT count(*) FROM saved_views", 0),
        // The tag and the pipeline in use have become own ones.
        ("SELECT count(*) FROM tags", 1),
        ("SELECT count(*) FROM pipelines", 2),
        ("SELECT count(*) FROM stages WHERE import_id IS NOT NULL", 0),
        ("SELECT count(*) FROM stage_changes", 1),
        ("SELECT sum(count) FROM deal_totals", 1),
        ("SELECT sum(amount) FROM deal_totals", 500),
        ("SELECT sum(entered) FROM stage_weeks", 1),
        ("SELECT sum(amount) FROM stage_weeks", 500),
        ("SELECT count(*) FROM search_documents", 3),
        ("SELECT count(*) FROM field_index", 1),
        (
            "SELECT count(*) FROM timeline_events WHERE subject_id NOT IN (SELECT id FROM contacts UNION SELECT id FROM companies UNION SELECT id FROM deals)",
            0,
        ),
    ] {
        assert_eq!(house.number(table), left, "{table}");
    }
    assert!(!house.work(crate::sample::is_present).expect("an answer"));
    assert!(matches!(house.work(remove), Err(Refusal::NotFound)));
    house.load().expect("it can come back");
    assert_eq!(house.number("SELECT count(*) FROM companies"), 61);
}
