//! Why a message did not go, in words.

use crate::i18n::{Key, k};

/// The words of a code.
pub fn reason(code: &str) -> Key {
    match code {
        "mail_refused" => k::mail::ERROR_MAIL_REFUSED,
        "mail_deferred" => k::mail::ERROR_MAIL_DEFERRED,
        "mail_sign_in_refused" => k::mail::ERROR_MAIL_SIGN_IN_REFUSED,
        "mail_not_private" => k::mail::ERROR_MAIL_NOT_PRIVATE,
        "mail_unreachable" => k::mail::ERROR_MAIL_UNREACHABLE,
        "mail_too_late" => k::mail::ERROR_MAIL_TOO_LATE,
        "mail_given_up" => k::mail::ERROR_MAIL_GIVEN_UP,
        "mail_address_refused" => k::emails::ERROR_ADDRESS_REFUSED,
        "mailbox_refused" => k::emails::ERROR_MAILBOX_REFUSED,
        "email_daily_cap" => k::emails::ERROR_DAILY_CAP,
        "email_suppressed" => k::emails::ERROR_SUPPRESSED,
        "email_bounced" => k::emails::ERROR_BOUNCED,
        "email_bounced_for_now" => k::emails::ERROR_BOUNCED_FOR_NOW,
        "email_file_gone" => k::emails::ERROR_FILE_GONE,
        "quote_link_gone" => k::emails::ERROR_QUOTE_LINK_GONE,
        "email_account_gone" => k::emails::ERROR_ACCOUNT_GONE,
        _ => k::mail::ERROR_OTHER,
    }
}
