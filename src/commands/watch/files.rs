//! Notices saves in an exercise's folder: inotify says at once that something happened, and a look every quarter of a
//! second finds what inotify does not see (a folder on another machine, one made later). What counts is only the look:
//! whether any file is another one than before.
//!
//! Editors save in several steps (a new file, two renamings): a save is told when nothing moves any more.

use super::state::WatchEvent;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use std::collections::BTreeMap;
use std::fs;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant, SystemTime};

/// How often one looks where inotify says nothing.
const LOOK: u16 = 250;
/// Between two looks that must agree before a save is told.
const SETTLE: Duration = Duration::from_millis(15);
/// A folder in which something moves all the time is told so often all the same.
const LONGEST: Duration = Duration::from_millis(500);
/// A learner's folder is small; somebody's build folder in it is not looked through.
const MOST_FILES: usize = 1000;
const DEEPEST: usize = 4;

/// A file as far as a look shows it.
type Seen = BTreeMap<PathBuf, (Option<SystemTime>, u64, u64)>;

/// A watcher; dropped, it stops.
#[derive(Debug)]
pub struct Files {
    stop: Arc<AtomicBool>,
}

impl Files {
    /// Tells of every save in this folder, and of these files elsewhere, with this number.
    pub fn watch(folder: PathBuf, others: Vec<PathBuf>, number: u64, events: Sender<WatchEvent>) -> Files {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        // The first look is taken before the first check begins: a save during that check is not missed.
        let mut last = look(&folder, &others);
        std::thread::spawn(move || {
            // Where the machine gives no inotify (its instances are counted), looking will do.
            let inotify = watched(&folder);
            while !stopped.load(Ordering::Relaxed) {
                wait(inotify.as_ref());
                let mut now = look(&folder, &others);
                if now == last {
                    continue;
                }
                let since = Instant::now();
                loop {
                    std::thread::sleep(SETTLE);
                    let next = look(&folder, &others);
                    let settled = next == now && is_whole(&last, &next);
                    now = next;
                    if settled || since.elapsed() > LONGEST {
                        break;
                    }
                }
                // A file that was put back as it was is no save.
                if now != last && !stopped.load(Ordering::Relaxed) && events.send(WatchEvent::Saved(number)).is_err() {
                    return;
                }
                last = now;
            }
        });
        Files { stop }
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

fn watched(folder: &Path) -> Option<Inotify> {
    let inotify = Inotify::init(InitFlags::IN_NONBLOCK | InitFlags::IN_CLOEXEC).ok()?;
    let changes = AddWatchFlags::IN_CLOSE_WRITE
        | AddWatchFlags::IN_MOVE
        | AddWatchFlags::IN_CREATE
        | AddWatchFlags::IN_DELETE
        | AddWatchFlags::IN_ATTRIB;
    inotify.add_watch(folder, changes).ok()?;
    Some(inotify)
}

/// Until something happened, or it is time to look.
fn wait(inotify: Option<&Inotify>) {
    let Some(inotify) = inotify else {
        return std::thread::sleep(Duration::from_millis(LOOK.into()));
    };
    let mut ready = [PollFd::new(inotify.as_fd(), PollFlags::POLLIN)];
    match poll(&mut ready, PollTimeout::from(LOOK)) {
        // What happened is not asked, only that it did; reading takes it out of the queue.
        Ok(1) => while inotify.read_events().is_ok() {},
        Ok(_) => {}
        Err(_) => std::thread::sleep(SETTLE),
    }
}

/// In the middle of a save, the file that is being replaced may not be there.
fn is_whole(before: &Seen, now: &Seen) -> bool {
    before.keys().all(|path| now.contains_key(path))
}

fn look(folder: &Path, others: &[PathBuf]) -> Seen {
    let mut seen = Seen::new();
    within(folder, DEEPEST, &mut seen);
    others.iter().for_each(|path| note(path, &mut seen));
    seen
}

fn within(folder: &Path, deep: usize, seen: &mut Seen) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_aside(&name) || seen.len() >= MOST_FILES {
            continue;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && deep > 0 => within(&entry.path(), deep - 1, seen),
            _ => note(&entry.path(), seen),
        }
    }
}

fn note(path: &Path, seen: &mut Seen) {
    if let Ok(data) = fs::metadata(path)
        && data.is_file()
    {
        seen.insert(path.to_owned(), (data.modified().ok(), data.len(), data.ino()));
    }
}

/// What editors, tools and `lab reset` put beside a file: hidden ones, backups, vim's `4913`, builds.
fn is_aside(name: &str) -> bool {
    name.starts_with(['.', '#'])
        || name.ends_with(['~', '#'])
        || [".swp", ".swx", ".tmp", ".new", ".pyc"].iter().any(|ending| name.ends_with(ending))
        || name.contains(".bak-")
        || ["4913", "target", "__pycache__"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU32;
    use std::sync::mpsc::{Receiver, channel};

    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Folder {
            static NUMBER: AtomicU32 = AtomicU32::new(0);
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let path = std::env::temp_dir().join(format!("socket-lab-files-{}-{number}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Folder(path)
        }

        fn write(&self, name: &str, text: &str) {
            fs::write(self.0.join(name), text).unwrap();
        }

        fn watch(&self, others: &[PathBuf]) -> (Files, Receiver<WatchEvent>) {
            let (sender, events) = channel();
            (Files::watch(self.0.clone(), others.to_vec(), 3, sender), events)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn told(events: &Receiver<WatchEvent>) {
        let event = events.recv_timeout(Duration::from_secs(20)).expect("a save is told");
        assert!(matches!(event, WatchEvent::Saved(3)), "{event:?}");
    }

    #[test]
    fn a_save_is_told_however_an_editor_saves() {
        let folder = Folder::new();
        folder.write("main.rs", "one");
        let (_files, events) = folder.watch(&[]);
        folder.write("main.rs", "three");
        told(&events);
        // vim: the old file becomes a backup, the new one is written, the backup goes.
        fs::rename(folder.0.join("main.rs"), folder.0.join("main.rs~")).unwrap();
        folder.write("main.rs", "by renaming");
        fs::remove_file(folder.0.join("main.rs~")).unwrap();
        told(&events);
        // Others: a new file takes the old one's place.
        folder.write(".main.rs.x7", "anew");
        fs::rename(folder.0.join(".main.rs.x7"), folder.0.join("main.rs")).unwrap();
        told(&events);
        folder.write("helper.rs", "a second file");
        told(&events);
        fs::remove_file(folder.0.join("helper.rs")).unwrap();
        told(&events);
    }

    #[test]
    fn a_file_elsewhere_is_found_by_looking_alone() {
        let (folder, elsewhere) = (Folder::new(), Folder::new());
        elsewhere.write("mine.py", "one");
        let (_files, events) = folder.watch(&[elsewhere.0.join("mine.py")]);
        elsewhere.write("mine.py", "three");
        told(&events);
    }

    #[test]
    fn what_editors_put_beside_a_file_is_no_save() {
        let folder = Folder::new();
        folder.write("main.rs", "one");
        let before = look(&folder.0, &[]);
        for name in [".main.rs.swp", "main.rs~", "4913", "#main.rs#", ".#main.rs", "main.rs.bak-1", "main.rs.new"] {
            folder.write(name, "x");
        }
        fs::create_dir_all(folder.0.join("target/debug")).unwrap();
        folder.write("target/debug/x", "x");
        assert_eq!(look(&folder.0, &[]), before);
        folder.write("main.rs", "three");
        assert_ne!(look(&folder.0, &[]), before);
    }
}
