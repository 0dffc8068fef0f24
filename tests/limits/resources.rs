//! Processor time, tasks, memory, descriptors, files, output.

use crate::common::{Folder, tool, users};
use crate::harness::{LIMITS, limited, plan, python, role, run, run_as};
use socket_lab::recorder::{Plan, PlannedRole};
use socket_lab::recording::Event;

#[test]
fn an_endless_loop_ends_the_run_with_and_without_turns() {
    for turns in [true, false] {
        let looping = limited(python("client", "while True: pass"), |limits| limits.cpu_ms = 300);
        let run = run(&Plan { turns, ..plan(vec![looping, role("client2", &["/bin/sleep", "600"])]) });
        assert_eq!(run.limit(), Some(("cpu", Some("client"))));
        assert!(run.ended("client").by_lab && run.ended("client2").by_lab, "nobody goes on");
    }
}

#[test]
fn processor_time_is_that_of_all_processes_together_and_of_those_that_ended() {
    let text = "
import os, time
while True:
    if os.fork() == 0:
        while time.process_time() < 0.05: pass
        os._exit(0)
    os.wait()";
    let run = run(&plan(vec![limited(python("client", text), |limits| limits.cpu_ms = 500)]));
    assert_eq!(run.limit(), Some(("cpu", Some("client"))));
}

#[test]
fn time_in_which_a_program_sleeps_is_no_processor_time() {
    let waiting = limited(python("client", "import time; time.sleep(1)"), |limits| limits.cpu_ms = 800);
    let run = run(&plan(vec![waiting]));
    assert_eq!((run.limit(), run.ended("client").code), (None, Some(0)));
}

#[test]
fn a_fork_loop_is_ended_with_all_its_processes_whoever_runs_it() {
    let text = "
import os
while True:
    try: os.fork()
    except OSError: pass";
    for user in users() {
        for turns in [true, false] {
            let forking = limited(python("client", text), |limits| limits.tasks = 20);
            let run = run_as(user, &Plan { turns, ..plan(vec![forking]) });
            assert_eq!(run.limit(), Some(("tasks", Some("client"))), "{user:?}");
        }
    }
}

#[test]
fn threads_are_tasks_too_and_as_many_as_are_allowed_have_room_for_their_stacks() {
    let text = "
import threading, time
for n in range(COUNT):
    threading.Thread(target=time.sleep, args=(1,)).start()
print('all there')";
    let many = limited(python("client", &text.replace("COUNT", "50")), |limits| limits.tasks = 51);
    let ran = run(&plan(vec![many]));
    assert_eq!((ran.limit(), ran.printed("client")), (None, vec!["all there"]));
    let one_more = limited(python("client", &text.replace("COUNT", "51")), |limits| limits.tasks = 51);
    assert_eq!(run(&plan(vec![one_more])).limit(), Some(("tasks", Some("client"))));
}

#[test]
fn a_gigabyte_of_output_ends_the_run_whether_in_lines_or_in_one_piece() {
    let unlimited = PlannedRole { limits: None, ..role("client2", &["/usr/bin/seq", "100000"]) };
    for command in [&["/usr/bin/yes"][..], &["/usr/bin/head", "-c", "1000000000", "/dev/zero"]] {
        let printing = limited(role("client", command), |limits| limits.output_bytes = 100_000);
        let run = run(&plan(vec![printing, unlimited.clone()]));
        assert_eq!(run.limit(), Some(("output", Some("client"))), "{command:?}");
        let printed: usize = run.printed("client").iter().map(|line| line.len() + 1).sum();
        assert!(printed < 2_000_000, "{printed} bytes were kept");
    }
}

#[test]
fn many_short_lines_do_not_make_a_recording_that_is_much_longer_than_they() {
    for limits in [Some(LIMITS), None] {
        let printing = PlannedRole { limits, ..role("client", &["/usr/bin/seq", "60000"]) };
        let run = run(&plan(vec![printing]));
        assert_eq!((run.limit(), run.ended("client").code), (None, Some(0)), "it may print that much");
        assert_eq!(run.printed("client").len(), 20_000);
        let told = run.all(|event| if let Event::Notice(notice) = event { Some(notice.text.as_str()) } else { None });
        assert_eq!(told, ["printed more than 20000 lines; the rest is not recorded"]);
    }
}

#[test]
fn standard_error_counts_as_output() {
    let text = "
import sys
while True: sys.stderr.write('no ' * 100)";
    let complaining = limited(python("client", text), |limits| limits.output_bytes = 100_000);
    assert_eq!(run(&plan(vec![complaining])).limit(), Some(("output", Some("client"))));
}

#[test]
fn standard_output_may_go_to_a_file_byte_for_byte() {
    let folder = Folder::new("limits-stdout");
    let file = folder.file("out");
    std::fs::write(&file, "what was there before, and longer than what comes").unwrap();
    let text = "
import sys
sys.stdout.buffer.write(bytes(range(256)))
print('to the timeline', file=sys.stderr)";
    let to_file = PlannedRole { stdout_to: Some(file.to_string_lossy().into()), ..python("client", text) };
    let run = run(&plan(vec![to_file]));
    assert_eq!(std::fs::read(&file).unwrap(), (0..=255).collect::<Vec<u8>>());
    assert_eq!((run.limit(), run.printed("client")), (None, vec!["to the timeline"]));
}

#[test]
fn a_gigabyte_to_the_file_of_standard_output_ends_the_run() {
    let folder = Folder::new("limits-yes");
    let file = folder.file("out");
    let to_file = PlannedRole { stdout_to: Some(file.to_string_lossy().into()), ..role("client", &["/usr/bin/yes"]) };
    let to_file = limited(to_file, |limits| (limits.output_bytes, limits.file_bytes) = (100_000, 500_000));
    assert_eq!(run(&plan(vec![to_file])).limit(), Some(("output", Some("client"))));
    assert!(std::fs::metadata(&file).unwrap().len() <= 500_000);
}

#[test]
fn a_file_that_it_cannot_have_is_an_error_and_no_run_without_it() {
    let nowhere = PlannedRole { stdout_to: Some("/no/such/folder/out".into()), ..role("client", &["/bin/true"]) };
    let run = run(&plan(vec![nowhere]));
    let told = run.all(|event| if let Event::Notice(notice) = event { Some(notice.text.as_str()) } else { None });
    assert_eq!(told, ["could not start `/bin/true`: No such file or directory (os error 2)"]);
}

#[test]
fn a_length_that_was_believed_is_memory_that_is_not_given() {
    let rust = "fn main() { let v = vec![0u8; 0x7fff_ffff]; println!(\"{}\", v.len()); }";
    let folder = Folder::new("limits-memory");
    std::fs::write(folder.file("believes.rs"), rust).unwrap();
    let program = folder.file("believes").to_string_lossy().into_owned();
    let built = std::process::Command::new("rustc").arg("-o").arg(&program).arg(folder.file("believes.rs")).status();
    assert!(built.expect("rustc starts").success());
    let run = run(&plan(vec![role("client", &[&program])]));
    assert_eq!(run.ended("client").signal.as_deref(), Some("SIGABRT"));
    assert!(run.printed("client").iter().any(|line| line.contains("memory allocation of 2147483647 bytes failed")));
}

#[test]
fn languages_that_reserve_many_gigabytes_of_addresses_start_all_the_same() {
    let folder = Folder::new("limits-languages");
    let hello = folder.file("hello.go");
    std::fs::write(&hello, "package main\nfunc main() { println(\"hello\") }\n").unwrap();
    let mut programs = vec![vec!["/usr/bin/python3".to_string(), "-c".into(), "print('hello')".into()]];
    if let Some(node) = tool("node") {
        programs.push(vec![node.to_string_lossy().into(), "-e".into(), "console.log('hello')".into()]);
    }
    if let Some(go) = tool("go") {
        let program = folder.file("hello");
        let built = std::process::Command::new(go).args(["build", "-o"]).arg(&program).arg(&hello).status();
        assert!(built.expect("go starts").success());
        programs.push(vec![program.to_string_lossy().into()]);
    }
    for argv in programs {
        let argv: Vec<&str> = argv.iter().map(String::as_str).collect();
        let run = run(&plan(vec![role("client", &argv)]));
        assert_eq!((run.limit(), run.printed("client")), (None, vec!["hello"]), "{argv:?}");
    }
}

#[test]
fn descriptors_and_the_size_of_files_have_an_end() {
    let folder = Folder::new("limits-files");
    let text = format!(
        "
import errno
opened = []
try:
    while True: opened.append(open('/dev/null'))
except OSError as error: print(errno.errorcode[error.errno], len(opened) < {files})
for file in opened: file.close()
try:
    with open('{path}', 'wb') as file: file.write(bytes({bytes}))
except OSError as error: print(errno.errorcode[error.errno])",
        files = LIMITS.files,
        path = folder.file("large").display(),
        bytes = 2 * LIMITS.file_bytes,
    );
    let run = run(&plan(vec![python("client", &text)]));
    assert_eq!(run.printed("client"), ["EMFILE True", "EFBIG"]);
}
