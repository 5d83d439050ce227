//! The commands that do one thing and end.

use std::{
    io::{self, BufRead},
    path::PathBuf,
};

use chrono::{SecondsFormat, Utc};
use relasi_app::{
    Refusal,
    audit::seal,
    events::{inbound, webhook},
    identity::{Cost, Founding, Identity, NewMember, furnish, reseal_factors, seat},
    interaction::email,
    platform::{archive, mail, storage::Waiting, vault::Vault},
    sample,
};
use relasi_domain::identity::role::Role;
use relasi_persistence::{Target, backup, months, transfer};

use crate::{
    Failure,
    config::{AuditCommand, KeysCommand, Place, UserCommand, WorkspaceCommand},
    docs, serve,
};

/// `relasi migrate`
pub fn migrate(place: &Place) -> Result<(), Failure> {
    let database = serve::open(place, true)?;
    months::make(&database, Utc::now())?;
    println!("The database is at version {}.", env!("CARGO_PKG_VERSION"));
    Ok(())
}

/// `relasi keys rotate`
pub fn keys(place: &Place, command: &KeysCommand) -> Result<(), Failure> {
    let KeysCommand::Rotate = command;
    let database = serve::open(place, true)?;
    let vault = Vault::add_key(&place.secret_keys());
    let vault = vault.map_err(|error| Failure::Said(error.to_string()))?;
    let done = webhook::reseal(&database, &vault, Utc::now())?;
    let hooks = inbound::reseal(&database, &vault)?;
    let factors = reseal_factors(&database, &vault)?;
    let letters = mail::reseal(&database, &vault)?;
    let accounts = email::reseal(&database, &vault)?;
    println!(
        "A new key encrypts the secrets of {done} webhooks, {hooks} inbound hooks, {factors} second factors, {accounts} e-mail accounts and {letters} messages. Keep the file of keys with your backups."
    );
    Ok(())
}

fn identity(place: &Place) -> Result<Identity, Failure> {
    let database = serve::open(place, true)?;
    Ok(Identity::open(database, Cost::default(), Utc::now())?)
}

/// Who signs in to the demonstration; no secret, it holds nothing but made-up data.
const DEMO: (&str, &str) = ("demo@relasi.example", "kopi gayo tiap pagi");

/// Name, address and role of somebody.
type Person = (&'static str, &'static str, Role);

/// Who works there: two teams, each with who leads it first.
const DEMO_TEAMS: [(&str, [Person; 2]); 2] = [
    (
        "Penjualan Barat",
        [
            ("Rudi Hartono", "rudi@relasi.example", Role::Manager),
            ("Siti Rahmawati", "siti@relasi.example", Role::Member),
        ],
    ),
    (
        "Penjualan Timur",
        [
            ("Maya Anggraini", "maya@relasi.example", Role::Manager),
            ("Budi Santoso", "budi@relasi.example", Role::Member),
        ],
    ),
];

/// `relasi demo`
pub fn demo(place: &Place) -> Result<(), Failure> {
    let identity = identity(place)?;
    let (email, password) = DEMO;
    if identity.list_users()?.is_empty() {
        let founding = Founding {
            workspace_name: "CV Kopi Nusantara".to_owned(),
            language: "id".to_owned(),
            currency: "IDR".to_owned(),
            time_zone: "Asia/Jakarta".to_owned(),
            full_name: "Dewi Pratiwi".to_owned(),
            email: email.to_owned(),
            password: password.to_owned(),
            sample_data: false,
        };
        let now = Utc::now();
        let access = identity.add_workspace(founding, now, |conn, access, now| {
            furnish(conn, access, now, "id", "IDR")
        })?;
        let vault = serve::vault(place)?;
        let mut teams = Vec::new();
        for (team, people) in DEMO_TEAMS {
            let mut users = Vec::new();
            for (name, email, role) in people {
                let new = NewMember {
                    email: email.to_owned(),
                    full_name: name.to_owned(),
                    role,
                    password: password.to_owned(),
                    workspace_id: Some(access.workspace_id),
                };
                users.push(identity.add_user(new, now)?);
            }
            teams.push((team, users));
        }
        identity.work_as(access, now, move |work| {
            for (team, users) in &teams {
                if let Some((lead, others)) = users.split_first() {
                    seat(work, team, *lead, others)?;
                }
            }
            sample::load(work, &vault)
        })?;
    }
    println!("Sign in as {email} with the password: {password}");
    Ok(())
}

/// `relasi openapi`
pub fn openapi() -> Result<(), Failure> {
    let document = docs::document().map_err(|error| Failure::Said(error.to_string()))?;
    print!("{}", String::from_utf8_lossy(&document));
    Ok(())
}

/// `relasi backup`
pub fn backup(place: &Place, to: Option<PathBuf>) -> Result<(), Failure> {
    let target = Target::parse(&place.database())?;
    let to = to.unwrap_or_else(|| {
        let time = Utc::now()
            .to_rfc3339_opts(SecondsFormat::Secs, true)
            .replace(':', "");
        place
            .data_dir
            .join("backups")
            .join(format!("relasi-{time}.backup"))
    });
    backup::backup(&target, &to)?;
    println!("{}", to.display());
    Ok(())
}

/// `relasi check`
pub fn check(place: &Place) -> Result<(), Failure> {
    let found = backup::check_at(&Target::parse(&place.database())?)?;
    if found.is_empty() {
        println!("No damage found.");
        return Ok(());
    }
    for line in &found {
        println!("{line}");
    }
    Err(Failure::Said(format!("{} findings", found.len())))
}

/// `relasi audit …`
pub fn audit(place: &Place, command: &AuditCommand) -> Result<(), Failure> {
    let target = Target::parse(&place.database())?;
    let AuditCommand::Verify { anchors } = command else {
        for anchor in backup::beside(&target, |conn| seal::heads(conn, Utc::now()))? {
            println!(
                "{}",
                serde_json::to_string(&anchor).map_err(io::Error::from)?
            );
        }
        return Ok(());
    };
    let mut noted = seal::anchors(&place.audit_anchors())?;
    for file in anchors {
        if !file.exists() {
            return Err(Failure::Said(format!("{} does not exist", file.display())));
        }
        noted.extend(seal::anchors(file)?);
    }
    let verified = backup::beside(&target, |conn| seal::verify(conn, &noted))?;
    println!(
        "{} entries under {} seals, {} anchors; {} newer entries are not sealed yet.",
        verified.entries,
        verified.seals,
        noted.len(),
        verified.unsealed
    );
    for finding in &verified.findings {
        println!("{finding}");
    }
    if verified.findings.is_empty() {
        println!("The log is as it was sealed.");
        return Ok(());
    }
    Err(Failure::Said(format!(
        "{} findings",
        verified.findings.len()
    )))
}

/// `relasi move`
pub fn relocate(place: &Place, to: &str) -> Result<(), Failure> {
    let from = serve::open(place, true)?;
    let there = Place {
        database_url: Some(to.to_owned()),
        ..place.clone()
    };
    let to = serve::open(&there, true)?;
    let moved = transfer::relocate(&from, &to)?;
    for table in moved.iter().filter(|table| table.rows > 0) {
        println!("{:>12} {}", table.rows, table.table);
    }
    let rows: u64 = moved.iter().map(|table| table.rows).sum();
    println!("{rows} rows are there, each compared with the one it came from.");
    println!(
        "Start the server with the new address in DATABASE_URL; the data folder stays in use."
    );
    Ok(())
}

/// `relasi user …`
pub fn user(place: &Place, command: UserCommand) -> Result<(), Failure> {
    let identity = identity(place)?;
    let now = Utc::now();
    match command {
        UserCommand::List => {
            for line in identity.list_users()? {
                let state = if line.active { "" } else { " (deactivated)" };
                println!(
                    "{}\t{}\t{:?}\t{} {}{state}",
                    line.email, line.full_name, line.role, line.workspace, line.workspace_id
                );
            }
        }
        UserCommand::Add {
            email,
            name,
            role,
            workspace,
        } => {
            let password = read_password()?;
            let new = NewMember {
                email,
                full_name: name,
                role,
                password,
                workspace_id: workspace,
            };
            println!("{}", identity.add_user(new, now)?);
        }
        UserCommand::ResetPassword { email } => known(
            &email,
            identity.reset_password(&email, &read_password()?, now),
        )?,
        UserCommand::RemoveFactors { email } => {
            let removed = known(&email, identity.remove_factors(&email, now))?;
            if !removed {
                println!("{email} has no second factor.");
            }
        }
        UserCommand::Deactivate { email } => known(&email, identity.deactivate_user(&email, now))?,
    }
    Ok(())
}

/// What a file of a workspace holds, in words.
fn carried(manifest: &archive::Manifest) -> String {
    let rows: u64 = manifest.parts.iter().map(|part| part.rows).sum();
    format!(
        "{} {}: {rows} rows in {} tables",
        manifest.workspace_name,
        manifest.workspace_id,
        manifest.parts.len()
    )
}

/// `relasi workspace …`
pub fn workspace(place: &Place, command: WorkspaceCommand) -> Result<(), Failure> {
    let database = serve::open(place, true)?;
    let identity = Identity::open(database.clone(), Cost::default(), Utc::now())?;
    match command {
        WorkspaceCommand::OpenNetworks { workspace } => {
            let (_, workspace) = identity.only_workspace(workspace)?;
            identity.open_networks(workspace, Utc::now())?;
        }
        WorkspaceCommand::Export { file, workspace } => {
            let (_, workspace) = identity.only_workspace(workspace)?;
            let storage = Waiting::new(serve::storage(place, u64::MAX)?)?;
            let manifest = database.within(workspace).read_blocking(|conn| {
                archive::export(conn, &storage, workspace, &file, Utc::now(), |_, _| {
                    Ok::<_, Refusal>(())
                })
            })?;
            println!("{}", carried(&manifest));
        }
        WorkspaceCommand::Import { file } => {
            let storage = Waiting::new(serve::storage(place, u64::MAX)?)?;
            let manifest = archive::import(&database, &storage, &file, Utc::now())?;
            println!("{}", carried(&manifest));
            println!("Its people have no passwords here yet: relasi user reset-password <address>");
        }
        WorkspaceCommand::Add {
            name,
            owner,
            owner_name,
            language,
            currency,
            time_zone,
        } => {
            let password = if identity.has_account(&owner)? {
                String::new()
            } else {
                read_password()?
            };
            let founding = Founding {
                workspace_name: name,
                language: language.clone(),
                currency: currency.clone(),
                time_zone,
                full_name: owner_name,
                email: owner,
                password,
                sample_data: false,
            };
            let furnished =
                identity.add_workspace(founding, Utc::now(), move |conn, access, now| {
                    furnish(conn, access, now, &language, &currency)
                })?;
            println!("{}", furnished.workspace_id);
        }
    }
    Ok(())
}

/// Names the address that nobody has.
fn known<T>(email: &str, done: relasi_app::Result<T>) -> Result<T, Failure> {
    match done {
        Err(Refusal::NotFound) => Err(Failure::Said(format!("nobody has the address {email}"))),
        done => Ok(done?),
    }
}

/// One line of standard input, so that no password stands in the list of processes.
fn read_password() -> Result<String, Failure> {
    eprint!("Password: ");
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
