//! All records of an object as they are compared, read once and kept in a file.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
    path::Path,
};

use relasi_domain::people::duplicate::Features;
use uuid::Uuid;

/// Collects features, in the order of the ids.
pub(super) struct Writer {
    file: BufWriter<File>,
    all: Numbered,
    end: u64,
}

/// Ids and places of records; some thirty bytes for each.
#[derive(Default)]
struct Numbered {
    ids: Vec<Uuid>,
    /// Where each begins in the file, and where the last one ends.
    places: Vec<u64>,
    /// Whether each is new, when only pairs with a new one are wanted.
    fresh: Vec<bool>,
}

impl Writer {
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        let file = BufWriter::with_capacity(1 << 16, tempfile::tempfile_in(folder)?);
        Ok(Self {
            file,
            all: Numbered {
                places: vec![0],
                ..Numbered::default()
            },
            end: 0,
        })
    }

    /// Adds a record and answers its number.
    pub(super) fn add(&mut self, id: Uuid, features: &Features, fresh: bool) -> io::Result<u32> {
        let bytes = serde_json::to_vec(features)?;
        self.file.write_all(&bytes)?;
        self.end += bytes.len() as u64;
        let number = u32::try_from(self.all.ids.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
        self.all.ids.push(id);
        self.all.places.push(self.end);
        self.all.fresh.push(fresh);
        Ok(number)
    }

    pub(super) fn finish(self) -> io::Result<Base> {
        let file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        Ok(Base {
            file,
            all: self.all,
            bytes: Vec::new(),
            held: None,
        })
    }
}

/// Features by the numbers of their records.
pub(super) struct Base {
    file: File,
    all: Numbered,
    bytes: Vec<u8>,
    held: Option<(u32, Features)>,
}

impl Base {
    pub(super) fn len(&self) -> usize {
        self.all.ids.len()
    }

    pub(super) fn id(&self, number: u32) -> Uuid {
        self.all.ids[number as usize]
    }

    pub(super) fn is_fresh(&self, number: u32) -> bool {
        self.all.fresh[number as usize]
    }

    /// The first record behind the one with this id.
    pub(super) fn behind(&self, id: Uuid) -> usize {
        self.all.ids.partition_point(|other| *other <= id)
    }

    /// Two records; the first of them is held, for it comes with many.
    pub(super) fn both(&mut self, first: u32, second: u32) -> io::Result<(&Features, Features)> {
        if self
            .held
            .as_ref()
            .is_none_or(|(number, _)| *number != first)
        {
            self.held = Some((first, self.read(first)?));
        }
        let second = self.read(second)?;
        match &self.held {
            Some((_, first)) => Ok((first, second)),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn read(&mut self, number: u32) -> io::Result<Features> {
        let place = number as usize;
        let (start, end) = (self.all.places[place], self.all.places[place + 1]);
        self.bytes
            .resize(usize::try_from(end - start).map_err(io::Error::other)?, 0);
        self.file.seek(SeekFrom::Start(start))?;
        self.file.read_exact(&mut self.bytes)?;
        Ok(serde_json::from_slice(&self.bytes)?)
    }
}
