//! Building a lesson's program with cargo, whose own messages are shown when it does not compile.

use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// Builds the program of a lesson and gives its path. The lab's own target folder and profile are used, so that a lesson
/// that was built before is not built again.
pub fn lesson(root: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let lab = std::env::current_exe().context("finding the lab's own program")?;
    let folder = lab.parent().context("the lab's program has no folder")?;
    let program = folder.join(name);
    if is_fresh(&program, root, name) {
        return Ok(program);
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root).args(["build", "--quiet", "--package", "lessons", "--bin", name]);
    if folder.ends_with("release") {
        command.arg("--release");
    }
    if let Some(target) = folder.parent() {
        command.arg("--target-dir").arg(target);
    }
    match command.status() {
        Ok(status) if status.success() => {
            // Cargo leaves a program alone that a touched manifest did not change; remember that it was asked.
            let _ = std::fs::File::options()
                .append(true)
                .open(&program)
                .and_then(|file| file.set_modified(SystemTime::now()));
            Ok(program)
        }
        Ok(_) => bail!("lesson {name} does not compile; cargo's message is above"),
        // Without cargo (an installed lab), a program that was built before will do.
        Err(_) if program.is_file() => Ok(program),
        Err(error) => Err(error).context("running cargo to build the lesson"),
    }
}

/// True when the program is younger than everything it is made of. Asking cargo would cost more than the lesson takes, and
/// needs a target folder that one may write to.
fn is_fresh(program: &Path, root: &Path, name: &str) -> bool {
    let changed = |path: &Path| std::fs::metadata(path).and_then(|data| data.modified()).ok();
    let Some(built) = changed(program) else { return false };
    let Ok(folder) = std::fs::read_dir(root.join("lessons").join(name)) else { return false };
    let sources = folder.filter_map(|entry| Some(entry.ok()?.path()));
    let sources = sources.filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
    let others = ["lessons/Cargo.toml", "Cargo.toml", "Cargo.lock"].map(|file| root.join(file));
    sources.chain(others).all(|path| changed(&path).is_some_and(|time| time < built))
}
