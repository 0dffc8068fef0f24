//! From a recording and what was expected to a verdict. A pure function.
//!
//! Reasons are looked for in a fixed order, from what makes all others meaningless (it never ran) to what needs everything
//! else to be right. One reason is told: the first.

use super::case::{Expected, ExpectedProgram, Found};
use super::evidence;
use super::report::Report;
use super::verdict::{Cause, Compare, Excerpt, Failure, Printed, Verdict};
use crate::course::ExitPlan;
use crate::expectations;
use crate::recording::{Ended, Nanos, Reason};
use crate::timeline::{Mark, Timeline};
use std::collections::BTreeSet;

/// Lines of a program's own output that a verdict repeats.
const LAST_LINES: usize = 12;

/// What became of a scenario.
pub fn decide(expected: &Expected, found: &Found, timeline: &Timeline) -> Verdict {
    let reports = expected.peers.iter().map(|(role, _)| (role.as_str(), Report::read(timeline, role))).collect();
    let run = Run { expected, found, timeline, reports };
    let failure = run.finding().map(|finding| run.told(finding));
    Verdict { scenario: expected.scenario.clone(), says: expected.says.clone(), failure }
}

/// A reason, before it is told with everything that belongs to it.
struct Finding {
    cause: Cause,
    what: Vec<String>,
    compare: Option<Compare>,
    /// When it was seen; none: at the end.
    at: Option<Nanos>,
}

impl Finding {
    fn new(cause: Cause, what: impl Into<String>) -> Finding {
        Finding { cause, what: vec![what.into()], compare: None, at: None }
    }

    fn and(mut self, what: impl IntoIterator<Item = String>) -> Finding {
        self.what.extend(what);
        self
    }

    fn at(mut self, t: Nanos) -> Finding {
        self.at = Some(t);
        self
    }

    fn comparing(mut self, compare: Option<Compare>) -> Finding {
        self.compare = compare;
        self
    }
}

struct Run<'a> {
    expected: &'a Expected,
    found: &'a Found,
    timeline: &'a Timeline,
    /// What each peer reported, in the order of the scenario.
    reports: Vec<(&'a str, Report)>,
}

impl Run<'_> {
    fn finding(&self) -> Option<Finding> {
        self.not_started()
            .or_else(|| self.not_written())
            .or_else(|| self.refused())
            .or_else(|| self.limit())
            .or_else(|| self.broken_scenario())
            .or_else(|| self.step())
            .or_else(|| self.exits())
            .or_else(|| self.outputs())
            .or_else(|| self.files())
            .or_else(|| self.usage())
            .or_else(|| self.expectations())
    }

    fn told(&self, finding: Finding) -> Failure {
        Failure {
            cause: finding.cause,
            what: finding.what,
            peers: self
                .expected
                .peers
                .iter()
                .zip(&self.reports)
                .map(|((role, script), (_, report))| report.story(role, script))
                .collect(),
            values: self.values(),
            compare: finding.compare,
            at: finding.at.unwrap_or_else(|| self.timeline.end.as_ref().map_or(Nanos::MAX, |end| end.t)),
            printed: self.printed(),
            look: self.expected.look.clone(),
        }
    }

    /// The named bytes of the steps in which peers stand.
    fn values(&self) -> Vec<(String, Excerpt)> {
        let at = self.expected.peers.iter().zip(&self.reports);
        let texts: Vec<&str> =
            at.filter_map(|((_, script), (_, report))| Some(script.get(report.in_step()? - 1)?.as_str())).collect();
        let named = |name: &str, text: &str| {
            text.split('$').skip(1).any(|rest| {
                rest.strip_prefix(name)
                    .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-'))
            })
        };
        let used = self.expected.values.iter().filter(|(name, _)| texts.iter().any(|text| named(name, text)));
        used.map(|(name, bytes)| (name.clone(), Excerpt::start_of(bytes))).collect()
    }

    fn is_program(&self, role: &str) -> bool {
        self.expected.programs.iter().any(|program| program.role == role)
    }

    fn marks(&self) -> impl Iterator<Item = &Mark> {
        self.timeline.marks.iter()
    }

    /// How a role's own process ended, if it did so by itself.
    fn ended(&self, role: &str) -> Option<&Ended> {
        self.marks().find_map(|mark| match mark {
            Mark::Ended(ended) if ended.role == role && ended.main && !ended.by_lab => Some(ended),
            _ => None,
        })
    }

    /// The last lines that the learner's programs printed.
    fn printed(&self) -> Vec<Printed> {
        let lines: Vec<Printed> = self
            .marks()
            .filter_map(|mark| match mark {
                Mark::Output(output) if self.is_program(&output.role) => Some(Printed {
                    role: output.role.clone(),
                    stream: output.stream.clone(),
                    text: output.text.clone(),
                }),
                _ => None,
            })
            .collect();
        lines[lines.len().saturating_sub(LAST_LINES)..].to_vec()
    }

    fn not_started(&self) -> Option<Finding> {
        self.marks().find_map(|mark| match mark {
            Mark::Notice(notice) if notice.text.starts_with("could not ") => {
                let role = notice.role.as_deref().filter(|role| self.is_program(role))?;
                Some(Finding::new(Cause::NotStarted, format!("{role} never ran: the lab {}", notice.text)).at(notice.t))
            }
            _ => None,
        })
    }

    /// `todo!()` says so in a panic, whose place is the line above.
    fn not_written(&self) -> Option<Finding> {
        let mut place = String::new();
        for mark in self.marks() {
            let Mark::Output(output) = mark else { continue };
            if output.stream != "stderr" || !self.is_program(&output.role) {
                continue;
            }
            if let Some((_, at)) = output.text.split_once("panicked at ") {
                place = at.trim_end_matches(':').to_owned();
            }
            let said =
                ["not yet implemented", "not implemented"].iter().find_map(|start| output.text.strip_prefix(start));
            if let Some(said) = said.filter(|_| !place.is_empty()) {
                let what = said.trim_start_matches([':', ' ']);
                let what = if what.is_empty() { String::new() } else { format!(": {what}") };
                return Some(
                    Finding::new(Cause::NotWritten, format!("not written yet{what}")).at(output.t).and([place]),
                );
            }
        }
        None
    }

    fn refused(&self) -> Option<Finding> {
        self.marks().find_map(|mark| match mark {
            Mark::Refused(refused) if self.is_program(&refused.role) => {
                let what = format!("{} {}", refused.role, refused.text);
                let then = format!("{} was refused: a program that is judged has no business there", refused.call);
                Some(Finding::new(Cause::Refused, what).and([then]).at(refused.t))
            }
            _ => None,
        })
    }

    fn limit(&self) -> Option<Finding> {
        self.marks().find_map(|mark| match mark {
            Mark::Limit(limit) if limit.limit != "quiet" => {
                let role = limit.role.as_deref().unwrap_or_default();
                let told = evidence::spinning(self.timeline, role);
                let what = format!("{role} {}", limit.text);
                Some(Finding::new(Cause::Limit, what.trim_start()).and(told).at(limit.t))
            }
            _ => None,
        })
    }

    /// A script that the peer cannot read is the author's fault and not the learner's.
    fn broken_scenario(&self) -> Option<Finding> {
        self.reports.iter().find_map(|(role, report)| {
            let complaint = report.complaint.as_ref()?;
            Some(Finding::new(Cause::NotStarted, format!("the judge's own peer `{role}` failed: {complaint}")))
        })
    }

    fn step(&self) -> Option<Finding> {
        // A step that failed tells more than one that waits because of it.
        let failed = self.reports.iter().find(|(_, report)| report.failed.is_some());
        let waits = || self.reports.iter().find(|(_, report)| !report.done);
        let (role, report) = failed.or_else(waits)?;
        let since = report.since.unwrap_or(0);
        // A peer that fails goes away, and what becomes of the program then is a consequence.
        let before = report.failed_at.unwrap_or(Nanos::MAX);
        let crash = self.expected.programs.iter().find_map(|program| {
            let died = self.ended(&program.role).is_some_and(|ended| ended.t < before);
            self.crash(program).filter(|_| died)
        });
        let said = match (report.in_step(), &report.failed, self.expected.starts.get(*role)) {
            (Some(number), Some(why), _) => format!("step {number} of {role}: {why}"),
            (Some(number), None, _) => format!("step {number} of {role} {}", self.in_vain(report)),
            (None, _, Some(event)) => format!("{role} never began: it was to start after {event}"),
            (None, _, None) => format!("{role} never began {}", self.in_vain(report)),
        };
        let lasting = || report.failed.is_none().then(|| self.awaited()).flatten();
        let (cause, mut what) = match crash.or_else(lasting) {
            Some(crash) => (Cause::Exit, vec![crash, said]),
            None => (Cause::Step, vec![said]),
        };
        for program in &self.expected.programs {
            what.extend(evidence::last_calls(self.timeline, &program.role, since));
        }
        let finding = Finding { cause, what, compare: report.compare.clone(), at: None };
        Some(finding)
    }

    /// A program whose end a peer was to start after, and that did not end.
    fn awaited(&self) -> Option<String> {
        let idle = self.reports.iter().filter(|(_, report)| !report.done && report.in_step().is_none());
        let mut events = idle.filter_map(|(role, _)| self.expected.starts.get(*role));
        events.find_map(|event| {
            let role = event.strip_suffix(".exit")?;
            self.lasts(self.expected.programs.iter().find(|program| program.role == role)?)
        })
    }

    /// A program that is still there, and was to end.
    fn lasts(&self, program: &ExpectedProgram) -> Option<String> {
        let lasts = self.ended(&program.role).is_none() && program.exit != ExitPlan::Word("runs".into());
        lasts.then(|| format!("{} did not end, and was to end {}", program.role, how(&program.exit)))
    }

    /// Why a peer that waits will wait for ever.
    fn in_vain(&self, report: &Report) -> String {
        let gone: Vec<&str> = self
            .expected
            .programs
            .iter()
            .filter(|program| self.ended(&program.role).is_some())
            .map(|program| program.role.as_str())
            .collect();
        let quiet = self.marks().any(|mark| matches!(mark, Mark::Limit(limit) if limit.limit == "quiet"));
        let began = if report.in_step().is_some() { "waited for what never came" } else { "because nobody listened" };
        match (gone.first(), quiet) {
            (Some(role), _) if gone.len() == self.expected.programs.len() => format!("{began}: {role} had ended"),
            (_, true) => format!("{began}: nobody moved any more"),
            _ => format!("{began}; the run was ended after {} ms", self.expected.deadline_ms),
        }
    }

    /// A program that died, or ended although it should have gone on.
    fn crash(&self, program: &ExpectedProgram) -> Option<String> {
        let ended = self.ended(&program.role)?;
        let role = &program.role;
        if let Some(signal) = &ended.signal {
            return Some(format!("{role} was killed by {signal}{}", self.out_of_memory(role)));
        }
        let code = ended.code.unwrap_or(0);
        let panicked = self.marks().any(|mark| matches!(mark, Mark::Output(output) if output.role == *role && output.stream == "stderr" && output.text.contains("panicked at ")));
        match (&program.exit, code) {
            (_, 101) if panicked => {
                Some(format!("{role} panicked and ended with status 101{}", self.out_of_memory(role)))
            }
            (ExitPlan::Word(word), code) if word == "runs" => {
                Some(format!("{role} ended with status {code}, and was to go on{}", self.out_of_memory(role)))
            }
            (ExitPlan::Status(0), code) if code != 0 => {
                Some(format!("{role} ended with status {code}{}", self.out_of_memory(role)))
            }
            _ => None,
        }
    }

    /// What a program says when it did not get the memory that it asked for: Rust's allocator, Python, C++, Go.
    fn out_of_memory(&self, role: &str) -> String {
        let words = ["memory allocation of", "MemoryError", "bad_alloc", "out of memory"];
        let said = self.marks().any(|mark| {
            matches!(mark, Mark::Output(output) if output.role == role && output.stream == "stderr"
                && words.iter().any(|word| output.text.contains(word)))
        });
        match said {
            true => format!(": it asked for more memory than the {} MiB it may have", self.expected.memory_mib),
            false => String::new(),
        }
    }

    fn exits(&self) -> Option<Finding> {
        self.expected.programs.iter().find_map(|program| {
            let role = &program.role;
            let wrong = |what: String| {
                let told = evidence::last_calls(self.timeline, role, 0);
                Some(Finding::new(Cause::Exit, what).and(told))
            };
            let started = self.marks().any(|mark| matches!(mark, Mark::Spawn(spawn) if spawn.role == *role));
            if !started {
                return wrong(format!("{role} was never started: what it waits for did not happen"));
            }
            let Some(ended) = self.ended(role) else {
                return self.lasts(program).map_or_else(|| self.out_of_time(), wrong);
            };
            if let Some(crash) = self.crash(program) {
                return wrong(crash).map(|finding| finding.at(ended.t));
            }
            let code = ended.code.unwrap_or(0);
            let right = match &program.exit {
                ExitPlan::Status(status) => code == *status,
                ExitPlan::Word(word) => word != "not 0" || code != 0,
            };
            if right {
                None
            } else {
                wrong(format!("{role} ended with status {code}, and was to end {}", how(&program.exit)))
            }
        })
    }

    /// A run that did not come to rest was ended by the clock.
    fn out_of_time(&self) -> Option<Finding> {
        let told = self.marks().any(|mark| matches!(mark, Mark::Limit(_)));
        let late = self.timeline.end.as_ref().is_some_and(|end| end.reason == Reason::Deadline);
        (late && !told)
            .then(|| Finding::new(Cause::Limit, format!("the run was not over after {} ms", self.expected.deadline_ms)))
    }

    fn outputs(&self) -> Option<Finding> {
        self.expected.programs.iter().find_map(|program| {
            let role = &program.role;
            if let Some(expected) = &program.prints {
                let lines: Vec<&str> = self
                    .marks()
                    .filter_map(|mark| match mark {
                        Mark::Output(output) if output.role == *role && output.stream == "stdout" => {
                            Some(output.text.as_str())
                        }
                        _ => None,
                    })
                    .collect();
                let expected: Vec<String> =
                    expected.iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect();
                if let Some(what) = evidence::lines_differ(role, &expected, &lines) {
                    return Some(Finding::new(Cause::Prints, what[0].clone()).and(what[1..].iter().cloned()));
                }
            }
            let expected = program.stdout.as_ref()?;
            let found = self.found.stdout.get(role).map(Vec::as_slice).unwrap_or_default();
            let compare = Compare::of(expected, found)?;
            let what =
                format!("{role} wrote {} bytes to its standard output instead of {}", found.len(), expected.len());
            let what = if found.len() == expected.len() {
                format!("{role} wrote other bytes to its standard output")
            } else {
                what
            };
            Some(Finding::new(Cause::Prints, what).comparing(Some(compare)).and(evidence::last_calls(
                self.timeline,
                role,
                0,
            )))
        })
    }

    fn files(&self) -> Option<Finding> {
        if let Some(stray) = self.found.stray.first() {
            return Some(Finding::new(
                Cause::Files,
                format!("something was written outside the program's folder: {stray}"),
            ));
        }
        let expected = self.expected.files.as_ref()?;
        let names: BTreeSet<&String> = expected.keys().chain(self.found.files.keys()).collect();
        names.into_iter().find_map(|name| match (expected.get(name), self.found.files.get(name)) {
            (Some(_), None) => Some(Finding::new(Cause::Files, format!("there is no file {name:?} in its folder"))),
            (None, Some(holds)) => Some(Finding::new(
                Cause::Files,
                format!("its folder has a file {name:?} of {} bytes that should not be there", holds.len()),
            )),
            (Some(expected), Some(found)) => {
                let compare = Compare::of(expected, found)?;
                let what = format!(
                    "the file {name:?} has {} bytes, and not the {} that were sent",
                    found.len(),
                    expected.len()
                );
                Some(Finding::new(Cause::Files, what).comparing(Some(compare)))
            }
            (None, None) => None,
        })
    }

    fn usage(&self) -> Option<Finding> {
        self.expected.programs.iter().find_map(|program| {
            let role = &program.role;
            let usage = |when: &str| {
                self.marks()
                    .filter_map(|mark| match mark {
                        Mark::Usage(usage) if usage.role == *role && usage.when == when => Some(usage),
                        _ => None,
                    })
                    .last()
            };
            let end = usage("end")?;
            if let Some(most) = program.sockets.filter(|most| end.sockets > *most) {
                let what = format!("{role} still had {} sockets open at the end; it needs {most}", end.sockets);
                return Some(Finding::new(Cause::Sockets, what).and(evidence::never_closed(self.timeline, role)));
            }
            let (start, most) = (usage("ready")?, program.memory_growth_kib?);
            let grown = end.peak_kib.saturating_sub(start.resident_kib);
            (grown > most).then(|| {
                Finding::new(
                    Cause::Memory,
                    format!("{role} took {grown} KiB more memory than when it began to listen; {most} KiB must do"),
                )
            })
        })
    }

    fn expectations(&self) -> Option<Finding> {
        self.expected.expect.iter().find_map(|expect| {
            let parsed = match expect.that.parse() {
                Ok(parsed) => parsed,
                Err(error) => {
                    return Some(Finding::new(Cause::NotStarted, format!("the scenario's own expectation: {error}")));
                }
            };
            let verdict = expectations::evaluate(&parsed, self.timeline);
            if verdict.seen || verdict.unknown {
                return None;
            }
            let instead = verdict.instead.map(|instead| format!("{}: {instead}", expect.that));
            let evidence = (!verdict.evidence.is_empty()).then(|| format!("see {}", verdict.evidence.join(", ")));
            Some(Finding::new(Cause::Expect, format!("not so: {}", expect.says)).and(instead).and(evidence))
        })
    }
}

/// `with status 0`
fn how(exit: &ExitPlan) -> String {
    match exit {
        ExitPlan::Status(status) => format!("with status {status}"),
        ExitPlan::Word(word) if word == "not 0" => "with another status than 0".to_owned(),
        ExitPlan::Word(_) => "never".to_owned(),
    }
}
