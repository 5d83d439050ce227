//! Where the contents of files lie: a folder, or a bucket that speaks S3. Each content has a key of its own,
//! `<workspace>/<content id>`, is written once and never changed.

use std::{
    io::{Read, Write},
    ops::Range,
    path::Path,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::{
    StreamExt,
    stream::{BoxStream, TryStreamExt},
};
use object_store::{
    GetOptions, GetRange, ObjectStore, ObjectStoreExt, ObjectStoreScheme, RetryConfig,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    buffered::BufWriter,
    local::LocalFileSystem,
    path::Path as Key,
    prefix::PrefixStore,
};
use relasi_domain::interaction::file::UNKNOWN;
use relasi_persistence::StoreError;
use sha2::{Digest, Sha256};
use tokio::runtime::{Builder, Runtime};
use url::Url;
use uuid::Uuid;

use super::import::{disk, hexadecimal};
use crate::refusal::{Refusal, Result};

/// What is kept in memory of a file on its way: the smallest part that S3 takes.
const PART: usize = 5 << 20;

/// How long a bucket that does not answer is asked again.
const PATIENCE: Duration = Duration::from_secs(10);

/// How much of a file is looked at to tell its kind.
const HEAD: usize = 8 << 10;

/// The contents of files.
#[derive(Debug, Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    /// Largest file in bytes.
    limit: u64,
}

/// Why a place for files can't be used.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The address is none.
    #[error("the address of the files can't be read: {0}")]
    Address(#[from] url::ParseError),
    /// It is not that of a bucket.
    #[error("the address of the files is not that of a bucket: {0}")]
    Scheme(String),
    /// The place says no.
    #[error("the place of the files can't be used: {0}")]
    Place(#[from] object_store::Error),
    /// The folder can't be made.
    #[error("the folder of the files can't be made: {0}")]
    Folder(#[from] std::io::Error),
}

impl Storage {
    /// A folder of this machine; what is written is on disk for good.
    pub fn folder(folder: &Path, limit: u64) -> std::result::Result<Self, StorageError> {
        std::fs::create_dir_all(folder)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self {
            store: Arc::new(store),
            limit,
        })
    }

    /// A bucket, as `s3://bucket/folder`, with the settings that its kind has: `aws_access_key_id`,
    /// `aws_secret_access_key`, `aws_region`, `aws_endpoint`, `aws_allow_http`.
    pub fn bucket(
        address: &str,
        settings: impl IntoIterator<Item = (String, String)>,
        limit: u64,
    ) -> std::result::Result<Self, StorageError> {
        // The client asks for it; a second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let url = Url::parse(address)?;
        let (_, folder) = ObjectStoreScheme::parse(&url)
            .map_err(|error| StorageError::Scheme(error.to_string()))?;
        let builder = AmazonS3Builder::new()
            .with_url(address)
            .with_retry(RetryConfig {
                max_retries: 3,
                retry_timeout: PATIENCE,
                ..RetryConfig::default()
            });
        let builder = settings
            .into_iter()
            .fold(builder, |builder, (name, value)| {
                match name.to_lowercase().parse::<AmazonS3ConfigKey>() {
                    Ok(known) => builder.with_config(known, value),
                    Err(_) => builder,
                }
            });
        Ok(Self {
            store: Arc::new(PrefixStore::new(builder.build()?, folder)),
            limit,
        })
    }

    /// Begins a content.
    pub fn begin(&self, workspace: Uuid, content: Uuid) -> Incoming {
        let writer = BufWriter::with_capacity(self.store.clone(), key(workspace, content), PART);
        Incoming {
            writer: writer.with_max_concurrency(2),
            limit: self.limit,
            size: 0,
            hash: Sha256::default(),
            head: Vec::new(),
        }
    }

    /// A content, or these bytes of it, piece by piece.
    pub async fn read(
        &self,
        workspace: Uuid,
        content: Uuid,
        part: Option<Range<u64>>,
    ) -> Result<BoxStream<'static, std::io::Result<Bytes>>> {
        let options = GetOptions {
            range: part.map(GetRange::Bounded),
            ..GetOptions::default()
        };
        let key = key(workspace, content);
        let found = self.store.get_opts(&key, options).await.map_err(no)?;
        Ok(found.into_stream().map_err(std::io::Error::other).boxed())
    }

    /// Removes a content that nobody needs; one that can't be removed costs room, and the sweep comes again.
    pub async fn remove(&self, workspace: Uuid, content: Uuid) {
        match self.store.delete(&key(workspace, content)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => log::warn!("a file could not be removed: {error}"),
        }
    }

    /// Contents that were written before a time, some at once.
    pub fn before(&self, time: DateTime<Utc>) -> BoxStream<'static, Result<Vec<(Uuid, Uuid)>>> {
        let found = self.store.list(None).try_filter_map(move |meta| {
            let old = meta.last_modified < time;
            std::future::ready(Ok(old.then(|| ids(&meta.location)).flatten()))
        });
        found.try_chunks(500).map_err(|error| no(error.1)).boxed()
    }
}

fn key(workspace: Uuid, content: Uuid) -> Key {
    Key::from_iter([workspace.to_string(), content.to_string()])
}

/// Workspace and content of a key; none for what others have put there.
fn ids(key: &Key) -> Option<(Uuid, Uuid)> {
    let mut parts = key.parts().map(|part| Uuid::try_parse(part.as_ref()).ok());
    let ids = (parts.next()??, parts.next()??);
    parts.next().is_none().then_some(ids)
}

fn no(error: object_store::Error) -> Refusal {
    match error {
        object_store::Error::NotFound { .. } => Refusal::NotFound,
        error if no_room(&error) => Refusal::Store(StoreError::Full),
        error => Refusal::Store(StoreError::Unavailable(error.to_string())),
    }
}

/// Whether the disk behind it is full.
fn no_room(error: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut causes = causes.filter_map(|error| error.downcast_ref::<std::io::Error>());
    causes.any(|error| matches!(error.kind(), StorageFull | QuotaExceeded))
}

/// A content on its way in.
pub struct Incoming {
    writer: BufWriter,
    limit: u64,
    size: u64,
    hash: Sha256,
    head: Vec<u8>,
}

/// What is known of a content once it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Bytes.
    pub size: u64,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// The media type that its first bytes tell.
    pub kind: String,
}

impl Incoming {
    /// Adds the next bytes.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] beyond the limit, and when the place says no; nothing of it stays then.
    pub async fn write(&mut self, bytes: Bytes) -> Result<()> {
        self.size += bytes.len() as u64;
        if self.size > self.limit {
            self.abort().await;
            return Err(Refusal::TooLarge);
        }
        self.hash.update(&bytes);
        let wanted = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..wanted]);
        if let Err(error) = self.writer.put(bytes).await {
            self.abort().await;
            return Err(no(error));
        }
        Ok(())
    }

    /// Ends the content; it is there for good afterwards.
    pub async fn finish(mut self) -> Result<Content> {
        use tokio::io::AsyncWriteExt as _;
        // Once it is shut down it can't be given up; parts that are left in a bucket are none of its objects.
        if let Err(error) = self.writer.shutdown().await {
            return Err(Refusal::Store(StoreError::Unavailable(error.to_string())));
        }
        Ok(Content {
            size: self.size,
            sha256: hexadecimal(&self.hash.finalize()),
            kind: kind_of(&self.head),
        })
    }

    /// Gives it up. What can't be taken back is swept later.
    pub async fn abort(&mut self) {
        if let Err(error) = self.writer.abort().await {
            log::debug!("an upload could not be given up: {error}");
        }
    }
}

/// The media type of what begins like this; names and headers are not believed.
fn kind_of(head: &[u8]) -> String {
    if let Some(kind) = infer::get(head) {
        return kind.mime_type().to_owned();
    }
    let is_text = match std::str::from_utf8(head) {
        Ok(text) => !text.contains('\0'),
        // The last character may be cut in two.
        Err(error) => error.error_len().is_none() && !head.contains(&0),
    };
    let kind = if is_text && !head.is_empty() {
        "text/plain"
    } else {
        UNKNOWN
    };
    kind.to_owned()
}

/// The contents for what has a thread of its own and waits: jobs and the command line.
pub struct Waiting {
    storage: Storage,
    runtime: Runtime,
}

/// A content that is being read.
pub(crate) type Pieces = BoxStream<'static, std::io::Result<Bytes>>;

impl Waiting {
    /// Reads and writes in this place.
    pub fn new(storage: Storage) -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Self { storage, runtime })
    }

    /// A content.
    pub(crate) fn open(&self, workspace: Uuid, content: Uuid) -> Result<Pieces> {
        self.runtime
            .block_on(self.storage.read(workspace, content, None))
    }

    /// Writes a content somewhere.
    pub(crate) fn copy(&self, mut content: Pieces, to: &mut impl Write) -> Result<()> {
        while let Some(piece) = self.runtime.block_on(content.next()) {
            let written = piece.and_then(|piece| to.write_all(&piece));
            written.map_err(disk)?;
        }
        Ok(())
    }

    /// Takes a content from somewhere.
    pub(crate) fn take(
        &self,
        workspace: Uuid,
        content: Uuid,
        from: &mut impl Read,
    ) -> Result<Content> {
        let mut incoming = self.storage.begin(workspace, content);
        loop {
            let mut piece = vec![0; 1 << 16];
            let read = from.read(&mut piece).map_err(disk)?;
            if read == 0 {
                return self.runtime.block_on(incoming.finish());
            }
            piece.truncate(read);
            self.runtime.block_on(incoming.write(piece.into()))?;
        }
    }

    /// Removes a content.
    pub(crate) fn remove(&self, workspace: Uuid, content: Uuid) {
        self.runtime
            .block_on(self.storage.remove(workspace, content));
    }
}

#[cfg(test)]
mod tests;
