//! relasi-server
