//! A recording on the terminal, and what its expectations say.

use super::{NOT_SEEN, export, predict};
use crate::cli::{Hex, LookArgs, ThemeName, ViewArgs, When};
use anyhow::Context;
use socket_lab::expectations::{self, Verdict};
use socket_lab::recording::{Expect, Recording};
use socket_lab::timeline::Timeline;
use socket_lab::view::paint::{Paint, Theme};
use socket_lab::view::text::{self, HexBytes, Options};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// Columns when nobody says how many there are.
const DEFAULT_WIDTH: usize = 100;

/// Shows a recording, writes the exports, marks what was predicted of it, and gives 0 when everything expected was seen.
pub fn show(recording: Recording, view: &ViewArgs, answers: Option<&[usize]>) -> anyhow::Result<ExitCode> {
    let exports = export::prepare(&view.export)?;
    let story = recording.header.story.clone();
    // Written before it is shown: a reader who closes the pipe early still gets the file.
    export::jsonl(&exports, &recording)?;
    let timeline = Timeline::new(recording);
    let story = story.unwrap_or_default();
    let verdicts = verdicts(&timeline, story.expect)?;
    let options = options(view);
    export::rest(&exports, &timeline, &verdicts, &options)?;
    let text = text::render(&timeline, &verdicts, &options);
    let mut output = std::io::stdout().lock();
    output.write_all(text.as_bytes())?;
    if let Some(answers) = answers {
        let marked = predict::marked(&timeline, &story.predictions, answers)?;
        write!(output, "\n{}", text::predicted(&timeline, &marked, &options))?;
    }
    let all_seen = verdicts.iter().all(|(_, verdict)| verdict.seen || verdict.unknown);
    Ok(if all_seen { ExitCode::SUCCESS } else { ExitCode::from(NOT_SEEN) })
}

/// What became of each expectation.
pub fn verdicts(timeline: &Timeline, expect: Vec<Expect>) -> anyhow::Result<Vec<(Expect, Verdict)>> {
    expect
        .into_iter()
        .map(|expect| {
            let parsed = expect
                .that
                .parse()
                .map_err(|error: socket_lab::notation::ParseError| anyhow::anyhow!("{}", error.caret()))
                .with_context(|| format!("the recording's expectation `{}`", expect.that))?;
            let verdict = expectations::evaluate(&parsed, timeline);
            Ok((expect, verdict))
        })
        .collect()
}

/// How a run's text looks on this terminal.
pub fn options(view: &ViewArgs) -> Options {
    let (width, color) = look(&view.look);
    Options { width, color, hex: hex(view.hex), layers: view.layers, kernel: view.kernel, noise: view.noise }
}

/// How a screen that is filled is painted.
pub fn paint(view: &ViewArgs, theme: ThemeName) -> Paint {
    let theme = match theme {
        ThemeName::Terminal => Theme::Terminal,
        ThemeName::Dark => Theme::Dark,
        ThemeName::Light => Theme::Light,
    };
    Paint { theme, color: look(&view.look).1 }
}

/// Columns and whether to use colours.
pub fn look(look: &LookArgs) -> (usize, bool) {
    let stdout = std::io::stdout();
    let terminal = stdout.is_terminal();
    let width = look.width.unwrap_or_else(|| match crossterm::terminal::size() {
        Ok((columns, _)) if terminal && columns > 0 => usize::from(columns),
        _ => DEFAULT_WIDTH,
    });
    let color = match look.color {
        When::Always => true,
        When::Never => false,
        // https://no-color.org: present and not empty.
        When::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    (width, color)
}

fn hex(hex: Hex) -> HexBytes {
    match hex {
        Hex::All => HexBytes::All,
        Hex::Payload => HexBytes::Payload,
        Hex::None => HexBytes::None,
    }
}
