//! The line of a program's source that makes a call: its stack is followed outward from the stopped task to the first code that
//! is the program's own, and that place is looked up in the program's debug information.
//!
//! Everything read here belongs to somebody else: files and memory may be damaged or made to deceive, so all work has an end and
//! what cannot be understood is no source. It refuses to guess: without call frame information there is no frame pointer to
//! follow instead, files of debug information that lie elsewhere are not looked for, compressed ones are not unpacked, and code
//! that is not a file's (a JIT's, an interpreter's scripts) has no lines.

mod elf;
mod maps;
mod module;
mod own;
mod unwind;

use crate::recording::Source;
use crate::sys::memory;
use crate::sys::tracee;
use maps::Maps;
use module::Module;
use std::collections::HashMap;
use std::fs::{File, Metadata, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::rc::Rc;
use std::time::SystemTime;
use unwind::Frame;

/// Frames that are followed outward. The standard libraries put about ten between a program and the kernel.
const MOST_FRAMES: usize = 64;
/// Bytes of programs and libraries that a run keeps.
const MOST_BYTES: u64 = 256 << 20;
/// Files whose answers are kept, and places.
const MOST_KNOWN: usize = 4096;
/// Bytes of a source file that is read for one of its lines.
const MOST_SOURCE: u64 = 8 << 20;
/// Calls that are looked up after the person has let everything go: a lesson's are fewer, and who runs a program that makes
/// millions does not wait for their lines.
const MOST_UNASKED: u32 = 1000;
/// Characters of a line that are recorded.
const MOST_TEXT: usize = 200;

/// A file, as it was when it was read.
type Key = (u64, u64, i64, i64, u64);

/// What is known of the programs so far.
#[derive(Default)]
pub(crate) struct Sources {
    modules: HashMap<Key, Option<Rc<Module>>>,
    /// By module and address: a loop makes its calls from the same lines again and again.
    places: HashMap<(Key, u64), Option<Source>>,
    kept: u64,
    unasked: u32,
    /// A program's tables could not be read without harm: no more lines.
    broken: bool,
}

impl Sources {
    /// The line that makes the call at which this task is stopped. `asked`: a person is about to decide about the call.
    pub(crate) fn of(&mut self, tid: i32, asked: bool) -> Option<Box<Source>> {
        self.unasked += u32::from(!asked);
        if self.broken || self.unasked > MOST_UNASKED {
            return None;
        }
        // Who reads damaged tables may compute beyond its numbers, which in a debug build is a panic. The run is worth more than
        // its lines.
        let found = catch_unwind(AssertUnwindSafe(|| self.look(tid)));
        self.broken = found.is_err();
        found.ok().flatten().map(Box::new)
    }

    fn look(&mut self, tid: i32) -> Option<Source> {
        let mut frame = Frame::innermost(&tracee::registers(tid).ok()?);
        let maps = Maps::of(tid)?;
        let memory = |address| memory::read_array::<8>(tid, address).ok().map(u64::from_le_bytes);
        for _ in 0..MOST_FRAMES {
            let at = frame.instruction()?;
            let (path, inode, offset) = maps.holding(at)?;
            let (key, module) = self.module(path, inode)?;
            let address = module.address(offset)?;
            if let Some(source) = self.place(key, &module, address) {
                return Some(source);
            }
            frame = module.caller(&frame, at.wrapping_sub(address), &memory)?;
        }
        None
    }

    fn module(&mut self, path: &str, inode: u64) -> Option<(Key, Rc<Module>)> {
        let file = std::fs::metadata(path).ok()?;
        // Another file may have taken its name, or the program lives in a file system that we do not see.
        if !file.is_file() || file.ino() != inode {
            return None;
        }
        let key = (file.dev(), file.ino(), file.mtime(), file.mtime_nsec(), file.len());
        if !self.modules.contains_key(&key) {
            let mut left = MOST_BYTES.saturating_sub(self.kept);
            let before = left;
            let room = self.modules.len() < MOST_KNOWN;
            let module = (room.then(|| open(path)).flatten())
                .and_then(|(file, metadata)| Module::read(&file, metadata.modified().ok()?, &mut left));
            self.kept += before - left;
            if !room {
                return None;
            }
            self.modules.insert(key, module.map(Rc::new));
        }
        Some((key, self.modules.get(&key)?.clone()?))
    }

    /// The program's own line at an address of a module, if the code there is its own.
    fn place(&mut self, key: Key, module: &Module, address: u64) -> Option<Source> {
        if let Some(known) = self.places.get(&(key, address)) {
            return known.clone();
        }
        let own = own::first(module.places(address), here);
        let source = own.map(|own| {
            let text = line(&own.file, own.line, module.built);
            Source { file: own.file, line: own.line, function: own.function, text }
        });
        if self.places.len() >= MOST_KNOWN {
            self.places.clear();
        }
        self.places.insert((key, address), source.clone());
        source
    }
}

/// Opens a file without waiting: what was a file a moment ago may be a pipe now.
fn open(path: &str) -> Option<(File, Metadata)> {
    let file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path).ok()?;
    let metadata = file.metadata().ok().filter(Metadata::is_file)?;
    Some((file, metadata))
}

/// The path of a file that exists on this machine, without `..` in it: `src/../lib/a.c` is told as `lib/a.c`.
fn here(path: &str) -> Option<String> {
    let found = std::fs::metadata(path).is_ok_and(|file| file.is_file());
    let winding = Path::new(path).components().any(|part| part == std::path::Component::ParentDir);
    match (found, winding) {
        (false, _) => None,
        (true, false) => Some(path.to_owned()),
        (true, true) => std::fs::canonicalize(path).ok()?.into_os_string().into_string().ok(),
    }
}

/// The text of a line of a file, unless the file is younger than the program: then its lines may have moved.
fn line(path: &str, number: u32, built: SystemTime) -> Option<String> {
    let (file, metadata) = open(path)?;
    if metadata.len() > MOST_SOURCE || metadata.modified().ok()? > built {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(MOST_SOURCE).read_to_end(&mut bytes).ok()?;
    let line = bytes.split(|byte| *byte == b'\n').nth((number as usize).checked_sub(1)?)?;
    // A character has four bytes at most.
    let line = String::from_utf8_lossy(&line[..line.len().min(4 * MOST_TEXT)]).into_owned();
    let line: String = line.chars().take(MOST_TEXT).collect();
    let line = line.trim_end();
    (!line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests;
