//! A recording on the whole screen: every event can be looked at, and how things stood then. Nothing can be changed.

use crate::cli::ViewArgs;
use crate::commands::screen::{Desk, Told};
use crate::commands::show;
use crate::commands::terminal::seat::Heard;
use anyhow::Context;
use socket_lab::recording::Recording;
use socket_lab::view::screen::{Act, Screen};
use std::convert::Infallible;

/// Shows it until the person has seen enough; the status to end with.
pub fn run(recording: Recording, view: &ViewArgs) -> anyhow::Result<u8> {
    let (_, color) = show::look(&view.look);
    let mut desk = Desk::<Infallible>::take(color)?;
    let mut screen = Screen::recorded(recording.header.clone());
    desk.begin(0, &recording.header);
    for event in recording.events {
        desk.event(&event);
        screen.event(event);
    }
    desk.measure(&mut screen);
    loop {
        desk.paint(&screen)?;
        let first = desk.told.recv().context("the terminal says nothing any more")?;
        let mut next = Some(first);
        while let Some(told) = next {
            match told {
                Told::Laid(_, laid) => screen.lay(*laid),
                Told::Run(never) => match never {},
                Told::Heard(Heard::Press(press)) => match screen.press(press) {
                    Some(Act::Leave) => return Ok(0),
                    Some(Act::Repaint) => {
                        desk.clear()?;
                        desk.measure(&mut screen);
                    }
                    // The others are for runs that go on.
                    _ => {}
                },
                Told::Heard(heard) => {
                    if let Some(status) = desk.heard(heard, &mut screen)? {
                        return Ok(status);
                    }
                }
            }
            next = desk.told.try_recv().ok();
        }
    }
}
