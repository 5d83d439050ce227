//! Password hashes: argon2id, a few at a time, away from the threads that serve requests.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use relasi_domain::identity::password;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::random::random;

/// What one hash costs. The default is 64 MiB and three passes, about a sixth of a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB, at least 19,456.
    pub memory_kib: u32,
    /// Passes over it, at least 2.
    pub passes: u32,
}

impl Default for Cost {
    fn default() -> Self {
        Self {
            memory_kib: 64 * 1024,
            passes: 3,
        }
    }
}

impl Cost {
    /// The least that OWASP accepts: for tests, and for machines with very little memory.
    pub const LEAST: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
    };
}

/// How many hashes are worked out at the same time, so that memory stays bounded.
const AT_ONCE: usize = 2;

/// What a check of a password found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Not the password.
    Wrong,
    /// The password.
    Right,
    /// The password, stored at another cost than today's: here is the hash to store instead.
    Renewed(String),
}

/// The right to work out one hash; given back when dropped.
pub struct Turn(OwnedSemaphorePermit);

impl std::fmt::Debug for Turn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Turn({})", self.0.num_permits())
    }
}

/// Makes and checks password hashes.
#[derive(Debug, Clone)]
pub struct Hasher {
    argon: Argon2<'static>,
    permits: Arc<Semaphore>,
    decoy: Arc<str>,
}

impl Hasher {
    /// A hasher of the given cost; costs below the least are raised to it.
    pub fn new(cost: Cost) -> Self {
        let memory = cost.memory_kib.max(Cost::LEAST.memory_kib);
        let passes = cost.passes.max(Cost::LEAST.passes);
        let params = Params::new(memory, passes, 1, None).expect("within the limits of argon2");
        let decoy = decoy(&params);
        Self {
            argon: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            decoy: decoy.into(),
        }
    }

    /// The hash of a new password, in PHC form.
    pub async fn hash(&self, password: String) -> String {
        let turn = self.turn().await;
        self.run(turn, move |hasher| hasher.hash_now(&password))
            .await
    }

    /// Waits until it is one's turn to check a password.
    pub async fn turn(&self) -> Turn {
        let permit = self.permits.clone().acquire_owned().await;
        Turn(permit.expect("the semaphore is never closed"))
    }

    /// Checks a password against a stored hash. Without one it takes just as long and says [`Verdict::Wrong`].
    pub async fn verify(&self, turn: Turn, password: String, stored: Option<String>) -> Verdict {
        self.run(turn, move |hasher| {
            hasher.verify_now(&password, stored.as_deref())
        })
        .await
    }

    /// [`Hasher::hash`] on the calling thread, for the command line.
    pub fn hash_now(&self, password: &str) -> String {
        let password = password::normalised(password);
        self.argon
            .hash_password(password.as_bytes())
            .expect("the cost is within the limits and the salt is made here")
            .to_string()
    }

    fn verify_now(&self, password: &str, stored: Option<&str>) -> Verdict {
        // Nothing longer is ever stored, and hashing must not be made to work on megabytes.
        let fits = password.len() <= password::MAX_BYTES * 4;
        let normal = password::normalised(if fits { password } else { "" });
        let hash = stored.and_then(|text| PasswordHash::new(text).ok());
        let known = hash.is_some() && fits;
        let Some(hash) = hash.or_else(|| PasswordHash::new(&self.decoy).ok()) else {
            return Verdict::Wrong;
        };
        let matches = self.argon.verify_password(normal.as_bytes(), &hash).is_ok();
        if !matches || !known {
            return Verdict::Wrong;
        }
        let current = Params::try_from(&hash).is_ok_and(|params| {
            let now = self.argon.params();
            params.m_cost() == now.m_cost() && params.t_cost() == now.t_cost()
        });
        if current {
            Verdict::Right
        } else {
            Verdict::Renewed(self.hash_now(password))
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        turn: Turn,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> T {
        let hasher = self.clone();
        let task = tokio::task::spawn_blocking(move || {
            let done = work(&hasher);
            drop(turn);
            done
        });
        task.await.expect("hashing does not panic")
    }
}

/// A hash that no password has, at the cost of real ones, made without working one out.
fn decoy(params: &Params) -> String {
    let bytes = random::<48>();
    let (salt, output) = bytes.split_at(16);
    format!(
        "$argon2id$v=19$m={},t={},p={}${}${}",
        params.m_cost(),
        params.t_cost(),
        params.p_cost(),
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(output)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "correct horse battery";

    #[test]
    fn passwords_are_known_again() {
        let hasher = Hasher::new(Cost::LEAST);
        let hash = hasher.hash_now(PASSWORD);
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert_eq!(hasher.verify_now(PASSWORD, Some(&hash)), Verdict::Right);
        assert_eq!(
            hasher.verify_now("correct horse batterz", Some(&hash)),
            Verdict::Wrong
        );
        assert_ne!(
            hash,
            hasher.hash_now(PASSWORD),
            "each hash has its own salt"
        );
    }

    #[test]
    fn nobody_knows_a_password_that_is_not_stored() {
        let hasher = Hasher::new(Cost::LEAST);
        assert!(PasswordHash::new(&hasher.decoy).is_ok());
        for stored in [None, Some(""), Some("plain text")] {
            assert_eq!(hasher.verify_now(PASSWORD, stored), Verdict::Wrong);
            assert_eq!(hasher.verify_now("", stored), Verdict::Wrong);
        }
    }

    #[test]
    fn older_hashes_are_renewed() {
        let old = Hasher::new(Cost::LEAST).hash_now(PASSWORD);
        let stronger = Hasher::new(Cost {
            passes: 3,
            ..Cost::LEAST
        });
        let Verdict::Renewed(hash) = stronger.verify_now(PASSWORD, Some(&old)) else {
            panic!("an old hash must be renewed")
        };
        assert_eq!(stronger.verify_now(PASSWORD, Some(&hash)), Verdict::Right);
    }

    #[tokio::test]
    async fn only_a_few_are_worked_out_at_once() {
        let hasher = Hasher::new(Cost::LEAST);
        let tasks: Vec<_> = (0..6)
            .map(|_| {
                let hasher = hasher.clone();
                tokio::spawn(async move {
                    let turn = hasher.turn().await;
                    hasher.verify(turn, PASSWORD.to_owned(), None).await
                })
            })
            .collect();
        tokio::task::yield_now().await;
        assert_eq!(hasher.permits.available_permits(), 0);
        for task in tasks {
            assert_eq!(task.await.expect("no panic"), Verdict::Wrong);
        }
        assert_eq!(hasher.permits.available_permits(), AT_ONCE);
    }
}
