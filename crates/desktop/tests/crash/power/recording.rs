//! What a program did to its files and when it answered, read from the log of its system calls.

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// One call that matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deed {
    /// A name for a file, if it had none; perhaps without what it held.
    Create { file: PathBuf, emptied: bool },
    /// Bytes into a file.
    Write {
        file: PathBuf,
        offset: usize,
        bytes: Vec<u8>,
    },
    /// Another length.
    Resize { file: PathBuf, length: usize },
    /// A file, or the names in a folder, reach the disk before this ends.
    Sync(PathBuf),
    /// Another name.
    Rename { from: PathBuf, to: PathBuf },
    /// No name any more.
    Remove(PathBuf),
    /// Bytes into a socket or a pipe.
    Say(Vec<u8>),
}

/// A deed and when it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// In the order of the log.
    pub(crate) begun: usize,
    /// When it returned, or its program was gone: what a dead program was at, it has done by then or never does.
    pub(crate) done: usize,
    pub(crate) deed: Deed,
}

/// Everything that was done, in the order in which it was begun.
#[derive(Debug, Default, Clone)]
pub(crate) struct Recording {
    pub(crate) calls: Vec<Call>,
    lines: usize,
}

impl Recording {
    /// Adds the log of a further run of the program: what lies outside of this folder, or is shared memory, is left out.
    pub(crate) fn add(&mut self, log: &[u8], folder: &Path) {
        let mut reader = Reader {
            folder,
            positions: BTreeMap::new(),
            open: BTreeMap::new(),
            calls: Vec::new(),
        };
        for line in log.split(|byte| *byte == b'\n') {
            reader.line(line, self.lines);
            self.lines += 1;
        }
        reader.ends(self.lines);
        self.lines += 1;
        reader.calls.sort_by_key(|call| call.begun);
        self.calls.extend(reader.calls);
    }

    /// The same, had no sync ever reached the disk.
    pub(crate) fn without_syncs(mut self) -> Self {
        self.calls
            .retain(|call| !matches!(call.deed, Deed::Sync(_)));
        self
    }
}

/// A call of which only the beginning is known so far.
struct Begun {
    moment: usize,
    text: Vec<u8>,
}

struct Reader<'a> {
    folder: &'a Path,
    /// Where the next plain write to a descriptor goes.
    positions: BTreeMap<u64, usize>,
    open: BTreeMap<u64, Begun>,
    calls: Vec<Call>,
}

impl Reader<'_> {
    fn line(&mut self, line: &[u8], number: usize) {
        let Some((thread, rest)) = digits(line) else {
            return;
        };
        let rest = rest.trim_ascii_start();
        if rest.starts_with(b"+++") || rest.starts_with(b"---") {
            return;
        }
        if rest.starts_with(b"<... ") {
            if let Some(mut begun) = self.open.remove(&thread) {
                let end = find(rest, b" resumed>").expect("says what goes on");
                begun.text.extend_from_slice(&rest[end + 9..]);
                self.take(&begun, number);
            }
            return;
        }
        let (text, is_whole) = match rest.strip_suffix(b" <unfinished ...>") {
            Some(text) => (text, false),
            None => (rest, true),
        };
        let begun = Begun {
            moment: number,
            text: text.to_vec(),
        };
        if is_whole {
            self.take(&begun, number);
        } else if let Some(cut) = self.open.insert(thread, begun) {
            self.take(&cut, number);
        }
    }

    /// The program is gone: what had not returned by then may have done its work.
    fn ends(&mut self, end: usize) {
        for cut in std::mem::take(&mut self.open).into_values() {
            self.take(&cut, end);
        }
    }

    fn take(&mut self, begun: &Begun, done: usize) {
        let Some(deed) = self.deed(&begun.text) else {
            return;
        };
        self.calls.push(Call {
            begun: begun.moment,
            done,
            deed,
        });
    }

    fn deed(&mut self, text: &[u8]) -> Option<Deed> {
        let name = &text[..text.iter().position(|byte| *byte == b'(')?];
        let arguments = &text[name.len() + 1..];
        // A call that was cut off may have done its work; one that failed has not.
        let answer = match result(arguments) {
            None | Some(UNKNOWN) => None,
            Some(result) => Some(digits(result)?.0),
        };
        let texts = texts(arguments);
        let named = |index: usize| texts.get(index).map(|text| path(text));
        match name {
            b"openat" => {
                let (descriptor, file) = (answer?, named(0)?);
                self.positions.insert(descriptor, 0);
                if !self.is_ours(&file) {
                    return None;
                }
                assert!(!has(arguments, b"O_APPEND"), "is not played back");
                let emptied = has(arguments, b"O_TRUNC");
                let made = has(arguments, b"O_CREAT") && !has(arguments, b"O_DIRECTORY");
                (emptied || made).then_some(Deed::Create { file, emptied })
            }
            b"pwrite64" | b"write" | b"writev" | b"sendto" | b"sendmsg" => {
                let (descriptor, file) = descriptor(arguments)?;
                let mut bytes = texts.concat();
                if let Some(count) = answer {
                    bytes.truncate(usize::try_from(count).ok()?);
                }
                if !file.is_absolute() {
                    return Some(Deed::Say(bytes));
                }
                if !self.is_ours(&file) {
                    return None;
                }
                let offset = if name == b"pwrite64" {
                    last_number(arguments)?
                } else {
                    let position = self.positions.entry(descriptor).or_default();
                    *position += bytes.len();
                    *position - bytes.len()
                };
                Some(Deed::Write {
                    file,
                    offset,
                    bytes,
                })
            }
            b"ftruncate" => {
                let (_, file) = descriptor(arguments)?;
                let length = last_number(arguments)?;
                self.is_ours(&file).then_some(Deed::Resize { file, length })
            }
            b"fsync" | b"fdatasync" => {
                let (_, file) = descriptor(arguments)?;
                // One that never returned has promised nothing.
                answer?;
                self.is_ours(&file).then_some(Deed::Sync(file))
            }
            b"rename" | b"renameat" | b"renameat2" => {
                let (from, to) = (named(0)?, named(1)?);
                self.is_ours(&to).then_some(Deed::Rename { from, to })
            }
            b"unlink" | b"unlinkat" => {
                let file = named(0)?;
                self.is_ours(&file).then_some(Deed::Remove(file))
            }
            b"pwritev" | b"pwritev2" | b"fallocate" | b"sync_file_range" => {
                let (_, file) = descriptor(arguments)?;
                let name = String::from_utf8_lossy(name);
                assert!(!self.is_ours(&file), "{name} is not played back");
                None
            }
            _ => None,
        }
    }

    fn is_ours(&self, file: &Path) -> bool {
        let text = file.as_os_str().as_bytes();
        file.starts_with(self.folder) && !text.ends_with(b"-shm") && !text.ends_with(b"(deleted)")
    }
}

/// The result of a call during which the program was killed.
const UNKNOWN: &[u8] = b"?";

/// What a call returned.
fn result(call: &[u8]) -> Option<&[u8]> {
    rfind(call, b" = ").map(|at| &call[at + 3..])
}

/// The number at the beginning, and what follows it.
fn digits(text: &[u8]) -> Option<(u64, &[u8])> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = std::str::from_utf8(&text[..count]).ok()?.parse().ok()?;
    Some((number, &text[count..]))
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

fn rfind(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).rposition(|window| window == part)
}

fn has(text: &[u8], part: &[u8]) -> bool {
    find(text, part).is_some()
}

/// The number of the first descriptor, and what it leads to.
fn descriptor(arguments: &[u8]) -> Option<(u64, PathBuf)> {
    let (number, rest) = digits(arguments)?;
    let rest = rest.strip_prefix(b"<")?;
    let end = rest.iter().position(|byte| *byte == b'>')?;
    Some((number, path(&unescape(&rest[..end]))))
}

/// Every text between quotes.
fn texts(arguments: &[u8]) -> Vec<Vec<u8>> {
    let mut texts = Vec::new();
    let mut parts = arguments.split(|byte| *byte == b'"');
    while let (Some(_), Some(text)) = (parts.next(), parts.next()) {
        texts.push(unescape(text));
    }
    texts
}

/// The last number before the result.
fn last_number(arguments: &[u8]) -> Option<usize> {
    let end = rfind(arguments, b" = ").map_or(arguments.len(), |at| at);
    let arguments = &arguments[..end];
    let comma = rfind(arguments, b", ")?;
    let (number, _) = digits(&arguments[comma + 2..])?;
    usize::try_from(number).ok()
}

fn path(text: &[u8]) -> PathBuf {
    PathBuf::from(std::ffi::OsStr::from_bytes(text))
}

/// Bytes written as `\x2f`; anything else stands for itself.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4);
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        if let [b'\\', b'x', high, low, after @ ..] = rest {
            bytes.push(nibble(*high) << 4 | nibble(*low));
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    bytes
}

fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        other => panic!("{other} is no digit"),
    }
}

#[test]
fn interleaved_calls_are_put_together_again() {
    let log = b"7 openat(AT_FDCWD<\\x2f>, \"\\x2f\\x64\\x2f\\x77\", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 5<\\x2f\\x64\\x2f\\x77>
8 pwrite64(5<\\x2f\\x64\\x2f\\x77>, \"\\x61\\x62\", 2, 32 <unfinished ...>
7 writev(9<\\x73\\x6f\\x63\\x6b\\x65\\x74>, [{iov_base=\"\\x6f\", iov_len=1}, {iov_base=\"\\x6b\", iov_len=1}], 2) = 2
8 <... pwrite64 resumed>) = 2
8 fdatasync(5<\\x2f\\x64\\x2f\\x77>) = 0
7 fsync(5<\\x2f\\x64\\x2f\\x77>) = -1 EIO (Input/output error)
8 unlink(\"\\x2f\\x64\\x2f\\x77\") = 0
8 +++ exited with 0 +++";
    let mut recording = Recording::default();
    recording.add(log, Path::new("/d"));
    let file = PathBuf::from("/d/w");
    let call = |begun, done, deed| Call { begun, done, deed };
    let write = Deed::Write {
        file: file.clone(),
        offset: 32,
        bytes: b"ab".to_vec(),
    };
    let create = Deed::Create {
        file: file.clone(),
        emptied: false,
    };
    let expected = [
        call(0, 0, create),
        call(1, 3, write),
        call(2, 2, Deed::Say(b"ok".to_vec())),
        call(4, 4, Deed::Sync(file.clone())),
        call(6, 6, Deed::Remove(file)),
    ];
    assert_eq!(recording.calls, expected);
}

#[test]
fn what_was_said_while_the_program_was_killed_may_have_been_heard() {
    let log = b"7 write(1<\\x70\\x69>, \"\\x6f\\x6b\", 2) = ?
8 write(1<\\x70\\x69>, \"\\x6f\\x68\", 2 <unfinished ...>
9 fdatasync(5<\\x2f\\x64\\x2f\\x77>) = ?
7 +++ killed by SIGKILL +++";
    let mut recording = Recording::default();
    recording.add(log, Path::new("/d"));
    let said = |begun, done, bytes: &[u8]| Call {
        begun,
        done,
        deed: Deed::Say(bytes.to_vec()),
    };
    let expected = [said(0, 0, b"ok"), said(1, 4, b"oh")];
    assert_eq!(recording.calls, expected);
}
