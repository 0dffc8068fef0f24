//! Plans of the tests, and runs after which nobody may be left.

use crate::common::{User, tool, wait_until};
use socket_lab::recorder::{Guard, Limits, Message, Plan, PlannedRole, Session};
use socket_lab::recording::{End, Ended, Event, Limit, Reason, Recording, Refused, Usage};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Limits that no sound program of these tests comes near, but for a test's own.
pub const LIMITS: Limits = Limits {
    cpu_ms: 60_000,
    memory_bytes: 256 << 20,
    files: 64,
    tasks: 64,
    output_bytes: 1 << 20,
    file_bytes: 1 << 20,
};

/// A role with limits that runs this command.
pub fn role(name: &str, argv: &[&str]) -> PlannedRole {
    PlannedRole {
        name: name.into(),
        host: name.into(),
        argv: argv.iter().map(|word| word.to_string()).collect(),
        directory: "/".into(),
        limits: Some(LIMITS),
        ..PlannedRole::default()
    }
}

/// A role that runs a Python program. Not `python3` from PATH: that may be a version manager's script.
pub fn python(name: &str, text: &str) -> PlannedRole {
    tool("python3");
    role(name, &["/usr/bin/python3", "-c", text])
}

/// The role with other limits.
pub fn limited(role: PlannedRole, change: impl FnOnce(&mut Limits)) -> PlannedRole {
    let mut limits = LIMITS;
    change(&mut limits);
    PlannedRole { limits: Some(limits), ..role }
}

/// The role, kept from these files.
pub fn guarded(role: PlannedRole, files: &[&Path]) -> PlannedRole {
    let files = files.iter().map(|file| file.to_string_lossy().into_owned()).collect();
    PlannedRole { guarded: Some(Guard { files }), ..role }
}

/// These roles in turns, with a deadline that comes only when the recorder misses what it should see.
pub fn plan(roles: Vec<PlannedRole>) -> Plan {
    Plan { title: "limits".into(), roles, deadline_ms: 60_000, turns: true, ..Plan::default() }
}

/// Runs it as whoever runs the tests.
pub fn run(plan: &Plan) -> Run {
    run_as(User::Self_, plan)
}

/// Runs it to its end, and makes sure that none of its processes is left.
pub fn run_as(user: User, plan: &Plan) -> Run {
    let lab = || match user {
        User::Self_ => Command::new(env!("CARGO_BIN_EXE_lab")),
        User::Nobody => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", env!("CARGO_BIN_EXE_lab")]);
            command
        }
    };
    let session = Session::start_with(lab, plan, None).expect("the recorder starts");
    let mut events = Vec::new();
    loop {
        match session.messages.recv_timeout(Duration::from_secs(120)).expect("the recorder answers") {
            Message::Event(event) => events.push(*event),
            Message::Ended(said) => {
                assert!(said.is_empty(), "{said}");
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    let run = Run(Recording { header: session.header.clone(), events });
    drop(session);
    for pid in run.tasks() {
        // A number may belong to somebody else by now; then it is not one of ours that ended without a report.
        wait_until(&format!("{pid} is gone"), || !Path::new(&format!("/proc/{pid}")).exists());
    }
    run
}

pub struct Run(pub Recording);

impl Run {
    fn tasks(&self) -> Vec<i32> {
        let task = |event: &Event| match event {
            Event::Spawn(spawn) => Some(spawn.pid),
            Event::Task(task) => Some(task.tid),
            _ => None,
        };
        self.0.events.iter().filter_map(task).collect()
    }

    /// Which limit was passed, and by whom. A run knows one at most.
    pub fn limit(&self) -> Option<(&str, Option<&str>)> {
        let limits: Vec<&Limit> = self.all(|event| if let Event::Limit(limit) = event { Some(limit) } else { None });
        assert!(limits.len() < 2, "{limits:?}");
        limits.first().map(|limit| (limit.limit.as_str(), limit.role.as_deref()))
    }

    pub fn end(&self) -> &End {
        let Some(Event::End(end)) = self.0.events.last() else { panic!("no end: {:?}", self.0.events.last()) };
        end
    }

    /// True for a run that came to its end by itself.
    pub fn done(&self) -> bool {
        self.end().reason == Reason::Done
    }

    /// What a role printed, line by line.
    pub fn printed(&self, role: &str) -> Vec<&str> {
        self.all(|event| match event {
            Event::Output(output) if output.role == role => Some(output.text.as_str()),
            _ => None,
        })
    }

    /// How the process of a role ended.
    pub fn ended(&self, role: &str) -> &Ended {
        let ended: Vec<&Ended> = self.all(|event| match event {
            Event::Ended(ended) if ended.role == role && ended.main => Some(ended),
            _ => None,
        });
        ended.first().unwrap_or_else(|| panic!("{role} did not end"))
    }

    pub fn refused(&self) -> Vec<&Refused> {
        self.all(|event| if let Event::Refused(refused) = event { Some(refused) } else { None })
    }

    pub fn usage(&self, role: &str, when: &str) -> Option<&Usage> {
        let usage: Vec<&Usage> = self.all(|event| match event {
            Event::Usage(usage) if usage.role == role && usage.when == when => Some(usage),
            _ => None,
        });
        assert!(usage.len() < 2, "{usage:?}");
        usage.first().copied()
    }

    pub fn all<'a, T>(&'a self, choose: impl Fn(&'a Event) -> Option<T>) -> Vec<T> {
        self.0.events.iter().filter_map(choose).collect()
    }
}
