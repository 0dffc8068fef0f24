//! What became of each choice of a prediction: the right one is the one that holds on the recording, and only if it is the
//! only one.

use super::{Verdict, evaluate};
use crate::notation::{Expectation, ParseError};
use crate::recording::{Choice, Prediction};
use crate::timeline::Timeline;

/// A prediction, evaluated over a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// What became of each choice, in their order. A choice holds when all that it says was seen, and its evidence is that
    /// of all; otherwise evidence and what the recording shows instead are those of what was not seen.
    pub choices: Vec<Verdict>,
}

impl Marked {
    /// The choice that holds, from 0. None when none or several do: then the recording answers nothing.
    pub fn answer(&self) -> Option<usize> {
        let mut holding = (0..self.choices.len()).filter(|choice| self.choices[*choice].seen);
        holding.next().filter(|_| holding.next().is_none())
    }
}

/// Evaluates every choice over a run. Fails when a choice is not in the notation.
pub fn mark(prediction: &Prediction, timeline: &Timeline) -> Result<Marked, ParseError> {
    let choices = prediction.choices.iter().map(|choice| of_choice(choice, timeline)).collect::<Result<_, _>>()?;
    Ok(Marked { choices })
}

fn of_choice(choice: &Choice, timeline: &Timeline) -> Result<Verdict, ParseError> {
    let evaluated = |that: &String| Ok(evaluate(&that.parse::<Expectation>()?, timeline));
    let verdicts = choice.that.iter().map(evaluated).collect::<Result<Vec<_>, ParseError>>()?;
    // What is refuted stays refuted, whatever else cannot be told.
    let refuted = verdicts.iter().find(|verdict| !verdict.seen && !verdict.unknown);
    let against = refuted.or_else(|| verdicts.iter().find(|verdict| verdict.unknown));
    let mut evidence = Vec::new();
    for name in against.map_or(&verdicts[..], std::slice::from_ref).iter().flat_map(|verdict| &verdict.evidence) {
        if !evidence.contains(name) {
            evidence.push(name.clone());
        }
    }
    Ok(Verdict {
        seen: against.is_none() && !verdicts.is_empty(),
        unknown: against.is_some() && refuted.is_none(),
        evidence,
        instead: against.and_then(|verdict| verdict.instead.clone()),
    })
}
