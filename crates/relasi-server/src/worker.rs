//! `relasi worker`: background jobs and webhooks, in a process of their own.

use actix_web::rt;
use relasi_app::events::webhook;
use relasi_persistence::{Dialect, Target};

use crate::{
    Failure,
    config::{Background, Place},
    metrics,
    serve::{self, GRACE, Parts},
    signal, sweep,
};

/// Refuses to share a database that one process holds.
pub fn needs_postgres(place: &Place, command: &str) -> Result<(), Failure> {
    match Target::parse(&place.database())?.dialect() {
        Dialect::Postgres => Ok(()),
        Dialect::Sqlite => Err(Failure::Said(format!(
            "{command} needs PostgreSQL (DATABASE_URL): one process holds a SQLite file, and `relasi serve` does the \
             background work itself"
        ))),
    }
}

/// Works until SIGTERM or SIGINT.
pub fn run(place: &Place, settings: &Background) -> Result<(), Failure> {
    needs_postgres(place, "relasi worker")?;
    if settings.jobs == 0 {
        return Err(Failure::Said(
            "a worker needs at least one job at a time (--jobs)".to_owned(),
        ));
    }
    let listen = settings.metrics_listen;
    let recorder = listen.map(|_| metrics::install()).transpose()?;
    let Parts { state, worker } = serve::parts(place, settings, None)?;
    rt::System::new().block_on(async {
        if let (Some(handle), Some(address)) = (recorder, listen) {
            metrics::serve(handle, address)?;
        }
        rt::spawn(sweep::hourly(state.clone()));
        let (database, webhooks) = (state.database.clone(), state.webhooks.clone());
        rt::spawn(webhook::run(database, webhooks));
        rt::spawn(sweep::mailboxes(state.clone(), settings.mail_every));
        rt::spawn(sweep::reminders(state.clone()));
        let mailboxes = serve::watch(&state, settings)?;
        println!("Relasi works: {} jobs at a time", settings.jobs);
        signal::wait().await;
        log::info!("ending");
        if let Some(mailboxes) = mailboxes {
            mailboxes.end();
        }
        Ok::<_, Failure>(())
    })?;
    if let Some(worker) = worker {
        worker.stop(GRACE);
    }
    Ok(())
}
