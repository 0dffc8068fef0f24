//! A folder that lives as long as the run, and what is left of those whose process was killed.

use anyhow::Context;
use std::path::{Path, PathBuf};
use std::sync::Once;

/// Once in a process folders are looked for that others left behind.
static SWEPT: Once = Once::new();

/// How long ago a folder that nobody owns any more must have been changed.
const OLD: std::time::Duration = std::time::Duration::from_secs(3600);

/// Removes the folders of processes that were killed before they could. Another user's cannot be removed, which is no error.
fn sweep() {
    for entry in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let pid = name.strip_prefix("lab-").and_then(|rest| rest.split('-').next()?.parse::<u32>().ok());
        // A process of another container that shares this place has no number here; its folder is not old.
        let changed = entry.metadata().and_then(|data| data.modified());
        let old = changed.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > OLD));
        if old && pid.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// A folder that lives as long as the run.
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes a new, empty folder in the system's place for temporary files.
    pub fn new() -> anyhow::Result<Scratch> {
        SWEPT.call_once(sweep);
        for attempt in 0..100 {
            let path = std::env::temp_dir().join(format!("lab-{}-{attempt}", std::process::id()));
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Scratch(path)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error).with_context(|| format!("making the folder {}", path.display())),
            }
        }
        anyhow::bail!("no free name for a temporary folder in {}", std::env::temp_dir().display())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
