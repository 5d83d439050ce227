//! What is left of the files of a database when the power goes.

use std::{fs, path::Path, process::Command, sync::OnceLock};

/// The files, and what a number of `disk.c` stands for.
const FILES: [&str; 2] = ["relasi.db", "relasi.db-wal"];

/// Bytes that a disk writes whole.
const SECTOR: usize = 512;

/// Their contents.
pub(super) type Contents = [Vec<u8>; 2];

/// The library that notes what a server writes, compiled by the machine's own compiler.
pub(super) fn library() -> &'static str {
    static MADE: OnceLock<(tempfile::TempDir, String)> = OnceLock::new();
    let (_, path) = MADE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let to = folder.path().join("disk.so");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/resilience/power/disk.c");
        let status = Command::new("cc")
            .args(["-O1", "-shared", "-fPIC", "-o"])
            .arg(&to)
            .args([source, "-ldl", "-lpthread"])
            .status();
        let made = status.is_ok_and(|status| status.success());
        assert!(made, "{source} cannot be compiled");
        let path = to.display().to_string();
        (folder, path)
    });
    path
}

/// What lies in a data folder. No server runs.
pub(super) fn contents(folder: &Path) -> Contents {
    FILES.map(|name| fs::read(folder.join(name)).unwrap_or_default())
}

/// Puts contents in the place of what a data folder has. What is shared by processes is gone with the power.
pub(super) fn replace(folder: &Path, contents: &Contents) {
    for (name, bytes) in FILES.iter().zip(contents) {
        fs::write(folder.join(name), bytes).expect("the file can be written");
    }
    let shared = folder.join("relasi.db-shm");
    if shared.exists() {
        fs::remove_file(shared).expect("the file can be removed");
    }
}

enum Change<'n> {
    Written(&'n [u8]),
    Length,
}

struct Note<'n> {
    /// Where it stands among the notes.
    place: u64,
    file: usize,
    at: u64,
    change: Change<'n>,
}

/// The notes, and for each file up to where they are on the disk. The last one may be cut off.
fn read(notes: &[u8]) -> (Vec<Note<'_>>, [u64; 2]) {
    const HEAD: usize = 18;
    let number = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
    let (mut found, mut durable, mut place) = (Vec::new(), [0, 0], 0);
    while let Some(head) = notes.get(place..place + HEAD) {
        let (kind, file) = (head[0], usize::from(head[1]));
        let (at, length) = (number(&head[2..10]), number(&head[10..18]));
        let end = place + HEAD + usize::try_from(length).expect("a length");
        let Some(bytes) = notes.get(place + HEAD..end) else {
            break;
        };
        let change = match kind {
            b'W' => Some(Change::Written(bytes)),
            b'T' => Some(Change::Length),
            b'S' => None,
            other => panic!("no note is of the kind {other}"),
        };
        match change {
            Some(change) => found.push(Note {
                place: place as u64,
                file,
                at,
                change,
            }),
            None => durable[file] = durable[file].max(at),
        }
        place = end;
    }
    (found, durable)
}

/// What is on the disk after a loss of power: all that was brought there, and of everything later what `chance` picks, in
/// whole sectors. And how many changes were lost.
pub(super) fn left(
    before: Contents,
    notes: &[u8],
    mut chance: impl FnMut() -> bool,
) -> (Contents, usize) {
    let (found, durable) = read(notes);
    let (mut contents, mut lost) = (before, 0);
    for note in found {
        let is_durable = note.place < durable[note.file];
        let content = &mut contents[note.file];
        let at = usize::try_from(note.at).expect("a place in a file");
        match note.change {
            Change::Length if is_durable || chance() => content.resize(at, 0),
            Change::Length => lost += 1,
            Change::Written(bytes) => {
                let mut whole = true;
                for (number, sector) in bytes.chunks(SECTOR).enumerate() {
                    if is_durable || chance() {
                        let from = at + number * SECTOR;
                        if content.len() < from + sector.len() {
                            content.resize(from + sector.len(), 0);
                        }
                        content[from..from + sector.len()].copy_from_slice(sector);
                    } else {
                        whole = false;
                    }
                }
                lost += usize::from(!whole);
            }
        }
    }
    (contents, lost)
}

#[test]
fn what_was_not_brought_to_the_disk_may_be_lost() {
    let note = |kind: u8, file: u8, at: u64, bytes: &[u8]| {
        let mut note = vec![kind, file];
        note.extend(at.to_le_bytes());
        note.extend((bytes.len() as u64).to_le_bytes());
        note.extend(bytes);
        note
    };
    let mut notes = note(b'W', 0, 1, b"ab");
    notes.extend(note(b'W', 1, 0, b"log"));
    let synced = notes.len() as u64;
    notes.extend(note(b'W', 0, 0, b"x"));
    notes.extend(note(b'S', 0, synced, b""));
    notes.extend(note(b'T', 0, 1, b""));
    notes.extend(b"W\0cut off");
    let before = || [b"...".to_vec(), Vec::new()];
    let (all, lost) = left(before(), &notes, || true);
    assert_eq!((all, lost), ([b"x".to_vec(), b"log".to_vec()], 0));
    let (least, lost) = left(before(), &notes, || false);
    assert_eq!((least, lost), ([b".ab".to_vec(), Vec::new()], 3));
}
