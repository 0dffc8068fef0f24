//! How expectations are read.
//!
//! No word is reserved: a role may be called `count`, `no` or `exits`. So what a line says is decided by the mark that
//! follows its first word, never by that word alone.

use super::cursor::{Cursor, meant};
use super::grammar::Named;
use super::nearest::nearest;
use super::words::{SIGNALS, SOCKET_STATES, common_quality};
use super::{CALL_NAMES, CallRef, Check, Comparison, EventRef, Expectation, FrameRef, ParseError, Quality};

const AFTER_ROLE: &[&str] = &["exits", "killed", "runs", "prints"];

const AFTER_FRAME: &[&str] = &["carries", "is", "leaves", "arrives", "before"];

const AFTER_CALL: &[&str] =
    &["fails", "succeeds", "blocks", "truncated", "returns", "from", "leaves", "finds", "enters", "goes", "before"];

/// One expectation, after spaces.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Result<Expectation, ParseError> {
    cursor.skip_spaces();
    let first = cursor.word_here().text;
    let next = cursor.mark_after(&first);
    match (first.as_str(), next) {
        ("", _) => Err(cursor.expected("an expectation: `server.recv[1] = 14`, `server exits 0`")),
        ("count", Some('(')) => count(cursor),
        // A bracket or a comparison right behind the word is an error, and the one who reads names knows which.
        (_, Some('.' | '>' | '[' | '=' | '<')) => about_named(cursor),
        ("no", _) if !is_about_role(cursor) => none(cursor),
        _ => about_role(cursor),
    }
}

/// `no runs` is about a role called `no`; `no runs.send` says that a role called `runs` sent nothing.
fn is_about_role(cursor: &Cursor<'_>) -> bool {
    let (verb, mark) = cursor.second_word();
    AFTER_ROLE.contains(&verb.as_str()) && !matches!(mark, Some('.' | '>'))
}

fn about_named(cursor: &mut Cursor<'_>) -> Result<Expectation, ParseError> {
    match cursor.named("a call or a frame")? {
        Named::Exit(role) => before(cursor, EventRef::Exited(role)),
        Named::Frame(frame) => about_frame(cursor, frame),
        Named::Call(call) => about_call(cursor, call),
    }
}

fn about_frame(cursor: &mut Cursor<'_>, frame: FrameRef) -> Result<Expectation, ParseError> {
    cursor.skip_spaces();
    if cursor.peek() == Some('=') {
        one_mark(cursor, Comparison::Equal)?;
        return Ok(Expectation::Payload(frame, cursor.number("a number of bytes")?));
    }
    match cursor.one_of(AFTER_FRAME, "`=` or a word like `carries` or `is` after a frame")? {
        "carries" => Ok(Expectation::Carries(frame, cursor.call()?)),
        "is" => Ok(Expectation::Is(frame, quality(cursor)?)),
        "leaves" => leaves(cursor, frame),
        "arrives" => before(cursor, EventRef::Arrived(frame)),
        _ => Ok(Expectation::Before(EventRef::Frame(frame), cursor.event()?)),
    }
}

/// Only the two ends of a frame's connection have a socket that it can leave in a state.
fn leaves(cursor: &mut Cursor<'_>, frame: FrameRef) -> Result<Expectation, ParseError> {
    let at = cursor.start();
    let role = cursor.role()?;
    if role != frame.from && role != frame.to {
        let what = format!("`{role}` is no end of this frame: they are `{}` and `{}`", frame.from, frame.to);
        return Err(cursor.fail(at, what));
    }
    let state = cursor.one_of(SOCKET_STATES, "a state like `CLOSE-WAIT`")?.to_owned();
    Ok(Expectation::Leaves(frame, role, state))
}

fn quality(cursor: &mut Cursor<'_>) -> Result<Quality, ParseError> {
    let word = cursor.word("what it is: `again`, `dropped`")?;
    Quality::ALL.into_iter().find(|quality| quality.as_str() == word.text).ok_or_else(|| {
        let words = Quality::ALL.map(Quality::as_str);
        let guess = match common_quality(&word.text) {
            Some(common) => format!("; here it is called `{common}`"),
            None => meant(nearest(&word.text, words)),
        };
        cursor.fail(word.at, format!("a frame is never `{}`{guess} (it can be {})", word.text, words.join(" ")))
    })
}

/// ` is dropped` after a frame, or nothing.
fn quality_if_any(cursor: &mut Cursor<'_>) -> Result<Option<Quality>, ParseError> {
    if cursor.eat_word("is") { quality(cursor).map(Some) } else { Ok(None) }
}

fn about_call(cursor: &mut Cursor<'_>, call: CallRef) -> Result<Expectation, ParseError> {
    cursor.skip_spaces();
    if matches!(cursor.peek(), Some('=' | '<' | '>')) {
        let comparison = comparison(cursor)?;
        return Ok(Expectation::Call(call, Check::Value(comparison, cursor.number("a number")?)));
    }
    let check = match cursor.one_of(AFTER_CALL, "`=` or a word like `fails` or `returns` after a call")? {
        "enters" => return before(cursor, EventRef::Entered(call)),
        "goes" => return before(cursor, EventRef::Gone(call)),
        "before" => return Ok(Expectation::Before(EventRef::Returned(call), cursor.event()?)),
        "succeeds" => Check::Succeeds,
        "blocks" => Check::Blocks,
        "truncated" => Check::Truncated,
        "fails" => Check::Fails(errno(cursor)?),
        "returns" => returns(cursor)?,
        "from" => Check::From(cursor.role()?),
        "leaves" => Check::Leaves(cursor.one_of(SOCKET_STATES, "a state like `CLOSE-WAIT`")?.to_owned()),
        _ => {
            cursor.skip_spaces();
            let bytes = cursor.number("a number of bytes")?;
            cursor.one_of(&["queued"], "`queued`")?;
            Check::Finds(bytes)
        }
    };
    Ok(Expectation::Call(call, check))
}

fn returns(cursor: &mut Cursor<'_>) -> Result<Check, ParseError> {
    cursor.skip_spaces();
    match cursor.peek() {
        Some('"') => cursor.text("a text").map(Check::ReturnsText),
        Some(c) if c.is_ascii_alphanumeric() => cursor.call().map(Check::ReturnsCalls),
        _ => Err(cursor.expected("calls or a text: `client.send[1..3]`, `\"hello\"`")),
    }
}

/// Names of errors are not listed: there are over a hundred, and the kernel may answer with any.
fn errno(cursor: &mut Cursor<'_>) -> Result<String, ParseError> {
    let word = cursor.word("the name of an error: `ECONNREFUSED`")?;
    if word.text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) {
        return Ok(word.text);
    }
    let what =
        format!("the name of an error is capital letters and digits, like `ECONNREFUSED`; found `{}`", word.text);
    Err(cursor.fail(word.at, what))
}

fn before(cursor: &mut Cursor<'_>, first: EventRef) -> Result<Expectation, ParseError> {
    cursor.one_of(&["before"], "`before`")?;
    Ok(Expectation::Before(first, cursor.event()?))
}

fn count(cursor: &mut Cursor<'_>) -> Result<Expectation, ParseError> {
    cursor.word("`count`")?;
    cursor.skip_spaces();
    cursor.mark("(", "`(`")?;
    let at = cursor.start();
    let counted = cursor.named("a call or a frame")?;
    let quality = if matches!(counted, Named::Frame(_)) { quality_if_any(cursor)? } else { None };
    cursor.skip_spaces();
    cursor.mark(")", "`)`")?;
    cursor.skip_spaces();
    let comparison = comparison(cursor)?;
    let number = cursor.number("a number")?;
    match counted {
        Named::Call(call) => Ok(Expectation::CountCalls(call, comparison, number)),
        Named::Frame(frame) => Ok(Expectation::CountFrames(frame, quality, comparison, number)),
        Named::Exit(_) => Err(cursor.fail(at, "expected a call or a frame: a program's end is not counted")),
    }
}

/// The mark that stands exactly here, and the spaces after it.
fn comparison(cursor: &mut Cursor<'_>) -> Result<Comparison, ParseError> {
    // The longer marks first: `<` is also the beginning of `<=`.
    use Comparison::{AtLeast, AtMost, Equal, Less, More};
    match [AtMost, AtLeast, Less, More, Equal].into_iter().find(|comparison| cursor.starts_with(comparison.as_str())) {
        Some(comparison) => one_mark(cursor, comparison).map(|()| comparison),
        None => Err(cursor.expected("`=`, `<`, `<=`, `>` or `>=`")),
    }
}

/// Takes the mark of a comparison and the spaces after it; no second one may follow.
fn one_mark(cursor: &mut Cursor<'_>, comparison: Comparison) -> Result<(), ParseError> {
    cursor.eat(comparison.as_str());
    cursor.skip_spaces();
    match cursor.peek() {
        Some('=' | '<' | '>') => Err(cursor.expected(&format!("a number after one `{comparison}`"))),
        _ => Ok(()),
    }
}

fn none(cursor: &mut Cursor<'_>) -> Result<Expectation, ParseError> {
    cursor.word("`no`")?;
    let at = cursor.start();
    let named = cursor.named("a call or a frame: `no client.send`, `no client>server data`")?;
    let quality = if matches!(named, Named::Frame(_)) { quality_if_any(cursor)? } else { None };
    cursor.skip_spaces();
    let event = match cursor.peek() {
        None => None,
        Some(_) => {
            cursor.one_of(&["after"], "`after` or the end of the line")?;
            Some(cursor.event()?)
        }
    };
    match named {
        Named::Call(call) => Ok(Expectation::NoCall(call, event)),
        Named::Frame(frame) => Ok(Expectation::NoFrame(frame, quality, event)),
        Named::Exit(role) => Err(cursor.fail(at, format!("expected a call or a frame; write `{role} runs`"))),
    }
}

fn about_role(cursor: &mut Cursor<'_>) -> Result<Expectation, ParseError> {
    let (verb, _) = cursor.second_word();
    let role = cursor.role()?;
    cursor.skip_spaces();
    if CALL_NAMES.contains(&verb.as_str()) {
        return Err(
            cursor.fail(cursor.at(), format!("a call is written with a dot and without spaces: `{role}.{verb}`"))
        );
    }
    Ok(match cursor.one_of(AFTER_ROLE, "`exits`, `killed by`, `runs` or `prints` after a role")? {
        "exits" => {
            cursor.skip_spaces();
            Expectation::Exits(role, cursor.number("an exit status")?)
        }
        "killed" => {
            cursor.one_of(&["by"], "`by`")?;
            Expectation::KilledBy(role, cursor.one_of(SIGNALS, "the name of a signal")?.to_owned())
        }
        "runs" => Expectation::Runs(role),
        _ => {
            cursor.skip_spaces();
            Expectation::Prints(role, cursor.text("a text in double quotes")?)
        }
    })
}
