//! What a chunk of rows comes to, found by reading alone.
//!
//! Check and run plan alike; only the run carries its plans out. So their counts agree.

use std::{
    collections::{BTreeSet, HashMap},
    hash::{BuildHasher, RandomState},
};

use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::{Access, Action},
    people::{company, tag},
    platform::import::company_key,
    record::{Document, Object},
};
use relasi_persistence::{
    Conn,
    store::{Store, index_values},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Import, Matching, OnMatch, Options,
    candidate::{Candidate, Made, batch, filled},
    catalogue,
    companies::Companies,
    customs::{CustomValues, marked_records, marked_values},
    erased,
    lookups::Lookups,
    merge::merged,
    plan::{Plan, Scene, at_field, targets},
};
use crate::{
    platform::vault::Vault,
    records::{Batch, member_id, owned_by},
    refusal::Result,
};

/// Finds out what becomes of rows, chunk after chunk.
pub(super) struct Planner {
    object: &'static Object,
    options: Options,
    access: Access,
    /// For the marks of people who asked to be erased.
    vault: Vault,
    companies: Companies,
    lookups: Lookups,
    customs: CustomValues,
    /// Records of this file by the hashes of their match values. A run forgets those of a chunk once the chunk is
    /// written, since they are found in the database then; a check has nothing but this.
    seen: HashMap<u64, Uuid>,
    hasher: RandomState,
    batch: Batch,
    dry: bool,
}

impl Planner {
    pub(super) fn new(
        object: &'static Object,
        import: &Import,
        (access, vault): (&Access, &Vault),
        dry: bool,
    ) -> Self {
        Self {
            object,
            options: import.options.clone(),
            access: access.clone(),
            vault: vault.clone(),
            batch: batch(import.id),
            companies: Companies::default(),
            lookups: Lookups::default(),
            customs: CustomValues::default(),
            seen: HashMap::new(),
            hasher: RandomState::new(),
            dry,
        }
    }

    /// Forgets what was read and planned, after a plan that could not be carried out.
    pub(super) fn reset(&mut self) {
        self.companies = Companies::default();
        self.lookups = Lookups::default();
        self.customs = CustomValues::default();
        self.seen.clear();
    }

    /// Whether rows of this chunk may meet records that the chunk planned last is to write: it can be planned after that
    /// only.
    pub(super) fn rests_on_last(&self, chunk: &[Candidate]) -> bool {
        let rests = |made: &Made| {
            made.parent.is_some()
                || !made.customs.is_empty()
                || self
                    .match_values(made)
                    .iter()
                    .any(|value| self.seen.contains_key(&self.hasher.hash_one(value)))
        };
        chunk
            .iter()
            .filter_map(|candidate| candidate.made.as_ref().ok())
            .any(rests)
    }

    /// Plans a chunk. In a run, the chunk before it is written by now or nothing of this one rests on it.
    pub(super) fn plan(&mut self, conn: &mut Conn, chunk: &[Candidate]) -> Result<Plan> {
        if !self.dry {
            self.seen.clear();
        }
        self.companies.refresh(conn, &self.access)?;
        self.lookups.refresh(conn, &self.access)?;
        self.customs
            .refresh(conn, &self.access, self.object, chunk, self.dry)?;
        let keys = (&self.vault, self.access.workspace_id);
        let erased = erased::places(conn, keys, self.object, chunk)?;
        let own = catalogue::of_own_currency(conn, self.access.workspace_id, self.object, chunk)?;
        let mut scene = self.scene(conn, chunk)?;
        let mut plan = Plan::default();
        for (place, candidate) in chunk.iter().enumerate() {
            plan.counts.rows += 1;
            let settled = match &candidate.made {
                Err(faults) => Err(faults.clone()),
                Ok(made) if erased.contains(&place) && !scene.knows(&self.match_values(made)) => {
                    Err(Fault::at("", "asked_to_be_erased").into())
                }
                Ok(_) if own.contains(&place) => Err(catalogue::refused()),
                Ok(made) => self.settle(made, &mut scene, &mut plan),
            };
            if let Err(faults) = settled {
                plan.counts.rejected += 1;
                plan.rejected.push((place, faults));
            }
        }
        plan.counts.companies_created = plan.companies.len() as u64;
        plan.updates = scene
            .targets
            .into_iter()
            .filter_map(|(id, target)| target.update(id))
            .collect();
        Ok(plan)
    }

    /// Reads what the rows of a chunk may match, with one query for the values and one for the records.
    fn scene(&self, conn: &mut Conn, chunk: &[Candidate]) -> Result<Scene> {
        let made = chunk
            .iter()
            .filter_map(|candidate| candidate.made.as_ref().ok());
        let wanted: BTreeSet<String> = made.flat_map(|made| self.chosen_values(made)).collect();
        let wanted: Vec<String> = wanted.into_iter().collect();
        let mut store = Store::new(conn, &self.access);
        let mut matches: HashMap<String, Vec<Uuid>> = HashMap::new();
        if let Some(field) = self.options.matching.field() {
            for (value, id) in store.matches(self.object, field, &wanted)? {
                matches
                    .entry(value)
                    .or_default()
                    .extend(Uuid::try_parse(&id));
            }
        } else if self.options.matching == Matching::Key {
            let wanted: BTreeSet<String> = wanted.into_iter().collect();
            let workspace = self.access.workspace_id;
            for (key, id) in catalogue::known(conn, workspace, self.object, &wanted)? {
                matches.entry(key).or_default().push(id);
            }
        } else {
            for value in wanted {
                let found = match self.options.matching {
                    Matching::Domain => self.companies.at_domain(&value),
                    _ => self.companies.named(&value),
                };
                matches.entry(value).or_default().extend(found);
            }
        }
        if self.options.matching != Matching::None {
            let marked = marked_records(conn, &self.access, self.object, chunk)?;
            matches.extend(marked);
        }
        let ids = matches.values().flatten().copied();
        let targets = match self.options.on_match {
            OnMatch::Update => targets(conn, &self.access, self.object, &ids.collect())?,
            OnMatch::Skip | OnMatch::Create => HashMap::new(),
        };
        Ok(Scene {
            matches,
            targets,
            fresh: HashMap::new(),
        })
    }

    /// The normalised values by which a row matches records: those chosen, and those of fields that mark doubles.
    fn match_values(&self, made: &Made) -> Vec<String> {
        let mut all = self.chosen_values(made);
        if self.options.matching != Matching::None {
            all.extend(marked_values(&self.access, self.object, made));
        }
        all
    }

    fn chosen_values(&self, made: &Made) -> Vec<String> {
        match self.options.matching {
            Matching::None => Vec::new(),
            Matching::Key => {
                let find = |name: &str| self.customs.one(made, name);
                let key = catalogue::key(self.object, &made.body, find);
                key.into_iter().collect()
            }
            Matching::Domain => made.domain().into_iter().collect(),
            Matching::Name => {
                let name = made
                    .body
                    .get(self.object.title)
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                Some(company_key(name))
                    .filter(|key| !key.is_empty())
                    .into_iter()
                    .collect()
            }
            Matching::Email | Matching::Phone => {
                let wanted = self.options.matching.field();
                let values = index_values(self.object, &made.body).into_iter();
                values
                    .filter(|(field, _)| Some(*field) == wanted)
                    .map(|(_, value)| value)
                    .collect()
            }
        }
    }

    fn settle(
        &mut self,
        made: &Made,
        scene: &mut Scene,
        plan: &mut Plan,
    ) -> std::result::Result<(), Faults> {
        let values = self.match_values(made);
        let mut found: BTreeSet<Uuid> = BTreeSet::new();
        for value in &values {
            found.extend(scene.matches.get(value).into_iter().flatten());
            found.extend(self.seen.get(&self.hasher.hash_one(value)));
        }
        scene.leave_closed(&mut found);
        let record = match (self.options.on_match, found.len()) {
            (OnMatch::Create, 1..) if self.options.matching == Matching::Key => {
                return Err(catalogue::taken(self.object).into());
            }
            (_, 0) | (OnMatch::Create, _) => self.create(made, scene, plan)?,
            (OnMatch::Skip, _) => {
                plan.counts.skipped += 1;
                return Ok(());
            }
            (OnMatch::Update, 1) => {
                let id = found.into_iter().next().unwrap_or_default();
                self.write_into(id, made, scene, plan)?;
                plan.counts.updated += 1;
                id
            }
            (OnMatch::Update, several) => {
                return Err(Fault::at("", "matches_several")
                    .with("count", several)
                    .into());
            }
        };
        if !made.said.is_empty() {
            plan.said.push((record, made.said.clone()));
        }
        for value in values {
            self.seen.insert(self.hasher.hash_one(value), record);
        }
        Ok(())
    }

    fn create(
        &mut self,
        made: &Made,
        scene: &mut Scene,
        plan: &mut Plan,
    ) -> std::result::Result<Uuid, Faults> {
        let mut body = made.fresh.clone()?;
        let id = member_id(&body, "id").unwrap_or_default();
        self.customs.take(&self.access, self.object, &body, id)?;
        self.refer(id, made, &mut body, plan)
            .inspect_err(|_| self.customs.forget(id))?;
        self.place(id, member_id(&body, "parent_id"));
        scene.fresh.insert(id, plan.creates.len());
        plan.creates.push(body);
        plan.counts.created += 1;
        Ok(id)
    }

    /// Writes a row into a record: one that is there, one that this chunk makes, or, in a check, one that an earlier
    /// chunk would have made, of which nothing more is known.
    fn write_into(
        &mut self,
        id: Uuid,
        made: &Made,
        scene: &mut Scene,
        plan: &mut Plan,
    ) -> std::result::Result<(), Faults> {
        let mut body = made.values(self.object);
        self.customs.take(&self.access, self.object, &body, id)?;
        let new_companies = plan.companies.len();
        self.refer(id, made, &mut body, plan)?;
        let parent = member_id(&body, "parent_id");
        let written = if let Some(place) = scene.fresh.get(&id) {
            merged(self.access.whole(self.object), &plan.creates[*place], body)
                .map(|(document, _)| plan.creates[*place] = document)
        } else if let Some(target) = scene.targets.get_mut(&id) {
            if let Some(code) = target.closed {
                Err(Fault::at("", code).into())
            } else {
                merged(self.access.whole(self.object), &target.document, body).map(
                    |(document, changed)| {
                        target.document = document;
                        target.changed.extend(changed);
                    },
                )
            }
        } else {
            Ok(())
        };
        match &written {
            Ok(()) => self.place(id, parent),
            Err(_) => self.companies.forget(plan.companies.drain(new_companies..)),
        }
        written
    }

    /// Puts the references of a row into its body: owner, parent, tags, and last the company. Tags and companies that are
    /// not there are made.
    fn refer(
        &mut self,
        id: Uuid,
        made: &Made,
        body: &mut Document,
        plan: &mut Plan,
    ) -> std::result::Result<(), Faults> {
        self.customs
            .refer(&self.access, self.object, &self.lookups, made, body)?;
        if let Some(owner) = &made.owner {
            body.insert("owner_id".into(), json!(self.lookups.person(owner)?));
            if !self
                .access
                .allows(self.object, Action::Add, &owned_by(self.object, body))
            {
                return Err(Fault::field("owner_id", "owner_out_of_reach").into());
            }
        }
        if let Some(parent) = &made.parent {
            let found = self.companies.named(&company_key(parent));
            let missing = || Fault::field("parent_id", "no_such_record").with("found", parent);
            let found = found.ok_or_else(missing)?;
            self.companies.check_parent(id, found)?;
            body.insert("parent_id".into(), json!(found));
        }
        for name in &made.tags {
            let tag = self.tag(name, plan)?;
            if let Value::Array(tags) = body.entry("tags").or_insert_with(|| json!([])) {
                tags.push(json!(tag));
            }
        }
        let company = self.object.field("company_id");
        if company.is_some_and(|field| field.write != relasi_domain::field::Write::Never)
            && !body.contains_key("company_id")
        {
            let (found, new) = self
                .companies
                .resolve(&made.company, self.options.company)?;
            if let Some(company) = new {
                plan.companies
                    .push(filled(&self.access, &company::OBJECT, company, self.batch)?);
            }
            if let Some(company) = found {
                body.insert("company_id".into(), json!(company));
            }
        }
        Ok(())
    }

    /// Notes where a company stands, for the rows to come.
    fn place(&mut self, id: Uuid, parent: Option<Uuid>) {
        if let Some(parent) = parent {
            self.companies.stands_below(id, parent);
        }
    }

    /// A tag by its name, made by this plan when there is none.
    fn tag(&mut self, name: &str, plan: &mut Plan) -> std::result::Result<Uuid, Faults> {
        let (id, new) = self.lookups.tag(name);
        if let Some(body) = new {
            let body = filled(&self.access, &tag::OBJECT, body, self.batch).map_err(|faults| {
                self.lookups.forget_tag(name);
                at_field("tags", faults)
            })?;
            plan.tags.push(body);
        }
        Ok(id)
    }
}
