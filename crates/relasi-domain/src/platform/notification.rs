//! What people are told in the app, as far as each of them chooses.

/// What gives rise to notifications; each person says of each whether they want to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// A record is theirs now.
    Assigned,
    /// A record is shared with them or with a team of theirs.
    Shared,
    /// Somebody named them in a text.
    Mentioned,
    /// Somebody commented on a record that is theirs or that they follow.
    Commented,
    /// Something else happened to a record that they follow.
    Followed,
    /// A lead was handed to them, or one that they handed on was taken or given back.
    Lead,
    /// An import of theirs ended.
    Import,
    /// Their work on many records ended.
    Bulk,
    /// A search for duplicates that they started ended.
    Duplicates,
    /// A review of all data is theirs, or due.
    Review,
    /// A lead waits for an answer.
    LeadWaits,
    /// An activity is due soon.
    Reminder,
}

impl Occasion {
    /// All in the order in which they are offered.
    pub const ALL: [Self; 12] = [
        Self::Mentioned,
        Self::Assigned,
        Self::Lead,
        Self::Shared,
        Self::Commented,
        Self::Followed,
        Self::LeadWaits,
        Self::Reminder,
        Self::Review,
        Self::Import,
        Self::Bulk,
        Self::Duplicates,
    ];

    /// Its code in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Lead => "lead",
            Self::Shared => "shared",
            Self::Mentioned => "mentioned",
            Self::Commented => "commented",
            Self::Followed => "followed",
            Self::Import => "import",
            Self::Bulk => "bulk",
            Self::Duplicates => "duplicates",
            Self::Review => "review",
            Self::LeadWaits => "lead_waits",
            Self::Reminder => "reminder",
        }
    }

    /// The occasion of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// What a notification of a kind such as `import_done` comes from; none for kinds that nobody may do without.
    pub fn of_kind(kind: &str) -> Option<Self> {
        let begins = [
            ("import_", Self::Import),
            ("bulk_", Self::Bulk),
            ("duplicates_", Self::Duplicates),
            ("quality_audit_", Self::Review),
            ("lead_", Self::Lead),
        ];
        match kind {
            "assigned" | "bulk_assigned" => Some(Self::Assigned),
            "shared" => Some(Self::Shared),
            "mentioned" => Some(Self::Mentioned),
            "commented" => Some(Self::Commented),
            "logged" | "changed" => Some(Self::Followed),
            "activity_due" => Some(Self::Reminder),
            "lead_waits" | "lead_escalated" => Some(Self::LeadWaits),
            _ => begins
                .into_iter()
                .find_map(|(begin, occasion)| kind.starts_with(begin).then_some(occasion)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Occasion;

    #[test]
    fn kinds_have_their_occasions() {
        for (kind, occasion) in [
            ("bulk_assigned", Some(Occasion::Assigned)),
            ("bulk_done", Some(Occasion::Bulk)),
            ("changed", Some(Occasion::Followed)),
            ("quality_audit_due", Some(Occasion::Review)),
            ("import_failed", Some(Occasion::Import)),
            ("lead_escalated", Some(Occasion::LeadWaits)),
            ("something", None),
        ] {
            assert_eq!(Occasion::of_kind(kind), occasion, "{kind}");
        }
        for one in Occasion::ALL {
            assert_eq!(Occasion::from_code(one.code()), Some(one));
        }
        assert_eq!(Occasion::from_code("Assigned"), None);
    }
}
