//! What a scan needs, and the way of all records into it.

use std::{path::Path, time::SystemTime};

use chrono::{DateTime, Utc};
use relasi_domain::{
    identity::access::{Access, Action},
    people::duplicate::{Features, Thresholds},
    record::{Document, Object},
};
use relasi_persistence::store::{Query, Store};
use serde_json::Value;
use uuid::Uuid;

use super::{
    super::{comparable, leads, lookup::Companies, phones::Numbering, thresholds},
    Scan,
    base::{Base, Writer},
    blocks::Keyring,
    units,
};
use crate::{
    identity::access_of,
    platform::jobs::{JobContext, JobError},
    records::{Work, member_id},
    refusal::Refusal,
};

/// Records read in one go.
const PAGE: usize = 1_000;

/// What a scan works with.
pub(super) struct Setting {
    pub(super) scan: Scan,
    pub(super) object: &'static Object,
    pub(super) access: Access,
    numbering: Numbering,
    pub(super) limits: Thresholds,
    pub(super) job: Uuid,
    fields: Vec<String>,
}

impl Setting {
    pub(super) fn read(context: &JobContext) -> std::result::Result<Self, JobError> {
        let scan: Scan = context.payload()?;
        let (workspace, job) = (context.job().workspace_id, context.job().id);
        let user = context.job().created_by.ok_or(Refusal::Forbidden)?;
        context.rows().read_blocking(|conn| {
            let access = access_of(conn, workspace, user)?.ok_or(Refusal::Forbidden)?;
            let object = comparable(&scan.object, "/object")?;
            let limits = thresholds(&mut work(conn, &access))?;
            let marking = access.whole(object).marking();
            let marking = marking.map(|field| field.name.to_string());
            let named = [
                object.title,
                "emails",
                "phones",
                "company_id",
                "company_name",
                "status",
                "domain",
                "website",
                "tax_id",
                "birth_date",
                "address",
                "city",
                "postal_code",
                "country",
                "import_id",
            ];
            Ok(Self {
                object,
                numbering: Numbering::of(conn, workspace)?,
                fields: named
                    .map(str::to_owned)
                    .into_iter()
                    .chain(marking)
                    .collect(),
                access,
                limits,
                scan,
                job,
            })
        })
    }
}

pub(super) fn work<'w>(conn: &'w mut relasi_persistence::Conn, access: &'w Access) -> Work<'w> {
    Work {
        conn,
        access,
        now: now(),
        cause: None,
    }
}

fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}

/// Reads all records once.
pub(super) fn read(
    context: &mut JobContext,
    setting: &Setting,
    folder: &Path,
    keyring: &mut Keyring,
) -> std::result::Result<Base, JobError> {
    let mut writer = Writer::new(folder)?;
    let mut after: Option<Vec<Value>> = None;
    let mut read = 0;
    loop {
        let (documents, companies, next) = context
            .rows()
            .read_blocking(|conn| page(conn, setting, after.as_deref()))?;
        let there = documents.iter();
        let there = there.filter(|one| !leads::is_converted(setting.object, one));
        for document in there {
            let features = Features::of(
                setting.access.whole(setting.object),
                document,
                companies.name(document),
                &|number, country| setting.numbering.international(number, country),
            );
            let import = member_id(document, "import_id");
            let fresh = setting.scan.import_id.is_none() || import == setting.scan.import_id;
            let id = member_id(document, "id").unwrap_or_default();
            let number = writer.add(id, &features, fresh)?;
            keyring.add(number, &features)?;
        }
        read += documents.len();
        // Half of the way is reading; how long it is shows at its end.
        context.progress(units(read), 0)?;
        after = next;
        if after.is_none() {
            return Ok(writer.finish()?);
        }
    }
}
type Read = (Vec<Document>, Companies, Option<Vec<Value>>);

fn page(
    conn: &mut relasi_persistence::Conn,
    setting: &Setting,
    after: Option<&[Value]>,
) -> std::result::Result<Read, JobError> {
    let query = Query {
        filter: None,
        sort: &[],
        text: None,
        after,
        limit: PAGE,
        trashed: false,
        visible: setting.access.limit(setting.object, Action::See),
        fields: &setting.fields,
        follow: &[],
    };
    let page = Store::new(conn, &setting.access).page(setting.object, &query)?;
    let items = [b"[".as_slice(), &page.items, b"]"].concat();
    let documents: Vec<Document> =
        serde_json::from_slice(&items).map_err(|_| JobError::Failed("record_unreadable"))?;
    let companies = Companies::of(&mut work(conn, &setting.access), documents.iter())?;
    Ok((documents, companies, page.next))
}
