//! Rows, bodies and parameters.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use serde::{Deserialize, Serialize};

#[derive(QueryableByName, Serialize)]
pub struct Contact {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    #[diesel(sql_type = Text)]
    pub uuid: String,
    #[diesel(sql_type = Text)]
    pub first_name: String,
    #[diesel(sql_type = Text)]
    pub last_name: String,
    #[diesel(sql_type = Text)]
    pub email: String,
    #[diesel(sql_type = Text)]
    pub phone: String,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = BigInt)]
    pub company_id: i64,
    #[diesel(sql_type = Text)]
    pub city: String,
    #[diesel(sql_type = Text)]
    pub country: String,
    #[diesel(sql_type = Text)]
    pub source: String,
    #[diesel(sql_type = BigInt)]
    pub score: i64,
    #[diesel(sql_type = Text)]
    pub created_at: String,
}

impl Contact {
    /// One that needs no database.
    pub fn sample() -> Self {
        Self {
            id: 1,
            uuid: "00000000-0000-0000-0000-000000000001".to_owned(),
            first_name: "Siti".to_owned(),
            last_name: "Rahmawati".to_owned(),
            email: "siti@kopi.example".to_owned(),
            phone: "+62 812-0000-0001".to_owned(),
            title: "Buyer".to_owned(),
            company_id: 1,
            city: "Bandung".to_owned(),
            country: "ID".to_owned(),
            source: "web".to_owned(),
            score: 0,
            created_at: "2026-01-01T00:00:00Z".to_owned(),
        }
    }
}

#[derive(QueryableByName, Serialize)]
pub struct StageSum {
    #[diesel(sql_type = BigInt)]
    pub stage: i64,
    #[diesel(sql_type = BigInt)]
    pub n: i64,
    #[diesel(sql_type = BigInt)]
    pub total: i64,
}

#[derive(QueryableByName)]
pub struct Number {
    #[diesel(sql_type = BigInt)]
    pub n: i64,
}

#[derive(Serialize, Deserialize)]
pub struct Claims {
    pub sub: String,
    pub exp: u64,
}

#[derive(Deserialize)]
pub struct Query {
    #[serde(default)]
    pub city: String,
    pub q: Option<String>,
    #[serde(default)]
    pub offset: i64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Draft {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub city: String,
    pub title: String,
}
