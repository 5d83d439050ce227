//! Written and taken away.
