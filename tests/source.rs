//! The line of source that makes a call, in runs that a person steps: the program's own line, of programs that have debug
//! information, and no line where nobody can know one.
#![cfg(all(target_os = "linux", feature = "record"))]

mod common;

use common::{Folder, User, lab, recording, root, stderr, stdout, told, tool, users};
use socket_lab::recording::{Enter, Event, Source};
use std::path::Path;
use std::process::Command;

/// Steps a run to its end: what was printed, and its calls.
fn run(user: User, folder: &Folder, arguments: &[&str], lines: &str) -> (String, Vec<Enter>) {
    let file = folder.file("run.jsonl");
    let path = file.to_string_lossy().into_owned();
    let mut command = lab(user, arguments);
    command.args(["--step", "--color", "never", "--width", "100", "--export", &path]);
    let output = told(command, lines);
    assert!(output.status.success(), "{}{}", stdout(&output), stderr(&output));
    let enter = |event| if let Event::Enter(enter) = event { Some(enter) } else { None };
    (stdout(&output), recording(&file).events.into_iter().filter_map(enter).collect())
}

/// Steps a program: what is known of its calls of this name.
fn sources(folder: &Folder, program: &str, name: &str) -> Vec<Option<Source>> {
    sources_as(User::Self_, folder, program, name)
}

fn sources_as(user: User, folder: &Folder, program: &str, name: &str) -> Vec<Option<Source>> {
    let (text, calls) = run(user, folder, &["trace", "--server", program], "server\nserver\ngo\n");
    let named: Vec<_> = calls.into_iter().filter(|call| call.name == name).collect();
    assert!(!named.is_empty(), "{program} made no {name}\n{text}");
    named.into_iter().map(|call| call.source.map(|source| *source)).collect()
}

/// Holds what was recorded to the file itself.
#[track_caller]
fn stands_there(source: &Source) {
    let text = std::fs::read_to_string(&source.file).unwrap_or_else(|error| panic!("{}: {error}", source.file));
    let line = text.lines().nth(source.line as usize - 1).unwrap_or_else(|| panic!("{source:?} is past the end"));
    assert_eq!(source.text.as_deref(), Some(line.trim_end()), "{source:?}");
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "a release build has no line tables")]
fn a_lesson_that_is_stepped_shows_the_lines_that_make_its_calls() {
    let folder = Folder::new("source-lesson");
    let lines =
        "server\nserver\nserver\nserver\nserver\nclient\nclient\nserver\nclient\nclient\nclient\nserver\nserver\ngo\n";
    let (text, calls) = run(User::Self_, &folder, &["05"], lines);
    for (name, nth, file, has) in [
        ("server.socket", 1, "server.rs", "TcpListener::bind(addr)?;"),
        ("server.bind", 1, "server.rs", "TcpListener::bind(addr)?;"),
        ("server.listen", 1, "server.rs", "TcpListener::bind(addr)?;"),
        ("server.accept", 1, "server.rs", "listener.accept()?;"),
        ("client.connect", 1, "client.rs", "TcpStream::connect(addr)?;"),
        ("client.send", 1, "client.rs", "stream.write_all(message.as_bytes())?;"),
        ("client.send", 3, "client.rs", "stream.write_all(message.as_bytes())?;"),
        ("server.recv", 1, "server.rs", "stream.read(&mut buffer)?;"),
    ] {
        let call = calls.iter().find(|call| format!("{}.{}", call.role, call.name) == name && call.nth == nth);
        let source =
            call.and_then(|call| call.source.as_deref()).unwrap_or_else(|| panic!("{name}[{nth}]: {calls:#?}"));
        assert_eq!(Path::new(&source.file), root().join("lessons/05-sticky-packets").join(file), "{name}[{nth}]");
        stands_there(source);
        assert!(source.text.as_ref().unwrap().contains(has), "{name}[{nth}]: {source:?}");
        assert!(source.function.as_ref().unwrap().starts_with("_05_sticky_packets::"), "{name}[{nth}]: {source:?}");
        let shown =
            format!("\n        05-sticky-packets/{file}:{}  {}", source.line, source.text.as_ref().unwrap().trim());
        assert!(text.contains(&shown), "{shown}\n{text}");
    }
    assert!(calls.iter().all(|call| call.source.is_some()), "{calls:#?}");
}

#[test]
fn a_run_that_nobody_steps_looks_for_no_lines() {
    let folder = Folder::new("source-unstepped");
    let file = folder.file("run.jsonl");
    let output = lab(User::Self_, &["05", "--export", &file.to_string_lossy()]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(!std::fs::read_to_string(&file).unwrap().contains("\"source\":"));
}

const C: &str = r#"#include <sys/socket.h>
#include <unistd.h>

static int fds[2], said;

static inline void say(int fd, const char *text)
{
    send(fd, text, 3,
         0); /* inlined */
    said = 7;
}

static __attribute__((noinline)) void deep(int n)
{
    volatile char room[300];
    room[n] = 1;
    if (n > 0) {
        deep(n - 1);
        room[n] = 2;
        return;
    }
    say(fds[0], "one");
}

int main(void)
{
    char text[9];
    socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
    deep(20);
    recv(fds[1], text, sizeof text, 0);
    shutdown(fds[0], SHUT_WR);
    return said == 8;
}
"#;

#[test]
fn a_c_program_without_frame_pointers_has_lines_until_they_are_stripped() {
    let Some(gcc) = tool("gcc") else { return };
    let folder = Folder::new("source-c");
    let (file, program) = (folder.file("talk.c"), folder.file("talk"));
    std::fs::write(&file, C).unwrap();
    for options in ["-O2 -fomit-frame-pointer", "-O0", "-O2 -no-pie -fno-pie", "-O2 -static", "-O2 -gdwarf-4"] {
        let mut command = Command::new(&gcc);
        command.arg("-g").args(options.split(' ')).arg("-o").args([&program, &file]);
        assert!(command.status().unwrap().success(), "{options}");
        // The line after a call is where it returns to: with it, each of these would be another.
        for (name, line, function) in [("send", 8, "say"), ("recv", 30, "main"), ("shutdown", 31, "main")] {
            let found = sources(&folder, &program.to_string_lossy(), name);
            let [Some(source)] = &found[..] else { panic!("{options}: {name}: {found:?}") };
            assert_eq!((Path::new(&source.file), source.line), (&*file, line), "{options}: {name}: {source:?}");
            assert_eq!(source.function.as_deref(), Some(function), "{options}: {name}");
            stands_there(source);
        }
    }
    // The same without any privilege.
    for user in users() {
        let found = sources_as(user, &folder, &program.to_string_lossy(), "send");
        assert!(matches!(&found[..], [Some(Source { line: 8, .. })]), "{user:?}: {found:?}");
        std::fs::remove_file(folder.file("run.jsonl")).unwrap();
    }
    // A line that may have moved is not quoted.
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
    std::fs::File::options().append(true).open(&file).unwrap().set_modified(later).unwrap();
    let found = sources(&folder, &program.to_string_lossy(), "recv");
    assert!(matches!(&found[..], [Some(Source { line: 30, text: None, .. })]), "{found:?}");
    // Without its source, without debug information.
    std::fs::rename(&file, folder.file("moved.c")).unwrap();
    assert_eq!(sources(&folder, &program.to_string_lossy(), "recv"), [None]);
    std::fs::rename(folder.file("moved.c"), &file).unwrap();
    assert!(Command::new("strip").arg(&program).status().unwrap().success());
    assert_eq!(sources(&folder, &program.to_string_lossy(), "recv"), [None]);
}

const HANDLER: &str = r#"#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

void fault(int *where, int n);

static int fds[2];

static void handler(int signal)
{
    send(fds[0], "one", 3, 0);
    _exit(signal != SIGSEGV);
}

void nothing(int n) { (void)n; }

int main(void)
{
    socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
    signal(SIGSEGV, handler);
    fault(0, 1);
}
"#;

const FAULT: &str = r#"void nothing(int n);

void fault(int *where, int n)
{
    nothing(n);
    *where = n;
}
"#;

/// Where a signal interrupted a program is no return address: one less is another instruction, of the line before.
#[test]
fn a_call_of_a_signal_handler_comes_from_the_interrupted_line() {
    let Some(gcc) = tool("gcc") else { return };
    let folder = Folder::new("source-signal");
    let (handler, fault, program) = (folder.file("handler.c"), folder.file("fault.c"), folder.file("fault"));
    std::fs::write(&handler, HANDLER).unwrap();
    std::fs::write(&fault, FAULT).unwrap();
    // The handler itself has no lines, so the first code that has some is the interrupted.
    let object = folder.file("fault.o");
    for arguments in [vec!["-g", "-O2", "-c", "-o"], vec!["-O2", "-o"]] {
        let compiles = arguments.contains(&"-c");
        let (made, from) = if compiles { (&object, vec![&fault]) } else { (&program, vec![&handler, &object]) };
        assert!(Command::new(&gcc).args(&arguments).arg(made).args(from).status().unwrap().success());
    }
    let found = sources(&folder, &program.to_string_lossy(), "send");
    let [Some(source)] = &found[..] else { panic!("{found:?}") };
    assert_eq!((Path::new(&source.file), source.line), (&*fault, 6), "{source:?}");
    stands_there(source);
}

/// Optimised, much of Rust's library is inlined into the program: the return address alone is the library's.
#[test]
fn what_was_inlined_into_a_program_is_not_taken_for_its_own() {
    let Some(rustc) = tool("rustc") else { return };
    let folder = Folder::new("source-rust");
    let (file, program) = (folder.file("talk.rs"), folder.file("talk"));
    let text = "use std::io::{Read, Write};\nuse std::os::unix::net::UnixStream;\n\nfn main() {\n    let (mut a, b) = UnixStream::pair().unwrap();\n    a.write_all(b\"one\").unwrap();\n    std::thread::spawn(move || {\n        let mut text = String::new();\n        b.take(3)\n            .read_to_string(&mut text).unwrap();\n    }).join().unwrap();\n}\n";
    std::fs::write(&file, text).unwrap();
    for options in ["-Copt-level=3 -Cdebuginfo=2", "-Copt-level=3 -Cdebuginfo=line-tables-only", "-Cdebuginfo=1"] {
        let mut command = Command::new(&rustc);
        command.args(["--edition", "2024"]).args(options.split(' ')).arg("-o").args([&program, &file]);
        assert!(command.status().unwrap().success(), "{options}");
        for (name, line) in [("send", 6), ("recv", 10)] {
            let found = sources(&folder, &program.to_string_lossy(), name);
            let Some(source) = &found[0] else { panic!("{options}: {name}: {found:?}") };
            assert_eq!((Path::new(&source.file), source.line), (&*file, line), "{options}: {name}: {source:?}");
            stands_there(source);
        }
    }
}

#[test]
fn an_interpreter_has_no_lines() {
    let folder = Folder::new("source-python");
    let program = "/usr/bin/python3 -c \"import socket; a, b = socket.socketpair(); a.send(b'one')\"";
    assert_eq!(sources(&folder, program, "send"), [None]);
}
