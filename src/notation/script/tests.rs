//! Claims about scripts: what is written is read back, errors point at what is wrong, and chance can be repeated.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim().to_owned()).collect()
}

#[track_caller]
fn step_refused(line: &str, column: usize, words: &str) {
    let error = line.parse::<Step>().expect_err(line);
    assert_eq!(error.line, line);
    assert!(error.column == column && error.what.contains(words), "{line}\n{error}");
}

/// The values `m`, `n` and `name` are there.
#[track_caller]
fn script_refused(text: &str, line: usize, column: usize, words: &str) {
    let (at, error) = Script::parse_among(&lines(text), &["m", "n", "name"]).expect_err(text);
    assert!(at == line && error.column == column && error.what.contains(words), "{text}\nline {at}: {error}");
}

fn facts() -> Facts {
    Facts { address: "127.0.0.1:4000".into(), port: 4000, time: 1_700_000_000 }
}

fn values_of(seed: u64, data: &[(&str, &str)]) -> Result<Values, ValueError> {
    let data: BTreeMap<String, String> = data.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
    Values::new(seed, "scenario", &data, facts())
}

#[track_caller]
fn becomes(payload: &str, bytes: impl AsRef<[u8]>) {
    let values = values_of(1, &[("m", "\"abc\"")]).unwrap();
    let payload: Payload = payload.parse().unwrap_or_else(|error| panic!("{payload}: {error}"));
    assert_eq!(values.bytes(&payload).as_deref(), Ok(bytes.as_ref()), "{payload}");
}

#[track_caller]
fn cannot_become(payload: &str, words: &str) {
    let error = values_of(1, &[("m", "\"abc\"")]).unwrap().bytes(&payload.parse().unwrap()).expect_err(payload);
    assert!(error.to_string().contains(words), "{payload}: {error}");
}

#[track_caller]
fn data_refused(data: &[(&str, &str)], of: &str, column: usize, words: &str) {
    match values_of(1, data) {
        Err(ValueError::Data { name, error }) => {
            assert!(name == of && error.column == column && error.what.contains(words), "{name}: {error}");
        }
        other => panic!("{other:?}"),
    }
}

/// What a role does, one line a step.
fn told(script: &str, role: &str) -> Vec<String> {
    let values = values_of(1, &[]).unwrap();
    let script = Script::parse(&lines(script)).unwrap();
    let mut walk = script.walk(role);
    std::iter::from_fn(|| walk.next(&values).unwrap()).map(|moment| moment.to_string()).collect()
}

#[test]
fn every_form_of_a_step_is_read_and_written_back_unchanged() {
    let steps = r#"connect
        connect refused
        listen
        accept
        udp
        bind
        send $m
        a: send "a \"b\" \\ \n\r\t\0\x01\x7f\xff 粘包" in pieces of 1
        c$i: send $m in pieces of 1..3
        c$i-old: send $m in pieces of $i
        send hex() hex(00 ff) $name random(1..60) text(4) zeros(0) times(3, "a" $m) in random pieces
        send u8(255) u16(65535) u32(1..9) u64(18446744073709551615) u32le($i)
        send frame(frame("")) upper($m) length($m $n) sum($m $n) hexof($m) slice($m, 0, 2) time("%Y-%m-%d %H:%M:%S %%") port address
        receive frame($m)
        receive $m slowly
        receive id=4 "b" skipping $m "a"
        receive "id" id=4 frame(rest=$i)
        receive 4 bytes
        receive 1..9 bytes
        receive $i bytes
        receive the end
        receive a reset
        receive the end or a reset
        receive nothing
        receive a=4
        shut down
        close
        reset
        close unread
        slow
        repeat 3
        repeat 1..3 as i
        repeat $i as j
        end"#;
    for line in lines(steps) {
        assert_eq!(line.parse::<Step>().map(|it| it.to_string()).as_deref(), Ok(line.as_str()));
    }
}

#[test]
fn spaces_make_no_difference_where_words_stand() {
    let step: Step = "  a:   send  frame ( $m )  in  pieces  of  2 ".parse().unwrap();
    assert_eq!(step.to_string(), "a: send frame($m) in pieces of 2");
    assert_eq!("send hex(00FF 1a)".parse::<Step>().unwrap().to_string(), "send hex(00 ff 1a)");
}

#[test]
fn an_error_in_a_step_points_at_its_column_and_names_what_was_meant() {
    step_refused("", 1, "expected a step");
    step_refused("conect", 1, "did you mean `connect`");
    step_refused("recv 4 bytes", 1, "here it is called `receive`");
    step_refused("sleep 1", 1, "nothing to wait for");
    step_refused("a: shutdown", 4, "`shut down`");
    step_refused("1a: connect", 1, "starts with a letter");
    step_refused("failed: connect", 1, "no socket may be called");
    step_refused("c$: connect", 2, "`repeat … as`");
    step_refused("a: slow", 4, "about no socket");
    step_refused("connect now", 9, "the end of the line");
    step_refused("send", 5, "expected bytes");
    step_refused("send $", 7, "a name right after `$`");
    step_refused("send ranodm(4)", 6, "did you mean `random`");
    step_refused("send random 4", 13, "`(` after `random`");
    step_refused("send random()", 13, "a number");
    step_refused("send random(4", 14, "`)`");
    step_refused("send text(9..1)", 14, "ends before it begins");
    step_refused("send times(3 \"a\")", 14, "`,`");
    step_refused("send slice($m, 1)", 17, "`,`");
    step_refused("send u8(256)", 9, "goes up to 255");
    step_refused("send hex(0)", 10, "two hexadecimal digits");
    step_refused("send hex(gg)", 10, "two hexadecimal digits");
    step_refused("send \"a", 8, "no closing");
    step_refused(r#"send "\q""#, 7, "a backslash is followed by");
    step_refused(r#"send "\x1""#, 7, "two hexadecimal digits");
    step_refused("send “a”", 6, "switch the input method");
    step_refused("receive $m skipping", 20, "expected bytes");
    step_refused("receive $m skipping id=4", 21, "only what is received can get a name");
    step_refused("send $m in peices of 1", 12, "did you mean `pieces`");
    step_refused("send $m in pieces of 0", 22, "one byte at least");
    step_refused("send time(\"%H:%Q\")", 11, "`%Q` is no field");
    step_refused("send id=4", 6, "only what is received");
    step_refused("receive upper(id=4)", 15, "at the top");
    step_refused("receive id=1..4", 12, "one number");
    step_refused("receive id=4 id=4", 14, "a meaning here already");
    step_refused("receive id=4 $id", 14, "a later step");
    step_refused("receive 4", 10, "`bytes`");
    step_refused("receive -4 bytes", 9, "too small");
    step_refused("receive the ned", 13, "expected `end`");
    step_refused("receive the end or the reset", 20, "`a reset`");
    step_refused("receive frame($m) slow", 19, "no bytes `slow`");
    step_refused("repeat", 7, "how many times");
    step_refused("repeat 100001", 8, "the most");
    step_refused("repeat 3 as 4", 13, "by a letter");
    step_refused("repeat 3 as a-b", 13, "by a letter");
}

#[test]
fn a_script_is_refused_at_the_line_that_is_wrong() {
    script_refused("connect\nsend $k", 2, 6, "there are `$m`, `$n`, `$name`");
    script_refused("connect\nsend $nam", 2, 6, "did you mean `name`");
    script_refused("connect\nend", 2, 1, "no `repeat`");
    script_refused("repeat 2\nconnect", 1, 9, "no `end` closes this");
    script_refused("repeat 2 as i\nend\nsend u32($i)", 3, 10, "no `repeat … as i` around it");
    script_refused("repeat 2 as i\nc$j: connect\nend", 2, 2, "no `repeat … as j`");
    script_refused("repeat 2 as m\nend", 1, 13, "a meaning here already");
    script_refused("repeat 2 as i\nrepeat 2 as i\nend\nend", 2, 13, "a meaning here already");
    script_refused("send $id\nreceive id=4", 1, 6, "no value `$id`");
    script_refused(&"repeat 2\n".repeat(9), 9, 1, "8 repeats around");
    assert!(Script::parse_among(&lines("receive id=4\nsend $id $m"), &["m"]).is_ok());
    assert!(Script::parse_among(&lines("repeat 2 as i\nsend \"x\" $i\nend"), &[]).is_ok());
}

#[test]
fn rounds_are_counted_and_their_numbers_put_in() {
    let script = "listen
        repeat 2 as i
        c$i: accept
        repeat $i as j
        c$i: send u32($j) $i in pieces of $j
        end
        end
        repeat 0
        close
        end
        c2-i: receive 1 bytes";
    let steps = [
        "step 1: listen",
        "step 3 round 1: c1: accept",
        "step 5 round 1.1: c1: send u32(1) \"1\" in pieces of 1",
        "step 3 round 2: c2: accept",
        "step 5 round 2.1: c2: send u32(1) \"2\" in pieces of 1",
        "step 5 round 2.2: c2: send u32(2) \"2\" in pieces of 2",
        "step 11: c2-i: receive 1 bytes",
    ];
    assert_eq!(told(script, "client"), steps);
}

#[test]
fn bytes_become_what_their_words_say() {
    becomes(r#""a\n\r\t\0\\\"\xff粘""#, b"a\n\r\t\0\\\"\xff\xe7\xb2\x98");
    becomes("hex(00 ff 0A)", [0, 255, 10]);
    becomes("$m \"d\"", "abcd");
    becomes("zeros(3)", [0; 3]);
    becomes("times(3, \"ab\")", "ababab");
    becomes("times(1000000000000, \"\")", "");
    becomes("u8(1) u16(258) u32(16909060) u64(1)", [1, 1, 2, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 1]);
    becomes("u32le(16909060)", [4, 3, 2, 1]);
    becomes("frame($m \"d\") frame(\"\")", b"\0\0\0\x04abcd\0\0\0\0");
    becomes("upper(\"aZ1ä\")", "AZ1ä");
    becomes("length($m $m)", "6");
    becomes("sum(\"hello\") \" \" sum(\"\") \" \" sum(times(1000000, \"\\xff\"))", "532 0 255000000");
    becomes("hexof(\"\\x00\\xfe\")", "00fe");
    becomes("slice($m, 1, 3) slice($m, 3, 3)", "bc");
    becomes("time(\"%Y-%m-%d %H:%M:%S\")", "2023-11-14 22:13:20");
    becomes("port \" \" address", "4000 127.0.0.1:4000");
}

#[test]
fn what_cannot_be_computed_is_an_error_in_words() {
    cannot_become("$x", "nothing is called `x`");
    cannot_become("slice($m, 2, 4)", "3 bytes have no slice from 2 to 4");
    cannot_become("slice($m, 2, 1)", "no slice");
    cannot_become("random(67108865)", "more than 67108864 bytes");
    cannot_become("zeros(67108864) \"a\"", "more than");
    cannot_become("times(18446744073709551615, $m)", "more than");
    cannot_become("length(times(67108865, \"a\"))", "more than");
    cannot_become("hexof(zeros(33554433))", "more than");
    cannot_become("u8($i)", "no `repeat … as i`");
    cannot_become("id=4", "nothing has come");
}

#[test]
fn values_refer_to_one_another_and_a_circle_is_refused() {
    let values = values_of(1, &[("a", "$b $b"), ("b", "\"x\" $c"), ("c", "\"y\"")]).unwrap();
    assert_eq!(values.get("a"), Some(b"xyxy".as_slice()));
    data_refused(&[("a", "\"x\" $b"), ("b", "$a")], "a", 5, "`$a` → `$b` → `$a`");
    data_refused(&[("a", "$a")], "a", 1, "made of itself");
    // What leads into a circle is not the circle.
    data_refused(&[("a", "$b"), ("b", "$c"), ("c", "\"\" $b")], "b", 1, "`$b` → `$c` → `$b`");
    data_refused(&[("a", "$bb"), ("b", "\"\"")], "a", 1, "there is no value `$bb`");
    data_refused(&[("a", "id=4")], "a", 1, "only what is received");
    data_refused(&[("a", "random($i)")], "a", 8, "no `repeat … as i`");
    data_refused(&[("a b", "\"\"")], "a b", 1, "a value's name");
    data_refused(&[("a", "zeros(67108865)")], "a", 1, "more than");
}

#[test]
fn values_made_of_values_that_double_do_not_take_for_ever() {
    let mut data: Vec<(String, String)> = (0..60).map(|i| (format!("v{i}"), format!("$v{0} $v{0}", i + 1))).collect();
    data.push(("v60".into(), "\"\"".into()));
    let data: Vec<(&str, &str)> = data.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(values_of(1, &data).unwrap().get("v0"), Some(b"".as_slice()));
}

#[test]
fn a_value_depends_on_the_seed_the_scenario_and_its_name_alone() {
    let m = |seed, data: &[(&str, &str)]| values_of(seed, data).unwrap().get("m").unwrap().to_vec();
    let alone = m(1, &[("m", "random(20)")]);
    assert_eq!(alone.len(), 20);
    assert_eq!(alone, m(1, &[("a", "random(7)"), ("m", "random(20)"), ("z", "$m random(3)")]));
    assert_ne!(alone, m(2, &[("m", "random(20)")]));
    let data = BTreeMap::from([("m".to_owned(), "random(20)".to_owned()), ("n".to_owned(), "random(20)".to_owned())]);
    let elsewhere = Facts { address: "192.0.2.1:1".into(), port: 1, time: 0 };
    let same = Values::new(1, "scenario", &data, elsewhere.clone()).unwrap();
    assert_eq!(same.get("m"), Some(alone.as_slice()));
    assert_ne!(same.get("n"), same.get("m"));
    assert_ne!(Values::new(1, "other", &data, elsewhere).unwrap().get("m"), same.get("m"));
}

#[test]
fn what_a_step_chooses_is_its_own() {
    let values = values_of(1, &[]).unwrap();
    let payload: Payload = "random(8) random(8)".parse().unwrap();
    let at = |role, number, rounds: &[u64]| values.at(role, number, rounds).bytes(&payload).unwrap();
    let one = at("client", 1, &[]);
    assert_eq!(one, at("client", 1, &[]));
    assert_ne!(one[..8], one[8..]);
    for other in [at("client2", 1, &[]), at("client", 2, &[]), at("client", 1, &[1])] {
        assert_ne!(one, other);
    }
    assert_eq!(told("repeat 1..9\nconnect\nend", "a"), told("repeat 1..9\nconnect\nend", "a"));
}

#[test]
fn what_is_captured_may_be_any_bytes_and_has_a_name_from_then_on() {
    let mut values = values_of(1, &[]).unwrap();
    let pattern = values.at("server", 1, &[]).pattern(&"\"a\" frame(id=2 \"b\")".parse().unwrap()).unwrap();
    assert_eq!(pattern.bytes, b"a\0\0\0\x03\0\0b");
    assert_eq!(pattern.captures, [("id".to_owned(), 5..7)]);
    assert!(pattern.fits(0, b'a') && pattern.fits(6, 9) && !pattern.fits(7, 9) && !pattern.fits(8, 0));
    values.capture("id", vec![7, 8]);
    assert_eq!(values.bytes(&"$id".parse().unwrap()).unwrap(), [7, 8]);
}

#[test]
fn a_payload_tells_what_it_is_made_of() {
    let payload: Payload = "$m frame($n times(2, $m)) slice($k, 0, 1)".parse().unwrap();
    assert_eq!(payload.references(), ["m", "n", "k"]);
    assert!(Payload::parse_among("$m $n", &["m"]).is_err());
}

#[test]
fn brackets_in_brackets_end_before_the_stack_does() {
    step_refused(&format!("send {}", "frame(".repeat(100_000)), 6 + 16 * 6, "16 brackets");
}

/// Lines that look like steps and mostly are not.
fn nearly() -> impl Strategy<Value = String> {
    let parts = "a: c$i: $i connect refused send receive the end or a reset nothing shut down close unread slow slowly \
                 repeat as in pieces of random bytes ( ) , .. = \"x\" \"\\xff\" \" \\ hex( 00 f random( text( times( u8( \
                 u32le( frame( upper( length( sum( slice( time( \"%H\" port address id=4 $m 1 0 1..3 3..1 -1 \
                 99999999999999999999 粘 “";
    let part = proptest::sample::select(parts.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    proptest::collection::vec((part, proptest::sample::select(&["", " "][..])), 0..12)
        .prop_map(|parts| parts.into_iter().map(|(part, space)| part + space).collect())
}

fn payload() -> BoxedStrategy<Payload> {
    let count = || {
        prop_oneof![
            any::<u64>().prop_map(Count::Number),
            any::<(u64, u64)>().prop_map(|(a, b)| Count::Between(a.min(b), a.max(b))),
            "[a-z][a-z0-9]{0,3}".prop_map(Count::Round),
        ]
    };
    let leaf = prop_oneof![
        any::<Vec<u8>>().prop_map(Term::Text),
        any::<String>().prop_map(|text| Term::Text(text.into_bytes())),
        any::<Vec<u8>>().prop_map(Term::Hex),
        "[a-z][a-zA-Z0-9_-]{0,5}".prop_map(Term::Name),
        count().prop_map(Term::Random),
        count().prop_map(Term::Letters),
        count().prop_map(Term::Zeros),
        count().prop_map(|n| Term::Number(Width::U64, n)),
        (0..256u64).prop_map(|n| Term::Number(Width::U8, Count::Number(n))),
        "([a-z \"\\\\]|%[YmdHMS%]){0,5}".prop_map(Term::Time),
        Just(Term::Port),
        Just(Term::Address),
    ];
    let row =
        |term: BoxedStrategy<Term>| proptest::collection::vec(term, 1..4).prop_map(|terms| Payload { terms }).boxed();
    let nested = leaf.boxed().prop_recursive(3, 12, 3, move |inner| {
        prop_oneof![
            (count(), row(inner.clone())).prop_map(|(n, payload)| Term::Times(n, payload)),
            row(inner.clone()).prop_map(Term::Frame),
            row(inner.clone()).prop_map(Term::Upper),
            row(inner.clone()).prop_map(Term::Length),
            row(inner.clone()).prop_map(Term::Sum),
            row(inner.clone()).prop_map(Term::HexOf),
            (row(inner), count(), count()).prop_map(|(payload, from, to)| Term::Slice(payload, from, to)),
        ]
        .boxed()
    });
    row(nested.boxed())
}

proptest! {
    // A failure is reported whole; files with earlier ones would lie about in the source tree.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_that_are_written_are_read_back_the_same(payload in payload()) {
        prop_assert_eq!(payload.to_string().parse(), Ok(payload));
    }

    #[test]
    fn no_text_makes_the_reader_or_the_values_panic(line in any::<String>(), nearly in nearly(), cut in 0usize..40) {
        let values = values_of(1, &[("m", "\"abc\"")]).unwrap();
        let short: String = nearly.chars().take(cut).collect();
        for line in [line, nearly, short] {
            if let Err(error) = line.parse::<Step>() {
                prop_assert!((1..=line.chars().count() + 1).contains(&error.column), "{:?}: {}", line, error);
                error.caret();
            }
            let _ = Script::parse_among(&[line.clone(), line.clone()], &["m"]);
            if let Ok(Act::Send { bytes, .. } | Act::Receive { bytes, .. }) = line.parse::<Step>().map(|step| step.act) {
                let _ = values.bytes(&bytes);
            }
        }
    }
}
