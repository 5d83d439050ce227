//! The embedded migrations are read at compile time, which cargo doesn't notice by itself.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
    println!("cargo::rerun-if-changed=build.rs");
}
