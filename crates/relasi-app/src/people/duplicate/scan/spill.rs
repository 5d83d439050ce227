//! More numbers than memory should hold, in order.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

/// Numbers held in memory at a time: 16 MiB of them.
const RUN: usize = 1 << 20;

/// Takes numbers in any order and gives them back sorted, each once. What does not fit into memory lies in files
/// without a name, which are gone with the process.
pub(super) struct Sorter {
    folder: PathBuf,
    run: Vec<u128>,
    limit: usize,
    spilled: Vec<File>,
}

impl Sorter {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            run: Vec::new(),
            limit: RUN,
            spilled: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, number: u128) -> io::Result<()> {
        self.run.push(number);
        if self.run.len() >= self.limit {
            self.spill()?;
        }
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        order(&mut self.run);
        let mut file = BufWriter::with_capacity(1 << 16, tempfile::tempfile_in(&self.folder)?);
        for number in self.run.drain(..) {
            file.write_all(&number.to_le_bytes())?;
        }
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        self.spilled.push(file);
        Ok(())
    }

    /// The numbers in order.
    pub(super) fn sorted(mut self) -> io::Result<Sorted> {
        order(&mut self.run);
        let mut sources = vec![Source::Memory(self.run.into_iter())];
        let files = self.spilled.into_iter();
        sources.extend(files.map(|file| Source::File(BufReader::with_capacity(1 << 16, file))));
        let mut heads = BinaryHeap::new();
        for (index, source) in sources.iter_mut().enumerate() {
            heads.extend(source.next()?.map(|number| Reverse((number, index))));
        }
        Ok(Sorted {
            sources,
            heads,
            last: None,
        })
    }
}

fn order(run: &mut Vec<u128>) {
    run.sort_unstable();
    run.dedup();
}

enum Source {
    Memory(std::vec::IntoIter<u128>),
    File(BufReader<File>),
}

impl Source {
    fn next(&mut self) -> io::Result<Option<u128>> {
        match self {
            Self::Memory(numbers) => Ok(numbers.next()),
            Self::File(file) => {
                let mut bytes = [0; 16];
                match file.read_exact(&mut bytes) {
                    Ok(()) => Ok(Some(u128::from_le_bytes(bytes))),
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
                    Err(error) => Err(error),
                }
            }
        }
    }
}

/// Numbers in order, each once.
pub(super) struct Sorted {
    sources: Vec<Source>,
    heads: BinaryHeap<Reverse<(u128, usize)>>,
    last: Option<u128>,
}

impl Sorted {
    pub(super) fn next(&mut self) -> io::Result<Option<u128>> {
        while let Some(Reverse((number, index))) = self.heads.pop() {
            let next = self.sources[index].next()?;
            self.heads
                .extend(next.map(|number| Reverse((number, index))));
            if self.last != Some(number) {
                self.last = Some(number);
                return Ok(Some(number));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_in_order_and_once_whatever_fits_into_memory() {
        let folder = tempfile::tempdir().unwrap();
        for limit in [3, 7, 1000] {
            let mut sorter = Sorter {
                limit,
                ..Sorter::new(folder.path())
            };
            for number in 0..100_u128 {
                sorter.add((number * 37) % 50).unwrap();
            }
            let mut sorted = sorter.sorted().unwrap();
            let mut all = Vec::new();
            while let Some(number) = sorted.next().unwrap() {
                all.push(number);
            }
            assert_eq!(all, (0..50).collect::<Vec<_>>(), "{limit}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
