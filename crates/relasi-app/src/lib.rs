//! relasi-app
