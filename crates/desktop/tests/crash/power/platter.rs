//! A disk that keeps what was synced, and of all else whatever it likes.

use super::recording::{Call, Deed, Recording};
use rand::Rng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a disk writes in one piece.
const SECTOR: usize = 512;

/// What a cut does to what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Loss {
    /// Nothing: only the program is gone.
    Nothing,
    /// All of it.
    All,
    /// Some writes.
    Some,
    /// Some writes, and some sectors of others.
    Torn,
    /// The same, and what is left arrived in another order.
    Shuffled,
}

impl Loss {
    pub(crate) const ALL: [Self; 5] = [
        Self::Nothing,
        Self::All,
        Self::Some,
        Self::Torn,
        Self::Shuffled,
    ];
}

/// A change of a file's bytes.
#[derive(Debug, Clone)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Resize { length: usize },
}

impl Change {
    fn apply(&self, file: &mut Vec<u8>) {
        match self {
            Self::Write { offset, bytes } => {
                let end = offset + bytes.len();
                if file.len() < end {
                    file.resize(end, 0);
                }
                file[*offset..end].copy_from_slice(bytes);
            }
            Self::Resize { length } => file.resize(*length, 0),
        }
    }

    /// Only some of the sectors that it touches.
    fn torn(&self, chance: &mut ChaCha8Rng) -> Vec<Self> {
        let Self::Write { offset, bytes } = self else {
            return vec![self.clone()];
        };
        let mut sectors = Vec::new();
        let mut begin = 0;
        while begin < bytes.len() {
            let end = ((offset + begin) / SECTOR + 1) * SECTOR - offset;
            let end = end.min(bytes.len());
            if chance.random() {
                sectors.push(Self::Write {
                    offset: offset + begin,
                    bytes: bytes[begin..end].to_vec(),
                });
            }
            begin = end;
        }
        sectors
    }
}

/// A file's bytes: what is safe, and what is on its way.
#[derive(Debug, Clone, Default)]
struct Content {
    safe: Vec<u8>,
    /// With the moment from which on a sync takes it along.
    pending: Vec<(Change, usize)>,
}

impl Content {
    fn sync(&mut self, begun: usize) {
        let pending = std::mem::take(&mut self.pending);
        for (change, done) in pending {
            if done < begun {
                change.apply(&mut self.safe);
            } else {
                self.pending.push((change, done));
            }
        }
    }

    /// What is found after a cut.
    fn after(&self, loss: Loss, chance: &mut ChaCha8Rng) -> Vec<u8> {
        let mut left = Vec::new();
        for (change, _) in &self.pending {
            match loss {
                Loss::Nothing => left.push(change.clone()),
                Loss::All => {}
                Loss::Some => left.extend(chance.random::<bool>().then(|| change.clone())),
                Loss::Torn | Loss::Shuffled => match chance.random_range(0..3) {
                    0 => {}
                    1 => left.push(change.clone()),
                    _ => left.extend(change.torn(chance)),
                },
            }
        }
        if loss == Loss::Shuffled {
            left.shuffle(chance);
        }
        let mut file = self.safe.clone();
        for change in left {
            change.apply(&mut file);
        }
        file
    }
}

/// A change of the names in a folder.
#[derive(Debug, Clone)]
struct Naming {
    name: PathBuf,
    /// The file that it names from now on.
    content: Option<usize>,
    done: usize,
}

/// What happens to the disk at one moment.
enum Step<'a> {
    Done(&'a Call),
    Synced { file: &'a Path, begun: usize },
}

/// The disk, as of a moment of the recording.
pub(crate) struct Platter<'a> {
    steps: Vec<(usize, Step<'a>)>,
    taken: usize,
    contents: Vec<Content>,
    /// As the program sees them.
    names: BTreeMap<PathBuf, usize>,
    safe_names: BTreeMap<PathBuf, usize>,
    pending_names: Vec<Naming>,
}

impl<'a> Platter<'a> {
    /// Begins with these files, which are safe.
    pub(crate) fn new(files: &BTreeMap<PathBuf, Vec<u8>>, recording: &'a Recording) -> Self {
        let mut steps: Vec<(usize, Step<'_>)> = Vec::new();
        for call in &recording.calls {
            match &call.deed {
                Deed::Sync(file) => {
                    let begun = call.begun;
                    steps.push((call.done, Step::Synced { file, begun }));
                }
                Deed::Say(_) => {}
                _ => steps.push((call.begun, Step::Done(call))),
            }
        }
        steps.sort_by_key(|(moment, _)| *moment);
        let mut platter = Self {
            steps,
            taken: 0,
            contents: Vec::new(),
            names: BTreeMap::new(),
            safe_names: BTreeMap::new(),
            pending_names: Vec::new(),
        };
        for (name, bytes) in files {
            platter.names.insert(name.clone(), platter.contents.len());
            platter.contents.push(Content {
                safe: bytes.clone(),
                pending: Vec::new(),
            });
        }
        platter.safe_names.clone_from(&platter.names);
        platter
    }

    /// Lets everything happen that happened before this moment.
    pub(crate) fn advance(&mut self, moment: usize) {
        while self.taken < self.steps.len() && self.steps[self.taken].0 < moment {
            match self.steps[self.taken].1 {
                Step::Done(call) => self.take(call),
                Step::Synced { file, begun } => self.sync(file, begun),
            }
            self.taken += 1;
        }
    }

    fn take(&mut self, call: &Call) {
        match &call.deed {
            Deed::Create { file, emptied } => {
                if !self.names.contains_key(file) {
                    let content = self.contents.len();
                    self.contents.push(Content::default());
                    self.name(file, Some(content), call.done);
                } else if *emptied {
                    self.change(file, Change::Resize { length: 0 }, call.done);
                }
            }
            Deed::Write {
                file,
                offset,
                bytes,
            } => {
                let (offset, bytes) = (*offset, bytes.clone());
                self.change(file, Change::Write { offset, bytes }, call.done);
            }
            Deed::Resize { file, length } => {
                let length = *length;
                self.change(file, Change::Resize { length }, call.done);
            }
            Deed::Rename { from, to } => {
                let content = self.names.get(from).copied();
                self.name(from, None, call.done);
                self.name(to, content, call.done);
            }
            Deed::Remove(file) => self.name(file, None, call.done),
            Deed::Sync(_) | Deed::Say(_) => {}
        }
    }

    fn change(&mut self, file: &Path, change: Change, done: usize) {
        let content = self.names.get(file);
        let content = *content.unwrap_or_else(|| panic!("{} has no beginning", file.display()));
        self.contents[content].pending.push((change, done));
    }

    fn name(&mut self, name: &Path, content: Option<usize>, done: usize) {
        match content {
            Some(content) => self.names.insert(name.to_owned(), content),
            None => self.names.remove(name),
        };
        self.pending_names.push(Naming {
            name: name.to_owned(),
            content,
            done,
        });
    }

    fn sync(&mut self, file: &Path, begun: usize) {
        if let Some(content) = self.names.get(file) {
            self.contents[*content].sync(begun);
            return;
        }
        // A folder: its names reach the disk.
        for naming in std::mem::take(&mut self.pending_names) {
            let is_meant = naming.name.parent() == Some(file);
            if is_meant && naming.done < begun {
                naming.apply(&mut self.safe_names);
            } else {
                self.pending_names.push(naming);
            }
        }
    }

    /// The files after a cut at this moment. Names change in order, as every journalling file system has it; some may be missing.
    pub(crate) fn cut(&self, loss: Loss, chance: &mut ChaCha8Rng) -> BTreeMap<PathBuf, Vec<u8>> {
        let pending = self.pending_names.len();
        let kept = match loss {
            Loss::Nothing => pending,
            Loss::All => 0,
            Loss::Some | Loss::Torn | Loss::Shuffled => chance.random_range(0..=pending),
        };
        let mut names = self.safe_names.clone();
        for naming in &self.pending_names[..kept] {
            naming.apply(&mut names);
        }
        let found = names.into_iter();
        found
            .map(|(name, content)| (name, self.contents[content].after(loss, chance)))
            .collect()
    }
}

impl Naming {
    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self.content {
            Some(content) => names.insert(self.name.clone(), content),
            None => names.remove(&self.name),
        };
    }
}

/// All files below a folder, without shared memory.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("is there") {
        let entry = entry.expect("reads");
        let path = entry.path();
        if entry.file_type().expect("is known").is_dir() {
            files.extend(self::files(&path));
        } else if !path.to_string_lossy().ends_with("-shm") {
            let bytes = std::fs::read(&path).expect("reads");
            files.insert(path, bytes);
        }
    }
    files
}

/// Writes files of one folder into another.
pub(crate) fn lay_out(files: &BTreeMap<PathBuf, Vec<u8>>, from: &Path, to: &Path) {
    for (path, bytes) in files {
        let path = to.join(path.strip_prefix(from).expect("lies in the folder"));
        std::fs::create_dir_all(path.parent().expect("lies in a folder")).expect("can be made");
        std::fs::write(path, bytes).expect("can be written");
    }
}

#[cfg(test)]
mod tests {
    use super::{Loss, Platter};
    use crate::power::recording::{Call, Deed, Recording};
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    fn recording(deeds: Vec<Deed>) -> Recording {
        let mut recording = Recording::default();
        for (moment, deed) in deeds.into_iter().enumerate() {
            recording.calls.push(Call {
                begun: moment,
                done: moment,
                deed,
            });
        }
        recording
    }

    fn write(offset: usize, byte: u8) -> Deed {
        Deed::Write {
            file: "/d/f".into(),
            offset,
            bytes: vec![byte; 1_024],
        }
    }

    fn base() -> BTreeMap<PathBuf, Vec<u8>> {
        BTreeMap::from([("/d/f".into(), vec![b'.'; 1_024])])
    }

    #[test]
    fn what_was_synced_stays_and_the_rest_may_go() {
        let deeds = vec![write(0, b'a'), Deed::Sync("/d/f".into()), write(0, b'b')];
        let recording = recording(deeds);
        let mut chance = ChaCha8Rng::seed_from_u64(1);
        let mut platter = Platter::new(&base(), &recording);
        let mut found = |platter: &Platter<'_>, loss| {
            platter.cut(loss, &mut chance)[&PathBuf::from("/d/f")].clone()
        };
        platter.advance(1);
        assert_eq!(found(&platter, Loss::All), vec![b'.'; 1_024]);
        assert_eq!(found(&platter, Loss::Nothing), vec![b'a'; 1_024]);
        platter.advance(3);
        assert_eq!(found(&platter, Loss::All), vec![b'a'; 1_024]);
        assert_eq!(found(&platter, Loss::Nothing), vec![b'b'; 1_024]);
        let torn: std::collections::BTreeSet<Vec<u8>> =
            (0..50).map(|_| found(&platter, Loss::Torn)).collect();
        assert_eq!(torn.len(), 4, "two sectors, each old or new");
    }

    #[test]
    fn what_a_program_was_at_when_it_died_comes_before_what_the_next_one_does() {
        let log = |lines: &[&str]| -> Vec<u8> { lines.join("\n").into_bytes() };
        let first = "7 pwrite64(5<\\x2f\\x64\\x2f\\x66>, \"\\x61\", 1, 0 <unfinished ...>";
        let second = "8 pwrite64(5<\\x2f\\x64\\x2f\\x66>, \"\\x62\", 1, 0) = 1";
        let sync = "8 fsync(5<\\x2f\\x64\\x2f\\x66>) = 0";
        let mut recording = Recording::default();
        recording.add(
            &log(&[first, "7 +++ killed by SIGKILL +++"]),
            Path::new("/d"),
        );
        recording.add(&log(&[second, sync]), Path::new("/d"));
        let mut chance = ChaCha8Rng::seed_from_u64(1);
        let mut platter = Platter::new(&base(), &recording);
        platter.advance(usize::MAX);
        for loss in Loss::ALL {
            let found = platter.cut(loss, &mut chance);
            assert_eq!(found[Path::new("/d/f")][0], b'b', "{loss:?}");
        }
    }

    #[test]
    fn a_new_name_is_safe_when_its_folder_is() {
        let file = PathBuf::from("/d/new");
        let create = Deed::Create {
            file: file.clone(),
            emptied: false,
        };
        let deeds = vec![create, Deed::Sync(file.clone()), Deed::Sync("/d".into())];
        let recording = recording(deeds);
        let mut chance = ChaCha8Rng::seed_from_u64(1);
        let mut platter = Platter::new(&base(), &recording);
        platter.advance(2);
        assert!(!platter.cut(Loss::All, &mut chance).contains_key(&file));
        platter.advance(3);
        assert!(platter.cut(Loss::All, &mut chance).contains_key(&file));
    }
}
