//! The terminal of a run on the whole screen: paints it, lays it out in a thread of its own, reads the files it may show, and
//! hears who sits there. What a run does comes from whoever drives it.

use super::terminal::canvas::Canvas;
use super::terminal::seat::{Heard, Seat};
use anyhow::Context;
use socket_lab::recording::{Event, Header, Recording};
use socket_lab::view::Press;
use socket_lab::view::paint::Paint;
use socket_lab::view::screen::{Act, Laid, Screen, Sources, draw};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Bytes of a source file that are read at most.
const LONGEST_SOURCE: u64 = 1 << 20;

/// What comes to whoever drives the screen; `M` is what the run itself says. A recording says nothing.
#[cfg_attr(not(all(target_os = "linux", feature = "record")), allow(dead_code))]
pub enum Told<M> {
    Heard(Heard),
    /// The run with this number, laid out.
    Laid(u32, Box<Laid>),
    Run(M),
}

/// What a person wants that the driver of the run has to do.
#[cfg_attr(not(all(target_os = "linux", feature = "record")), allow(dead_code))]
pub enum Wish {
    /// Something about the run.
    Act(Act),
    /// To leave, with this status.
    Leave(u8),
}

/// Work of the thread that lays out.
enum Work {
    /// A run begins.
    Begin(u32, Box<Header>),
    Event(Box<Event>),
    /// What has happened so far, for so many columns.
    LayOut(u16),
}

#[cfg_attr(not(all(target_os = "linux", feature = "record")), allow(dead_code))]
pub struct Desk<M> {
    seat: Seat,
    canvas: Canvas,
    paint: Paint,
    /// True while the mouse is told.
    mouse: bool,
    pub told: Receiver<Told<M>>,
    pub tell: Sender<Told<M>>,
    work: Sender<Work>,
    files: Files,
}

impl<M: Send + 'static> Desk<M> {
    /// Takes the terminal. No thread may have been started before: it would take signals.
    pub fn take(paint: Paint) -> anyhow::Result<Desk<M>> {
        let (tell, told) = channel();
        let hears = tell.clone();
        let seat = Seat::take(move |heard| hears.send(Told::Heard(heard)).is_ok())?;
        let canvas = Canvas::new().context("painting the terminal")?;
        let work = lay_out(tell.clone());
        Ok(Desk { seat, canvas, paint, mouse: false, told, tell, work, files: Files::default() })
    }

    /// From now on events are those of this run.
    pub fn begin(&self, run: u32, header: &Header) {
        let _ = self.work.send(Work::Begin(run, Box::new(header.clone())));
    }

    /// An event for whoever lays out; the screen takes it by itself.
    pub fn event(&self, event: &Event) {
        let _ = self.work.send(Work::Event(Box::new(event.clone())));
    }

    /// Has the run laid out; it comes as `Told::Laid`.
    pub fn lay_out(&self, screen: &Screen) {
        let _ = self.work.send(Work::LayOut(screen.lanes()));
    }

    /// Tells the screen its size.
    pub fn measure(&mut self, screen: &mut Screen) {
        if screen.measure(self.canvas.size()) {
            self.lay_out(screen);
        }
    }

    pub fn paint(&mut self, screen: &Screen) -> anyhow::Result<()> {
        if self.seat.is_ours() {
            let (files, paint) = (&self.files, self.paint);
            self.canvas.draw(|buffer| draw(screen, files, paint, buffer)).context("painting")?;
        }
        Ok(())
    }

    /// What follows from what was heard, as far as it is not the terminal's own business.
    pub fn heard(&mut self, heard: Heard, screen: &mut Screen) -> anyhow::Result<Option<Wish>> {
        match heard {
            Heard::Press(press) => {
                forced(press);
                return match screen.press(press) {
                    Some(Act::Repaint) => self.repaint(screen).map(|()| None),
                    Some(Act::Mouse(hear)) => {
                        self.mouse = hear;
                        self.seat.hear_mouse(hear);
                        Ok(None)
                    }
                    Some(Act::Colours) => {
                        self.paint.theme = self.paint.theme.next();
                        screen.say(&format!("colours: {}", self.paint.theme.name()));
                        Ok(None)
                    }
                    Some(Act::Leave) => Ok(Some(Wish::Leave(0))),
                    other => Ok(other.map(Wish::Act)),
                };
            }
            Heard::Ends(status) => return Ok(Some(Wish::Leave(status))),
            Heard::Resized => {}
            #[cfg(all(target_os = "linux", feature = "record"))]
            Heard::Stop => self.seat.rest()?,
            #[cfg(all(target_os = "linux", feature = "record"))]
            Heard::Continued => self.seat.again()?,
        }
        if self.mouse {
            self.seat.hear_mouse(true);
        }
        self.repaint(screen).map(|()| None)
    }

    /// Forgets what the terminal shows, and takes its size.
    fn repaint(&mut self, screen: &mut Screen) -> anyhow::Result<()> {
        if self.seat.is_ours() {
            self.canvas.clear().context("painting")?;
        }
        self.measure(screen);
        Ok(())
    }
}

/// That a panic gives the terminal back can only be tested with one. Nobody meets it who has not asked for it.
fn forced(press: Press) {
    if cfg!(debug_assertions) && press == Press::Control('p') && std::env::var_os("LAB_TEST_PANIC").is_some() {
        panic!("forced by LAB_TEST_PANIC");
    }
}

/// The thread that lays out. Of what was asked for meanwhile it does only the last.
fn lay_out<M: Send + 'static>(tell: Sender<Told<M>>) -> Sender<Work> {
    let (sender, work) = channel();
    std::thread::spawn(move || {
        let mut laying: Option<(u32, Recording)> = None;
        while let Ok(first) = work.recv() {
            let mut columns = None;
            for next in std::iter::once(first).chain(work.try_iter()) {
                match next {
                    Work::Begin(run, header) => {
                        laying = Some((run, Recording { header: *header, events: Vec::new() }));
                    }
                    Work::Event(event) => {
                        if let Some((_, recording)) = &mut laying {
                            recording.events.push(*event);
                        }
                    }
                    Work::LayOut(wanted) => columns = Some(wanted),
                }
            }
            if let (Some(columns), Some((run, recording))) = (columns, &laying) {
                let laid = Laid::new(recording.clone(), columns);
                if tell.send(Told::Laid(*run, Box::new(laid))).is_err() {
                    return;
                }
            }
        }
    });
    sender
}

/// Source files that were looked at, by lines.
#[derive(Default)]
struct Files(RefCell<HashMap<String, Vec<String>>>);

impl Sources for Files {
    fn around(&self, file: &str, line: u32, text: &str, lines: usize) -> Vec<(u32, String)> {
        let mut files = self.0.borrow_mut();
        let read = files.entry(file.to_owned()).or_insert_with(|| read(file));
        let at = (line as usize).saturating_sub(1);
        // Where the file is another one by now, its lines are not those of the program.
        if read.get(at).is_none_or(|now| now.trim_end() != text) {
            return vec![(line, text.to_owned())];
        }
        let from = at.saturating_sub(lines);
        let numbered = read.iter().enumerate().skip(from).take(at - from + lines + 1);
        numbered.map(|(number, text)| (number as u32 + 1, text.clone())).collect()
    }
}

fn read(file: &str) -> Vec<String> {
    use std::io::Read;
    let mut text = Vec::new();
    // A name from a recording may be anybody's: only a plain file is opened.
    let is_plain = std::fs::metadata(file).is_ok_and(|file| file.is_file());
    if let Some(opened) = is_plain.then(|| std::fs::File::open(file).ok()).flatten() {
        let _ = opened.take(LONGEST_SOURCE).read_to_end(&mut text);
    }
    String::from_utf8_lossy(&text).lines().map(str::to_owned).collect()
}
