//! Golden pages: `LAB_BLESS=1 cargo test --lib view` writes them anew, and a person reads them before they are kept.

use super::run::Run;
use super::stories::{self, Told};
use super::{Options, plain};
use crate::view::text::{HexBytes, masked, render};
use std::path::Path;

fn check(name: &str, (timeline, verdicts): &Told, options: &Options) {
    let page = render(timeline, verdicts, options);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/view/tests/golden").join(format!("{name}.txt"));
    if std::env::var_os("LAB_BLESS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(page == golden, "{name} differs from its golden page; it is now:\n{page}");
    assert_eq!(masked(&masked(&page)), masked(&page), "masking twice is masking once");
}

#[test]
fn three_sends_and_one_recv() {
    for width in [60, 80, 100, 160] {
        check(&format!("sticky-{width}"), &stories::sticky(), &plain(width));
    }
    check("sticky-color", &stories::sticky(), &Options { color: true, ..plain(80) });
    check("sticky-kernel", &stories::sticky(), &Options { kernel: true, hex: HexBytes::None, ..plain(80) });
}

#[test]
fn every_field_of_every_frame() {
    check("sticky-layers", &stories::sticky(), &Options { layers: true, hex: HexBytes::All, ..plain(80) });
}

#[test]
fn a_run_that_does_not_show_it() {
    for width in [80, 100] {
        check(&format!("broken-{width}"), &stories::broken(), &plain(width));
    }
}

#[test]
fn datagrams_to_nobody_and_to_a_small_buffer() {
    for width in [80, 160] {
        check(&format!("datagrams-{width}"), &stories::datagrams(), &plain(width));
    }
}

#[test]
fn a_spinning_server_is_two_rows() {
    check("spinning-80", &stories::spinning(), &plain(80));
}

#[test]
fn what_was_refused_and_which_limit_was_passed_is_told_and_no_deadline() {
    for width in [80, 160] {
        check(&format!("limited-{width}"), &stories::limited(), &plain(width));
    }
}

#[test]
fn without_frames_the_wire_says_why() {
    check("blind-80", &stories::blind(), &plain(80));
}

#[test]
fn a_connect_that_gives_up_ends_in_a_row_of_its_own() {
    let mut run = Run::new("trace", &["server", "client"]);
    run.socket(1, "client", "stream", Some("server"));
    let connect = run.enter("client", "connect", |e| (e.fd, e.sock) = (Some(3), Some(1)));
    run.tcp("client", "server", "S", (0, 0), b"");
    run.t += 1_000_000_000;
    run.tcp("client", "server", "S", (0, 0), b"");
    run.again(1);
    run.t += 2_000_000_000;
    run.exit(connect, -1, |exit| exit.errno = Some("ETIMEDOUT".into()));
    run.end(|_| {});
    let page = render(&run.timeline(), &[], &plain(100));
    let end = page.lines().find(|line| line.contains("ETIMEDOUT")).expect("connect ended");
    assert!(end.trim_start().starts_with("300") && !end.contains("SYN"), "{page}");
}

#[test]
fn a_cable_that_does_everything_cables_do() {
    for width in [80, 100, 160] {
        check(&format!("cable-{width}"), &stories::cable(), &plain(width));
    }
    let all = Options { kernel: true, noise: true, hex: HexBytes::None, ..plain(100) };
    check("cable-noise-kernel", &stories::cable(), &all);
}

#[test]
fn frames_that_a_delay_keeps_and_what_the_kernel_knows_meanwhile() {
    check("delayed-80", &stories::delayed(), &Options { hex: HexBytes::None, ..plain(80) });
}
