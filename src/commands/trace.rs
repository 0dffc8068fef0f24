//! `lab trace`: any programs, in any language, under the same eyes.

use super::{NOT_PERMITTED, Usage, export, record, show};
use crate::cli::TraceArgs;
use socket_lab::course::fill;
use socket_lab::recorder::{Plan, PlannedRole, PlannedWire};
use std::process::ExitCode;

pub fn run(args: &TraceArgs) -> anyhow::Result<ExitCode> {
    export::prepare(&args.view.export)?;
    let mut commands: Vec<(String, String)> = Vec::new();
    commands.extend(args.server.iter().map(|command| ("server".to_string(), command.clone())));
    commands.extend(args.client.iter().map(|command| ("client".to_string(), command.clone())));
    for role in &args.roles {
        let (name, command) =
            role.split_once('=').ok_or_else(|| Usage(format!("--role {role}: write NAME=COMMAND")))?;
        if !name.starts_with(|first: char| first.is_ascii_alphabetic())
            || !name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter))
        {
            return Err(Usage(format!("--role {name}: a name is letters, digits, - and _, a letter first")).into());
        }
        commands.push((name.to_string(), command.to_string()));
    }
    if commands.is_empty() {
        return Err(Usage("nothing to run: give --server, --client or --role NAME=CMD".into()).into());
    }
    for (index, (name, _)) in commands.iter().enumerate() {
        if commands[..index].iter().any(|(other, _)| other == name) {
            return Err(Usage(format!("two roles are called `{name}`")).into());
        }
    }
    let directory = std::env::current_dir()?.to_string_lossy().into_owned();
    let roles = commands
        .iter()
        .map(|(name, command)| {
            Ok(PlannedRole {
                name: name.clone(),
                host: name.clone(),
                argv: words(command)?,
                directory: directory.clone(),
                ..PlannedRole::default()
            })
        })
        .collect::<anyhow::Result<_>>()?;
    let mut plan = Plan {
        title: "trace".into(),
        roles,
        deadline_ms: record::DEADLINE_MS,
        wire: record::wire(&args.engine, PlannedWire::Loopback)?,
        ..Plan::default()
    };
    let addresses = plan.addresses();
    for word in plan.roles.iter_mut().flat_map(|role| &mut role.argv) {
        *word = fill(word, |name| addresses.get(name).cloned());
    }
    record::apply(&mut plan, &args.engine)?;
    match super::run::run(&plan, &args.engine, &args.view)? {
        record::Outcome::Recorded(recording, code) => {
            Ok(record::worst(show::show(*recording, &args.view, None)?, code))
        }
        record::Outcome::Refused(refused) => {
            record::explain(&refused);
            Ok(ExitCode::from(NOT_PERMITTED))
        }
    }
}

/// Splits a command into words as a shell would, quotes and backslashes included. What needs a real shell (pipes,
/// variables, globs) is written as `sh -c '…'`.
pub fn words(command: &str) -> anyhow::Result<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = command.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' | '\t' | '\n' => words.extend(word.take()),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next() {
                        None => return Err(Usage(format!("a quote is not closed in: {command}")).into()),
                        Some(end) if end == letter => break,
                        Some('\\') if letter == '"' => word.extend(letters.next()),
                        Some(other) => word.push(other),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(letters.next()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    if words.is_empty() {
        return Err(Usage("a command is empty".into()).into());
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_command_is_split_as_a_shell_splits_it() {
        assert_eq!(words("python3 -c 'print(\"a b\")'").unwrap(), ["python3", "-c", "print(\"a b\")"]);
        assert_eq!(words(r#"a\ b "c \" d" ''"#).unwrap(), ["a b", "c \" d", ""]);
        assert!(words("'open").is_err());
        assert!(words("  ").is_err());
    }
}
