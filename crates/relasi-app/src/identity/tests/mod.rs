//! The flows of this module on a real SQLite file, with a clock of the test's own.

mod console;
mod people;
mod security;
mod sessions;
mod tokens;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::identity::role::Role;
use relasi_persistence::{Database, Options, migrate};
use tempfile::TempDir;
use uuid::Uuid;

use super::*;

const LOCAL: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

const PASSWORD: &str = "hujan di bulan juni";

/// A fresh installation and the time there.
struct House {
    identity: Identity,
    db: Database,
    now: DateTime<Utc>,
    _folder: TempDir,
}

impl House {
    fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("relasi.db");
        let db =
            Database::open(&path.to_string_lossy(), &Options::default()).expect("a new database");
        migrate::run(&db).expect("the schema");
        let now = Utc::now();
        let identity = Identity::open(db.clone(), Cost::LEAST, now).expect("keys");
        Self {
            identity,
            db,
            now,
            _folder: folder,
        }
    }

    /// Set up, with the owner signed in.
    async fn new() -> (Self, SignedIn) {
        let house = Self::empty();
        let owner = house.set_up().await.expect("the first set-up");
        (house, owner)
    }

    async fn set_up(&self) -> Result<SignedIn> {
        let founding = Founding {
            workspace_name: "CV Kopi Nusantara".into(),
            language: "id".into(),
            currency: "IDR".into(),
            time_zone: "Asia/Jakarta".into(),
            full_name: "Siti Rahayu".into(),
            email: "siti@kopi.example".into(),
            password: PASSWORD.into(),
            sample_data: false,
        };
        self.identity
            .set_up(founding, client(1), self.now, |_, _, _| Ok(()))
            .await
    }

    fn pass(&mut self, time: TimeDelta) {
        self.now += time;
    }

    async fn sign_in(&self, email: &str, password: &str) -> Result<SignedIn> {
        let credentials = Credentials {
            email: email.into(),
            password: password.into(),
        };
        let entered = self
            .identity
            .sign_in(credentials, client(1), self.now)
            .await?;
        match entered {
            Entered::SignedIn(signed_in) => Ok(*signed_in),
            Entered::Challenged(challenge) => panic!("{challenge:?}"),
        }
    }

    async fn refresh(&self, token: &str) -> Result<SignedIn> {
        self.identity.refresh(token, client(1), self.now).await
    }

    async fn who(&self, signed_in: &SignedIn) -> Result<Arc<Principal>> {
        self.identity
            .authenticate(&signed_in.access_token, LOCAL, self.now)
            .await
    }

    /// Invites somebody and accepts for her.
    async fn member(&self, by: &SignedIn, email: &str, role: Role) -> SignedIn {
        let by = self.who(by).await.expect("signed in");
        let invite = Invite {
            email: email.into(),
            role: role.into(),
            team_id: None,
        };
        let invited = self
            .identity
            .invite(&by, invite, self.now)
            .await
            .expect("invited");
        self.identity
            .accept_invitation(
                &invited.token,
                acceptance("somchai orders tea"),
                client(2),
                self.now,
            )
            .await
            .expect("accepted")
    }
}

fn acceptance(password: &str) -> Acceptance {
    Acceptance {
        full_name: "สมชาย ใจดี".into(),
        password: password.into(),
        language: "th".into(),
        code: None,
    }
}

fn client(host: u8) -> Client {
    Client {
        ip: IpAddr::from([192, 0, 2, host]),
        user_agent: "test".into(),
    }
}

fn code(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Invalid(faults) => faults
            .0
            .iter()
            .map(|fault| format!("{} {}", fault.pointer, fault.code))
            .collect::<Vec<_>>()
            .join("; "),
        Refusal::Conflict(code) => (*code).to_owned(),
        other => other.to_string(),
    }
}
