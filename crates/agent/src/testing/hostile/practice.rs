//! The practice's address as it is typed, what stands behind it, and what the browser brings.

use latchkey_protocol::{IssuedPin, Me, Problem};
use url::Url;

use crate::practice::{is_allowed, practice_url, same_origin};
use crate::session::callback::{read_target, target_of};
use crate::session::discovery::{Resource, Server};

/// The first byte says which: an `a`ddress, the two documents of a `d`iscovery (a line
/// each), the head of what a `b`rowser asks, or an `r`efusal and other answers.
pub fn practice(data: &[u8]) {
    let Some((kind, bytes)) = data.split_first() else {
        return;
    };
    match kind {
        b'a' => address(&String::from_utf8_lossy(bytes)),
        b'd' => discovery(bytes),
        b'b' => browser(bytes),
        b'r' => answers(bytes),
        _ => {}
    }
}

/// What is taken is encrypted or here, and a bare origin.
fn address(typed: &str) {
    let Some(url) = practice_url(typed) else {
        return;
    };
    assert!(is_allowed(&url) && url.has_host());
    assert_eq!((url.path(), url.query(), url.fragment()), ("/", None, None));
    assert!(url.username().is_empty() && url.password().is_none());
    assert_eq!(practice_url(url.as_str()), Some(url));
}

/// Every endpoint is the practice's own (RULES S5).
fn discovery(bytes: &[u8]) {
    let practice = Url::parse("https://juniper.example/").unwrap();
    let mut lines = bytes.splitn(2, |byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (Ok(resource), Ok(server)) = (
        serde_json::from_slice::<Resource>(line()),
        serde_json::from_slice::<Server>(line()),
    ) else {
        return;
    };
    let Some(issuer) = resource.issuer(&practice) else {
        return;
    };
    let Some(found) = server.endpoints(issuer, &practice) else {
        return;
    };
    let all = [
        Some(&found.authorize),
        Some(&found.token),
        found.revoke.as_ref(),
    ];
    for url in all.into_iter().flatten() {
        assert!(url.scheme() == "https" && same_origin(url, &practice));
        assert!(url.username().is_empty() && url.password().is_none());
    }
    assert_eq!(found.issuer, issuer);
}

/// Only the callback is an answer, and what is said twice there is not believed.
fn browser(head: &[u8]) {
    let Some(target) = target_of(head) else {
        return;
    };
    assert!(target.bytes().all(|byte| byte.is_ascii_graphic()));
    let Some(returned) = read_target(&target) else {
        return;
    };
    if let Some(state) = &returned.state {
        let joint = if target.contains('?') { '&' } else { '?' };
        let (before, fragment) = target.split_once('#').unwrap_or((&target, ""));
        let twice = read_target(&format!("{before}{joint}state=x#{fragment}")).unwrap();
        assert_eq!(twice.state.as_deref(), Some(""), "{state}");
    }
}

fn answers(bytes: &[u8]) {
    if let Ok(problem) = serde_json::from_slice::<Problem>(bytes) {
        let again = serde_json::to_vec(&problem).unwrap();
        assert_eq!(serde_json::from_slice::<Problem>(&again).unwrap(), problem);
    }
    let _ = serde_json::from_slice::<Me>(bytes);
    let _ = serde_json::from_slice::<IssuedPin>(bytes);
}
