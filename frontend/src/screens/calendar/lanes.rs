//! Entries that overlap, side by side.

/// The lane of each span and how many lanes stand beside each other where it is. Spans are minutes from and to, in the
/// order of their beginning.
pub fn lanes(spans: &[(i64, i64)]) -> Vec<(usize, usize)> {
    let mut placed: Vec<(usize, usize)> = Vec::with_capacity(spans.len());
    let mut ends: Vec<i64> = Vec::new();
    let mut first = 0;
    for (place, &(from, to)) in spans.iter().enumerate() {
        if ends.iter().all(|end| *end <= from) {
            close(&mut placed[first..], ends.len());
            first = place;
            ends.clear();
        }
        let free = ends.iter().position(|end| *end <= from);
        let lane = free.unwrap_or(ends.len());
        if lane == ends.len() {
            ends.push(to);
        } else {
            ends[lane] = to;
        }
        placed.push((lane, 1));
    }
    close(&mut placed[first..], ends.len());
    placed
}

/// All that touch each other, over however many others, have lanes of the same width.
fn close(group: &mut [(usize, usize)], lanes: usize) {
    for one in group {
        one.1 = lanes.max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::lanes;

    #[test]
    fn overlapping_entries_stand_side_by_side() {
        assert_eq!(lanes(&[]), []);
        assert_eq!(lanes(&[(0, 60), (60, 90)]), [(0, 1), (0, 1)]);
        assert_eq!(
            lanes(&[(0, 60), (30, 90), (60, 120), (200, 210)]),
            [(0, 2), (1, 2), (0, 2), (0, 1)]
        );
        assert_eq!(
            lanes(&[(0, 100), (10, 20), (15, 30), (40, 50)]),
            [(0, 3), (1, 3), (2, 3), (1, 3)]
        );
    }
}
