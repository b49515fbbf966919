//! The public address, as a client's browser meets it.

use std::error::Error;
use std::time::Duration;

use super::Finding;
use crate::config::Config;

/// A browser would have given up on the client's patience by then.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn look(config: &Config, running: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let url = &config.public_url;
    if url.scheme() == "https" && config.trusted_proxies.is_empty() {
        findings.push(Finding::look(
            "The public address is https, but no proxy is named (trusted_proxies): every client \
             seems to come from the proxy's address, so one flood holds everybody back.",
        ));
    }
    if !running {
        findings.push(Finding::look(format!(
            "The service is not running, so {} was not asked.",
            config.issuer()
        )));
        return findings;
    }
    findings.push(match ask(&config.public("/healthz")).await {
        Ok(()) => Finding::good(format!("{} answers.", config.issuer())),
        Err(why) => Finding::mend(format!(
            "{} does not answer as it should: {why}. Clients cannot open their links; look at \
             the proxy, its certificate, and the name's address.",
            config.issuer()
        )),
    });
    findings
}

async fn ask(url: &str) -> Result<(), String> {
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| innermost(&error))?;
    let answer = client
        .get(url)
        .send()
        .await
        .map_err(|error| innermost(&error))?;
    let status = answer.status();
    match answer.text().await.as_deref() {
        Ok("ok\n") if status.is_success() => Ok(()),
        _ => Err(format!("something else answers there ({status})")),
    }
}

/// What really went wrong stands at the end of the chain.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
