//! How far deals come: those that entered each stage in the period, and those of them that came further.

use std::collections::BTreeMap;

use relasi_domain::{filter::start_of_day, insight::quality::share, sales::deal};
use relasi_persistence::Statement;
use serde_json::json;
use uuid::Uuid;

use super::{Asked, Figure, Group, Unit, count, grouped::Parts};
use crate::{records::Work, refusal::Result};

/// A stage of the pipeline, also one in the trash: deals may have come further through it.
struct Step {
    id: String,
    name: String,
    kind: String,
    gone: bool,
}

fn all_steps(work: &mut Work<'_>, pipeline: Uuid) -> Result<Vec<Step>> {
    let mut statement =
        Statement::new("SELECT id, name, kind, deleted_at FROM stages WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND pipeline_id = ")
        .bind(pipeline)
        .push(" ORDER BY position, id");
    Ok(work.conn.rows(&statement, |row| {
        Ok(Step {
            id: row.text(0)?,
            name: row.text(1)?,
            kind: row.text(2)?,
            gone: row.opt_int(3)?.is_some(),
        })
    })?)
}

/// Deals that entered each stage, and how many of them came further. All moves since the period began are read once: what is
/// asked of each deal is asked of few rows.
pub(super) fn of(work: &mut Work<'_>, asked: &Asked, pipeline: Uuid) -> Result<Parts> {
    let steps = all_steps(work, pipeline)?;
    let zone = asked.list.zone.unwrap_or(chrono_tz::UTC);
    let edge = |day| start_of_day(zone, day);
    let mut statement = Statement::new(
        "SELECT c.deal_id, c.to_stage_id, c.at FROM stage_changes c \
         CROSS JOIN deals d WHERE d.workspace_id = c.workspace_id AND d.id = c.deal_id AND c.workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND c.at >= ")
        .bind(edge(asked.period.from));
    work.push_taken(&deal::OBJECT, &asked.list, "d", &mut statement)?;
    let mut moves = work.conn.rows(&statement, |row| {
        Ok((row.text(0)?, row.text(1)?, row.int(2)?))
    })?;
    // Put in order here: asked for in order, databases would walk the moves of all times.
    moves.sort_unstable_by(|one, other| (&one.0, one.2).cmp(&(&other.0, other.2)));
    let counted = entered(&moves, &steps, edge(asked.period.to).timestamp_micros());
    let mut groups = Vec::new();
    let mut first = (0, 0);
    for (step, (entered, further)) in steps.into_iter().zip(counted) {
        if step.kind == "lost" || step.gone {
            continue;
        }
        if groups.is_empty() {
            first = (entered, further);
        }
        let mut figures = vec![count("entered", entered, None)];
        if step.kind == "open" {
            figures.push(count("further", further, None));
            figures.push(conversion((entered, further)));
        }
        groups.push(Group {
            value: json!(step.id),
            label: Some(step.name),
            figures,
        });
    }
    let figures = vec![
        count("entered", first.0, None),
        count("further", first.1, None),
        conversion(first),
    ];
    Ok(("stage_id".to_owned(), figures, groups))
}

/// Of each step: deals that came to it before the end, and those of them that came to a later one that is not lost
/// afterwards. Moves are by deal and time.
fn entered(moves: &[(String, String, i64)], steps: &[Step], end: i64) -> Vec<(i64, i64)> {
    let places: BTreeMap<&str, usize> = steps
        .iter()
        .enumerate()
        .map(|(place, step)| (step.id.as_str(), place))
        .collect();
    let mut counted = vec![(0, 0); steps.len()];
    let mut furthest = Vec::new();
    for of_deal in moves.chunk_by(|one, other| one.0 == other.0) {
        // From the last move back: how far the deal came from there on.
        furthest.clear();
        furthest.resize(steps.len(), None::<bool>);
        let mut reached = None;
        for at_once in of_deal.chunk_by(|one, other| one.2 == other.2).rev() {
            let known = at_once
                .iter()
                .filter_map(|(_, stage, at)| Some((places.get(stage.as_str()).copied()?, *at)));
            for (place, _) in known.clone() {
                if steps[place].kind != "lost" {
                    reached = reached.max(Some(place));
                }
            }
            for (place, _) in known.filter(|(_, at)| *at < end) {
                let further = reached.is_some_and(|reached| reached > place);
                furthest[place] = Some(further || furthest[place] == Some(true));
            }
        }
        for (counted, further) in counted.iter_mut().zip(&furthest) {
            counted.0 += i64::from(further.is_some());
            counted.1 += i64::from(*further == Some(true));
        }
    }
    counted
}

fn conversion((entered, further): (i64, i64)) -> Figure {
    Figure {
        name: "conversion",
        unit: Unit::Share,
        currency: None,
        value: share(further, entered),
        n: entered,
        filter: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        /// One pass backwards counts what asking each move for a later one further on counts.
        #[test]
        fn one_pass_counts_what_asking_each_move_counts(
            moves in proptest::collection::vec((0_u8..4, 0_usize..5, 0_i64..20), 0..60), end in 0_i64..25,
        ) {
            let kinds = ["open", "open", "open", "won", "lost"];
            let steps: Vec<Step> = kinds.iter().enumerate().map(|(place, kind)| Step {
                id: place.to_string(), name: String::new(), kind: (*kind).to_owned(), gone: false,
            }).collect();
            let mut moves: Vec<(String, String, i64)> = moves.into_iter().map(|(deal, stage, at)| (deal.to_string(), stage.to_string(), at)).collect();
            moves.sort_by_key(|(deal, _, at)| (deal.clone(), *at));
            let asked: Vec<(i64, i64)> = steps.iter().enumerate().map(|(place, step)| {
                let came = |deal: &str| moves.iter().filter(|one| one.0 == deal && one.1 == step.id && one.2 < end).map(|one| one.2).min();
                let deals: std::collections::BTreeSet<&str> = moves.iter().map(|one| one.0.as_str()).filter(|deal| came(deal).is_some()).collect();
                let further = deals.iter().filter(|deal| moves.iter().any(|one| {
                    let to: usize = one.1.parse().unwrap();
                    one.0 == **deal && Some(one.2) >= came(deal) && to > place && kinds[to] != "lost"
                })).count();
                (i64::try_from(deals.len()).unwrap(), i64::try_from(further).unwrap())
            }).collect();
            proptest::prop_assert_eq!(entered(&moves, &steps, end), asked);
        }
    }
}
