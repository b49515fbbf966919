//! Forms of a page, read from its HTML.

use std::fmt::Write as _;

/// A form with its fields, as the page sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub action: String,
    pub method: String,
    fields: Vec<(String, String)>,
    /// Names of the fields that a person sees and types into.
    open: Vec<String>,
}

impl Form {
    /// All forms of a page.
    pub fn all(html: &str) -> Vec<Self> {
        let mut forms = Vec::new();
        let mut open: Option<Self> = None;
        for (tag, after) in tags(html) {
            match tag.name() {
                "form" => {
                    open = Some(Self {
                        action: tag.attribute("action").unwrap_or_default(),
                        method: tag.attribute("method").unwrap_or_default().to_lowercase(),
                        fields: Vec::new(),
                        open: Vec::new(),
                    });
                }
                "/form" => forms.extend(open.take()),
                "input" | "textarea" | "button" => {
                    let Some(form) = &mut open else { continue };
                    let Some(name) = tag.attribute("name") else {
                        continue;
                    };
                    let value = if tag.name() == "textarea" {
                        unescape(after.split('<').next().unwrap_or_default())
                    } else {
                        tag.attribute("value").unwrap_or_default()
                    };
                    let kind = tag.attribute("type").unwrap_or_default();
                    let chosen = match kind.as_str() {
                        "checkbox" | "radio" => tag.has("checked"),
                        // The first button is the one that Enter presses.
                        "submit" => !form.has(&name),
                        _ => true,
                    };
                    if tag.name() == "textarea" || is_typed_into(&tag, &kind) {
                        form.open.push(name.clone());
                    }
                    if chosen {
                        form.fields.push((name, value));
                    }
                }
                _ => {}
            }
        }
        forms
    }

    /// True where there is such a field.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name)
    }

    /// The first field to type into.
    pub fn first_open_field(&self) -> Option<String> {
        self.open.first().cloned()
    }

    /// The two fields to type into, in their order.
    pub fn two_open_fields(&self) -> Option<(String, String)> {
        match self.open.as_slice() {
            [first, second] => Some((first.clone(), second.clone())),
            _ => None,
        }
    }

    /// Fills in a field.
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        for (field, old) in &mut self.fields {
            if field == name {
                value.clone_into(old);
            }
        }
        self
    }

    /// As a form is sent.
    pub fn encoded(&self) -> String {
        self.fields
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect::<Vec<_>>()
            .join("&")
    }
}

fn is_typed_into(tag: &Tag<'_>, kind: &str) -> bool {
    tag.name() == "input" && matches!(kind, "" | "text" | "email" | "url" | "search")
}

/// A tag's inside, between the angle brackets.
struct Tag<'a>(&'a str);

impl<'a> Tag<'a> {
    fn name(&self) -> &str {
        self.0
            .split(|letter: char| letter.is_whitespace())
            .next()
            .unwrap_or_default()
            .trim_end_matches(if self.0.starts_with('/') { ' ' } else { '/' })
    }

    fn has(&self, wanted: &str) -> bool {
        self.attributes().any(|(name, _)| name == wanted)
    }

    fn attribute(&self, wanted: &str) -> Option<String> {
        self.attributes()
            .find(|(name, _)| *name == wanted)
            .map(|(_, value)| unescape(value))
    }

    fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let mut rest = self
            .0
            .trim_start_matches(|letter: char| !letter.is_whitespace());
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '/');
            let end = rest
                .find(|letter: char| letter.is_whitespace() || letter == '=')
                .unwrap_or(rest.len());
            let name = &rest[..end];
            rest = rest[end..].trim_start();
            let mut value = "";
            if let Some(after) = rest.strip_prefix('=') {
                let after = after.trim_start();
                let quote = after.chars().next().filter(|mark| "\"'".contains(*mark));
                let (from, until) = match quote {
                    Some(mark) => (&after[1..], after[1..].find(mark)),
                    None => (after, after.find(char::is_whitespace)),
                };
                let until = until.unwrap_or(from.len());
                value = &from[..until];
                rest = &from[(until + usize::from(quote.is_some())).min(from.len())..];
            }
            (!name.is_empty()).then_some((name, value))
        })
    }
}

/// Each tag, with the text after it.
fn tags(html: &str) -> impl Iterator<Item = (Tag<'_>, &str)> {
    html.split('<').skip(1).filter_map(|piece| {
        // No page of ours has an angle bracket inside a quoted value.
        let (inside, after) = piece.split_once('>')?;
        Some((Tag(inside), after))
    })
}

/// What a person reads of a page.
pub fn text(html: &str) -> String {
    let body = html.split_once("<main").map_or(html, |(_, main)| main);
    let words: Vec<_> = body
        .split('<')
        .filter_map(|piece| piece.split_once('>').map(|(_, text)| text))
        .flat_map(str::split_whitespace)
        .collect();
    unescape(&words.join(" "))
}

/// Character references that templates write.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once(';').filter(|(name, _)| name.len() < 9) else {
            out.push('&');
            rest = after;
            continue;
        };
        let letter = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some('\u{a0}'),
            _ => name
                .strip_prefix("#x")
                .and_then(|hex| u32::from_str_radix(hex, 16).ok())
                .or_else(|| name.strip_prefix('#')?.parse().ok())
                .and_then(char::from_u32),
        };
        if let Some(letter) = letter {
            out.push(letter);
            rest = tail;
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Form, text};

    const PAGE: &str = r#"<!doctype html><form action="/search"><input name=q></form>
        <main><h1>Sign&nbsp;in</h1><form method="POST" action="/oauth/authorize?a=1&amp;b=2">
        <input type="hidden" name="token" value="a&#x2F;b"><input name='email' type=email required>
        <input type=checkbox name=keep value=1><textarea name="message">old</textarea>
        <button name="act" value="connect" type="submit">Connect</button>
        <button name="act" value="cancel" type="submit">Cancel</button></form></main>"#;

    #[test]
    fn a_form_is_sent_as_the_page_wrote_it_and_the_person_filled_it_in() {
        let forms = Form::all(PAGE);
        assert_eq!(forms.len(), 2);
        let form = forms[1]
            .clone()
            .fill("email", "ada@full.example")
            .fill("message", "é & x");
        assert_eq!(form.action, "/oauth/authorize?a=1&b=2");
        assert_eq!(form.method, "post");
        assert_eq!(
            form.two_open_fields(),
            Some(("email".to_owned(), "message".to_owned()))
        );
        assert_eq!(
            form.encoded(),
            "token=a%2Fb&email=ada%40full.example&message=%C3%A9+%26+x&act=connect"
        );
    }

    #[test]
    fn the_words_of_a_page_are_its_main_part() {
        assert!(text(PAGE).starts_with("Sign\u{a0}in"));
    }
}
