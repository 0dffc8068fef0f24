//! A program or a library: its call frame information, and its line tables where it has some.
//!
//! What is read of a file is kept until the recorder ends, so it is read once only and its amount has a limit; it refuses to read
//! what it does not need.

use super::elf::{Bytes, Elf};
use super::own::Place;
use super::unwind::{CallFrames, Frame};
use addr2line::Context;
use addr2line::gimli::{self, EndianSlice, LittleEndian};
use std::time::SystemTime;

/// Bytes that live as long as the recorder.
pub(super) type Slice = EndianSlice<'static, LittleEndian>;

/// Bytes of an entry of `.symtab` (elf(5), Elf64_Sym).
const SYMBOL: usize = 24;
const FUNCTION: u8 = 2;
/// Functions that may be inlined at one place.
const MOST_PLACES: usize = 64;

/// A file with code.
pub(super) struct Module {
    elf: Elf,
    frames: Option<CallFrames>,
    lines: Option<Context<Slice>>,
    symbols: Symbols,
    /// When it was made.
    pub built: SystemTime,
}

impl Module {
    /// Reads a file, as far as the room goes. Nothing when it is no program of this machine.
    pub(super) fn read(file: &impl Bytes, built: SystemTime, room: &mut u64) -> Option<Module> {
        let elf = Elf::parse(file)?;
        // Never given back: what is read of a program is needed until the run ends, and then the process does.
        let mut section = |name: &str| elf.section(file, name, room).map(|(at, bytes)| (at, slice(bytes.leak())));
        let header = section(".eh_frame_hdr");
        let frames = section(".eh_frame").map(|frames| CallFrames::parse(header, frames));
        let mut part = |name: &str| section(name).map_or(slice(&[]), |(_, bytes)| bytes);
        let info = part(".debug_info");
        let lines = (!info.is_empty()).then(|| {
            Context::from_sections(
                part(".debug_abbrev").into(),
                part(".debug_addr").into(),
                part(".debug_aranges").into(),
                info.into(),
                part(".debug_line").into(),
                part(".debug_line_str").into(),
                part(".debug_ranges").into(),
                part(".debug_rnglists").into(),
                part(".debug_str").into(),
                part(".debug_str_offsets").into(),
                slice(&[]),
            )
        });
        let lines = lines.and_then(Result::ok);
        let symbols = lines.is_some().then(|| Symbols::read(&elf, file, room)).flatten().unwrap_or_default();
        Some(Module { elf, frames, lines, symbols, built })
    }

    /// The address, as the file counts them, of the byte at this offset.
    pub(super) fn address(&self, offset: u64) -> Option<u64> {
        self.elf.address(offset)
    }

    /// The places that the code at an address was made from: the innermost inlined function first.
    pub(super) fn places(&self, address: u64) -> Vec<Place> {
        let mut places = Vec::new();
        let Some(lines) = &self.lines else { return places };
        let Ok(mut frames) = lines.find_frames(address).skip_all_loads() else { return places };
        while let (true, Ok(Some(frame))) = (places.len() < MOST_PLACES, frames.next()) {
            let location = frame.location.as_ref();
            places.push(Place {
                function: frame.function.and_then(|name| Some(name.demangle().ok()?.into_owned())),
                file: location.and_then(|location| location.file).unwrap_or_default().to_owned(),
                line: location.and_then(|location| location.line).unwrap_or(0),
            });
        }
        // Line tables alone do not name a function that was not inlined; its symbol does.
        if let Some(outermost) = places.last_mut().filter(|place| place.function.is_none()) {
            outermost.function = self.symbols.name(address);
        }
        places
    }

    /// The frame that called this one. Addresses in memory are larger by `bias` than in the file.
    pub(super) fn caller(&self, frame: &Frame, bias: u64, memory: &dyn Fn(u64) -> Option<u64>) -> Option<Frame> {
        self.frames.as_ref()?.caller(frame, bias, memory)
    }
}

/// The functions of a file by their addresses.
#[derive(Default)]
struct Symbols {
    /// First address, size, and where the name begins; sorted.
    functions: Vec<(u64, u64, u32)>,
    names: Vec<u8>,
}

impl Symbols {
    fn read(elf: &Elf, file: &impl Bytes, room: &mut u64) -> Option<Symbols> {
        let (_, table) = elf.section(file, ".symtab", room)?;
        let (_, names) = elf.section(file, ".strtab", room)?;
        let function = |entry: &[u8]| {
            let name = u32::from_le_bytes(entry[..4].try_into().ok()?);
            let address = u64::from_le_bytes(entry[8..16].try_into().ok()?);
            let size = u64::from_le_bytes(entry[16..24].try_into().ok()?);
            (entry[4] & 0xf == FUNCTION).then_some((address, size, name))
        };
        let mut functions: Vec<_> = table.chunks_exact(SYMBOL).filter_map(function).collect();
        functions.sort_unstable();
        Some(Symbols { functions, names })
    }

    fn name(&self, address: u64) -> Option<String> {
        let after = self.functions.partition_point(|function| function.0 <= address);
        let (start, size, name) = *self.functions.get(after.checked_sub(1)?)?;
        let name = self.names.get(name as usize..).filter(|_| address - start < size)?;
        let name = name.split(|byte| *byte == 0).next().filter(|name| !name.is_empty())?;
        Some(addr2line::demangle_auto(String::from_utf8_lossy(name), None).into_owned())
    }
}

fn slice(bytes: &'static [u8]) -> Slice {
    gimli::EndianSlice::new(bytes, LittleEndian)
}
