//! A recording on the whole screen: every event can be looked at, and how things stood then. Nothing can be changed.

use crate::commands::screen::{Desk, Told, Wish};
use anyhow::Context;
use socket_lab::recording::Recording;
use socket_lab::view::paint::Paint;
use socket_lab::view::screen::Screen;
use std::convert::Infallible;

/// Shows it until the person has seen enough; the status to end with.
pub fn run(recording: Recording, paint: Paint) -> anyhow::Result<u8> {
    let mut desk = Desk::<Infallible>::take(paint)?;
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
                Told::Heard(heard) => match desk.heard(heard, &mut screen)? {
                    Some(Wish::Leave(status)) => return Ok(status),
                    // What else can be wished for is for runs that go on.
                    Some(Wish::Act(_)) | None => {}
                },
            }
            next = desk.told.try_recv().ok();
        }
    }
}
