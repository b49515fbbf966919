//! `cargo xtask rules`: every rule of `docs/rules.md` with the tests that hold it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    paths,
    run::{Outcome, read},
};

/// Folders with tests, from the root.
const PLACES: [&str; 6] = [
    "crates",
    "src-tauri",
    "ui/src",
    "ui/tests",
    "tests",
    "xtask/src",
];

/// Folders that hold none of ours.
const SKIPPED: [&str; 5] = ["node_modules", "target", "dist", "bindings", "paraglide"];

/// How far below its comment a test's name may stand: attributes lie between.
const REACH: usize = 12;

/// A rule of the document.
#[derive(Debug, PartialEq, Eq)]
struct Rule {
    id: String,
    title: String,
    built: bool,
}

/// A test that says which rules it holds.
#[derive(Debug, PartialEq, Eq)]
struct Holder {
    ids: Vec<String>,
    test: String,
    file: String,
    line: usize,
}

/// Prints the table; fails when a built rule has no test or a test names no rule.
pub fn print() -> Outcome {
    let rules = parse_rules(&read(&paths::root().join("docs/rules.md"))?);
    let holders = collect(&paths::root());
    let mut faults = Vec::new();
    let mut by_rule: BTreeMap<&str, Vec<&Holder>> = BTreeMap::new();
    for holder in &holders {
        if holder.test.is_empty() {
            faults.push(format!(
                "{}:{} names rules, and no test follows",
                holder.file, holder.line
            ));
        }
        for id in &holder.ids {
            if rules.iter().any(|rule| &rule.id == id) {
                by_rule.entry(id).or_default().push(holder);
            } else {
                faults.push(format!(
                    "{}:{} names {id}, which docs/rules.md does not know",
                    holder.file, holder.line
                ));
            }
        }
    }
    for rule in &rules {
        let held = by_rule.get(rule.id.as_str());
        println!("{:<3} {}", rule.id, rule.title);
        for holder in held.into_iter().flatten() {
            println!("      {}  ({}:{})", holder.test, holder.file, holder.line);
        }
        match (held, rule.built) {
            (None, true) => {
                println!("      NO TEST");
                faults.push(format!("{} has no test", rule.id));
            }
            (None, false) => println!("      not built yet"),
            (Some(_), _) => {}
        }
    }
    let built = rules.iter().filter(|rule| rule.built).count();
    println!(
        "\n{} rules, {built} built, held by {} tests.",
        rules.len(),
        holders.len()
    );
    if faults.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "The rules are not all held:\n  {}",
            faults.join("\n  ")
        ))
    }
}

/// Paragraphs that begin `**S1. Title.**`.
fn parse_rules(text: &str) -> Vec<Rule> {
    text.split("\n\n")
        .filter_map(|paragraph| {
            let (id, rest) = paragraph.trim().strip_prefix("**")?.split_once(". ")?;
            let (title, body) = rest.split_once(".**")?;
            is_id(id).then(|| Rule {
                id: id.to_owned(),
                title: title.split_whitespace().collect::<Vec<_>>().join(" "),
                built: !body.trim_start().starts_with("*Not built yet"),
            })
        })
        .collect()
}

/// A capital and digits.
fn is_id(word: &str) -> bool {
    let mut letters = word.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_uppercase())
        && word.len() > 1
        && letters.all(|letter| letter.is_ascii_digit())
}

/// The ids of a comment line `RULES S1, S2`.
fn named(line: &str) -> Option<Vec<String>> {
    let text = line.trim_start();
    let comment = ["//", "<!--", "#", "*"]
        .iter()
        .find_map(|mark| text.strip_prefix(mark))?;
    let list = comment
        .trim_start_matches(['/', '*', ' '])
        .strip_prefix("RULES ")?;
    let mut ids = Vec::new();
    for word in list.split(", ") {
        let id: String = word
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        if !is_id(&id) {
            break;
        }
        let ends_here = id.len() < word.len();
        ids.push(id);
        if ends_here {
            break;
        }
    }
    (!ids.is_empty()).then_some(ids)
}

/// The sentence of the test that begins on this line, in Rust or TypeScript.
fn test_name(line: &str) -> Option<String> {
    let text = line.trim_start();
    if let Some((_, rest)) = text.split_once("fn ") {
        let name: String = rest
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect();
        return (!name.is_empty()).then(|| name.replace('_', " "));
    }
    if text.starts_with("static_assertions::") || text.starts_with("assert_not_impl") {
        return Some(text.trim_end_matches(';').to_owned());
    }
    let call = [
        "it(",
        "test(",
        "it.each",
        "test.each",
        "describe(",
        "it.for",
        "test.for",
        // Where a table of many lines ends and the sentence comes.
        "])(",
    ];
    if call.iter().any(|start| text.starts_with(start)) {
        let quote = text.find(['\'', '"', '`'])?;
        let mark = text[quote..].chars().next()?;
        let name = text[quote + 1..].split(mark).next()?;
        return Some(name.to_owned());
    }
    None
}

fn collect(root: &Path) -> Vec<Holder> {
    let mut files = Vec::new();
    for place in PLACES {
        walk(&root.join(place), &mut files);
    }
    files.sort();
    files
        .iter()
        .filter_map(|path| {
            let text = fs::read_to_string(path).ok()?;
            let name = path
                .strip_prefix(root)
                .unwrap_or(path)
                .display()
                .to_string();
            Some(holders(&text, &name))
        })
        .flatten()
        .collect()
}

fn holders(text: &str, file: &str) -> Vec<Holder> {
    let lines: Vec<&str> = text.lines().collect();
    lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| {
            let ids = named(line)?;
            let sentence = lines[at + 1..]
                .iter()
                .take(REACH)
                .find_map(|line| test_name(line))
                .unwrap_or_default();
            Some(Holder {
                ids,
                test: sentence,
                file: file.to_owned(),
                line: at + 1,
            })
        })
        .collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if !SKIPPED.iter().any(|skipped| name == *skipped) {
                walk(&path, files);
            }
        } else if path
            .extension()
            .is_some_and(|end| end == "rs" || end == "ts" || end == "svelte")
        {
            files.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{holders, named, parse_rules};

    #[test]
    fn a_rule_is_a_paragraph_with_its_id_and_title() {
        let rules = parse_rules(
            "# Rules\n\n**S1. A link works\nonce.** Text.\n\n**V6. Restore.** *Not built yet (x).* Text.\n\n**Note.** No rule.",
        );
        assert_eq!(rules.len(), 2);
        assert_eq!((rules[0].id.as_str(), rules[0].built), ("S1", true));
        assert_eq!(rules[0].title, "A link works once");
        assert_eq!((rules[1].id.as_str(), rules[1].built), ("V6", false));
    }

    #[test]
    fn a_comment_names_its_rules_up_to_the_first_other_word() {
        assert_eq!(
            named("    // RULES S1, S2"),
            Some(vec!["S1".into(), "S2".into()])
        );
        assert_eq!(named("/// RULES P1"), Some(vec!["P1".into()]));
        assert_eq!(named("// RULES S4: five tries"), Some(vec!["S4".into()]));
        assert_eq!(named("// as RULES S4 says"), None);
        assert_eq!(named("// RULES say so"), None);
    }

    #[test]
    fn a_test_is_found_below_its_attributes() {
        let found = holders(
            concat!(
                "// RULE",
                "S S1\n#[tokio::test]\n#[ignore = \"slow\"]\nasync fn a_link_works_once() {}\n\n// RULE",
                "S D5\nit('names nobody', () => {})\n",
            ),
            "x.rs",
        );
        assert_eq!(found[0].test, "a link works once");
        assert_eq!(found[1].test, "names nobody");
        assert_eq!(found[1].line, 6);
    }
}
