//! Lines of files, places of this very program, and programs that were damaged.

use super::own::Place;
use super::*;
use std::time::Duration;

/// A file that is gone when the test is over.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(name: &str, bytes: &[u8]) -> Scratch {
        let path = std::env::temp_dir().join(format!("lab-source-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        Scratch(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn lines_count_from_one_and_lose_only_what_is_at_their_end() {
    let long = "粘".repeat(300);
    let text = [b"first\n    second();  \r\n\n\xff", long.as_bytes(), b"\nlast"].concat();
    let file = Scratch::new("lines.c", &text);
    let built = SystemTime::now() + Duration::from_secs(60);
    let at = |number| line(file.path(), number, built);
    assert_eq!(at(1).as_deref(), Some("first"));
    assert_eq!(at(2).as_deref(), Some("    second();"));
    assert_eq!(at(4).map(|line| line.chars().count()), Some(MOST_TEXT));
    assert_eq!(at(5).as_deref(), Some("last"));
    for nothing in [0, 3, 6, u32::MAX] {
        assert_eq!(at(nothing), None, "{nothing}");
    }
    assert_eq!(line("/dev/zero", 1, built), None);
    assert_eq!(line("/nowhere/a.c", 1, built), None);
}

#[test]
fn a_file_that_is_younger_than_the_program_has_no_text() {
    let file = Scratch::new("young.c", b"int main(void) {}\n");
    assert_eq!(line(file.path(), 1, SystemTime::now() - Duration::from_secs(60)), None);
}

#[test]
fn a_path_is_told_without_its_windings() {
    let file = Scratch::new("winding.c", b"");
    let (folder, name) = file.path().rsplit_once('/').unwrap();
    assert_eq!(here(file.path()).as_deref(), Some(file.path()));
    let winding = format!("{folder}/../{}/{name}", folder.rsplit('/').next().unwrap());
    assert_eq!(here(&winding), Some(file.0.canonicalize().unwrap().to_str().unwrap().to_owned()));
    assert_eq!((here(folder), here("/nowhere/a.c")), (None, None));
}

fn marked() -> u32 {
    line!()
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "a release build has no line tables")]
fn a_function_of_this_program_is_found_where_it_stands() {
    let (file, metadata) = open(std::env::current_exe().unwrap().to_str().unwrap()).unwrap();
    let mut room = 1 << 30;
    let module = Module::read(&file, metadata.modified().unwrap(), &mut room).unwrap();
    assert!(room < 1 << 30);
    let maps = Maps::of(std::process::id() as i32).unwrap();
    let (.., offset) = maps.holding(marked as fn() -> u32 as usize as u64).unwrap();
    let places = module.places(module.address(offset).unwrap());
    let [Place { function, file, line }] = &places[..] else { panic!("{places:?}") };
    assert!(file.ends_with("/src/recorder/source/tests.rs"), "{file}");
    assert_eq!(function.as_deref(), Some("socket_lab::recorder::source::tests::marked"));
    // A compiler may count what a function does for its first line or its last.
    assert!((marked() - 1..=marked() + 1).contains(line), "line {line}");
    assert!(Module::read(&file_of(b"#!/bin/sh\n"), SystemTime::now(), &mut room).is_none());
}

fn file_of(bytes: &[u8]) -> &[u8] {
    bytes
}

/// Every address of a small program, while bytes of it change. Reading the answer is the test: no panic, and an end.
#[test]
fn a_damaged_program_does_no_harm() {
    let source = Scratch::new(
        "damaged.c",
        b"static inline int twice(int n) { return n * 2; }\nint other(int);\nint main(int n) { return other(twice(n)) + twice(n); }\nint other(int n) { return n; }\n",
    );
    let object = Scratch::new("damaged", b"");
    let built = std::process::Command::new("gcc").args(["-g", "-O2", "-o", object.path(), source.path()]).status();
    if !built.as_ref().is_ok_and(|status| status.success()) {
        assert!(std::env::var_os("LAB_REQUIRE_TOOLS").is_none(), "gcc is required: {built:?}");
        return;
    }
    let whole = std::fs::read(&object.0).unwrap();
    let now = SystemTime::now();
    let look = |bytes: &[u8]| {
        let Some(module) = Module::read(&bytes, now, &mut (1 << 20)) else { return 0 };
        let mut found = 0;
        for offset in 0x1000..0x1200 {
            let Some(address) = module.address(offset) else { continue };
            found += module.places(address).len();
            let registers = tracee::Registers { pc: address + 1, values: [0x7fff_0000; tracee::REGISTERS] };
            let mut frame = Frame::innermost(&registers);
            for _ in 0..4 {
                let Some(caller) = module.caller(&frame, 0, &|at| Some(at ^ address)) else { break };
                frame = caller;
            }
        }
        found
    };
    let found = look(&whole);
    assert!(found > 4, "the undamaged program has {found} places");
    let mut chance: u64 = 0x5eed;
    let mut draw = |below: usize| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (chance >> 33) as usize % below
    };
    for _ in 0..500 {
        let mut damaged = whole.clone();
        for _ in 0..=draw(8) {
            let at = draw(damaged.len());
            damaged[at] = [0, 1, 0x7f, 0x80, 0xff, draw(256) as u8][draw(6)];
        }
        damaged.truncate(if draw(10) == 0 { draw(whole.len()) } else { whole.len() });
        look(&damaged);
    }
}
