//! Changing a file as a whole, one writer at a time, on any file system: `FILE.new` is made by one writer only (O_EXCL),
//! is written, and becomes the file by its renaming. So the lock and the new content are one, and no reader ever sees
//! half a file.
//!
//! A `FILE.new` that stays the same for two seconds was left by a writer that was killed: it is put away.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A writer needs milliseconds.
const PATIENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(2);
/// Waiting for others, each of which goes on, ends too.
const DEADLINE: Duration = Duration::from_secs(20);

/// The right to change a file; given back when it is dropped.
#[derive(Debug)]
pub(super) struct New {
    file: PathBuf,
    new: PathBuf,
    /// None when it has become the file.
    open: Option<File>,
}

/// Waits for other writers of this file.
pub(super) fn take(file: &Path) -> io::Result<New> {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    let new = PathBuf::from(name);
    let started = Instant::now();
    let mut other: Option<(Instant, Metadata)> = None;
    loop {
        match File::options().write(true).create_new(true).open(&new) {
            Ok(open) => return Ok(New { file: file.to_owned(), new, open: Some(open) }),
            Err(error) if error.kind() == ErrorKind::AlreadyExists && started.elapsed() < DEADLINE => {}
            Err(error) => return Err(error),
        }
        let Ok(seen) = std::fs::symlink_metadata(&new) else { continue };
        match &other {
            Some((since, before)) if same(before, &seen) => {
                if since.elapsed() >= PATIENCE {
                    std::fs::remove_file(&new)?;
                    other = None;
                    continue;
                }
            }
            _ => other = Some((Instant::now(), seen)),
        }
        std::thread::sleep(PAUSE);
    }
}

fn same(one: &Metadata, other: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if one.ino() != other.ino() {
            return false;
        }
    }
    one.modified().ok() == other.modified().ok() && one.len() == other.len()
}

impl New {
    /// Writes the content and puts it in the file's place, with the permissions that the file had.
    pub(super) fn become_file(mut self, content: &[u8]) -> io::Result<()> {
        let Some(open) = &mut self.open else { return Ok(()) };
        open.write_all(content)?;
        if let Ok(old) = std::fs::metadata(&self.file) {
            open.set_permissions(old.permissions())?;
        }
        open.sync_all()?;
        std::fs::rename(&self.new, &self.file)?;
        self.open = None;
        Ok(())
    }
}

impl Drop for New {
    fn drop(&mut self) {
        if self.open.is_some() {
            let _ = std::fs::remove_file(&self.new);
        }
    }
}
