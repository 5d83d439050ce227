//! relasi-domain
