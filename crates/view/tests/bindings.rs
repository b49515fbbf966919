//! The window's TypeScript is this crate's types: written here, committed, checked for drift.

use std::{collections::BTreeMap, path::Path};

use latchkey_view::{Answer, Command, FromPage, ToPage, View};
use ts_rs::{Config, TS, TypeVisitor};

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../ui/src/backend/bindings.ts"
);

const HEAD: &str = "\
// Generated from crates/view and crates/protocol. Do not edit.
// Write it anew with `cargo xtask bindings`.
/* eslint-disable */
";

/// Declarations by name, each with its comment.
struct Declarations<'a> {
    config: &'a Config,
    found: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Only derived types have a path; strings, lists and numbers are TypeScript's own.
        if T::output_path().is_none() {
            T::visit_generics(self);
            return;
        }
        let name = T::ident(self.config);
        if self.found.contains_key(&name) {
            return;
        }
        let declaration = format!(
            "{}export {}\n",
            T::docs().unwrap_or_default(),
            T::decl(self.config)
        );
        self.found.insert(name, declaration);
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

fn bindings() -> String {
    // Times, positions and ids of commands stay far below 2^53.
    let config = Config::new().with_large_int("number");
    let mut declarations = Declarations {
        config: &config,
        found: BTreeMap::new(),
    };
    declarations.visit::<View>();
    declarations.visit::<ToPage>();
    declarations.visit::<FromPage>();
    declarations.visit::<Command>();
    declarations.visit::<Answer>();
    let mut text = HEAD.to_owned();
    for declaration in declarations.found.values() {
        text.push('\n');
        text.push_str(declaration);
    }
    text
}

#[test]
fn the_bindings_in_the_window_are_those_of_this_crate() {
    let wanted = bindings();
    if std::env::var_os("LATCHKEY_WRITE_BINDINGS").is_some() {
        let folder = Path::new(FILE).parent().expect("the file has a folder");
        std::fs::create_dir_all(folder).expect("the folder can be made");
        std::fs::write(FILE, &wanted).expect("the bindings can be written");
    }
    let found = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        found == wanted,
        "ui/src/backend/bindings.ts is not what crates/view says: run `cargo xtask bindings`"
    );
}

#[test]
fn no_type_of_the_window_is_a_big_integer() {
    assert!(!bindings().contains("bigint"));
}
