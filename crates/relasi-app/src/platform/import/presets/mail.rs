//! Address books and senders of newsletters.

use super::{Export, Preset};

pub(super) static MAILCHIMP: Preset = Preset {
    name: "mailchimp",
    title: "Mailchimp",
    exports: &[Export {
        object: "contact",
        told_by: &[
            &["Email Address", "MEMBER_RATING"],
            &["Email Address", "OPTIN_TIME"],
            &["Email Address", "LEID", "EUID"],
        ],
        // A birthday has no year there.
        columns: &[
            ("Email Address", "emails"),
            ("First Name", "given_name"),
            ("Last Name", "family_name"),
            ("Phone Number", "phones"),
            ("Company", "company_id"),
            ("Address", "address"),
            ("CC", "country"),
            ("NOTES", "description"),
            ("TAGS", "tags"),
        ],
    }],
    words: &[],
    labelled: false,
};

/// Groups that every account has.
const GROUPS: &[(&str, &str)] = &[
    ("* myContacts", ""),
    ("* My Contacts", ""),
    ("* starred", ""),
    ("* Other Contacts", ""),
];

pub(super) static GOOGLE: Preset = Preset {
    name: "google",
    title: "Google Contacts",
    exports: &[Export {
        object: "contact",
        told_by: &[&["E-mail 1 - Value"], &["Phone 1 - Value"]],
        columns: &[
            ("Name", "full_name"),
            ("First Name", "given_name"),
            ("Given Name", "given_name"),
            ("Last Name", "family_name"),
            ("Family Name", "family_name"),
            ("Name Prefix", "honorific"),
            ("Nickname", "nickname"),
            ("Organization Name", "company_id"),
            ("Organization 1 - Name", "company_id"),
            ("Organization Title", "job_title"),
            ("Organization 1 - Title", "job_title"),
            ("Birthday", "birth_date"),
            ("Notes", "description"),
            ("Labels", "tags"),
            ("Group Membership", "tags"),
            ("E-mail 1 - Value", "emails"),
            ("E-mail 2 - Value", "emails"),
            ("E-mail 3 - Value", "emails"),
            ("E-mail 4 - Value", "emails"),
            ("Phone 1 - Value", "phones"),
            ("Phone 2 - Value", "phones"),
            ("Phone 3 - Value", "phones"),
            ("Phone 4 - Value", "phones"),
            ("Address 1 - Street", "address"),
            ("Address 1 - City", "city"),
            ("Address 1 - Region", "province"),
            ("Address 1 - Postal Code", "postal_code"),
            ("Address 1 - Country", "country"),
        ],
    }],
    words: &[("tags", GROUPS)],
    labelled: true,
};

/// What stands there for no day.
const NO_DAY: &[(&str, &str)] = &[("0/0/00", ""), ("0/0/0000", ""), ("00/00/00", "")];

pub(super) static OUTLOOK: Preset = Preset {
    name: "outlook",
    title: "Outlook",
    exports: &[Export {
        object: "contact",
        told_by: &[
            &["E-mail Address", "Business Street"],
            &["E-mail Address", "Business Phone"],
            &["E-mail Address", "E-mail 2 Address"],
        ],
        columns: &[
            ("First Name", "given_name"),
            ("Last Name", "family_name"),
            ("Title", "honorific"),
            ("Nickname", "nickname"),
            ("Company", "company_id"),
            ("Job Title", "job_title"),
            ("E-mail Address", "emails"),
            ("E-mail 2 Address", "emails"),
            ("E-mail 3 Address", "emails"),
            ("Primary Phone", "phones"),
            ("Mobile Phone", "phones"),
            ("Business Phone", "phones"),
            ("Business Phone 2", "phones"),
            ("Home Phone", "phones"),
            ("Home Phone 2", "phones"),
            ("Other Phone", "phones"),
            ("Business Fax", "phones"),
            ("Birthday", "birth_date"),
            ("Categories", "tags"),
            ("Business Street", "address"),
            ("Business City", "city"),
            ("Business State", "province"),
            ("Business Postal Code", "postal_code"),
            ("Business Country/Region", "country"),
            ("Business Country", "country"),
            ("Notes", "description"),
        ],
    }],
    words: &[("birth_date", NO_DAY)],
    labelled: false,
};
