//! What a chapter includes beside transcripts: the question, the predictions, what to try, the exercises, the claims.

use super::claims::Claim;
use super::recorded::Recorded;
use super::runs::{self, number};
use super::tutorials;
use super::write::{Markdown, code, words};
use crate::course::{Exercise, Lesson};
use crate::expectations::Marked;
use crate::recording::Prediction;
use crate::view::text::letter;

/// `parts/LESSON.md`: paths in it are those of a chapter, which lies one folder higher. `claims` are those of the lesson.
pub fn parts(lesson: &Lesson, recorded: &[Recorded], exercises: &[&Exercise], claims: &[&Claim]) -> String {
    let mut all = Markdown::generated();
    all.anchored("question", |all| all.paragraph(&format!("> {}", words(&lesson.question))));
    for run in recorded {
        let (folder, name) = (&lesson.name, &run.variation.name);
        all.anchored(&format!("{name}-heading"), |all| all.text(&runs::drawn(run).heading));
        all.anchored(&format!("{name}-files"), |all| {
            all.paragraph(&format!(
                "*[All of this run](runs/{folder}.md#{name}) · [its recording, for `lab replay`](runs/{folder}/{name}.jsonl) · \
                 [for Wireshark](runs/{folder}/{name}.pcapng)*"
            ));
        });
    }
    all.anchored("predict", |all| predictions(lesson, recorded, all));
    all.anchored("try", |all| variations(lesson, recorded, all));
    all.anchored("exercises", |all| exercises.iter().for_each(|it| exercise(it, all)));
    all.anchored("claims", |all| {
        let items: String = claims.iter().map(|claim| tutorials::item(claim, true)).collect();
        all.paragraph(&items);
    });
    all.0
}

fn predictions(lesson: &Lesson, recorded: &[Recorded], all: &mut Markdown) {
    let mut count = 0;
    let mut commands = Vec::new();
    for run in recorded.iter().filter(|run| !run.marked.is_empty()) {
        let first = run.variation.name == lesson.variations[0].name;
        let which = if first { String::new() } else { format!(" --variation {}", run.variation.name) };
        let command = format!("lab {}{which}", number(&lesson.name));
        for (prediction, marked) in run.variation.predictions.iter().zip(&run.marked) {
            count += 1;
            ask(count, &command, prediction, all);
            all.folded(&format!("The answer to question {count}"), |all| {
                let link = format!("[the run](runs/{}.md#{})", lesson.name, run.variation.name);
                answer(prediction, marked, &link, all);
            });
        }
        commands.push(format!("{command} --predict"));
    }
    if count > 0 {
        all.paragraph("The lab asks the same questions, locks your answers in, and marks them by a run of its own:");
        all.command(&commands.join("\n"));
    }
}

fn ask(number: usize, command: &str, prediction: &Prediction, all: &mut Markdown) {
    all.paragraph(&format!("**Question {number}**, about {}. {}", code(command), words(&prediction.question)));
    let choices = prediction.choices.iter().enumerate();
    let lines: String = choices.map(|(n, choice)| format!("- **{}** · {}\n", letter(n), words(&choice.says))).collect();
    all.paragraph(&lines);
}

fn answer(prediction: &Prediction, marked: &Marked, link: &str, all: &mut Markdown) {
    let Some(right) = marked.answer() else {
        return all.paragraph(&format!("{link} does not answer it."));
    };
    let (choice, verdict) = (&prediction.choices[right], &marked.choices[right]);
    let evidence: Vec<String> = verdict.evidence.iter().map(|name| code(name)).collect();
    let shown = if evidence.is_empty() { String::new() } else { format!(": {}", evidence.join(", ")) };
    all.paragraph(&format!(
        "**{}** · {}. Look in {link}{shown}.",
        letter(right),
        words(choice.says.trim_end_matches('.'))
    ));
    if let Some(why) = &choice.why {
        all.paragraph(&words(why));
    }
    for (n, choice) in prediction.choices.iter().enumerate().filter(|(n, _)| *n != right) {
        if let Some(tempting) = &choice.tempting {
            all.paragraph(&format!("*Tempting:* **{}**. {}", letter(n), words(tempting)));
        }
    }
}

fn variations(lesson: &Lesson, recorded: &[Recorded], all: &mut Markdown) {
    let line = |run: &Recorded| {
        let name = &run.variation.name;
        let command = format!("lab {} --variation {name}", number(&lesson.name));
        let link = format!("([recorded](runs/{}.md#{name}))", lesson.name);
        format!("- {}  \n  {} {link}\n", code(&command), words(&run.variation.says))
    };
    all.paragraph(&recorded.iter().map(line).collect::<String>());
}

fn exercise(exercise: &Exercise, all: &mut Markdown) {
    let name = &exercise.name;
    all.paragraph(&format!("**{}** ({}, {})", words(&exercise.title), code(name), words(&exercise.term)));
    all.paragraph(&format!(
        "The task is in `exercises/{name}/README.md`; you write `exercises/{name}/main.rs`. This checks it at every save:"
    ));
    all.command(&format!("lab watch {name}"));
    all.paragraph("What the judge tries on it:");
    let tried = exercise.scenarios.iter();
    all.paragraph(&tried.map(|it| format!("- **{}**: {}\n", it.name, words(&it.says))).collect::<String>());
}
