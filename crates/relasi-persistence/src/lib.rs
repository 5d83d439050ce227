//! relasi-persistence
