//! The floor of the benchmark: actix-web, diesel over SQLite and a signed token, six endpoints, next to no product code.
//!
//! `floor load DATA DB` makes the database from the data set; `floor serve DB HEADERS PORT` serves it and writes the
//! headers that a client must send. It is deliberately plain: a statement is prepared for each request, a list is
//! counted and paged by offset, and sums are made from the rows.

mod load;
mod rows;

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, error, web};
use anyhow::Context as _;
use diesel::connection::SimpleConnection as _;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection, sql_query};
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, encode};
use rows::{Claims, Contact, Draft, Number, Query, StageSum};
use serde_json::json;

const KEY: &[u8] = b"only for this benchmark, 0123456789";

struct State {
    readers: Pool<ConnectionManager<SqliteConnection>>,
    writer: Mutex<SqliteConnection>,
    next: AtomicI64,
    key: DecodingKey,
}

type Shared = web::Data<State>;
type Answer = actix_web::Result<HttpResponse>;

impl State {
    fn admit(&self, request: &HttpRequest) -> actix_web::Result<()> {
        let header = request
            .headers()
            .get("authorization")
            .and_then(|value| value.to_str().ok());
        let token = header
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(|| error::ErrorUnauthorized("no token"))?;
        let claims = decode::<Claims>(token, &self.key, &Validation::default());
        claims.map(|_| ()).map_err(error::ErrorUnauthorized)
    }

    /// Runs `query` on a thread of the blocking pool with a reader.
    async fn read<T: Send + 'static>(
        this: Shared,
        query: impl FnOnce(&mut SqliteConnection) -> diesel::QueryResult<T> + Send + 'static,
    ) -> actix_web::Result<T> {
        web::block(move || {
            let mut reader = this.readers.get().map_err(|e| e.to_string())?;
            query(&mut reader).map_err(|e| e.to_string())
        })
        .await?
        .map_err(error::ErrorInternalServerError)
    }

    /// Runs `change` in a transaction on the one writer.
    async fn write<T: Send + 'static>(
        this: Shared,
        change: impl FnOnce(&mut SqliteConnection) -> diesel::QueryResult<T> + Send + 'static,
    ) -> actix_web::Result<T> {
        web::block(move || {
            let mut writer = this.writer.lock().map_err(|e| e.to_string())?;
            writer
                .immediate_transaction(change)
                .map_err(|e| e.to_string())
        })
        .await?
        .map_err(error::ErrorInternalServerError)
    }
}

/// JSON without a token and a database: what HTTP alone costs.
async fn bare() -> HttpResponse {
    HttpResponse::Ok().json(Contact::sample())
}

async fn get(state: Shared, request: HttpRequest, id: web::Path<String>) -> Answer {
    state.admit(&request)?;
    let id = id.into_inner();
    let found: Vec<Contact> = State::read(state, move |reader| {
        sql_query("SELECT * FROM contacts WHERE uuid = ?")
            .bind::<Text, _>(id)
            .load(reader)
    })
    .await?;
    Ok(found.first().map_or_else(
        || HttpResponse::NotFound().finish(),
        |one| HttpResponse::Ok().json(one),
    ))
}

async fn list(state: Shared, request: HttpRequest, query: web::Query<Query>) -> Answer {
    state.admit(&request)?;
    let Query { city, q, offset } = query.into_inner();
    let (total, items): (i64, Vec<Contact>) = State::read(state, move |reader| {
        if let Some(q) = q {
            let phrase = format!("\"{}\"", q.replace('"', "\"\""));
            let hits = "SELECT c.* FROM names JOIN contacts c ON c.id = names.rowid WHERE names MATCH ? LIMIT 50";
            return sql_query(hits).bind::<Text, _>(phrase).load(reader).map(|found| (0, found));
        }
        let count = sql_query("SELECT count(*) AS n FROM contacts WHERE city = ?");
        let total = count.bind::<Text, _>(&city).get_result::<Number>(reader)?.n;
        let page = sql_query("SELECT * FROM contacts WHERE city = ? ORDER BY last_name LIMIT 50 OFFSET ?");
        Ok((total, page.bind::<Text, _>(&city).bind::<BigInt, _>(offset).load(reader)?))
    })
    .await?;
    Ok(HttpResponse::Ok().json(json!({"total": total, "items": items})))
}

async fn create(state: Shared, request: HttpRequest, draft: web::Json<Draft>) -> Answer {
    state.admit(&request)?;
    let id = state.next.fetch_add(1, Ordering::Relaxed);
    let Draft {
        first_name,
        last_name,
        email,
        city,
        ..
    } = draft.into_inner();
    State::write(state, move |writer| {
        let row = "INSERT INTO contacts VALUES (?, ?, ?, ?, ?, '', '', 1, ?, 'ID', 'api', 0, 0, '2026-01-01T00:00:00Z')";
        sql_query(row)
            .bind::<BigInt, _>(id)
            .bind::<Text, _>(format!("n{id}"))
            .bind::<Text, _>(&first_name)
            .bind::<Text, _>(&last_name)
            .bind::<Text, _>(email)
            .bind::<Text, _>(city)
            .execute(writer)?;
        sql_query("INSERT INTO names(rowid, name) VALUES (?, ?)")
            .bind::<BigInt, _>(id)
            .bind::<Text, _>(format!("{first_name} {last_name}"))
            .execute(writer)?;
        sql_query("INSERT INTO audit(what, id) VALUES ('create', ?)").bind::<BigInt, _>(id).execute(writer)
    })
    .await?;
    Ok(HttpResponse::Created().json(json!({"id": id})))
}

async fn update(
    state: Shared,
    request: HttpRequest,
    id: web::Path<String>,
    draft: web::Json<Draft>,
) -> Answer {
    state.admit(&request)?;
    let (id, title) = (id.into_inner(), draft.into_inner().title);
    let changed: Vec<Contact> = State::write(state, move |writer| {
        sql_query("UPDATE contacts SET title = ? WHERE uuid = ?")
            .bind::<Text, _>(title)
            .bind::<Text, _>(&id)
            .execute(writer)?;
        sql_query("INSERT INTO audit(what, id) VALUES ('update', 0)").execute(writer)?;
        sql_query("SELECT * FROM contacts WHERE uuid = ?")
            .bind::<Text, _>(id)
            .load(writer)
    })
    .await?;
    Ok(changed.first().map_or_else(
        || HttpResponse::NotFound().finish(),
        |one| HttpResponse::Ok().json(one),
    ))
}

async fn totals(state: Shared, request: HttpRequest) -> Answer {
    state.admit(&request)?;
    let sums: Vec<StageSum> = State::read(state, |reader| {
        let sums = "SELECT stage, count(*) AS n, sum(amount) AS total FROM deals WHERE status = 'open' GROUP BY stage";
        sql_query(sums).load(reader)
    })
    .await?;
    Ok(HttpResponse::Ok().json(sums))
}

/// Settings of every connection.
fn prepare(connection: &mut SqliteConnection) -> diesel::QueryResult<()> {
    connection.batch_execute(
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
         PRAGMA mmap_size = 268435456; PRAGMA cache_size = -16384;",
    )
}

#[derive(Debug)]
struct Prepare;

impl CustomizeConnection<SqliteConnection, diesel::r2d2::Error> for Prepare {
    fn on_acquire(&self, connection: &mut SqliteConnection) -> Result<(), diesel::r2d2::Error> {
        prepare(connection).map_err(diesel::r2d2::Error::QueryError)
    }
}

async fn serve(path: &str, headers: &str, port: u16) -> anyhow::Result<()> {
    let claims = Claims {
        sub: "bench".to_owned(),
        exp: 4_102_444_800,
    };
    let token = encode(&Header::default(), &claims, &EncodingKey::from_secret(KEY))?;
    std::fs::write(
        headers,
        format!("Authorization: Bearer {token}\nContent-Type: application/json\n"),
    )?;
    let mut writer = SqliteConnection::establish(path)?;
    prepare(&mut writer)?;
    let next = sql_query("SELECT max(id) + 1 AS n FROM contacts")
        .get_result::<Number>(&mut writer)?
        .n;
    let readers = Pool::builder()
        .max_size(4)
        .connection_customizer(Box::new(Prepare));
    let state = web::Data::new(State {
        readers: readers.build(ConnectionManager::new(path))?,
        writer: Mutex::new(writer),
        next: AtomicI64::new(next),
        key: DecodingKey::from_secret(KEY),
    });
    let app = move || {
        App::new()
            .app_data(state.clone())
            .route("/bare", web::get().to(bare))
            .route("/contacts", web::get().to(list))
            .route("/contacts", web::post().to(create))
            .route("/contacts/{id}", web::get().to(get))
            .route("/contacts/{id}", web::patch().to(update))
            .route("/totals", web::get().to(totals))
    };
    HttpServer::new(app)
        .workers(2)
        .bind(("127.0.0.1", port))?
        .run()
        .await?;
    Ok(())
}

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["load", data, path] => load::load(data.as_ref(), path),
        ["serve", path, headers, port] => {
            serve(path, headers, port.parse().context("the port")?).await
        }
        _ => anyhow::bail!("usage: floor load DATA DB | floor serve DB HEADERS PORT"),
    }
}
