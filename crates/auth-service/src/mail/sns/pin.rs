//! Whom we ask, and for what: Amazon's own host for the topic's region, over TLS, and
//! nothing but a certificate or the confirmation of that topic.

use url::Url;

use crate::App;

/// The name of a topic: `arn:aws:sns:us-east-1:123456789012:latchkey`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    arn: String,
    host: String,
}

impl Topic {
    /// The one that the settings name.
    #[must_use]
    pub fn of(app: &App) -> Option<Self> {
        Self::read(app.config.ses_topic.as_deref()?)
    }

    /// Reads one.
    #[must_use]
    pub fn read(arn: &str) -> Option<Self> {
        let parts: Vec<&str> = arn.split(':').collect();
        let ["arn", partition, "sns", region, account, name] = parts[..] else {
            return None;
        };
        let ending = match partition {
            "aws" | "aws-us-gov" => "amazonaws.com",
            "aws-cn" => "amazonaws.com.cn",
            _ => return None,
        };
        let plain = |text: &str, most: usize, more: &str| {
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || more.contains(c);
            (1..=most).contains(&text.len()) && text.to_ascii_lowercase().chars().all(fits)
        };
        let numbered = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
        let region_fits = plain(region, 32, "-") && !region.contains(char::is_uppercase);
        (region_fits && numbered && plain(name, 256, "-_.")).then(|| Self {
            arn: arn.to_owned(),
            host: format!("sns.{region}.{ending}"),
        })
    }

    /// As Amazon writes it.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// The address of a certificate, where it is one of Amazon's.
    #[must_use]
    pub fn certificate(&self, address: &str) -> Option<Url> {
        let url = self.pinned(address)?;
        let name = url.path().strip_prefix("/SimpleNotificationService-")?;
        let name = name.strip_suffix(".pem")?;
        let plain =
            (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric());
        (plain && url.query().is_none()).then_some(url)
    }

    /// The address that confirms this topic by this token, where it is Amazon's.
    #[must_use]
    pub fn confirmation(&self, address: &str, token: &str) -> Option<Url> {
        let url = self.pinned(address)?;
        let asks = |name: &str, value: &str| {
            let mut given = url.query_pairs().filter(|(known, _)| known == name);
            given.next().is_some_and(|(_, known)| known == value) && given.next().is_none()
        };
        let confirms = asks("Action", "ConfirmSubscription")
            && asks("TopicArn", &self.arn)
            && asks("Token", token);
        (url.path() == "/" && confirms).then_some(url)
    }

    fn pinned(&self, address: &str) -> Option<Url> {
        let url = Url::parse(address).ok()?;
        let bare = url.username().is_empty()
            && url.password().is_none()
            && url.port().is_none()
            && url.fragment().is_none();
        let theirs = url.scheme() == "https" && url.host_str() == Some(self.host.as_str());
        (theirs && bare).then_some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:sns:us-east-1:123456789012:latchkey-mail";

    fn topic() -> Topic {
        Topic::read(ARN).unwrap()
    }

    #[test]
    fn a_topic_is_one_of_sns_in_a_region() {
        assert_eq!(topic().host, "sns.us-east-1.amazonaws.com");
        let china = Topic::read("arn:aws-cn:sns:cn-north-1:123456789012:t").unwrap();
        assert_eq!(china.host, "sns.cn-north-1.amazonaws.com.cn");
        for bad in [
            "",
            "arn:aws:sns:us-east-1:123456789012",
            "arn:aws:sqs:us-east-1:123456789012:q",
            "arn:aws:sns:evil.example/:123456789012:t",
            "arn:aws:sns:us-east-1.evil:123456789012:t",
            "arn:aws:sns::123456789012:t",
            "arn:aws:sns:us-east-1:12345678901x:t",
            "arn:aws:sns:us-east-1:123456789012:t:8d2f",
            "arn:aws:sns:us-east-1:123456789012:t t",
            "arn:other:sns:us-east-1:123456789012:t",
        ] {
            assert_eq!(Topic::read(bad), None, "{bad}");
        }
    }

    // RULES V4
    #[test]
    fn a_certificate_is_asked_of_amazon_alone() {
        let good = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0a1B2c.pem";
        assert!(topic().certificate(good).is_some());
        assert!(
            topic()
                .certificate(&good.replace(".com/", ".com:443/"))
                .is_some()
        );
        for bad in [
            "http://sns.us-east-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem",
            "https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-0a.pem",
            "https://sns.us-east-1.amazonaws.com@evil.example/SimpleNotificationService-0a.pem",
            "https://evil.example/?sns.us-east-1.amazonaws.com/SimpleNotificationService-0a.pem",
            "https://user@sns.us-east-1.amazonaws.com/SimpleNotificationService-0a.pem",
            "https://sns.us-east-1.amazonaws.com:8443/SimpleNotificationService-0a.pem",
            "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a.pem",
            "https://evil.s3.amazonaws.com/SimpleNotificationService-0a.pem",
            "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0a.pem?x=1",
            "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0a.pem#x",
            "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-../x.pem",
            "https://sns.us-east-1.amazonaws.com/x/SimpleNotificationService-0a.pem",
            "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-.pem",
            "https://sns.us-east-1.amazonaws.com/",
            "https://127.0.0.1/SimpleNotificationService-0a.pem",
            "file:///SimpleNotificationService-0a.pem",
            "",
        ] {
            assert_eq!(topic().certificate(bad), None, "{bad}");
        }
    }

    // RULES V4
    #[test]
    fn only_our_topic_is_confirmed_and_only_at_amazon() {
        let address = |host: &str, query: &str| format!("https://{host}/?{query}");
        let host = "sns.us-east-1.amazonaws.com";
        let query = format!("Action=ConfirmSubscription&TopicArn={ARN}&Token=abc");
        assert!(
            topic()
                .confirmation(&address(host, &query), "abc")
                .is_some()
        );
        for (bad_host, bad_query, token) in [
            ("evil.example", query.clone(), "abc"),
            (host, query.clone(), "other"),
            (host, query.replace("latchkey-mail", "other"), "abc"),
            (host, query.replace("Confirm", "Delete"), "abc"),
            (host, format!("{query}&Action=DeleteTopic"), "abc"),
            (host, format!("{query}&Token=other"), "abc"),
            (host, String::new(), ""),
        ] {
            let url = address(bad_host, &bad_query);
            assert_eq!(topic().confirmation(&url, token), None, "{url}");
        }
    }
}
