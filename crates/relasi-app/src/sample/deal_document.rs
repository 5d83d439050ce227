//! Deals as documents.

use relasi_domain::record::Document;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Way, buying,
    course::{Course, Fate},
    document::{Registry, instant, members, stamped},
    words::Words,
    writer::{Gaps, Writer, capitalised},
};

impl Registry<'_> {
    /// A deal with its stage history.
    pub(super) fn deal(
        &mut self,
        course: &Course,
        way: &Way,
        gaps: &Gaps,
        writer: &mut Writer,
    ) -> Document {
        let firm = &self.cast.firms[course.firm];
        let name = writer.line(
            firm.language,
            &format!("deal.{}", course.goods.kind),
            gaps,
            course.created,
        );
        let about = self
            .random
            .chance(38)
            .then(|| writer.line(firm.language, "deal.about", gaps, course.created));
        let (stage, status) = match course.fate {
            Fate::Won => (way.won, "won"),
            Fate::Lost => (way.lost, "lost"),
            Fate::Open | Fate::Quiet => (way.open[course.entered.len() - 1], "open"),
        };
        let reasons = self.setting.language.lines("lost_reason");
        let reason = reasons
            .get(course.reason)
            .filter(|_| course.fate == Fate::Lost);
        let won = self.setting.language.lines("won_reason");
        let won = won
            .get(course.number / 3 % won.len().max(1))
            .filter(|_| course.fate == Fate::Won);
        // Now and then somebody knows better than the stage.
        let chance = course.number / 3 % 9 == 4 && course.fate == Fate::Open;
        let chance = chance.then_some(course.number / 3 % 4 * 20 + 20);
        let since = course
            .closed
            .or(course.entered.last().copied())
            .unwrap_or(course.created);
        let mut document = stamped(course.id, course.created, firm.owner);
        document.extend(members([
            ("updated_at", json!(instant(since))),
            ("name", json!(capitalised(&name))),
            ("company_id", json!(firm.id)),
            ("contact_id", json!(self.cast.people[course.person].id)),
            ("pipeline_id", json!(way.pipeline)),
            ("stage_id", json!(stage)),
            ("status", json!(status)),
            ("amount", json!(course.amount)),
            ("currency", json!(firm.currency)),
            ("close_date", json!(course.close_date)),
            ("stage_since", json!(instant(since))),
            ("closed_at", json!(course.closed.map(instant))),
            ("lost_reason", json!(reason)),
            ("won_reason", json!(won)),
            ("lost_to_id", json!(buying::winner(course, self.rivals))),
            ("probability", json!(chance)),
            (
                "source",
                json!(self.setting.language.lines("source").get(course.source)),
            ),
            ("description", json!(about)),
            (
                "tags",
                self.tags(&[
                    (0, course.goods.kind == "project", 25),
                    (2, course.source == 2, 50),
                ]),
            ),
            ("stage_changes", changes(course, way, stage)),
        ]));
        document
    }
}

/// Each move from stage to stage, the first from nowhere.
fn changes(course: &Course, way: &Way, last: Uuid) -> Value {
    let open = course
        .entered
        .iter()
        .zip(&way.open)
        .map(|(at, stage)| (*stage, *at));
    let mut from = None;
    let steps = open.chain(course.closed.map(|at| (last, at)));
    let steps =
        steps.map(|(to, at)| json!({"from": from.replace(to), "to": to, "at": instant(at)}));
    Value::Array(steps.collect())
}
