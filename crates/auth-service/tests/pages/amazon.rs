//! Amazon SNS, played on loopback: it signs, and shows what it signs by.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use latchkey_auth::App;
use latchkey_auth::clock::MINUTE;
use latchkey_auth::mail::sns::Sns;
use latchkey_auth::testing::{House, START};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

/// A key that signs nothing but these tests' messages.
const KEY: &str = include_str!("../fixtures/amazon-played.pem");
pub const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:latchkey-mail";
pub const CERTIFICATE: &str =
    "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0a1b2c3d.pem";

/// Amazon, and what it was asked.
#[derive(Clone)]
pub struct Amazon {
    at: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    /// The certificate; where there is none, nothing answers well.
    pub pem: Arc<Mutex<Option<String>>>,
}

impl Amazon {
    pub async fn open() -> Self {
        let key = KeyPair::from_pem_and_sign_algo(KEY, &PKCS_RSA_SHA256).unwrap();
        let names = vec!["sns.amazonaws.com".to_owned()];
        let made = CertificateParams::new(names).unwrap().self_signed(&key);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let amazon = Self {
            at: listener.local_addr().unwrap(),
            asked: Arc::default(),
            pem: Arc::new(Mutex::new(Some(made.unwrap().pem()))),
        };
        let router = Router::new().fallback(answer).with_state(amazon.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        amazon
    }

    /// A practice that Amazon tells of its mails.
    pub async fn house(&self) -> House {
        House::furnished_with(|app| self.tells(app)).await
    }

    /// From now on Amazon tells this service.
    pub fn tells(&self, app: &mut App) {
        let mut config = (*app.config).clone();
        config.ses_topic = Some(TOPIC.to_owned());
        config.bounce_address = Some("bounces@juniper.example".to_owned());
        app.config = Arc::new(config);
        app.sns = Arc::new(Sns::on_loopback(self.at));
    }

    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(State(amazon): State<Amazon>, uri: Uri) -> (StatusCode, String) {
    amazon.asked.lock().unwrap().push(uri.to_string());
    match amazon.pem.lock().unwrap().clone() {
        Some(pem) => (StatusCode::OK, pem),
        None => (StatusCode::SERVICE_UNAVAILABLE, String::new()),
    }
}

/// What SES says of a mail, as SNS passes it on.
pub fn notification(said: &Value) -> Value {
    let at = jiff::Timestamp::from_millisecond(START.0 + MINUTE).unwrap();
    signed(json!({
        "Type": "Notification", "MessageId": "22b80b92", "TopicArn": TOPIC,
        "Subject": "Amazon SES Email Event Notification", "Message": said.to_string(),
        "Timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string(),
        "SignatureVersion": "2", "SigningCertURL": CERTIFICATE,
        "UnsubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
    }))
}

/// Signs it as Amazon does: these fields, by name.
pub fn signed(mut message: Value) -> Value {
    let names = [
        "Message",
        "MessageId",
        "Subject",
        "SubscribeURL",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    ];
    let text: String = names
        .iter()
        .filter_map(|name| Some(format!("{name}\n{}\n", message.get(name)?.as_str()?)))
        .collect();
    let der = pem_to_der(KEY);
    let key = RsaKeyPair::from_pkcs8(&der).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    let random = ring::rand::SystemRandom::new();
    key.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature)
        .unwrap();
    message["Signature"] = json!(STANDARD.encode(signature));
    message
}

fn pem_to_der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    STANDARD.decode(body).unwrap()
}

/// What SES says of a bounce of this mail.
pub fn bounce(tag: &str, to: &str) -> Value {
    json!({
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": "Permanent", "bounceSubType": "NoEmail",
            "bouncedRecipients": [{
                "emailAddress": to, "action": "failed", "status": "5.1.1",
                "diagnosticCode": "smtp; 550 5.1.1 The email account does not exist"
            }],
        },
        "mail": mail(tag, to),
    })
}

pub fn mail(tag: &str, to: &str) -> Value {
    json!({
        "source": format!("bounces+{tag}@juniper.example"), "destination": [to],
        "messageId": "0100018", "commonHeaders": { "messageId": format!("<{tag}@juniper.example>") },
    })
}

/// Posts it; gives the status.
pub async fn tells(house: &House, body: String) -> u16 {
    let url = house.url("/hooks/ses");
    let sent = reqwest::Client::new().post(url).body(body).send().await;
    sent.unwrap().status().as_u16()
}
