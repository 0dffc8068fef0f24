//! How steps are read.

use super::super::ParseError;
use super::super::cursor::{Cursor, Word, meant};
use super::super::grammar::whole;
use super::super::nearest::nearest;
use super::MOST_ROUNDS;
use super::payload::Count;
use super::pieces::Pieces;
use super::step::{Act, Socket, Step, round_name};
use super::terms::{Scope, count, known_round, payload};
use std::str::FromStr;

const VERBS: [&str; 13] = [
    "connect", "listen", "accept", "udp", "bind", "send", "receive", "shut", "close", "reset", "slow", "repeat", "end",
];
/// Of those, the ones that are about no socket.
const ABOUT_NONE: [&str; 3] = ["slow", "repeat", "end"];

impl FromStr for Step {
    type Err = ParseError;
    /// A step alone: no name is refused, for what is around it is not known.
    fn from_str(line: &str) -> Result<Self, Self::Err> {
        whole_step(line, &Scope::default())
    }
}

/// A line that is a step.
pub(super) fn whole_step(line: &str, scope: &Scope) -> Result<Step, ParseError> {
    whole(line, None, |cursor| step(cursor, scope))
}

fn step(cursor: &mut Cursor<'_>, scope: &Scope) -> Result<Step, ParseError> {
    let socket = socket(cursor, scope)?;
    let verb = cursor.word("a step: `connect`, `send \"text\"`, `receive the end`")?;
    if ABOUT_NONE.contains(&verb.text.as_str()) && !socket.0.is_empty() {
        return Err(cursor.fail(verb.at, format!("`{}` is about no socket, so no name stands before it", verb.text)));
    }
    let act = match verb.text.as_str() {
        "connect" if cursor.eat_word("refused") => Act::ConnectRefused,
        "connect" => Act::Connect,
        "listen" => Act::Listen,
        "accept" => Act::Accept,
        "udp" => Act::Udp,
        "bind" => Act::Bind,
        "send" => send(cursor, scope)?,
        "receive" => receive(cursor, scope)?,
        "shut" => {
            cursor.one_of(&["down"], "`down`: `shut down`")?;
            Act::ShutDown
        }
        "close" if cursor.eat_word("unread") => Act::CloseUnread,
        "close" => Act::Close,
        "reset" => Act::Reset,
        "slow" => Act::Slow,
        "repeat" => repeat(cursor, scope)?,
        "end" => Act::End,
        _ => return Err(unknown(cursor, &verb)),
    };
    Ok(Step { socket, act })
}

/// `c$i:`, if that stands here.
fn socket(cursor: &mut Cursor<'_>, scope: &Scope) -> Result<Socket, ParseError> {
    cursor.skip_spaces();
    let name = cursor.run_of(|c| c.is_ascii_alphanumeric() || "_-$".contains(c));
    if cursor.mark_after(&name.text) != Some(':') {
        return Ok(Socket::default());
    }
    if !name.text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Err(cursor.fail(name.at, "a socket's name starts with a letter"));
    }
    // A peer prints `step 3: failed: …` of a step that failed.
    if name.text == "failed" {
        return Err(cursor.fail(name.at, "no socket may be called `failed`: reports of failures begin so"));
    }
    let socket = Socket(name.text);
    for (at, round) in socket.rounds() {
        if round.is_empty() {
            return Err(cursor.fail(name.at + at, "`$` is followed by the name of a `repeat … as`: `c$i`"));
        }
        known_round(cursor, scope, name.at + at, round)?;
    }
    cursor.eat(&socket.0);
    cursor.mark(":", "`:`")?;
    Ok(socket)
}

fn send(cursor: &mut Cursor<'_>, scope: &Scope) -> Result<Act, ParseError> {
    let bytes = payload(cursor, scope)?;
    if !cursor.eat_word("in") {
        return Ok(Act::Send { bytes, pieces: Pieces::Whole });
    }
    if cursor.one_of(&["pieces", "random"], "`pieces of` and a number, or `random pieces`")? == "random" {
        cursor.one_of(&["pieces"], "`pieces`")?;
        return Ok(Act::Send { bytes, pieces: Pieces::Random });
    }
    cursor.one_of(&["of"], "`of` and a number")?;
    let at = cursor.start();
    let of = count(cursor, scope, "a number: `in pieces of 1`")?;
    if matches!(of, Count::Number(0) | Count::Between(0, _)) {
        return Err(cursor.fail(at, "a piece has one byte at least"));
    }
    Ok(Act::Send { bytes, pieces: Pieces::Of(of) })
}

fn receive(cursor: &mut Cursor<'_>, scope: &Scope) -> Result<Act, ParseError> {
    if cursor.eat_word("nothing") {
        return Ok(Act::ReceiveNothing);
    }
    if cursor.eat_word("the") {
        cursor.one_of(&["end"], "`end`: `receive the end`")?;
        if !cursor.eat_word("or") {
            return Ok(Act::ReceiveEnd);
        }
        cursor.one_of(&["a"], "`a reset`")?;
        cursor.one_of(&["reset"], "`reset`")?;
        return Ok(Act::ReceiveEndOrReset);
    }
    // `a=4` names what comes.
    if cursor.word_here().text == "a" && cursor.mark_after("a") != Some('=') {
        cursor.eat_word("a");
        cursor.one_of(&["reset"], "`reset`: `receive a reset`")?;
        return Ok(Act::ReceiveReset);
    }
    if cursor.peek().is_some_and(|c| c.is_ascii_digit() || c == '-') {
        let number = count(cursor, scope, "a number of bytes")?;
        cursor.one_of(&["bytes"], "`bytes` after how many they are")?;
        return Ok(Act::ReceiveAny(number));
    }
    let scope = Scope { captures: true, ..scope.clone() };
    // `$i bytes` begins like a payload; that it is a number shows only behind it.
    if cursor.peek() == Some('$') && cursor.word_after_name() == "bytes" {
        let number = count(cursor, &scope, "a number of bytes")?;
        cursor.one_of(&["bytes"], "`bytes`")?;
        return Ok(Act::ReceiveAny(number));
    }
    let bytes = payload(cursor, &scope)?;
    let slowly = cursor.eat_word("slowly");
    // Datagrams come whole; nobody reads them slowly.
    let skips = !slowly && cursor.eat_word("skipping");
    let skipping = if skips { Some(payload(cursor, &Scope { captures: false, ..scope })?) } else { None };
    Ok(Act::Receive { bytes, slowly, skipping })
}

fn repeat(cursor: &mut Cursor<'_>, scope: &Scope) -> Result<Act, ParseError> {
    let at = cursor.start();
    let times = count(cursor, scope, "how many times: `repeat 3`")?;
    if times.largest().is_some_and(|most| most > MOST_ROUNDS) {
        return Err(cursor.fail(at, format!("{MOST_ROUNDS} rounds are the most")));
    }
    if !cursor.eat_word("as") {
        return Ok(Act::Repeat { times, name: None });
    }
    let word = cursor.word("a name for the round's number: `as i`")?;
    if !word.text.starts_with(|c: char| c.is_ascii_alphabetic()) || round_name(&word.text) != word.text {
        return Err(cursor.fail(word.at, "a round is called by a letter, then letters and digits: `as i`"));
    }
    let taken = |names: &Option<Vec<String>>| names.as_ref().is_some_and(|names| names.contains(&word.text));
    if taken(&scope.loops) || taken(&scope.values) {
        return Err(cursor.fail(word.at, format!("`{}` has a meaning here already", word.text)));
    }
    Ok(Act::Repeat { times, name: Some(word.text) })
}

fn unknown(cursor: &Cursor<'_>, verb: &Word) -> ParseError {
    let guess = match verb.text.to_ascii_lowercase().as_str() {
        "shutdown" | "fin" => "; here it is called `shut down`".to_owned(),
        "recv" | "read" | "expect" => "; here it is called `receive`".to_owned(),
        "write" | "sendto" => "; here it is called `send`".to_owned(),
        "rst" | "abort" => "; here it is called `reset`".to_owned(),
        "for" | "loop" => "; here it is called `repeat`".to_owned(),
        "sleep" | "wait" => {
            "; there is nothing to wait for: a step comes when the program has done all it could".to_owned()
        }
        other => meant(nearest(other, VERBS)),
    };
    let there_are = VERBS.map(|verb| if verb == "shut" { "shut down" } else { verb }).join(", ");
    cursor.fail(verb.at, format!("there is no step `{}`{guess} (the steps are {there_are})", verb.text))
}
