//! What a workspace asks of whoever comes in: a second factor, an end of sessions, networks.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use ipnet::IpNet;
use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::{Access, Action},
};
use relasi_persistence::{Conn, Row};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;
use uuid::Uuid;

use super::{
    Identity, Principal, Stored,
    audit::Entry,
    factor, same_version,
    session::{ABSOLUTE, IDLE},
    sql,
};
use crate::{Refusal, Result};

/// The code of a refusal to somebody from elsewhere.
pub(super) const ELSEWHERE: &str = "network_not_allowed";

/// The shortest session, in minutes. An access token is good for ten of them, and only its renewal is seen.
const SHORTEST: i64 = 30;

/// The most networks of a list.
const MOST_NETWORKS: usize = 100;

/// What a workspace asks for; without a row, nothing beyond what the installation does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// Counts up on every change; 0 before the first.
    pub version: i64,
    /// Who has no second factor sets one up before anything else.
    pub require_second_factor: bool,
    /// A session ends at the latest after so many minutes; the installation's 30 days when there is none.
    pub session_minutes: Option<i64>,
    /// It ends when it was not used for so many minutes; the installation's 14 days when there is none.
    pub session_idle_minutes: Option<i64>,
    /// Where requests may come from; anywhere when it is empty.
    #[serde(serialize_with = "as_texts")]
    pub allowed_networks: Vec<IpNet>,
}

fn as_texts<S: Serializer>(
    networks: &[IpNet],
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_seq(networks.iter().map(IpNet::to_string))
}

/// A policy as it is sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPolicy {
    /// See [`Policy`].
    pub require_second_factor: bool,
    /// See [`Policy`].
    pub session_minutes: Option<i64>,
    /// See [`Policy`].
    pub session_idle_minutes: Option<i64>,
    /// Networks such as `203.0.113.0/24`, or single addresses.
    pub allowed_networks: Vec<String>,
}

impl Policy {
    /// Whether requests from this address are taken.
    pub fn admits(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.allowed_networks.is_empty()
            || self.allowed_networks.iter().any(|net| net.contains(&ip))
    }

    /// When a session that is opened now ends at the latest.
    pub(super) fn end(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let own = self.session_minutes.map(TimeDelta::minutes);
        now + own.map_or(ABSOLUTE, |own| own.min(ABSOLUTE))
    }

    /// From four columns of a row, the first of them at `at`; all are NULL where there is no row.
    pub(super) fn read(row: &Row<'_>, at: usize) -> Stored<Self> {
        let networks: Option<Vec<String>> = row.opt_json(at + 3)?;
        Ok(Self {
            version: 0,
            require_second_factor: row.opt_bool(at)?.unwrap_or_default(),
            session_minutes: row.opt_int(at + 1)?,
            session_idle_minutes: row.opt_int(at + 2)?,
            allowed_networks: networks
                .unwrap_or_default()
                .iter()
                .filter_map(|text| network(text))
                .collect(),
        })
    }
}

/// A network, or a single address as one.
fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    let one = || {
        text.parse::<IpAddr>()
            .ok()
            .map(|ip| ip.to_canonical().into())
    };
    text.parse::<IpNet>()
        .ok()
        .map(|net| net.trunc())
        .or_else(one)
}

/// The policy of a workspace.
pub(super) fn of(conn: &mut Conn, workspace: Uuid) -> Result<Policy> {
    let statement = sql(
        "SELECT require_second_factor, session_minutes, session_idle_minutes, allowed_networks, version \
         FROM security_policies WHERE workspace_id = ?",
        [workspace.into()],
    );
    let found = conn.row(&statement, |row| {
        Ok(Policy {
            version: row.int(4)?,
            ..Policy::read(row, 0)?
        })
    })?;
    Ok(found.unwrap_or_default())
}

/// [`Refusal::Barred`] when the workspace takes nothing from this address.
pub(super) fn admit(conn: &mut Conn, workspace: Uuid, ip: IpAddr) -> Result<Policy> {
    let policy = of(conn, workspace)?;
    if policy.admits(ip) {
        Ok(policy)
    } else {
        Err(Refusal::Barred(ELSEWHERE))
    }
}

impl NewPolicy {
    /// What is to be stored, or what is wrong with it for who sends it from `ip`.
    fn check(&self, ip: IpAddr) -> Result<Policy> {
        let mut faults = Faults::default();
        let limits = [
            ("session_minutes", self.session_minutes, ABSOLUTE),
            ("session_idle_minutes", self.session_idle_minutes, IDLE),
        ];
        for (field, minutes, longest) in limits {
            let longest = longest.num_minutes();
            if minutes.is_some_and(|minutes| !(SHORTEST..=longest).contains(&minutes)) {
                let fault = Fault::field(field, "minutes_between");
                faults.push(fault.with("min", SHORTEST).with("max", longest));
            }
        }
        if self.allowed_networks.len() > MOST_NETWORKS {
            faults.push(Fault::field("allowed_networks", "too_many").with("max", MOST_NETWORKS));
        }
        let mut networks = Vec::new();
        for (place, text) in self.allowed_networks.iter().enumerate() {
            match network(text) {
                Some(found) if networks.contains(&found) => {}
                Some(found) => networks.push(found),
                None => faults.push(Fault::at(
                    format!("/allowed_networks/{place}"),
                    "not_network",
                )),
            }
        }
        faults.into_result()?;
        let policy = Policy {
            version: 0,
            require_second_factor: self.require_second_factor,
            session_minutes: self.session_minutes,
            session_idle_minutes: self.session_idle_minutes,
            allowed_networks: networks,
        };
        if !policy.admits(ip) {
            let fault = Fault::field("allowed_networks", "own_network_missing");
            return Err(fault.with("address", ip.to_canonical()).into());
        }
        Ok(policy)
    }
}

/// Stores the policy of the workspace of who asks.
fn put(
    conn: &mut Conn,
    access: &Access,
    new: &Policy,
    version: Option<i64>,
    now: DateTime<Utc>,
) -> Result<Policy> {
    let workspace = access.workspace_id;
    super::member::lock_workspace(conn, workspace)?;
    let old = of(conn, workspace)?;
    same_version(version, old.version, &old)?;
    if (Policy {
        version: old.version,
        ..new.clone()
    }) == old
    {
        return Ok(old);
    }
    if new.require_second_factor
        && !old.require_second_factor
        && !factor::of(conn, access.user_id)?.any()
    {
        return Err(Fault::field("require_second_factor", "own_second_factor_missing").into());
    }
    let texts = |policy: &Policy| {
        json!(
            policy
                .allowed_networks
                .iter()
                .map(IpNet::to_string)
                .collect::<Vec<_>>()
        )
    };
    let stored = Policy {
        version: old.version + 1,
        ..new.clone()
    };
    conn.execute(&sql(
        "INSERT INTO security_policies (workspace_id, version, updated_at, require_second_factor, session_minutes, \
         session_idle_minutes, allowed_networks) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (workspace_id) DO UPDATE SET \
         version = excluded.version, updated_at = excluded.updated_at, \
         require_second_factor = excluded.require_second_factor, session_minutes = excluded.session_minutes, \
         session_idle_minutes = excluded.session_idle_minutes, allowed_networks = excluded.allowed_networks",
        [
            workspace.into(),
            stored.version.into(),
            now.into(),
            stored.require_second_factor.into(),
            stored.session_minutes.into(),
            stored.session_idle_minutes.into(),
            texts(&stored).to_string().into(),
        ],
    ))?;
    Entry::new(
        workspace,
        Some(access.user_id),
        "updated",
        "workspace",
        workspace,
    )
    .change(
        "require_second_factor",
        old.require_second_factor,
        new.require_second_factor,
    )
    .change("session_minutes", old.session_minutes, new.session_minutes)
    .change(
        "session_idle_minutes",
        old.session_idle_minutes,
        new.session_idle_minutes,
    )
    .change("allowed_networks", texts(&old), texts(new))
    .write(conn, now)?;
    Ok(stored)
}

impl Identity {
    /// What the workspace asks of whoever comes in; for those who may change settings.
    pub async fn policy(&self, principal: &Principal) -> Result<Policy> {
        if !principal.access.may(Action::Settings) {
            return Err(Refusal::Forbidden);
        }
        let workspace = principal.access.workspace_id;
        self.db
            .within(workspace)
            .read_short(move |conn| of(conn, workspace))
            .await
    }

    /// Sets it. A list of networks must hold the address that the request itself comes from, and who asks for a second
    /// factor of everybody must have one.
    pub async fn set_policy(
        &self,
        principal: &Principal,
        new: NewPolicy,
        version: Option<i64>,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<Policy> {
        if !principal.access.may(Action::Settings) {
            return Err(Refusal::Forbidden);
        }
        let policy = new.check(ip)?;
        let access = principal.access.clone();
        let stored = self
            .db
            .within(access.workspace_id)
            .write(move |conn| put(conn, &access, &policy, version, now))
            .await?;
        self.principals.forget();
        Ok(stored)
    }

    /// [`Refusal::Barred`] when a workspace takes nothing from this address: for what comes without a session.
    pub async fn admit(&self, workspace: Uuid, ip: IpAddr) -> Result<()> {
        self.db
            .within(workspace)
            .read_short(move |conn| admit(conn, workspace, ip).map(drop))
            .await
    }

    /// Lets a workspace be reached from everywhere again, for the command line: its own people may stand outside.
    pub fn open_networks(&self, workspace: Uuid, now: DateTime<Utc>) -> Result<()> {
        self.db.within(workspace).write_blocking(move |conn| {
            let old = of(conn, workspace)?;
            let networks: Vec<String> = old.allowed_networks.iter().map(IpNet::to_string).collect();
            conn.execute(&sql(
                "UPDATE security_policies SET allowed_networks = '[]', version = version + 1, updated_at = ? \
                 WHERE workspace_id = ?",
                [now.into(), workspace.into()],
            ))?;
            Entry::new(workspace, None, "updated", "workspace", workspace)
                .change("allowed_networks", networks, json!([]))
                .write(conn, now)
        })?;
        self.principals.forget();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn asked(networks: &[&str]) -> NewPolicy {
        NewPolicy {
            require_second_factor: false,
            session_minutes: None,
            session_idle_minutes: None,
            allowed_networks: networks.iter().map(|&text| text.to_owned()).collect(),
        }
    }

    #[test]
    fn networks_hold_their_addresses_in_either_form() {
        let policy = asked(&["203.0.113.7/24", "2001:db8::/32", "198.51.100.9"]);
        let policy = policy.check(ip("203.0.113.1")).expect("a policy");
        assert_eq!(policy.allowed_networks[0].to_string(), "203.0.113.0/24");
        for inside in [
            "203.0.113.255",
            "::ffff:203.0.113.9",
            "2001:db8:1::1",
            "198.51.100.9",
        ] {
            assert!(policy.admits(ip(inside)), "{inside}");
        }
        for outside in ["203.0.114.1", "2001:db9::1", "198.51.100.8"] {
            assert!(!policy.admits(ip(outside)), "{outside}");
        }
        assert!(Policy::default().admits(ip("192.0.2.1")));
    }

    #[test]
    fn nobody_shuts_himself_out() {
        let refused = asked(&["10.0.0.0/8"]).check(ip("203.0.113.1"));
        let Err(Refusal::Invalid(faults)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(faults.0[0].code, "own_network_missing");
        assert!(matches!(
            asked(&["office"]).check(ip("10.0.0.1")),
            Err(Refusal::Invalid(_))
        ));
    }

    #[test]
    fn sessions_are_no_longer_than_the_installations() {
        let now = Utc::now();
        let longer = NewPolicy {
            session_minutes: Some(ABSOLUTE.num_minutes() + 1),
            session_idle_minutes: Some(5),
            ..asked(&[])
        };
        let Err(Refusal::Invalid(faults)) = longer.check(ip("10.0.0.1")) else {
            panic!("it is too long");
        };
        assert_eq!(faults.0.len(), 2);
        let day = Policy {
            session_minutes: Some(1440),
            ..Policy::default()
        };
        assert_eq!(day.end(now), now + TimeDelta::days(1));
        assert_eq!(Policy::default().end(now), now + ABSOLUTE);
    }
}
