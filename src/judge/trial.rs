//! A scenario becomes a plan of the recorder: the learner's program and the judge's peers are roles like all others. When
//! the run is over, what it left behind is looked at.

use super::case::{Expected, ExpectedProgram, Found};
use super::peer::PeerTask;
use crate::course::{Exercise, ExitPlan, FilePlan, LimitsPlan, PeerPlan, ProgramPlan, Scenario, Wire, fill};
use crate::notation::Rule;
use crate::notation::script::{Chance, Facts, Payload, Values};
use crate::recorder::{Guard, Limits, Plan, PlannedRole, PlannedWire, Stdin, serves};
use crate::recording::Hex;
use anyhow::{Context, anyhow};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The most a program may write into one file.
const FILE_BYTES: u64 = 64 << 20;
/// The most of a file that is looked at afterwards.
const MOST_READ: u64 = FILE_BYTES;
/// How deep folders are looked into for what a program wrote.
const DEEPEST: usize = 8;
/// Where programs meet. Below the ports that the kernel gives to clients: one that connects where nobody listens would now
/// and then be given that very port, and meet itself.
const PORTS: (u64, u64) = (20_000, 32_000);
/// Milliseconds for which a program that serves may sleep, once its peers are gone, before the run is over. Where turns are
/// given nobody is left behind a busy machine, so a few will do.
const QUIET_MS: u64 = 5;

/// Limits of a scenario that says nothing else.
/// Who waits in vain is caught by patience, who computes by processor time: this is for what neither catches, and a busy machine
/// must not reach it.
const SECONDS: f64 = 20.0;
const CPU_MS: u64 = 2_000;
const MEMORY_MIB: u64 = 256;
const FILES: u64 = 64;
const TASKS: u64 = 64;
const OUTPUT_KIB: u64 = 1_024;
const PATIENCE_MS: u64 = 400;

/// What is judged.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The learner's program: a command.
    pub argv: Vec<String>,
    /// Files and folders that it may not open.
    pub guarded: Vec<String>,
    /// The lab's own program, which is the peer.
    pub lab: PathBuf,
}

/// One run of a scenario, ready to go.
#[derive(Debug, Clone)]
pub struct Trial {
    /// For the recorder.
    pub plan: Plan,
    /// For the verdict.
    pub expected: Expected,
    folder: PathBuf,
}

impl Trial {
    /// Makes a scenario ready: chooses its bytes by the seed and puts the given files into place below `folder`, which must
    /// be new and the run's own.
    pub fn prepare(
        exercise: &Exercise,
        scenario: &Scenario,
        seed: u64,
        subject: &Subject,
        folder: &Path,
    ) -> anyhow::Result<Trial> {
        let programs = scenario.all_programs(&exercise.program);
        let peers = scenario.all_peers(&exercise.peer);
        let limits = limits(&scenario.limits, &exercise.limits);
        for name in ["cwd", "dir", "out"] {
            fs::create_dir(folder.join(name)).with_context(|| format!("making {}", folder.join(name).display()))?;
        }
        let mut plan = Plan {
            title: format!("{} · {} · seed {seed}", exercise.name, scenario.name),
            schedule: scenario.schedule.clone(),
            cable: scenario.cable.clone(),
            sysctl: scenario.sysctl.clone().into_iter().collect(),
            wire: if scenario.wire == Some(Wire::Cable) { PlannedWire::Cable } else { PlannedWire::Loopback },
            turns: true,
            deadline_ms: (limits.seconds.unwrap_or(SECONDS).clamp(0.1, 3600.0) * 1000.0) as u64,
            patience_ms: Some(limits.patience_ms.unwrap_or(PATIENCE_MS)),
            quiet_ms: Some(quiet(&programs, &limits)),
            ..Plan::default()
        };
        plan.roles.extend(programs.iter().map(|program| role(&program.role)));
        plan.roles.extend(peers.iter().map(|peer| role(&peer.role)));
        let facts = facts(&plan, seed, &scenario.name);
        let values = Values::new(seed, &scenario.name, &scenario.data, facts.clone())
            .map_err(|error| anyhow!("scenario {}, data: {error}", scenario.name))?;
        let bytes = |text: &str| -> anyhow::Result<Vec<u8>> {
            let payload: Payload = text.parse().map_err(|error| anyhow!("scenario {}: {error}", scenario.name))?;
            values.bytes(&payload).map_err(|error| anyhow!("scenario {}, `{text}`: {error}", scenario.name))
        };
        let mut expected = Expected {
            scenario: scenario.name.clone(),
            says: scenario.says.clone(),
            look: scenario.look.clone(),
            peers: peers.iter().map(|peer| (peer.role.clone(), peer.steps.clone())).collect(),
            starts: starts(&scenario.schedule),
            expect: scenario.expect.clone(),
            values: scenario.data.keys().filter_map(|name| Some((name.clone(), values.get(name)?.to_vec()))).collect(),
            memory_mib: limits.memory_mib.unwrap_or(MEMORY_MIB),
            deadline_ms: plan.deadline_ms,
            ..Expected::default()
        };
        let dir = folder.join("dir");
        for file in &scenario.given {
            let name = String::from_utf8(bytes(&file.name)?).context("the name of a given file is no UTF-8")?;
            fs::write(dir.join(&name), bytes(&file.holds)?)
                .with_context(|| format!("writing the given file {name}"))?;
        }
        let of_files = |files: &Vec<FilePlan>| -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
            files.iter().map(|file| Ok((text(bytes(&file.name)?), bytes(&file.holds)?))).collect()
        };
        expected.files = scenario.files.as_ref().map(of_files).transpose()?;
        for (index, program) in programs.iter().enumerate() {
            let lines = program.prints.as_ref().map(|lines| lines.iter().map(|line| bytes(line)).collect());
            expected.programs.push(ExpectedProgram {
                role: program.role.clone(),
                exit: exit(program),
                prints: lines.transpose()?,
                stdout: program.stdout.as_deref().map(bytes).transpose()?,
                sockets: program.sockets,
                memory_growth_kib: program.memory_growth_kib,
            });
            let value = |name: &str| match name {
                "address" => Some(facts.address.clone()),
                "port" => Some(facts.port.to_string()),
                "time" => Some(facts.time.to_string()),
                "dir" => Some(dir.to_string_lossy().into_owned()),
                _ => None,
            };
            let args = program.args.as_ref().unwrap_or(&exercise.args).iter().map(|arg| fill(arg, value));
            let planned = &mut plan.roles[index];
            planned.argv = subject.argv.iter().cloned().chain(args).collect();
            // A backtrace is for whoever asks for one.
            planned.env = vec![("RUST_BACKTRACE".into(), "0".into())];
            planned.directory = folder.join("cwd").to_string_lossy().into_owned();
            planned.stdin = match &program.stdin {
                Some(given) => Stdin::Bytes(Hex(bytes(given)?)),
                None => Stdin::Null,
            };
            planned.limits = Some(measured(&limits));
            planned.guarded = Some(Guard { files: subject.guarded.clone() });
            planned.stdout_to = program.stdout.is_some().then(|| out(folder, &program.role));
        }
        for (peer, planned) in peers.iter().zip(&mut plan.roles[programs.len()..]) {
            planned.argv = vec![subject.lab.to_string_lossy().into_owned(), "__peer".into()];
            planned.directory = "/".into();
            planned.patient = true;
            planned.stdin = Stdin::Task(Hex(task(peer, scenario, seed, &facts)?.into_bytes()));
        }
        Ok(Trial { plan, expected, folder: folder.to_owned() })
    }

    /// What the run left behind.
    pub fn found(&self) -> Found {
        let mut found = Found::default();
        walk(&self.folder.join("dir"), "", DEEPEST, &mut |name, path| {
            found.files.insert(name.to_owned(), read(path));
        });
        walk(&self.folder.join("cwd"), "", DEEPEST, &mut |name, _| found.stray.push(name.to_owned()));
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !["cwd", "dir", "out"].contains(&name.as_str()) {
                found.stray.push(format!("../{name}"));
            }
        }
        found.stray.sort();
        for program in self.expected.programs.iter().filter(|program| program.stdout.is_some()) {
            found.stdout.insert(program.role.clone(), read(Path::new(&out(&self.folder, &program.role))));
        }
        found
    }
}

/// Lines that cannot be read are the recorder's to refuse.
fn starts(schedule: &[String]) -> BTreeMap<String, String> {
    let rules = schedule.iter().filter_map(|line| line.parse().ok());
    let start = |rule| if let Rule::Start { role, after } = rule { Some((role, after.to_string())) } else { None };
    rules.filter_map(start).collect()
}

fn role(name: &str) -> PlannedRole {
    PlannedRole { name: name.to_owned(), host: name.to_owned(), ..PlannedRole::default() }
}

fn out(folder: &Path, role: &str) -> String {
    folder.join("out").join(role).to_string_lossy().into_owned()
}

fn task(peer: &PeerPlan, scenario: &Scenario, seed: u64, facts: &Facts) -> anyhow::Result<String> {
    let task = PeerTask {
        seed,
        scenario: scenario.name.clone(),
        role: peer.role.clone(),
        serves: serves(&peer.role),
        address: facts.address.clone(),
        time: facts.time,
        data: scenario.data.clone(),
        steps: peer.steps.clone(),
    };
    Ok(serde_json::to_string(&task)?)
}

/// Where everybody meets, and what time it is: other in each run, the same for the same seed.
fn facts(plan: &Plan, seed: u64, scenario: &str) -> Facts {
    let mut chance = Chance::new(&format!("{seed} {scenario} facts"));
    let mut port = chance.between(PORTS.0, PORTS.1) as u16;
    // On a machine without private networks another program may have it.
    while plan.wire == PlannedWire::Loopback
        && std::net::TcpListener::bind(("127.0.0.1", port)).is_err()
        && port < 65_000
    {
        port += 1;
    }
    let addresses = plan.addresses();
    // Whoever serves is at the address; on a cable that is the first such role's host.
    let server = plan.roles.iter().find(|role| role.serves()).map_or("server", |role| role.name.as_str());
    let host = addresses.get(server).cloned().unwrap_or_else(|| "127.0.0.1".into());
    let time = chance.between(1_000_000_000, 2_000_000_000);
    Facts { address: format!("{host}:{port}"), port, time }
}

fn exit(program: &ProgramPlan) -> ExitPlan {
    program.exit.clone().unwrap_or_else(|| match serves(&program.role) {
        true => ExitPlan::Word("runs".into()),
        false => ExitPlan::Status(0),
    })
}

/// A program that is to end by itself may sleep as long as any other before it is given up.
fn quiet(programs: &[ProgramPlan], limits: &LimitsPlan) -> u64 {
    let runs = |program: &ProgramPlan| !serves(&program.role) || exit(program) == ExitPlan::Word("runs".into());
    if programs.iter().all(runs) { QUIET_MS } else { limits.patience_ms.unwrap_or(PATIENCE_MS) }
}

fn limits(own: &LimitsPlan, exercise: &LimitsPlan) -> LimitsPlan {
    LimitsPlan {
        seconds: own.seconds.or(exercise.seconds),
        cpu_ms: own.cpu_ms.or(exercise.cpu_ms),
        memory_mib: own.memory_mib.or(exercise.memory_mib),
        files: own.files.or(exercise.files),
        tasks: own.tasks.or(exercise.tasks),
        output_kib: own.output_kib.or(exercise.output_kib),
        patience_ms: own.patience_ms.or(exercise.patience_ms),
    }
}

fn measured(limits: &LimitsPlan) -> Limits {
    Limits {
        cpu_ms: limits.cpu_ms.unwrap_or(CPU_MS),
        memory_bytes: limits.memory_mib.unwrap_or(MEMORY_MIB) << 20,
        files: limits.files.unwrap_or(FILES),
        tasks: limits.tasks.unwrap_or(TASKS),
        output_bytes: limits.output_kib.unwrap_or(OUTPUT_KIB) << 10,
        file_bytes: FILE_BYTES,
    }
}

/// Everything below a folder that is no folder, and every folder that is empty, by its path from there.
fn walk(folder: &Path, before: &str, deep: usize, seen: &mut impl FnMut(&str, &Path)) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        match is_folder && deep > 0 {
            true => {
                seen(&format!("{name}/"), &entry.path());
                walk(&entry.path(), &format!("{name}/"), deep - 1, seen);
            }
            false => seen(&name, &entry.path()),
        }
    }
}

/// A file's bytes; of one that is too long, or none, what could be read.
fn read(path: &Path) -> Vec<u8> {
    use std::io::Read;
    let mut bytes = Vec::new();
    // A pipe or a device that a program made here would never end.
    if fs::symlink_metadata(path).is_ok_and(|data| data.is_file())
        && let Ok(file) = fs::File::open(path)
    {
        let _ = file.take(MOST_READ).read_to_end(&mut bytes);
    }
    bytes
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}
