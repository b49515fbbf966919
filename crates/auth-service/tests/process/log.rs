//! What the log holds, and what it never does.

use std::fs;

use crate::place::Place;

// RULES S8
#[tokio::test(flavor = "multi_thread")]
async fn at_trace_the_log_holds_no_token_address_or_name() {
    let place = Place::set_up();
    let file = place
        .roster("first name,last name,email,phone\nAda,Okafor,ada.okafor@example.org,555 0111\n");
    place.ok(&["client", "import", &file]);
    let invite = place.ok(&["staff", "invite", "dana@juniper.example"]);
    let token = invite.trim().rsplit('/').next().unwrap().to_owned();
    let serving = place.serve();
    let http = reqwest::Client::new();
    let answer = http
        .post(invite.trim())
        .header("sec-fetch-site", "same-origin")
        .send()
        .await
        .unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    let cookie = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    for path in ["/", "/help", "/pin"] {
        let page = http.get(place.url(path)).send().await.unwrap();
        assert_eq!(page.status(), 200, "{path}");
    }
    let asked = http
        .post(place.url("/"))
        .header("sec-fetch-site", "same-origin")
        .form(&[("email", "ada.okafor@example.org")])
        .send()
        .await
        .unwrap();
    assert!(asked.status().is_success() || asked.status().is_redirection());
    http.post(place.url("/oauth/token"))
        .form(&[("grant_type", "refresh_token"), ("refresh_token", &token)])
        .send()
        .await
        .unwrap();
    http.get(place.url("/api/v1/me"))
        .header("authorization", format!("DPoP {token}"))
        .send()
        .await
        .unwrap();
    let mails = place.path("mail/new");
    let deadline = 200;
    for tried in 0.. {
        if fs::read_dir(&mails).is_ok_and(|mut found| found.next().is_some()) {
            break;
        }
        assert!(tried < deadline, "no mail came");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let mail = fs::read_dir(&mails)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let mail = fs::read_to_string(mail).unwrap();
    let link = mail.split("/link/").nth(1).unwrap();
    let link: String = link
        .replace("=\n", "")
        .replace("=\r\n", "")
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect();
    assert_eq!(link.len(), 43, "{mail}");
    http.get(place.url(&format!("/link/{link}")))
        .send()
        .await
        .unwrap();
    let (_, log) = serving.stop();
    for route in [
        "/staff/invite/{token}",
        "/link/{*token}",
        "/oauth/token",
        "/api/v1/me",
    ] {
        assert!(log.contains(route), "the log says too little: {log}");
    }
    let secrets = [
        token.as_str(),
        &cookie,
        &link,
        "ada.okafor",
        "okafor",
        "Okafor",
        "555 0111",
        "dana@",
        "Whitfield",
    ];
    for secret in secrets {
        assert!(!log.contains(secret), "the log holds {secret:?}");
    }
}
