//! Claims about marking: a choice holds when all that it says was seen, and only one choice is an answer.

use super::sticky;
use crate::expectations::{Marked, mark};
use crate::recording::{Choice, Prediction};

fn marked(choices: &[&[&str]]) -> Marked {
    let choice =
        |that: &&[&str]| Choice { that: that.iter().map(|line| line.to_string()).collect(), ..Choice::default() };
    let prediction = Prediction { question: "?".into(), choices: choices.iter().map(choice).collect() };
    mark(&prediction, &sticky().timeline()).expect("the notation")
}

#[test]
fn the_only_choice_that_holds_is_the_answer() {
    let marked =
        marked(&[&["server.recv[1] = 5"], &["server.recv[1] = 14", "count(client.send) = 3"], &["no server.recv"]]);
    assert_eq!(marked.answer(), Some(1));
    assert_eq!(marked.choices[1].evidence, ["server.recv[1]", "client.send[1..3]"]);
    assert_eq!(marked.choices[1].instead, None);
}

#[test]
fn a_choice_of_which_one_half_is_not_so_does_not_hold_and_says_which() {
    let marked = marked(&[&["server.recv[1] = 14", "count(client.send) = 4"]]);
    assert_eq!(marked.answer(), None);
    let choice = &marked.choices[0];
    assert!(!choice.seen && !choice.unknown && choice.evidence == ["client.send[1..3]"], "{choice:?}");
    assert_eq!(choice.instead.as_deref(), Some("client.send occurs 3 times"));
}

#[test]
fn two_choices_that_hold_and_a_choice_that_says_nothing_answer_nothing() {
    assert_eq!(marked(&[&["server.recv[1] = 14"], &["count(client.send) = 3"]]).answer(), None);
    assert_eq!(marked(&[&[]]).answer(), None);
}

#[test]
fn what_is_refuted_stays_refuted_although_something_else_cannot_be_told() {
    let unknown = "server.recv[1] finds 14 queued";
    let marked = marked(&[&[unknown], &[unknown, "server.recv[1] = 5"], &["server.recv[1] = 5", unknown]]);
    assert!(marked.choices[0].unknown, "{:?}", marked.choices[0]);
    assert!(marked.choices[1..].iter().all(|choice| !choice.unknown && !choice.seen), "{:?}", marked.choices);
}

#[test]
fn a_choice_that_is_not_in_the_notation_is_an_error() {
    let choice = Choice { that: vec!["server.recv[1] is 14".into()], ..Choice::default() };
    let prediction = Prediction { question: "?".into(), choices: vec![choice] };
    assert!(mark(&prediction, &sticky().timeline()).is_err());
}
