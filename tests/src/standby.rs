//! A second cluster that follows a first one, and the loss of the first one.

use std::{
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

use crate::postgres::Cluster;

impl Cluster {
    /// A synchronous standby of this cluster: from now on nothing is committed before the standby has it on its disk.
    ///
    /// # Panics
    /// When the copy does not follow within half a minute.
    pub fn standby(&self) -> Self {
        let standby = Self::begin(true, Some(self));
        self.sql(
            "postgres",
            "ALTER SYSTEM SET synchronous_standby_names = '*'",
        );
        self.sql("postgres", "SELECT pg_reload_conf()");
        let follows = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        let limit = Instant::now() + Duration::from_secs(30);
        while self.sql("postgres", follows) != "1" {
            assert!(Instant::now() < limit, "the standby does not follow");
            sleep(Duration::from_millis(20));
        }
        standby
    }

    /// Makes a standby a primary.
    ///
    /// # Panics
    /// When it is none.
    pub fn promote(&self) {
        // Itself it would wait for a standby that is not there.
        self.sql("postgres", "SELECT pg_promote()");
    }

    /// `kill -9` of all its processes, as when the machine is lost.
    ///
    /// # Panics
    /// When it does not run.
    pub fn kill(&self) {
        let file = self.folder.join("data/postmaster.pid");
        let text = std::fs::read_to_string(file).expect("it runs");
        let pid = text.lines().next().expect("a process id").to_owned();
        // Its processes first: without their parent they would still end what they have begun.
        for arguments in [vec!["-KILL", "-P", &pid], vec!["-KILL", "-g", &pid]] {
            // Nobody may be left.
            let _ = Command::new("pkill").args(arguments).status();
        }
        let _ = Command::new("kill").args(["-KILL", &pid]).status();
    }
}
