//! The data map: what each column of each table says of people, how the rows of one person are found, and what becomes
//! of them when that person is erased. A test walks the schema of both databases and fails on a column that is not here.

mod map;

pub use map::MAP;

/// What a column says of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Something about a contact.
    Contact,
    /// Written freely or made of what was: it may say something about anybody.
    Text,
    /// Leads to a contact, or to what belongs to one, by an id that says nothing by itself.
    Link,
    /// Something about a member of the workspace, or an id that leads to one.
    Member,
    /// Nothing about people.
    Plain,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Contact,
        Self::Text,
        Self::Link,
        Self::Member,
        Self::Plain,
    ];

    /// Its code in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Text => "text",
            Self::Link => "link",
            Self::Member => "member",
            Self::Plain => "plain",
        }
    }
}

/// What becomes of a table's rows when the person is erased to whom they belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erase {
    /// They go.
    Rows,
    /// They stay for what else they say; what leads to the person is emptied.
    Loose,
    /// Those of the person alone go; those of a company or a deal stay without the person and without text.
    Activities,
    /// They stay with their digests, and what they say is emptied.
    Emptied,
    /// They go when they name the person by a name, an address or a number.
    Naming,
    /// They stay: nothing in them is about contacts, or nothing is left that leads to one.
    Stay,
}

/// A table in the data map.
#[derive(Debug, Clone, Copy)]
pub struct Mapped {
    /// Its name.
    pub name: &'static str,
    /// Columns that hold the id of a contact or of what belongs to one: a row with one of those ids is that person's.
    pub by: &'static [&'static str],
    /// What becomes of such rows.
    pub erase: Erase,
    /// Columns by what they say, names with spaces between them.
    columns: &'static [(Class, &'static str)],
}

/// A table with rows of people.
const fn person(
    name: &'static str,
    by: &'static [&'static str],
    erase: Erase,
    columns: &'static [(Class, &'static str)],
) -> Mapped {
    Mapped {
        name,
        by,
        erase,
        columns,
    }
}

/// A table whose rows stay, whoever is erased.
const fn rest(name: &'static str, columns: &'static [(Class, &'static str)]) -> Mapped {
    person(name, &[], Erase::Stay, columns)
}

impl Mapped {
    /// Each column with its class.
    pub fn columns(&self) -> impl Iterator<Item = (&'static str, Class)> {
        self.columns
            .iter()
            .flat_map(|(class, names)| names.split(' ').map(|name| (name, *class)))
    }

    /// The columns of a class.
    pub fn of(&self, class: Class) -> impl Iterator<Item = &'static str> {
        self.columns()
            .filter(move |(_, own)| *own == class)
            .map(|(name, _)| name)
    }
}

/// A table by its name.
pub fn mapped(name: &str) -> Option<&'static Mapped> {
    MAP.iter().find(|table| table.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_column_stands_there_once_and_rows_are_found_by_links() {
        let mut tables = BTreeSet::new();
        for table in MAP {
            assert!(tables.insert(table.name), "{} twice", table.name);
            let names: Vec<&str> = table.columns().map(|(name, _)| name).collect();
            let once: BTreeSet<&str> = names.iter().copied().collect();
            assert_eq!(names.len(), once.len(), "{}", table.name);
            assert!(names.iter().all(|name| !name.is_empty()), "{}", table.name);
            for by in table.by {
                let class = table.columns().find(|(name, _)| name == by);
                assert_eq!(class, Some((*by, Class::Link)), "{}", table.name);
            }
        }
    }

    /// What is about contacts must be found with one of them, and must not stay.
    #[test]
    fn nothing_about_a_contact_is_out_of_reach() {
        for table in MAP {
            let about = table.of(Class::Contact).count() > 0;
            let reached = !table.by.is_empty() || table.erase == Erase::Naming;
            assert!(
                !about || (reached && table.erase != Erase::Stay),
                "{}",
                table.name
            );
            assert!(
                table.by.is_empty() || table.erase != Erase::Stay,
                "{}",
                table.name
            );
        }
    }
}
