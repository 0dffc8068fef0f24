//! Building the programs of lessons and exercises with cargo, whose own messages are shown when it does not compile.

use anyhow::{Context, bail};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// A program of the workspace.
pub struct Target<'a> {
    /// Its package.
    pub package: &'a str,
    /// The program's own name.
    pub name: &'a str,
    /// The folder with its sources.
    pub sources: &'a Path,
}

/// Builds the program of a lesson and gives its path.
pub fn lesson(root: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let target = Target { package: "lessons", name, sources: &root.join("lessons").join(name) };
    match program(root, &target, false)? {
        Some(program) => Ok(program),
        None => bail!("lesson {name} does not compile; cargo's message is above"),
    }
}

/// Builds a program and gives its path; none when it does not compile, and cargo's message has been shown. The lab's own
/// target folder and profile are used, so that a program that was built before is not built again.
pub fn program(root: &Path, target: &Target, color: bool) -> anyhow::Result<Option<PathBuf>> {
    let lab = std::env::current_exe().context("finding the lab's own program")?;
    let folder = lab.parent().context("the lab's program has no folder")?;
    let program = folder.join(target.name);
    if is_fresh(&program, root, target) {
        return Ok(Some(program));
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root).args(["build", "--quiet", "--package", target.package, "--bin", target.name]);
    command.env("CARGO_TERM_COLOR", if color { "always" } else { "never" });
    if folder.ends_with("release") {
        command.arg("--release");
    }
    if let Some(target) = folder.parent() {
        command.arg("--target-dir").arg(target);
    }
    match command.stdin(std::process::Stdio::null()).output() {
        Ok(output) if output.status.success() => {
            // Cargo leaves a program alone that a touched manifest did not change; remember that it was asked.
            let _ = std::fs::File::options()
                .append(true)
                .open(&program)
                .and_then(|file| file.set_modified(SystemTime::now()));
            Ok(Some(program))
        }
        Ok(output) => {
            std::io::stderr().write_all(&output.stderr)?;
            Ok(None)
        }
        // Without cargo (an installed lab), a program that was built before will do.
        Err(_) if program.is_file() => Ok(Some(program)),
        Err(error) => Err(error).with_context(|| format!("running cargo to build {}", target.name)),
    }
}

/// True when the program is younger than everything it is made of. Asking cargo would cost more than the lesson takes, and
/// needs a target folder that one may write to.
fn is_fresh(program: &Path, root: &Path, target: &Target) -> bool {
    let changed = |path: &Path| std::fs::metadata(path).and_then(|data| data.modified()).ok();
    let Some(built) = changed(program) else { return false };
    let Ok(folder) = std::fs::read_dir(target.sources) else { return false };
    let sources = folder.filter_map(|entry| Some(entry.ok()?.path()));
    let sources = sources.filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
    let manifest = format!("{}/Cargo.toml", target.package);
    let others = [manifest.as_str(), "Cargo.toml", "Cargo.lock"].map(|file| root.join(file));
    sources.chain(others).all(|path| changed(&path).is_some_and(|time| time < built))
}
