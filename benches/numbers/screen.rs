//! The screen that steps a run: from a key to the next stop of the program it lets go, and from a key to the picture, also in a
//! long recording.
//!
//! A key is measured from where it is known which it is: the thread that reads the terminal is not in it. The picture is
//! measured up to the bytes for the terminal.

use super::programs::{LOOPBACK, Traffic, argv};
use super::run::Scratch;
use super::{row, synthetic};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use socket_lab::recorder::{Message, Order, Plan, PlannedRole, Session};
use socket_lab::recording::{Event, Recording};
use socket_lab::step::{Ask, Fate};
use socket_lab::view::Press;
use socket_lab::view::paint::{Paint, Theme};
use socket_lab::view::screen::{Act, Laid, Screen, Sources, draw};
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Steps that are measured, and keys.
const STEPS: usize = 2_000;
const EVENTS: u64 = 100_000;
/// Columns and rows of the screen.
const SIZE: (u16, u16) = (120, 40);

/// No file can be read.
struct Nothing;

impl Sources for Nothing {
    fn around(&self, _: &str, line: u32, text: &str, _: usize) -> Vec<(u32, String)> {
        vec![(line, text.to_owned())]
    }
}

pub fn screen(scratch: &Scratch) {
    stops();
    pictures(scratch);
}

/// From a key to the moment when it is known that the program stands before its next call; and until all rest.
fn stops() {
    let role = |name: &str| PlannedRole {
        name: name.into(),
        host: name.into(),
        argv: argv(name, Traffic::PingPong, STEPS as u64, LOOPBACK_AT),
        directory: "/".into(),
        ..PlannedRole::default()
    };
    let plan = Plan {
        title: "ping-pong".into(),
        roles: vec![role("server"), role("client")],
        deadline_ms: 300_000,
        by_hand: true,
        turns: true,
        ..Plan::default()
    };
    let lab = env!("CARGO_BIN_EXE_lab");
    let mut session = match Session::start_with(|| Command::new(lab), &plan, None) {
        Ok(session) => session,
        Err(error) => return row("key to stop", error.to_string(), "<= 1 ms", None),
    };
    let mut screen = Screen::live(session.header.clone());
    let (mut stops, mut rests) = (Vec::new(), Vec::new());
    let mut floor = Floor::new();
    let mut floors = Vec::new();
    let mut pressed: Option<Instant> = None;
    let mut stopped = None;
    while stops.len() < STEPS {
        let Ok(Message::Event(event)) = session.messages.recv() else { break };
        if matches!(*event, Event::Held(_)) {
            stopped = stopped.or(pressed.map(|pressed| pressed.elapsed()));
        }
        screen.event(*event);
        if !screen.is_at_rest() {
            continue;
        }
        rests.extend(pressed.map(|pressed| pressed.elapsed()));
        // A call that waits in the kernel stops at no next one.
        stops.extend(stopped.take());
        floors.push(floor.round_trip());
        pressed = Some(Instant::now());
        let Some(Act::Ask(ask)) = screen.press(Press::Letter(' ')) else { break };
        session.order(&match ask {
            Ask::Go(call) => Order::Go { call },
            Ask::Carry(frame, Fate::Arrive) => Order::Carry { frame, fate: socket_lab::recorder::Carry::Arrive },
            _ => break,
        });
    }
    let (count, most) = (stops.len(), Duration::from_millis(1));
    let last = at(&mut stops, 99);
    row(format!("key to the program's next stop, {count} steps: median"), micros(at(&mut stops, 50)), "", None);
    row("  99 % within", micros(last), "<= 1 ms", Some(count > 0 && last <= most));
    // What the machine itself makes of a question to another process and its answer, between the same steps.
    row("  a byte to `cat` and back: median", micros(at(&mut floors, 50)), "", None);
    row("    99 % within", micros(at(&mut floors, 99)), "", None);
    row("  key to rest, which is told after 1 ms of calm: median", micros(at(&mut rests, 50)), "", None);
    row("    99 % within", micros(at(&mut rests, 99)), "", None);
}

/// Another process that answers as fast as one can.
struct Floor(Child);

impl Floor {
    fn new() -> Floor {
        let cat = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        Floor(cat.expect("cat starts"))
    }

    fn round_trip(&mut self) -> Duration {
        let (stdin, stdout) = (self.0.stdin.as_mut().expect("a pipe"), self.0.stdout.as_mut().expect("a pipe"));
        let started = Instant::now();
        stdin.write_all(b"x").expect("cat reads");
        stdout.read_exact(&mut [0]).expect("cat writes");
        started.elapsed()
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

const LOOPBACK_AT: std::net::SocketAddr = {
    let std::net::SocketAddr::V4(any) = LOOPBACK else { panic!("an IPv4 address") };
    std::net::SocketAddr::V4(std::net::SocketAddrV4::new(*any.ip(), 8080))
};

/// From a key to the bytes of the picture, at every hundredth place of a long recording and with every key that moves.
fn pictures(scratch: &Scratch) {
    let file = scratch.file("screen.jsonl");
    synthetic::write(&file, EVENTS).expect("a long recording");
    let input = BufReader::with_capacity(1 << 16, File::open(&file).expect("the recording"));
    let recording = Recording::read(input).expect("the recording can be read");
    let _ = std::fs::remove_file(&file);
    let events = recording.events.len();
    let mut screen = Screen::recorded(recording.header.clone());
    recording.events.iter().for_each(|event| screen.event(event.clone()));
    screen.measure(SIZE);
    let started = Instant::now();
    screen.lay(Laid::new(recording, screen.lanes()));
    row(format!("{events} events laid out, in a thread of its own"), micros(started.elapsed()), "", None);
    let viewport = Viewport::Fixed(Rect::new(0, 0, SIZE.0, SIZE.1));
    let backend = CrosstermBackend::new(std::io::sink());
    let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport }).expect("a terminal in memory");
    let paint = Paint { theme: Theme::Terminal, color: true };
    let moves =
        [Press::PageDown, Press::Down, Press::Up, Press::Right, Press::Left, Press::Letter('1'), Press::Letter('z')];
    let mut times = Vec::new();
    let mut measure = |screen: &mut Screen, key: Press| {
        let started = Instant::now();
        screen.press(key);
        terminal.draw(|frame| draw(screen, &Nothing, paint, frame.buffer_mut())).expect("painting");
        times.push(started.elapsed());
    };
    for end in [Press::Home, Press::End] {
        measure(&mut screen, end);
        let page = if end == Press::Home { Press::PageDown } else { Press::PageUp };
        for step in 0..STEPS / 4 {
            measure(&mut screen, moves[step % moves.len()]);
            measure(&mut screen, page);
        }
    }
    let (count, last) = (times.len(), at(&mut times, 100));
    row(format!("key to picture there, {count} keys: median"), micros(at(&mut times, 50)), "", None);
    row("  99 % within", micros(at(&mut times, 99)), "", None);
    row("  all within", micros(last), "<= 16 ms", Some(last <= Duration::from_millis(16)));
}

/// The time within which so many of a hundred lie.
fn at(times: &mut [Duration], share: usize) -> Duration {
    times.sort();
    let last = times.len().saturating_sub(1);
    times.get(last * share / 100).copied().unwrap_or_default()
}

fn micros(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}
