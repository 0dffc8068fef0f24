//! From a frame of a stack to the one that called it, by the rules that compilers leave in `.eh_frame` for exceptions (DWARF 5,
//! section 6.4; LSB, "Exception Frames").
//!
//! Not by frame pointers: neither libc nor Rust's library keeps them. It refuses rules that need more than registers and memory.

use super::module::Slice;
use crate::sys::tracee::{REGISTERS, Registers, STACK};
use addr2line::gimli::{
    BaseAddresses, CfaRule, CieOrFde, EhFrame, EhFrameHdr, Encoding, EvaluationResult, FrameDescriptionEntry, Location,
    ParsedEhFrameHdr, Register, RegisterRule, UnwindContext, UnwindExpression, UnwindSection, Value,
};

const ADDRESS_SIZE: u8 = 8;
/// Operations of one expression. Those of compilers have ten.
const MOST_OPERATIONS: u32 = 1000;
/// Functions of a file that has no table of them.
const MOST_ENTRIES: usize = 1 << 18;

/// Where a function goes on when what it called returns, and its registers as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pc: u64,
    registers: [Option<u64>; REGISTERS],
    /// True when it did not call but was interrupted by a signal: then it goes on with the instruction at `pc` itself.
    interrupted: bool,
}

impl Frame {
    /// Of a task that is stopped at a call of the kernel: that instruction lies before `pc`, as a call's does.
    pub(super) fn innermost(registers: &Registers) -> Frame {
        Frame { pc: registers.pc, registers: registers.values.map(Some), interrupted: false }
    }

    /// An address within the instruction that the frame is at. A return address is that of the next one, which may belong to
    /// the next line, or to another function where the called one never returns.
    pub(super) fn instruction(&self) -> Option<u64> {
        self.pc.checked_sub(u64::from(!self.interrupted))
    }
}

/// The rules of one file.
pub(super) struct CallFrames {
    index: Index,
    frames: EhFrame<Slice>,
    /// Address of `frames`.
    at: u64,
    bases: BaseAddresses,
}

type Entry = FrameDescriptionEntry<Slice>;

/// How the rules for an address are found.
enum Index {
    /// By the linker's table.
    Table(ParsedEhFrameHdr<Slice>),
    /// By our own, sorted: statically linked C programs may have none.
    Entries(Vec<Entry>),
}

impl CallFrames {
    /// From the addresses and bytes of `.eh_frame_hdr` and `.eh_frame`.
    pub(super) fn parse(header: Option<(u64, Slice)>, (at, frames): (u64, Slice)) -> CallFrames {
        let header_at = header.map_or(0, |header| header.0);
        let bases = BaseAddresses::default().set_eh_frame_hdr(header_at).set_eh_frame(at);
        let mut frames = EhFrame::from(frames);
        frames.set_address_size(ADDRESS_SIZE);
        let table = header.and_then(|(_, header)| EhFrameHdr::from(header).parse(&bases, ADDRESS_SIZE).ok());
        let table = table.filter(|table| table.table().is_some());
        let index = table.map_or_else(|| Index::Entries(entries(&frames, &bases)), Index::Table);
        CallFrames { index, frames, at, bases }
    }

    fn entry(&self, address: u64) -> Option<Entry> {
        match &self.index {
            Index::Table(table) => {
                let entry = table.table()?.lookup(address, &self.bases).ok()?.direct().ok()?;
                // Not by `fde_for_address`, which takes for granted that the table leads into the section.
                let offset = usize::try_from(entry.checked_sub(self.at)?).ok()?;
                let entry = self.frames.fde_from_offset(&self.bases, offset.into(), EhFrame::cie_from_offset).ok()?;
                entry.contains(address).then_some(entry)
            }
            Index::Entries(entries) => {
                let after = entries.partition_point(|entry| entry.initial_address() <= address);
                entries.get(after.checked_sub(1)?).filter(|entry| entry.contains(address)).cloned()
            }
        }
    }

    /// The frame that called this one; none for the outermost, and where the rules do not say.
    pub(super) fn caller(&self, frame: &Frame, bias: u64, memory: &dyn Fn(u64) -> Option<u64>) -> Option<Frame> {
        let at = frame.instruction()?.wrapping_sub(bias);
        let entry = self.entry(at)?;
        let mut context = UnwindContext::new();
        let row = entry.unwind_info_for_address(&self.frames, &self.bases, &mut context, at).ok()?;
        let rules = Rules { frames: &self.frames, encoding: entry.cie().encoding(), frame, memory };
        let cfa = match row.cfa() {
            CfaRule::RegisterAndOffset { register, offset } => frame.register(*register)?.wrapping_add_signed(*offset),
            CfaRule::Expression(expression) => rules.evaluate(expression, None)?,
        };
        // What no rule speaks of is as it was; the stack pointer is by definition what it was before the call.
        let mut registers = frame.registers;
        registers[usize::from(STACK)] = Some(cfa);
        for (register, rule) in row.registers() {
            if let Some(value) = registers.get_mut(usize::from(register.0)) {
                *value = rules.follow(rule, *value, cfa);
            }
        }
        let pc = registers.get(usize::from(entry.cie().return_address_register().0)).copied().flatten()?;
        let caller = Frame { pc: without_signature(pc), registers, interrupted: entry.is_signal_trampoline() };
        // The same again would be so for ever.
        (caller.pc != 0 && caller != *frame).then_some(caller)
    }
}

fn entries(frames: &EhFrame<Slice>, bases: &BaseAddresses) -> Vec<Entry> {
    let mut all = Vec::new();
    let mut entries = frames.entries(bases);
    while let (true, Ok(Some(entry))) = (all.len() < MOST_ENTRIES, entries.next()) {
        if let CieOrFde::Fde(partial) = entry {
            all.extend(partial.parse(EhFrame::cie_from_offset));
        }
    }
    all.sort_by_key(Entry::initial_address);
    all
}

impl Frame {
    fn register(&self, register: Register) -> Option<u64> {
        self.registers.get(usize::from(register.0)).copied().flatten()
    }
}

/// What is needed to follow the rules of one row.
struct Rules<'a> {
    frames: &'a EhFrame<Slice>,
    encoding: Encoding,
    frame: &'a Frame,
    memory: &'a dyn Fn(u64) -> Option<u64>,
}

impl Rules<'_> {
    /// The value that a register had in the caller.
    fn follow(&self, rule: &RegisterRule<usize>, unchanged: Option<u64>, cfa: u64) -> Option<u64> {
        match rule {
            RegisterRule::SameValue => unchanged,
            RegisterRule::Offset(offset) => (self.memory)(cfa.wrapping_add_signed(*offset)),
            RegisterRule::ValOffset(offset) => Some(cfa.wrapping_add_signed(*offset)),
            RegisterRule::Register(register) => self.frame.register(*register),
            RegisterRule::Expression(expression) => (self.memory)(self.evaluate(expression, Some(cfa))?),
            RegisterRule::ValExpression(expression) => self.evaluate(expression, Some(cfa)),
            RegisterRule::Constant(value) => Some(*value),
            _ => None,
        }
    }

    fn evaluate(&self, expression: &UnwindExpression<usize>, cfa: Option<u64>) -> Option<u64> {
        let mut evaluation = expression.get(self.frames).ok()?.evaluation(self.encoding);
        // An expression may jump back.
        evaluation.set_max_iterations(MOST_OPERATIONS);
        if let Some(cfa) = cfa {
            evaluation.set_initial_value(cfa);
        }
        let mut next = evaluation.evaluate().ok()?;
        loop {
            next = match next {
                EvaluationResult::Complete => break,
                EvaluationResult::RequiresMemory { address, size, .. } => {
                    let kept = 64_u32.checked_sub(u32::from(size) * 8)?;
                    let value = (self.memory)(address)?.checked_shl(kept)? >> kept;
                    evaluation.resume_with_memory(Value::Generic(value)).ok()?
                }
                EvaluationResult::RequiresRegister { register, .. } => {
                    let value = self.frame.register(register)?;
                    evaluation.resume_with_register(Value::Generic(value)).ok()?
                }
                _ => return None,
            };
        }
        match evaluation.as_result() {
            [piece] => match piece.location {
                Location::Address { address } => Some(address),
                _ => None,
            },
            _ => None,
        }
    }
}

/// On arm64 a function may have signed its return address in the bits above those of an address (pointer authentication); a
/// process gets none above the 48th unless it asks.
fn without_signature(pc: u64) -> u64 {
    if cfg!(target_arch = "aarch64") { pc & 0xffff_ffff_ffff } else { pc }
}
