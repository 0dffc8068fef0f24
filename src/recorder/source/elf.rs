//! An ELF file of this machine's own kind: where its segments belong in memory, and its sections by name (elf(5)).
//!
//! Only what the unwinder and the line tables need. It refuses files of other machines, and sections that are compressed: to
//! unpack them would cost a dependency, and compilers write them only when asked to.

use std::fs::File;
use std::os::unix::fs::FileExt;

const HEADER: usize = 64;
const SEGMENT: usize = 56;
const SECTION: usize = 64;
/// Segments and sections that are looked at.
const MOST: usize = 1024;
const PT_LOAD: u32 = 1;
const SHT_NOBITS: u32 = 8;
const SHF_COMPRESSED: u64 = 0x800;

#[cfg(target_arch = "x86_64")]
const MACHINE: u16 = 62;
#[cfg(target_arch = "aarch64")]
const MACHINE: u16 = 183;

/// Something with bytes at offsets: a file, or in tests a text of bytes.
pub(super) trait Bytes {
    /// So many bytes from there on; nothing when they are not all there.
    fn at(&self, offset: u64, len: usize) -> Option<Vec<u8>>;
    fn len(&self) -> u64;
}

impl Bytes for File {
    fn at(&self, offset: u64, len: usize) -> Option<Vec<u8>> {
        // Before room is made for them: a damaged header may ask for any number.
        if offset.checked_add(len as u64)? > self.len() {
            return None;
        }
        let mut bytes = vec![0; len];
        self.read_exact_at(&mut bytes, offset).ok()?;
        Some(bytes)
    }

    fn len(&self) -> u64 {
        self.metadata().map_or(0, |file| file.len())
    }
}

impl Bytes for &[u8] {
    fn at(&self, offset: u64, len: usize) -> Option<Vec<u8>> {
        let start = usize::try_from(offset).ok()?;
        Some(self.get(start..start.checked_add(len)?)?.to_vec())
    }

    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }
}

/// The tables of an ELF file.
#[derive(Debug)]
pub(super) struct Elf {
    segments: Vec<Range>,
    sections: Vec<(Vec<u8>, Section)>,
}

#[derive(Debug, Clone, Copy)]
struct Range {
    offset: u64,
    address: u64,
    size: u64,
}

#[derive(Debug, Clone, Copy)]
struct Section {
    range: Range,
    stored: bool,
}

impl Elf {
    pub(super) fn parse(file: &impl Bytes) -> Option<Elf> {
        let header = file.at(0, HEADER)?;
        // Its magic number, 64 bits, little-endian, version 1.
        if !header.starts_with(b"\x7fELF\x02\x01\x01") || half(&header, 18)? != MACHINE {
            return None;
        }
        let table = |offset_at: usize, sizes_at: usize, size: usize| {
            let (each, count) = (half(&header, sizes_at)?, usize::from(half(&header, sizes_at + 2)?));
            let fits = usize::from(each) == size && count <= MOST;
            fits.then(|| file.at(long(&header, offset_at)?, count * size))?
        };
        let segments = table(32, 54, SEGMENT)?;
        let segments = segments.chunks_exact(SEGMENT).filter(|segment| word(segment, 0) == Some(PT_LOAD));
        let segments = segments
            .filter_map(|segment| {
                Some(Range { offset: long(segment, 8)?, address: long(segment, 16)?, size: long(segment, 32)? })
            })
            .collect();
        let table = table(40, 58, SECTION)?;
        let sections: Vec<&[u8]> = table.chunks_exact(SECTION).collect();
        let names = sections.get(usize::from(half(&header, 62)?)).and_then(|names| {
            let len = usize::try_from(long(names, 32)?).ok().filter(|len| *len <= MOST * SECTION)?;
            file.at(long(names, 24)?, len)
        })?;
        let sections = sections.iter().filter_map(|section| named(section, &names)).collect();
        Some(Elf { segments, sections })
    }

    /// Where the byte at this offset of the file belongs, as the file counts addresses.
    pub(super) fn address(&self, offset: u64) -> Option<u64> {
        let within = |segment: &&Range| offset.checked_sub(segment.offset).is_some_and(|at| at < segment.size);
        let segment = self.segments.iter().find(within)?;
        segment.address.checked_add(offset - segment.offset)
    }

    /// The address of a section and its bytes, when the file has it and it takes no more than what is left of the room.
    pub(super) fn section(&self, file: &impl Bytes, name: &str, room: &mut u64) -> Option<(u64, Vec<u8>)> {
        let (_, section) = self.sections.iter().find(|(own, _)| own == name.as_bytes())?;
        let Range { offset, address, size } = section.range;
        let left = room.checked_sub(size).filter(|_| section.stored)?;
        let bytes = file.at(offset, usize::try_from(size).ok()?)?;
        *room = left;
        Some((address, bytes))
    }
}

fn named(section: &[u8], names: &[u8]) -> Option<(Vec<u8>, Section)> {
    let name = names.get(word(section, 0)? as usize..)?;
    let name = name.split(|byte| *byte == 0).next()?.to_vec();
    let range = Range { offset: long(section, 24)?, address: long(section, 16)?, size: long(section, 32)? };
    let stored = word(section, 4)? != SHT_NOBITS && long(section, 8)? & SHF_COMPRESSED == 0;
    Some((name, Section { range, stored }))
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Vec<u8> {
        std::fs::read(std::env::current_exe().unwrap()).unwrap()
    }

    #[test]
    fn the_sections_of_this_program_are_found_by_their_names() {
        let bytes = own();
        let elf = Elf::parse(&&bytes[..]).unwrap();
        let mut room = u64::MAX;
        for name in [".eh_frame", ".eh_frame_hdr", ".text", ".symtab"] {
            assert!(elf.section(&&bytes[..], name, &mut room).is_some_and(|(_, bytes)| !bytes.is_empty()), "{name}");
        }
        assert!(elf.section(&&bytes[..], ".no_such", &mut room).is_none());
        assert!(elf.section(&&bytes[..], ".bss", &mut room).is_none(), "it has no bytes in the file");
        assert!(elf.section(&&bytes[..], ".eh_frame", &mut 10).is_none(), "there is no room for it");
    }

    #[test]
    fn what_is_cut_short_or_damaged_has_no_sections_and_does_no_harm() {
        let bytes = own();
        for len in [0, 3, 16, 63, 64, 100, bytes.len() / 2, bytes.len() - 1] {
            if let Some(elf) = Elf::parse(&&bytes[..len]) {
                let _ = elf.section(&&bytes[..len], ".debug_line", &mut u64::MAX.clone());
            }
        }
        for at in 0..HEADER {
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut damaged = bytes[..bytes.len().min(1 << 16)].to_vec();
                damaged[at] = value;
                let _ = Elf::parse(&&damaged[..]).map(|elf| (elf.address(0), elf.address(u64::MAX)));
            }
        }
        assert!(Elf::parse(&&b"#!/bin/sh\n"[..]).is_none());
    }
}
