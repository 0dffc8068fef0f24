//! When it goes wrong: the message names the cause and the remedy, and nothing is left behind.
#![cfg(all(target_os = "linux", feature = "record"))]

mod common;

use common::{Folder, User, alive, lab, run, stderr, stdout, told, users, wait_until};
use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn a_mistyped_lesson_gets_the_nearest_names() {
    let output = run(User::Self_, &["05-stiky-packets"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("05-sticky-packets"), "{}", stderr(&output));
    let output = run(User::Self_, &["05", "--variation", "late-raeder"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("late-reader"), "{}", stderr(&output));
}

#[test]
fn a_schedule_that_does_not_parse_points_at_the_column() {
    let output = run(User::Self_, &["05", "--schedule", "server.recv[1] aftr client.send[1]"]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.lines().any(|line| line.trim_end().ends_with('^') || line.contains("^ ")), "no caret in\n{said}");
    assert!(said.contains("column 16") && said.contains("did you mean `after`?"), "no reason in\n{said}");
}

#[test]
fn a_role_that_does_not_exist_is_a_usage_error_before_anything_runs() {
    for arguments in [["05", "--talk", "nobody"], ["05", "--stdin", "nobody=/dev/null"]] {
        let output = run(User::Self_, &arguments);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains("server, client"), "{}", stderr(&output));
    }
}

#[test]
fn a_program_that_cannot_be_started_is_named() {
    let output = run(User::Self_, &["trace", "--server", "/no/such/program", "--color", "never"]);
    assert!(stdout(&output).contains("/no/such/program"), "{}", stdout(&output));
}

#[test]
fn a_role_that_crashes_shows_its_signal_or_status_and_its_last_lines() {
    let output =
        run(User::Self_, &["trace", "--client", "sh -c 'echo last words >&2; kill -SEGV $$'", "--color", "never"]);
    let text = stdout(&output);
    assert!(text.contains("SIGSEGV") && text.contains("last words"), "{text}");
    let output = run(User::Self_, &["trace", "--client", "sh -c 'echo oh no >&2; exit 7'", "--color", "never"]);
    let text = stdout(&output);
    assert!(text.contains("exits 7") && text.contains("oh no"), "{text}");
}

#[test]
fn what_programs_print_cannot_reach_the_terminal_as_escapes() {
    let printf = r"printf '\033]0;title\007\033[31mred\r\nnext\n'";
    let output = run(User::Self_, &["trace", "--client", &format!("sh -c \"{printf}\""), "--color", "never"]);
    assert!(!stdout(&output).contains(['\x1b', '\x07', '\r']), "{}", stdout(&output).escape_debug());
}

#[test]
fn a_full_disk_is_an_error_and_leaves_no_half_file() {
    let folder = Folder::new("disk");
    let link = folder.file("full.jsonl");
    std::os::unix::fs::symlink("/dev/full", &link).unwrap();
    let output = run(User::Self_, &["05", "--export", &link.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("No space left"), "{}", stderr(&output));
    let left: Vec<_> = fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["full.jsonl"], "a part was left behind");
}

#[test]
fn an_export_with_an_unknown_ending_is_refused_before_anything_runs() {
    let output = run(User::Self_, &["05", "--export", "run.pdf"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains(".jsonl"), "{}", stderr(&output));
    assert!(stdout(&output).is_empty());
}

#[test]
fn a_reader_who_closes_the_pipe_early_is_no_error() {
    let mut child = lab(User::Self_, &["05", "--hex", "all", "--layers"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0u8; 1];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{:?} {}", output.status, stderr(&output));
    assert_eq!(stderr(&output), "");
}

#[test]
fn a_damaged_recording_is_named_with_its_line() {
    let folder = Folder::new("damaged");
    let file = folder.file("run.jsonl");
    let path = file.to_string_lossy().into_owned();
    assert!(run(User::Self_, &["05", "--export", &path]).status.success());
    let whole = fs::read_to_string(&file).unwrap();
    let mut lines: Vec<&str> = whole.lines().collect();
    lines[3] = "{\"enter\":{\"t\":true}}";
    fs::write(&file, lines.join("\n")).unwrap();
    let output = run(User::Self_, &["replay", &path]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("line 4"), "{}", stderr(&output));
    // Cut anywhere: a message or a shorter view, never a panic.
    for end in (0..whole.len()).step_by(997) {
        fs::write(&file, &whole.as_bytes()[..end]).unwrap();
        let output = run(User::Self_, &["replay", &path]);
        assert_ne!(output.status.code(), Some(101), "cut at {end}: {}", stderr(&output));
        assert!(output.status.code().is_some(), "cut at {end}: {:?}", output.status);
    }
}

#[test]
fn a_hang_ends_at_the_timeout_and_says_where_everybody_stands() {
    let started = Instant::now();
    let python =
        "/usr/bin/python3 -c \"import socket; s=socket.create_server(('127.0.0.1',8080)); s.accept()[0].recv(10)\"";
    let client = "/usr/bin/python3 -c \"import socket; socket.create_connection(('127.0.0.1',8080)).recv(10)\"";
    let output =
        run(User::Self_, &["trace", "--server", python, "--client", client, "--timeout", "1", "--color", "never"]);
    assert!(started.elapsed() < Duration::from_secs(30));
    let text = stdout(&output);
    for word in ["recv[1]", "ESTABLISHED"] {
        assert!(text.contains(word), "{word} is not in\n{text}");
    }
}

#[test]
fn no_process_outlives_the_lab_however_it_ends() {
    for user in users() {
        for signal in ["INT", "TERM", "KILL"] {
            let marker = format!("lab-orphan-{signal}-{user:?}-{}", std::process::id());
            let server = format!("sh -c 'sleep 1000 & sleep 1000; : {marker}'");
            let mut child = lab(user, &["trace", "--server", &server, "--timeout", "100"])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            wait_until("the role runs", || alive(&marker).iter().any(|line| line.starts_with("sh ")));
            let status = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
            assert!(status.success());
            let status = child.wait().unwrap();
            if signal != "KILL" {
                assert_eq!(status.code(), Some(130), "{signal}");
            }
            wait_until("no process is left", || alive(&marker).is_empty());
        }
    }
}

#[test]
fn standard_input_of_a_role_comes_from_a_file() {
    let folder = Folder::new("stdin");
    let file = folder.file("words");
    fs::write(&file, "from a file\n").unwrap();
    let given = format!("client={}", file.display());
    let output = run(User::Self_, &["trace", "--client", "cat", "--stdin", &given, "--color", "never"]);
    assert!(stdout(&output).contains("from a file"), "{}", stdout(&output));
}

#[test]
fn a_person_can_type_to_a_role() {
    let command = lab(User::Self_, &["trace", "--client", "cat", "--talk", "client", "--color", "never"]);
    let output = told(command, "typed words\n");
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("typed words"), "{}", stdout(&output));
}

/// A project of its own with one lesson, whose client is expected to exit 0.
fn lesson(project: &Folder, name: &str, main: &str, roles: &str) {
    let folder = project.file("lessons").join(name);
    fs::create_dir_all(&folder).unwrap();
    fs::write(project.file("Cargo.toml"), "[workspace]\nmembers = [\"lessons\"]\nresolver = \"3\"\n").unwrap();
    let package = "[package]\nname = \"lessons\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
    let manifest = format!("{package}[[bin]]\nname = \"{name}\"\npath = \"{name}/main.rs\"\n");
    fs::write(project.file("lessons/Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("main.rs"), main).unwrap();
    let toml = format!(
        "title = \"t\"\nterm = \"t\"\nquestion = \"q\"\n[[variation]]\nname = \"only\"\nsays = \"s\"\nso = \"s\"\n\
         {roles}\nexpect = [{{ that = \"client exits 0\", says = \"it ends\" }}]\n"
    );
    fs::write(folder.join("lesson.toml"), toml).unwrap();
}

#[test]
fn a_role_that_only_computes_keeps_neither_the_others_nor_ctrl_c_from_their_turn() {
    let folder = Folder::new("computes");
    let main = "use std::net::*;
fn main() {
    if std::env::args().nth(1).as_deref() == Some(\"server\") {
        let _listener = TcpListener::bind(\"127.0.0.1:8080\").unwrap();
        loop { std::hint::spin_loop(); }
    }
    TcpStream::connect(\"127.0.0.1:8080\").unwrap();
}
";
    let roles = "role = [{ name = \"server\", args = [\"server\"] }, { name = \"client\", args = [\"client\"] }]";
    lesson(&folder, "98-computes", main, roles);
    // The server is still computing when the client has ended, so the run lasts to its deadline.
    let output =
        lab(User::Self_, &["98", "--timeout", "8", "--color", "never"]).current_dir(&folder.0).output().unwrap();
    let text = stdout(&output);
    assert!(output.status.success() && text.contains("✔ it ends"), "{text}\n{}", stderr(&output));
    let started = Instant::now();
    let mut command = lab(User::Self_, &["98", "--timeout", "100"]);
    let mut child = command.current_dir(&folder.0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_until("the server computes", || !alive("98-computes server").is_empty());
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(started.elapsed() < Duration::from_secs(50), "the interruption waited for the deadline");
    wait_until("no process is left", || alive("98-computes").is_empty());
}

#[test]
fn a_lesson_that_does_not_compile_shows_cargos_own_error() {
    let folder = Folder::new("broken");
    lesson(
        &folder,
        "99-broken",
        "fn main() { let five: u8 = \"five\"; }\n",
        "role = [{ name = \"client\", args = [] }]",
    );
    let output = lab(User::Self_, &["99"]).current_dir(&folder.0).output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("error[E0308]") && said.contains("let five: u8 = \"five\""), "{said}");
    assert!(said.contains("99-broken does not compile"), "{said}");
}

#[test]
fn a_damaged_lesson_is_named_with_its_place_and_does_not_hide_the_others() {
    let folder = Folder::new("damaged-lesson");
    for (name, text) in
        [("01-good", "title = \"good one\"\nterm = \"t\"\nquestion = \"q\"\n"), ("02-bad", "title = 5\n")]
    {
        let lesson = folder.file("lessons").join(name);
        fs::create_dir_all(&lesson).unwrap();
        let variation = "[[variation]]\nname = \"only\"\nsays = \"s\"\nso = \"s\"\nrole = [{ name = \"client\", args = [] }]\n\
                         expect = [{ that = \"client exits 0\", says = \"it ends\" }]\n";
        fs::write(lesson.join("lesson.toml"), format!("{text}{variation}")).unwrap();
    }
    fs::write(folder.file("Cargo.toml"), "").unwrap();
    let listed = lab(User::Self_, &["list"]).current_dir(&folder.0).output().unwrap();
    let text = stdout(&listed);
    assert!(text.contains("good one") && text.contains("02-bad cannot be read") && text.contains("line 1"), "{text}");
    let asked = lab(User::Self_, &["02"]).current_dir(&folder.0).output().unwrap();
    assert_eq!(asked.status.code(), Some(2));
    assert!(stderr(&asked).contains("line 1"), "{}", stderr(&asked));
}

#[test]
fn a_disk_that_fills_up_in_the_middle_leaves_no_part_of_the_file() {
    let folder = Folder::new("small-disk");
    let script = "mount -t tmpfs -o size=8k none \"$0\" || exit 77; \"$@\"; code=$?; ls -A \"$0\"; exit $code";
    let lab = lab(User::Self_, &[]);
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
        .arg(&folder.0)
        .arg(lab.get_program())
        .args(["05", "--hex", "none", "--export"])
        .arg(folder.file("run.jsonl"))
        .current_dir(common::root())
        .output()
        .unwrap();
    assert_ne!(output.status.code(), Some(77), "no small disk could be made: {}", stderr(&output));
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("No space left"), "{}", stderr(&output));
    assert_eq!(stdout(&output), "", "something was left on the disk");
}

#[test]
fn a_message_that_nobody_reads_is_no_panic() {
    let mut child = lab(User::Self_, &["no-such-lesson"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}
