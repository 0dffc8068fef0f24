//! Claims about questions and their marks as text.

use super::run::Run;
use super::{Options, plain};
use crate::expectations::{Marked, mark};
use crate::recording::{Choice, Prediction};
use crate::timeline::Timeline;
use crate::view::text::{predicted, question};
use unicode_width::UnicodeWidthStr;

fn choice(says: &str, that: &str, why: Option<&str>, tempting: Option<&str>) -> Choice {
    let text = |text: Option<&str>| text.map(str::to_string);
    Choice { says: says.into(), that: vec![that.into()], why: text(why), tempting: text(tempting) }
}

fn asked() -> Prediction {
    let choices = vec![
        choice("two", "count(client.send) = 2", None, Some("it looks like two")),
        choice("twelve", "count(client.send) = 12", Some("each was one"), None),
        choice("none", "no client.send", None, Some("nothing was said")),
    ];
    Prediction { question: "How many sends?".into(), choices }
}

fn run(sends: usize) -> Timeline {
    let mut run = Run::new("trace", &["server", "client"]);
    run.socket(1, "client", "stream", Some("server"));
    for _ in 0..sends {
        let send = run.enter("client", "send", |e| (e.fd, e.sock) = (Some(3), Some(1)));
        run.exit(send, 1, |_| {});
    }
    run.end(|_| {});
    run.timeline()
}

fn marks(timeline: &Timeline, prediction: Prediction, chosen: usize, options: &Options) -> String {
    let marked: Marked = mark(&prediction, timeline).unwrap();
    predicted(timeline, &[(prediction, marked, chosen)], options)
}

#[test]
fn the_answer_is_proved_by_rows_and_ones_own_mistake_is_explained_first() {
    let page = marks(&run(12), asked(), 2, &plain(80));
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text:?} is not in\n{page}"));
    assert!(place("✘ a  two") < place("✔ b  twelve") && place("✔ b  twelve") < place("✘ c  none ◀ your answer"));
    assert_eq!(page.matches("send[").count() - 2, 10, "the rows, beside the evidence and what is instead\n{page}");
    assert!(page.contains("… and 2 rows"), "{page}");
    assert!(place("so    each was one") < place("not c nothing was said") && place("not c") < place("not a it looks"));
    assert!(page.ends_with("\n0 of 1 right\n"), "{page}");
}

#[test]
fn what_is_not_seen_is_not_explained() {
    let page = marks(&run(2), asked(), 0, &plain(80));
    assert!(page.contains("✔ a  two ◀ your answer") && page.contains("explanation is withheld"), "{page}");
    assert!(!page.contains("each was one") && !page.contains("nothing was said"), "{page}");
    let page = marks(&run(3), asked(), 0, &plain(80));
    assert!(page.contains("does not decide between them") && page.ends_with("0 of 0 right\n"), "{page}");
}

#[test]
fn no_line_is_wider_than_the_page_and_nothing_controls_the_terminal() {
    let long = format!("{}\x1b[2J {}", "粘包 ".repeat(40), "x".repeat(300));
    let mut hostile = asked();
    hostile.question = long.clone();
    for choice in &mut hostile.choices {
        (choice.says, choice.why, choice.tempting) = (long.clone(), Some(long.clone()), Some(long.clone()));
    }
    for width in [60, 80, 200] {
        let page = marks(&run(12), hostile.clone(), 1, &plain(width)) + &question(1, 1, &hostile, width, false);
        assert!(page.lines().all(|line| line.width() <= width), "{page}");
        assert!(!page.contains('\x1b'), "{page}");
    }
}
