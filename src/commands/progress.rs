//! `lab progress`: which exercises are passed, which hints were shown, and what is next.

use super::desk::Desk;
use super::show;
use crate::cli::ProgressArgs;
use serde_json::json;
use socket_lab::view::text::{Progressed, progress};
use std::io::Write;
use std::process::ExitCode;

pub fn run(args: &ProgressArgs) -> anyhow::Result<ExitCode> {
    let desk = Desk::open()?;
    let (width, color) = show::look(&args.look);
    let text = if args.json { json_text(&desk)? } else { page(&desk, width, color) };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// The table, and what is next.
pub fn page(desk: &Desk, width: usize, color: bool) -> String {
    let table: Vec<Progressed> = table(desk);
    let mut page = progress(&table, width, color);
    let passed = table.iter().filter(|exercise| exercise.passed).count();
    page += &format!("\n{passed} of {} passed.", table.len());
    if let Some(next) = desk.next() {
        page += &format!(" Next: lab watch {}", next.name);
    }
    page.push('\n');
    for (name, message) in &desk.exercises.damaged {
        page += &format!("\n{name} cannot be read:\n{message}\n");
    }
    page
}

fn table(desk: &Desk) -> Vec<Progressed> {
    let next = desk.next().map(|exercise| &exercise.name);
    let all = desk.exercises.exercises.iter();
    all.map(|exercise| {
        let state = desk.progress.of(&exercise.name);
        Progressed {
            name: exercise.name.clone(),
            lesson: exercise.lesson.clone(),
            passed: state.passed.is_some(),
            date: state.passed.and_then(|pass| pass.date),
            // A README that cannot be read gives none; `lab hint` says why.
            hints: (state.hints, desk.exercises.hints(exercise).map_or(0, |hints| hints.len())),
            is_next: next == Some(&exercise.name),
        }
    })
    .collect()
}

fn json_text(desk: &Desk) -> anyhow::Result<String> {
    let rows = table(desk);
    let exercises: Vec<_> = desk
        .exercises
        .exercises
        .iter()
        .zip(&rows)
        .map(|(exercise, row)| {
            let pass = desk.progress.of(&exercise.name).passed;
            json!({
                "name": exercise.name,
                "title": exercise.title,
                "term": exercise.term,
                "lesson": exercise.lesson,
                "passed": pass.is_some(),
                "date": pass.as_ref().and_then(|pass| pass.date.as_ref()),
                "seed": pass.as_ref().and_then(|pass| pass.seed),
                "hints_shown": row.hints.0,
                "hints": row.hints.1,
            })
        })
        .collect();
    let damaged: Vec<_> =
        desk.exercises.damaged.iter().map(|(name, why)| json!({ "name": name, "why": why })).collect();
    let lines: Vec<_> = desk.progress.damaged().map(|(line, text)| json!({ "line": line, "text": text })).collect();
    let all = json!({
        "exercises": exercises,
        "damaged": damaged,
        "next": desk.next().map(|exercise| &exercise.name),
        "not_understood": lines,
    });
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}
