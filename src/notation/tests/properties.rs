//! Claims about every value and every line, tried with random ones.

use super::*;
use proptest::prelude::*;

/// Values of the notation's types, as the parser can make them.
mod any {
    use super::*;
    use proptest::option;
    use proptest::sample::select;

    /// Words of the grammar are role names like all others, so they are tried more often than chance would.
    fn role() -> impl Strategy<Value = String> {
        let words = "count no start kill after before exits killed by runs prints exit enters send SIGKILL frame data";
        prop_oneof!["[A-Za-z][A-Za-z0-9_-]{0,8}", select(words.split(' ').map(str::to_owned).collect::<Vec<_>>()),]
    }

    fn nth() -> impl Strategy<Value = Nth> {
        prop_oneof![
            Just(Nth::All),
            (1..=u32::MAX).prop_map(Nth::One),
            (1..=u32::MAX, 1..=u32::MAX).prop_map(|(a, b)| Nth::Range(a.min(b), a.max(b))),
        ]
    }

    pub(super) fn call() -> impl Strategy<Value = CallRef> {
        (role(), select(CALL_NAMES), nth()).prop_map(|(role, name, nth)| CallRef { role, name: name.into(), nth })
    }

    pub(super) fn frame() -> impl Strategy<Value = FrameRef> {
        (role(), role(), select(&Kind::ALL[..]), nth()).prop_map(|(from, to, kind, nth)| {
            let nth = if kind == Kind::Any { Nth::All } else { nth };
            FrameRef { from, to, kind, nth }
        })
    }

    // Boxed, as what holds it is: strategies inside strategies are large, and a test's stack is not.
    pub(super) fn event() -> BoxedStrategy<EventRef> {
        prop_oneof![
            call().prop_map(EventRef::Returned),
            call().prop_map(EventRef::Entered),
            call().prop_map(EventRef::Gone),
            frame().prop_map(EventRef::Frame),
            frame().prop_map(EventRef::Arrived),
            role().prop_map(EventRef::Exited),
        ]
        .boxed()
    }

    pub(super) fn rule() -> impl Strategy<Value = Rule> {
        let signal = select(SIGNALS).prop_map(str::to_owned);
        prop_oneof![
            (call(), event()).prop_map(|(call, after)| Rule::Hold { call, after }),
            (role(), event()).prop_map(|(role, after)| Rule::Start { role, after }),
            (role(), signal, event()).prop_map(|(role, signal, after)| Rule::Kill { role, signal, after }),
        ]
    }

    fn traffic() -> impl Strategy<Value = Traffic> {
        prop_oneof![
            Just(Traffic::All),
            (role(), role()).prop_map(|(from, to)| Traffic::Direction { from, to }),
            frame().prop_map(Traffic::Frames),
        ]
    }

    /// A frame and the transmissions of it that are meant: one without a number never means the first alone.
    fn transmissions() -> impl Strategy<Value = (FrameRef, Times)> {
        let times = prop_oneof![Just(Times::First), (1..=u32::MAX).prop_map(Times::Count), Just(Times::Always)];
        (frame(), times).prop_filter("never read", |(frame, times)| frame.nth != Nth::All || *times != Times::First)
    }

    fn pair() -> impl Strategy<Value = (FrameRef, FrameRef)> {
        let one = || (role(), select(&Kind::ALL[1..]), 1..=u32::MAX);
        (one(), one(), role()).prop_filter_map("the same frame", |((a, kind_a, nth_a), (b, kind_b, nth_b), to)| {
            let frame = |from, kind, nth| FrameRef { from, to: to.clone(), kind, nth: Nth::One(nth) };
            let (first, second) = (frame(a, kind_a, nth_a), frame(b, kind_b, nth_b));
            (first != second).then_some((first, second))
        })
    }

    pub(super) fn cable() -> BoxedStrategy<CableRule> {
        use CableRule as C;
        let time = || 0..=60_000_000_000u64;
        let seed = || prop_oneof![Just(1), any::<u64>()];
        prop_oneof![
            (traffic(), time()).prop_map(|(on, time)| C::Delay { on, time }),
            (traffic(), time(), seed()).prop_map(|(on, upto, seed)| C::Jitter { on, upto, seed }),
            transmissions().prop_map(|(frame, times)| C::Drop { frame, times }),
            (traffic(), 0..=1_000_000u32, seed()).prop_map(|(on, share, seed)| C::Loss {
                on,
                per_million: share,
                seed
            }),
            transmissions().prop_map(|(frame, times)| C::Duplicate { frame, times }),
            pair().prop_map(|(first, second)| C::Swap { first, second }),
            (frame(), event())
                .prop_filter("its own arrival", |(frame, until)| *until != EventRef::Arrived(frame.clone()))
                .prop_map(|(frame, until)| C::Hold { frame, until }),
            transmissions().prop_map(|(frame, times)| C::Corrupt { frame, times }),
            (traffic(), 1..=u64::MAX).prop_map(|(on, bits)| C::Rate { on, bits }),
            (option::of(role()), 68..=65_535u32).prop_map(|(host, bytes)| C::Mtu { host, bytes }),
        ]
        .boxed()
    }

    fn comparison() -> impl Strategy<Value = Comparison> {
        use Comparison::*;
        select(&[Less, AtMost, Equal, AtLeast, More][..])
    }

    fn check() -> impl Strategy<Value = Check> {
        prop_oneof![
            (comparison(), any::<i64>()).prop_map(|(comparison, value)| Check::Value(comparison, value)),
            "[A-Z0-9]{1,12}".prop_map(Check::Fails),
            Just(Check::Succeeds),
            Just(Check::Blocks),
            Just(Check::Truncated),
            call().prop_map(Check::ReturnsCalls),
            any::<String>().prop_map(Check::ReturnsText),
            role().prop_map(Check::From),
            select(SOCKET_STATES).prop_map(|state| Check::Leaves(state.into())),
            any::<u64>().prop_map(Check::Finds),
        ]
    }

    pub(super) fn expectation() -> BoxedStrategy<Expectation> {
        use Expectation as E;
        let quality = || select(&Quality::ALL[..]);
        prop_oneof![
            (call(), check()).prop_map(|(a, b)| E::Call(a, b)),
            (frame(), call()).prop_map(|(a, b)| E::Carries(a, b)),
            (frame(), any::<u64>()).prop_map(|(a, b)| E::Payload(a, b)),
            (call(), comparison(), any::<u64>()).prop_map(|(a, b, c)| E::CountCalls(a, b, c)),
            (frame(), quality()).prop_map(|(a, b)| E::Is(a, b)),
            (frame(), any::<bool>(), select(SOCKET_STATES)).prop_map(|(frame, sender, state)| {
                let role = if sender { frame.from.clone() } else { frame.to.clone() };
                E::Leaves(frame, role, state.into())
            }),
            (frame(), option::of(quality()), comparison(), any::<u64>())
                .prop_map(|(a, b, c, d)| E::CountFrames(a, b, c, d)),
            (frame(), option::of(quality()), option::of(event())).prop_map(|(a, b, c)| E::NoFrame(a, b, c)),
            (call(), option::of(event())).prop_map(|(a, b)| E::NoCall(a, b)),
            (event(), event()).prop_map(|(a, b)| E::Before(a, b)),
            (role(), any::<i32>()).prop_map(|(a, b)| E::Exits(a, b)),
            (role(), select(SIGNALS)).prop_map(|(a, b)| E::KilledBy(a, b.into())),
            role().prop_map(E::Runs),
            (role(), any::<String>()).prop_map(|(a, b)| E::Prints(a, b)),
        ]
        .boxed()
    }

    /// Lines that look like the notation and mostly are not.
    pub(super) fn nearly() -> impl Strategy<Value = String> {
        let parts = "client server . > [ ] ( ) .. 1 3 -1 0 count no start kill after before send recv exit enters data \
                     SYN,ACK frame = < >= fails returns finds queued leaves prints \
                     delay jitter drop loss hold until swap mtu rate 50 ms 1.5 s % mbit seed times always arrives is dropped late \" \\ \\x \\x8 粘 ＝ 99999999999999999999";
        let part = select(parts.split(' ').map(str::to_owned).collect::<Vec<_>>());
        proptest::collection::vec((part, select(&["", " "][..])), 0..12)
            .prop_map(|parts| parts.into_iter().map(|(part, space)| part + space).collect())
    }
}

/// Every parser survives the line, and an error's column lies on it or right behind it.
fn survives(line: &str) {
    fn one<T: std::str::FromStr<Err = ParseError>>(line: &str) {
        if let Err(error) = line.parse::<T>() {
            assert!((1..=line.chars().count() + 1).contains(&error.column), "{line:?}: {error}");
            error.caret();
        }
    }
    one::<CallRef>(line);
    one::<FrameRef>(line);
    one::<EventRef>(line);
    one::<Rule>(line);
    one::<CableRule>(line);
    one::<Expectation>(line);
    one::<Kind>(line);
}

proptest! {
    // A failure is reported whole; files with earlier ones would lie about in the source tree.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back_the_same(
        call in any::call(),
        frame in any::frame(),
        event in any::event(),
        rule in any::rule(),
        cable in any::cable(),
        expectation in any::expectation(),
    ) {
        prop_assert_eq!(call.to_string().parse(), Ok(call));
        prop_assert_eq!(frame.to_string().parse(), Ok(frame));
        prop_assert_eq!(event.to_string().parse(), Ok(event));
        prop_assert_eq!(rule.to_string().parse(), Ok(rule));
        prop_assert_eq!(cable.to_string().parse(), Ok(cable));
        prop_assert_eq!(expectation.to_string().parse(), Ok(expectation));
    }

    #[test]
    fn no_line_makes_the_parser_panic(line in proptest::prelude::any::<String>(), nearly in any::nearly()) {
        survives(&line);
        survives(&nearly);
    }

    #[test]
    fn a_sentence_cut_anywhere_is_an_error_with_a_column(
        expectation in any::expectation(),
        cable in any::cable(),
        cut in 0usize..60,
    ) {
        for sentence in [expectation.to_string(), cable.to_string()] {
            let cut: String = sentence.chars().take(cut).collect();
            survives(&cut);
        }
    }
}
