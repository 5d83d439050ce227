//! Records like one that is not there yet.

use std::collections::BTreeSet;

use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Action,
    people::duplicate::{Features, Reason, compare, marks},
    record::{Document, Object},
};
use relasi_persistence::{
    Statement,
    store::{index_values, text_of},
};
use serde::Serialize;
use uuid::Uuid;

use super::{leads, phones::Numbering, thresholds};
use crate::{
    records::{Work, in_trash, member_id},
    refusal::Result,
};

/// A record that may be the same.
#[derive(Debug, Clone, Serialize)]
pub struct Similar {
    /// What it is: of another object than the draft where a lead and a contact may be the same person.
    pub object: &'static str,
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub title: String,
    /// 0 to 100.
    pub score: u8,
    /// From the threshold of certainty on.
    pub sure: bool,
    /// Why, the weightiest first.
    pub reasons: Vec<Reason>,
    /// The record itself.
    pub record: Document,
}

/// Records compared for one draft at most; those with the same address or number come first.
const MOST: usize = 400;
/// Of them, records found by one address, number or value at most.
const HOLDERS: u32 = 200;
/// Records shown for one draft at most.
const SHOWN: usize = 10;
/// Letters of a word by which names are looked up, so that a slip further on does no harm.
const BEGINNING: usize = 4;

/// Records that look like a draft, the likest first. Those with the same e-mail address, phone number, domain or value
/// of a field that marks doubles are found, and those with a name alike among the newest few hundred.
pub fn similar(
    work: &mut Work<'_>,
    object: &'static Object,
    draft: &Document,
) -> Result<Vec<Similar>> {
    let mut faults = Faults::default();
    let shape = work.access.shape(object);
    for name in draft.keys() {
        let known = shape.field(name).is_some();
        faults.check(!known && name != "custom", name, "unknown_member");
    }
    faults.into_result()?;
    let mut ids = reached(work, object, draft)?;
    ids.extend(named(work, object, &text_of(draft, object.title))?);
    let mut seen = BTreeSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    ids.truncate(MOST);
    let numbering = Numbering::of(work.conn, work.access.workspace_id)?;
    let mut found = compared(work, object, draft, &ids, Some(numbering))?;
    let limits = thresholds(work)?;
    found.retain(|one| one.score >= limits.review);
    found.truncate(SHOWN);
    Ok(found)
}

/// A fault for a draft that is as good as certainly somebody with the same phone number; most drafts cost one look into
/// an index.
pub(crate) fn same_by_phone(
    work: &mut Work<'_>,
    object: &'static Object,
    draft: &Document,
) -> Result<Option<Fault>> {
    let numbers = values(object, draft, "phones");
    let ids = holders(work, object, "phones", &numbers)?;
    if ids.is_empty() {
        return Ok(None);
    }
    // Without the numbering plans of all countries, whose first reading would hold up other writes.
    let found = compared(work, object, draft, &ids, None)?;
    let mut found = found.into_iter();
    let certain = found.find(|one| one.sure && leads::is_open(object, &one.record));
    Ok(certain.map(|one| {
        Fault::at("/phones/0", "duplicate")
            .with("id", one.id)
            .with("title", one.title)
    }))
}

/// The records behind the ids that the worker may see, compared with the draft, the likest first.
fn compared(
    work: &mut Work<'_>,
    object: &'static Object,
    draft: &Document,
    ids: &[String],
    numbering: Option<Numbering>,
) -> Result<Vec<Similar>> {
    let limits = thresholds(work)?;
    let mut documents = work.store().find_all(object, ids)?;
    documents.retain(|document| !in_trash(document) && !leads::is_converted(object, document));
    for document in &mut documents {
        work.access.mask(object, document);
    }
    let documents = work.reached(object, Action::See, documents)?;
    let companies = Companies::of(work, documents.iter().chain([draft]))?;
    let features = |document: &Document| {
        Features::of(
            work.access.shape(object),
            document,
            companies.name(document),
            &|number, country| numbering?.international(number, country),
        )
    };
    let wanted = features(draft);
    let mut found: Vec<Similar> = Vec::with_capacity(documents.len());
    for document in documents {
        let verdict = compare(&wanted, &features(&document));
        found.push(Similar {
            object: object.name,
            id: member_id(&document, "id").unwrap_or_default(),
            title: text_of(&document, object.title),
            score: verdict.score,
            sure: verdict.score >= limits.sure,
            reasons: verdict.reasons,
            record: document,
        });
    }
    found.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    Ok(found)
}

/// Names of the companies that contacts belong to.
pub(super) struct Companies(std::collections::HashMap<String, String>);

impl Companies {
    pub(super) fn of<'d>(
        work: &mut Work<'_>,
        documents: impl Iterator<Item = &'d Document>,
    ) -> Result<Self> {
        let ids: BTreeSet<String> = documents
            .map(|document| text_of(document, "company_id"))
            .filter(|id| !id.is_empty())
            .collect();
        let ids: Vec<String> = ids.into_iter().collect();
        let mut names = std::collections::HashMap::new();
        for ids in ids.chunks(500) {
            let titles = work
                .store()
                .titles(&relasi_domain::people::company::OBJECT, ids)?;
            names.extend(titles.into_iter().map(|one| (one.id, one.title)));
        }
        Ok(Self(names))
    }

    pub(super) fn name(&self, document: &Document) -> Option<&str> {
        let id = document.get("company_id")?.as_str()?;
        self.0.get(id).map(String::as_str)
    }
}

/// Records with the same address, number, domain or value of a field that marks doubles.
fn reached(work: &mut Work<'_>, object: &'static Object, draft: &Document) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    for field in ["emails", "phones"] {
        let wanted = values(object, draft, field);
        ids.extend(holders(work, object, field, &wanted)?);
    }
    let shape = work.access.shape(object);
    let marks = marks(shape, draft);
    for field in shape.marking() {
        let wanted = marks.iter().filter(|mark| mark.field == field.name);
        let wanted: Vec<String> = wanted.map(|mark| mark.value.clone()).collect();
        let key = field.custom.as_ref().map_or("", |custom| &custom.key);
        ids.extend(holders(work, object, key, &wanted)?);
    }
    let domain = text_of(draft, "domain").to_lowercase();
    if object.field("domain").is_some() && !domain.is_empty() {
        let mut statement = Statement::new(format!(
            "SELECT id FROM {} WHERE workspace_id = ",
            object.table
        ));
        statement
            .bind(work.access.workspace_id)
            .push(" AND domain = ")
            .bind(domain)
            .push(" AND deleted_at IS NULL")
            .limit(20);
        ids.extend(work.conn.rows(&statement, |row| row.text(0))?);
    }
    Ok(ids)
}

fn values(object: &'static Object, draft: &Document, field: &str) -> Vec<String> {
    let all = index_values(object, draft).into_iter();
    all.filter(|(of, _)| *of == field)
        .map(|(_, value)| value)
        .collect()
}

fn holders(
    work: &mut Work<'_>,
    object: &'static Object,
    field: &str,
    wanted: &[String],
) -> Result<Vec<String>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let found = work.store().some_matches(object, field, wanted, HOLDERS)?;
    Ok(found.into_iter().map(|(_, id)| id).collect())
}

/// Records with a name that begins alike or has a word alike.
fn named(work: &mut Work<'_>, object: &'static Object, name: &str) -> Result<Vec<String>> {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let beginnings = words
        .iter()
        .map(|word| word.chars().take(BEGINNING).collect::<String>())
        .filter(|beginning| beginning.chars().count() >= 3)
        .take(2);
    let needles: Vec<String> = [name.to_owned()].into_iter().chain(beginnings).collect();
    let access = work.access;
    let visible = [(object, access.limit(object, Action::See))];
    let mut ids = Vec::new();
    for needle in needles.iter().filter(|needle| needle.chars().count() >= 3) {
        let hits = work.store().candidates(needle, &visible)?;
        ids.extend(hits.into_iter().map(|hit| hit.id));
    }
    Ok(ids)
}
