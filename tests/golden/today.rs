//! The runs of today: each variation once, for all tests that look at it.

use crate::common::{Folder, User, bundled, recording, stdout, timeline, variations};
use socket_lab::timeline::Timeline;
use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};
use std::thread;

/// Runs at the same time: most of a run everybody waits.
const AT_ONCE: usize = 2;
/// Times that a run is made before what it shows counts, whatever that is.
const TRIES: usize = 3;

pub struct Today {
    pub timeline: Timeline,
    /// At 160 columns, where nothing has to be left out: what is depends on how wide the timeline became.
    pub page: String,
}

pub type Runs = BTreeMap<(String, String), Today>;

/// All of them, by lesson and variation.
pub fn runs() -> &'static Runs {
    static RUNS: OnceLock<Runs> = OnceLock::new();
    RUNS.get_or_init(|| {
        let (left, made) = (Mutex::new(variations()), Mutex::new(Runs::new()));
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    while let Some((lesson, variation)) = { left.lock().unwrap().pop() } {
                        let today = today(&lesson, &variation);
                        made.lock().unwrap().insert((lesson, variation), today);
                    }
                });
            }
        });
        made.into_inner().unwrap()
    })
}

/// A kernel sends again what was not acknowledged within 200 ms. On a machine that stood still for so long it does, though
/// nothing was lost: such a run shows the machine and not the lesson, and is made once more. A lab that loses or delays what
/// it should not does so each time.
fn today(lesson: &str, variation: &str) -> Today {
    let recorded = repeated(&Timeline::new(recording(&bundled(lesson, variation))));
    let folder = Folder::new(&format!("today-{lesson}-{variation}"));
    let arguments = [lesson, "--variation", variation, "--color", "never", "--width", "160"];
    let mut tries = 1;
    loop {
        let (timeline, output) = timeline(User::Self_, &arguments, &folder);
        if repeated(&timeline) <= recorded || tries == TRIES {
            return Today { timeline, page: stdout(&output) };
        }
        eprintln!("{lesson} {variation}: a kernel repeated what was not lost; run again");
        tries += 1;
    }
}

/// How many frames repeat what was sent before.
fn repeated(timeline: &Timeline) -> usize {
    timeline.frames.iter().filter(|frame| frame.record.again).count()
}
