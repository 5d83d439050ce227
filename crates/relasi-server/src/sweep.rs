//! What is over, forgotten about hourly.

use std::{num::NonZeroU32, path::PathBuf, time::Duration};

use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use metrics::gauge;
use relasi_app::{
    Refusal, Result,
    audit::seal,
    commerce, events, idempotency,
    interaction::{comment, email, file, reminder},
    people::duplicate,
    platform::{archive, bulk, custom_field, import, jobs, mail, privacy},
};
use relasi_http::state::State;
use relasi_persistence::{Conn, Dialect, months};

/// Seconds between two rounds.
const HOUR: i64 = 3600;

/// How old a content must be before it is taken for one whose upload was never stored.
const ABANDONED: TimeDelta = TimeDelta::days(1);

/// Sweeps until the program ends. The contents of files are gone through once a day: a bucket asks money for its list.
pub async fn hourly(state: Data<State>) {
    for hour in 0_u64.. {
        let now = Utc::now();
        // One process looks after the database; each of them did at its start.
        let mine = state
            .database
            .across()
            .write(|conn| Ok::<_, Refusal>(jobs::is_mine(conn, "hourly", HOUR)?));
        let mine = mine.await.unwrap_or_default();
        if mine || hour == 0 {
            database(&state, now, hour % 24 == 0).await;
        }
        local_files(&state, now).await;
        actix_web::rt::time::sleep(Duration::from_hours(1)).await;
    }
}

/// What lies in the folder of this process.
async fn local_files(state: &Data<State>, now: DateTime<Utc>) {
    let files = state.files.clone();
    let read = state.database.across().read(move |conn| {
        let imports = import::sweep(conn, &files, now)?;
        Ok(imports + bulk::sweep(conn, &files, now)?)
    });
    match read.await {
        Ok(0) => {}
        Ok(removed) => log::info!("{removed} files of imports and bulk operations removed"),
        error => told("files of imports and bulk operations", error),
    }
    let files = state.files.clone();
    let removed = actix_web::web::block(move || {
        let copies = privacy::sweep(&files, now.into())?;
        archive::sweep(&files, now.into()).map(|whole| whole + copies)
    });
    let removed = removed.await;
    match removed {
        Ok(Err(error)) => log::error!("sweeping files of workspaces and people: {error}"),
        Ok(Ok(removed)) if removed > 0 => {
            log::info!("{removed} files of workspaces and people removed");
        }
        // Nothing was old, or the server stops.
        _ => {}
    }
}

/// What lies in the database, and the contents of files that belong to it.
async fn database(state: &State, now: DateTime<Utc>, daily: bool) {
    told("months", months_ahead(state, now).await);
    told("sessions", state.identity.sweep(now).await);
    let write = |work: fn(&mut Conn, DateTime<Utc>) -> Result<()>| {
        state.database.across().write(move |conn| work(conn, now))
    };
    told("idempotency keys", write(idempotency::forget).await);
    told("messages", write(mail::forget).await);
    told("merges", write(duplicate::sweep).await);
    told("quotes", write(commerce::expire).await);
    told("comments", write(comment::sweep).await);
    told("events", events::sweep(&state.database, now).await);
    let deliveries = events::webhook::sweep(&state.database, now);
    told("deliveries of webhooks", deliveries.await);
    let requests = events::inbound::sweep(&state.database, now);
    told("requests of inbound hooks", requests.await);
    told("values of former fields", fields(state, now).await);
    told("files in the trash", trashed_files(state, now).await);
    if daily {
        told("abandoned files", abandoned_files(state, now).await);
    }
}

/// Makes the months ahead of tables that are kept by month, and tells of rows that lie outside all of them.
async fn months_ahead(state: &State, now: DateTime<Utc>) -> Result<()> {
    if state.database.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let database = state.database.clone();
    // An error of the thread itself means that the server stops.
    if let Ok(made) = actix_web::web::block(move || months::make(&database, now)).await {
        made?;
    }
    for table in months::TABLES {
        let count = move |conn: &mut Conn| months::outside(conn, table);
        let rows = state.database.across().read(count).await?;
        if rows > 0 {
            log::warn!("{rows} rows of {table} lie outside its months");
        }
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        gauge!("relasi_rows_outside_months", "table" => table).set(rows);
    }
    Ok(())
}

/// Stores about once a second what API keys were used for, until the program ends.
pub async fn every_second(state: Data<State>) {
    for second in 0_u64.. {
        actix_web::rt::time::sleep(Duration::from_secs(1)).await;
        store_key_log(&state).await;
        if second % 60 == 0 {
            state.limits.tidy();
        }
    }
}

/// Puts in the jobs of mailboxes that are to be looked into again, until the program ends.
pub async fn mailboxes(state: Data<State>, every: NonZeroU32) {
    /// Seconds between two looks for mailboxes.
    const LOOK: i64 = 10;
    let every = TimeDelta::seconds(i64::from(every.get()));
    loop {
        let mine = state
            .database
            .across()
            .write(|conn| Ok::<_, Refusal>(jobs::is_mine(conn, "mailboxes", LOOK)?));
        if mine.await.unwrap_or_default() {
            let database = state.database.clone();
            let due = actix_web::web::block(move || email::sync_due(&database, every, Utc::now()));
            match due.await {
                Ok(Ok(0)) | Err(_) => {}
                Ok(Ok(_)) => state.wake.ring(),
                Ok(error) => told("mailboxes", error),
            }
        }
        actix_web::rt::time::sleep(Duration::from_secs(LOOK.unsigned_abs())).await;
    }
}

/// Puts in the jobs that remind people of what is due, until the program ends.
pub async fn reminders(state: Data<State>) {
    /// Seconds between two looks.
    const LOOK: i64 = 5;
    loop {
        let mine = state
            .database
            .across()
            .write(|conn| Ok::<_, Refusal>(jobs::is_mine(conn, "reminders", LOOK)?));
        if mine.await.unwrap_or_default() {
            let database = state.database.clone();
            let due = actix_web::web::block(move || reminder::due(&database, Utc::now()));
            match due.await {
                Ok(Ok(0)) | Err(_) => {}
                Ok(Ok(_)) => state.wake.ring(),
                Ok(error) => told("reminders", error),
            }
        }
        actix_web::rt::time::sleep(Duration::from_secs(LOOK.unsigned_abs())).await;
    }
}

/// Seals the audit log every ten minutes, and notes the newest seals outside the database once a day and at the start.
pub async fn sealing(state: Data<State>, anchors: PathBuf) {
    for round in 0_u64.. {
        let now = Utc::now();
        told("the audit log", seal::sweep(&state.database, now).await);
        if round % 144 == 0 {
            let file = anchors.clone();
            let noted = state
                .database
                .across()
                .read(move |conn| seal::anchor(conn, &file, now));
            told("the anchors of the audit log", noted.await);
        }
        actix_web::rt::time::sleep(Duration::from_mins(10)).await;
    }
}

/// Stores what API keys were used for since the last time.
pub async fn store_key_log(state: &State) {
    told(
        "the log of API keys",
        state.key_log.store(&state.database).await,
    );
}

fn told<T>(what: &str, swept: Result<T>) {
    if let Err(error) = swept {
        log::error!("sweeping {what}: {error}");
    }
}

/// Removes what deleted fields have left, a little in each transaction.
async fn fields(state: &State, now: DateTime<Utc>) -> Result<()> {
    while state
        .database
        .across()
        .write(move |conn| custom_field::sweep(conn, now))
        .await?
    {}
    Ok(())
}

/// Removes files that nobody can bring back any more. What is interrupted between the two steps is found as abandoned.
async fn trashed_files(state: &State, now: DateTime<Utc>) -> Result<()> {
    loop {
        let contents = state
            .database
            .across()
            .write(move |conn| file::purge(conn, now))
            .await?;
        if contents.is_empty() {
            return Ok(());
        }
        for (workspace, content) in contents {
            state.storage.remove(workspace, content).await;
        }
    }
}

async fn abandoned_files(state: &State, now: DateTime<Utc>) -> Result<()> {
    let mut old = state.storage.before(now - ABANDONED);
    while let Some(contents) = old.next().await {
        let contents = contents?;
        let unknown = state
            .database
            .across()
            .read(move |conn| file::unknown(conn, &contents))
            .await?;
        for (workspace, content) in unknown {
            state.storage.remove(workspace, content).await;
        }
    }
    Ok(())
}
