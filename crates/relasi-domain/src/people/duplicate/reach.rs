//! Ways to reach somebody: e-mail addresses and phone numbers.

use strsim::osa_distance;

use super::{Agreement, Phone};
use crate::{platform::import::is_public_mail, text::email_key};

/// Mailboxes that belong to a post rather than to a person.
const SHARED: [&str; 22] = [
    "info",
    "sales",
    "admin",
    "office",
    "contact",
    "cs",
    "support",
    "marketing",
    "finance",
    "hello",
    "hrd",
    "hr",
    "purchasing",
    "procurement",
    "accounting",
    "billing",
    "order",
    "orders",
    "mail",
    "noreply",
    "booking",
    "reservation",
];

/// An address as mail is delivered by: Gmail knows no dots and nothing after a plus.
pub(super) fn email(address: &str) -> Option<String> {
    let key = email_key(address);
    let (local, domain) = key.rsplit_once('@')?;
    let local = local.split('+').next().unwrap_or(local);
    let gmail = matches!(domain, "gmail.com" | "googlemail.com");
    if gmail {
        Some(format!("{}@gmail.com", local.replace('.', "")))
    } else {
        Some(format!("{local}@{domain}"))
    }
}

/// Whether a mailbox belongs to a post.
pub(super) fn is_shared(email: &str) -> bool {
    let local = email.split('@').next().unwrap_or_default();
    SHARED.contains(&local)
}

/// The part before the sign, where it is long enough to be somebody's own.
pub(super) fn own_local(email: &str) -> Option<&str> {
    let local = email.split('@').next()?;
    let letters = local.chars().filter(|c| c.is_alphabetic()).count();
    (letters >= 6 && !is_shared(email)).then_some(local)
}

/// The domain, where it is not everybody's.
pub(super) fn own_domain(email: &str) -> Option<&str> {
    let (_, domain) = email.rsplit_once('@')?;
    (!is_public_mail(domain)).then_some(domain)
}

/// How two addresses agree.
pub(super) fn emails(a: &str, b: &str) -> Agreement {
    if a == b {
        return Agreement::Same;
    }
    let ((local_a, domain_a), (local_b, domain_b)) = (parts(a), parts(b));
    let slip = |a: &str, b: &str, least: usize| {
        a.chars().count().min(b.chars().count()) >= least && osa_distance(a, b) <= 1
    };
    let near = if local_a == local_b {
        // The domain with a slip, or one's own name at another provider.
        slip(domain_a, domain_b, 6) || (own_local(a).is_some() && local_a.chars().count() >= 8)
    } else {
        domain_a == domain_b && slip(local_a, local_b, 6) && !digits_differ(local_a, local_b)
    };
    if near {
        Agreement::Similar
    } else {
        Agreement::Different
    }
}

/// `budi1` and `budi2` are two people.
pub(super) fn digits_differ(a: &str, b: &str) -> bool {
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    digits(a) != digits(b)
}

/// Whether two mailboxes are called the same but for digits.
pub(super) fn same_letters(a: &str, b: &str) -> bool {
    let letters = |email: &str| -> String {
        parts(email)
            .0
            .chars()
            .filter(|c| c.is_alphabetic())
            .collect()
    };
    letters(a) == letters(b)
}

fn parts(email: &str) -> (&str, &str) {
    email.rsplit_once('@').unwrap_or((email, ""))
}

/// How two numbers agree. Without its country a number is compared by the rest.
pub(super) fn phones(a: &Phone, b: &Phone) -> Agreement {
    let both = a.international.as_deref().zip(b.international.as_deref());
    let same = both.map_or(a.national == b.national, |(a, b)| a == b);
    if same {
        return Agreement::Same;
    }
    let (x, y) = both.unwrap_or((&a.national, &b.national));
    let slip = x.len().min(y.len()) >= 8 && osa_distance(x, y) <= 1;
    if slip {
        Agreement::Similar
    } else {
        Agreement::Different
    }
}
