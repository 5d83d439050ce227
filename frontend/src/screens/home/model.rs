//! The answer of `GET /home`.

use std::collections::HashMap;

use serde::Deserialize;

use crate::records::store::Related;
use crate::records::{Page, Record};

/// Deals of one currency.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Sum {
    /// ISO 4217.
    pub currency: String,
    /// Deals.
    pub count: i64,
    /// In minor units; none for who may not see amounts.
    pub amount: Option<i64>,
    /// Times the chance of the stages, in minor units.
    #[serde(default)]
    pub weighted: Option<i64>,
}

/// Whose deals are counted.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Whose {
    /// `workspace`, `team` or `person`.
    pub kind: String,
    /// What they are called.
    pub label: Option<String>,
    /// The filter that takes their deals; empty for all.
    pub filter: String,
}

/// What the person should see first.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Home {
    /// Open steps up to tomorrow, earliest first.
    pub tasks: Vec<Record>,
    /// Titles of what the steps refer to.
    #[serde(default)]
    pub included: HashMap<String, Vec<Related>>,
    /// Own steps that are late.
    pub overdue: i64,
    /// Own steps due today.
    pub due_today: i64,
    /// Own open deals without a next step.
    pub deals_without_next_step: i64,
    /// `seller`, `lead` or `owner`.
    pub audience: String,
    /// Whose deals the sums are about.
    pub whose: Whose,
    /// Open deals by currency.
    pub open: Vec<Sum>,
    /// Deals won since the first of the month by currency.
    pub won_this_month: Vec<Sum>,
}

impl Home {
    /// The steps as a page, for the cache of titles.
    pub fn page(&self) -> Page {
        Page {
            items: Vec::new(),
            next_cursor: None,
            included: self.included.clone(),
        }
    }
}
