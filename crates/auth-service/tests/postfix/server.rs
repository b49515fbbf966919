//! A Postfix of our own: its settings, its queue and its log lie in a folder of the test's,
//! it listens on loopback, and it knows nothing of the machine's.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Where `cargo xtask test` says that Postfix's programs are.
pub const PROGRAMS: &str = "LATCHKEY_POSTFIX";

/// Folders of the queue that Postfix's own user owns.
const QUEUE: [&str; 11] = [
    "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private",
    "saved", "trace",
];

const SETTINGS: &str = "\
compatibility_level = 3.6
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_relay_restrictions = permit_mynetworks, reject
virtual_transport = discard:
recipient_delimiter = +
queue_run_delay = 2s
minimal_backoff_time = 2s
maximal_backoff_time = 3s
maximal_queue_lifetime = 15s
bounce_queue_lifetime = 15s
delay_warning_time = 4s
";

const SERVICES: &str = "\
cleanup   unix  n  -  n  -    0  cleanup
qmgr      unix  n  -  n  300  1  qmgr
rewrite   unix  -  -  n  -    -  trivial-rewrite
bounce    unix  -  -  n  -    0  bounce
defer     unix  -  -  n  -    0  bounce
trace     unix  -  -  n  -    0  bounce
smtp      unix  -  -  n  -    -  smtp
error     unix  -  -  n  -    -  error
retry     unix  -  -  n  -    -  error
discard   unix  -  -  n  -    -  discard
anvil     unix  -  -  n  -    1  anvil
scache    unix  -  -  n  -    1  scache
postlog   unix-dgram  n  -  n  -  1  postlogd
";

/// One that runs; it ends with this.
pub struct Postfix {
    folder: PathBuf,
    child: Child,
}

/// A port of loopback that nobody listens on.
pub fn free_port() -> u16 {
    let probe = TcpListener::bind("127.0.0.1:0").unwrap();
    probe.local_addr().unwrap().port()
}

/// Root, or whoever may become root without being asked.
fn as_root(program: &str) -> Command {
    if am_root() {
        return Command::new(program);
    }
    let mut sudo = Command::new("sudo");
    sudo.args(["-n", program]);
    sudo
}

pub fn am_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// Says what is missing, in words.
fn done(command: &mut Command) {
    let run = command.output();
    let well = run.as_ref().is_ok_and(|run| run.status.success());
    assert!(
        well,
        "Postfix's master runs as root only. Run this as root, or let sudo go without a \
         password. {command:?}: {run:?}"
    );
}

impl Postfix {
    /// Starts one on this port, with these settings and services besides.
    pub fn start(folder: &Path, name: &str, port: u16, settings: &str, services: &str) -> Self {
        let programs = PathBuf::from(std::env::var_os(PROGRAMS).unwrap());
        let folder = folder.join(name);
        let (conf, queue, data) = (
            folder.join("conf"),
            folder.join("queue"),
            folder.join("data"),
        );
        for made in [&conf, &queue] {
            fs::create_dir_all(made).unwrap();
        }
        let open = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&folder, open).unwrap();
        let own = |path: &Path, mode: &str, group: &str| {
            let owner = ["-d", "-m", mode, "-o", "postfix", "-g", group];
            done(as_root("install").args(owner).arg(path));
        };
        for part in QUEUE {
            own(&queue.join(part), "700", "root");
        }
        own(&queue.join("maildrop"), "730", "postdrop");
        own(&queue.join("public"), "710", "postdrop");
        own(&data, "700", "root");
        done(
            as_root("install")
                .args(["-d", "-o", "root"])
                .arg(queue.join("pid")),
        );
        let main = format!(
            "{SETTINGS}{settings}\
             myhostname = {name}.example\n\
             queue_directory = {}\n\
             data_directory = {}\n\
             maillog_file = {}\n\
             maillog_file_prefixes = {}\n",
            queue.display(),
            data.display(),
            folder.join("log").display(),
            folder.display(),
        );
        fs::write(conf.join("main.cf"), main).unwrap();
        let listens = format!("127.0.0.1:{port}  inet  n  -  n  -  -  smtpd\n");
        fs::write(
            conf.join("master.cf"),
            format!("{listens}{SERVICES}{services}"),
        )
        .unwrap();
        // Postfix wants its settings from root.
        done(as_root("chown").args(["-R", "root"]).arg(&conf));
        let child = as_root(programs.join("master").to_str().unwrap())
            .arg("-c")
            .arg(&conf)
            .arg("-d")
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let postfix = Self { folder, child };
        postfix.answers(port);
        postfix
    }

    fn answers(&self, port: u16) {
        for _ in 0..400 {
            if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) {
                let mut greeting = String::new();
                BufReader::new(stream).read_line(&mut greeting).unwrap();
                assert!(greeting.starts_with("220 "), "{greeting}");
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("Postfix did not start: {}", self.log());
    }

    /// What it says of what it did.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let pid = fs::read_to_string(self.folder.join("queue/pid/master.pid"));
        if let Ok(pid) = pid {
            let _ = as_root("kill").arg(pid.trim()).status();
        }
        let _ = self.child.wait();
        // What belongs to Postfix's user cannot be deleted by another one.
        let _ = as_root("rm").arg("-rf").arg(&self.folder).status();
    }
}
