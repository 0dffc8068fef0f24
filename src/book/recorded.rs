//! A recorded run of a variation with what became of its lesson's expectations: what every generated part is made of.

use crate::course::Variation;
use crate::expectations::{Marked, Verdict, evaluate, mark};
use crate::recording::{Expect, Recording};
use crate::timeline::Timeline;
use anyhow::{Context, anyhow};

/// One run.
#[derive(Debug)]
pub struct Recorded<'a> {
    /// Which variation ran.
    pub variation: &'a Variation,
    pub(super) timeline: Timeline,
    pub(super) verdicts: Vec<(Expect, Verdict)>,
    /// What became of the variation's predictions, in their order.
    pub(super) marked: Vec<Marked>,
}

impl<'a> Recorded<'a> {
    /// Evaluates what the lesson says and asks. Fails when the recording's expectations or the variation's predictions are
    /// not in the notation.
    pub fn new(variation: &'a Variation, recording: Recording) -> anyhow::Result<Recorded<'a>> {
        let expect = recording.header.story.as_ref().map(|story| story.expect.clone()).unwrap_or_default();
        let timeline = Timeline::new(recording);
        let evaluated = |expect: Expect| {
            let parsed = expect.that.parse().with_context(|| format!("the expectation `{}`", expect.that))?;
            let verdict = evaluate(&parsed, &timeline);
            anyhow::Ok((expect, verdict))
        };
        let verdicts = expect.into_iter().map(evaluated).collect::<anyhow::Result<_>>()?;
        let marked = variation.predictions.iter().map(|prediction| mark(prediction, &timeline));
        let marked = marked.collect::<Result<_, _>>().map_err(|error| anyhow!("a prediction: {}", error.caret()))?;
        Ok(Recorded { variation, timeline, verdicts, marked })
    }
}
