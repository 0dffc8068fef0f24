//! Rules for the cable from the command line: `--delay 50ms` is `delay 50ms`, and `--cable` takes any rule as it is.

use super::Usage;
use crate::cli::CableArgs;
use socket_lab::notation::CableRule;

/// Rules as the command line writes them, each with the option that says it.
fn written(args: &CableArgs) -> Vec<(&'static str, String)> {
    let seed = args.seed.map(|seed| format!(" seed {seed}")).unwrap_or_default();
    let short: [(&str, &[String], &str); 9] = [
        ("delay", &args.delay, ""),
        ("jitter", &args.jitter, &seed),
        ("loss", &args.loss, &seed),
        ("rate", &args.rate, ""),
        ("drop", &args.drop, ""),
        ("duplicate", &args.duplicate, ""),
        ("corrupt", &args.corrupt, ""),
        ("swap", &args.swap, ""),
        ("hold", &args.hold, ""),
    ];
    let whole = args.cable.iter().map(|rule| ("cable", rule.clone()));
    let short = short
        .into_iter()
        .flat_map(|(option, values, seed)| values.iter().map(move |value| (option, format!("{option} {value}{seed}"))));
    whole.chain(short).collect()
}

/// The rules that the options make, for a run with these roles and hosts.
pub fn rules(args: &CableArgs, roles: &[&str], hosts: &[&str]) -> Result<Vec<String>, Usage> {
    if args.seed.is_some() && args.loss.is_empty() && args.jitter.is_empty() {
        return Err(Usage("--seed is what chance is computed from: it needs --loss or --jitter beside it".into()));
    }
    let checked = written(args).into_iter().map(|(option, rule)| {
        let refused = CableRule::parse_among(&rule, roles, hosts).err();
        refused.map_or(Ok(rule), |error| Err(Usage(format!("--{option}: {error}\n{}", error.caret()))))
    });
    checked.collect()
}

/// The first option that makes a rule, if any does.
pub fn asked_by(args: &CableArgs) -> Option<&'static str> {
    written(args).first().map(|(option, _)| *option)
}

#[cfg(test)]
mod tests {
    use super::{asked_by, rules};
    use crate::cli::{CableArgs, Cli};
    use clap::Parser;

    fn args(options: &[&str]) -> CableArgs {
        Cli::parse_from(["lab", "05"].iter().chain(options)).run.engine.cable
    }

    fn made(options: &[&str]) -> Result<Vec<String>, String> {
        rules(&args(options), &["server", "client"], &["server", "client"]).map_err(|error| error.to_string())
    }

    #[test]
    fn each_short_option_is_a_rule_of_the_notation() {
        let one = |option: &str, value: &str| made(&[option, value]).unwrap().concat();
        assert_eq!(one("--delay", "50ms"), "delay 50ms");
        assert_eq!(one("--delay", "client>server 50ms"), "delay client>server 50ms");
        assert_eq!(one("--jitter", "10ms"), "jitter 10ms");
        assert_eq!(one("--loss", "10%"), "loss 10%");
        assert_eq!(one("--rate", "1mbit"), "rate 1mbit");
        assert_eq!(one("--drop", "server>client SYN,ACK[1] 3 times"), "drop server>client SYN,ACK[1] 3 times");
        assert_eq!(one("--duplicate", "client>server data[1]"), "duplicate client>server data[1]");
        assert_eq!(one("--corrupt", "client>server data[1]"), "corrupt client>server data[1]");
        let pair = "client>server data[1] client>server data[2]";
        assert_eq!(one("--swap", pair), format!("swap {pair}"));
        assert_eq!(
            one("--hold", "client>server data[1] until client.exit"),
            "hold client>server data[1] until client.exit"
        );
        assert_eq!(one("--cable", "mtu server 576"), "mtu server 576");
    }

    #[test]
    fn a_seed_is_for_what_happens_by_chance() {
        let made = made(&["--loss", "10%", "--delay", "5ms", "--seed", "7", "--jitter", "1ms"]).unwrap();
        assert_eq!(made, ["delay 5ms", "jitter 1ms seed 7", "loss 10% seed 7"]);
        let error = super::tests::made(&["--seed", "7", "--delay", "5ms"]).unwrap_err();
        assert!(error.contains("needs --loss or --jitter"), "{error}");
    }

    #[test]
    fn a_wrong_value_is_told_with_its_option_and_a_caret() {
        let error = made(&["--loss", "ten%"]).unwrap_err();
        assert!(error.starts_with("--loss: column 6: ") && error.ends_with("\nloss ten%\n     ^"), "{error}");
        let error = made(&["--drop", "clinet>server data[1]"]).unwrap_err();
        assert!(error.starts_with("--drop: column 6: there is no role `clinet`; did you mean `client`?"), "{error}");
        let error = made(&["--cable", "dely 5ms"]).unwrap_err();
        assert!(error.starts_with("--cable: column 1: a cable has no rule `dely`; did you mean `delay`?"), "{error}");
    }

    #[test]
    fn any_rule_asks_for_a_cable() {
        assert_eq!(asked_by(&args(&[])), None);
        assert_eq!(asked_by(&args(&["--seed", "7"])), None);
        assert_eq!(asked_by(&args(&["--delay", "5ms"])), Some("delay"));
        assert_eq!(asked_by(&args(&["--cable", "delay 5ms"])), Some("cable"));
    }
}
