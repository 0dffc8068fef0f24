//! `lab reset EXERCISE`: the skeleton again. It asks nothing and loses nothing: what the learner wrote is kept as
//! `main.rs.bak-1`, `-2` and so on.

use super::desk::Desk;
use anyhow::Context;
use socket_lab::course::Progress;
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub fn run(asked: &str) -> anyhow::Result<ExitCode> {
    let desk = Desk::open()?;
    let exercise = desk.exercise(asked)?;
    let (program, skeleton) = (desk.exercises.program(exercise), desk.exercises.skeleton(exercise));
    let new = std::fs::read(&skeleton).with_context(|| format!("reading {}", desk.shown(&skeleton)))?;
    let old = match std::fs::read(&program) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("reading {}", desk.shown(&program))),
    };
    let mut told = format!("{} is as it was in the beginning", desk.shown(&program));
    if old.as_ref() == Some(&new) {
        told += "; nothing was written there yet";
    } else {
        if let Some(old) = &old {
            let backup = keep(&program, old).with_context(|| format!("keeping {}", desk.shown(&program)))?;
            told += &format!("; what you wrote is in {}", desk.shown(&backup));
        }
        replace(&program, &new).with_context(|| format!("writing {}", desk.shown(&program)))?;
    }
    writeln!(std::io::stdout(), "{told}.")?;
    Progress::forget(&desk.exercises.root, &exercise.name)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the bytes to a file of their own, numbered after all that are there, and gives its path.
fn keep(program: &Path, bytes: &[u8]) -> std::io::Result<PathBuf> {
    let folder = program.parent().unwrap_or(Path::new("."));
    let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned() + ".bak-";
    let mut last = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?.file_name().to_string_lossy().into_owned();
        last = last.max(entry.strip_prefix(&name).and_then(|number| number.parse::<u32>().ok()).unwrap_or(0));
    }
    for number in last.saturating_add(1).. {
        let path = folder.join(format!("{name}{number}"));
        let mut file = match File::options().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            opened => opened?,
        };
        if let Err(error) = file.write_all(bytes).and_then(|()| file.sync_all()) {
            let _ = std::fs::remove_file(&path);
            return Err(error);
        }
        return Ok(path);
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Puts the bytes in the file's place at once: there is no moment with half a program.
fn replace(program: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let new = program.with_extension("rs.new");
    let written = std::fs::write(&new, bytes).and_then(|()| std::fs::rename(&new, program));
    if written.is_err() {
        let _ = std::fs::remove_file(&new);
    }
    written
}
