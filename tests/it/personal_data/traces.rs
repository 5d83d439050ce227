//! Where a word stands: in tables and in files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use relasi_persistence::{Database, personal::MAP, transfer::columns};

use crate::integrity;

/// Tables and columns in which a word stands, whatever its case.
pub fn tables_with(database: &Database, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for table in MAP {
        let texts = database
            .across()
            .read_blocking(|conn| columns(conn, table.name))
            .unwrap();
        for column in texts.iter().filter(|column| column.is_text()) {
            let sql = format!(
                "SELECT count(*) FROM {} WHERE lower({}) LIKE '%{word}%'",
                table.name, column.name
            );
            let count = integrity::number(database, &sql);
            if count > 0 {
                found.push(format!("{}.{}: {count}", table.name, column.name));
            }
        }
    }
    found
}

fn files_below(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, into);
        } else {
            into.push(path);
        }
    }
}

/// Files whose name or bytes have the word, in any case.
pub fn files_with(folder: &Path, word: &str) -> Vec<PathBuf> {
    let mut all = Vec::new();
    files_below(folder, &mut all);
    all.retain(|path| {
        let bytes = fs::read(path).unwrap().to_ascii_lowercase();
        let named = path.to_string_lossy().to_lowercase().contains(word);
        named
            || bytes
                .windows(word.len())
                .any(|part| part == word.as_bytes())
    });
    all
}
