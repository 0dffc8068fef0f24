//! Which file's bytes are at an address of a process: `/proc/PID/maps`, its executable parts. It refuses to remember: a program
//! may load and unload libraries between two calls.

use std::fs::File;
use std::io::Read;
use std::ops::Range;

/// Bytes of the list that are read; a line has about a hundred.
const MOST: u64 = 4 << 20;

/// The executable parts of a process that are parts of files.
pub(super) struct Maps(Vec<Part>);

struct Part {
    addresses: Range<u64>,
    offset: u64,
    inode: u64,
    path: String,
}

impl Maps {
    pub(super) fn of(tid: i32) -> Option<Maps> {
        // By the task's own number: the process's first thread may have ended.
        let file = File::open(format!("/proc/{tid}/maps")).ok()?;
        let mut text = Vec::with_capacity(1 << 14);
        file.take(MOST).read_to_end(&mut text).ok()?;
        Some(Maps::read(&text))
    }

    fn read(text: &[u8]) -> Maps {
        Maps(text.split(|byte| *byte == b'\n').filter_map(part).collect())
    }

    /// The file whose bytes are at this address: its path, its inode, and where in it.
    pub(super) fn holding(&self, address: u64) -> Option<(&str, u64, u64)> {
        let part = self.0.iter().find(|part| part.addresses.contains(&address))?;
        Some((&part.path, part.inode, part.offset.checked_add(address - part.addresses.start)?))
    }
}

/// `55d0a8c00000-55d0a8c55000 r-xp 00013000 fd:00 1234    /home/me/client`
fn part(line: &[u8]) -> Option<Part> {
    // Most parts are not executable, and of those nothing more is read.
    let modes = line.iter().position(|byte| *byte == b' ')? + 1;
    if line.get(modes + 2) != Some(&b'x') {
        return None;
    }
    let mut words = std::str::from_utf8(line).ok()?.splitn(6, ' ');
    let number = |text| u64::from_str_radix(text, 16).ok();
    let (start, end) = words.next()?.split_once('-')?;
    let addresses = number(start)?..number(end)?;
    let offset = number(words.nth(1)?)?;
    let inode = words.nth(1)?.parse().ok()?;
    let path = words.next()?.trim_start();
    path.starts_with('/').then(|| Part { addresses, offset, inode, path: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_belongs_to_the_executable_part_that_holds_it() {
        let maps = Maps::read(
            b"55d0a8c00000-55d0a8c13000 r--p 00000000 fd:00 1234                       /home/me/my client\n\
             55d0a8c13000-55d0a8c55000 r-xp 00013000 fd:00 1234                       /home/me/my client\n\
             7f0000000000-7f0000001000 r-xp 00000000 00:00 0 \n\
             7ffc00000000-7ffc00002000 r-xp 00000000 00:00 0                          [vdso]\n\
             nonsense\n\xff-1 r-xp",
        );
        assert_eq!(maps.holding(0x55d0_a8c1_3010), Some(("/home/me/my client", 1234, 0x13010)));
        for nobodys in [0x55d0_a8c1_2fff, 0x55d0_a8c5_5000, 0x7f00_0000_0000, 0x7ffc_0000_0000, 0, u64::MAX] {
            assert_eq!(maps.holding(nobodys), None, "{nobodys:x}");
        }
    }

    #[test]
    fn this_test_is_in_a_file_of_this_process() {
        let maps = Maps::of(std::process::id() as i32).unwrap();
        let (path, ..) = maps.holding(Maps::of as fn(i32) -> Option<Maps> as usize as u64).unwrap();
        assert_eq!(std::path::Path::new(path), std::env::current_exe().unwrap());
    }
}
