//! `latchkey-auth`: the practice's auth service.

use std::process::ExitCode;

fn main() -> ExitCode {
    // First of all: nothing may pick a TLS provider before it is said which.
    if rustls::crypto::ring::default_provider()
        .install_default()
        .is_err()
    {
        return ExitCode::FAILURE;
    }
    latchkey_auth::cli::run()
}
