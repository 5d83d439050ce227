//! relasi-http
