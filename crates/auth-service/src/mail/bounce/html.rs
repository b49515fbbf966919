//! HTML made plain: what stood on a line of its own still does.

/// Tags after which a new line begins.
const LINES: [&str; 14] = [
    "br", "p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "pre", "hr",
];
/// Tags whose contents nobody reads.
const UNREAD: [&str; 4] = ["head", "style", "script", "title"];

/// `&#x10FFFF;`, and the names that we know.
const LONGEST_ENTITY: usize = 8;

/// The words of a page.
pub fn plain(page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    let mut unread: Option<&str> = None;
    let mut rest = page;
    while let Some(open) = rest.find('<') {
        let (before, tail) = rest.split_at(open);
        if unread.is_none() {
            push(&mut text, before);
        }
        let Some((tag, after)) = tag(tail) else {
            // No tag: an address between angle brackets, or the end.
            if unread.is_none() {
                text.push('<');
            }
            rest = &tail[1..];
            continue;
        };
        let name = tag.trim_start_matches('/').to_ascii_lowercase();
        match unread {
            Some(waited) if tag.starts_with('/') && name == waited => unread = None,
            Some(_) => {}
            None => {
                if !tag.starts_with('/') {
                    unread = UNREAD.into_iter().find(|known| *known == name);
                }
                if LINES.contains(&name.as_str()) {
                    text.push('\n');
                } else if name == "td" || name == "th" {
                    text.push(' ');
                }
            }
        }
        rest = after;
    }
    if unread.is_none() {
        push(&mut text, rest);
    }
    text
}

/// The name of the tag that begins here, with its slash, and what follows the tag.
fn tag(text: &str) -> Option<(&str, &str)> {
    let inner = text.get(1..)?;
    if let Some(comment) = inner.strip_prefix("!--") {
        let after = comment.split_once("-->").map_or("", |(_, after)| after);
        return Some(("!--", after));
    }
    let end = inner.find(['<', '>'])?;
    let (tag, after) = inner.split_at(end);
    let after = after.strip_prefix('>')?;
    let name = tag
        .split([' ', '\t', '\r', '\n'])
        .next()
        .unwrap_or_default();
    let name = name.strip_suffix('/').unwrap_or(name);
    let fits = name.trim_start_matches(['/', '!', '?']).chars();
    let mut fits = fits.peekable();
    (fits.peek().is_some() && fits.all(|c| c.is_ascii_alphanumeric() || c == ':'))
        .then_some((name, after))
}

fn push(text: &mut String, words: &str) {
    let mut rest = words;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let near = tail
            .bytes()
            .take(LONGEST_ENTITY + 1)
            .position(|byte| byte == b';');
        let entity = near.and_then(|end| {
            let (name, after) = tail.split_at(end);
            Some((meant(name)?, &after[1..]))
        });
        let (c, after) = entity.unwrap_or(('&', tail));
        text.push(c);
        rest = after;
    }
    text.push_str(rest);
}

fn meant(entity: &str) -> Option<char> {
    if let Some(number) = entity.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match entity {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" | "rsquo" | "lsquo" => '\'',
        "nbsp" => ' ',
        "ouml" => 'ö',
        "auml" => 'ä',
        "uuml" => 'ü',
        "Ouml" => 'Ö',
        "Auml" => 'Ä',
        "Uuml" => 'Ü',
        "szlig" => 'ß',
        "eacute" => 'é',
        "egrave" => 'è',
        "ecirc" => 'ê',
        "agrave" => 'à',
        "aacute" => 'á',
        "acirc" => 'â',
        "iacute" => 'í',
        "oacute" => 'ó',
        "ocirc" => 'ô',
        "otilde" => 'õ',
        "uacute" => 'ú',
        "ugrave" => 'ù',
        "atilde" => 'ã',
        "ccedil" => 'ç',
        "ntilde" => 'ñ',
        _ => return None,
    })
}
