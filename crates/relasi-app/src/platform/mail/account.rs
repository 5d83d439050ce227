//! The account that messages are sent by.

use std::time::Duration;

use lettre::{
    SmtpTransport, Transport,
    message::Mailbox,
    transport::smtp::{Error, extension::ClientId},
};
use url::{Host, Url};

/// How long the other side may take for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a try went wrong.
#[derive(Debug)]
pub(crate) struct Trouble {
    /// Trying again won't help.
    pub(crate) is_final: bool,
    /// The other side wants nothing more for a while, or is not there.
    pub(crate) slows: bool,
    /// The same of who reads there: it is too much for them, or too fast.
    pub(crate) slows_domain: bool,
    /// Code of the reason.
    pub(crate) code: &'static str,
    /// What the other side said.
    pub(crate) reply: String,
}

/// An SMTP server, how to sign in to it, and in whose name to write.
#[derive(Clone)]
pub struct Account {
    transport: SmtpTransport,
    /// The sender.
    pub(super) from: Mailbox,
    /// Name of the server, for people.
    pub(super) server: String,
}

impl Account {
    /// Reads `smtps://user:password@host:465` or `smtp://host:587`, and `Name <address>`. TLS is required; `tls=none`
    /// turns it off on the machine itself.
    ///
    /// # Errors
    /// In words that name no password.
    pub fn parse(address: &str, from: &str, own_name: &str) -> Result<Self, String> {
        let wrong = "the SMTP address is none such as smtps://user:password@mail.example.com:465";
        let mut url = Url::parse(address).map_err(|_| wrong.to_owned())?;
        let tls = url
            .query_pairs()
            .find(|(name, _)| name == "tls")
            .map(|(_, value)| value.into_owned());
        let (host, is_local) = match url.host() {
            Some(Host::Domain(name)) => (name.to_owned(), name == "localhost"),
            Some(Host::Ipv4(ip)) => (ip.to_string(), ip.is_loopback()),
            Some(Host::Ipv6(ip)) => (ip.to_string(), ip.is_loopback()),
            None => return Err(wrong.to_owned()),
        };
        // A scheme that browsers do not know keeps its host as a text: numbers in it are no address yet.
        let is_local = is_local
            || host
                .parse()
                .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
        match (url.scheme(), tls.as_deref()) {
            ("smtps", None | Some("required")) => url.set_query(None),
            ("smtp", None | Some("required")) => url.set_query(Some("tls=required")),
            ("smtp", Some("none")) if is_local => url.set_query(None),
            ("smtp", Some("none")) => {
                return Err("tls=none is for a mail server on this machine only".to_owned());
            }
            _ => return Err(wrong.to_owned()),
        }
        let from = from
            .parse()
            .map_err(|_| format!("{from} is no sender such as Relasi <crm@example.com>"))?;
        let transport = SmtpTransport::from_url(url.as_str()).map_err(|_| wrong.to_owned())?;
        let transport = transport
            .hello_name(ClientId::Domain(own_name.to_owned()))
            .timeout(Some(PATIENCE))
            .build();
        Ok(Self {
            transport,
            from,
            server: host,
        })
    }

    /// Hands a message over.
    pub(super) fn send(&self, message: &lettre::Message) -> Result<(), Trouble> {
        match self.transport.send(message) {
            Ok(_) => Ok(()),
            Err(error) => Err(trouble(&error)),
        }
    }
}

/// How a try went wrong, in our words.
pub(crate) fn trouble(error: &Error) -> Trouble {
    let status = error.status().map(u16::from);
    // What the server thinks of our account says nothing about the message.
    let of_account = status.is_some_and(|code| matches!(code, 530..=538));
    // An address in letters that the other side does not know says nothing about the account.
    let unwritable = error.is_client() && error.to_string().contains("SMTPUTF8");
    let is_final = unwritable || (error.is_permanent() && !of_account);
    let code = match status {
        _ if unwritable => "mail_unwritable",
        _ if of_account => "mail_sign_in_refused",
        Some(_) if is_final => "mail_refused",
        Some(_) => "mail_deferred",
        None if error.is_tls() => "mail_not_private",
        None => "mail_unreachable",
    };
    let reply = reply(error);
    Trouble {
        is_final,
        slows: of_account || (matches!(status, None | Some(421)) && !unwritable),
        // 4.7.x: too much of it, or too fast, for where the message goes.
        slows_domain: !of_account && !is_final && status.is_some() && reply.contains(" 4.7."),
        code,
        reply,
    }
}

/// What the other side said, with what lies beneath.
fn reply(error: &Error) -> String {
    let mut said = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        let more = error.to_string();
        if !said.contains(&more) {
            said.push_str(": ");
            said.push_str(&more);
        }
        source = error.source();
    }
    said.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::Account;

    fn parse(address: &str) -> Result<Account, String> {
        Account::parse(address, "Relasi <crm@example.com>", "crm.example.com")
    }

    #[test]
    fn only_the_machine_itself_goes_without_tls() {
        for good in [
            "smtps://user:p%40ss@mail.example.com:465",
            "smtps://mail.example.com",
            "smtp://mail.example.com:587",
            "smtp://mail.example.com:587?tls=required",
            "smtp://127.0.0.1:2525?tls=none",
            "smtp://localhost:2525?tls=none",
            "smtp://[::1]:2525?tls=none",
        ] {
            assert!(parse(good).is_ok(), "{good}: {:?}", parse(good).err());
        }
        for bad in [
            "smtp://user:canary@mail.example.com:25?tls=none",
            "smtp://user:canary@mail.example.com:25?tls=opportunistic",
            "http://user:canary@mail.example.com",
            "canary",
        ] {
            let said = parse(bad).err().unwrap_or_default();
            assert!(
                !said.is_empty() && !said.contains("canary"),
                "{bad}: {said}"
            );
        }
        let sender = Account::parse("smtps://mail.example.com", "nobody", "crm.example.com");
        assert!(sender.is_err());
    }
}
