//! Files come from anywhere: whatever is in them, reading ends, and says nothing that is not there.

use std::io::Write as _;

use encoding_rs::UTF_8;
use proptest::prelude::*;

use super::{cards, number, sniff};

/// Lines that have something of a card about them.
fn lines() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("BEGIN:VCARD".to_owned()),
        Just("END:VCARD".to_owned()),
        Just("PHOTO;ENCODING=b:AAAA".to_owned()),
        Just("N;CHARSET=windows-874;ENCODING=QUOTED-PRINTABLE:=A1=D2=".to_owned()),
        "(FN|N|TEL|EMAIL|ADR|BDAY|ORG|NOTE|CATEGORIES)[;:=,A-Za-z0-9 \\\\-]{0,30}:.{0,40}",
        ".{0,60}",
        " .{0,20}",
    ];
    proptest::collection::vec(line, 0..40).prop_map(|lines| lines.join("\r\n"))
}

proptest! {
    #[test]
    fn cards_of_any_text_are_rows_or_a_refusal(text in lines()) {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        std::fs::File::create(&from).unwrap().write_all(text.as_bytes()).unwrap();
        sniff(&from, UTF_8).unwrap();
        if let Ok(rows) = cards::write(&from, UTF_8, &to) {
            let mut table = csv::ReaderBuilder::new().flexible(true).from_path(&to).unwrap();
            let width = table.headers().unwrap().len();
            let read: Vec<_> = table.records().map(Result::unwrap).collect();
            prop_assert!(read.len() as u64 + 1 >= rows);
            prop_assert!(read.iter().all(|row| row.len() == width || row.len() == 1));
        }
    }

    #[test]
    fn a_number_is_read_back_as_the_one_that_was_written(number in any::<f64>()) {
        let text = number::plain(number);
        if number.is_finite() {
            let back: f64 = text.parse().unwrap();
            prop_assert!((back - number).abs() <= number.abs() * 1e-13, "{number} {text}");
            prop_assert!(!text.contains('e') && !text.ends_with(".0"));
        } else {
            prop_assert_eq!(text, "");
        }
    }

    #[test]
    fn whole_numbers_keep_every_digit(number in -9_007_199_254_740_991_i64..9_007_199_254_740_991) {
        #[expect(clippy::cast_precision_loss, reason = "the range is exact")]
        let written = number::plain(number as f64);
        prop_assert_eq!(written, number.to_string());
    }
}
