//! Reads the first rows of a CSV text, to show the rows with problems.

/// The first `most` records with commas between cells and quotes around those that need them.
pub fn first_records(text: &str, most: usize) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut letters = text.trim_start_matches('\u{feff}').chars().peekable();
    while records.len() < most && letters.peek().is_some() {
        let mut record = vec![String::new()];
        let mut quoted = false;
        while let Some(letter) = letters.next() {
            let Some(cell) = record.last_mut() else { break };
            match letter {
                '"' if quoted && letters.peek() == Some(&'"') => {
                    letters.next();
                    cell.push('"');
                }
                '"' => quoted = !quoted,
                ',' if !quoted => record.push(String::new()),
                '\r' if !quoted => {}
                '\n' if !quoted => break,
                other => cell.push(other),
            }
        }
        records.push(record);
    }
    records
}

#[cfg(test)]
mod tests {
    use super::first_records;

    #[test]
    fn reads_quotes_breaks_and_marks() {
        let text = "\u{feff}a,b\r\n\"x, \"\"y\"\"\n2\",\r\nlast,1";
        let all = [vec!["a", "b"], vec!["x, \"y\"\n2", ""], vec!["last", "1"]];
        assert_eq!(first_records(text, 9), all);
        assert_eq!(first_records(text, 1), all[..1]);
        assert!(first_records("", 5).is_empty());
    }
}
