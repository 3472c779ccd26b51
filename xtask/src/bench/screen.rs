//! When a screen was painted, seen from outside: by the display's own memory.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often the display is looked at.
const GLANCE: Duration = Duration::from_millis(15);
/// A picture that has not changed for so long is the whole one.
const STILL: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_mins(1);
/// A picture is as good as the whole one when no more than one byte in so many differs.
const ALIKE: usize = 50;

/// Looks at a display from the moment before a program starts.
#[derive(Debug)]
pub(super) struct Watch {
    file: PathBuf,
    began: Instant,
    /// Each picture that differed from the one before, and when it was first seen.
    pictures: Vec<(Duration, Vec<u8>)>,
}

impl Watch {
    pub(super) fn begin(file: &Path) -> Result<Self> {
        let mut watch = Self {
            file: file.to_owned(),
            began: Instant::now(),
            pictures: Vec::new(),
        };
        watch.look()?;
        watch.began = Instant::now();
        Ok(watch)
    }

    /// Waits until the picture stands still, and tells since when it has looked like that.
    pub(super) fn painted(&mut self) -> Result<Duration> {
        let mut changed = Instant::now();
        while self.pictures.len() < 2 || changed.elapsed() < STILL {
            if self.began.elapsed() > PATIENCE {
                bail!("nothing was painted, or without end");
            }
            std::thread::sleep(GLANCE);
            if self.look()? {
                changed = Instant::now();
            }
        }
        let (last, earlier) = self
            .pictures
            .split_last()
            .context("the display was never read")?;
        Ok(earlier
            .iter()
            .rev()
            .take_while(|(_, picture)| alike(picture, &last.1))
            .last()
            .map_or(last.0, |(at, _)| *at))
    }

    /// Reads the display; true when it shows something new.
    fn look(&mut self) -> Result<bool> {
        let at = self.began.elapsed();
        let picture = fs::read(&self.file)
            .with_context(|| format!("{} could not be read", self.file.display()))?;
        if self
            .pictures
            .last()
            .is_some_and(|(_, last)| *last == picture)
        {
            return Ok(false);
        }
        self.pictures.push((at, picture));
        Ok(true)
    }
}

fn alike(one: &[u8], other: &[u8]) -> bool {
    let different = one.iter().zip(other).filter(|(a, b)| a != b).count();
    one.len() == other.len() && different * ALIKE <= one.len()
}

#[cfg(test)]
mod tests {
    use super::alike;

    #[test]
    fn a_blinking_caret_makes_no_new_picture_but_a_filled_screen_does() {
        let blank = vec![0; 1_000];
        let mut caret = blank.clone();
        caret[10] = 255;
        let full = vec![200; 1_000];
        assert!(alike(&blank, &caret));
        assert!(!alike(&blank, &full));
        assert!(!alike(&blank, &blank[1..]));
    }
}
