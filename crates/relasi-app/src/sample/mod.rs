//! Believable sample data: Indonesian, Thai and other companies, their people, deals and two years of history.
//!
//! [`plan`] is a pure function: the same setting on the same day gives the same documents. [`load`] writes them through
//! the record layer, and [`remove`] takes them away in one step. Every name, address and number is made up.

mod activities;
mod adopt;
mod answers;
mod buying;
mod calendar;
mod calls;
mod cast;
mod catalogue;
mod checklist;
mod consents;
mod course;
mod deal_document;
mod discounts;
mod document;
mod duties;
mod firm;
mod goods;
mod history;
mod leads;
mod load;
mod money;
mod offers;
mod past_leads;
mod patience;
mod phone;
mod pipeline;
mod plot;
mod profile;
mod quotes;
mod random;
mod rates;
mod reception;
mod remove;
mod scene;
mod steps;
#[cfg(test)]
mod tests;
mod views;
mod visits;
mod words;
mod writer;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use relasi_domain::{
    interaction::activity,
    locale::Language,
    people::{company, contact, contact_role, tag},
    platform::saved_view,
    record::{Document, Object},
    sales::{competitor, deal, deal_competitor, deal_contact, lead, pipeline as way, stage},
};
use uuid::Uuid;

use activities::Scribe;
use calendar::Calendar;
use cast::Cast;
use document::Registry;
use history::{ACTIVITIES, Chronicle};
pub use load::{IMPORT_ID, is_present, load};
use random::Random;
pub use remove::remove;

/// Somebody who owns records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// A member of the workspace.
    pub user_id: Uuid,
    /// Their team.
    pub team_id: Option<Uuid>,
}

/// A pipeline as far as deals need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The pipeline.
    pub pipeline: Uuid,
    /// Its open stages in order; at least one.
    pub open: Vec<Uuid>,
    /// The stage of won deals.
    pub won: Uuid,
    /// The stage of lost deals.
    pub lost: Uuid,
}

/// What the sample data is made for.
#[derive(Debug, Clone)]
pub struct Setting<'s> {
    /// Another seed gives other data.
    pub seed: u64,
    /// Another round gives the same data with other ids.
    pub round: u64,
    /// Only its day in `zone` matters.
    pub now: DateTime<Utc>,
    /// Time zone of the workspace.
    pub zone: Tz,
    /// Language of what the workspace shares: industries, stages, tags.
    pub language: Language,
    /// ISO 4217; most deals are in it.
    pub currency: &'s str,
    /// Who owns the records, the first most of them; at least one.
    pub owners: &'s [Owner],
    /// The pipeline that sales go through.
    pub sales: Way,
    /// Position of the pipeline that comes with the data.
    pub position: i64,
    /// Tags that are there already, by their normalised names.
    pub tags: HashMap<String, Uuid>,
}

/// Documents in the form that the record layer takes as historic, each list in the order of loading.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SamplePlan {
    /// Tags.
    pub tags: Vec<Document>,
    /// The small pipeline for service contracts.
    pub pipelines: Vec<Document>,
    /// Its stages.
    pub stages: Vec<Document>,
    /// Companies, owners before those they own.
    pub companies: Vec<Document>,
    /// People.
    pub contacts: Vec<Document>,
    /// What people are and were at companies.
    pub contact_roles: Vec<Document>,
    /// Who else is after deals.
    pub competitors: Vec<Document>,
    /// Deals with `stage_changes`.
    pub deals: Vec<Document>,
    /// Leads, and those that some of the deals came from.
    pub leads: Vec<Document>,
    /// People of deals in their roles.
    pub deal_contacts: Vec<Document>,
    /// Competitors in deals.
    pub deal_competitors: Vec<Document>,
    /// What was done and what is still to do.
    pub activities: Vec<Document>,
    /// Saved views.
    pub saved_views: Vec<Document>,
}

impl SamplePlan {
    /// Each object with its documents, in the order in which they refer to each other.
    pub fn parts(self) -> [(&'static Object, Vec<Document>); 13] {
        [
            (&tag::OBJECT, self.tags),
            (&way::OBJECT, self.pipelines),
            (&stage::OBJECT, self.stages),
            (&company::OBJECT, self.companies),
            (&contact::OBJECT, self.contacts),
            (&contact_role::OBJECT, self.contact_roles),
            (&competitor::OBJECT, self.competitors),
            (&deal::OBJECT, self.deals),
            (&lead::OBJECT, self.leads),
            (&deal_contact::OBJECT, self.deal_contacts),
            (&deal_competitor::OBJECT, self.deal_competitors),
            (&activity::OBJECT, self.activities),
            (&saved_view::OBJECT, self.saved_views),
        ]
    }
}

/// All the sample data of a setting.
pub fn plan(setting: &Setting<'_>) -> SamplePlan {
    let calendar = Calendar::new(setting.now, setting.zone);
    let cast = Cast::new(setting, &calendar);
    let mut ids = Random::new(setting, 9);
    let founded = calendar::at(calendar.ago(calendar::HISTORY), setting.zone, 480);
    let mut service =
        pipeline::service(setting.language, setting.currency, setting.position, || {
            ids.id(founded)
        });
    for settings in service.stages.iter_mut().chain([&mut service.pipeline]) {
        let id = records_id(settings);
        settings.append(&mut document::stamped(id, founded, setting.owners[0]));
        // Settings belong to everybody.
        settings.remove("owner_id");
        settings.remove("team_id");
    }
    let courses = plot::courses(setting, &calendar, &cast, &service.way);
    let steps = steps::steps(setting, &calendar, &cast, &courses, &service.way);
    let done = Chronicle::new(setting, &calendar, &cast).told(
        &courses,
        &service.way,
        ACTIVITIES - steps.len(),
    );

    let (tags, tag_ids) = views::tags(setting, &calendar);
    let (competitors, rivals) = buying::competitors(setting, &calendar);
    let mut scribe = Scribe::new(setting, &calendar, &cast);
    let mut registry = Registry {
        setting,
        cast: &cast,
        courses: &courses,
        tags: &tag_ids,
        rivals: &rivals,
        random: Random::new(setting, 10),
    };
    let companies = (0..cast.firms.len())
        .map(|index| registry.company(index, &mut scribe.writer))
        .collect();
    let contacts = (0..cast.people.len())
        .map(|index| registry.contact(index, &mut scribe.writer))
        .collect();
    let contact_roles = (0..cast.people.len())
        .flat_map(|index| registry.roles(index))
        .collect();
    let gaps: Vec<_> = courses
        .iter()
        .map(|course| scribe.deal_gaps(course))
        .collect();
    let deals = courses.iter().zip(&gaps).map(|(course, gaps)| {
        let way = if course.service {
            &service.way
        } else {
            &setting.sales
        };
        registry.deal(course, way, gaps, &mut scribe.writer)
    });
    let deals = deals.collect();
    let activities = done.iter().chain(&steps).map(|entry| {
        let deal = entry.deal.map(|deal| (&courses[deal], &gaps[deal]));
        let about = scribe.entry_gaps(entry, deal);
        scribe.activity(entry, &about, deal.map(|(course, _)| course))
    });
    let activities = activities.collect();
    let mut plan = SamplePlan {
        tags,
        pipelines: vec![service.pipeline],
        stages: service.stages,
        companies,
        contacts,
        contact_roles,
        competitors,
        deals,
        leads: Vec::new(),
        deal_contacts: buying::people(setting, &cast, &courses),
        deal_competitors: buying::rivals(setting, &cast, &courses, &rivals),
        activities,
        saved_views: views::views(setting, &calendar),
    };
    plan.leads = leads::leads(setting, &calendar, &plan);
    plan
}

fn records_id(document: &Document) -> Uuid {
    crate::records::member_id(document, "id").unwrap_or_default()
}
