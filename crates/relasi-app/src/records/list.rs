//! Lists as clients ask for them: filter, sort, cursor, fields, includes.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Weekday;
use relasi_domain::{
    fault::{Fault, Faults},
    field::Kind,
    filter::{self, Condition, Context, SortKey},
    identity::access::Action,
    record::Object,
    shape::Shape,
};
use relasi_persistence::{
    Statement,
    store::{Page, Query, Related, push_taken},
};
use serde_json::{Value, json};

use super::Work;
use crate::refusal::Result;

/// The most records of one page.
pub const MAX_LIMIT: usize = 200;
/// How far records are counted.
pub const COUNT_CAP: usize = 10_000;

/// What a client asks of a list, as text.
#[derive(Debug, Clone, Default)]
pub struct ListRequest {
    /// Filter in the filter grammar.
    pub filter: Option<String>,
    /// Sort keys.
    pub sort: Option<String>,
    /// Search text.
    pub text: Option<String>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// Records per page, 1 to [`MAX_LIMIT`].
    pub limit: Option<usize>,
    /// Fields to return.
    pub fields: Option<String>,
    /// References whose targets are to be named.
    pub include: Option<String>,
    /// The trash instead of the living.
    pub trashed: bool,
    /// Time zone in which relative days are meant.
    pub zone: Option<chrono_tz::Tz>,
}

/// A page ready to be sent.
#[derive(Debug, Default)]
pub struct Listing {
    /// Comma-separated JSON records.
    pub items: Vec<u8>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// Names of what the records refer to, by plural object name.
    pub included: Vec<(String, Vec<Related>)>,
}

/// A request that has been understood.
pub(super) struct Parsed {
    condition: Option<Condition>,
    sort: Vec<SortKey>,
    after: Option<Vec<Value>>,
    limit: usize,
    fields: Vec<String>,
    follow: Vec<String>,
    fingerprint: u64,
}

impl Work<'_> {
    /// One page of a list.
    pub fn list(&mut self, object: &'static Object, request: &ListRequest) -> Result<Listing> {
        let parsed = self.parse(object, request)?;
        let access = self.access;
        let query = query(&parsed, request, access.limit(object, Action::See));
        let page = self.store().page(object, &query)?;
        self.listing(page, parsed.fingerprint)
    }

    /// How many records a list has: the number, and whether it is only the cap.
    pub fn count(
        &mut self,
        object: &'static Object,
        request: &ListRequest,
    ) -> Result<(usize, bool)> {
        self.count_for(object, request, Action::See)
    }

    /// The same for those of its records that something may be done to.
    pub(crate) fn count_for(
        &mut self,
        object: &'static Object,
        request: &ListRequest,
        action: Action,
    ) -> Result<(usize, bool)> {
        let parsed = self.parse(object, request)?;
        let access = self.access;
        let query = query(&parsed, request, access.limit(object, action));
        let count = self.store().count(object, &query, COUNT_CAP + 1)?;
        Ok((count.min(COUNT_CAP), count > COUNT_CAP))
    }

    /// `AND …` for the living records `alias` that a filter takes and the worker may see.
    pub(crate) fn push_taken(
        &mut self,
        object: &'static Object,
        filter: &ListRequest,
        alias: &str,
        statement: &mut Statement,
    ) -> Result<()> {
        let parsed = self.parse(object, filter)?;
        let limit = self.access.limit(object, Action::See);
        let condition = parsed.condition.as_ref();
        push_taken(condition, &limit, alias, self.conn.dialect(), statement);
        Ok(())
    }

    /// What a filter asks of each record.
    pub(crate) fn condition(
        &self,
        object: &'static Object,
        filter: &ListRequest,
    ) -> Result<Option<Condition>> {
        Ok(self.parse(object, filter)?.condition)
    }

    /// What relative words of filters mean for the worker.
    pub fn context(&self, zone: Option<chrono_tz::Tz>) -> Context {
        Context {
            now: self.now,
            zone: zone.unwrap_or(chrono_tz::UTC),
            week_start: Weekday::Mon,
            me: Some(self.access.user_id),
            my_team: self.access.team_ids.first().copied(),
        }
    }

    pub(super) fn parse(&self, object: &'static Object, request: &ListRequest) -> Result<Parsed> {
        let shape = self.access.shape(object);
        let mut faults = Faults::default();
        let at = |name: &str| {
            let pointer = format!("?{name}");
            move |fault: Fault| Fault {
                pointer: pointer.clone(),
                ..fault
            }
        };
        let filter = request
            .filter
            .as_deref()
            .map(|text| filter::parse(text, shape).map_err(at("filter")));
        let filter = filter.transpose().unwrap_or_else(|fault| {
            faults.push(fault);
            None
        });
        let sort = request.sort.as_deref().unwrap_or_default();
        let sort = filter::parse_sort(sort, shape)
            .map_err(at("sort"))
            .unwrap_or_else(|fault| {
                faults.push(fault);
                filter::Sort::default()
            });
        let fields = names(request.fields.as_deref());
        let known =
            |name: &str| matches!(name, "id" | "version" | "custom") || shape.field(name).is_some();
        for name in fields.iter().filter(|name| !known(name)) {
            faults.push(Fault::at("?fields", "unknown_field").with("field", name));
        }
        let follow: Vec<String> = names(request.include.as_deref())
            .into_iter()
            .map(|name| reference_name(shape, &name))
            .collect();
        for name in follow.iter().filter(|name| !is_reference(shape, name)) {
            faults.push(Fault::at("?include", "unknown_field").with("field", name));
        }
        let limit = request.limit.unwrap_or(50);
        if !(1..=MAX_LIMIT).contains(&limit) {
            faults.push(Fault::at("?limit", "out_of_range").with("max", MAX_LIMIT));
        }
        let trashed = if request.trashed {
            Some("trashed")
        } else {
            None
        };
        let parts = [
            Some(object.name),
            trashed,
            request.filter.as_deref(),
            request.sort.as_deref(),
            request.text.as_deref(),
        ];
        let fingerprint = fingerprint(&parts);
        // Matches of a search are in the order in which they came, others in that of their sort keys and ids.
        let fits = |last: &Vec<Value>| match searched(request) {
            Some(_) => last.len() == 1,
            None => last.len() == sort.keys.len() + 1 && last.last().is_some_and(Value::is_string),
        };
        let after = request
            .cursor
            .as_deref()
            .map(|cursor| decode_cursor(cursor, fingerprint).filter(fits));
        if after == Some(None) {
            faults.push(Fault::at("?cursor", "bad_cursor"));
        }
        faults.into_result()?;
        let fields = self.shown(object, fields);
        let condition = filter
            .map(|filter| filter.resolve(&self.context(request.zone)))
            .filter(|c| !c.is_always());
        Ok(Parsed {
            condition,
            sort: sort.keys,
            after: after.flatten(),
            limit,
            fields,
            follow,
            fingerprint,
        })
    }

    /// The fields of an answer, all for none; named one by one where there are some that may not be seen.
    fn shown(&self, object: &'static Object, mut fields: Vec<String>) -> Vec<String> {
        if !self.access.hides_some(object) {
            return fields;
        }
        let shape = self.access.shape(object);
        let whole = fields.iter().any(|name| name == "custom");
        fields.retain(|name| name != "custom");
        if whole {
            let added = shape.added().iter().map(|field| field.name.to_string());
            fields.extend(added);
        }
        if fields.is_empty() && !whole {
            fields = shape.fields().map(|field| field.name.to_string()).collect();
        }
        // Without any it would be all of them.
        fields.push("id".to_owned());
        fields
    }

    fn listing(&mut self, page: Page, fingerprint: u64) -> Result<Listing> {
        let mut included = Vec::new();
        for (target, ids) in page.references {
            let ids: Vec<String> = ids.into_iter().collect();
            let named = self.store().named(&target, &ids)?;
            included.extend(named.map(|(plural, names)| (plural.to_owned(), names)));
        }
        let next = page.next.map(|last| encode_cursor(&last, fingerprint));
        Ok(Listing {
            items: page.items,
            next,
            included,
        })
    }
}

pub(super) fn query<'q>(
    parsed: &'q Parsed,
    request: &'q ListRequest,
    visible: relasi_domain::identity::access::Limit<'q>,
) -> Query<'q> {
    Query {
        filter: parsed.condition.as_ref(),
        sort: &parsed.sort,
        text: searched(request),
        after: parsed.after.as_deref(),
        limit: parsed.limit,
        trashed: request.trashed,
        visible,
        fields: &parsed.fields,
        follow: &parsed.follow,
    }
}

/// The search text of a list, when there is one.
fn searched(request: &ListRequest) -> Option<&str> {
    request
        .text
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

fn names(list: Option<&str>) -> Vec<String> {
    list.unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// `company` means `company_id`; `created_by` is its own name.
fn reference_name(shape: Shape<'_>, name: &str) -> String {
    let with_id = format!("{name}_id");
    if shape.object.field(&with_id).is_some() {
        with_id
    } else {
        name.to_owned()
    }
}

fn is_reference(shape: Shape<'_>, name: &str) -> bool {
    shape
        .field(name)
        .is_some_and(|field| matches!(field.kind, Kind::Reference(_) | Kind::Person))
}

/// Tells lists apart, so that a cursor is not used with another one.
fn fingerprint(parts: &[Option<&str>]) -> u64 {
    // FNV-1a: stable over processes and versions, unlike the hasher of the standard library.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts
        .iter()
        .flat_map(|part| part.unwrap_or_default().bytes().chain([0]))
    {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

fn encode_cursor(last: &[Value], fingerprint: u64) -> String {
    URL_SAFE_NO_PAD.encode(json!([fingerprint, last]).to_string())
}

/// Where the page before ended, when the cursor is one of this list's and holds what columns may.
fn decode_cursor(cursor: &str, fingerprint: u64) -> Option<Vec<Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (of, last): (u64, Vec<Value>) = serde_json::from_slice(&bytes).ok()?;
    let sound = |value: &Value| match value {
        Value::String(text) => !text.contains('\0'),
        Value::Number(number) => number.is_i64(),
        other => !other.is_array() && !other.is_object(),
    };
    (of == fingerprint && last.iter().all(sound)).then_some(last)
}
