//! `--predict`: asks before the run, locks each answer in, and gives them to whoever shows the run.
//!
//! Answers are lines on standard input, so that a class can also write them into a file. It refuses to guess: what is no
//! choice is asked again, and without an answer nothing is run. A recording may come from anywhere: what cannot be asked
//! is refused before the first question.

use super::Usage;
use crate::cli::LookArgs;
use socket_lab::expectations::{Marked, mark};
use socket_lab::recording::Prediction;
use socket_lab::timeline::Timeline;
use socket_lab::view::text::{letter, question};
use std::io::{self, BufRead, Write};
use std::ops::RangeInclusive;

/// As many choices as an answer of one letter tells apart.
const LETTERED: RangeInclusive<usize> = 1..=26;

/// Asks all questions, one after the other; the choices that were locked in, from 0. None when the reader wants to stop.
pub fn ask(predictions: &[Prediction], look: &LookArgs) -> anyhow::Result<Option<Vec<usize>>> {
    let mut numbered = (1..).zip(predictions);
    if let Some((number, prediction)) = numbered.find(|(_, it)| !LETTERED.contains(&it.choices.len())) {
        let count = prediction.choices.len();
        return Err(Usage(format!("question {number} has {count} choices, and an answer is one letter")).into());
    }
    let (width, color) = super::show::look(look);
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut answers = Vec::new();
    for (number, prediction) in (1..).zip(predictions) {
        writeln!(output, "{}", question(number, predictions.len(), prediction, width, color))?;
        match answer(prediction.choices.len(), &mut input, &mut output)? {
            Some(choice) => answers.push(choice),
            None => return Ok(None),
        }
    }
    writeln!(output, "Now the run.\n")?;
    output.flush()?;
    Ok(Some(answers))
}

fn answer(choices: usize, input: &mut impl BufRead, output: &mut impl Write) -> anyhow::Result<Option<usize>> {
    let last = letter(choices - 1);
    loop {
        write!(output, "Your answer (a to {last}, q to stop): ")?;
        output.flush()?;
        let mut line = Vec::new();
        // A line that never ends is no answer either.
        let read = io::Read::take(&mut *input, 1000).read_until(b'\n', &mut line)?;
        if read == 0 {
            writeln!(output)?;
            return Err(Usage("no answer was given, so nothing was run".into()).into());
        }
        let said = String::from_utf8_lossy(&line).trim().to_lowercase();
        if said == "q" {
            return Ok(None);
        }
        if let Some(choice) = (0..choices).find(|choice| said == letter(*choice).to_string()) {
            writeln!(output, "Locked in: {}.\n", letter(choice))?;
            return Ok(Some(choice));
        }
        writeln!(output, "That is none of them.")?;
    }
}

/// What became of each question, with what was answered.
pub fn marked(
    timeline: &Timeline,
    predictions: &[Prediction],
    answers: &[usize],
) -> anyhow::Result<Vec<(Prediction, Marked, usize)>> {
    let mark = |(prediction, answer): (&Prediction, &usize)| {
        let marked = mark(prediction, timeline).map_err(|error| anyhow::anyhow!("a prediction: {}", error.caret()))?;
        Ok((prediction.clone(), marked, *answer))
    };
    predictions.iter().zip(answers).map(mark).collect()
}
