//! The keys folder: apart from the data, and writable.

use std::fs::OpenOptions;

use super::Finding;
use crate::config::Config;
use crate::epoch::MARK_FILE;

pub(super) fn folder(config: &Config) -> Vec<Finding> {
    let keys = config.keys_dir.canonicalize();
    let data = config.data_dir.canonicalize();
    let mut findings = Vec::new();
    if let (Ok(keys), Ok(data)) = (&keys, &data) {
        findings.push(if keys.starts_with(data) {
            Finding::mend(format!(
                "The keys folder {} lies in the data folder: a copy of the data carries the keys \
                 along. Move it elsewhere and name it with --keys-dir.",
                keys.display()
            ))
        } else {
            Finding::good("The keys folder lies outside the data folder.")
        });
    }
    let mark = config.keys_dir.join(MARK_FILE);
    if mark.exists()
        && let Err(error) = OpenOptions::new().read(true).write(true).open(&mark)
    {
        findings.push(Finding::mend(format!(
            "{} cannot be written ({error}): the service must be able to, or it does not start.",
            mark.display()
        )));
    }
    findings
}
