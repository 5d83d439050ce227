//! How far deals come: those that entered each stage in the period, and those of them that came further.

use relasi_domain::insight::quality::share;
use serde_json::json;
use uuid::Uuid;

use super::{Asked, Figure, Group, Unit, count, grouped::Parts, stages::steps};
use crate::{records::Work, refusal::Result, sales::weeks};

/// Deals that entered each stage, and how many of them came further.
pub(super) fn of(work: &mut Work<'_>, asked: &Asked, pipeline: Uuid) -> Result<Parts> {
    let among = asked.among(work)?;
    let counted = weeks::entered(work.conn, (&among, pipeline), asked.edges())?;
    let mut groups = Vec::new();
    let mut first = (0, 0);
    for step in steps(work, pipeline)? {
        if step.kind == "lost" {
            continue;
        }
        let (entered, further) = counted.get(&step.id).copied().unwrap_or_default();
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
