//! Records again what ships with the lab, and writes what is made of it.

use crate::common::{self, Folder, root, run, stderr, stdout, variations};
use crate::made::{bundled, generated, views};
use crate::shown::{conclusions, order};
use socket_lab::recording::{Recording, Writer};
use socket_lab::timeline::Timeline;
use socket_lab::view::text::{HexBytes, Options, render};
use std::fs;
use std::sync::Once;

/// What is to be written again: `LAB_BLESS=1` everything, `LAB_BLESS=parts` only what is made of the recordings;
/// `LAB_LESSON=05-sticky-packets` the runs of one lesson only.
pub fn bless() {
    static ONCE: Once = Once::new();
    let Some(what) = std::env::var_os("LAB_BLESS") else { return };
    ONCE.call_once(|| {
        let lesson = std::env::var("LAB_LESSON").ok();
        let variations =
            variations().into_iter().filter(|(name, _)| lesson.as_ref().is_none_or(|lesson| lesson == name));
        for (lesson, variation) in variations {
            if what != "parts" {
                record(&lesson, &variation);
            }
            for (file, text) in views(&lesson, &variation) {
                fs::write(file, text).unwrap();
            }
        }
        for (file, text) in generated() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
    });
}

/// Records a variation. A run that shows the same as the recorded one does not replace it: else every blessing would change
/// every time and port of the book. What the lesson says about it may have changed.
fn record(lesson: &str, variation: &str) {
    let folder = Folder::new("bless");
    let copy = folder.file("run.jsonl");
    // As an ordinary user, in tier 0: what most readers will have.
    let user = *common::users().first().unwrap();
    let file = bundled(lesson, variation, ".jsonl");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let output = run(user, &[lesson, "--variation", variation, "--export", &copy.to_string_lossy()]);
    assert!(output.status.success(), "{lesson} {variation}\n{}{}", stdout(&output), stderr(&output));
    // Where the project lies on the machine that recorded is nobody's business.
    let text = fs::read_to_string(&copy).unwrap().replace(&format!("{}/", root().display()), "");
    let today = Recording::read(text.as_bytes()).expect("what was just written");
    let before = fs::read(&file).ok().and_then(|before| Recording::read(&before[..]).ok());
    match before {
        Some(mut before) if shows_the_same(&before, &today) => {
            before.header.story = today.header.story;
            let mut text = Vec::new();
            let mut writer = Writer::new(&mut text, &before.header).unwrap();
            before.events.iter().try_for_each(|event| writer.event(event)).unwrap();
            fs::write(&file, text).unwrap();
        }
        _ => fs::write(&file, text).unwrap(),
    }
}

fn shows_the_same(before: &Recording, today: &Recording) -> bool {
    let roles = |recording: &Recording| recording.header.roles.iter().map(|role| role.argv.clone()).collect::<Vec<_>>();
    // The first word of each is where the program lies.
    let arguments =
        |recording: &Recording| roles(recording).into_iter().map(|argv| argv[1..].to_vec()).collect::<Vec<_>>();
    let options =
        Options { width: 160, color: false, hex: HexBytes::Payload, layers: false, kernel: false, noise: false };
    let shown = |recording: &Recording| {
        let timeline = Timeline::new(recording.clone());
        (order(&timeline), conclusions(&render(&timeline, &[], &options)))
    };
    let scratch = |words: Vec<Vec<String>>| {
        words.into_iter().flatten().filter(|word| !word.contains("/lab-")).collect::<Vec<_>>()
    };
    scratch(arguments(before)) == scratch(arguments(today))
        && before.header.wire == today.header.wire
        && before.header.schedule == today.header.schedule
        && before.header.cable == today.header.cable
        && shown(before) == shown(today)
}
