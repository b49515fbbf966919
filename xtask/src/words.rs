//! The words after `cargo xtask CHORE`.

use std::collections::VecDeque;

/// Words that were not taken yet.
pub struct Args(VecDeque<String>);

impl Args {
    /// All words after the program's name.
    pub fn from_command_line() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    /// Takes the next word.
    pub fn next(&mut self) -> Option<String> {
        self.0.pop_front()
    }

    /// Takes `--name` wherever it stands, and says whether it was there.
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|word| word != name);
        self.0.len() < before
    }

    /// Takes `--name VALUE` wherever it stands.
    pub fn value(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|word| word == name)?;
        self.0.remove(at);
        self.0.remove(at)
    }

    /// Refuses what nobody took.
    pub fn end(self) -> Result<(), String> {
        match self.0.front() {
            None => Ok(()),
            Some(word) => Err(format!(
                "The word {word} is not understood here; `cargo xtask help` lists what is."
            )),
        }
    }
}
