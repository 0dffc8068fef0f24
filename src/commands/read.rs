//! `lab read [PAGE]`: a chapter of the book in the terminal. On a terminal it is a pager, elsewhere plain text.
//!
//! What follows from a key is a function (`state`), and so is the picture (`screen`).

mod book;
mod place;
mod screen;
mod search;
mod session;
mod state;

use super::terminal::paint::{bold, cut};
use super::terminal::seat;
use super::{Usage, root, show};
use crate::cli::ReadArgs;
use book::Book;
use session::Session;
use socket_lab::book::Page;
use std::io::Write;
use std::process::ExitCode;

const HOW: &str = "\
Read one:           lab read 05
Its recorded runs:  lab read runs/05
With the answers:   lab read 05 --answers
";

pub fn run(args: &ReadArgs) -> anyhow::Result<ExitCode> {
    let book = Book::open(root::find()?)?;
    let (width, color) = show::look(&args.look);
    let Some(name) = &args.page else {
        std::io::stdout().lock().write_all(list(&book.pages.pages, width, color).as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    };
    let number = book.pages.find(name).map_err(|error| Usage(error.to_string()))?;
    if seat::is_there() {
        return Session::open(book, number, args.answers, args.look.width, color)?.run().map(ExitCode::from);
    }
    let source = book.text(number)?;
    let note = format!("lab read {} --answers unfolds it", book.pages.pages[number].name);
    let lines = book.lines(number, &source, width, color, (args.answers, &note));
    let page: String = lines.into_iter().map(|line| line.text + "\n").collect();
    std::io::stdout().lock().write_all(page.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// The pages and how to read one. Those below a chapter go without saying.
fn list(pages: &[Page], width: usize, color: bool) -> String {
    let chapters = || pages.iter().filter(|page| page.depth == 0);
    let longest = chapters().map(|page| page.name.chars().count()).max().unwrap_or(0);
    let (mut text, mut part) = (String::new(), "");
    for page in chapters() {
        if page.part != part {
            part = &page.part;
            let blank = if text.is_empty() { "" } else { "\n" };
            text += &format!("{blank}{}\n", bold(&cut(part, width), color));
        }
        text += &format!("{}\n", cut(&format!("  {:longest$}  {}", page.name, page.title), width));
    }
    let how: Vec<String> = HOW.lines().map(|line| cut(line, width)).collect();
    format!("{text}\n{}\n", how.join("\n"))
}
