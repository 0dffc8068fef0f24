//! Finding the project's folder.

use anyhow::Context;
use socket_lab::course::Course;
use std::path::{Path, PathBuf};

/// The project's folder: from where we stand upwards, else where this program was built.
pub fn find() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir().context("finding the current folder")?;
    match Course::find_root(&here) {
        Ok(root) => Ok(root),
        Err(error) => {
            let built = Path::new(env!("CARGO_MANIFEST_DIR"));
            if built.join("lessons").is_dir() { Ok(built.to_path_buf()) } else { Err(error) }
        }
    }
}
