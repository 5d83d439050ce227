//! The company that a contact of a file belongs to.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Access,
    people::company,
    platform::import::{company_domain, company_key},
    record::Document,
};
use relasi_persistence::{Conn, Statement, StoreError};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{CompanyBy, plan::at_field};
use crate::{people::company::MAX_ABOVE, records::check_record, refusal::Refusal};

/// What a row says of its company.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hint {
    /// Its name as written.
    pub(super) name: Option<String>,
    /// The name as it is compared.
    pub(super) name_key: String,
    /// Its domain, from a column of its own.
    pub(super) domain: Option<String>,
    /// The domain of the row's e-mail address, unless everybody may have one there.
    pub(super) email_domain: Option<String>,
}

/// Living companies by domain and name, as hashes: a million of them take a few dozen megabytes.
#[derive(Debug, Default)]
pub(super) struct Companies {
    by_domain: HashMap<u64, Known>,
    by_name: HashMap<u64, Known>,
    /// Those that stand above others, by the one below.
    parents: HashMap<Uuid, Uuid>,
    hasher: RandomState,
    last: Uuid,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    id: Uuid,
    /// Hashes of the first words of the name, to tell whether two names may mean the same.
    words: [u64; 3],
}

/// Companies read in one go.
const PAGE: u32 = 5_000;

impl Companies {
    /// Reads the companies that have come since the last time; all of them the first time.
    pub(super) fn refresh(
        &mut self,
        conn: &mut Conn,
        access: &Access,
    ) -> std::result::Result<(), StoreError> {
        loop {
            let mut statement = Statement::new(
                "SELECT id, name, domain, parent_id FROM companies WHERE deleted_at IS NULL AND workspace_id = ",
            );
            statement
                .bind(access.workspace_id)
                .push(" AND id > ")
                .bind(self.last);
            statement.push(" ORDER BY id").limit(PAGE);
            let mut count = 0;
            conn.for_each(&statement, |row| {
                count += 1;
                let id = row.id(0)?;
                self.last = id;
                self.know(id, &company_key(&row.text(1)?), row.opt_text(2)?.as_deref());
                self.parents
                    .extend(row.opt_id(3)?.map(|parent| (id, parent)));
                Ok(())
            })?;
            if count < PAGE {
                return Ok(());
            }
        }
    }

    /// Of several companies with one name or domain the oldest counts.
    fn know(&mut self, id: Uuid, name_key: &str, domain: Option<&str>) {
        let known = Known {
            id,
            words: self.words(name_key),
        };
        if !name_key.is_empty() {
            self.by_name
                .entry(self.hasher.hash_one(name_key))
                .or_insert(known);
        }
        if let Some(domain) = domain.and_then(company_domain) {
            self.by_domain
                .entry(self.hasher.hash_one(domain))
                .or_insert(known);
        }
    }

    fn words(&self, name_key: &str) -> [u64; 3] {
        let mut words = [0; 3];
        let long = name_key
            .split_whitespace()
            .filter(|word| word.chars().count() >= 3);
        for (place, word) in words.iter_mut().zip(long) {
            *place = self.hasher.hash_one(word);
        }
        words
    }

    /// A company by its name.
    pub(super) fn named(&self, name_key: &str) -> Option<Uuid> {
        self.by_name
            .get(&self.hasher.hash_one(name_key))
            .map(|known| known.id)
    }

    /// A company by its domain.
    pub(super) fn at_domain(&self, domain: &str) -> Option<Uuid> {
        self.by_domain
            .get(&self.hasher.hash_one(domain))
            .map(|known| known.id)
    }

    /// The company at the domain of somebody's e-mail address, if its name may be the one that was written: providers
    /// give addresses to people of many companies.
    fn at_email_domain(&self, domain: &str, name_key: &str) -> Option<Uuid> {
        let known = self.by_domain.get(&self.hasher.hash_one(domain))?;
        let words = self.words(name_key);
        let alike = name_key.is_empty()
            || words
                .iter()
                .any(|word| *word != 0 && known.words.contains(word));
        alike.then_some(known.id)
    }

    /// Checks that a company may stand above another one: no company comes to stand above itself, or below too many.
    pub(super) fn check_parent(&self, own: Uuid, parent: Uuid) -> std::result::Result<(), Fault> {
        let mut above = Some(parent);
        for _ in 0..=MAX_ABOVE {
            let Some(company) = above else {
                return Ok(());
            };
            if company == own {
                return Err(Fault::field("parent_id", "parent_loop"));
            }
            above = self.parents.get(&company).copied();
        }
        match above {
            None => Ok(()),
            Some(_) => Err(Fault::field("parent_id", "parent_too_deep").with("max", MAX_ABOVE)),
        }
    }

    /// Knows from now on what stands above a company.
    pub(super) fn stands_below(&mut self, own: Uuid, parent: Uuid) {
        self.parents.insert(own, parent);
    }

    /// Finds the company of a row, or says how it would be made. A company that is made is known from then on.
    pub(super) fn resolve(
        &mut self,
        hint: &Hint,
        by: CompanyBy,
    ) -> std::result::Result<(Option<Uuid>, Option<Document>), Faults> {
        let found = match by {
            CompanyBy::None => return Ok((None, None)),
            CompanyBy::Name => self.by_written_name(hint),
            CompanyBy::Domain => {
                let own = hint
                    .domain
                    .as_deref()
                    .and_then(|domain| self.at_domain(domain));
                let mail = || {
                    let domain = hint
                        .email_domain
                        .as_deref()
                        .filter(|_| hint.domain.is_none())?;
                    self.at_email_domain(domain, &hint.name_key)
                };
                own.or_else(|| self.by_written_name(hint)).or_else(mail)
            }
        };
        if found.is_some() {
            return Ok((found, None));
        }
        let Some(name) = hint.name.as_ref().or(hint.domain.as_ref()) else {
            return Ok((None, None));
        };
        let id = Uuid::now_v7();
        let mut body = Document::new();
        body.insert("id".into(), json!(id));
        body.insert("name".into(), json!(name));
        if let Some(domain) = hint.domain.as_ref().or(hint.email_domain.as_ref()) {
            body.insert("domain".into(), json!(domain));
        }
        check_company(&body)?;
        let domain = body.get("domain").and_then(Value::as_str);
        self.know(id, &hint.name_key, domain);
        Ok((Some(id), Some(body)))
    }

    fn by_written_name(&self, hint: &Hint) -> Option<Uuid> {
        if hint.name_key.is_empty() {
            None
        } else {
            self.named(&hint.name_key)
        }
    }

    /// Forgets companies that were planned and will not be made.
    pub(super) fn forget(&mut self, planned: impl Iterator<Item = Document>) {
        for company in planned {
            let is_it = |known: &Known| company["id"].as_str() == Some(&known.id.to_string());
            self.by_name.retain(|_, known| !is_it(known));
            self.by_domain.retain(|_, known| !is_it(known));
        }
    }
}

/// Faults of a company are faults of the row's company column.
fn check_company(body: &Document) -> std::result::Result<(), Faults> {
    match check_record((&company::OBJECT).into(), body) {
        Ok(()) => Ok(()),
        Err(Refusal::Invalid(faults)) => Err(at_field("company_id", faults)),
        Err(_) => Err(Fault::field("company_id", "malformed").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(name: &str, domain: Option<&str>, email_domain: Option<&str>) -> Hint {
        Hint {
            name: (!name.is_empty()).then(|| name.to_owned()),
            name_key: company_key(name),
            domain: domain.map(str::to_owned),
            email_domain: email_domain.map(str::to_owned),
        }
    }

    fn resolve(companies: &mut Companies, hint: &Hint) -> (Option<Uuid>, bool) {
        let (id, new) = companies.resolve(hint, CompanyBy::Domain).unwrap();
        (id, new.is_some())
    }

    #[test]
    fn a_name_alone_makes_a_company() {
        let mut companies = Companies::default();
        let (kopi, made) = resolve(&mut companies, &hint("PT Kopi", None, None));
        assert!(made && kopi.is_some());
        assert_eq!(
            resolve(&mut companies, &hint("Kopi", None, None)),
            (kopi, false)
        );
    }

    #[test]
    fn a_company_is_made_once_and_found_by_name_and_domain() {
        let mut companies = Companies::default();
        let (kopi, made) = resolve(
            &mut companies,
            &hint("PT Kopi Nusantara", None, Some("kopi.example")),
        );
        assert!(made && kopi.is_some());
        let same = [
            hint("Kopi Nusantara", None, None),
            hint("", None, Some("kopi.example")),
            hint("Kopi Jaya", None, Some("kopi.example")),
            hint("something else", Some("kopi.example"), None),
        ];
        for hint in same {
            assert_eq!(resolve(&mut companies, &hint), (kopi, false), "{hint:?}");
        }
    }

    #[test]
    fn people_with_a_provider_s_address_keep_their_own_companies() {
        let mut companies = Companies::default();
        let (first, _) = resolve(
            &mut companies,
            &hint("Toko Melati", None, Some("provider.example")),
        );
        let (second, made) = resolve(
            &mut companies,
            &hint("Bengkel Maju", None, Some("provider.example")),
        );
        assert!(made && first != second);
    }

    #[test]
    fn an_address_alone_makes_no_company() {
        let mut companies = Companies::default();
        assert_eq!(
            resolve(&mut companies, &hint("", None, Some("kopi.example"))),
            (None, false)
        );
        assert_eq!(
            resolve(&mut companies, &hint("", None, None)),
            (None, false)
        );
    }

    #[test]
    fn no_company_comes_to_stand_above_itself_or_below_too_many() {
        let mut companies = Companies::default();
        let all: Vec<Uuid> = (0..=u128::from(MAX_ABOVE) + 1)
            .map(Uuid::from_u128)
            .collect();
        let code = |checked: std::result::Result<(), Fault>| checked.map_err(|fault| fault.code);
        assert_eq!(
            code(companies.check_parent(all[0], all[0])),
            Err("parent_loop")
        );
        for pair in all.windows(2) {
            assert_eq!(code(companies.check_parent(pair[0], pair[1])), Ok(()));
            companies.stands_below(pair[0], pair[1]);
        }
        let (lowest, highest) = (all[0], all[all.len() - 1]);
        assert_eq!(
            code(companies.check_parent(all[1], lowest)),
            Err("parent_loop")
        );
        assert_eq!(
            code(companies.check_parent(highest, lowest)),
            Err("parent_too_deep")
        );
        assert_eq!(
            code(companies.check_parent(Uuid::max(), lowest)),
            Err("parent_too_deep")
        );
        assert_eq!(code(companies.check_parent(Uuid::max(), all[2])), Ok(()));
    }

    #[test]
    fn names_too_long_are_faults_of_the_company_column() {
        let long = hint(&"x".repeat(201), None, None);
        let faults = Companies::default()
            .resolve(&long, CompanyBy::Name)
            .unwrap_err();
        assert_eq!(
            (faults.0[0].pointer.as_str(), faults.0[0].code),
            ("/company_id", "too_long")
        );
    }
}
