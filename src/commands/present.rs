//! `--present`: a lesson told in front of a class. On a terminal it fills the screen, elsewhere the whole talk is printed.
//!
//! What follows from a key is the view's business (`view::stage`); here are the terminal, the clock and the run.

use super::export::{self, Exports};
use super::terminal::canvas::Canvas;
use super::terminal::seat::{self, Heard, Seat};
use super::{Usage, show};
use crate::cli::ViewArgs;
use socket_lab::notation::ParseError;
use socket_lab::recording::{Recording, Story};
use socket_lab::timeline::Timeline;
use socket_lab::view::paint::Paint;
use socket_lab::view::stage::{self, Effect, Talk};
use std::io::Write;
use std::process::ExitCode;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How often the speaker's clock is looked at.
const LOOK: Duration = Duration::from_secs(5);

/// A run for a talk.
pub struct Made {
    pub recording: Recording,
    /// Where it comes from, when not from the programs themselves.
    pub source: Option<&'static str>,
}

/// Makes it, however long that takes, in a thread of its own.
pub type Make = Box<dyn FnOnce() -> anyhow::Result<Made> + Send>;

/// Tells about a run that was recorded. `source` says why it is not made now.
pub fn recorded(
    recording: Recording,
    source: Option<&'static str>,
    view: &ViewArgs,
    paint: Paint,
) -> anyhow::Result<ExitCode> {
    let Some(story) = recording.header.story.clone() else {
        return Err(Usage("this recording tells nothing: only runs of lessons can be presented".into()).into());
    };
    let exports = export::prepare(&view.export)?;
    let run = move || Ok(Made { recording, source });
    tell(story, source, Box::new(run), exports, view, paint)
}

/// Tells about a run that is made when the talk has come to it.
#[cfg(all(target_os = "linux", feature = "record"))]
pub fn live(story: Story, make: Make, exports: Exports, view: &ViewArgs, paint: Paint) -> anyhow::Result<ExitCode> {
    tell(story, None, make, exports, view, paint)
}

fn tell(
    story: Story,
    source: Option<&'static str>,
    make: Make,
    exports: Exports,
    view: &ViewArgs,
    paint: Paint,
) -> anyhow::Result<ExitCode> {
    let (width, _) = show::look(&view.look);
    let mut talk = Talk::new(story, source.map(str::to_owned), paint);
    let mut export = |recording: &Recording| export(&exports, recording, view);
    if seat::is_there() {
        return at_the_terminal(talk, make, &mut export);
    }
    let made = make()?;
    export(&made.recording)?;
    hand_over(&mut talk, made).map_err(unreadable)?;
    std::io::stdout().lock().write_all(stage::text(&mut talk, width).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Writes what was asked for with --export.
fn export(exports: &Exports, recording: &Recording, view: &ViewArgs) -> anyhow::Result<()> {
    if exports.is_empty() {
        return Ok(());
    }
    export::jsonl(exports, recording)?;
    let story = recording.header.story.clone().unwrap_or_default();
    let timeline = Timeline::new(recording.clone());
    let verdicts = show::verdicts(&timeline, story.expect)?;
    export::rest(exports, &timeline, &verdicts, &show::options(view))
}

fn hand_over(talk: &mut Talk, made: Made) -> Result<(), ParseError> {
    if let Some(source) = made.source {
        talk.comes_from(source.to_owned());
    }
    talk.ran(made.recording)
}

fn unreadable(error: ParseError) -> anyhow::Error {
    anyhow::anyhow!("the recording's story: {error}\n{}", error.caret())
}

enum News {
    Heard(Heard),
    Made(Box<anyhow::Result<Made>>),
}

fn at_the_terminal(
    mut talk: Talk,
    make: Make,
    export: &mut dyn FnMut(&Recording) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    let (sender, news) = channel();
    let hears = sender.clone();
    let seat = Seat::take(move |heard| hears.send(News::Heard(heard)).is_ok())?;
    let mut canvas = Canvas::new()?;
    let (began, mut make, mut code) = (Instant::now(), Some(make), ExitCode::SUCCESS);
    talk.measure(canvas.size());
    loop {
        talk.tell_time(began.elapsed().as_secs() / 60);
        if seat.is_ours() {
            canvas.draw(|buffer| talk.paint(buffer))?;
        }
        let heard = match news.recv_timeout(LOOK) {
            Ok(News::Heard(heard)) => heard,
            Ok(News::Made(made)) => {
                match *made {
                    Ok(made) => {
                        export(&made.recording)?;
                        hand_over(&mut talk, made).map_err(unreadable)?;
                    }
                    Err(error) => {
                        code = ExitCode::from(status(&error));
                        talk.failed(format!("{error:#}"));
                    }
                }
                continue;
            }
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => return Ok(code),
        };
        match heard {
            Heard::Press(press) => match talk.press(press) {
                Some(Effect::Quit) => return Ok(code),
                Some(Effect::Run) => {
                    let (make, sender) = (make.take(), sender.clone());
                    // A talk that has ended meanwhile wants no run.
                    std::thread::spawn(move || {
                        make.is_some_and(|make| sender.send(News::Made(Box::new(make()))).is_ok())
                    });
                }
                None => {}
            },
            Heard::Resized => look_again(&mut talk, &mut canvas)?,
            Heard::Ends(status) => return Ok(ExitCode::from(status)),
            #[cfg(all(target_os = "linux", feature = "record"))]
            Heard::Stop | Heard::Continued => {
                if heard == Heard::Stop {
                    seat.rest()?;
                } else {
                    seat.again()?;
                }
                if seat.is_ours() {
                    look_again(&mut talk, &mut canvas)?;
                }
            }
        }
    }
}

/// What a talk ends with that had no run.
fn status(error: &anyhow::Error) -> u8 {
    #[cfg(all(target_os = "linux", feature = "record"))]
    if error.is::<socket_lab::recorder::Refused>() {
        return super::NOT_PERMITTED;
    }
    let _ = error;
    super::NOT_SEEN
}

/// The terminal may have another size, and anything on it.
fn look_again(talk: &mut Talk, canvas: &mut Canvas) -> anyhow::Result<()> {
    canvas.clear()?;
    talk.measure(canvas.size());
    Ok(())
}
