//! Inputs: seeds with edits.

use bolero::{TypeGenerator, check};
use std::panic::RefUnwindSafe;
use std::path::Path;
use std::time::Duration;

/// How often the size of its input a decoder may take from memory.
const TIMES: usize = 8;
/// And so much besides: texts of errors, tables that are made once for a thread.
const BESIDES: usize = 8 * 1024;
/// The largest input that is made.
const MAXIMUM: usize = 64 * 1024;

/// Words at which decoders have stumbled.
const WORDS: [&str; 16] = [
    "null",
    "[",
    "{\"a\":",
    "\"",
    "-1",
    "1e999",
    "18446744073709551616",
    "-9223372036854775808",
    "\\u0000",
    "\\ud800",
    "[[[[[[[[[[[[[[[[",
    "\u{0}",
    "0,0,0,0,",
    "{\"a\":1},",
    "\u{feff}",
    "\u{202e}",
];

/// What is done to a seed. Places are taken modulo its length.
#[derive(Debug, Clone, TypeGenerator)]
enum Edit {
    Flip { at: u16, bit: u8 },
    Put { at: u16, byte: u8 },
    Word { at: u16, word: u8 },
    Cut { at: u16, length: u8 },
    End { at: u16 },
    Repeat { at: u16, length: u8, times: u8 },
    Splice { at: u16, seed: u8, from: u16 },
}

/// A seed and what is done to it.
#[derive(Debug, Clone, TypeGenerator)]
pub(crate) struct Recipe {
    seed: u8,
    edits: Vec<Edit>,
}

impl Recipe {
    /// The input.
    pub(crate) fn make(&self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let seed = |number: u8| &seeds[usize::from(number) % seeds.len()];
        let mut bytes = seed(self.seed).clone();
        for edit in &self.edits {
            edit.apply(&mut bytes, &seed);
            bytes.truncate(MAXIMUM);
        }
        bytes
    }
}

impl Edit {
    fn apply<'a>(&self, bytes: &mut Vec<u8>, seed: &impl Fn(u8) -> &'a Vec<u8>) {
        let place = |at: u16, length: usize| usize::from(at) % (length + 1);
        match *self {
            Self::Flip { at, bit } => {
                if let Some(byte) = bytes.get_mut(usize::from(at)) {
                    *byte ^= 1 << (bit % 8);
                }
            }
            Self::Put { at, byte } => bytes.insert(place(at, bytes.len()), byte),
            Self::Word { at, word } => {
                let at = place(at, bytes.len());
                let word = WORDS[usize::from(word) % WORDS.len()];
                bytes.splice(at..at, word.bytes());
            }
            Self::Cut { at, length } => {
                let at = place(at, bytes.len());
                let end = bytes.len().min(at + usize::from(length));
                bytes.drain(at..end);
            }
            Self::End { at } => bytes.truncate(place(at, bytes.len())),
            Self::Repeat { at, length, times } => {
                let at = place(at, bytes.len());
                let end = bytes.len().min(at + usize::from(length));
                let part = bytes[at..end].repeat(usize::from(times));
                bytes.splice(at..at, part);
            }
            Self::Splice {
                at,
                seed: other,
                from,
            } => {
                let at = place(at, bytes.len());
                let other = seed(other);
                let from = place(from, other.len());
                bytes.splice(at.., other[from..].iter().copied());
            }
        }
    }
}

/// Tries a decoder for a while on what becomes of these seeds and of the files in its corpus.
pub(crate) fn try_out(corpus: &str, mut seeds: Vec<Vec<u8>>, decode: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    let files = std::fs::read_dir(folder.join(corpus)).expect("has a corpus");
    seeds.extend(files.map(|file| std::fs::read(file.expect("reads").path()).expect("reads")));
    for seed in &seeds {
        measured(seed, decode);
    }
    make(&seeds, move |bytes| measured(bytes, decode));
}

/// Runs a check for a while on what becomes of these seeds.
pub(crate) fn make(seeds: &[Vec<u8>], check: impl Fn(&[u8]) + RefUnwindSafe) {
    assert!(!seeds.is_empty());
    check!()
        .with_type::<Recipe>()
        .with_iterations(usize::MAX)
        .with_test_time(long())
        .with_shrink_time(Duration::from_secs(5))
        .for_each(|recipe| check(&recipe.make(seeds)));
}

/// Runs what unpacks for a while; it may hold what it unpacks, up to its limit; while that grows, twice as much again.
pub(crate) fn unpack(seeds: &[Vec<u8>], limit: usize, unpack: fn(&[u8])) {
    make(seeds, move |bytes| {
        let info = allocation_counter::measure(|| unpack(bytes));
        let bound = TIMES * bytes.len() + 3 * limit + BESIDES;
        assert!(
            info.bytes_max <= bound as u64,
            "{} bytes took {}",
            bytes.len(),
            info.bytes_max
        );
    });
}

fn long() -> Duration {
    match std::env::var("GUILDHALL_FUZZ_SECONDS") {
        Ok(seconds) => Duration::from_secs(seconds.parse().expect("is a number")),
        Err(_) => Duration::from_millis(250),
    }
}

/// Decodes and looks at the memory that it took at most at one time.
fn measured(bytes: &[u8], decode: fn(&[u8])) {
    let info = allocation_counter::measure(|| decode(bytes));
    let bound = TIMES * bytes.len() + BESIDES;
    assert!(
        info.bytes_max <= bound as u64,
        "{} bytes took {}: {}",
        bytes.len(),
        info.bytes_max,
        String::from_utf8_lossy(&bytes[..bytes.len().min(400)])
    );
}

#[test]
fn a_decoder_that_takes_too_much_is_found_out() {
    let greedy = |bytes: &[u8]| drop(Vec::<u8>::with_capacity(9 * bytes.len() + BESIDES));
    let input = vec![b'x'; 20_000];
    let found = std::panic::catch_unwind(|| measured(&input, greedy));
    assert!(found.is_err());
    measured(&input, |bytes| drop(bytes.to_vec()));
}
