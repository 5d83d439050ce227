//! Secrets that must be read again are stored encrypted, by keys that lie beside the database and not in it.
//!
//! XChaCha20-Poly1305 with a random nonce. Table, row and workspace are authenticated with the text, so that a secret
//! cannot be moved to another row.

use std::{
    fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant, SystemTime},
};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use uuid::Uuid;

use crate::{platform::import::hexadecimal, random::random};

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// How often the file is looked at for a key that was added.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Why a secret or the keys can't be used.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The file can't be read or written.
    #[error("the file with the keys of secrets: {0}")]
    File(#[from] std::io::Error),
    /// A line of it is none.
    #[error("line {0} of the file with the keys of secrets is not a key")]
    Line(usize),
    /// It has no key.
    #[error("the file with the keys of secrets has no key")]
    Empty,
    /// Encrypted with a key that is not there.
    #[error("the key {0} of a secret is not there")]
    UnknownKey(String),
    /// Damaged, or of another row.
    #[error("a secret can't be decrypted")]
    Damaged,
}

/// Which row a secret belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Table and column.
    pub column: &'static str,
    /// The row.
    pub id: Uuid,
    /// Its workspace.
    pub workspace: Uuid,
}

impl Row {
    fn bound(&self) -> Vec<u8> {
        format!("{}|{}|{}", self.column, self.id, self.workspace).into_bytes()
    }
}

/// The keys. The first encrypts; the others are there for what they encrypted. A key that is added to the file is taken up
/// by those who have it open.
#[derive(Clone)]
pub struct Vault(Arc<Kept>);

struct Kept {
    path: PathBuf,
    keys: RwLock<Arc<Vec<NamedKey>>>,
    looked: Mutex<Looked>,
}

/// When the file was looked at last, and when it had been written then.
struct Looked {
    at: Instant,
    written: Option<SystemTime>,
}

struct NamedKey {
    name: String,
    cipher: XChaCha20Poly1305,
    /// For digests of what must be recognised and not be read.
    marker: [u8; KEY_BYTES],
}

/// A line of the file: name and key.
fn new_line() -> String {
    let name = Uuid::now_v7().simple().to_string();
    format!("{name}:{}\n", STANDARD_NO_PAD.encode(random::<KEY_BYTES>()))
}

impl Vault {
    /// The keys of a file, one in each line; it is made with a first one when it is not there.
    ///
    /// # Errors
    /// When it can't be read or made, or has something else in it.
    pub fn open(path: &Path) -> Result<Self, VaultError> {
        let written = written(path);
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let text = new_line();
                write_private(path, &text)?;
                text
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Self(Arc::new(Kept {
            path: path.to_owned(),
            keys: RwLock::new(Arc::new(parsed(&text)?)),
            looked: Mutex::new(Looked {
                at: Instant::now(),
                written,
            }),
        })))
    }

    /// Puts a new key in front: what is encrypted from now on is encrypted with it.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn add_key(path: &Path) -> Result<Self, VaultError> {
        Self::open(path)?;
        let text = format!("{}{}", new_line(), fs::read_to_string(path)?);
        write_private(path, &text)?;
        Self::open(path)
    }

    /// The keys as they are now.
    fn keys(&self) -> Arc<Vec<NamedKey>> {
        let changed = {
            let mut looked = self.0.looked.lock().unwrap_or_else(PoisonError::into_inner);
            let due = looked.at.elapsed() >= LOOK_EVERY;
            if due {
                looked.at = Instant::now();
            }
            let now = due.then(|| written(&self.0.path)).flatten();
            let changed = now.is_some() && now != looked.written;
            if changed {
                looked.written = now;
            }
            changed
        };
        if changed {
            self.read_again();
        }
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&keys)
    }

    /// Reads the file once more; what can't be read leaves the keys as they were.
    fn read_again(&self) {
        let found = fs::read_to_string(&self.0.path).map_err(VaultError::File);
        match found.and_then(|text| parsed(&text)) {
            Ok(keys) => {
                let mut kept = self.0.keys.write().unwrap_or_else(PoisonError::into_inner);
                *kept = Arc::new(keys);
            }
            Err(error) => log::error!("{error}"),
        }
    }

    /// Keyed digests of a text in a workspace, one by each key, that of the newest first: by them something is known again
    /// that is kept nowhere. Nobody without the keys can try texts out.
    pub fn marks(&self, workspace: Uuid, kind: &str, text: &str) -> Vec<String> {
        let said = format!("{workspace}|{kind}|{text}");
        let keys = self.keys();
        let marks = keys.iter().map(|key| mac(&key.marker, said.as_bytes()));
        marks.map(|mark| hexadecimal(&mark)).collect()
    }

    /// Encrypts a secret of a row.
    pub fn seal(&self, row: Row, secret: &[u8]) -> String {
        let keys = self.keys();
        let key = keys.first().expect("there is a first key");
        let nonce = random::<NONCE_BYTES>();
        let bound = row.bound();
        let payload = Payload {
            msg: secret,
            aad: &bound,
        };
        let sealed = key.cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.expect("a short text can be encrypted");
        let coded = STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat());
        format!("{}:{coded}", key.name)
    }

    /// Decrypts the secret of a row.
    ///
    /// # Errors
    /// When its key is not there, or it is damaged or of another row.
    pub fn reveal(&self, row: Row, sealed: &str) -> Result<Vec<u8>, VaultError> {
        let (name, coded) = sealed.split_once(':').ok_or(VaultError::Damaged)?;
        let mut keys = self.keys();
        if keys.iter().all(|key| key.name != name) {
            // Somebody has just put it there.
            self.read_again();
            keys = self.keys();
        }
        let key = keys.iter().find(|key| key.name == name);
        let key = key.ok_or_else(|| VaultError::UnknownKey(name.to_owned()))?;
        let bytes = STANDARD_NO_PAD
            .decode(coded)
            .map_err(|_| VaultError::Damaged)?;
        let (nonce, text) = bytes
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(VaultError::Damaged)?;
        let bound = row.bound();
        let payload = Payload {
            msg: text,
            aad: &bound,
        };
        let opened = key.cipher.decrypt(&XNonce::from(*nonce), payload);
        opened.map_err(|_| VaultError::Damaged)
    }
}

/// When a file was written last.
fn written(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|about| about.modified()).ok()
}

/// The keys of a file.
fn parsed(text: &str) -> Result<Vec<NamedKey>, VaultError> {
    let mut keys = Vec::new();
    for (place, line) in text.lines().enumerate() {
        if !line.trim().is_empty() {
            keys.push(NamedKey::parse(line.trim()).ok_or(VaultError::Line(place + 1))?);
        }
    }
    if keys.is_empty() {
        return Err(VaultError::Empty);
    }
    Ok(keys)
}

/// HMAC-SHA256.
fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length is taken");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

impl NamedKey {
    fn parse(line: &str) -> Option<Self> {
        let (name, key) = line.split_once(':')?;
        let key: [u8; KEY_BYTES] = STANDARD_NO_PAD.decode(key).ok()?.try_into().ok()?;
        Some(Self {
            name: name.to_owned(),
            cipher: XChaCha20Poly1305::new(&Key::from(key)),
            marker: mac(&key, b"relasi mark of what was erased"),
        })
    }
}

/// Writes a file that only its owner reads, whole or not at all.
fn write_private(path: &Path, text: &str) -> Result<(), VaultError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // A temporary file is for its owner only from the beginning.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests;
