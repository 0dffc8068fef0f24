//! Keys → state → screen, without a terminal.

use super::super::screen::screen;
use super::*;

fn lines(count: usize) -> Vec<MarkdownLine> {
    (1..=count).map(|n| MarkdownLine { text: format!("line {n}"), at: n }).collect()
}

/// A page of so many lines on a screen of 60 columns and ten rows of text.
fn pager(count: usize) -> Pager {
    let mut pager = Pager::new("A page".into(), false);
    pager.measure((60, 11));
    pager.fill(lines(count), false);
    pager
}

fn typed(pager: &mut Pager, letters: &str) {
    for letter in letters.chars() {
        assert_eq!(pager.update(Press::Letter(letter)), None, "{letter}");
    }
}

fn first(pager: &Pager) -> String {
    pager.shown().first().cloned().unwrap_or_default()
}

#[test]
fn keys_move_as_in_less_and_never_beyond_the_page() {
    let mut pager = pager(100);
    let control = Press::Control;
    for (press, line) in [
        (Press::Up, 1),
        (Press::Letter(' '), 10),
        (Press::PageDown, 19),
        (control('f'), 28),
        (Press::Letter('b'), 19),
        (control('b'), 10),
        (Press::Letter('d'), 15),
        (control('u'), 10),
        (Press::Letter('j'), 11),
        (Press::Enter, 12),
        (Press::Letter('k'), 11),
        (Press::Letter('G'), 91),
        (Press::Down, 91),
        (Press::Home, 1),
        (Press::End, 91),
        (Press::Letter('x'), 91),
        (Press::Letter('g'), 1),
    ] {
        assert_eq!(pager.update(press), None);
        assert_eq!(first(&pager), format!("line {line}"), "{press:?}");
    }
}

#[test]
fn other_keys_ask_for_something_to_be_done() {
    let mut pager = pager(3);
    for (letter, effect) in [
        ('q', Effect::Quit(0)),
        (']', Effect::Turn(true)),
        ('[', Effect::Turn(false)),
        ('r', Effect::Measure),
        ('a', Effect::LayOut),
    ] {
        assert_eq!(pager.update(Press::Letter(letter)), Some(effect));
    }
    assert!(pager.is_open());
}

#[test]
fn a_search_goes_from_place_to_place_and_around() {
    let mut pager = pager(100);
    typed(&mut pager, "/LINE 5x");
    pager.update(Press::Backspace);
    assert_eq!(pager.prompt(), Some("LINE 5"));
    pager.update(Press::Enter);
    assert_eq!(pager.note(), Some("there is no \"LINE 5\" on this page"), "capitals count when they are typed");
    typed(&mut pager, "/line 5");
    pager.update(Press::Enter);
    assert_eq!((first(&pager).as_str(), pager.note()), ("\x1b[7mline 5\x1b[27m", Some("\"line 5\": line 1 of 11")));
    typed(&mut pager, "n");
    assert_eq!(first(&pager), "\x1b[7mline 5\x1b[27m0");
    typed(&mut pager, "NN");
    assert_eq!(pager.note(), Some("\"line 5\": line 11 of 11, from the end again"));
    typed(&mut pager, "n");
    assert_eq!(pager.note(), Some("\"line 5\": line 1 of 11, from the top again"));
    // An empty pattern is the last one again.
    typed(&mut pager, "/");
    pager.update(Press::Enter);
    assert_eq!(pager.note(), Some("\"line 5\": line 2 of 11"));
    typed(&mut pager, "/q");
    pager.update(Press::Escape);
    assert_eq!((pager.prompt(), pager.note()), (None, None));
}

#[test]
fn a_search_without_a_pattern_says_so_and_one_in_vain_tells_of_folds() {
    let mut pager = pager(3);
    typed(&mut pager, "n");
    assert_eq!(pager.note(), Some("nothing to look for yet: / asks what"));
    pager.fill(vec![MarkdownLine { text: "▸ Answer".into(), at: 0 }], false);
    typed(&mut pager, "/14");
    pager.update(Press::Enter);
    assert_eq!(pager.note(), Some("there is no \"14\" on this page; what is folded was not searched: a unfolds"));
}

#[test]
fn a_page_laid_out_anew_keeps_the_place_and_does_not_wander() {
    let wide = || (0..50).map(|n| MarkdownLine { text: format!("block {n}"), at: n * 10 });
    let narrow =
        || (0..50).flat_map(|n| (0..4).map(move |part| MarkdownLine { text: format!("block {n}.{part}"), at: n * 10 }));
    let mut pager = pager(0);
    pager.fill(wide().collect(), false);
    for _ in 0..20 {
        pager.update(Press::Down);
    }
    assert_eq!(first(&pager), "block 20");
    pager.fill(narrow().collect(), false);
    assert_eq!(first(&pager), "block 20.0");
    for _ in 0..3 {
        pager.update(Press::Down);
    }
    for _ in 0..5 {
        pager.fill(wide().collect(), false);
        assert_eq!(first(&pager), "block 20");
        pager.fill(narrow().collect(), false);
        assert_eq!(first(&pager), "block 20.3", "back at the old width one is back at the old row");
    }
    // Block 20 is folded away now: the nearest before it is shown.
    pager.fill(wide().filter(|line| line.at != 200).collect(), false);
    assert_eq!(first(&pager), "block 19");
}

#[test]
fn another_page_begins_at_its_top() {
    let mut pager = pager(100);
    typed(&mut pager, "G");
    pager.turn("Another".into());
    pager.fill(lines(50), false);
    assert_eq!((first(&pager).as_str(), pager.title()), ("line 1", "Another"));
}

#[test]
fn the_screen_has_the_text_and_on_its_last_row_where_one_is() {
    let mut pager = pager(100);
    let picture = screen(&pager, false);
    assert_eq!(picture.matches('\n').count(), 10, "eleven rows");
    assert!(picture.ends_with("A page · 10%                     a answers · h keys · q quit"), "{picture:?}");
    typed(&mut pager, "G");
    assert!(screen(&pager, false).contains("A page · 100%"));
    typed(&mut pager, "h");
    assert!(screen(&pager, false).contains("half a screen on, back"));
    assert_eq!((pager.update(Press::Letter('q')), pager.is_helping()), (None, false), "a key leaves the list of keys");
    typed(&mut pager, "/粘包");
    assert!(screen(&pager, false).ends_with("/粘包_"));
}

#[test]
fn no_size_of_a_screen_is_too_small() {
    for size in [(1, 1), (1, 50), (5, 2), (19, 3)] {
        let mut pager = pager(0);
        pager.measure(size);
        for count in [0, 1, 30] {
            pager.fill(lines(count), true);
            for press in "jkdufbgGn/粘".chars().map(Press::Letter).chain([Press::Enter, Press::Letter('h')]) {
                pager.update(press);
                let picture = screen(&pager, true);
                assert!(picture.matches("\r\n").count() < size.1, "{size:?}: {picture:?}");
            }
            pager.update(Press::Escape);
        }
    }
}
