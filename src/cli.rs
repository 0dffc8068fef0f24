//! The command line as clap sees it. These types do nothing; `commands` resolves and runs them.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Look at sockets: what programs ask the kernel, what goes over the wire, and which byte came from which send.
#[derive(Debug, Parser)]
#[command(
    name = "lab",
    version,
    subcommand_negates_reqs = true,
    args_conflicts_with_subcommands = true,
    after_help = "`lab` alone lists the lessons. `lab 05` runs one: 05-sticky-packets, 05, 5 and sticky all name it."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The lesson to run.
    pub lesson: Option<String>,
    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the lessons with their variations.
    List(ListArgs),
    /// Run any programs and look at them the same way.
    #[command(after_help = "Example: lab trace --server 'python3 server.py' --client 'python3 client.py'\n\
        Roles whose names start with `server` start first; the others start when every server listens (or, for UDP, is bound).\n\
        In a command `{server}` is the address of that role's host and `{server6}` its IPv6 address: 127.0.0.1 and ::1 on the \
        loopback, 192.0.2.1 and 2001:db8::1 on a cable.")]
    Trace(Box<TraceArgs>),
    /// Show a recorded run again.
    Replay(ReplayArgs),
    /// Check an exercise: the judge's peers try what a hostile network does to your program.
    #[command(after_help = "Example: lab check 06-framed-echo\n         lab check framed --program 'python3 mine.py'")]
    Check(Box<CheckArgs>),
    /// Check an exercise again at every save; keys for hints and the next one.
    Watch(WatchArgs),
    /// Show the next hint for an exercise: each goes deeper than the one before.
    Hint(HintArgs),
    /// Begin an exercise again; what you wrote is kept beside it.
    Reset {
        /// The exercise.
        exercise: String,
    },
    /// Show why the solution of an exercise is built as it is, and how yours differs. It opens after a pass.
    Solution(SolutionArgs),
    /// Show which exercises are passed and what is next.
    Progress(ProgressArgs),
    /// Read a chapter of the book; without a name the list of its pages.
    #[command(
        after_help = "Example: lab read 05\n         lab read runs/05-sticky-packets\n         lab read glossary | grep TIME-WAIT\n\
        On a terminal it is a pager with the keys of less; h shows them."
    )]
    Read(ReadArgs),
    /// Tell what this machine permits, and the remedy for what it does not.
    Doctor,
    /// Print a completion script for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// The recorder process (started by the lab itself).
    #[command(name = "__recorder", hide = true)]
    Recorder { tier: u8 },
    /// A peer of a judged program (started by the lab itself).
    #[command(name = "__peer", hide = true)]
    Peer,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub struct WatchArgs {
    /// The exercise; without it the first that is not passed yet.
    pub exercise: Option<String>,
    /// Check this command instead of the exercise's main.rs: `python3 mine.py`.
    #[arg(long, value_name = "CMD")]
    pub program: Option<String>,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub struct HintArgs {
    /// The exercise; without it the first that is not passed yet.
    pub exercise: Option<String>,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub struct SolutionArgs {
    /// The exercise.
    pub exercise: String,
    /// Show it although the exercise is not passed.
    #[arg(long)]
    pub give_up: bool,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub struct ProgressArgs {
    /// Print it as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub struct ReadArgs {
    /// The page: 05-sticky-packets, 05, 5 and sticky all name one; runs/05 is the page with its recorded runs.
    pub page: Option<String>,
    /// Unfold what is folded: the answers.
    #[arg(long)]
    pub answers: bool,
    #[command(flatten)]
    pub look: LookArgs,
}

/// Options of a lesson's run.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Another schedule or setting of the same lesson; `lab list` names them.
    #[arg(long, value_name = "NAME")]
    pub variation: Option<String>,
    /// Ask first, run, and mark the answers by the recording.
    #[arg(long, conflicts_with = "talk")]
    pub predict: bool,
    /// Tell the lesson in front of a class: large, one thing after the other, with the keys of a clicker; `?` shows them.
    #[arg(long, conflicts_with_all = ["predict", "step", "talk"], group = "fills_the_screen")]
    pub present: bool,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub view: ViewArgs,
    /// Arguments appended to those of every role of the lesson.
    #[arg(last = true, value_name = "ARGS")]
    pub args: Vec<String>,
}

#[derive(Debug, Args)]
pub struct TraceArgs {
    /// Command of the role `server`.
    #[arg(long, value_name = "CMD")]
    pub server: Option<String>,
    /// Command of the role `client`.
    #[arg(long, value_name = "CMD")]
    pub client: Option<String>,
    /// A further role, repeatable: `--role client2='curl http://127.0.0.1:8080/'`.
    #[arg(long = "role", value_name = "NAME=CMD")]
    pub roles: Vec<String>,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub view: ViewArgs,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The exercise; without it the first that is not passed yet.
    pub exercise: Option<String>,
    /// Check every exercise.
    #[arg(long)]
    pub all: bool,
    /// Check the solution instead of what you wrote.
    #[arg(long, conflicts_with = "program")]
    pub solutions: bool,
    /// Check this program, in whatever language; it gets the arguments that the exercise's README names.
    #[arg(long, value_name = "CMD")]
    pub program: Option<String>,
    /// What payloads, cuts and ports are chosen by; a failed check prints it.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Only this scenario, repeatable.
    #[arg(long, value_name = "NAME")]
    pub scenario: Vec<String>,
    /// Do not remember that the exercise was passed.
    #[arg(long)]
    pub no_progress: bool,
    /// Stop at the first scenario that is not passed.
    #[arg(long)]
    pub fail_fast: bool,
    /// Show the whole timeline of the scenario that failed (or of the first).
    #[arg(long)]
    pub show: bool,
    /// Print verdicts as JSON.
    #[arg(long)]
    pub json: bool,
    /// Use this tier only, instead of the best this machine permits (see `lab doctor`).
    #[arg(long, value_name = "0..3", value_parser = clap::value_parser!(u8).range(0..=3))]
    pub tier: Option<u8>,
    #[command(flatten)]
    pub view: ViewArgs,
}

#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// A recording, as `--export FILE.jsonl` writes it.
    pub file: PathBuf,
    /// Ask first, and mark the answers by the recording.
    #[arg(long)]
    pub predict: bool,
    /// Go through it event by event, forward and back. `?` shows the keys.
    #[arg(long, conflicts_with = "predict", group = "fills_the_screen")]
    pub step: bool,
    /// Go through it by lines that are typed or come from a file, without a screen; `?` lists the words.
    #[arg(long, requires = "step")]
    pub plain: bool,
    /// Colours of a screen that is filled (--step, --present); a key changes them.
    #[arg(long, value_enum, default_value_t = ThemeName::Terminal, requires = "fills_the_screen")]
    pub theme: ThemeName,
    /// Tell the lesson in front of a class: large, one thing after the other, with the keys of a clicker; `?` shows them.
    #[arg(long, conflicts_with_all = ["predict", "step"], group = "fills_the_screen")]
    pub present: bool,
    #[command(flatten)]
    pub view: ViewArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ThemeName {
    /// The terminal's own.
    Terminal,
    /// White on black.
    Dark,
    /// Black on white.
    Light,
}

/// What a run is held to.
#[derive(Debug, Args)]
pub struct EngineArgs {
    /// A rule for the schedule, repeatable: `server.recv[1] after client.send[3]`.
    #[arg(long, value_name = "RULE")]
    pub schedule: Vec<String>,
    /// Rules of a schedule and of a cable from a file, one a line, instead of the lesson's own: what `save` writes in a run
    /// that was stepped.
    #[arg(long, value_name = "FILE")]
    pub schedule_file: Option<PathBuf>,
    /// Step through the run: each call, and on a cable each frame, waits until you let it go. `?` shows the keys.
    #[arg(long, conflicts_with = "talk", group = "fills_the_screen")]
    pub step: bool,
    /// Step by lines that are typed or come from a file, without a screen; `?` lists the words.
    #[arg(long, requires = "step")]
    pub plain: bool,
    /// Colours of a screen that is filled (--step, --present); a key changes them.
    #[arg(long, value_enum, default_value_t = ThemeName::Terminal, requires = "fills_the_screen")]
    pub theme: ThemeName,
    /// Seconds until the run is ended.
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<f64>,
    /// Give a role this file to read on its standard input, repeatable.
    #[arg(long, value_name = "ROLE=FILE")]
    pub stdin: Vec<String>,
    /// Type to this role while the timeline grows.
    #[arg(long, value_name = "ROLE")]
    pub talk: Option<String>,
    /// What joins the programs. Without it: what the lesson says, else the loopback; a rule for the cable means a cable.
    #[arg(long, value_enum)]
    pub wire: Option<WireKind>,
    /// MTU in bytes: of the loopback, whose segmentation offload is switched off with it, or of every host on a cable.
    #[arg(long, value_name = "BYTES")]
    pub mtu: Option<u32>,
    /// Record what the kernel knows of each connection, not only when something is repeated.
    #[arg(long)]
    pub tcp_info: bool,
    /// Use this tier only, instead of the best this machine permits (see `lab doctor`).
    #[arg(long, value_name = "0..3", value_parser = clap::value_parser!(u8).range(0..=3))]
    pub tier: Option<u8>,
    #[command(flatten)]
    pub cable: CableArgs,
}

/// What a cable does to frames. `commands/cable.rs` makes rules of the notation of it.
#[derive(Debug, Args)]
#[command(next_help_heading = "What a cable does to frames (repeatable; each means --wire cable)")]
pub struct CableArgs {
    /// Any rule: `drop server>client SYN,ACK[1]`, `mtu server 576`.
    #[arg(long, value_name = "RULE")]
    pub cable: Vec<String>,
    /// Let frames arrive later: `50ms`, `client>server 50ms`.
    #[arg(long, value_name = "TIME")]
    pub delay: Vec<String>,
    /// Let frames arrive up to so much later, by chance: `10ms`.
    #[arg(long, value_name = "TIME")]
    pub jitter: Vec<String>,
    /// Lose so many frames, by chance: `10%`, `server>client 10%`.
    #[arg(long, value_name = "SHARE")]
    pub loss: Vec<String>,
    /// What chance is computed from, for --loss and --jitter: the same seed loses the same frames.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Carry so many bits a second: `1mbit`.
    #[arg(long, value_name = "RATE")]
    pub rate: Vec<String>,
    /// Lose a frame: `server>client SYN,ACK[1]`, `client>server data[1] 3 times`.
    #[arg(long, value_name = "FRAME")]
    pub drop: Vec<String>,
    /// Let a frame arrive twice.
    #[arg(long, value_name = "FRAME")]
    pub duplicate: Vec<String>,
    /// Change a byte of a frame.
    #[arg(long, value_name = "FRAME")]
    pub corrupt: Vec<String>,
    /// Let the second frame arrive before the first: `client>server data[1] client>server data[2]`.
    #[arg(long, value_name = "FRAMES")]
    pub swap: Vec<String>,
    /// Keep a frame until something has happened: `client>server data[1] until server.recv[1] enters`.
    #[arg(long, value_name = "FRAME until EVENT")]
    pub hold: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WireKind {
    /// The private network's loopback.
    Loopback,
    /// A host for each program, and a cable between them.
    Cable,
}

/// How a run is shown.
#[derive(Debug, Clone, Args)]
pub struct ViewArgs {
    /// Which bytes to print in hex.
    #[arg(long, value_enum, default_value_t = Hex::Payload)]
    pub hex: Hex,
    /// Print every header field of every frame with the bytes it comes from.
    #[arg(long)]
    pub layers: bool,
    /// Show what the kernel holds after each call: TCP states and queued bytes.
    #[arg(long)]
    pub kernel: bool,
    /// Show each frame by which hosts find each other (ARP, neighbour discovery).
    #[arg(long)]
    pub noise: bool,
    #[command(flatten)]
    pub look: LookArgs,
    /// Also write the run to a file, repeatable: .txt, .jsonl (replay) or .pcapng (Wireshark).
    #[arg(long, value_name = "FILE")]
    pub export: Vec<PathBuf>,
}

/// How any output looks on this terminal.
#[derive(Debug, Clone, Args)]
pub struct LookArgs {
    /// When to use colours; nothing is told by colour alone.
    #[arg(long, value_enum, default_value_t = When::Auto)]
    pub color: When,
    /// Columns to use instead of the terminal's.
    #[arg(long, value_name = "N")]
    pub width: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Hex {
    /// Whole frames, uncut.
    All,
    /// Payloads.
    Payload,
    /// Nothing.
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[cfg(test)]
mod tests {
    //! Commands that the documents and the lessons tell people to type are commands of this program.

    use super::{Cli, Command};
    use clap::{CommandFactory, Parser};
    use socket_lab::course::Course;
    use socket_lab::notation::Rule;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    /// Every Markdown file that a reader or an author of the lab is given, also the generated ones.
    fn documents() -> Vec<PathBuf> {
        let mut found = vec![root().join("README.md"), root().join("ARCHITECTURE.md")];
        let mut folders = vec![root().join("book/src")];
        while let Some(folder) = folders.pop() {
            let (inner, files): (Vec<_>, Vec<_>) =
                fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).partition(|path| path.is_dir());
            folders.extend(inner);
            found.extend(files);
        }
        found.retain(|file| file.extension().is_some_and(|ending| ending == "md"));
        found.sort();
        found
    }

    /// The programs that `cargo run --bin` knows: the lab, the lessons, the exercises with their solutions.
    fn programs() -> BTreeSet<String> {
        let mut found = BTreeSet::from(["lab".to_string()]);
        for package in ["lessons", "exercises"] {
            let text = fs::read_to_string(root().join(package).join("Cargo.toml")).unwrap();
            let manifest: toml::Table = text.parse().unwrap();
            let names = manifest["bin"].as_array().unwrap().iter().map(|bin| bin["name"].as_str().unwrap().to_string());
            found.extend(names);
        }
        found
    }

    /// The NAME of each `cargo run … --bin NAME` of a text, wherever it stands.
    fn started(text: &str) -> Vec<String> {
        let words: Vec<_> =
            text.split_whitespace().map(|word| word.trim_matches(['`', '(', ')', ',', '.', ':', ';'])).collect();
        let starts = words.windows(2).enumerate().filter(|(_, pair)| pair == &["cargo", "run"]);
        // Options may stand between them; what follows `--` is the program's own.
        let name = |(at, _): (usize, _)| {
            let mut rest = words[at + 2..].iter().take_while(|word| **word != "--").take(6);
            rest.find(|word| **word == "--bin")?;
            rest.next().map(|name| name.to_string())
        };
        starts.filter_map(name).collect()
    }

    /// The arguments of each `lab …` of a text: in code between backticks, and in lines of code that begin with it.
    fn commands(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        // A command that goes on in the next line is one command.
        let pieces: Vec<&str> = text.split("\\\n").collect();
        let text = pieces.iter().map(|piece| piece.trim_matches(' ')).collect::<Vec<_>>().join(" ");
        for (index, block) in text.split("```").enumerate() {
            if index % 2 == 0 {
                let spans = block.split("\n\n").flat_map(|paragraph| paragraph.split('`').skip(1).step_by(2));
                found
                    .extend(spans.filter_map(|span| arguments(&span.split_whitespace().collect::<Vec<_>>().join(" "))));
            }
            let is_code = |line: &&str| index % 2 == 1 || line.starts_with("    ");
            found.extend(block.lines().filter(is_code).filter_map(|line| arguments(line.trim())));
        }
        found
    }

    /// What follows `lab`. Behind two spaces stands what the command does.
    fn arguments(code: &str) -> Option<String> {
        let code = code.split("  ").next()?.replace('…', "");
        let code = code.strip_prefix("cargo run --bin lab --").map_or(code.clone(), |rest| format!("lab{rest}"));
        let rest = code.strip_prefix("lab")?;
        (rest.is_empty() || rest.starts_with(' ')).then(|| rest.trim().to_string())
    }

    /// Words as a shell splits them.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
        for letter in line.chars() {
            match (quote, letter) {
                (None, ' ') => words.extend(word.take()),
                (None, '\'' | '"') => {
                    quote = Some(letter);
                    word.get_or_insert_default();
                }
                (Some(open), _) if open == letter => quote = None,
                _ => word.get_or_insert_default().push(letter),
            }
        }
        assert!(quote.is_none(), "a quote is not closed: {line}");
        words.extend(word);
        words
    }

    /// What is wrong with a command, if anything.
    fn check(course: &Course, line: &str) -> Result<Cli, String> {
        // `lab replay` in a sentence names the command; what it needs stands elsewhere.
        if Cli::command().find_subcommand(line).is_some() {
            return Ok(Cli::parse_from(["lab"]));
        }
        let cli = Cli::try_parse_from([vec!["lab".to_string()], words(line)].concat()).map_err(|e| e.to_string())?;
        if let Some(Command::Replay(replay)) = &cli.command
            && replay.file.starts_with("book")
            && !root().join(&replay.file).is_file()
        {
            return Err(format!("there is no {}", replay.file.display()));
        }
        // `lab LESSON`, `lab NN`: not a name but the place for one.
        let placeholder = |name: &String| name.chars().all(|letter| letter.is_ascii_uppercase());
        if let Some(name) = cli.lesson.as_ref().filter(|name| !placeholder(name)) {
            let lesson = course.lesson(name).map_err(|error| error.to_string())?;
            let asked = cli.run.variation.as_deref().filter(|name| !name.is_empty());
            let variation = lesson.variation(asked).map_err(|error| error.to_string())?;
            for rule in &cli.run.engine.schedule {
                Rule::parse_among(rule, &variation.role_names()).map_err(|error| error.to_string())?;
            }
            let engine = &cli.run.engine;
            crate::commands::cable::rules(&engine.cable, &variation.role_names(), &variation.host_names())
                .map_err(|error| error.to_string())?;
        }
        Ok(cli)
    }

    #[test]
    fn every_command_in_the_documents_is_one_of_this_program_and_leads_somewhere() {
        let course = Course::open(root()).unwrap();
        let programs = programs();
        let (mut wrong, mut found) = (Vec::new(), 0);
        for file in documents() {
            let text = fs::read_to_string(&file).unwrap();
            let commands = commands(&text);
            let name = file.strip_prefix(root()).unwrap().display();
            found += commands.len();
            let told = commands.iter().filter_map(|line| Some((line, check(&course, line).err()?)));
            wrong.extend(told.map(|(line, error)| format!("{name}: lab {line}\n{error}")));
            // `NAME`, `NN-name`: the place for one, as authors are told.
            let unknown = |program: &String| {
                !programs.contains(program) && !program.starts_with(|c: char| c.is_ascii_uppercase())
            };
            let unknown = started(&text).into_iter().filter(unknown);
            wrong.extend(unknown.map(|program| format!("{name}: there is no program {program}")));
        }
        // Documents that named no command at all would hide that they are no longer found.
        assert!(found > 50, "only {found} commands found");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn everything_a_lesson_proposes_to_try_next_is_there() {
        let course = Course::open(root()).unwrap();
        assert!(course.damaged.is_empty(), "{:?}", course.damaged);
        let mut wrong = Vec::new();
        for lesson in &course.lessons {
            for variation in &lesson.variations {
                for next in &variation.next {
                    let place = format!("{} {}: lab {}", lesson.name, variation.name, next.run);
                    match check(&course, &next.run) {
                        Ok(cli) if cli.lesson.is_some() => {}
                        Ok(_) => wrong.push(format!("{place} runs no lesson")),
                        Err(error) => wrong.push(format!("{place}\n{error}")),
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn commands_are_found_in_code_and_wrong_ones_are_refused() {
        let text = "Type `lab 05\n--kernel` or `label`.\n\n    lab doctor     what it permits\n\n```text\nlab 06  next\n```\n`cargo run --bin lab -- 07`";
        assert_eq!(commands(text), ["05 --kernel", "doctor", "06", "07"]);
        let text = "`cargo run --bin 01-x -- server`, `cargo run --quiet --bin\n01-y` and cargo run -- --bin no; cargo test --bin z";
        assert_eq!(started(text), ["01-x", "01-y"]);
        let course = Course::open(root()).unwrap();
        let wrong = ["05 --variation no-such", "99", "05 --no-such", "05 --schedule 'server.recv[1] after peer.exit'"];
        let cable = ["05 --delay 50", "05 --drop 'client>peer data[1]'", "05 --wire radio"];
        for line in wrong.into_iter().chain(cable).chain(["replay book/no-such.jsonl"]) {
            assert!(check(&course, line).is_err(), "{line}");
        }
        assert!(check(&course, "05 --variation case-2 --schedule 'server.recv[1] after client.exit'").is_ok());
    }
}
