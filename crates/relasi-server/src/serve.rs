//! `relasi serve`: wiring, start and graceful end.

use std::{
    num::NonZeroU32,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::ServerHandle,
    middleware,
    web::{self, Data, PayloadConfig, ServiceConfig},
};
use chrono::Utc;
use relasi_app::{
    events::{
        self, Live,
        webhook::{self, Reach, Webhooks},
    },
    identity::{Cost, Identity, KeyLog, Speaker},
    insight::{forecast, quality, suggestions},
    interaction::{
        email::{self, Bounds, Dns, Emails, Watch},
        reminder, series,
    },
    marketing::booking,
    people::duplicate,
    platform::{
        archive, bulk, custom_field,
        import::{self, Files},
        jobs::{self, Rate, Registry, Stopper, Wake, Worker},
        mail::{self, Account, Post},
        privacy,
        recent::Recent,
        storage::Storage,
        vault::Vault,
    },
    sales::{score, speed},
};
use relasi_http::{
    api::{Api, reading},
    body::MAX_BODY,
    commerce,
    envelope::envelope,
    identity::oauth,
    interaction,
    limits::Limits,
    marketing,
    problem::Problem,
    state::State,
};
use relasi_persistence::{Database, migrate};

use crate::{
    Failure,
    config::{Background, Place, Serve, ServerRole},
    docs, metrics,
    signal::{self, Signal},
    spa, sweep, worker,
};

/// How long everything may take to end after SIGTERM.
pub const GRACE: Duration = Duration::from_secs(24);
/// Seconds of it that requests may take.
const REQUESTS: u64 = 22;

/// Since when the server is about to end.
#[derive(Default)]
struct Draining(OnceLock<Instant>);

impl Draining {
    fn begin(&self) {
        let _ = self.0.set(Instant::now());
    }

    /// What is left of the time to end in.
    fn left(&self) -> Duration {
        let gone = self.0.get().map_or(Duration::ZERO, Instant::elapsed);
        GRACE.saturating_sub(gone)
    }
}

/// Opens the database, and brings it to this version unless told not to.
pub fn open(place: &Place, may_migrate: bool) -> Result<Database, Failure> {
    std::fs::create_dir_all(&place.data_dir)?;
    let database = Database::open(&place.database(), &place.options())?;
    let pending = migrate::pending(&database)?;
    if pending.is_empty() {
        return Ok(database);
    }
    if !may_migrate {
        return Err(Failure::Said(format!(
            "the database is older than this program; run `relasi migrate` ({} to go)",
            pending.len()
        )));
    }
    for name in migrate::run(&database)? {
        log::info!(migration = name; "migration applied");
    }
    Ok(database)
}

/// What the API and the background work stand on alike.
pub struct Parts {
    /// The state, as handlers get it.
    pub state: Data<State>,
    /// The threads that do the jobs; none when other processes do them.
    pub worker: Option<Worker>,
}

/// Opens the database and puts together what works on it. Without `serve` there is no API.
pub fn parts(place: &Place, work: &Background, serve: Option<&Serve>) -> Result<Parts, Failure> {
    let database = open(place, !work.no_migrate)?;
    events::settle(&database)?;
    let vault = vault(place)?;
    let identity = Identity::open(database.clone(), Cost::default(), Utc::now())?;
    let post = post(work, &vault)?;
    let reach = Reach::new(&work.webhook_allow);
    let identity = identity
        .with_vault(vault.clone())
        .with_post(post.clone())
        .with_speaker(Speaker::new(reach.clone()));
    let wake = Wake::default();
    let files = Files::new(place.data_dir.join("files"), work.max_upload << 20);
    let storage = storage(place, work.max_file << 20)?;
    let rate = Rate::per_second(work.webhook_rate.get());
    let own_name = work
        .public_url
        .as_ref()
        .and_then(|site| site.url().host_str());
    let emails = Emails::new(
        vault.clone(),
        Reach::new(&work.mail_allow),
        storage.clone(),
        own_name.unwrap_or("localhost"),
        Dns::new(&work.dns),
    );
    let webhooks = Webhooks::new(vault.clone(), reach).at_most(rate);
    let registry = registry((&files, &storage), &post, &vault, &emails, &place.data_dir);
    let here = serve.is_none_or(|serve| serve.role == ServerRole::All);
    let worker = if work.jobs == 0 || !here {
        None
    } else {
        let options = jobs::Options {
            threads: work.jobs,
            per_workspace: work.jobs_per_workspace,
            lease: Duration::from_secs(work.job_lease),
            ..jobs::Options::default()
        };
        let (database, registry) = (database.clone(), registry.clone());
        Some(Worker::start(database, registry, wake.clone(), options)?)
    };
    let (key, all) = serve.map_or((NonZeroU32::MIN, NonZeroU32::MIN), |serve| {
        (serve.key_rate, serve.workspace_key_rate)
    });
    let limits = Limits::new(&database, key, all);
    let state = Data::new(State {
        database,
        identity,
        https: serve.is_some_and(|serve| serve.https),
        site: work.public_url.clone(),
        trusted_proxies: serve.map_or_else(Vec::new, |serve| serve.trusted_proxies.clone()),
        files,
        storage,
        wake,
        registry,
        limits,
        key_log: KeyLog::default(),
        webhooks,
        live: Live::default(),
        recent: Recent::default(),
        emails,
    });
    Ok(Parts { state, worker })
}

/// Begins to listen to mailboxes, unless that is not wanted.
pub fn watch(state: &State, work: &Background) -> Result<Option<Watch>, Failure> {
    if work.mail_watch == 0 {
        return Ok(None);
    }
    let bounds = Bounds {
        most: work.mail_watch,
        lease: Duration::from_secs(work.job_lease),
    };
    let (database, wake) = (state.database.clone(), state.wake.clone());
    Ok(Some(Watch::begin(
        database,
        state.emails.clone(),
        wake,
        bounds,
    )?))
}

/// Serves until SIGTERM or SIGINT.
pub fn run(place: &Place, settings: &Serve) -> Result<(), Failure> {
    if settings.role == ServerRole::Worker {
        return worker::run(place, &settings.work);
    }
    if settings.role == ServerRole::Api {
        worker::needs_postgres(place, "relasi serve --role api")?;
    }
    let metrics = settings.work.metrics_listen;
    let recorder = metrics.map(|_| metrics::install()).transpose()?;
    let Parts { state, worker } = parts(place, &settings.work, Some(settings))?;
    let draining = Data::new(Draining::default());
    let (listen, ending) = (settings.listen, draining.clone());
    let stopper = worker.as_ref().map(Worker::stopper);
    let anchors = place.audit_anchors();
    actix_web::rt::System::new().block_on(async move {
        if let (Some(handle), Some(address)) = (recorder, metrics) {
            metrics::serve(handle, address)?;
        }
        actix_web::rt::spawn(sweep::hourly(state.clone()));
        actix_web::rt::spawn(sweep::every_second(state.clone()));
        actix_web::rt::spawn(sweep::sealing(state.clone(), anchors));
        let (live, database) = (state.live.clone(), state.database.clone());
        actix_web::rt::spawn(live.run(database));
        if stopper.is_some() {
            let (database, webhooks) = (state.database.clone(), state.webhooks.clone());
            actix_web::rt::spawn(webhook::run(database, webhooks));
            let every = settings.work.mail_every;
            actix_web::rt::spawn(sweep::mailboxes(state.clone(), every));
            actix_web::rt::spawn(sweep::reminders(state.clone()));
        }
        let here = stopper.is_some();
        let mailboxes = here.then(|| watch(&state, &settings.work)).transpose()?;
        let server = http_server(settings, state.clone(), ending, stopper)?;
        println!("Relasi is ready: http://{listen}");
        let ended = server.await.map_err(Failure::from);
        if let Some(mailboxes) = mailboxes.flatten() {
            mailboxes.end();
        }
        sweep::store_key_log(&state).await;
        ended
    })?;
    if let Some(worker) = worker {
        worker.stop(draining.left());
    }
    Ok(())
}

/// The keys of secrets; made when they are not there.
pub fn vault(place: &Place) -> Result<Vault, Failure> {
    Vault::open(&place.secret_keys()).map_err(|error| Failure::Said(error.to_string()))
}

/// The way to write to people; closed where no mail account is set.
fn post(work: &Background, vault: &Vault) -> Result<Post, Failure> {
    let address = work.smtp_url.as_deref();
    let Some(address) = address.filter(|address| !address.is_empty()) else {
        return Ok(Post::default());
    };
    let missing = |what: &str| Failure::Said(format!("a mail account needs {what}"));
    let site = work.public_url.as_ref();
    let site = site.ok_or_else(|| missing("--public-url"))?.url();
    let from = work.mail_from.as_deref();
    let from = from.ok_or_else(|| missing("--mail-from"))?;
    let own_name = site.host_str().unwrap_or("localhost");
    let account = Account::parse(address, from, own_name).map_err(Failure::Said)?;
    Ok(Post::new(vault.clone(), account, site.clone()))
}

/// Where files of records lie, none of them larger than `limit` bytes.
pub fn storage(place: &Place, limit: u64) -> Result<Storage, Failure> {
    let address = place.files.as_deref().filter(|address| !address.is_empty());
    let storage = match address {
        None => Storage::folder(&place.data_dir.join("attachments"), limit),
        Some(address) => {
            let own = std::env::vars().filter(|(name, _)| name.starts_with("AWS_"));
            Storage::bucket(address, own, limit)
        }
    };
    storage.map_err(|error| Failure::Said(error.to_string()))
}

/// Everything that can be done in the background.
pub fn registry(
    (files, storage): (&Files, &Storage),
    post: &Post,
    vault: &Vault,
    emails: &Emails,
    data_dir: &std::path::Path,
) -> Registry {
    let registry = import::handlers(Registry::default(), files, vault).with(custom_field::Follow);
    let registry = bulk::handlers(registry, files);
    let registry = forecast::handlers(quality::handlers(registry));
    let registry = archive::handlers(registry, files, storage);
    let registry = privacy::handlers(registry, files, storage, vault);
    let registry = webhook::handlers(registry);
    let registry = events::inbound::handlers(registry, vault);
    let registry = speed::handlers(registry, post);
    let registry = suggestions::handlers(score::handlers(registry));
    let registry = booking::handlers(registry, post);
    let registry = series::handlers(reminder::handlers(registry, post));
    let registry = mail::handlers(registry, post);
    let registry = email::handlers(registry, emails);
    duplicate::handlers(registry, data_dir.join("scratch"))
}

fn http_server(
    settings: &Serve,
    state: Data<State>,
    draining: Data<Draining>,
    stopper: Option<Stopper>,
) -> Result<actix_web::dev::Server, Failure> {
    let api = Arc::new(relasi_http::api().without_document());
    let (flag, live) = (draining.clone(), state.live.clone());
    let mut server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .app_data(draining.clone())
            .app_data(PayloadConfig::new(MAX_BODY))
            .wrap(middleware::from_fn(envelope))
            .configure(|config| routes(config, &api))
            .default_service(web::to(spa::serve))
    })
    .disable_signals()
    .shutdown_timeout(REQUESTS);
    if let Some(workers) = settings.workers {
        server = server.workers(workers);
    }
    let server = server.bind(settings.listen)?.run();
    actix_web::rt::spawn(end_on_signal(
        server.handle(),
        flag,
        Duration::from_secs(settings.drain),
        stopper,
        live,
    ));
    Ok(server)
}

fn routes(config: &mut ServiceConfig, api: &Api) {
    config
        .route(
            "/livez",
            reading().to(|| async { HttpResponse::Ok().body("ok") }),
        )
        .route("/readyz", reading().to(ready));
    docs::configure(config);
    oauth::configure(config);
    interaction::configure(config);
    marketing::configure(config);
    commerce::configure(config);
    api.configure(config);
}

async fn ready(state: Data<State>, draining: Data<Draining>) -> Result<HttpResponse, Problem> {
    if draining.0.get().is_some() {
        return Err(Problem::of_status(
            actix_web::http::StatusCode::SERVICE_UNAVAILABLE,
        ));
    }
    let one = relasi_persistence::Statement::new("SELECT 1");
    state
        .database
        .across()
        .read_short(move |conn| conn.row(&one, |row| row.int(0)))
        .await
        .map_err(Problem::from)?;
    Ok(HttpResponse::Ok().body("ready"))
}

/// On SIGTERM `/readyz` says so at once, then, after what balancers need to see it, requests under way come to their
/// end.
async fn end_on_signal(
    handle: ServerHandle,
    draining: Data<Draining>,
    drain: Duration,
    stopper: Option<Stopper>,
    live: Live,
) {
    let signal = signal::wait().await;
    log::info!("ending");
    draining.begin();
    if let Some(stopper) = stopper {
        stopper.stop();
    }
    if signal == Signal::Terminate {
        actix_web::rt::time::sleep(drain).await;
    }
    live.end();
    handle.stop(true).await;
}
