//! An exercise's README.md as far as the lab reads it: the hints, and whether it says what the program is tested with.
//!
//! A hint is a block that browsers fold: `<details><summary>Hint 1</summary>`, its text, `</details>`. Whatever else a
//! README has is for people.

use super::Exercise;

/// How many hints an exercise gives.
pub const HINTS: usize = 3;

/// The texts of the hints, in the order in which they stand. Other folded blocks are left alone, and a block that never
/// ends reaches to the end of the file.
pub fn hints(readme: &str) -> Vec<String> {
    let blocks = readme.split("<details>").skip(1);
    blocks
        .filter_map(|block| {
            let block = block.split("</details>").next().unwrap_or(block);
            let (title, text) = block.trim_start().strip_prefix("<summary>")?.split_once("</summary>")?;
            title.trim().to_lowercase().starts_with("hint").then(|| text.trim().to_owned())
        })
        .collect()
}

/// What a README lacks: every scenario in the words of exercise.toml, and the hints.
pub fn problems(exercise: &Exercise, readme: &str) -> Vec<String> {
    let found = hints(readme);
    let mut problems = Vec::new();
    if found.len() != HINTS {
        problems.push(format!("it has {} hints, and an exercise has {HINTS}", found.len()));
    }
    let empty = found.iter().position(|hint| hint.is_empty());
    problems.extend(empty.map(|index| format!("hint {} is empty", index + 1)));
    let lines: Vec<&str> = readme.lines().map(str::trim).collect();
    for scenario in &exercise.scenarios {
        let line = format!("- **{}**: {}", scenario.name, scenario.says);
        if !lines.contains(&line.as_str()) {
            problems
                .push(format!("it does not say what the program is tested with: a line of its own is missing\n{line}"));
        }
    }
    let named = lines.iter().filter_map(|line| line.strip_prefix("- **")?.split_once("**: ").map(|(name, _)| name));
    let known = |name: &&str| exercise.scenarios.iter().any(|scenario| scenario.name == *name);
    problems.extend(named.filter(|name| !known(name)).map(|name| format!("there is no scenario {name}")));
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_are_the_folded_blocks_in_their_order_and_other_blocks_are_none() {
        let readme = "# Task\n\n<details><summary>Hint 1</summary>\n\nRead until\nit is whole.\n\n</details>\n\n\
                      <details><summary>More about frames</summary>\n\nno hint\n\n</details>\n\
                      <details>\n<summary>Hint 2: deeper</summary>\n`read_exact`\n</details>\n\
                      <details><summary>Hint 3</summary>\nnever closed";
        assert_eq!(hints(readme), ["Read until\nit is whole.", "`read_exact`", "never closed"]);
        assert!(hints("nothing here").is_empty());
        assert!(hints("<details><summary>Hint 1").is_empty());
    }
}
