//! Phone numbers in their international form.

use phonenumber::{Mode, country};
use relasi_persistence::{Conn, Statement};
use uuid::Uuid;

use crate::refusal::Result;

/// Gives numbers their E.164 form; those without a country's code belong to the record's country, or to that of the
/// workspace.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbering {
    home: Option<country::Id>,
}

impl Numbering {
    /// That of a workspace, by its currency, else by its language.
    pub(super) fn of(conn: &mut Conn, workspace: Uuid) -> Result<Self> {
        let mut statement = Statement::new("SELECT currency, language FROM workspaces WHERE id = ");
        statement.bind(workspace);
        let found = conn.row(&statement, |row| Ok((row.text(0)?, row.text(1)?)))?;
        let (currency, language) = found.unwrap_or_default();
        let home = match (currency.as_str(), language.as_str()) {
            ("IDR", _) | (_, "id") => Some(country::ID),
            ("THB", _) | (_, "th") => Some(country::TH),
            _ => None,
        };
        Ok(Self { home })
    }

    /// A number in E.164; none where its country can't be told or it is none.
    pub(super) fn international(self, number: &str, country: &str) -> Option<String> {
        let region = country.parse().ok().or(self.home);
        let parsed = phonenumber::parse(region, number).ok()?;
        Some(parsed.format().mode(Mode::E164).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_get_their_country() {
        let numbering = Numbering {
            home: Some(country::ID),
        };
        for (number, of, expected) in [
            ("0812-3456-7890", "", Some("+6281234567890")),
            ("+62 812 3456 7890", "TH", Some("+6281234567890")),
            ("081 234 5678", "TH", Some("+66812345678")),
            ("(021) 555-0123", "ID", Some("+62215550123")),
            ("nobody", "ID", None),
        ] {
            assert_eq!(
                numbering.international(number, of).as_deref(),
                expected,
                "{number}"
            );
        }
        assert_eq!(
            Numbering { home: None }.international("0812 3456", ""),
            None
        );
    }
}
