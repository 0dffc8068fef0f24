//! book/src/notation.md, book/src/add-a-lesson.md and book/src/add-an-exercise.md teach what the code reads: every example on them is read by it, and nothing that can
//! be written is missing.

use socket_lab::course::{Course, Exercises};
use socket_lab::notation::script::{Act, Payload, Pieces, Step, Term};
use socket_lab::notation::{
    CALL_NAMES, CableRule, CallRef, Check, Comparison, EventRef, Expectation, FrameRef, Kind, ParseError, Quality, Rule,
};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const NOTATION: &str = include_str!("../book/src/notation.md");
const LESSONS: &str = include_str!("../book/src/add-a-lesson.md");
const EXERCISES: &str = include_str!("../book/src/add-an-exercise.md");
/// The words that say of an example what it is: behind the fence of a block, or in the head of a table's column.
const SORTS: [&str; 8] = ["call", "frame", "event", "rule", "cable", "expectation", "step", "bytes"];

/// An example of the document: what sort it says it is, the line, and whether it stands in a table.
struct Example {
    sort: &'static str,
    line: &'static str,
    in_table: bool,
}

fn examples() -> Vec<Example> {
    let mut found = Vec::new();
    let mut fence: Option<Option<&str>> = None;
    let mut column: Option<(usize, &str)> = None;
    for line in NOTATION.lines() {
        if let Some(info) = line.strip_prefix("```") {
            fence = if fence.is_some() { None } else { Some(SORTS.into_iter().find(|sort| *sort == info)) };
        } else if let Some(sort) = fence {
            found.extend(sort.map(|sort| Example { sort, line, in_table: false }));
        } else if !line.starts_with('|') {
            column = None;
        } else if let Some((index, sort)) = column {
            let cell = cells(line)[index];
            if !cell.starts_with("---") {
                found.push(Example { sort, line: code(cell), in_table: true });
            }
        } else {
            let of = |cell: &str| SORTS.into_iter().find(|sort| cell == format!("example ({sort})"));
            column = cells(line).iter().enumerate().find_map(|(index, cell)| Some((index, of(cell)?)));
        }
    }
    assert!(fence.is_none(), "a block is not closed");
    found
}

fn cells(line: &str) -> Vec<&str> {
    line.trim().trim_matches('|').split('|').map(str::trim).collect()
}

/// What stands between the backticks of a cell.
fn code(cell: &str) -> &str {
    cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`')).unwrap_or_else(|| panic!("{cell} is no code"))
}

fn read(sort: &str, line: &str) -> Result<String, ParseError> {
    Ok(match sort {
        "call" => line.parse::<CallRef>()?.to_string(),
        "frame" => line.parse::<FrameRef>()?.to_string(),
        "event" => line.parse::<EventRef>()?.to_string(),
        "rule" => line.parse::<Rule>()?.to_string(),
        "cable" => line.parse::<CableRule>()?.to_string(),
        "step" => line.parse::<Step>()?.to_string(),
        "bytes" => line.parse::<Payload>()?.to_string(),
        _ => line.parse::<Expectation>()?.to_string(),
    })
}

fn course() -> Course {
    Course::open(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the course")
}

#[test]
fn every_example_of_the_notation_parses_as_what_it_is_said_to_be() {
    let examples = examples();
    for Example { sort, line, .. } in &examples {
        if let Err(error) = read(sort, line) {
            panic!("book/src/notation.md, {sort}, {error}\n{}", error.caret());
        }
    }
    for sort in SORTS {
        assert!(examples.iter().any(|example| example.sort == sort), "there is no example of a {sort}");
    }
}

#[test]
fn the_rules_and_expectations_in_the_tables_stand_in_a_lesson() {
    let course = course();
    let variations = || course.lessons.iter().flat_map(|lesson| &lesson.variations);
    let written: BTreeSet<&str> = variations()
        .flat_map(|it| it.schedule.iter().chain(it.expect.iter().map(|expect| &expect.that)))
        .map(String::as_str)
        .collect();
    for Example { sort, line, in_table } in examples() {
        if in_table && !["event", "cable", "step", "bytes"].contains(&sort) {
            assert!(written.contains(line), "no lesson has the {sort} {line}");
        }
    }
}

#[test]
fn every_form_of_an_expectation_an_event_and_a_rule_of_either_sort_has_an_example() {
    let examples = examples();
    let of =
        |sort: &'static str| examples.iter().filter(move |example| example.sort == sort).map(|example| example.line);
    let shown: BTreeSet<&str> = of("expectation").map(|line| form(&line.parse().unwrap())).collect();
    let all: BTreeSet<&str> = FORMS.into_iter().collect();
    assert_eq!(shown, all);
    let rules: BTreeSet<&str> = of("rule").map(|line| rule(&line.parse().unwrap())).collect();
    assert_eq!(rules.len(), 3, "{rules:?}");
    let impairments: BTreeSet<&str> = of("cable").map(|line| cable(&line.parse().unwrap())).collect();
    assert_eq!(impairments.len(), 10, "{impairments:?}");
    let events: BTreeSet<&str> = of("event").map(|line| event(&line.parse().unwrap())).collect();
    assert_eq!(events.len(), 6, "{events:?}");
}

/// Every name that [`form`] can give; a new form does not compile there before somebody has looked here.
const FORMS: [&str; 29] = [
    "value",
    "compared value",
    "fails",
    "succeeds",
    "blocks",
    "truncated",
    "returns calls",
    "returns text",
    "from",
    "leaves",
    "finds",
    "carries",
    "payload",
    "count calls",
    "is",
    "frame leaves",
    "count frames",
    "count frames that are",
    "no frame is",
    "no frame is after",
    "no frame",
    "no frame after",
    "no call",
    "no call after",
    "before",
    "exits",
    "killed by",
    "runs",
    "prints",
];

fn form(expectation: &Expectation) -> &'static str {
    match expectation {
        Expectation::Call(_, check) => match check {
            Check::Value(Comparison::Equal, _) => "value",
            Check::Value(..) => "compared value",
            Check::Fails(_) => "fails",
            Check::Succeeds => "succeeds",
            Check::Blocks => "blocks",
            Check::Truncated => "truncated",
            Check::ReturnsCalls(_) => "returns calls",
            Check::ReturnsText(_) => "returns text",
            Check::From(_) => "from",
            Check::Leaves(_) => "leaves",
            Check::Finds(_) => "finds",
        },
        Expectation::Carries(..) => "carries",
        Expectation::Payload(..) => "payload",
        Expectation::CountCalls(..) => "count calls",
        Expectation::Is(..) => "is",
        Expectation::Leaves(..) => "frame leaves",
        Expectation::CountFrames(_, None, ..) => "count frames",
        Expectation::CountFrames(_, Some(_), ..) => "count frames that are",
        Expectation::NoFrame(_, None, None) => "no frame",
        Expectation::NoFrame(_, None, Some(_)) => "no frame after",
        Expectation::NoFrame(_, Some(_), None) => "no frame is",
        Expectation::NoFrame(_, Some(_), Some(_)) => "no frame is after",
        Expectation::NoCall(_, None) => "no call",
        Expectation::NoCall(_, Some(_)) => "no call after",
        Expectation::Before(..) => "before",
        Expectation::Exits(..) => "exits",
        Expectation::KilledBy(..) => "killed by",
        Expectation::Runs(_) => "runs",
        Expectation::Prints(..) => "prints",
    }
}

fn rule(rule: &Rule) -> &'static str {
    match rule {
        Rule::Hold { .. } => "hold",
        Rule::Start { .. } => "start",
        Rule::Kill { .. } => "kill",
    }
}

fn cable(rule: &CableRule) -> &'static str {
    match rule {
        CableRule::Delay { .. } => "delay",
        CableRule::Jitter { .. } => "jitter",
        CableRule::Drop { .. } => "drop",
        CableRule::Loss { .. } => "loss",
        CableRule::Duplicate { .. } => "duplicate",
        CableRule::Swap { .. } => "swap",
        CableRule::Hold { .. } => "hold",
        CableRule::Corrupt { .. } => "corrupt",
        CableRule::Rate { .. } => "rate",
        CableRule::Mtu { .. } => "mtu",
    }
}

fn event(event: &EventRef) -> &'static str {
    match event {
        EventRef::Returned(_) => "returned",
        EventRef::Entered(_) => "enters",
        EventRef::Gone(_) => "goes",
        EventRef::Frame(_) => "frame",
        EventRef::Arrived(_) => "arrives",
        EventRef::Exited(_) => "exit",
    }
}

#[test]
fn every_form_of_a_step_and_of_bytes_has_an_example() {
    let examples = examples();
    let of =
        |sort: &'static str| examples.iter().filter(move |example| example.sort == sort).map(|example| example.line);
    let steps: BTreeSet<&str> = of("step").map(|line| step(&line.parse().unwrap())).collect();
    assert_eq!(steps.len(), 24, "{steps:?}");
    let terms: BTreeSet<&str> = of("bytes")
        .flat_map(|line| line.parse::<Payload>().unwrap().terms.iter().map(term).collect::<Vec<_>>())
        .collect();
    assert_eq!(terms.len(), 22, "{terms:?}");
}

fn step(step: &Step) -> &'static str {
    match &step.act {
        Act::Connect => "connect",
        Act::ConnectRefused => "connect refused",
        Act::Listen => "listen",
        Act::Accept => "accept",
        Act::Udp => "udp",
        Act::Bind => "bind",
        Act::Send { pieces: Pieces::Whole, .. } => "send",
        Act::Send { pieces: Pieces::Of(_), .. } => "send in pieces",
        Act::Send { pieces: Pieces::Random, .. } => "send in random pieces",
        Act::Receive { skipping: Some(_), .. } => "receive skipping",
        Act::Receive { slowly: false, .. } => "receive",
        Act::Receive { slowly: true, .. } => "receive slowly",
        Act::ReceiveAny(_) => "receive any",
        Act::ReceiveEnd => "receive the end",
        Act::ReceiveReset => "receive a reset",
        Act::ReceiveEndOrReset => "receive the end or a reset",
        Act::ReceiveNothing => "receive nothing",
        Act::ShutDown => "shut down",
        Act::Close => "close",
        Act::Reset => "reset",
        Act::CloseUnread => "close unread",
        Act::Slow => "slow",
        Act::Repeat { .. } => "repeat",
        Act::End => "end",
    }
}

fn term(term: &Term) -> &'static str {
    match term {
        Term::Text(_) => "\"\"",
        Term::Hex(_) => "hex",
        Term::Name(_) => "$",
        Term::Random(_) => "random",
        Term::Letters(_) => "text",
        Term::Zeros(_) => "zeros",
        Term::Times(..) => "times",
        Term::Number(width, _) => width.as_str(),
        Term::Frame(_) => "frame",
        Term::Upper(_) => "upper",
        Term::Length(_) => "length",
        Term::Sum(_) => "sum",
        Term::HexOf(_) => "hexof",
        Term::Slice(..) => "slice",
        Term::Time(_) => "time",
        Term::Port => "port",
        Term::Address => "address",
        Term::Capture(..) => "capture",
    }
}

#[test]
fn every_name_of_a_call_and_every_kind_and_quality_of_a_frame_is_explained() {
    let kinds = Kind::ALL.map(Kind::as_str);
    let qualities = Quality::ALL.map(Quality::as_str);
    let missing: Vec<_> = CALL_NAMES
        .iter()
        .chain(&kinds)
        .chain(&qualities)
        .filter(|name| !NOTATION.contains(&format!("`{name}`")))
        .collect();
    assert!(missing.is_empty(), "book/src/notation.md does not explain {missing:?}");
}

#[test]
fn lines_that_are_said_to_be_wrong_are_refused_in_these_words() {
    let (_, section) = NOTATION.split_once("## When a line is wrong").expect("the section");
    let rows: Vec<_> = section.lines().filter(|line| line.starts_with("| `")).map(cells).collect();
    assert!(!rows.is_empty());
    for row in rows {
        let line = code(row[0]);
        let refusals = ["expectation", "rule", "cable", "step"]
            .map(|sort| read(sort, line))
            .map(|read| read.expect_err(line).what);
        assert!(refusals.iter().any(|what| what.contains(row[1])), "{line}: {refusals:?}");
    }
    let shown = section.split("```").nth(1).expect("a block").trim_start_matches("text\n");
    let mut lines = shown.lines();
    let error = read("rule", lines.nth(1).expect("the wrong line")).expect_err("the wrong line");
    assert_eq!(shown, format!("--schedule: {error}\n{}\n", error.caret()));
}

/// Names of the fields that a lesson.toml may have: those of the types that read it, by the names the file uses.
fn fields_of_a_lesson() -> Vec<String> {
    let lesson = include_str!("../src/course/lesson.rs");
    let events = include_str!("../src/recording/event.rs");
    let mut all = fields(lesson, &["Lesson", "Variation", "RolePlan"]);
    all.extend(fields(events, &["Expect", "Next", "Prediction", "Choice", "Beat"]));
    all
}

/// The same of an exercise.toml.
fn fields_of_an_exercise() -> Vec<String> {
    let exercise = include_str!("../src/course/exercise.rs");
    fields(exercise, &["Exercise", "Scenario", "ProgramPlan", "PeerPlan", "FilePlan", "LimitsPlan"])
}

fn fields(source: &str, names: &[&str]) -> Vec<String> {
    let of = |name: &&str| {
        let (_, rest) = source.split_once(&format!("pub struct {name} {{\n")).unwrap_or_else(|| panic!("no {name}"));
        let (body, _) = rest.split_once("\n}").expect("its end");
        let mut renamed = None;
        let mut fields = Vec::new();
        for line in body.lines().map(str::trim) {
            if let Some((_, rest)) = line.split_once("rename = \"") {
                renamed = rest.split('"').next().map(str::to_string);
            } else if line == "#[serde(skip)]" {
                renamed = Some(String::new());
            } else if let Some((field, _)) = line.strip_prefix("pub ").and_then(|line| line.split_once(':')) {
                fields.push(renamed.take().unwrap_or_else(|| field.to_string()));
            }
        }
        fields
    };
    let mut all: Vec<String> = names.iter().flat_map(of).collect();
    all.retain(|field| !field.is_empty());
    all
}

#[test]
fn every_field_of_a_lesson_is_explained_and_stands_in_the_example() {
    let example = example(LESSONS);
    let fields = fields_of_a_lesson();
    assert!(fields.len() > 15, "{fields:?}");
    for field in fields {
        assert!(LESSONS.contains(&format!("`{field}`")), "book/src/add-a-lesson.md does not explain `{field}`");
        let written = [format!("{field} = "), format!("[[{field}]]"), format!(".{field}]]")];
        assert!(written.iter().any(|it| example.contains(it)), "{field} is not in the example");
    }
}

#[test]
fn every_field_of_an_exercise_is_explained_and_stands_in_the_example() {
    let example = example(EXERCISES);
    let fields = fields_of_an_exercise();
    assert!(fields.len() > 30, "{fields:?}");
    for field in fields {
        let written = [format!("{field} = "), format!("[[{field}]]")];
        assert!(written.iter().any(|it| example.contains(it)), "{field} is not in the example");
        let explained = EXERCISES.replace(example, "").contains(&format!("`{field}`"));
        assert!(
            explained || ["title", "term", "lesson", "scenario", "name"].contains(&field.as_str()),
            "book/src/add-an-exercise.md does not explain `{field}`"
        );
    }
}

#[test]
fn the_example_of_an_exercise_is_read_and_its_checks_find_nothing_wrong() {
    let root = std::env::temp_dir().join(format!("lab-test-docs-exercise-{}", std::process::id()));
    let folder = root.join("exercises/01-fetch");
    fs::create_dir_all(&folder).unwrap();
    fs::create_dir_all(root.join("lessons/01-tcp-echo")).unwrap();
    fs::write(folder.join("exercise.toml"), example(EXERCISES)).unwrap();
    let read = Exercises::open(&root);
    fs::remove_dir_all(&root).unwrap();
    let read = read.unwrap();
    assert!(read.damaged.is_empty(), "{}", read.damaged[0].1);
    assert_eq!(read.exercises[0].scenarios.len(), 2);
}

/// The first example of a document that shows a whole file.
fn example(document: &'static str) -> &'static str {
    let (_, rest) = document.split_once("```toml\n").expect("an example");
    rest.split_once("```").expect("its end").0
}

#[test]
fn the_example_of_a_lesson_is_a_sound_lesson() {
    let root = std::env::temp_dir().join(format!("lab-test-docs-{}", std::process::id()));
    let folder = root.join("lessons/05-sticky-packets");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("lesson.toml"), example(LESSONS)).unwrap();
    let read = Course::open(&root);
    fs::remove_dir_all(&root).unwrap();
    let read = read.unwrap();
    assert!(read.damaged.is_empty(), "{}", read.damaged[0].1);
    // It says that it is the real one.
    let (shown, real) = (&read.lessons[0], course());
    let real = real.lesson("05-sticky-packets").unwrap();
    assert_eq!((&shown.title, &shown.term, &shown.question), (&real.title, &real.term, &real.question));
    let (shown, real) = (&shown.variations[0], &real.variations[0]);
    assert_eq!((&shown.name, &shown.says, &shown.schedule), (&real.name, &real.says, &real.schedule));
    assert!(shown.expect.iter().all(|expect| real.expect.contains(expect)));
}
