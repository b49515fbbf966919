//! The practice, its mail server, and a mail server of others.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::greylist;
use crate::place::Place;
use crate::server::{Postfix, am_root, free_port};

/// Everything that runs.
pub struct House {
    pub place: Place,
    pub relay: Postfix,
    pub others: Postfix,
}

/// Who pipes bounces to the program: Postfix never does that as root.
fn user() -> (String, u32, u32) {
    let name = if am_root() {
        "nobody".to_owned()
    } else {
        id(&["-un"])
    };
    let number = |flag: &str| id(&[flag, &name]).parse().unwrap();
    let (user, group) = (number("-u"), number("-g"));
    (name, user, group)
}

fn id(arguments: &[&str]) -> String {
    let done = Command::new("id").args(arguments).output().unwrap();
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

impl House {
    /// With a client for each address.
    pub fn open(addresses: &[&str]) -> Self {
        let (name, user, group) = user();
        let mut place = Place::new();
        let folder = place.folder.path().to_owned();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        // Somebody else's home may hold the one that was built.
        let program = folder.join("latchkey-auth");
        if fs::hard_link(&place.program, &program).is_err() {
            fs::copy(&place.program, &program).unwrap();
        }
        place.program = program;
        if am_root() {
            std::os::unix::fs::chown(&folder, Some(user), Some(group)).unwrap();
            place.user = Some((user, group));
        }
        let (relay, others) = (free_port(), free_port());
        let mut init = place.init();
        init.retain(|flag| !flag.starts_with("--smtp"));
        init.push(format!("--smtp=smtp://127.0.0.1:{relay}"));
        init.push("--bounce-address=bounces@juniper.example".to_owned());
        let done = place.run(&init);
        assert!(done.status.success(), "{done:?}");
        place.ok(&["client", "import", &place.roster(&roster(addresses))]);
        let next = others;
        let others = Postfix::start(&folder, "others", next, OTHERS, "");
        let relay_settings = settings(next, greylist::listen("@slow.example"));
        let pipe = pipe(&place, &name);
        Self {
            relay: Postfix::start(&folder, "relay", relay, &relay_settings, &pipe),
            others,
            place,
        }
    }
}

fn roster(addresses: &[&str]) -> String {
    let rows: Vec<String> = addresses
        .iter()
        .enumerate()
        .map(|(number, address)| {
            format!("Client{number},Of The Test,{address},dana@juniper.example\n")
        })
        .collect();
    format!(
        "first name,last name,email,clinician email\n{}",
        rows.concat()
    )
}

/// The next hop: it knows some mailboxes, refuses others, and takes the rest.
const OTHERS: &str = "\
virtual_mailbox_domains = ok.example, far.example
virtual_mailbox_maps = inline:{ { ada@ok.example = ada }, { full@far.example = full } }
smtpd_recipient_restrictions =
  check_recipient_access inline:{ { full@far.example = 552 5.2.2 The mailbox is full } },
  permit_mynetworks, reject
";

/// The practice's own: what it refuses itself, and where it passes the rest on.
fn settings(next: u16, greylist: u16) -> String {
    format!(
        "virtual_mailbox_domains = here.example
virtual_mailbox_maps = inline:{{ {{ ada@here.example = ada }}, {{ full@here.example = full }} }}
relay_domains = juniper.example
transport_maps = inline:{{
  {{ bounces@juniper.example = latchkey: }},
  {{ juniper.example = discard: }},
  {{ slow.example = discard: }},
  {{ ok.example = smtp:[127.0.0.1]:{next} }},
  {{ far.example = smtp:[127.0.0.1]:{next} }},
  {{ gone.example = smtp:[127.0.0.1]:1 }} }}
smtpd_recipient_restrictions =
  check_recipient_access inline:{{
    {{ full@here.example = 552 5.2.2 Over quota }},
    {{ blocked.example = 554 5.7.1 Message rejected due to local policy }} }},
  check_policy_service inet:127.0.0.1:{greylist},
  permit_mynetworks, reject
"
    )
}

/// As docs/mail.md says it.
fn pipe(place: &Place, user: &str) -> String {
    format!(
        "latchkey  unix  -  n  n  -  2  pipe
  flags=Rq user={user} null_sender=
  argv={} mail bounce --recipient ${{original_recipient}}
    --data-dir {} --keys-dir {}
",
        place.program.display(),
        place.path("data").display(),
        place.path("keys").display(),
    )
}
