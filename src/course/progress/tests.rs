//! Claims about progress.txt, on files in a temporary folder.

use super::*;
use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};

struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("socket-lab-progress-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn with(text: impl AsRef<[u8]>) -> Folder {
        let folder = Folder::new();
        fs::write(folder.0.join(NAME), text).unwrap();
        folder
    }

    fn text(&self) -> Vec<u8> {
        fs::read(self.0.join(NAME)).unwrap()
    }

    fn progress(&self) -> Progress {
        Progress::read(&self.0).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn what_is_recorded_is_read_again_from_one_line() {
    let folder = Folder::new();
    assert_eq!(folder.progress().of("06-framed-echo"), State::default());
    Progress::record_hint(&folder.0, "06-framed-echo", 2).unwrap();
    Progress::record_pass(&folder.0, "06-framed-echo", 7).unwrap();
    Progress::record_hint(&folder.0, "06-framed-echo", 1).unwrap();
    let text = String::from_utf8(folder.text()).unwrap();
    let line = format!("06-framed-echo  passed  {}  seed 7  hint 2\n", date::today());
    assert_eq!(text, format!("{HEAD}{line}"));
    let state = folder.progress().of("06-framed-echo");
    assert_eq!((state.passed.unwrap().seed, state.hints), (Some(7), 2));
    let left: Vec<_> = fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, [NAME]);
}

#[test]
fn a_line_that_is_not_understood_is_told_and_survives_every_change() {
    let odd =
        b"# mine\r\n\n06-framed-echo  pased\n\xff\xfe\n01-fetch hint 1\n02-loop-server passed 2026-13 x\n07-x".to_vec();
    let folder = Folder::with(&odd);
    let told: Vec<(usize, String)> = folder.progress().damaged().collect();
    let numbers: Vec<usize> = told.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [3, 4, 6, 7]);
    assert_eq!(told[0].1, "06-framed-echo  pased");
    Progress::record_pass(&folder.0, "06-framed-echo", 1).unwrap();
    Progress::record_hint(&folder.0, "01-fetch", 2).unwrap();
    Progress::forget(&folder.0, "06-framed-echo").unwrap();
    let expected = [&odd[..], b"\n"].concat();
    let expected = String::from_utf8_lossy(&expected).replace("01-fetch hint 1", "01-fetch  hint 2");
    assert_eq!(String::from_utf8_lossy(&folder.text()), expected);
}

#[test]
fn lines_in_any_spacing_are_understood_and_several_are_taken_together() {
    let text = "  01-fetch\tpassed \r\n01-fetch hint 3\r\n02-x passed 2026-11-21 hint 1\n03-y passed seed 18446744073709551615\n";
    let folder = Folder::with(text);
    let progress = folder.progress();
    assert_eq!(progress.damaged().count(), 0);
    assert_eq!(progress.of("01-fetch"), State { passed: Some(Pass::default()), hints: 3 });
    assert_eq!(progress.of("02-x").passed.unwrap().date.as_deref(), Some("2026-11-21"));
    assert_eq!(progress.of("03-y").passed.unwrap().seed, Some(u64::MAX));
    Progress::record_hint(&folder.0, "01-fetch", 4).unwrap();
    let written = String::from_utf8(folder.text()).unwrap();
    assert!(written.starts_with("01-fetch  passed  hint 4\n02-x"), "{written}");
}

#[test]
fn the_first_open_exercise_is_the_first_that_was_not_passed() {
    let progress = Progress::parse(b"01-fetch passed\n02-x hint 3\n");
    assert_eq!(progress.first_open(["01-fetch", "02-x", "03-y"]), Some("02-x"));
    assert_eq!(progress.first_open(["01-fetch"]), None);
}

#[test]
fn what_was_forgotten_leaves_no_line_and_forgetting_nothing_writes_nothing() {
    let folder = Folder::with("01-fetch passed\n");
    Progress::forget(&folder.0, "02-x").unwrap();
    assert_eq!(folder.text(), b"01-fetch passed\n".to_vec().as_slice());
    Progress::forget(&folder.0, "01-fetch").unwrap();
    assert_eq!(folder.text(), b"");
    let folder = Folder::new();
    Progress::forget(&folder.0, "01-fetch").unwrap();
    assert!(!folder.0.join(NAME).exists());
}

#[test]
fn writers_at_the_same_time_lose_no_line() {
    let folder = Folder::with("garbage here\n");
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let root = &folder.0;
            scope.spawn(move || {
                for number in 1..=10 {
                    Progress::record_pass(root, &format!("{writer}-{number}"), number).unwrap();
                }
            });
        }
    });
    let progress = folder.progress();
    for writer in 0..8 {
        for number in 1..=10 {
            let state = progress.of(&format!("{writer}-{number}"));
            assert_eq!(state.passed.and_then(|pass| pass.seed), Some(number));
        }
    }
    assert_eq!(progress.damaged().count(), 1);
}

#[test]
fn what_a_killed_writer_left_does_not_stop_the_next_one() {
    let folder = Folder::with("01-fetch passed\n");
    fs::write(folder.0.join("progress.txt.new"), "half a li").unwrap();
    Progress::record_hint(&folder.0, "02-x", 1).unwrap();
    assert_eq!(folder.text(), b"01-fetch passed\n02-x  hint 1\n");
}

#[cfg(unix)]
#[test]
fn a_linked_file_is_changed_where_it_is() {
    let (folder, elsewhere) = (Folder::new(), Folder::with("01-fetch passed\n"));
    std::os::unix::fs::symlink(elsewhere.0.join(NAME), folder.0.join(NAME)).unwrap();
    Progress::record_hint(&folder.0, "02-x", 1).unwrap();
    assert_eq!(elsewhere.text(), b"01-fetch passed\n02-x  hint 1\n");
    assert!(fs::symlink_metadata(folder.0.join(NAME)).unwrap().is_symlink());
}

#[test]
fn where_it_cannot_be_read_it_is_not_written() {
    let folder = Folder::new();
    fs::create_dir(folder.0.join(NAME)).unwrap();
    let error = format!("{:#}", Progress::record_pass(&folder.0, "01-fetch", 1).unwrap_err());
    assert!(error.contains("reading ") && error.contains(NAME), "{error}");
    assert!(Progress::read(&folder.0).is_err());
    assert!(!folder.0.join("progress.txt.new").exists());
}
