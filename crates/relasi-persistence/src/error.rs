//! What can go wrong below the use cases.

use diesel::{
    ConnectionError,
    result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError},
};

/// A fault of the store. Cloned when one failed commit has to be told to many callers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The row is not there.
    #[error("not found")]
    NotFound,
    /// A unique or primary key refused the row.
    #[error("unique violation on {table} ({})", columns.join(", "))]
    Unique {
        /// Table name, empty when the database did not say.
        table: String,
        /// Column names in the order of the key; empty when the key is made of expressions.
        columns: Vec<String>,
        /// Name of the constraint or index; SQLite tells it for expression indexes only.
        constraint: Option<String>,
    },
    /// A foreign key refused the row: what it points at is missing, or something points at it.
    #[error("foreign key violation")]
    ForeignKey,
    /// A check or not-null rule of a table refused the row.
    #[error("constraint violation: {0}")]
    Constraint(String),
    /// Too much is waiting already; trying again in a second is right.
    #[error("the store is busy")]
    Busy,
    /// Concurrent transactions stood in each other's way more often than it was retried.
    #[error("the transaction conflicted with others")]
    Conflict,
    /// The database cannot be reached or was lost on the way; a commit may be in doubt.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The statement took longer than it may.
    #[error("the database took too long")]
    Timeout,
    /// The schema is not what this program works with.
    #[error("the schema of the database: {0}")]
    Schema(String),
    /// There is no room left on the device.
    #[error("the disk is full")]
    Full,
    /// The file is damaged or no database.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// Everything else, a fault of the program as a rule.
    #[error("{0}")]
    Other(String),
}

impl StoreError {
    /// Whether a unique key over exactly these columns was violated, whatever their order.
    pub fn is_unique_on(&self, wanted: &[&str]) -> bool {
        let Self::Unique { columns, .. } = self else {
            return false;
        };
        columns.len() == wanted.len() && wanted.iter().all(|name| columns.iter().any(|c| c == name))
    }

    /// Whether the connection should not be used again.
    pub(crate) fn breaks_connection(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Corrupt(_))
    }

    /// The error for a job or query that panicked.
    pub(crate) fn panicked(payload: &(dyn std::any::Any + Send)) -> Self {
        let text = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("no message");
        Self::Other(format!("the work panicked: {text}"))
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(kind, information) => from_database(kind, &*information),
            DieselError::BrokenTransactionManager => {
                Self::Unavailable("the connection was lost within a transaction".to_owned())
            }
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<ConnectionError> for StoreError {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::CouldntSetupConfiguration(inner) => match Self::from(inner) {
                Self::Other(text) => Self::Unavailable(text),
                known => known,
            },
            other => Self::Unavailable(other.to_string()),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full,
            std::io::ErrorKind::TimedOut => Self::Timeout,
            _ => Self::Unavailable(error.to_string()),
        }
    }
}

fn from_database(
    kind: DatabaseErrorKind,
    information: &dyn DatabaseErrorInformation,
) -> StoreError {
    match kind {
        DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::ExclusionViolation => {
            unique(information)
        }
        DatabaseErrorKind::ForeignKeyViolation | DatabaseErrorKind::RestrictViolation => {
            StoreError::ForeignKey
        }
        DatabaseErrorKind::NotNullViolation | DatabaseErrorKind::CheckViolation => {
            StoreError::Constraint(information.message().to_owned())
        }
        DatabaseErrorKind::SerializationFailure => StoreError::Conflict,
        DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection => {
            StoreError::Unavailable(information.message().to_owned())
        }
        _ => from_message(information.message()),
    }
}

/// Faults for which diesel has no kind of their own are told apart by the text of the database.
fn from_message(message: &str) -> StoreError {
    type Maker = fn(&str) -> StoreError;
    const KNOWN: &[(&str, Maker)] = &[
        // SQLite
        ("database is locked", |_| StoreError::Busy),
        ("database table is locked", |_| StoreError::Busy),
        ("database or disk is full", |_| StoreError::Full),
        ("interrupted", |_| StoreError::Timeout),
        ("database disk image is malformed", |m| {
            StoreError::Corrupt(m.to_owned())
        }),
        ("file is not a database", |m| {
            StoreError::Corrupt(m.to_owned())
        }),
        ("disk I/O error", |m| StoreError::Unavailable(m.to_owned())),
        ("unable to open database file", |m| {
            StoreError::Unavailable(m.to_owned())
        }),
        // PostgreSQL
        ("due to statement timeout", |_| StoreError::Timeout),
        ("due to lock timeout", |_| StoreError::Timeout),
        ("deadlock detected", |_| StoreError::Conflict),
        ("terminating connection", |m| {
            StoreError::Unavailable(m.to_owned())
        }),
        ("the database system is", |m| {
            StoreError::Unavailable(m.to_owned())
        }),
        ("too many clients", |m| {
            StoreError::Unavailable(m.to_owned())
        }),
        ("No space left on device", |_| StoreError::Full),
    ];
    KNOWN
        .iter()
        .find(|(part, _)| message.contains(part))
        .map_or_else(
            || StoreError::Other(message.to_owned()),
            |(_, make)| make(message),
        )
}

/// SQLite: `UNIQUE constraint failed: contacts.workspace_id, contacts.id` or `… failed: index
/// 'name'`. PostgreSQL: constraint and table as own fields, and the detail
/// `Key (workspace_id, id)=(a, b) already exists.`, whose form does not change with the language.
fn unique(information: &dyn DatabaseErrorInformation) -> StoreError {
    if let Some(constraint) = information.constraint_name() {
        let columns = information
            .details()
            .and_then(|detail| detail.split_once('(')?.1.split_once(")=("))
            .map(|(columns, _)| {
                columns
                    .split(", ")
                    .map(|name| name.trim_matches('"').to_owned())
            });
        return StoreError::Unique {
            table: information.table_name().unwrap_or_default().to_owned(),
            columns: columns.map(Iterator::collect).unwrap_or_default(),
            constraint: Some(constraint.to_owned()),
        };
    }
    let subject = information
        .message()
        .split_once("failed: ")
        .map_or("", |(_, subject)| subject);
    if let Some(index) = subject.strip_prefix("index ") {
        return StoreError::Unique {
            table: String::new(),
            columns: Vec::new(),
            constraint: Some(index.trim_matches('\'').to_owned()),
        };
    }
    let pairs = subject.split(", ").filter_map(|pair| pair.split_once('.'));
    StoreError::Unique {
        table: pairs
            .clone()
            .next()
            .map(|(table, _)| table.to_owned())
            .unwrap_or_default(),
        columns: pairs.map(|(_, column)| column.to_owned()).collect(),
        constraint: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sqlite(kind: DatabaseErrorKind, message: &str) -> StoreError {
        DieselError::DatabaseError(kind, Box::new(message.to_owned())).into()
    }

    #[test]
    fn the_columns_of_a_unique_violation_are_read_from_the_message_of_sqlite() {
        let error = sqlite(
            DatabaseErrorKind::UniqueViolation,
            "UNIQUE constraint failed: tags.workspace_id, tags.name_key",
        );
        assert!(error.is_unique_on(&["name_key", "workspace_id"]));
        assert!(!error.is_unique_on(&["name_key"]));
        let StoreError::Unique {
            table, constraint, ..
        } = error
        else {
            panic!("not a unique violation")
        };
        assert_eq!((table.as_str(), constraint), ("tags", None));
    }

    #[test]
    fn an_expression_index_is_told_by_its_name() {
        let error = sqlite(
            DatabaseErrorKind::UniqueViolation,
            "UNIQUE constraint failed: index 'one_live'",
        );
        let StoreError::Unique { constraint, .. } = error else {
            panic!("not a unique violation")
        };
        assert_eq!(constraint.as_deref(), Some("one_live"));
    }

    #[test]
    fn messages_without_a_kind_are_told_apart() {
        let of = |message| sqlite(DatabaseErrorKind::Unknown, message);
        assert_eq!(of("database is locked"), StoreError::Busy);
        assert_eq!(of("database or disk is full"), StoreError::Full);
        assert_eq!(of("deadlock detected"), StoreError::Conflict);
        assert_eq!(
            of("canceling statement due to statement timeout"),
            StoreError::Timeout
        );
        assert!(matches!(of("no such table: x"), StoreError::Other(_)));
    }
}
