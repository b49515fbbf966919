//! Where the socket lies (RULES D8).

use std::path::Path;

use sha2::{Digest, Sha256};

/// The socket's name inside its folder.
pub const SOCKET_FILE: &str = "agent.sock";

/// Name of the folder, below the user's runtime folder, that belongs to a data
/// folder: two data folders never share an agent. The path is taken as given;
/// callers make it absolute first.
#[must_use]
pub fn socket_folder_name(data_dir: &Path) -> String {
    let digest = Sha256::digest(data_dir.as_os_str().as_encoded_bytes());
    let hex: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("latchkey-{hex}")
}
