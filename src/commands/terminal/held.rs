//! The terminal while a command fills the screen: keys come one by one and are not echoed, the screen is a second one, the cursor
//! is hidden. Whatever ends us gives it back as it was; Ctrl-C and Ctrl-Z stay what they are, signals.
//!
//! Refuses to touch a terminal that another job is using.

use nix::poll::{PollFd, PollFlags, poll};
use nix::sys::termios::{InputFlags, LocalFlags, SetArg, SpecialCharacterIndices, Termios, tcgetattr, tcsetattr};
use nix::unistd::{getpgrp, tcgetpgrp, write};
use std::io::{stdin, stdout};
use std::os::fd::AsFd;
use std::sync::{Mutex, PoisonError};

/// The second screen, empty, and no cursor.
const ENTER: &str = "\x1b[?1049h\x1b[?25l\x1b[2J";
const LEAVE: &str = "\x1b[?1006l\x1b[?1000l\x1b[?25h\x1b[?1049l";
/// The mouse is left to the terminal, or what it does is told as keys are (xterm, 1000 and 1006).
const MOUSE: [&str; 2] = ["\x1b[?1006l\x1b[?1000l", "\x1b[?1000h\x1b[?1006h"];

/// Milliseconds for which a terminal that takes no output is waited for.
const ROOM: u16 = 200;

/// The settings to give back, while we have the terminal: also a panic must find them.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// The terminal; dropped, it is given back.
#[derive(Debug)]
pub struct Terminal;

impl Terminal {
    /// Takes the terminal on standard input and output.
    pub fn take() -> nix::Result<Terminal> {
        give_back_after_a_panic();
        let terminal = Terminal;
        terminal.enter()?;
        Ok(terminal)
    }

    /// Takes it (again). Does nothing when we have it, or when it is another job's turn.
    pub fn enter(&self) -> nix::Result<()> {
        let mut kept = BEFORE.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.is_some() || tcgetpgrp(stdin())? != getpgrp() {
            return Ok(());
        }
        let before = tcgetattr(stdin())?;
        let mut ours = before.clone();
        ours.local_flags &= !(LocalFlags::ICANON | LocalFlags::ECHO | LocalFlags::IEXTEN);
        // Ctrl-S would stop the output, and with it us.
        ours.input_flags &= !InputFlags::IXON;
        ours.control_chars[SpecialCharacterIndices::VMIN as usize] = 1;
        ours.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
        tcsetattr(stdin(), SetArg::TCSANOW, &ours)?;
        *kept = Some(before);
        show(ENTER);
        Ok(())
    }

    /// Gives it back, for a while.
    pub fn leave(&self) {
        give_back();
    }

    /// Has the mouse told as keys are, or leaves it to the terminal.
    pub fn hear_mouse(&self, hear: bool) {
        show(MOUSE[usize::from(hear)]);
    }

    /// True while we have it.
    pub fn is_ours(&self) -> bool {
        BEFORE.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back as it was, if we have it. Can be called from any thread, and twice.
pub fn give_back() {
    if let Some(before) = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take() {
        // A terminal that is gone takes nothing any more.
        let _ = tcsetattr(stdin(), SetArg::TCSANOW, &before);
        show(LEAVE);
    }
}

/// Writes past the buffer of standard output, whose lock a thread that cannot write may hold, and only where there is room.
fn show(text: &str) {
    let output = stdout();
    let mut ready = [PollFd::new(output.as_fd(), PollFlags::POLLOUT)];
    if poll(&mut ready, ROOM).is_ok_and(|ready| ready > 0) {
        let _ = write(&output, text.as_bytes());
    }
}

/// A panic in any thread ends us: its message is shown on the screen that stays.
fn give_back_after_a_panic() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        give_back();
        before(panic);
        std::process::exit(101);
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::pty::openpty;
    use std::io::Read;
    use std::process::{Command, Stdio};

    const PANICS: &str = "commands::terminal::held::tests::takes_the_terminal_and_panics";

    /// Is run by the other test, in a terminal of its own.
    #[test]
    #[ignore = "ends its process"]
    fn takes_the_terminal_and_panics() {
        let terminal = Terminal::take().unwrap();
        assert!(terminal.is_ours());
        panic!("this is meant to happen");
    }

    #[test]
    fn a_panic_gives_the_terminal_back_and_shows_its_message() {
        let ends = openpty(None, None).unwrap();
        let before = tcgetattr(&ends.slave).unwrap();
        let mut command = Command::new("setsid");
        command.args(["--ctty".as_ref(), std::env::current_exe().unwrap().as_os_str()]);
        command.args(["--ignored", "--exact", PANICS, "--nocapture", "--test-threads=1"]);
        command.stdin(ends.slave.try_clone().unwrap()).stdout(ends.slave.try_clone().unwrap());
        let Ok(mut child) = command.stderr(Stdio::piped()).spawn() else {
            assert!(
                std::env::var_os("LAB_REQUIRE_TOOLS").is_none(),
                "setsid is not installed, and this run requires it"
            );
            return eprintln!("skipped: setsid is not installed");
        };
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(101), "{said}");
        assert!(said.contains("this is meant to happen"), "{said}");
        assert_eq!(tcgetattr(&ends.slave).unwrap(), before);
        let mut shown = [0; 4096];
        let read = nix::unistd::read(&ends.master, &mut shown).unwrap();
        let shown = String::from_utf8_lossy(&shown[..read]).into_owned();
        assert!(shown.contains(ENTER) && shown.contains(LEAVE), "{}", shown.escape_debug());
    }
}
