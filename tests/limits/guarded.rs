//! A guarded role is kept from files and from processes that are not its own, and from nothing else.

use crate::common::{Folder, users};
use crate::harness::{Run, guarded, plan, python, role, run, run_as};
use socket_lab::recorder::{Plan, PlannedRole};
use std::os::unix::fs::symlink;
use std::path::Path;

/// Prints what an attempt gave: `ok`, or the error's name.
const TRY: &str = "
import ctypes, errno, os, signal, subprocess, sys
def attempt(what):
    try: what(); print('ok')
    except OSError as error: print(errno.errorcode[error.errno])
libc = ctypes.CDLL(None, use_errno=True)
def call(*args):
    if libc.syscall(*map(ctypes.c_long, args)) < 0:
        raise OSError(ctypes.get_errno(), 'refused')
";

fn attempts(text: &str) -> PlannedRole {
    python("client", &format!("{TRY}{text}"))
}

/// What was refused, without the numbers of processes.
fn texts(run: &Run) -> Vec<String> {
    let bare = |text: &str| {
        text.split(' ')
            .map(|w| if w.trim_matches(',').parse::<u32>().is_ok() { "N" } else { w })
            .collect::<Vec<_>>()
            .join(" ")
    };
    run.refused().iter().map(|refused| bare(&refused.text)).collect()
}

#[test]
fn guarded_files_cannot_be_opened_by_any_name() {
    let folder = Folder::new("limits-guard");
    let secret = folder.file("answers");
    std::fs::create_dir_all(secret.join("deep")).unwrap();
    std::fs::write(secret.join("deep/one"), "42").unwrap();
    std::fs::write(folder.file("alone"), "43").unwrap();
    std::fs::write(folder.file("alone.too"), "not guarded").unwrap();
    symlink(&secret, folder.file("link")).unwrap();
    symlink(folder.file("link/deep/one"), folder.file("chain")).unwrap();
    let text = format!(
        "
os.chdir('{folder}')
attempt(lambda: open('{folder}/answers/deep/one'))
attempt(lambda: open('answers/deep/one'))
attempt(lambda: open('link/deep/../deep/one'))
attempt(lambda: open('chain'))
attempt(lambda: os.listdir('answers'))
here = os.open('.', os.O_RDONLY)
attempt(lambda: os.open('answers/new', os.O_CREAT | os.O_WRONLY, dir_fd=here))
os.symlink('alone', 'mine')
attempt(lambda: open('mine'))
attempt(lambda: open('/proc/self/cwd/alone'))
attempt(lambda: open('alone.too'))
attempt(lambda: open('missing'))",
        folder = folder.0.display()
    );
    for user in users() {
        let _ = std::fs::remove_file(folder.file("mine"));
        let role = guarded(attempts(&text), &[&secret, &folder.file("alone")]);
        let run = run_as(user, &plan(vec![role]));
        let refused = ["EACCES"; 8];
        assert_eq!(run.printed("client"), [&refused[..], &["ok", "ENOENT"]].concat(), "{user:?}");
        // Each once, however often and by whichever name it was tried.
        let of = |path: &Path| format!("tried to open {}, which it may not", path.display());
        let expected = [secret.join("deep/one"), secret.clone(), secret.join("new"), folder.file("alone")];
        let told: Vec<&str> = run.refused().iter().map(|refused| refused.text.as_str()).collect();
        assert_eq!(told, expected.each_ref().map(|path| of(path)));
        assert_eq!(run.refused()[0].call, format!("open({}/answers/deep/one)", folder.0.display()));
    }
}

#[test]
fn what_proc_says_of_other_processes_is_not_its_own() {
    let text = "
other = os.getppid()
for name in ['environ', 'maps', 'fd/0', 'cwd/etc/hostname', 'task/%d/comm' % other]:
    attempt(lambda: open('/proc/%d/%s' % (other, name)))
os.symlink('/proc/%d' % other, sys.argv[1])
attempt(lambda: open(sys.argv[1] + '/environ'))
child = subprocess.Popen(['/bin/sleep', '600'])
attempt(lambda: open('/proc/self/environ'))
attempt(lambda: open('/proc/thread-self/comm'))
attempt(lambda: open('/proc/%d/environ' % child.pid))
attempt(lambda: open('/proc/meminfo'))
attempt(lambda: open('/proc/999999999/environ'))
child.kill(); child.wait()";
    let folder = Folder::new("limits-proc");
    let link = folder.file("link").to_string_lossy().into_owned();
    let mut role = guarded(attempts(text), &[]);
    role.argv.push(link);
    let run = run(&plan(vec![role]));
    let expected = [&["EACCES"; 6][..], &["ok"; 4], &["ENOENT"]].concat();
    assert_eq!(run.printed("client"), expected);
    assert!(run.refused()[0].text.ends_with("and not its own"), "{:?}", run.refused()[0]);
}

#[test]
fn signals_reach_nobody_but_its_own() {
    // SIGURG, which nobody minds: should this fail as root, it would reach every process of the machine.
    let text = "
parent = os.getppid()
attempt(lambda: os.kill(parent, signal.SIGKILL))
attempt(lambda: os.kill(parent, signal.SIGURG))
attempt(lambda: os.kill(-1, signal.SIGURG))
attempt(lambda: os.killpg(os.getpgid(parent), signal.SIGURG))
attempt(lambda: signal.pidfd_send_signal(os.pidfd_open(parent), signal.SIGURG))
attempt(lambda: call(200, parent, signal.SIGURG))
attempt(lambda: call(234, parent, parent, signal.SIGURG))
attempt(lambda: call(129, parent, signal.SIGURG, 0))
child = subprocess.Popen(['/bin/sleep', '600'])
attempt(lambda: os.kill(child.pid, signal.SIGURG))
attempt(lambda: signal.pidfd_send_signal(os.pidfd_open(child.pid), signal.SIGKILL))
os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
attempt(lambda: os.kill(child.pid, signal.SIGKILL))
child.wait()
attempt(lambda: os.kill(child.pid, signal.SIGKILL))
grown = subprocess.Popen(['/bin/sleep', '600'], start_new_session=True)
attempt(lambda: os.killpg(grown.pid, signal.SIGKILL))
grown.wait()
attempt(lambda: os.kill(parent, 0))
signal.signal(signal.SIGUSR1, lambda *_: print('it came'))
attempt(lambda: os.kill(0, signal.SIGUSR1))
signal.raise_signal(signal.SIGKILL)";
    let sleeping = role("client2", &["/bin/sleep", "2"]);
    let run = run(&plan(vec![guarded(attempts(text), &[]), sleeping]));
    let own = ["ok", "ok", "ok", "ESRCH", "ok", "ok", "it came", "ok"];
    let numbers = if cfg!(target_arch = "x86_64") { 8 } else { return };
    assert_eq!(run.printed("client"), [&vec!["EPERM"; numbers][..], &own].concat());
    assert_eq!(run.ended("client").signal.as_deref(), Some("SIGKILL"), "itself it may end");
    assert_eq!(run.ended("client2").code, Some(0), "the other role noticed nothing");
    assert_eq!(
        texts(&run),
        [
            "tried to kill process N, which is not its own",
            "tried to send SIGURG to process N, which is not its own",
            "tried to send SIGURG to every process there is",
            "tried to send SIGURG to group N, which is not its own",
            "tried to open process N, which is not its own",
        ]
        .map(|text| text.replace("N,", "N"))
    );
    assert!(run.refused()[0].call.starts_with("kill(") && run.refused()[0].call.ends_with(", SIGKILL)"));
}

#[test]
fn the_memory_of_others_is_closed() {
    let text = "
parent = os.getppid()
attempt(lambda: call(101, 16, parent, 0, 0))
attempt(lambda: call(101, 0x4206, parent, 0, 0))
attempt(lambda: call(310, parent, 0, 0, 0, 0, 0))
attempt(lambda: call(311, parent, 0, 0, 0, 0, 0))
attempt(lambda: call(310, os.getpid(), 0, 0, 0, 0, 0))";
    if !cfg!(target_arch = "x86_64") {
        return;
    }
    let run = run(&plan(vec![guarded(attempts(text), &[])]));
    assert_eq!(run.printed("client"), ["EPERM", "EPERM", "EPERM", "EPERM", "ok"]);
    let verbs: Vec<_> = texts(&run).iter().map(|text| text.split(" process").next().unwrap().to_string()).collect();
    assert_eq!(verbs, ["tried to trace", "tried to read the memory of", "tried to write to the memory of"]);
}

#[test]
fn another_role_is_not_its_own_and_an_unguarded_one_may_do_what_its_user_may() {
    let folder = Folder::new("limits-roles");
    std::fs::write(folder.file("answers"), "42").unwrap();
    let victim = "
import os, socket
print(os.getpid(), file=open('PID', 'w'), flush=True)
socket.create_server(('127.0.0.1', 8080)).accept()";
    let pid = folder.file("pid").to_string_lossy().into_owned();
    let text = format!(
        "
attempt(lambda: open('{}'))
attempt(lambda: os.kill(int(open('{pid}').read()), signal.SIGTERM))",
        folder.file("answers").display()
    );
    let server = python("server", &victim.replace("PID", &pid));
    let trespasser = guarded(attempts(&text), &[&folder.file("answers")]);
    let run = |client: PlannedRole| run(&plan(vec![server.clone(), client]));
    let ran = run(trespasser.clone());
    assert_eq!(ran.printed("client"), ["EACCES", "EPERM"]);
    assert!(ran.ended("server").by_lab);
    let ran = run(PlannedRole { guarded: None, ..trespasser });
    assert_eq!((ran.printed("client"), ran.refused().len()), (vec!["ok", "ok"], 0));
    assert_eq!(ran.ended("server").signal.as_deref(), Some("SIGTERM"));
}

#[test]
fn who_looks_at_every_process_is_told_of_a_few_times() {
    let text = "
for number in os.listdir('/proc'):
    if number.isdigit():
        try: open('/proc/%s/stat' % number).close()
        except OSError: pass
for n in range(500):
    try: open('/proc/1/' + 'x' * n)
    except OSError: pass
print('still there')";
    for turns in [true, false] {
        let run = run(&Plan { turns, ..plan(vec![guarded(attempts(text), &[])]) });
        assert_eq!(run.printed("client"), ["still there"]);
        assert_eq!(run.refused().len(), 50);
    }
}

#[test]
fn threads_that_open_signal_and_die_at_once_do_not_confuse_the_guard() {
    let text = "
import threading
def busy():
    for n in range(300):
        try: open('/proc/1/environ')
        except OSError: pass
        try: open('/proc/self/maps').close()
        except OSError: pass
        try: os.kill(1, signal.SIGURG)
        except OSError: pass
for n in range(6): threading.Thread(target=busy, daemon=True).start()
for n in range(10): subprocess.Popen(['/bin/sh', '-c', 'cat /proc/1/environ; kill $$'], stderr=subprocess.DEVNULL).wait()
os._exit(0)";
    for turns in [true, false] {
        let run = run(&Plan { turns, ..plan(vec![guarded(attempts(text), &[])]) });
        assert_eq!(run.ended("client").code, Some(0));
    }
}

#[test]
fn ports_below_1024_are_refused_to_a_guarded_role_whoever_runs_it() {
    let text = "
import socket
attempt(lambda: socket.socket().bind(('127.0.0.1', 80)))
attempt(lambda: socket.socket(type=socket.SOCK_DGRAM).bind(('127.0.0.1', 1023)))
attempt(lambda: socket.socket().bind(('127.0.0.1', 1024)))";
    for user in users() {
        let run = run_as(user, &plan(vec![guarded(attempts(text), &[])]));
        assert_eq!(run.printed("client"), ["EACCES", "EACCES", "ok"], "{user:?}");
        assert!(run.refused().is_empty(), "the kernel refused, not the guard: {:?}", run.refused());
    }
}
