//! `--export FILE`: whole files or none. Written beside the target and renamed when complete, so that a full disk or a
//! signal leaves no half file under the name that was asked for.

use super::Usage;
use anyhow::Context;
use socket_lab::expectations::Verdict;
use socket_lab::recording::{Expect, Recording, Writer};
use socket_lab::timeline::Timeline;
use socket_lab::view::{pcapng, text};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Formats by the file's ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Text,
    Lines,
    Pcapng,
}

/// The files asked for, with their formats.
#[derive(Debug)]
pub struct Exports(Vec<(PathBuf, Format)>);

impl Exports {
    /// True when no file was asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Checks the endings before anything runs.
pub fn prepare(files: &[PathBuf]) -> anyhow::Result<Exports> {
    let format = |file: &PathBuf| match file.extension().and_then(|ending| ending.to_str()) {
        Some("txt") => Ok((file.clone(), Format::Text)),
        Some("jsonl") => Ok((file.clone(), Format::Lines)),
        Some("pcapng") => Ok((file.clone(), Format::Pcapng)),
        _ => Err(Usage(format!("--export {}: the ending must be .txt, .jsonl or .pcapng", file.display()))),
    };
    Ok(Exports(files.iter().map(format).collect::<Result<_, _>>()?))
}

/// Writes the recordings asked for.
pub fn jsonl(exports: &Exports, recording: &Recording) -> anyhow::Result<()> {
    for (file, _) in exports.0.iter().filter(|(_, format)| *format == Format::Lines) {
        whole(file, |output| {
            let mut writer = Writer::new(output, &recording.header)?;
            recording.events.iter().try_for_each(|event| writer.event(event))
        })?;
    }
    Ok(())
}

/// Writes everything else that was asked for.
pub fn rest(
    exports: &Exports,
    timeline: &Timeline,
    verdicts: &[(Expect, Verdict)],
    options: &text::Options,
) -> anyhow::Result<()> {
    for (file, format) in &exports.0 {
        match format {
            Format::Lines => {}
            Format::Text => {
                let options = text::Options { color: false, ..options.clone() };
                let text = text::render(timeline, verdicts, &options);
                whole(file, |output| output.write_all(text.as_bytes()))?;
            }
            Format::Pcapng => {
                let bytes = pcapng::write(timeline);
                whole(file, |output| output.write_all(&bytes))?;
            }
        }
    }
    Ok(())
}

/// Writes a file completely or not at all. What is no regular file (a pipe, /dev/stdout) is written in place.
pub fn whole(file: &Path, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> anyhow::Result<()> {
    let what = || format!("writing {}", file.display());
    if fs::metadata(file).is_ok_and(|data| !data.is_file()) {
        let mut output = File::options().write(true).open(file).with_context(what)?;
        return write(&mut output).with_context(what);
    }
    let mut part = file.as_os_str().to_owned();
    part.push(format!(".{}.part", std::process::id()));
    let part = PathBuf::from(part);
    let result = (|| {
        let mut output = BufWriter::new(File::create(&part)?);
        write(&mut output)?;
        output.into_inner().map_err(|error| error.into_error())?.sync_all()?;
        fs::rename(&part, file)
    })();
    if result.is_err() {
        let _ = fs::remove_file(&part);
    }
    result.with_context(what)
}
