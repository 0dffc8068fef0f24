//! `--predict`: the answer is locked in before the run, and the recording marks it.
#![cfg(all(target_os = "linux", feature = "record"))]

mod common;

use common::{Folder, User, bundled, lab, root, stderr, stdout, told};
use std::fs;
use std::process::Output;

fn answering(arguments: &[&str], answers: &str) -> Output {
    let mut command = lab(User::Self_, arguments);
    command.args(["--color", "never", "--width", "80"]);
    told(command, answers)
}

#[test]
fn answers_are_locked_in_before_the_run_and_marked_by_its_recording() {
    let output = answering(&["05", "--predict"], "C\n a \n");
    let text = stdout(&output);
    assert!(output.status.success(), "{text}{}", stderr(&output));
    let places = [
        "Question 1 of 2",
        "Locked in: c.",
        "Question 2 of 2",
        "Locked in: a.",
        "server.recv[1]",
        "seen ",
        "your answers",
    ];
    let found: Vec<_> =
        places.iter().map(|place| text.find(place).unwrap_or_else(|| panic!("{place}\n{text}"))).collect();
    assert!(found.is_sorted(), "{found:?}");
    let (_, marks) = text.split_once("your answers").unwrap();
    for line in [
        "  ✔ c  14 bytes: hellohaihahaha ◀ your answer",
        "       server.recv[1], client.send[1..3]",
        "  ✘ a  1 ◀ your answer",
        "       instead: ",
        "  ✔ b  3\n",
        "  not a ",
        "\n1 of 2 right\n",
    ] {
        assert!(marks.contains(line), "{line:?} is not in\n{marks}");
    }
    // The rows that prove it are those of the timeline.
    let proof = marks.lines().find(|line| line.contains("└ recv[1] = 14")).expect("the row that proves it");
    let time = proof.split_whitespace().next().unwrap();
    assert!(
        text.lines().any(|line| line.contains(time) && line.contains("└ recv[1] = 14 \"helloh\"")),
        "{time}\n{text}"
    );
}

/// A lab that knew the answer by heart would still say three.
#[test]
fn a_run_that_goes_another_way_than_the_lesson_is_marked_by_what_it_shows() {
    let other = ["05", "--predict", "--timeout", "2", "--schedule", "client.send[2] after server.recv[1]"];
    let output = answering(&other, "c\nb\n");
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let (_, marks) = text.split_once("your answers").unwrap_or_else(|| panic!("{text}{}", stderr(&output)));
    let (first, second) = marks.split_once("\n2. ").unwrap();
    assert!(!first.contains('✔') && first.contains("Nothing is marked."), "{first}");
    assert!(second.contains("✔ a  1\n") && second.contains("✘ b  3 ◀ your answer"), "{second}");
    assert!(second.contains("the explanation is withheld") && !second.contains("left at once"), "{second}");
    assert!(marks.ends_with("\n0 of 1 right\n"), "{marks}");
}

#[test]
fn without_an_answer_nothing_is_run() {
    for (answers, status) in [("", 2), ("c\n", 2), ("z\n", 2), ("q\n", 0), ("c\nQ\n", 0)] {
        let output = answering(&["05", "--predict"], answers);
        assert_eq!(output.status.code(), Some(status), "{answers:?}");
        assert!(!stdout(&output).contains("seen "), "{answers:?} ran");
    }
    let output = answering(&["05", "--predict"], &format!("{}\nc\nb\n", "long ".repeat(1000)));
    assert!(output.status.success() && stdout(&output).contains("That is none of them."));
}

#[test]
fn a_variation_that_asks_nothing_says_which_do() {
    let output = answering(&["05", "--variation", "case-1-late", "--predict"], "a\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("these do: late-reader, nagle"), "{}", stderr(&output));
}

#[test]
fn a_recording_asks_what_its_lesson_asked() {
    let file = bundled("05-sticky-packets", "late-reader");
    let output = answering(&["replay", file.to_str().unwrap(), "--predict"], "c\nb\n");
    assert!(output.status.success() && stdout(&output).ends_with("\n2 of 2 right\n"), "{}", stdout(&output));
    // What `lab trace` records asks nothing.
    let folder = Folder::new("predict");
    let file = folder.file("run.jsonl");
    let trace = ["trace", "--client", "true", "--export", file.to_str().unwrap()];
    assert!(lab(User::Self_, &trace).current_dir(root()).output().unwrap().status.success());
    let output = answering(&["replay", file.to_str().unwrap(), "--predict"], "c\n");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}

#[test]
fn a_damaged_recording_whose_question_has_no_choices_is_refused() {
    let folder = Folder::new("no-choice");
    let file = folder.file("run.jsonl");
    let text = fs::read_to_string(bundled("05-sticky-packets", "nagle")).unwrap();
    let (header, events) = text.split_once('\n').unwrap();
    let mut header: serde_json::Value = serde_json::from_str(header).unwrap();
    header["recording"]["story"]["prediction"][0]["choice"] = serde_json::json!([]);
    fs::write(&file, format!("{header}\n{events}")).unwrap();
    let output = answering(&["replay", file.to_str().unwrap(), "--predict"], "a\n");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("question 1 has 0 choices"), "{}", stderr(&output));
}
