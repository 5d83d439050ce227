//! End-to-end tests: the real program, over HTTP, on both databases.

mod harness;
mod jobs;
