//! Which company a name or an address means.

use crate::text::search_text;

/// Legal forms that stand before a name or after it.
const FORMS: &[&str] = &[
    "pt",
    "cv",
    "ud",
    "pd",
    "fa",
    "tbk",
    "persero",
    "perum",
    "yayasan",
    "koperasi",
    "co",
    "company",
    "ltd",
    "limited",
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "llc",
    "llp",
    "lp",
    "plc",
    "gmbh",
    "mbh",
    "ag",
    "kg",
    "ohg",
    "ev",
    "bv",
    "nv",
    "sa",
    "sas",
    "sarl",
    "srl",
    "spa",
    "ab",
    "as",
    "aps",
    "oy",
    "kk",
    "pte",
    "pty",
    "sdn",
    "bhd",
    "pcl",
    "jsc",
    "และ",
    "and",
    "the",
    "บจก",
    "บมจ",
    "หจก",
    "หสน",
    "จก",
    "มหาชน",
    "สํานักงานใหญ่",
];

/// Legal forms that Thai writes together with the name.
const JOINED: [&str; 7] = [
    "บริษัทจํากัด",
    "ห้างหุ้นส่วนจํากัด",
    "ห้างหุ้นส่วนสามัญ",
    "ห้างหุ้นส่วน",
    "บริษัท",
    "จํากัดมหาชน",
    "จํากัด",
];

/// A company's name as it is compared: folded, without punctuation and legal forms, so that
/// `PT. Kopi Nusantara, Tbk` and `Kopi Nusantara`, or `บริษัท กาแฟไทย จำกัด (มหาชน)` and `กาแฟไทย`, are equal.
///
/// A name of nothing but legal forms keeps them.
pub fn company_key(name: &str) -> String {
    let mut key = without_forms(name);
    // What stood joined to a form may be one itself; each round makes the name shorter or ends.
    loop {
        let next = without_forms(&key);
        if next.len() >= key.len() {
            return key;
        }
        key = next;
    }
}

fn without_forms(name: &str) -> String {
    let folded = search_text(name).replace('&', " and ");
    // Dots fall away without a gap, so that `P.T.` and `Sp.z.o.o.` stay words.
    let undotted = folded.replace(['.', '\'', '’'], "");
    let plain: String = undotted
        .chars()
        .map(|c| if is_part_of_word(c) { c } else { ' ' })
        .collect();
    let all: Vec<&str> = plain.split_whitespace().collect();
    let mut words = all.as_slice();
    loop {
        let before = words.len();
        if let [first, rest @ ..] = words
            && is_form(first)
        {
            words = rest;
        }
        if let [rest @ .., last] = words
            && is_form(last)
        {
            words = rest;
        }
        if words.len() == before {
            break;
        }
    }
    let name = without_joined(&words.join(" "));
    if name.is_empty() { all.join(" ") } else { name }
}

fn is_form(word: &str) -> bool {
    FORMS.contains(&word) || JOINED.contains(&word)
}

fn without_joined(name: &str) -> String {
    let mut name = name.trim();
    loop {
        let stripped = JOINED
            .iter()
            .find_map(|form| name.strip_prefix(form).or_else(|| name.strip_suffix(form)));
        match stripped {
            Some(rest) => name = rest.trim(),
            None => return name.to_owned(),
        }
    }
}

/// Letters, digits and the signs above and below Thai letters.
fn is_part_of_word(c: char) -> bool {
    c.is_alphanumeric()
        || ('\u{0e30}'..='\u{0e4e}').contains(&c)
        || ('\u{0300}'..='\u{036f}').contains(&c)
}

/// Domains where anybody has a mailbox; they say nothing about a company.
const PUBLIC_MAIL: [&str; 26] = [
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "yahoo.co.id",
    "yahoo.co.th",
    "yahoo.co.uk",
    "ymail.com",
    "rocketmail.com",
    "hotmail.com",
    "hotmail.co.th",
    "outlook.com",
    "outlook.co.id",
    "outlook.co.th",
    "live.com",
    "msn.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "aol.com",
    "proton.me",
    "protonmail.com",
    "gmx.com",
    "gmx.de",
    "qq.com",
    "163.com",
    "plasa.com",
];

/// Whether a domain belongs to a provider of mailboxes for everybody.
pub fn is_public_mail(domain: &str) -> bool {
    PUBLIC_MAIL
        .iter()
        .any(|known| domain.eq_ignore_ascii_case(known))
}

/// The internet domain in a web address, e-mail address or domain, in lower case and without `www.`; none when
/// there is none, or for addresses at a provider for everybody.
pub fn company_domain(text: &str) -> Option<String> {
    let folded = search_text(text);
    let address = folded
        .split_once("://")
        .map_or(folded.as_str(), |(_, rest)| rest);
    let host = address.split(['/', '?', '#']).next().unwrap_or("");
    let host = host.rsplit_once('@').map_or(host, |(_, domain)| domain);
    let host = host.split(':').next().unwrap_or("").trim_end_matches('.');
    let host = host.strip_prefix("www.").unwrap_or(host);
    let labels = host.split('.').all(|label| {
        !label.is_empty() && label.len() <= 63 && !label.contains(char::is_whitespace)
    });
    let domain = host.contains('.')
        && labels
        && host.len() <= 253
        && !host.ends_with(|c: char| c.is_ascii_digit());
    (domain && !is_public_mail(host)).then(|| host.to_owned())
}
