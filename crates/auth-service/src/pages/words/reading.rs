//! Both catalogues say the same, and a reader of grade 6 understands them (RULES W1).

use std::collections::BTreeMap;
use std::path::Path;

/// The phrases of one language by their ids, gaps and all.
fn catalogue(language: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("locales")
        .join(language);
    let mut phrases = BTreeMap::new();
    let mut id = String::new();
    for file in ["announcement.ftl", "mail.ftl", "pages.ftl"] {
        for line in std::fs::read_to_string(folder.join(file)).unwrap().lines() {
            if line.starts_with('#') {
                continue;
            }
            if !line.starts_with(' ')
                && let Some((name, phrase)) = line.split_once(" = ")
            {
                name.clone_into(&mut id);
                phrases.insert(id.clone(), phrase.to_owned());
            } else if let Some(phrase) = phrases.get_mut(&id) {
                phrase.push_str(line);
            }
        }
    }
    phrases
}

fn gaps(phrase: &str) -> Vec<&str> {
    let mut gaps: Vec<&str> = phrase
        .split('$')
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric()).next())
        .collect();
    gaps.sort_unstable();
    gaps
}

/// Without its gaps, as it would be read.
fn read_out(phrase: &str) -> String {
    let mut text = String::new();
    let mut depth = 0;
    for letter in phrase.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            letter if depth == 0 => text.push(letter),
            _ => {}
        }
    }
    text
}

struct Counts {
    words: f64,
    sentences: f64,
    syllables: f64,
}

fn counts(text: &str, syllables: fn(&str) -> usize) -> Counts {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric() && c != '’' && c != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let ends = text.matches(['.', '?', '!', ':']).count().max(1);
    let spoken: usize = words.iter().map(|word| syllables(word)).sum();
    let number = |count: usize| f64::from(u32::try_from(count).unwrap());
    Counts {
        words: number(words.len()),
        sentences: number(ends),
        syllables: number(spoken),
    }
}

fn vowel_groups(word: &str, vowels: &str) -> usize {
    let mut groups = 0;
    let mut inside = false;
    for letter in word.chars() {
        let vowel = vowels.contains(letter);
        groups += usize::from(vowel && !inside);
        inside = vowel;
    }
    groups
}

/// Less what is not spoken at the end.
fn english(word: &str) -> usize {
    let silent = (word.ends_with('e') && !word.ends_with("le"))
        || (word.ends_with("ed") && !word.ends_with("ted") && !word.ends_with("ded"))
        || (word.ends_with("es") && !word.ends_with("ses"));
    (vowel_groups(word, "aeiouy") - usize::from(silent && vowel_groups(word, "aeiouy") > 1)).max(1)
}

fn spanish(word: &str) -> usize {
    vowel_groups(word, "aeiouáéíóúü").max(1)
}

/// US school grade (Kincaid and others, 1975).
fn grade(text: &str) -> f64 {
    let found = counts(text, english);
    0.39 * found.words / found.sentences + 11.8 * found.syllables / found.words - 15.59
}

/// 0 to 100, from 70 on fairly easy: grade 6 (Fernández Huerta, 1959).
fn ease(text: &str) -> f64 {
    let found = counts(text, spanish);
    206.84 - 60.0 * found.syllables / found.words - 1.02 * found.words / found.sentences
}

#[test]
fn both_languages_have_every_phrase_with_the_same_gaps() {
    let [en, es] = ["en", "es"].map(catalogue);
    assert!(en.len() > 100);
    assert_eq!(en.keys().collect::<Vec<_>>(), es.keys().collect::<Vec<_>>());
    for (id, phrase) in &en {
        assert_eq!(gaps(phrase), gaps(&es[id]), "{id}");
    }
}

// RULES W1
#[test]
fn what_clients_read_is_of_grade_6_in_both_languages() {
    for (language, hard) in [
        ("en", (|text| grade(text) > 6.0) as fn(&str) -> bool),
        ("es", |text| ease(text) < 70.0),
    ] {
        let all = catalogue(language);
        // A page as a whole, as it is read; what staff read is not for clients.
        let mut pages: BTreeMap<&str, String> = BTreeMap::new();
        for (id, phrase) in &all {
            let page = id.split('-').next().unwrap();
            if !id.starts_with("mail-desktop") {
                let text = pages.entry(page).or_default();
                text.push_str(&read_out(phrase));
                if !text.trim_end().ends_with(['.', '?', '!', ':']) {
                    text.push('.');
                }
                text.push(' ');
            }
        }
        let too_hard: Vec<_> = pages
            .iter()
            .filter(|(_, text)| hard(text))
            .map(|(page, text)| format!("{page} ({:.1}, {:.0}): {text}", grade(text), ease(text)))
            .collect();
        assert!(too_hard.is_empty(), "{language}\n{}", too_hard.join("\n"));
    }
}
