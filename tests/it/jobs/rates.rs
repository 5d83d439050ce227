//! No more in a second than was said, however many do it.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use super::queue::{Does, Queue, new, quick, until};
use crate::events::receiver::{Receiver, endpoint};
use relasi_app::platform::jobs::{self, Grant, JobError, Options, Rate, Registry, State};
use relasi_tests::{Backend, TestApp, on_both};
use serde_json::json;

/// The most moments within any second.
fn most_in_a_second(moments: &mut [Instant]) -> usize {
    moments.sort_unstable();
    let within = |from: &Instant| {
        let second = moments
            .iter()
            .filter(|at| *at >= from && at.duration_since(*from) < Duration::from_secs(1));
        second.count()
    };
    moments.iter().map(within).max().unwrap_or_default()
}

on_both! {
    fn j5_workers_together_keep_to_a_rate(queue: Queue) {
        const CAP: u32 = 20;
        let moments = Arc::new(Mutex::new(Vec::new()));
        let workers: Vec<_> = (0..3).map(|_| {
            let noted = Arc::clone(&moments);
            let does = Does::new("sends", move |context| {
                for _ in 0..20 {
                    context.permit("smtp:kopi.example", Rate::per_second(CAP))?;
                    noted.lock().unwrap().push(Instant::now());
                }
                Ok(json!(null))
            });
            let options = Options { threads: 1, per_lane: 3, ..quick() };
            queue.work(Registry::default().with(does), options)
        }).collect();
        let ids: Vec<_> = (0..3).map(|_| queue.put(0, new("sends", json!(null)))).collect();
        for id in ids {
            assert_eq!(queue.ended(id).state, State::Done);
        }
        for worker in workers {
            assert!(worker.stop(Duration::from_secs(5)));
        }
        let mut moments = moments.lock().unwrap().clone();
        assert_eq!(moments.len(), 60);
        let most = most_in_a_second(&mut moments);
        assert!(most <= CAP as usize, "{most} in one second");
    }

    fn j5_a_closed_bucket_lets_nobody_through_and_counts_as_no_try(queue: Queue) {
        let does = Does::new("sends", |context| {
            if context.job().attempts > 1 {
                return Err(JobError::Failed("counted"));
            }
            if context.checkpoint::<i64>()?.is_none() {
                context.note(&1, 1, 2)?;
                context.close("smtp", Duration::from_hours(1))?;
            }
            context.permit("smtp", Rate::per_second(5))?;
            Ok(json!("sent"))
        });
        let worker = queue.work(Registry::default().with(does), quick());
        let id = queue.put(0, new("sends", json!(null)));
        until(|| queue.job(0, id).checkpoint.is_some() && queue.job(0, id).state == State::Ready);
        let waiting = queue.job(0, id);
        assert!(waiting.due_at.unwrap() > chrono::Utc::now() + chrono::TimeDelta::minutes(50), "{waiting:?}");
        assert_eq!(waiting.attempts, 0);
        queue.execute("UPDATE rate_buckets SET free_at = 0");
        queue.execute("UPDATE jobs SET due_at = 1");
        assert_eq!(queue.ended(id).result, Some(json!("sent")));
        assert!(worker.stop(Duration::from_secs(5)));
    }

    fn buckets_of_workspaces_and_names_are_apart(queue: Queue) {
        let rate = Rate { times: 1, per: Duration::from_mins(1) };
        let take = |workspace: usize, name: &'static str| {
            let workspace = queue.workspaces[workspace];
            let taken = queue.database.within(workspace).write_blocking(move |conn| jobs::take(conn, workspace, name, rate, 5));
            matches!(taken.unwrap(), Grant::Permits(permits) if permits.left() == 1)
        };
        assert!(take(0, "a") && take(1, "a") && take(0, "b"));
        assert!(!take(0, "a") && !take(1, "a") && !take(0, "b"));
    }
}

on_both! {
    fn what_counts_in_several_buckets_goes_when_all_of_them_let_it(queue: Queue) {
        let workspace = queue.workspaces[0];
        let all = |names: &[&str]| {
            let rate = Rate { times: 1, per: Duration::from_mins(1) };
            let buckets: Vec<(String, Rate)> = names.iter().map(|name| ((*name).to_owned(), rate)).collect();
            let taken = queue.database.within(workspace).write_blocking(move |conn| jobs::take_from_all(conn, workspace, &buckets));
            match taken.unwrap() {
                Grant::Permits(permits) => permits.left() == 1,
                Grant::NotBefore(wait) => {
                    assert!(wait > Duration::from_secs(30), "{wait:?}");
                    false
                }
            }
        };
        assert!(all(&["a", "b"]));
        assert!(!all(&["c", "b"]), "one that is not to be had holds the thing");
        assert!(all(&["c"]), "and takes nothing from the others");
        assert!(!all(&["a"]));
    }

    fn who_is_refused_in_a_row_waits_twice_as_long_each_time(queue: Queue) {
        let workspace = queue.workspaces[0];
        let lengths = (Duration::from_mins(1), Duration::from_mins(3));
        let bucket = ("smtp", Rate::per_second(1));
        let refused = || queue.database.within(workspace).write_blocking(move |conn| jobs::back_off(conn, workspace, bucket, lengths)).unwrap();
        assert_eq!(refused(), Duration::from_mins(1));
        assert_eq!(refused(), Duration::from_mins(1), "those on their way together count once");
        for minutes in [2, 3, 3] {
            queue.execute("UPDATE rate_buckets SET free_at = 0");
            assert_eq!(refused(), Duration::from_mins(minutes));
        }
        queue.database.within(workspace).write_blocking(move |conn| jobs::calm(conn, workspace, &["smtp".to_owned()])).unwrap();
        queue.execute("UPDATE rate_buckets SET free_at = 0");
        assert_eq!(refused(), Duration::from_mins(1), "what was taken makes it forgotten");
        // The bucket of a slow rate is taken for long ahead by a single message, which is refused in its turn.
        let slow = Rate { times: 20, per: Duration::from_mins(1) };
        let refused = |minutes: u64| {
            let taken = queue.database.within(workspace).write_blocking(move |conn| {
                jobs::take_from_all(conn, workspace, &[("slow".to_owned(), slow)])?;
                jobs::back_off(conn, workspace, ("slow", slow), lengths)
            });
            assert_eq!(taken.unwrap(), Duration::from_mins(minutes));
            queue.execute("UPDATE rate_buckets SET free_at = 0");
        };
        refused(1);
        refused(2);
    }
}

/// J5 with three processes, each with connections and a clock of its own.
#[test]
fn j5_three_worker_processes_keep_to_the_rate_of_a_webhook() {
    const CAP: usize = 6;
    let (name, value) = Receiver::allowed();
    let settings = [
        (name.as_str(), value.as_str()),
        ("RELASI_ROLE", "api"),
        ("RELASI_WEBHOOK_RATE", "6"),
    ];
    let app = TestApp::with(Backend::Postgres, &settings);
    let workers = [(); 3].map(|()| app.at.settings.work());
    let receiver = Receiver::start();
    endpoint(app.client(), &receiver, &["tag.*"]);
    for number in 0..24 {
        let tag = json!({"name": format!("Tanda {number}")});
        app.client().post("tags", &tag).ok(201);
    }
    let received = receiver.wait_for(24);
    let mut moments: Vec<Instant> = received.iter().map(|one| one.at).collect();
    let most = most_in_a_second(&mut moments);
    assert!(most <= CAP, "{most} in one second");
    for worker in workers {
        assert_eq!(worker.terminate().code(), Some(0));
    }
}
