//! A variation of a lesson → the plan of a run, its recording, and what is shown of it.

use super::Chosen;
use crate::commands::record::{self, Scratch};
use crate::commands::run::run;
use crate::commands::{Usage, build, export, present, show};
use socket_lab::course::{RolePlan, fill};
use socket_lab::recorder::{Plan, PlannedRole, PlannedWire, Stdin};
use socket_lab::recording::{Hex, Story};
use std::process::ExitCode;

/// What a talk says on its cover when its run was not made here.
const NOT_PERMITTED: &str =
    "This machine does not permit recording: what follows is the recorded run that ships with the lab.";

impl Chosen<'_> {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let args = self.args;
        export::prepare(&args.view.export)?;
        // The folder of the run is gone with this.
        let (plan, _scratch) = self.prepared()?;
        match run(&plan, &args.engine, &args.view)? {
            record::Outcome::Recorded(recording, code) => {
                Ok(record::worst(show::show(*recording, &args.view, self.answers)?, code))
            }
            record::Outcome::Refused(refused) => {
                record::explain(&refused);
                self.without_a_run()
            }
        }
    }

    /// Tells the lesson in front of a class. Everything that can go wrong does so before the terminal is taken; whether this
    /// machine records is tried, so that the cover can say where the run comes from.
    pub(super) fn present(&self) -> anyhow::Result<ExitCode> {
        let args = self.args;
        let exports = export::prepare(&args.view.export)?;
        let paint = show::paint(&args.view, args.engine.theme);
        let shipped = self.shipped_run()?;
        if let Err(refused) = record::probe(args.engine.tier)? {
            return match shipped {
                Some(run) => present::recorded(run, Some(NOT_PERMITTED), &args.view, paint),
                None => {
                    record::explain(&refused);
                    self.without_a_run()
                }
            };
        }
        let (plan, scratch) = self.prepared()?;
        let story = plan.story.clone().unwrap_or_default();
        let tier = args.engine.tier;
        let run = move || {
            let recorded = record::quietly(&plan, tier)?;
            drop(scratch);
            match (recorded, shipped) {
                (Ok(recording), _) => Ok(present::Made { recording, source: None }),
                (Err(_), Some(recording)) => Ok(present::Made { recording, source: Some(NOT_PERMITTED) }),
                (Err(refused), None) => Err(refused.into()),
            }
        };
        present::live(story, Box::new(run), exports, &args.view, paint)
    }

    /// Builds the programs and makes a plan of the variation and of what was asked for, and the folder in which they run.
    fn prepared(&self) -> anyhow::Result<(Plan, Scratch)> {
        let wire = self.wire()?;
        let program = build::lesson(&self.course.root, &self.lesson.name)?.to_string_lossy().into_owned();
        let scratch = Scratch::new()?;
        let mut plan = self.plan(wire, &scratch);
        self.fill_in(&mut plan, &program, &scratch);
        record::apply(&mut plan, &self.args.engine)?;
        Ok((plan, scratch))
    }

    /// The lesson's wire, or the one that was asked for, where the lesson's programs can run on it.
    fn wire(&self) -> anyhow::Result<PlannedWire> {
        let (lesson, variation) = (self.lesson, self.variation);
        let said = if variation.is_on_cable() { PlannedWire::Cable } else { PlannedWire::Loopback };
        let wire = record::wire(&self.args.engine, said)?;
        if wire != PlannedWire::Cable {
            if !variation.cable.is_empty() {
                say!("lab: the rules of this variation are for a cable; on the loopback they do nothing");
            }
            return Ok(wire);
        }
        if !variation.is_on_cable() && lesson.on_cable.is_empty() {
            let what =
                format!("lesson {} cannot run on a cable: its programs take no addresses (on_cable)", lesson.name);
            return Err(Usage(what).into());
        }
        if let Some(host) = lesson.on_cable.iter().flat_map(|text| variation.unknown_hosts(text)).next() {
            let name = &variation.name;
            let what = format!("on a cable the programs need {{{host}}}, and {name} has no such role or host");
            return Err(Usage(what).into());
        }
        Ok(wire)
    }

    /// The plan, with names such as `{server}` as the lesson has them.
    fn plan(&self, wire: PlannedWire, scratch: &Scratch) -> Plan {
        let variation = self.variation;
        let on_cable = wire == PlannedWire::Cable;
        let role = |role: &RolePlan| PlannedRole {
            name: role.name.clone(),
            host: role.host().to_owned(),
            argv: self.lesson.arguments(role, on_cable).into_iter().chain(self.args.args.iter().cloned()).collect(),
            env: role.env.clone().into_iter().collect(),
            directory: scratch.path().to_string_lossy().into_owned(),
            stdin: role.stdin.as_ref().map_or(Stdin::Null, |text| Stdin::Bytes(Hex(text.clone().into_bytes()))),
            ..PlannedRole::default()
        };
        Plan {
            title: format!("{} · {}", self.lesson.name, variation.name),
            story: Some(self.story()),
            roles: variation.roles.iter().map(role).collect(),
            schedule: variation.schedule.clone(),
            turns: true,
            deadline_ms: variation.deadline.map_or(record::DEADLINE_MS, record::milliseconds),
            wire,
            mtu: variation.mtu,
            offload: variation.offload,
            cable: if on_cable { variation.cable.clone() } else { Vec::new() },
            sysctl: variation.sysctl.clone().into_iter().collect(),
            tcp_info: variation.show.iter().any(|word| word == "tcp_info"),
            ..Plan::default()
        }
    }

    /// What the lesson says of this variation, for whoever shows the recording.
    fn story(&self) -> Story {
        let (lesson, variation) = (self.lesson, self.variation);
        Story {
            lesson: lesson.name.clone(),
            variation: variation.name.clone(),
            title: lesson.title.clone(),
            term: lesson.term.clone(),
            question: lesson.question.clone(),
            expect: variation.expect.clone(),
            so: variation.so.clone(),
            next: variation.next.clone(),
            show: variation.show.clone(),
            predictions: variation.predictions.clone(),
            beats: variation.beats.clone(),
        }
    }

    /// Puts in the program, and what the names stand for: addresses of hosts, the folder of the run, that of the lesson.
    fn fill_in(&self, plan: &mut Plan, program: &str, scratch: &Scratch) {
        let folder = self.course.folder(self.lesson);
        let addresses = plan.addresses();
        let value = |name: &str| match name {
            "scratch" => Some(scratch.path().to_string_lossy().into_owned()),
            "lesson" => Some(folder.to_string_lossy().into_owned()),
            _ => addresses.get(name).cloned(),
        };
        for role in &mut plan.roles {
            let texts = role.argv.iter_mut().chain(role.env.iter_mut().map(|(_, text)| text));
            texts.for_each(|text| *text = fill(text, value));
            role.argv.insert(0, program.to_owned());
        }
        // What a program prints may hold an address.
        if let Some(story) = &mut plan.story {
            let choices = story.predictions.iter_mut().flat_map(|prediction| &mut prediction.choices);
            let chosen = choices.flat_map(|choice| &mut choice.that);
            let told = story.beats.iter_mut().flat_map(|beat| &mut beat.that);
            for that in story.expect.iter_mut().map(|expect| &mut expect.that).chain(chosen).chain(told) {
                *that = fill(that, value);
            }
        }
    }
}
